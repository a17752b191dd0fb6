"""Whoever has left the firm is given nothing any more, whatever gives it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.errors import InvalidInput
from legist.core.uow import unit_of_work
from legist.practice import services
from legist.practice.models import Matter, MatterUserObjectPermission, User
from legist.practice.people.leaving import deactivate_staff, left_behind
from legist.practice.services import People, assign_matter, assign_missing, open_matter
from tests.factories.practice import NOW, SYSTEM, Firm, make_firm
from tests.structure.test_budgets import ROOT, SOURCE, modules

# An act on the matters so far: which act, on which of them, and for whom.
ACTS = st.tuples(
    st.sampled_from(["open", "below", "fill", "assign", "leave"]), st.integers(0, 9), st.sampled_from("ap")
)


def open_for(matter: Matter, **options: object) -> Matter:
    return open_matter(title="More", client=matter.client, actor=SYSTEM, now=NOW, **options)  # type: ignore[arg-type]


def test_a_matter_below_does_not_inherit_the_seat_of_somebody_who_left(firm: Firm) -> None:
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    below = open_for(firm.danas_matter, parent=Matter.objects.get(pk=firm.danas_matter.pk))

    assert (below.attorney, below.paralegal) == (firm.alice, None)
    assert below not in left_behind()


def test_nobody_is_seated_who_left_while_an_import_ran(firm: Firm) -> None:
    """The file was read while Paul worked here, and is applied when he does no more."""
    paul = User.objects.get(pk=firm.paul.pk)
    empty = open_for(firm.danas_matter)
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    opened = open_for(firm.danas_matter, people=People(paralegal=paul))
    assign_missing(empty, People(attorney=firm.alice, paralegal=paul), actor=SYSTEM, now=NOW)

    empty.refresh_from_db()
    assert (opened.paralegal, empty.attorney, empty.paralegal) == (None, firm.alice, None)


def held_by(people: set[object]) -> set[tuple[object, object]]:
    """The seats (matter, person) of these people."""
    seats = Matter.objects.values_list("pk", "attorney", "paralegal")
    return {(pk, person) for pk, *holders in seats for person in holders if person in people}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=8))
def test_whatever_happens_nobody_who_left_gets_a_seat_or_a_grant(
    firm: Firm, acts: list[tuple[str, int, str]]
) -> None:
    with transaction.atomic():
        people = {"a": firm.alice, "p": firm.paul}
        matters, gone = [firm.danas_matter], set[object]()
        for act, place, who in acts:
            matter, person = matters[place % len(matters)], people[who]
            seat: dict[str, Any] = {"attorney" if who == "a" else "paralegal": person}
            before = held_by(gone)
            if act == "open":
                matters.append(open_for(matter, people=People(**seat)))
            elif act == "below":
                matters.append(open_for(matter, parent=matter))
            elif act == "fill":
                assign_missing(matter, People(**seat), actor=SYSTEM, now=NOW)
            elif act == "leave" and person.pk not in gone:
                deactivate_staff(User.objects.get(pk=person.pk), actor=SYSTEM, now=NOW)
                gone.add(person.pk)
            elif act == "assign":
                try:
                    assign_matter(matter, **seat, actor=SYSTEM, now=NOW)
                except InvalidInput:
                    assert person.pk in gone
            assert act == "leave" or not (held_by(gone) - before)
            assert not MatterUserObjectPermission.objects.filter(user__in=gone).exists()
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_who_leaves_while_a_matter_is_opened_keeps_no_grant_on_it() -> None:
    firm = make_firm()

    def leave() -> None:
        try:
            deactivate_staff(User.objects.get(pk=firm.paul.pk), actor=SYSTEM, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work():
            below = open_for(firm.danas_matter, parent=firm.danas_matter)
            leaving = pool.submit(leave)
            with pytest.raises(FutureTimeout):
                leaving.result(timeout=0.5)
        leaving.result()

    assert below.paralegal == firm.paul
    assert below in left_behind()
    assert not MatterUserObjectPermission.objects.filter(user=firm.paul).exists()


def writes(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield what gives a seat or a grant: `x.attorney = `, `attorney=` of a row, `assign_perm(`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Attribute) and target.attr.removesuffix("_id") in services.SEATS:
                    yield target.attr, node.lineno
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            seats = {str(keyword.arg).removesuffix("_id") for keyword in node.keywords} & {*services.SEATS}
            if called in {"assign_perm", "grant_matter"} or (
                called in {"update", "create", "Matter"} and seats
            ):
                yield called, node.lineno


def test_seats_and_grants_are_given_in_one_place() -> None:
    allowed = {
        ROOT / "legist/practice/services.py": {"grant_matter"},
        ROOT / "legist/practice/permissions.py": {"assign_perm"},
    }
    found = {
        (path.relative_to(ROOT), line, what)
        for path in modules(*SOURCE)
        for what, line in writes(ast.parse(path.read_text()))
        if what not in allowed.get(path, set())
    }
    assert not found
