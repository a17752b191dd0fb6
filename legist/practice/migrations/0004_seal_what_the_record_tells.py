"""Seal the walls that the record tells of, those copied to the matters below included; resumable."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from legist.core import canary, chain, seals


def seal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    walls = apps.get_model("practice", "Wall").objects.filter(seal="")
    if not walls.exists():
        return
    if faults := canary.faults():
        raise canary.WrongKeyError(" ".join(faults))
    for wall in walls.order_by("pk"):
        if _is_on_record(apps, wall):
            seals.seal_unsealed([wall])


def _is_on_record(apps: Apps, wall: Any) -> bool:
    """True when the person was shut out of the matter, or of one above it, by an entry that is genuine."""
    places = [str(pk) for pk in _lineage(apps, wall.matter_id)] or [str(wall.client_id)]
    entries = apps.get_model("core", "AuditEntry").objects.filter(
        action__in=("practice.wall_raised", "practice.wall_raised_on_client"), subject_id__in=places
    )
    told = entries.filter(data__user=str(wall.user_id))
    return any(chain.is_genuine(entry) for entry in told)


def _lineage(apps: Apps, matter_id: UUID | None) -> list[UUID]:
    matters, found = apps.get_model("practice", "Matter").objects, []
    while matter_id is not None and matter_id not in found:
        found.append(matter_id)
        matter_id = matters.values_list("parent_id", flat=True).get(pk=matter_id)
    return found


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("practice", "0003_seals"), ("core", "0001_initial")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
