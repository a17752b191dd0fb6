"""Seal the status changes and overrides that the record tells of; resumable, commits in chunks."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from legist.core.promises import Promise, seal_recorded


def seal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    from tracking.promises import change_told, override_told

    entries = apps.get_model("core", "AuditEntry").objects.all()
    told = (
        ("StatusChange", "tracking.status_changed", change_told),
        ("Override", "tracking.status_overridden", override_told),
    )
    for name, action, says in told:
        seal_recorded(Promise(action, apps.get_model("tracking", name), says), entries)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tracking", "0002_seals"), ("core", "0002_switches")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
