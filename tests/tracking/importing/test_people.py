"""A row that names people for a matter that is there: empty seats are filled, taken ones are remarked on."""

from __future__ import annotations

import pytest

from legist.core.actors import Actor
from legist.core.models import AuditEntry
from legist.practice.models import Matter
from legist.practice.permissions import visible_matters
from legist.practice.roles import Role
from legist.practice.services import NOBODY, open_matter
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.tracking import NUMBER, make_receipt, numbers
from tracking import importing
from tracking.importing import ImportReport
from tracking.models import ImportRow, Receipt

pytestmark = pytest.mark.django_db
HEADER = "receipt_number,matter_reference,attorney_email,paralegal_email"
COMMAND = Actor.command("tests")


@pytest.fixture
def matter(firm: Firm) -> Matter:
    """A matter of Dana's that nobody works on yet."""
    return open_matter(
        reference="M-7", title="Case", client=firm.danas_matter.client, people=NOBODY, actor=SYSTEM, now=NOW
    )


def run(*lines: str) -> ImportReport:
    content = "\n".join([HEADER, *lines]).encode()
    return importing.import_now(content, filename="receipts.csv", actor=COMMAND, now=NOW)


def reason() -> str:
    return ImportRow.objects.get().why


def test_a_row_of_a_tracked_receipt_fills_the_empty_seats(firm: Firm, matter: Matter) -> None:
    make_receipt(NUMBER, matter=matter)

    report = run(f"{NUMBER},M-7,alice@firm.example,paul@firm.example").as_json()

    matter.refresh_from_db()
    assert (report["updated"], report["duplicates"]) == (1, 0)
    assert (matter.attorney, matter.paralegal) == (firm.alice, firm.paul)
    assert "had no attorney and got the one of attorney_email" in reason()
    assert matter in visible_matters(firm.actor("paul"))


def test_it_does_so_without_the_reference_too(firm: Firm, matter: Matter) -> None:
    make_receipt(NUMBER, matter=matter)

    assert run(f"{NUMBER},,alice@firm.example,").as_json()["updated"] == 1
    assert Matter.objects.get(pk=matter.pk).attorney == firm.alice


def test_a_new_receipt_fills_them_as_well(firm: Firm, matter: Matter) -> None:
    report = run(f"{NUMBER},M-7,alice@firm.example,").as_json()

    assert (report["created"], report["updated"]) == (1, 0)
    assert Matter.objects.get(pk=matter.pk).attorney == firm.alice
    assert "had no attorney" in reason()


def test_it_is_on_the_record(firm: Firm, matter: Matter) -> None:
    run(f"{NUMBER},M-7,alice@firm.example,")

    entry = AuditEntry.objects.get(action="practice.matter_assigned", subject_id=str(matter.pk))
    assert entry.data == {"attorney": str(firm.alice.pk)}


def test_a_contradiction_is_a_remark_and_changes_nothing(firm: Firm) -> None:
    make_user("Anna", Role.ATTORNEY)
    make_receipt(NUMBER, matter=firm.danas_matter)

    report = run(f"{NUMBER},M-2026-0001,anna@firm.example,").as_json()

    assert (report["updated"], report["already_tracked"]) == (0, 1)
    assert "another attorney than attorney_email" in reason()
    assert Matter.objects.get(pk=firm.danas_matter.pk).attorney == firm.alice


def test_who_is_there_already_needs_no_remark(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    run(f"{NUMBER},M-2026-0001,alice@firm.example,paul@firm.example")

    assert not reason()


def test_the_first_row_of_a_file_decides(firm: Firm, matter: Matter) -> None:
    make_user("Anna", Role.ATTORNEY)
    first, second, third = numbers(3)
    run(
        f"{first},M-7,alice@firm.example,",
        f"{second},M-7,anna@firm.example,",
        f"{third},M-7,alice@firm.example,",
    )

    reasons = [row.why for row in ImportRow.objects.order_by("line")]
    assert Matter.objects.get(pk=matter.pk).attorney == firm.alice
    assert "had no attorney" in reasons[0]
    assert "another attorney" in reasons[1]
    assert not reasons[2]


def test_a_person_behind_a_wall_is_not_seated(firm: Firm, matter: Matter) -> None:
    wall_off(matter, firm.paul, reason="Knows the other side.", actor=SYSTEM, now=NOW)

    run(f"{NUMBER},M-7,,paul@firm.example")

    assert Matter.objects.get(pk=matter.pk).paralegal is None
    assert "paralegal_email cannot be put on this matter" in reason()


def test_a_row_for_another_matter_seats_nobody(firm: Firm, matter: Matter) -> None:
    make_receipt(NUMBER, matter=firm.eves_matter)
    run(f"{NUMBER},M-7,alice@firm.example,")

    assert Matter.objects.get(pk=matter.pk).attorney is None
    assert "under another matter" in reason()


def test_the_dry_run_says_the_same_and_writes_nothing(firm: Firm, matter: Matter) -> None:
    make_receipt(NUMBER, matter=matter)
    content = f"{HEADER}\n{NUMBER},M-7,alice@firm.example,".encode()

    assert importing.dry_run(content, actor=COMMAND).as_json()["updated"] == 1
    assert Matter.objects.get(pk=matter.pk).attorney is None


def test_matters_below_keep_their_own_people(firm: Firm, matter: Matter) -> None:
    anna = make_user("Anna", Role.ATTORNEY)
    child = open_matter(title="RFE", client=matter.client, parent=matter, actor=SYSTEM, now=NOW)
    Matter.objects.filter(pk=child.pk).update(attorney=anna)

    run(f"{NUMBER},M-7,alice@firm.example,paul@firm.example")

    child.refresh_from_db()
    assert (child.attorney, child.paralegal) == (anna, firm.paul)


def test_nothing_else_of_the_receipt_changes(firm: Firm, matter: Matter) -> None:
    receipt = make_receipt(NUMBER, matter=matter)
    before = Receipt.objects.values().get(pk=receipt.pk)
    run(f"{NUMBER},M-7,alice@firm.example,")

    assert Receipt.objects.values().get(pk=receipt.pk) == before
