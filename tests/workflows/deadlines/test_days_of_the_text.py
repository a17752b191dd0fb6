"""No date is later than a last day, or the end of a period, that the text of the notice itself names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.core.outbox import drain
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import RECEIVED, make_receipt, read
from tests.factories.workflows import said
from tests.workflows.deadlines.test_clocks import DATED, ON, say
from tracking.normalizer import normalize
from workflows.deadlines.recalculation import Service
from workflows.deadlines.services import recount_deadline
from workflows.models import Deadline

REQUEST = "Request for Additional Evidence Was Sent"
ASKED = f"{ON} we sent you a request for evidence for your Form I-485."
PEDIDO = "El 27 de febrero de 2026, le enviamos una solicitud de evidencia para su Formulario I-485."


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (f"{ASKED} You must respond within 15 days.", 15),
        (f"{ASKED} You have fifteen (15) days to respond.", 15),
        (f"{ASKED} Send us your answer within two weeks.", 14),
        (f"{ASKED} You have 84 days, or 20 days if you were served by hand.", 20),
        (f"{ASKED} If we do not receive your answer in thirty-three days, we will deny your case.", 33),
        (f"{ASKED} You must respond by April 3, 2026, and send the originals by March 20, 2026.", 21),
        (f"{ASKED} You must respond by March 20.", 21),
        (f"{ASKED} You must respond by 03/20/26.", 21),
        (f"{ASKED} You must respond within 15 days, no later than April 3, 2026.", 15),
        (f"{ASKED} Days to respond: 30.", 30),
        (f"{ASKED} Response time in days: thirty-three", 33),
        (f"{ASKED} You must respond before March 20.", 20),
        (f"{PEDIDO} Días para responder: 30.", 30),
        (f"{PEDIDO} Debe responder en un plazo de quince días.", 15),
        (f"{PEDIDO} Tiene treinta y tres días para contestar.", 33),
        (f"{PEDIDO} Responda a más tardar el 20 de marzo.", 21),
        (f"{PEDIDO} Si no recibimos su respuesta en dos semanas, denegaremos su caso.", 14),
    ],
)
def test_the_earliest_end_that_a_request_names_drives(firm: Firm, text: str, days: int) -> None:
    assert say(firm, REQUEST, text, form="I-485") == {"rfe": DATED + timedelta(days=days)}


@pytest.mark.parametrize("day", ["February 20", "12/01", "May 30"])
def test_a_day_without_a_year_is_the_next_one_after_the_notice(firm: Firm, day: str) -> None:
    assert say(firm, REQUEST, f"{ASKED} Your response is due {day}.", form="I-485") == {
        "rfe": date(2026, 5, 22)
    }


@pytest.mark.parametrize(("day", "due"), [("March 20", date(2026, 3, 20)), ("January 9", date(2026, 1, 9))])
def test_where_nothing_says_when_it_was_sent_it_may_be_over(firm: Firm, day: str, due: date) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    read(
        receipt,
        REQUEST,
        f"We sent you a request for evidence. Your response is due {day}.",
        form_type="I-485",
    )
    drain(now=NOW)

    assert Deadline.objects.get().due_date == due


@pytest.mark.parametrize(
    "sentence",
    [
        "Please allow 15 days for the request to arrive.",
        "If you do not receive the request in 15 days, contact us.",
        "We will mail you the request within 5 days.",
        "Call us 24 hours a day, 7 days a week.",
        "You filed it 15 days ago.",
        "Si no recibe la solicitud en 15 días, llámenos.",
    ],
)
def test_the_time_of_the_mail_or_of_the_office_is_none_to_answer(firm: Firm, sentence: str) -> None:
    assert say(firm, REQUEST, f"{ASKED} {sentence}", form="I-485") == {"rfe": date(2026, 5, 22)}


def test_a_denial_that_gives_fewer_days_has_them(firm: Firm) -> None:
    text = f"{ON} we denied your Form I-140. You may file a motion within 12 days of this decision."

    found = say(firm, "Case Was Denied", text, form="I-140")

    assert set(found.values()) == {date(2026, 3, 11)}


def test_a_fee_without_days_of_its_own_has_those_of_the_text(firm: Firm) -> None:
    text = f"{ON} your bank did not honor your payment for your Form I-485. You have 14 days to pay."

    assert say(firm, "Case Was Received", text, form="I-485") == {"fee_payment": date(2026, 3, 13)}


def test_the_page_says_that_the_days_are_those_of_the_text(firm: Firm) -> None:
    say(firm, REQUEST, f"{ASKED} You must respond within 15 days.", form="I-485")

    assert any(
        "itself gives 15 days: Saturday, March 14, 2026" in step for step in said(Deadline.objects.get())
    )


def test_counting_anew_keeps_the_days_of_the_text(firm: Firm) -> None:
    say(firm, REQUEST, f"{ASKED} You must respond within 15 days.", form="I-485")
    service = Service("mail", dated=date(2026, 2, 20))

    recounted = recount_deadline(
        Deadline.objects.get().pk, service=service, actor=firm.actor("alice"), now=NOW
    )

    assert recounted.due_date == date(2026, 3, 7)


def test_a_period_told_later_about_the_same_request_shortens_its_date(firm: Firm) -> None:
    say(firm, REQUEST, ASKED, form="I-485")
    receipt = Deadline.objects.get().receipt
    assert receipt is not None

    for hours, (title, text) in enumerate(
        [(RECEIVED, ""), (REQUEST, f"{ASKED} You must respond within 30 days.")], 2
    ):
        read(receipt, title, text, at=NOW + timedelta(hours=hours), form_type="I-485")
        drain(now=NOW + timedelta(hours=hours))

    assert Deadline.objects.get().due_date == date(2026, 3, 29)


@pytest.mark.parametrize("form", ["", "I-485", "I-999"])
def test_a_request_about_two_forms_has_the_shorter_period(firm: Firm, form: str) -> None:
    text = f"{ON} we sent you a request for evidence for your Form I-485 and your Form I-539."

    assert say(firm, REQUEST, text, form=form) == {"rfe": date(2026, 3, 30)}


# A day in figures may be either of two in Spanish, and is the earlier: only what reads one way is drawn.
ENDS = st.one_of(
    st.integers(2, 120).map(lambda days: (f"within {days} days", f"en {days} días", days)),
    st.integers(2, 120)
    .filter(lambda days: (DATED + timedelta(days=days)).day > 12)
    .map(
        lambda days: (
            f"by {DATED + timedelta(days=days):%B %d, %Y}",
            f"a más tardar el {DATED + timedelta(days=days):%m/%d/%Y}",
            days,
        )
    ),
)


@given(st.lists(ENDS, min_size=1, max_size=4), st.booleans())
def test_of_all_ends_that_a_text_names_the_earliest_is_read(
    ends: list[tuple[str, str, int]], is_spanish: bool
) -> None:
    if is_spanish:
        text = " ".join([PEDIDO, *(f"Debe responder {end}." for _, end, _ in ends)])
    else:
        text = " ".join([ASKED, *(f"You must respond {end}." for end, _, _ in ends)])
    facts = normalize(REQUEST, text).facts

    last = DATED + timedelta(days=facts.answer_days) if facts.answer_days else None

    assert min(filter(None, (last, facts.deadline))) == DATED + timedelta(days=min(days for *_, days in ends))
