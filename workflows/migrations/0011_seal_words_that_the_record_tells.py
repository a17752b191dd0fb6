"""Seal the words in force that the record tells of; resumable, commits in chunks."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from legist.core.promises import Promise, seal_recorded


def seal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    from workflows.promises import wording_told

    entries = apps.get_model("core", "AuditEntry").objects.all()
    versions = apps.get_model("workflows", "WordingVersion")
    seal_recorded(Promise("workflows.wording_published", versions, wording_told), entries)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("workflows", "0010_sealed_words"), ("core", "0002_switches")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
