"""An answer in two languages: what only one of them tells is not lost."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from tests.factories.tracking import make_reading
from tracking.mapping.current import current_mapping
from tracking.observations.meaning import NewStatus, text_digest, understand
from tracking.statuses import StatusCode as C

pytestmark = pytest.mark.django_db

CALM = (
    ("Case Was Received", "We received your Form I-485."),
    ("Case Is Still Being Processed By USCIS", ""),
    ("Card Was Mailed To Me", "We mailed your card."),
    ("Interview Was Completed And My Case Must Be Reviewed", ""),
)
TOLD = {
    "El 1 de mayo de 2026, le enviamos una solicitud de evidencia para su Formulario I-485.": C.RFE_ISSUED,
    "El 1 de mayo de 2026, le enviamos una notificación de intención de denegar su caso.": C.NOID_ISSUED,
    "El 1 de mayo de 2026, denegamos su Formulario I-485.": C.DENIED,
    "El 1 de mayo de 2026, revocamos la aprobación de su Formulario I-130.": C.REVOKED_TERMINATED,
}


def understood(title: str, description: str = "", **fields: Any) -> NewStatus:
    reading = make_reading(title, description, **fields)
    return understand(reading, source="simulator", vocabulary=current_mapping())


@pytest.mark.parametrize(("english", "spanish"), list(product(CALM, TOLD)))
def test_what_only_the_spanish_text_tells_starts_its_clock_and_is_asked_about(
    english: tuple[str, str], spanish: str
) -> None:
    for title_es in ("", "Caso Recibido"):
        status = understood(*english, title_es=title_es, description_es=spanish)

        assert (status.code, status.needs_review) == (TOLD[spanish], True)
        assert status.event_date == date(2026, 5, 1)


def test_a_text_in_spanish_alone_is_read_under_an_english_title() -> None:
    status = understood("Case Was Received", "", description_es=next(iter(TOLD)))

    assert (status.code, status.needs_review) == (C.RFE_ISSUED, True)


TITLES = {
    "Se Envió Solicitud de Evidencia": C.RFE_ISSUED,
    "Notificación de Intención de Denegar Enviada": C.NOID_ISSUED,
    "Caso Fue Denegado": C.DENIED,
}


@pytest.mark.parametrize(("english", "spanish"), list(product(CALM, TITLES)))
def test_what_only_the_spanish_title_tells_starts_its_clock_and_is_asked_about(
    english: tuple[str, str], spanish: str
) -> None:
    status = understood(english[0], title_es=spanish)

    assert (status.code, status.needs_review) == (TITLES[spanish], True)


@pytest.mark.parametrize("spanish", TOLD)
def test_a_missing_english_title_hides_nothing(spanish: str) -> None:
    for english in ("", "On May 3, 2026, we received your Form I-485.", "We updated your name."):
        for title_es in ("", "Caso Recibido"):
            status = understood("", english, title_es=title_es, description_es=spanish)

            assert (status.code, status.needs_review) == (TOLD[spanish], True)


@pytest.mark.parametrize("title_es", ["", "Caso Recibido"])
def test_the_english_text_counts_without_its_title(title_es: str) -> None:
    english = "On May 1, 2026, we sent you a request for evidence for your Form I-485."
    for spanish in ("", "El 3 de mayo de 2026, recibimos su Formulario I-485."):
        status = understood("", english, title_es=title_es, description_es=spanish)

        assert (status.code, status.needs_review) == (C.RFE_ISSUED, True)
        assert status.event_date == date(2026, 5, 1)


def test_two_languages_that_say_the_same_are_not_asked_about() -> None:
    status = understood(
        "Case Was Received",
        "On May 1, 2026, we received your Form I-485.",
        title_es="Caso Recibido",
        description_es="El 1 de mayo de 2026, recibimos su Formulario I-485.",
    )

    assert (status.code, status.needs_review) == (C.RECEIVED, False)


def test_spanish_that_nobody_can_read_asks_nothing() -> None:
    status = understood(
        "Case Was Received",
        "We received your Form I-485.",
        title_es="Algo Que Nadie Conoce",
        description_es="Zebra.",
    )

    assert (status.code, status.needs_review) == (C.RECEIVED, False)


def test_a_decision_is_not_undone_by_an_older_spanish_text() -> None:
    status = understood("Case Was Denied", "We denied your Form I-485.", description_es=next(iter(TOLD)))

    assert (status.code, status.needs_review) == (C.DENIED, True)


def test_of_two_days_and_two_requests_the_shorter_counts() -> None:
    asked = "On June 1, 2026, we sent you a request for evidence for your Form I-485."
    same, shorter, *_ = TOLD
    title = "Request for Additional Evidence Was Sent"

    assert understood(title, asked, description_es=same).event_date == date(2026, 5, 1)
    status = understood(title, asked, description_es=shorter)
    assert (status.code, status.needs_review) == (C.NOID_ISSUED, True)


def test_a_change_of_the_spanish_words_alone_is_read() -> None:
    before = make_reading("Case Was Received", "We received it.", description_es="Recibimos su caso.")
    after = make_reading("Case Was Received", "We received it.", description_es=next(iter(TOLD)))

    assert text_digest(before) != text_digest(after)

    before, after = (make_reading("Case Was Received", title_es=title) for title in ("", next(iter(TITLES))))
    assert text_digest(before) != text_digest(after)


INTERVIEW = "On March 2, 2026, we scheduled an interview for March {} at {} AM."
ENTREVISTA = "El 2 de marzo de 2026, programamos una entrevista para el {} de marzo de 2026 a las {} a.m."


@pytest.mark.parametrize(
    ("english", "spanish", "day", "is_asked"),
    [
        (("20, 2026", "9:00"), (20, "9:00"), "2026-03-20", False),
        (("20, 2026", "9:00"), (19, "9:00"), "2026-03-19", True),
        (("19, 2026", "9:00"), (20, "9:00"), "2026-03-19", True),
        (("20, 2026", "9:00"), (20, "8:00"), "2026-03-20", True),
    ],
)
def test_of_two_appointments_the_earlier_counts_and_a_person_is_asked(
    *, english: tuple[str, str], spanish: tuple[int, str], day: str, is_asked: bool
) -> None:
    status = understood(
        "Interview Was Scheduled",
        INTERVIEW.format(*english),
        title_es="Se Programó La Entrevista",
        description_es=ENTREVISTA.format(*spanish),
    )

    assert status.code == C.INTERVIEW_SCHEDULED
    assert (status.facts["appointment"]["day"], status.needs_review) == (day, is_asked)
