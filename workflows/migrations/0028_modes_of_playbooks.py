"""A playbook may be on, in shadow or off; every one that holds today is on."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0027_incoming_messages")]

    operations = [
        migrations.AddField(
            model_name="playbook",
            name="mode",
            field=models.CharField(
                choices=[
                    ("active", "On"),
                    ("shadow", "In shadow"),
                    ("off", "Off"),
                ],
                default="active",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="playbook",
            name="enabled",
            field=models.BooleanField(default=True, help_text="Whether this version is the one that holds."),
        ),
    ]
