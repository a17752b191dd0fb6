"""Messages to one client within minutes become one, in which nothing is lost and nothing stands twice."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.utils import timezone

from legist.core.errors import LegistError, WrongState
from legist.core.ids import uuid7
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import ENGINE, approve, make_change, make_news, run
from workflows.matters.selectors import matter_work
from workflows.messages import drafts, joining
from workflows.messages.consent import fingerprint, parts_of
from workflows.messages.drafts import NewDraft
from workflows.messages.states import WHOLE
from workflows.messages.texts import put_together
from workflows.models import Approval, Draft
from workflows.overtaken.selectors import bundles
from workflows.overtaken.services import settle, take_back
from workflows.states import DraftState

MINUTE = timedelta(minutes=1)
FORMS = ("I-765", "I-131", "I-485", "I-130", "I-140", "I-90")


def news(firm: Firm, form: str = "I-765", code: str = "DOC_PRODUCTION", *, after: int = 0) -> Draft:
    """Have USCIS report something of another case of Dana's; return the draft about it."""
    at = NOW + after * MINUTE
    change = make_news(firm.danas_matter, code, form=form, at=at)
    run(change, now=at)
    return Draft.objects.get(change=change)


def whole_of(*parts: Draft) -> Draft:
    (pk,) = {Draft.objects.get(pk=part.pk).joined_into_id for part in parts}
    return Draft.objects.get(pk=str(pk))


def test_it_makes_one_message_of_what_comes_within_minutes(firm: Firm) -> None:
    first, second = news(firm), news(firm, "I-131", after=9)

    whole = whole_of(first, second)
    assert (whole.state, whole.purpose) == (DraftState.IN_REVIEW, WHOLE)
    body = whole.texts["en"]["body"]
    assert "1. Work permit application (I-765):" in body
    assert "2. Travel document application (I-131):" in body
    assert body.count("Dear Dana") == body.count("AR-11") == 1
    assert body.count("What you need to do:") == 2
    assert "Este mensaje le informa de 2 asuntos." in whole.texts["es"]["body"]
    assert [part.run_id for part in parts_of(whole)] == [first.run_id, second.run_id]
    assert [draft.pk for draft in matter_work(firm.actor("alice"), firm.danas_matter.pk).drafts] == [whole.pk]


@pytest.mark.parametrize(
    ("form", "code", "after"), [("I-131", "DOC_PRODUCTION", 10), ("I-485", "RFE_ISSUED", 1)]
)
def test_it_leaves_alone_what_comes_later_or_asks_something(
    firm: Firm, form: str, code: str, after: int
) -> None:
    first, second = news(firm), news(firm, form, code, after=after)

    assert {draft.joined_into_id for draft in Draft.objects.all()} == {None}
    assert {first.state, second.state} == {DraftState.IN_REVIEW}


def test_it_joins_nothing_where_the_firm_has_it_off(firm: Firm, settings: LazySettings) -> None:
    settings.LEGIST_JOIN_MINUTES = 0

    news(firm)
    news(firm, "I-131")

    assert not Draft.objects.filter(purpose=WHOLE).exists()


def test_it_adds_nothing_to_an_approved_message(firm: Firm) -> None:
    whole = approve(firm, whole_of(news(firm), news(firm, "I-131")))

    late = news(firm, "I-485", after=1)

    assert Draft.objects.get(pk=late.pk).joined_into_id is None
    assert Draft.objects.get(pk=whole.pk).content_hash == Approval.objects.get().content_hash


def test_it_gives_an_addition_a_new_hash(firm: Firm) -> None:
    before = whole_of(news(firm), news(firm, "I-131"))

    after = whole_of(news(firm, "I-485", after=1))

    assert (after.pk, after.version) == (before.pk, before.version + 1)
    with pytest.raises(WrongState):
        approve(firm, before)


def test_it_names_no_form_to_a_protected_client(firm: Firm) -> None:
    client = firm.danas_matter.client
    client.protected_at = timezone.now()
    client.save(update_fields=["protected_at"])

    texts = whole_of(news(firm), news(firm, "I-131")).texts

    assert "1. Your case:" in texts["en"]["body"]
    assert "Tenemos noticias sobre su caso." in texts["es"]["body"]
    assert not [form for form in ("I-765", "I-131") if form in str(texts)]


def test_it_takes_only_the_overtaken_part_along(firm: Firm) -> None:
    one, two, three = news(firm), news(firm, "I-131"), news(firm, "I-485")
    whole = whole_of(one, two, three)
    assert one.change
    run(make_change(one.change.receipt, "DOC_MAILED", at=NOW + 60 * MINUTE), now=NOW + 60 * MINUTE)

    (bundle,) = bundles(firm.actor("paul"), [one.change.receipt_id])
    later = NOW + 61 * MINUTE
    settle(bundle.receipt.pk, expected=bundle.hash, actor=firm.actor("paul"), now=later)

    assert Draft.objects.get(pk=one.pk).state == DraftState.VOID
    left = Draft.objects.get(pk=whole.pk)
    assert parts_of(left) == [two, three]
    assert left.content_hash != whole.content_hash
    take_back(bundle.receipt.pk, at=later, actor=firm.actor("paul"), now=later)
    assert Draft.objects.get(pk=one.pk).state == DraftState.IN_REVIEW


def test_it_is_edited_part_by_part(firm: Firm) -> None:
    part, _other = news(firm), news(firm, "I-131")
    whole = approve(firm, whole_of(part))
    paul, words = firm.actor("paul"), {"en": {"subject": "News", "body": "Dear Dana,\n\nQuite other words."}}

    drafts.edit_draft(part.pk, texts=words, version_hash=part.content_hash, actor=paul, now=NOW)

    edited = whole_of(part)
    assert "Quite other words." in edited.texts["en"]["body"]
    assert (edited.state, edited.approval) == (DraftState.IN_REVIEW, None)
    with pytest.raises(WrongState, match="Edit the part"):
        drafts.edit_draft(whole.pk, texts=words, version_hash=edited.content_hash, actor=paul, now=NOW)


def test_it_is_taken_apart_for_good(firm: Firm) -> None:
    one, two = news(firm), news(firm, "I-131")
    whole = whole_of(one)

    joining.separate(whole.pk, version_hash=whole.content_hash, actor=firm.actor("alice"), now=NOW)
    news(firm, "I-485", after=1)

    assert set(Draft.objects.values_list("state", flat=True)) == {DraftState.IN_REVIEW, DraftState.VOID}
    assert approve(firm, Draft.objects.get(pk=two.pk)).state == DraftState.APPROVED
    with pytest.raises(WrongState, match="taken apart"):
        drafts.restore(whole.pk, actor=firm.actor("alice"), now=NOW)


def test_it_says_once_what_all_parts_share() -> None:
    bodies = ("Hi,\n\nA:\nfirst\n\nSame:\nnothing\n\nBye\n\nWe", "Hi,\n\nSame:\nnothing\n\nBye\n\nWe")
    parts = [
        ({"en": name}, {"en": {"subject": "S", "body": body}})
        for name, body in zip("xy", bodies, strict=True)
    ]

    assert put_together(parts)["en"]["body"].split("\n\n") == [
        "Hi,",
        "This message tells you of 2 things.",
        "1. x:",
        "A:\nfirst",
        "Same:\nnothing",
        "2. y:",
        "Same:\nnothing",
        "Bye",
        "We",
    ]


@pytest.mark.parametrize("seed", range(4))
def test_it_loses_and_doubles_nothing_whatever_is_done(firm: Firm, seed: int) -> None:
    dice, approved = Random(seed), dict[object, str]()  # noqa: S311  no secret
    for step in range(14):
        _do_anything(firm, dice, after=step)
        for whole in Draft.objects.filter(purpose=WHOLE).exclude(state=DraftState.VOID):
            told = whole.texts["en"]["body"]
            assert {told.count(f"marker {part.pk}.") for part in parts_of(whole)} == {1}
            assert told.count("marker ") == whole.parts.count() > 1
            assert whole.content_hash == fingerprint(whole)
        for given in Approval.objects.filter(voided_at=None).select_related("draft"):
            assert approved.setdefault(given.pk, given.content_hash) == given.draft.content_hash
    assert Draft.objects.filter(purpose=WHOLE).exists()


def _do_anything(firm: Firm, dice: Random, *, after: int) -> None:
    """Draft something, or do one of the acts of people to one of the drafts; a refusal changes nothing."""
    now, alice = NOW + after * MINUTE, firm.actor("alice")
    found = list(Draft.objects.order_by("pk"))
    act = dice.choice(["new", "new", "approve", "edit", "void", "return", "separate", "restore", "submit"])
    if act == "new" or not found:
        change, key = make_news(firm.danas_matter, "DOC_PRODUCTION", form=dice.choice(FORMS), at=now), uuid7()
        matter, text = firm.danas_matter, _marked(key)
        new = NewDraft(matter, matter.client, "status_update", text, change_id=change.pk, key=key)
        drafts.create_draft(new, actor=ENGINE, now=now)
        return
    draft = dice.choice(found)
    try:
        if act == "approve":
            approve(firm, draft, now=now)
        elif act == "edit":
            words, seen = _marked(draft.pk, more=f" Since {after}."), draft.content_hash
            drafts.edit_draft(draft.pk, texts=words, version_hash=seen, actor=alice, now=now)
        elif act == "void":
            drafts.void(draft.pk, reason="No", actor=alice, now=now)
        elif act == "return":
            drafts.return_draft(draft.pk, reason="No", version_hash=draft.content_hash, actor=alice, now=now)
        elif act == "separate":
            joining.separate(draft.pk, version_hash=draft.content_hash, actor=alice, now=now)
        else:
            getattr(drafts, act)(draft.pk, actor=alice, now=now)
    except LegistError:
        assert Draft.objects.get(pk=draft.pk).content_hash == draft.content_hash


def _marked(key: UUID, *, more: str = "") -> dict[str, dict[str, str]]:
    return {"en": {"subject": "News", "body": f"Dear Dana,\n\nThis is marker {key}.{more}\n\nThe firm"}}
