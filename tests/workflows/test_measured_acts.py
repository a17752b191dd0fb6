"""Every act that a later measure counts leaves one row, which nobody changes afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from legist.core.errors import Forbidden, InvalidInput, LegistError, NotFound
from legist.core.models import AuditEntry
from legist.core.resilience import backoff
from legist.practice import measures
from legist.practice.models import ActIsFixed, MeasuredAct
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_receipt
from tests.factories.workflows import TEXTS, approve, hear, make_delivery, make_draft
from tests.support.mailserver import MailServer
from tests.workflows.web.asking import Browser
from tracking import services as tracking
from workflows.messages import drafts, sending
from workflows.messages.consent import edited
from workflows.models import Delivery, Draft

LATER = NOW + timedelta(minutes=5)


def log(firm: Firm, who: str = "paul", *, kind: str = "call", minutes: str = "4") -> MeasuredAct:
    return measures.log_contact(
        firm.danas_matter.pk, kind=kind, minutes=minutes, actor=firm.actor(who), now=NOW
    )


@pytest.mark.parametrize("kind", ["call", "question", "contact"])
def test_a_clients_call_is_kept_with_its_minutes_and_on_the_record(kind: str, firm: Firm) -> None:
    row = log(firm, kind=kind)

    client = firm.danas_matter.client
    assert (row.kind, row.minutes, row.by, row.client, row.at) == (kind, 4, firm.paul, client, NOW)
    entry = AuditEntry.objects.get(subject_id=str(firm.danas_matter.pk), data__minutes=4)
    assert entry.scope == firm.danas_matter.pk


@pytest.mark.parametrize(
    ("who", "error"), [("mary", Forbidden), ("olga", LegistError), ("charlie", NotFound), ("dana", NotFound)]
)
def test_only_who_works_on_the_matter_notes_it(who: str, error: type[Exception], firm: Firm) -> None:
    with pytest.raises(error):
        log(firm, who)

    assert not MeasuredAct.objects.exists()


@pytest.mark.parametrize(
    "given",
    [{"minutes": minutes} for minutes in ("0", "-3", "601", "", "soon", "٣", "1.5")]
    + [{"kind": "draft_approved"}],
)
def test_what_cannot_be_counted_is_refused(given: dict[str, Any], firm: Firm) -> None:
    with pytest.raises(InvalidInput) as refused:
        log(firm, **given)

    assert set(refused.value.errors) == set(given)
    assert not MeasuredAct.objects.exists()


def test_a_check_that_a_person_asks_for_or_makes_is_kept(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter, due=NOW)
    tracking.request_check(receipt.pk, actor=firm.actor("paul"), now=NOW)
    tracking.note_hand_check(receipt.pk, minutes="7", actor=firm.actor("paul"), now=NOW)

    rows = MeasuredAct.objects.order_by("id").values_list("kind", "about", "matter", "minutes")
    of_it = (receipt.pk, firm.danas_matter.pk)
    assert list(rows) == [("check_requested", *of_it, None), ("checked_by_hand", *of_it, 7)]


def test_an_approval_says_how_much_of_the_first_draft_was_changed(firm: Firm) -> None:
    draft = make_draft(firm)
    texts = {**TEXTS, "en": {**TEXTS["en"], "body": TEXTS["en"]["body"] + " Call us."}}
    draft = drafts.edit_draft(
        draft.pk, texts=texts, version_hash=draft.content_hash, actor=firm.actor("paul"), now=NOW
    )
    approve(firm, draft)
    hear()

    row = MeasuredAct.objects.get()
    assert (row.kind, row.about, row.by) == ("draft_approved", draft.pk, firm.alice)
    assert row.changed == len(" Call us.")
    assert row.share == pytest.approx(row.changed / (row.characters or 0))


def test_a_message_that_is_sent_back_or_withdrawn_is_kept_with_who_did_it(firm: Firm) -> None:
    draft, alice = make_draft(firm), firm.actor("alice")
    drafts.return_draft(draft.pk, reason="Shorter.", version_hash=draft.content_hash, actor=alice, now=NOW)
    drafts.void(draft.pk, reason="No news any more.", actor=firm.actor("paul"), now=LATER)
    hear(LATER)

    rows = MeasuredAct.objects.order_by("at").values_list("kind", "about", "matter", "by", "at")
    of_it = (draft.pk, firm.danas_matter.pk)
    assert list(rows) == [
        ("draft_returned", *of_it, firm.alice.pk, NOW),
        ("draft_voided", *of_it, firm.paul.pk, LATER),
    ]


def test_each_approval_is_measured_by_the_text_that_was_approved(firm: Firm) -> None:
    draft = approve(firm, make_draft(firm))
    texts = {"en": {**TEXTS["en"], "body": "Something else altogether."}}
    drafts.edit_draft(
        draft.pk, texts=texts, version_hash=draft.content_hash, actor=firm.actor("paul"), now=NOW
    )
    hear()

    assert MeasuredAct.objects.get().changed == 0


@pytest.mark.parametrize(
    ("answer", "attempts", "kind"),
    [
        ("554 5.7.1 no", 1, "message_bounced"),
        ("554 5.7.1 no", backoff.MESSAGES.tries, "message_bounced"),
        ("451 4.3.0 later", backoff.MESSAGES.tries, "message_given_up"),
    ],
)
def test_a_message_that_was_refused_or_given_up_is_kept_once(
    firm: Firm, mailserver: MailServer, answer: str, attempts: int, kind: str
) -> None:
    delivery = make_delivery(firm)
    Delivery.objects.filter(pk=delivery.pk).update(attempts=attempts - 1)
    mailserver.answer = answer
    sending.deliver(delivery.pk, now=NOW, actor=SYSTEM)
    hear()
    hear(LATER)

    row = MeasuredAct.objects.exclude(kind="draft_approved").get()
    assert (row.kind, row.about, row.by) == (kind, delivery.draft_id, None)


def test_a_message_that_may_be_tried_again_or_has_arrived_is_not(firm: Firm, mailserver: MailServer) -> None:
    delivery = make_delivery(firm)
    for answer in ("451 4.3.0 later", "250 OK"):
        mailserver.answer = answer
        sending.deliver(delivery.pk, now=NOW, actor=SYSTEM)
    hear()

    assert Delivery.objects.get(pk=delivery.pk).state == "sent"
    assert MeasuredAct.objects.get().kind == "draft_approved"


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_distance_is_nothing_for_the_same_words_and_never_more_than_all(first: str, last: str) -> None:
    def distance(first: str, last: str) -> tuple[int, int]:
        draft = Draft()
        draft.original_texts = {"en": {"subject": "s", "body": first}}
        draft.texts = {"en": {"subject": "s", "body": last}}
        return edited(draft)

    characters, changed = distance(first, last)
    assert 0 <= changed <= characters
    assert distance(first, first)[1] == 0
    assert distance(last, first) == (characters, changed) or changed > 0


def test_a_row_is_never_changed_afterwards(firm: Firm) -> None:
    row = log(firm)
    row.minutes = 90
    for change in (
        row.save,
        row.delete,
        MeasuredAct.objects.all().delete,
        lambda: MeasuredAct.objects.update(minutes=1),
    ):
        with pytest.raises(ActIsFixed):
            change()

    assert MeasuredAct.objects.get().minutes == 4


@pytest.mark.parametrize(
    "odd", [{"kind": "call"}, {"kind": "draft_approved"}, {"kind": "call", "minutes": 0}]
)
def test_the_database_refuses_a_row_without_its_measure(odd: dict[str, Any], firm: Firm) -> None:
    del firm
    with pytest.raises(IntegrityError), transaction.atomic():
        MeasuredAct(at=NOW, **odd).save()


def test_it_is_noted_from_the_matter_and_from_the_receipt(firm: Firm, browser_of: Browser) -> None:
    paul, receipt = browser_of("paul"), make_receipt(matter=firm.danas_matter, due=NOW)
    page = paul.get(f"/matters/{firm.danas_matter.pk}/").content.decode()
    assert "Log a call" in page

    paul.post(f"/matters/{firm.danas_matter.pk}/contacts/", {"kind": "question", "minutes": "3"})
    paul.post(f"/receipts/{receipt.pk}/checked/", {"minutes": "2"})

    assert set(MeasuredAct.objects.values_list("kind", "minutes")) == {
        ("question", 3),
        ("checked_by_hand", 2),
    }
    assert (
        "answered a question of the client (3 min)"
        in paul.get(f"/matters/{firm.danas_matter.pk}/?section=timeline").content.decode()
    )
