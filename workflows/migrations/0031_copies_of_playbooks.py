"""A playbook may be a copy of another, and says whether it was tried before it was published."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0030_history_of_tasks")]

    operations = [
        migrations.AddField(
            model_name="playbook",
            name="copy_of",
            field=models.SlugField(
                blank=True,
                default="",
                help_text="Key of the playbook that this is a copy of.",
                max_length=60,
            ),
        ),
        migrations.AddField(
            model_name="playbook",
            name="is_tried",
            field=models.BooleanField(
                blank=True,
                help_text="Whether it was tried on the past when it was published.",
                null=True,
            ),
        ),
    ]
