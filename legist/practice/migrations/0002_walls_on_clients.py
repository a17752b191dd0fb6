"""A wall stands on a client or on a matter; those that stand already wait to be sorted.

The table keeps its name, because the encrypted reasons are bound to it. Renaming the model takes its field
history along. What an existing wall is to become is settled after the migrations, by
`legist.practice.walls.sort_earlier_walls`, which writes to the record; until then each stays where it is.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practice", "0001_initial")]

    operations = [
        migrations.AlterModelTable(name="matterwall", table="practice_matterwall"),
        migrations.RenameModel(old_name="MatterWall", new_name="Wall"),
        migrations.AddField(
            model_name="wall",
            name="client",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="walls",
                to="practice.client",
            ),
        ),
        migrations.AlterField(
            model_name="wall",
            name="matter",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="walls",
                to="practice.matter",
            ),
        ),
        migrations.AddField(
            model_name="wall",
            name="earlier",
            field=models.CharField(blank=True, default="unsorted", max_length=12),
        ),
        migrations.AlterField(
            model_name="wall",
            name="earlier",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "None of those"),
                    ("unsorted", "Not looked at yet"),
                    ("undecided", "A person has to say how far it reaches"),
                ],
                default="",
                help_text="Whether it stood before walls on clients, and still has to be sorted.",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="wall",
            index=models.Index(
                condition=models.Q(("earlier", ""), _negated=True), fields=["earlier"], name="wall_earlier"
            ),
        ),
        migrations.AddConstraint(
            model_name="wall",
            constraint=models.UniqueConstraint(fields=("client", "user"), name="wall_once_on_client"),
        ),
        migrations.AddConstraint(
            model_name="wall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client__isnull", True), ("matter__isnull", False)),
                    models.Q(("client__isnull", False), ("matter__isnull", True)),
                    _connector="OR",
                ),
                name="wall_on_client_or_matter",
            ),
        ),
    ]
