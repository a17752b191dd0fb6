"""What is named in `replaces`, in one step for a new database."""

from django.db import migrations, models

import legist.core.ids


class Migration(migrations.Migration):
    replaces = [("core", "0003_given_up"), ("core", "0004_upkeep"), ("core", "0005_pace_of_lanes")]
    dependencies = [("core", "0002_switches")]
    operations = [
        migrations.CreateModel(
            name="GivenUpMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(help_text="The registered name of its kind.", max_length=20)),
                ("thing", models.UUIDField(help_text="Primary key of the failed row.")),
                ("told_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.CharField(default="", help_text="Key of the actor.", max_length=80)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "thing"), name="given_up_marked_once"),
                ],
            },
        ),
        migrations.AddField(
            model_name="outboxdelivery",
            name="failing_since",
            field=models.DateTimeField(help_text="The first failure of this set of attempts.", null=True),
        ),
        migrations.AddField(
            model_name="outboxdelivery",
            name="failures",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Attempts that count towards giving up: the database was there."
            ),
        ),
        migrations.AddField(
            model_name="taskticket",
            name="failing_since",
            field=models.DateTimeField(help_text="The first failure of this set of attempts.", null=True),
        ),
        migrations.AddField(
            model_name="taskticket",
            name="failures",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Attempts that count towards giving up: the database was there."
            ),
        ),
        migrations.AddIndex(
            model_name="taskticket",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["dedup_key"], name="ticket_failed"
            ),
        ),
        migrations.CreateModel(
            name="HealedInstant",
            fields=[
                (
                    "column",
                    models.CharField(
                        help_text="Table and column.", max_length=100, primary_key=True, serialize=False
                    ),
                ),
                ("rows", models.PositiveIntegerField()),
                ("healed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="WriteProbe",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("filling", models.TextField()),
            ],
        ),
        migrations.AddField(
            model_name="quotalane",
            name="pace_clock",
            field=models.CharField(
                blank=True, default="", help_text="The clock that `pace_free_s` was read from.", max_length=64
            ),
        ),
        migrations.AddField(
            model_name="quotalane",
            name="pace_free_s",
            field=models.FloatField(
                default=0.0, help_text="The first slot nobody has taken, in seconds of that clock."
            ),
        ),
    ]
