"""Clients tell of a letter about one of their cases, once a day."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import legist.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_initial"),
        ("practice", "0010_what_events_tell"),
        ("tracking", "0021_asked_ahead"),
    ]
    operations = [
        migrations.CreateModel(
            name="LetterReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField(help_text="The UTC day it was told.")),
                ("told_at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="practice.client"
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracking.receipt"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("receipt", "day"), name="letter_told_once_a_day")
                ],
            },
        ),
    ]
