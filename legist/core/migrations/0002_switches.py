"""Polling starts switched on."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def turn_polling_on(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    note = "Ask USCIS for the status of due receipts."
    apps.get_model("waffle", "Switch").objects.get_or_create(
        name="polling", defaults={"active": True, "note": note}
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("waffle", "0004_update_everyone_nullbooleanfield")]
    operations = [migrations.RunPython(turn_polling_on, migrations.RunPython.noop)]
