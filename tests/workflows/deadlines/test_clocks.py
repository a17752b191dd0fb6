"""Each text of USCIS that starts a period starts its clock, by the right rule and for the right form."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from legist.core.outbox import drain
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import RECEIVED, make_receipt, read
from tests.factories.workflows import said
from tracking.models import Receipt, StatusChange
from workflows.law.remedies import NO_MOTION
from workflows.models import Deadline

ON = "On February 27, 2026,"
DATED = date(2026, 2, 27)


def say(firm: Firm, title: str, text: str, *, form: str) -> dict[str, date | None]:
    """Let the source receive a case and then say this; return the kinds counted with their days."""
    receipt = make_receipt(matter=firm.danas_matter)
    read(receipt, RECEIVED, form_type=form)
    read(receipt, title, text, at=NOW + timedelta(hours=1), form_type=form)
    drain(now=NOW + timedelta(hours=1))
    return dict(Deadline.objects.values_list("kind", "due_date"))


@pytest.mark.parametrize("form", ["I-140", ""])
def test_a_dismissed_appeal_leaves_a_motion(firm: Firm, form: str) -> None:
    text = f"{ON} the Administrative Appeals Office dismissed your appeal of our denial of your Form I-140."

    assert say(firm, "Appeal Was Dismissed", text, form=form) == {"i290b_motion": date(2026, 3, 30)}


@pytest.mark.parametrize(
    ("title", "text", "form", "kinds"),
    [
        (
            "Interview Cancelled And Notice Ordered",
            f"{ON} we cancelled your interview and denied your Form I-485.",
            "I-485",
            {"i290b_motion": date(2026, 3, 30), "i290b_appeal": date(2026, 3, 30)},
        ),
        (
            "Request for Additional Evidence Was Sent",
            f"{ON} we cancelled our request for evidence and sent you a notice of intent to deny.",
            "I-485",
            {"noid": date(2026, 3, 30)},
        ),
        (
            "Case Was Received",
            f"{ON} your bank did not honor your payment for your Form I-130.",
            "I-130",
            {"fee_payment": date(2026, 3, 13)},
        ),
        (
            "Case Was Received",
            "El 27 de febrero de 2026, la Oficina de Apelaciones Administrativas desestimó su apelación.",
            "I-140",
            {"i290b_motion": date(2026, 3, 30)},
        ),
    ],
)
def test_what_is_told_beside_something_else_runs_while_a_person_is_asked(
    firm: Firm, title: str, text: str, form: str, kinds: dict[str, date]
) -> None:
    found = say(firm, title, text, form=form)

    assert found == kinds
    assert StatusChange.objects.latest("sequence").needs_review


def test_an_appeal_that_was_only_sent_on_leaves_none(firm: Firm) -> None:
    title = "Case Was Sent To The Administrative Appeals Office for Review"

    assert say(firm, title, f"{ON} we sent your case to the AAO.", form="I-140") == {}


@pytest.mark.parametrize("title", ["Case Was Administratively Closed", "Case Was Received", ""])
@pytest.mark.parametrize(
    "text",
    [
        f"{ON} we administratively closed your Form N-400, Application for Naturalization.",
        "El 27 de febrero de 2026, cerramos administrativamente su Formulario N-400.",
        "El 27 de febrero de 2026, se cerró administrativamente su solicitud.",
    ],
)
def test_a_closed_naturalization_application_can_be_reopened_for_a_year(
    firm: Firm, title: str, text: str
) -> None:
    assert say(firm, title, text, form="N-400") == {"n400_reopen": date(2027, 3, 1)}


@pytest.mark.parametrize(
    ("form", "kinds"),
    [
        ("I-601A", set()),
        ("I-821D", set()),
        ("I-485", {"i290b_motion", "i290b_appeal"}),
        ("I-360", {"i290b_motion", "i290b_appeal", "eoir29_appeal"}),
    ],
)
def test_a_denial_has_the_remedies_of_its_form(firm: Firm, form: str, kinds: set[str]) -> None:
    found = say(firm, "Case Was Denied", f"{ON} we denied your Form {form}.", form=form)

    assert set(found) == kinds
    assert all(due == date(2026, 3, 30) for due in found.values())


@pytest.mark.parametrize(
    "text",
    [
        "On March 1, 2026, we vacated our denial of your Form I-485, and your case is pending.",
        "El 1 de marzo de 2026, dejamos sin efecto la denegación de su Formulario I-485.",
        "On March 1, 2026, we denied your Form I-912, Request for Fee Waiver.",
        "El 1 de marzo de 2026, rechazamos su Formulario G-28.",
    ],
)
def test_what_is_no_denial_starts_no_second_pair_of_clocks_under_the_title_of_one(
    firm: Firm, text: str
) -> None:
    say(firm, "Case Was Denied", f"{ON} we denied your Form I-485.", form="I-485")
    receipt, first = Receipt.objects.get(), set(Deadline.objects.values_list("pk", flat=True))
    at = NOW + timedelta(hours=2)

    read(receipt, "Case Was Denied", text, at=at, form_type="I-485")
    drain(now=at)

    assert StatusChange.objects.latest("sequence").needs_review
    assert set(Deadline.objects.values_list("pk", flat=True)) == first


@pytest.mark.parametrize("barred", sorted(NO_MOTION))
@pytest.mark.parametrize("is_own", [True, False])
def test_a_form_whose_letter_the_source_leaves_off_has_the_remedies_of_the_one_that_the_text_names(
    firm: Firm, barred: str, *, is_own: bool
) -> None:
    own, named = (barred, barred[:-1]) if is_own else (barred[:-1], barred)

    assert say(firm, "Case Was Denied", f"{ON} we denied your Form {named}.", form=own) == {}


def test_a_request_whose_answer_lacked_the_form_takes_that_of_the_text(firm: Firm) -> None:
    text = f"{ON} we mailed a request for additional evidence for your Form I-539."

    found = say(firm, "Request for Additional Evidence Was Mailed", text, form="")

    assert found == {"rfe": date(2026, 3, 30)}
    assert not any("Assumed: Form" in step for step in said(Deadline.objects.get()))
