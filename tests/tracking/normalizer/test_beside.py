"""A request or a decision that a text tells beside something else is asked about, and its clock runs."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.normalizer.turned import EVENTS
from tracking.normalizer import normalize
from tracking.statuses import CODES, Bucket
from tracking.statuses import StatusCode as C

# What ended before, by its verb; `{did}` is what was done then.
BEFORE = (
    "We cancelled your {noun} and {did}.",
    "We cancelled your {noun}. We {did}.",
    "We {did} and cancelled your {noun}.",
    "We denied your request to reschedule your {noun} and {did}.",
    "We rescheduled your {noun}, but then {did}.",
)
ANTES = (
    "Cancelamos su {noun} y {did}.",
    "Cancelamos su {noun}. {did}.",
    "{did} y cancelamos su {noun}.",
    "Reprogramamos su {noun}, pero luego {did}.",
)
NOUNS = ("interview", "biometrics appointment", "oath ceremony")
SUSTANTIVOS = ("entrevista", "cita de huellas dactilares", "ceremonia de juramento")
DID = {
    "denied your Form I-485": C.DENIED,
    "revoked the approval of your Form I-130": C.REVOKED_TERMINATED,
    "rejected your Form I-485": C.REJECTED,
    "sent you a request for evidence": C.RFE_ISSUED,
    "sent you a notice of intent to deny your Form I-485": C.NOID_ISSUED,
    "sent you a notice of intent to revoke your Form I-130": C.NOIR_ISSUED,
}
HICIMOS = {
    "denegamos su Formulario I-485": C.DENIED,
    "le enviamos una solicitud de evidencia": C.RFE_ISSUED,
    "le enviamos una notificación de intención de denegar su caso": C.NOID_ISSUED,
    "le enviamos una notificación de intención de revocar su caso": C.NOIR_ISSUED,
}
CASES = [
    *(
        (phrase.format(noun=noun, did=did), code)
        for phrase, noun, (did, code) in product(BEFORE, NOUNS, DID.items())
    ),
    *(
        (phrase.format(noun=noun, did=did), code)
        for phrase, noun, (did, code) in product(ANTES, SUSTANTIVOS, HICIMOS.items())
    ),
]
TITLES = ["", *(title for title, _text in EVENTS)]
CLOCKS = frozenset({C.RFE_ISSUED, C.NOID_ISSUED, C.NOIR_ISSUED, C.DENIED, C.REVOKED_TERMINATED, C.REJECTED})


@pytest.mark.parametrize(("text", "code"), CASES)
def test_what_follows_on_something_cancelled_is_read_and_asked_about(text: str, code: C) -> None:
    result = normalize("", text)

    assert (result.code, result.needs_review) == (code, True)


@given(st.sampled_from(CASES), st.sampled_from(TITLES), st.sampled_from(["en", "es", None]))
def test_no_title_hides_a_request_or_a_decision(case: tuple[str, C], title: str, lang: str | None) -> None:
    text, code = case
    result = normalize(title, text, lang)

    assert result.needs_review or result.code is code is normalize(title).code
    assert (
        result.code in CLOCKS
        or CODES[result.code].terminal
        or result.code in (C.REOPENED, C.REVOKED_TERMINATED)
    )


REASONS = (
    "We mailed you a refund of your fee because we rejected your Form I-485.",
    "We updated your name because we denied your Form I-485.",
    "We received your appeal after we denied your Form I-485.",
    "We ordered your new card, although we revoked your Form I-130.",
    "Le enviamos un reembolso de su tarifa porque rechazamos su Formulario I-485.",
    "Actualizamos su nombre porque denegamos su caso.",
)


@pytest.mark.parametrize("text", REASONS)
def test_a_decision_that_is_only_the_reason_of_something_is_asked_about(text: str) -> None:
    for title in ("", "Fee Refund Was Mailed", "Card Was Mailed To Me", "Case Was Received"):
        assert normalize(title, text).needs_review


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("La Oficina de Apelaciones Administrativas desestimó su apelación.", C.APPEAL_MOTION),
        ("USCIS denegó su moción.", C.APPEAL_MOTION),
        ("Negamos la apelación.", C.APPEAL_MOTION),
        ("The Administrative Appeals Office dismissed the appeal of your Form I-140.", C.APPEAL_MOTION),
        ("Your bank did not honor your payment.", C.PAYMENT_DISHONORED),
        ("The bank refused to honor the check for your Form I-130.", C.PAYMENT_DISHONORED),
        ("We could not process it: your check bounced.", C.PAYMENT_DISHONORED),
        ("Su banco no honró el pago.", C.PAYMENT_DISHONORED),
        ("El banco no pagó su cheque.", C.PAYMENT_DISHONORED),
        ("We cancelled our RFE and sent a NOID.", C.NOID_ISSUED),
        ("We withdrew the request for evidence and issued a notice of intent to revoke.", C.NOIR_ISSUED),
        ("We cancelled our request for evidence and sent you another request for evidence.", C.RFE_ISSUED),
        ("Retiramos la solicitud de evidencia y le enviamos otra solicitud de evidencia.", C.RFE_ISSUED),
        ("We received your response and sent you another request for evidence.", C.RFE_ISSUED),
        ("We mailed your card and sent you a notice of intent to revoke your Form I-130.", C.NOIR_ISSUED),
        ("Le enviamos su tarjeta y enviamos una notificación de intención de revocar.", C.NOIR_ISSUED),
        ("We cancelled your interview and dismissed your appeal.", C.APPEAL_MOTION),
        ("Cancelamos su entrevista y desestimamos su apelación.", C.APPEAL_MOTION),
        ("We denied your request to withdraw our request for evidence.", C.RFE_ISSUED),
        ("We declined to cancel our request for evidence.", C.RFE_ISSUED),
        ("Denegamos su petición de retirar nuestra solicitud de evidencia.", C.RFE_ISSUED),
        ("We refused to cancel your interview.", C.INTERVIEW_SCHEDULED),
        ("Nos negamos a cancelar su entrevista. Negamos cancelar su entrevista.", C.INTERVIEW_SCHEDULED),
    ],
)
def test_a_clock_is_started_and_a_person_asked(text: str, code: C) -> None:
    result = normalize("", text)

    assert (result.code, result.needs_review) == (code, True)
    assert result.client_action


@pytest.mark.parametrize(
    "text",
    [
        "We denied your request to withdraw your Form I-485.",
        "We rejected the withdrawal of your petition.",
        "Denegamos su solicitud de retirar su Formulario I-485.",
    ],
)
def test_a_withdrawal_that_was_refused_leaves_the_case_alive(text: str) -> None:
    result = normalize("", text)

    assert result.needs_review
    assert not result.terminal


ANCILLARY = (
    "your expedite request",
    "your request for premium processing",
    "your fee waiver request",
    "Form I-912, Request for Fee Waiver",
    "your request to reschedule your biometrics appointment",
)
ACCESORIO = (
    "su solicitud de trámite acelerado",
    "su pedido de procesamiento prioritario",
    "su exención de tarifas",
    "su solicitud de reprogramar la cita de huellas",
)


@pytest.mark.parametrize(
    "text",
    [
        *(
            frame.format(thing=thing)
            for thing in ANCILLARY
            for frame in (
                "On May 1, 2026, we mailed a request for evidence in support of {thing}.",
                "On May 1, 2026, we sent a request for additional evidence to support {thing}.",
                "On May 1, 2026, we mailed a request for evidence for your Form I-485, about {thing}.",
            )
        ),
        *(
            frame.format(thing=thing)
            for thing in ACCESORIO
            for frame in (
                "El 1 de mayo de 2026, le enviamos una solicitud de evidencia en apoyo de {thing}.",
                "El 1 de mayo de 2026, le enviamos una solicitud de pruebas para respaldar {thing}.",
            )
        ),
    ],
)
@pytest.mark.parametrize("title", ["", "Request for Additional Evidence Was Sent"])
def test_evidence_for_something_beside_the_case_is_asked_about_and_its_clock_stands(
    title: str, text: str
) -> None:
    result = normalize(title, text)

    assert (result.code, result.needs_review) == (C.RFE_ISSUED, True)
    assert result.facts.event_date == date(2026, 5, 1)


def test_evidence_for_the_case_itself_is_not_asked_about() -> None:
    text = "On May 1, 2026, we mailed a request for additional evidence for your Form I-485."

    assert not normalize("Request for Additional Evidence Was Sent", text).needs_review


ASKED = (
    "your request to expedite",
    "your premium processing request",
    "your request for a fee reduction",
    "your request for a refund",
    "your request to reschedule your interview",
    "your request for an accommodation",
    "your change of address request",
    "your request for more time",
)
PEDIDO = (
    "su solicitud de agilización",
    "su petición de tramitación acelerada",
    "su pedido de procesamiento prioritario",
    "su solicitud de exención de cuotas",
    "su petición de exoneración de tarifas",
    "su solicitud de reembolso",
    "su solicitud de reprogramación de la cita de huellas",
    "su solicitud de acomodo",
    "su solicitud de cambio de dirección",
    "su solicitud de prórroga para responder",
)
REFUSED = (
    "We denied {}.",
    "We declined {} for your Form I-765.",
    "On May 1, 2026, we did not grant {}. Your case is still pending.",
)
NEGADO = (
    "Denegamos {}.",
    "El 1 de mayo de 2026, rechazamos {} para su Formulario I-765.",
    "No aprobamos {}.",
    "Decidimos no otorgar {}. Su caso sigue pendiente.",
)


@pytest.mark.parametrize(
    "text",
    [
        frame.format(thing)
        for things, frames in ((ASKED, REFUSED), (PEDIDO, NEGADO))
        for thing in things
        for frame in frames
    ],
)
def test_what_was_asked_for_beside_the_case_and_refused_is_no_decision_on_it(text: str) -> None:
    result = normalize("", text)

    assert result.needs_review
    assert result.bucket not in {Bucket.DENIED, Bucket.REJECTED, Bucket.CLOSED}


@pytest.mark.parametrize("title", ["", "Case Update", "Case Was Denied"])
@pytest.mark.parametrize(
    "text",
    [
        "We denied your expedite request and your Form I-765.",
        "We denied your Form I-765 and your fee waiver request.",
        "We denied your request for premium processing, and your Form I-140 was denied.",
        "Denegamos su solicitud de agilización y su Formulario I-765.",
        "Denegamos su solicitud y la exención de cuotas.",
        "Denegamos su solicitud de agilización. También denegamos su Formulario I-765.",
        "Denegamos su solicitud de asilo.",
    ],
)
def test_a_case_that_was_refused_with_it_is_denied(title: str, text: str) -> None:
    assert normalize(title, text).code is C.DENIED
