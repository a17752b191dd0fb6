"""A row that names what the importer may not see waits, like any other row that waits, for who may decide."""

from __future__ import annotations

from typing import Any

import pytest

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.models import Client, Matter
from legist.practice.roles import Role
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.tracking import make_receipt, numbers
from tracking import importing
from tracking.importing import Decision, decide_waiting
from tracking.models import ImportBatch, ImportRow, Receipt, WaitingRow
from tracking.remarks import Remark
from tracking.selectors import list_waiting_rows, waiting_detail

pytestmark = pytest.mark.django_db
HEADER = "receipt_number,form,matter_reference,client_name,client_email\n"
FIRST, SECOND, THIRD = numbers(3)


@pytest.fixture(autouse=True)
def wall(firm: Firm) -> None:
    """Charlie is shut out of Dana altogether; he works on Eve's matter."""
    wall_off(firm.danas_matter.client, firm.charlie, reason="A relative.", actor=SYSTEM, now=NOW)


def count_waiting_rows(actor: Actor) -> int:
    return list_waiting_rows(actor).count()


def run(actor: Actor, *rows: str) -> dict[str, Any]:
    content = (HEADER + "\n".join(rows)).encode()
    dry = importing.dry_run(content, actor=actor).as_json()
    done = importing.import_now(content, filename="a.csv", actor=actor, now=NOW).as_json()
    assert dry == done
    return done


WALLED = [
    ",M-2026-0001,,",  # the reference of a closed matter
    ",M-2026-0001,Dana Example,dana@mail.example",
    ",M-2026-0001,Somebody Else,",
    ",,Dana Example,dana@mail.example",  # the right name of a closed client
    ",,Dina Example,dana@mail.example",  # a wrong one
    ",,,dana@mail.example",
    ",N-1,Dana Example,dana@mail.example",
    ",N-1,,dana@mail.example",
    ",M-2026-0002,Eve Example,dana@mail.example",
    ",M-2026-0001,Eve Example,eve@mail.example",
]
OPEN = ",M-2026-0002,Dana Example,"  # a contradiction about what he may see


@pytest.mark.parametrize("row", WALLED)
def test_every_row_that_waits_sounds_alike(row: str, firm: Firm) -> None:
    before = Client.objects.count(), Matter.objects.count()
    charlie = firm.actor("charlie")
    closed, contradiction = run(charlie, f"{FIRST},{row}"), run(charlie, f"{SECOND},{OPEN}")

    assert closed == contradiction
    assert closed["waiting"] == [{"line": 2, "reason": Remark("waits")}]
    assert (closed["rejected"], closed["remarks"], closed["created"]) == ([], [], 0)
    assert (Client.objects.count(), Matter.objects.count()) == before
    assert Receipt.objects.filter(matter=None).count() == 2
    rows = ImportRow.objects.values_list("outcome", "remarks__0__code", "line").distinct()
    assert list(rows) == [("waiting", "waits", 2)]


def test_a_number_that_is_tracked_elsewhere_waits_too_and_is_not_touched(firm: Firm) -> None:
    make_receipt(FIRST, matter=firm.danas_matter)
    before = Receipt.objects.values().get()
    charlie = firm.actor("charlie")
    rows = f"{FIRST},I-765,,,", f"{SECOND},I-765,M-2026-0001,,"
    report = run(charlie, *rows)

    assert [row["line"] for row in report["waiting"]] == [2, 3]
    assert Receipt.objects.filter(pk=before["id"]).values().get() == before
    again = run(charlie, *rows)
    assert [row["reason"] for row in again["remarks"]] == ["An earlier list said the same about it."] * 2
    assert again["already_tracked"] == 2


def test_the_pages_of_the_importer_tell_no_more(firm: Firm) -> None:
    run(firm.actor("charlie"), f"{FIRST},,,Dana Example,dana@mail.example")
    batch = ImportBatch.objects.get()

    assert [row["remarks"] for row in batch.preview["rows_shown"]] == [[Remark("waits").kept]]
    assert not list_waiting_rows(firm.actor("charlie")).exists()
    with pytest.raises(NotFound):
        waiting_detail(firm.actor("charlie"), WaitingRow.objects.get().pk)


WHO = [
    # what is named, who decides
    (f"{FIRST},,,Dana Example,dana@mail.example", {"alice", "paul", "mary"}),
    (f"{FIRST},,M-2026-0001,,", {"alice", "paul", "mary"}),
    (f"{FIRST},,M-2026-0002,Dana Example,", {"alice", "charlie", "mary"}),
    (f"{FIRST},,M-2026-0002,,dana@mail.example", {"alice", "mary"}),
]


@pytest.mark.parametrize(("row", "who"), WHO)
def test_it_waits_for_those_who_may_see_all_it_names(row: str, who: set[str], firm: Firm) -> None:
    run(firm.actor("charlie"), row)
    people = ("alice", "paul", "charlie", "mary", "olga", "dana", "eve")
    assert {name for name in people if count_waiting_rows(firm.actor(name))} == who


def test_a_manager_behind_the_wall_does_not_decide(firm: Firm) -> None:
    wall_off(firm.danas_matter.client, firm.mary, reason="A relative.", actor=SYSTEM, now=NOW)
    run(firm.actor("charlie"), f"{FIRST},,M-2026-0001,,")
    assert not count_waiting_rows(firm.actor("mary"))


def test_a_row_about_nobody_known_falls_to_those_who_manage(firm: Firm) -> None:
    run(firm.actor("alice"), f"{FIRST},,N-1,Ana One,", f"{SECOND},,N-1,Bea Two,")
    anna = make_user("Anna", Role.ATTORNEY)
    WaitingRow.objects.update(matter=None)
    assert count_waiting_rows(Actor.for_user(anna)) == count_waiting_rows(firm.actor("mary")) == 1
    assert not count_waiting_rows(firm.actor("paul"))


@pytest.fixture
def waiting(firm: Firm) -> WaitingRow:
    """Charlie's row about Dana."""
    run(firm.actor("charlie"), f"{FIRST},I-765,,Dana Example,dana@mail.example")
    return WaitingRow.objects.get()


def decide(waiting: WaitingRow, who: Actor, decision: Decision, **given: str) -> Receipt:
    decide_waiting(waiting.pk, decision, actor=who, now=NOW, **given)
    waiting.refresh_from_db()
    return Receipt.objects.get(pk=waiting.receipt_id)


def test_paul_sees_what_the_row_says_and_where_it_may_belong(firm: Firm, waiting: WaitingRow) -> None:
    detail = waiting_detail(firm.actor("paul"), waiting.pk)
    assert detail.waiting.said == {
        "form": "I-765",
        "client_name": "Dana Example",
        "client_email": "dana@mail.example",
        "language": "en",
    }
    assert [matter.reference for matter in detail.candidates] == ["M-2026-0001"]
    stored = WaitingRow.objects.values_list("said", flat=True).get()
    assert "Dana" not in str(stored)


def test_paul_links_it(firm: Firm, waiting: WaitingRow) -> None:
    receipt = decide(waiting, firm.actor("paul"), Decision.LINK, reference="M-2026-0001")
    assert (receipt.matter, waiting.state, waiting.decided_by) == (firm.danas_matter, "linked", firm.paul)
    entry = AuditEntry.objects.get(action="tracking.waiting_row_decided")
    assert (entry.scope, entry.data["decision"]) == (firm.danas_matter.pk, "link")


def test_mary_may_decide_where_nobody_else_does(firm: Firm, waiting: WaitingRow) -> None:
    receipt = decide(waiting, firm.actor("mary"), Decision.LINK, reference="M-2026-0001")
    assert receipt.matter == firm.danas_matter


def test_nobody_links_into_what_is_closed_to_them(firm: Firm, waiting: WaitingRow) -> None:
    for reference in ("M-2026-0002", "M-9999"):
        with pytest.raises(InvalidInput, match="You work on no matter with this reference"):
            decide(waiting, firm.actor("paul"), Decision.LINK, reference=reference)
    with pytest.raises(NotFound):
        decide(waiting, firm.actor("charlie"), Decision.KEEP)
    assert Receipt.objects.get().matter is None


def test_it_is_opened_as_a_client_of_its_own(firm: Firm, waiting: WaitingRow) -> None:
    receipt = decide(waiting, firm.actor("paul"), Decision.SEPARATE)
    assert receipt.matter is not None
    assert receipt.matter.client != firm.danas_matter.client
    assert (receipt.matter.client.name, receipt.matter.client.email) == ("Dana Example", None)
    assert receipt.matter.paralegal == firm.paul


def test_it_stays_in_the_tray(firm: Firm, waiting: WaitingRow) -> None:
    assert decide(waiting, firm.actor("paul"), Decision.KEEP).matter is None
    assert (waiting.state, count_waiting_rows(firm.actor("alice"))) == ("kept", 0)
    with pytest.raises(WrongState):
        decide(waiting, firm.actor("alice"), Decision.KEEP)


def test_it_is_refused_with_a_reason_and_no_longer_watched(firm: Firm, waiting: WaitingRow) -> None:
    with pytest.raises(InvalidInput):
        decide(waiting, firm.actor("paul"), Decision.REFUSE)
    receipt = decide(waiting, firm.actor("paul"), Decision.REFUSE, reason="Not ours.")
    assert (receipt.state, receipt.next_poll_at, waiting.decision_reason) == ("stopped", None, "Not ours.")


def test_refusing_a_row_about_a_case_of_ours_leaves_the_case_alone(firm: Firm) -> None:
    make_receipt(FIRST, matter=firm.danas_matter)
    run(firm.actor("charlie"), f"{FIRST},,,,")
    receipt = decide(WaitingRow.objects.get(), firm.actor("paul"), Decision.REFUSE, reason="It is ours.")
    assert (receipt.state, receipt.matter) == ("tracked", firm.danas_matter)


def test_a_receipt_that_found_a_matter_meanwhile_is_not_moved(firm: Firm, waiting: WaitingRow) -> None:
    Receipt.objects.update(matter=firm.danas_matter)
    other = Matter.objects.create(
        reference="N-1", title="x", client=firm.danas_matter.client, paralegal=firm.paul, opened_at=NOW
    )
    with pytest.raises(WrongState):
        decide(waiting, firm.actor("alice"), Decision.SEPARATE)
    with pytest.raises(WrongState):
        decide_waiting(waiting.pk, Decision.LINK, reference=other.reference, actor=SYSTEM, now=NOW)


def test_the_report_of_the_import_stays_as_it_was(firm: Firm, waiting: WaitingRow) -> None:
    decide(waiting, firm.actor("paul"), Decision.LINK, reference="M-2026-0001")
    assert (ImportBatch.objects.get().waiting, ImportRow.objects.get().outcome) == (1, "waiting")
