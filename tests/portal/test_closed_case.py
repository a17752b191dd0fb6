"""A case that the firm has closed: its client reads that it is, what still stands, and no promise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from legist.core.clock import utc_now
from legist.core.tasks import run_due
from legist.practice.models import Matter
from legist.practice.services import close_matter, open_matter, reopen_matter
from portal import selectors
from portal.cases import Case
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_change, make_deadline, make_receipt
from tracking.models import Receipt
from tracking.statuses import CODES
from workflows.models import Deadline

DAY = timedelta(days=1)
PROMISES = (
    "We check",
    "We will",
    "we will",
    "We look",
    "every day",
    "will call or write",
    "do not need to do",
)
PROMESAS = (
    "Le escribiremos",
    "Revisamos",
    "cada día",
    "todos los días",
    "No tiene que hacer nada",
    "nada urgente",
)


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    return make_receipt(firm.danas_matter)


def case(firm: Firm, receipt: Receipt, *, language: str = "en") -> Case:
    return selectors.access_case(firm.actor("dana"), receipt.pk, language=language, now=NOW)


def own_deadline(firm: Firm, receipt: Receipt, day: date | None = date(2026, 5, 4)) -> Deadline:
    deadline = make_deadline(firm)
    confirmed = {"status": "confirmed", "confirmed_due": day, "due_date": day} if day else {}
    if day:
        confirmed |= {"confirmed_by": firm.alice, "confirmed_at": NOW}
    Deadline.objects.filter(pk=deadline.pk).update(receipt=receipt, **confirmed)
    return deadline


def close(firm: Firm) -> None:
    close_matter(firm.danas_matter, actor=SYSTEM, now=NOW)


def test_it_says_in_plain_words_that_the_office_closed_it(firm: Firm, receipt: Receipt, dana: Client) -> None:
    make_change(receipt, "IN_REVIEW")
    close(firm)

    page = dana.get(f"/portal/cases/{receipt.pk}/").content.decode()

    assert "Nuestra oficina cerró este caso el 2 de marzo de 2026" in page
    assert "no es una decisión de USCIS" in page
    assert "Guarde todas las cartas de USCIS." in page


def test_it_names_the_dates_that_remain_and_whom_to_call(
    firm: Firm, receipt: Receipt, dana: Client, settings: LazySettings
) -> None:
    settings.LEGIST_FIRM_PHONE = ["+1 305 555 0100"]
    make_change(receipt, "RFE_ISSUED")
    own_deadline(firm, receipt)
    close(firm)

    page = dana.get("/portal/").content.decode()

    assert "Responder a USCIS: <strong>4 de mayo de 2026</strong>" in page
    assert 'href="tel:+13055550100"' in page
    assert case(firm, receipt).has_to_act


def test_a_date_that_was_met_is_gone_and_one_of_the_firm_s_own_is_not_told(
    firm: Firm, receipt: Receipt
) -> None:
    own_deadline(firm, receipt)
    own = own_deadline(firm, receipt)
    Deadline.objects.filter(pk=own.pk).update(kind="premium_15")
    Deadline.objects.exclude(pk=own.pk).update(state="met", closed_by=firm.alice, closed_at=NOW)
    close(firm)

    closing = case(firm, receipt).closing

    assert closing is not None
    assert closing.dates == ()


def test_a_day_that_the_firm_has_only_counted_is_not_told(firm: Firm, receipt: Receipt, dana: Client) -> None:
    own_deadline(firm, receipt, None)
    close(firm)

    page = dana.get("/portal/").content.decode()

    assert "Responder a USCIS: la carta de USCIS dice el día" in page
    assert case(firm, receipt).has_to_act


def test_a_date_in_a_matter_below_is_told_with_its_receipt(firm: Firm, receipt: Receipt) -> None:
    below = open_matter(
        title="Answer", client=firm.danas_matter.client, parent=firm.danas_matter, actor=SYSTEM, now=NOW
    )
    deadline = own_deadline(firm, receipt)
    Deadline.objects.filter(pk=deadline.pk).update(matter=below)
    close(firm)

    closing = case(firm, receipt).closing

    assert closing is not None
    assert [(each.words, each.day) for each in closing.dates] == [("Answer to USCIS", date(2026, 5, 4))]


def test_a_receipt_in_a_matter_below_a_closed_one_is_closed_too(firm: Firm) -> None:
    below = open_matter(
        title="More", client=firm.danas_matter.client, parent=firm.danas_matter, actor=SYSTEM, now=NOW
    )
    receipt = make_receipt(below)
    close(firm)

    assert case(firm, receipt).closing is not None


def test_an_open_case_beside_it_stays_as_it_was(firm: Firm, receipt: Receipt, dana: Client) -> None:
    other = open_matter(title="More", client=firm.danas_matter.client, actor=SYSTEM, now=NOW)
    make_change(make_receipt(other, form="I-485"), "IN_REVIEW")
    close(firm)

    home = selectors.home(firm.actor("dana"), language="en", now=NOW)

    assert [bool(each.closing) for each in home.cases] == [False, True]
    assert (home.cases[0].expect != "", home.are_all_closed) == (True, False)


def test_what_uscis_wrote_since_is_not_said_to_be_read_for_them(
    firm: Firm, receipt: Receipt, dana: Client
) -> None:
    make_change(receipt, "IN_REVIEW", at=NOW - DAY)
    make_change(receipt, "UNKNOWN", needs_review=True)
    close(firm)

    page = dana.get(f"/portal/cases/{receipt.pk}/").content.decode()

    assert "Lo estamos leyendo" not in page
    assert "USCIS escribió algo que no hemos explicado aquí." in page


def test_the_list_of_messages_promises_none(firm: Firm, receipt: Receipt, dana: Client) -> None:
    close(firm)

    assert "Cuando su caso cambie" not in dana.get("/portal/messages/").content.decode()


def test_nothing_is_promised_to_somebody_who_ends_their_access(
    firm: Firm, receipt: Receipt, dana: Client
) -> None:
    close(firm)

    page = dana.get("/portal/settings/leave/").content.decode()

    assert "Seguimos escribiendo" not in page
    assert "Su caso sigue" not in page
    assert "cerró sus casos y ya no le escribe" in page

    dana.post("/portal/settings/leave/")
    run_due(now=utc_now())

    assert "cerró sus casos; no se borra nada" in " ".join(mail.outbox[-1].body.split())


def test_two_dates_that_read_alike_are_said_once(firm: Firm, receipt: Receipt) -> None:
    own_deadline(firm, receipt)
    own_deadline(firm, receipt)
    close(firm)

    closing = case(firm, receipt).closing

    assert closing is not None
    assert len(closing.dates) == 1


def test_reopened_it_promises_again(firm: Firm, receipt: Receipt) -> None:
    make_change(receipt, "IN_REVIEW")
    close(firm)
    reopen_matter(Matter.objects.get(pk=firm.danas_matter.pk), actor=SYSTEM, now=NOW)

    assert case(firm, receipt).closing is None
    assert case(firm, receipt).expect


@rounds(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    codes=st.lists(st.sampled_from(sorted(CODES)), max_size=3),
    is_read=st.booleans(),
    checked=st.sampled_from([None, NOW, NOW - 9 * DAY]),
)
def test_nothing_is_promised_whatever_uscis_said(
    firm: Firm, dana: Client, codes: list[str], is_read: bool, checked: object
) -> None:
    receipt = make_receipt(firm.danas_matter)
    Receipt.objects.filter(pk=receipt.pk).update(last_good_at=checked)
    for minutes, code in enumerate(codes):
        is_newest = minutes == len(codes) - 1
        make_change(
            receipt, code, at=NOW + timedelta(minutes=minutes), needs_review=is_newest and not is_read
        )
    if firm.danas_matter.state == "open":
        close(firm)
        firm.danas_matter.refresh_from_db()

    pages = [case(firm, receipt, language="en")]
    page = dana.get(f"/portal/cases/{receipt.pk}/").content.decode()
    assert not [promise for promise in PROMESAS if promise in page]
    for shown in pages:
        assert shown.expect == ""
        assert not [promise for promise in PROMISES if promise in f"{shown.meaning} {shown.todo}"]
