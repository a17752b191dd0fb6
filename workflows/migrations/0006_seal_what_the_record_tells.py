"""Seal the approvals that the record tells of; resumable, commits in chunks."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from legist.core.promises import Promise, seal_recorded


def seal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    from workflows.promises import OF_VERSION, approval_told

    entries = apps.get_model("core", "AuditEntry").objects.all()
    approvals = apps.get_model("workflows", "Approval")
    seal_recorded(Promise("workflows.draft_approved", approvals, approval_told, OF_VERSION), entries)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("workflows", "0005_seals"), ("core", "0002_switches")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
