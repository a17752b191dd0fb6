"""The firm's words keep what shipped when they were written; a change of reminders keeps why.

What shipped then is what the last upgrade noted of ours, unless that came after the words. Where nothing was
noted it stays unknown, and each difference from ours is shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import legist.core.crypto

PARTS = ("meaning", "todo", "next")


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    texts = apps.get_model("workflows", "ShippedText").objects.filter(key__startswith="wording/")
    shipped = {row.key: row for row in texts}
    for name, at in (("WordingVersion", "published_at"), ("WordingProposal", "proposed_at")):
        rows = apps.get_model("workflows", name).objects.filter(base__isnull=True)
        for row in rows.only("code", "texts", at):
            noted = {each: shipped.get(f"wording/{row.code}/{each}") for each in row.texts}
            base = {language: _base(text, getattr(row, at)) for language, text in noted.items()}
            known = {language: text for language, text in base.items() if text}
            if known:
                rows.filter(pk=row.pk).update(base=known)


def _base(text: Any, at: datetime) -> dict[str, str] | None:
    if text is None or (text.changed_at and text.changed_at > at):
        return None
    parts = text.text.split("\n\n")
    return dict(zip(PARTS, parts, strict=True)) if len(parts) == len(PARTS) else None


class Migration(migrations.Migration):
    dependencies = [("workflows", "0020_sentences_become_codes")]

    operations = [
        migrations.AddField(
            model_name="reminderrule",
            name="reason",
            field=legist.core.crypto.EncryptedTextField(
                blank=True, help_text="Why; empty from before it was asked.", null=True
            ),
        ),
        migrations.AddField(
            model_name="wordingproposal",
            name="base",
            field=models.JSONField(
                blank=True, help_text="What came with Legist; empty if unknown.", null=True
            ),
        ),
        migrations.AddField(
            model_name="wordingversion",
            name="base",
            field=models.JSONField(
                blank=True,
                help_text="What came with Legist when it was written; empty if unknown.",
                null=True,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
