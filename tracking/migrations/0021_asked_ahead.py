"""Checks that people ask for beyond a day's reserve may wait for the next one's."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracking", "0020_filed_together")]
    operations = [
        migrations.AddField(
            model_name="pollingplan",
            name="asked_ahead",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Checks that people asked for that wait for the day after it.",
            ),
        ),
    ]
