"""An upgrade seals what the record tells of, as it is told, and nothing else; cut off, it goes on."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest
from django.apps import apps

from legist.core import audit
from legist.core.canary import WrongKeyError
from legist.core.ids import uuid7
from legist.practice.models import Wall
from tests.core.test_seals import some_rows
from tests.factories.practice import Firm
from tests.factories.workflows import make_delivery
from tests.support.forgery import alter, copy_of, write
from tracking.models import Override, StatusChange
from workflows.models import Approval

TABLES = ("workflows_approval", "tracking_statuschange", "tracking_override", "practice_matterwall")


def migrations() -> list[ModuleType]:
    names = ("practice.migrations.0004", "tracking.migrations.0003", "workflows.migrations.0006")
    places = ("legist.practice", "tracking", "workflows")
    numbers = [name.rsplit(".", 1)[1] for name in names]
    return [
        import_module(f"{place}.migrations.{number}_seal_what_the_record_tells")
        for place, number in zip(places, numbers, strict=True)
    ]


def upgrade() -> None:
    for migration in migrations():
        migration.seal(apps, None)


def as_before() -> None:
    """The database of a release that knew no seals."""
    for table in TABLES:
        write(f"UPDATE {table} SET seal = ''")


def unsealed() -> int:
    return sum(model.objects.filter(seal="").count() for model in (Approval, StatusChange, Override, Wall))


def test_what_the_record_tells_of_is_sealed(firm: Firm) -> None:
    some_rows(firm)
    as_before()
    assert audit.verify().faults == unsealed() > 0

    upgrade()

    assert unsealed() == 0
    assert audit.verify().is_whole


def test_what_is_sealed_already_stays(firm: Firm) -> None:
    some_rows(firm)
    write("UPDATE tracking_statuschange SET seal = '' WHERE sequence = 1")
    before = dict(StatusChange.objects.exclude(seal="").values_list("pk", "seal"))

    upgrade()

    assert before.items() <= dict(StatusChange.objects.values_list("pk", "seal")).items()
    assert unsealed() == 0


def test_what_was_forged_before_the_upgrade_is_not_blessed(firm: Firm) -> None:
    some_rows(firm)
    make_delivery(firm)
    forged = uuid7()
    copy_of(StatusChange.objects.order_by("-sequence")[0], id=forged, sequence=99, to_code="DENIED")
    swapped = Approval.objects.order_by("at", "id")[0]
    alter(swapped, by_id=firm.mary.pk)
    altered = Override.objects.get()
    alter(altered, code="DENIED")
    wall = uuid7()
    copy_of(Wall.objects.get(), id=wall, user_id=firm.paul.pk)
    as_before()

    upgrade()

    assert {
        row.pk for model in (Approval, StatusChange, Override, Wall) for row in model.objects.filter(seal="")
    } == {
        forged,
        swapped.pk,
        altered.pk,
        wall,
    }
    assert not audit.verify().is_whole


def test_it_believes_no_forged_entry(firm: Firm) -> None:
    make_delivery(firm)
    write(
        "UPDATE core_auditentry SET actor_id = %s WHERE action = 'workflows.draft_approved'",
        str(firm.mary.pk),
    )
    alter(Approval.objects.get(), by_id=firm.mary.pk)
    as_before()

    upgrade()

    assert Approval.objects.get().seal == ""


def test_it_seals_nothing_with_wrong_keys(firm: Firm, settings: object) -> None:
    some_rows(firm)
    as_before()
    settings.LEGIST_INDEX_KEY = "Q" * 43  # type: ignore[attr-defined]

    with pytest.raises(WrongKeyError, match="LEGIST_INDEX_KEY"):
        upgrade()
