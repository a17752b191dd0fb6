"""The changes inbox, the facts for rules, and what a client may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from legist.core.errors import NotFound
from legist.practice.models import Team
from legist.practice.permissions import grant_matter
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import (
    APPROVED,
    RECEIVED,
    REVIEW,
    RFE,
    later,
    make_change,
    make_receipt,
    numbers,
)
from tracking.models import ReviewItem, StatusChange
from tracking.overrides import override_status
from tracking.reviews import resolve_review
from tracking.selectors import (
    ChangeFilters,
    Scope,
    access_change,
    count_inbox,
    count_reviews,
    get_change_facts,
    inbox_counts,
    list_changes,
    list_client_receipts,
)
from tracking.services import acknowledge

pytestmark = pytest.mark.django_db
MINE, ALL = ChangeFilters(), ChangeFilters(scope=Scope.ALL)
SENT = "On March 1, 2026, we sent a request for additional evidence for your Form I-765."


@pytest.fixture
def changes(firm: Firm) -> dict[str, StatusChange]:
    """Return an RFE for Dana, an approval for Eve and a first status in the tray."""
    one, two, three = numbers(3)
    danas, eves = make_receipt(one, matter=firm.danas_matter), make_receipt(two, matter=firm.eves_matter)
    make_change(eves, RECEIVED, at=NOW - timedelta(days=90))
    return {
        "rfe": make_change(danas, RFE, SENT),
        "approval": make_change(eves, APPROVED, at=later(1)),
        "first": make_change(make_receipt(three), RECEIVED, at=later(2)),
    }


def seen(firm: Firm, who: str, filters: ChangeFilters) -> list[StatusChange]:
    return list(list_changes(firm.actor(who), filters, now=later(5)))


INBOX = [
    ("alice", MINE, ["approval", "rfe"]),
    ("paul", MINE, ["rfe"]),
    ("paul", ALL, ["first", "rfe"]),
    ("charlie", ALL, ["first", "approval"]),
    ("olga", MINE, []),
    ("olga", ALL, ["first", "approval", "rfe"]),
    ("dana", ALL, []),
    ("alice", replace(ALL, attention="act"), ["rfe"]),
    ("alice", replace(ALL, attention="tell"), ["approval"]),
    ("alice", replace(ALL, attention="note"), ["first"]),
    ("alice", replace(ALL, is_acknowledged=True), []),
]


@pytest.mark.parametrize(("who", "filters", "names"), INBOX)
def test_the_inbox_shows_news_newest_first(
    *, who: str, filters: ChangeFilters, names: list[str], firm: Firm, changes: dict[str, StatusChange]
) -> None:
    assert seen(firm, who, filters) == [changes[name] for name in names]


def test_the_team_view_shows_what_the_team_shares(firm: Firm, changes: dict[str, StatusChange]) -> None:
    from django.contrib.auth.models import Group

    team = Team(name="Family", group=Group.objects.create(name="family"))
    team.save()
    firm.mary.groups.add(team.group)
    grant_matter(firm.eves_matter, team)
    assert seen(firm, "mary", ChangeFilters(scope=Scope.TEAM)) == [changes["approval"]]


def test_what_a_colleague_has_taken_leaves_the_shared_views(
    firm: Firm, changes: dict[str, StatusChange]
) -> None:
    acknowledge(changes["rfe"].pk, actor=firm.actor("paul"), now=later(3))
    assert seen(firm, "paul", MINE) == []
    assert changes["rfe"] in seen(firm, "alice", MINE)
    assert changes["rfe"] not in seen(firm, "alice", ALL)
    assert seen(firm, "paul", replace(MINE, is_acknowledged=True)) == [changes["rfe"]]


def test_the_counts_are_what_the_list_shows(
    firm: Firm, changes: dict[str, StatusChange], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice = firm.actor("alice")
    with django_assert_num_queries(1):
        counts = inbox_counts(alice, scope=Scope.MINE, now=later(5))
    assert (counts.act, counts.tell, counts.note, counts.total) == (1, 1, 0, 2)
    with django_assert_num_queries(2):
        assert (count_inbox(alice, now=later(5)), count_reviews(alice)) == (2, 0)


def test_a_long_inbox_costs_as_many_queries_as_a_short_one(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in numbers(12):
        make_change(make_receipt(number, matter=firm.danas_matter), RFE)
    with django_assert_num_queries(1):
        rows = seen(firm, "paul", MINE)
        assert len([row.receipt.matter.client.name for row in rows if row.receipt.matter]) == 12


def test_a_walled_off_person_finds_no_change(firm: Firm, changes: dict[str, StatusChange]) -> None:
    with pytest.raises(NotFound):
        access_change(firm.actor("charlie"), changes["rfe"].pk)


def test_rules_get_values_only(
    firm: Firm, changes: dict[str, StatusChange], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        facts = get_change_facts(changes["rfe"].pk)
    assert (facts.code, facts.previous_code, facts.form) == ("RFE_ISSUED", "", "I-765")
    assert (facts.matter_id, facts.client_id) == (firm.danas_matter.pk, firm.danas_matter.client_id)
    assert (facts.event_date, facts.client_action, facts.terminal) == (date(2026, 3, 1), True, False)
    assert facts.facts["form"] == "I-765"


def test_dana_sees_her_cases_in_official_words(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    make_receipt("EAC9999103400", matter=firm.eves_matter)
    make_change(receipt, REVIEW)
    make_change(receipt, RFE, SENT, at=later(), title_es="Se envió una solicitud")
    with django_assert_num_queries(5):
        (case,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert case.current is not None
    assert (case.current.title_en, case.current.title_es) == (RFE, "Se envió una solicitud")
    assert case.current.description_en == SENT
    assert [step.code for step in case.history] == ["RFE_ISSUED", "IN_REVIEW"]
    assert receipt.number not in repr(case)


def test_dana_is_not_shown_what_nobody_has_understood(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    make_change(receipt, REVIEW)
    make_change(receipt, "Zebra Crossing Was Repainted", at=later())
    (case,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert case.current is not None
    assert (case.current.code, case.is_being_checked) == ("IN_REVIEW", True)


def test_dana_is_not_told_for_ever_that_it_is_being_read(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    make_change(receipt, REVIEW)
    make_change(receipt, "Zebra Crossing Was Repainted", at=later())
    for item in ReviewItem.objects.filter(state="open"):
        resolve_review(item.pk, actor=firm.actor("alice"), resolution="Nobody can tell.", now=later(2))

    (case,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert case.current is not None
    assert (case.current.code, case.is_being_checked, case.is_unexplained) == ("IN_REVIEW", False, True)

    make_change(receipt, "Zebra Crossing Was Painted Blue", at=later(3))
    (case,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert (case.is_being_checked, case.is_unexplained) == (True, False)


def test_dana_is_shown_what_somebody_has_checked(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    make_change(receipt, REVIEW)
    make_change(receipt, RFE, "We mailed your card.", at=later())
    item = ReviewItem.objects.get(kind="check_reading")
    resolve_review(item.pk, actor=firm.actor("alice"), resolution="It is so.", now=later(2))

    (case,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert case.current is not None
    assert (case.current.code, case.is_being_checked) == ("RFE_ISSUED", False)

    make_change(receipt, "Case Was Denied", "We mailed your card.", at=later(3))
    (case,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert case.current is not None
    assert (case.current.code, case.is_being_checked) == ("RFE_ISSUED", True)


def test_dana_is_not_shown_what_somebody_has_corrected(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    make_change(receipt, REVIEW)
    make_change(receipt, RFE, "We mailed your card.", at=later())
    override_status(receipt.pk, actor=firm.actor("alice"), code="DOC_MAILED", reason="Called.", now=later(2))
    for item in ReviewItem.objects.filter(state="open"):
        resolve_review(item.pk, actor=firm.actor("alice"), resolution="Corrected.", now=later(3))

    (case,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert [step.code for step in case.history] == ["DOC_MAILED", "IN_REVIEW"]


def test_dana_sees_no_status_before_the_first(firm: Firm) -> None:
    make_receipt(matter=firm.danas_matter, last_error="unknown_receipt")
    (case,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert (case.current, case.history, case.is_being_checked) == (None, (), False)


@pytest.mark.parametrize(
    ("form", "forms"),
    [("", {"I-485", "I-539"}), ("Odd", {"I-485", "I-539"}), ("I-765", {"I-765", "I-485", "I-539"})],
)
def test_every_form_that_the_text_of_a_request_names_counts(form: str, forms: set[str], firm: Firm) -> None:
    text = "We received your Form I-485. On May 1, 2026, we sent a request for evidence for your Form I-539."
    change = make_change(make_receipt(matter=firm.danas_matter, form_type=form), RFE, text, form_type=form)

    assert set(get_change_facts(change.pk).forms) == forms
