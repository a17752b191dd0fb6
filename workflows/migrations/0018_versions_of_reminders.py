"""A change of reminders is a version of its own, and keeps what shipped when it was decided."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# What had shipped until then for every kind.
SHIPPED = {"offsets": [30, 14, 7, 3, 1], "attorney_after": 1, "manager_after": 1}


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("workflows", "ReminderRule").objects.filter(base__isnull=True).update(base=SHIPPED)


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0017_what_shipped_is_ours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="reminderrule",
            options={"ordering": ["kind", "version"]},
        ),
        migrations.AddField(
            model_name="reminderrule",
            name="base",
            field=models.JSONField(blank=True, help_text="What shipped when it was decided.", null=True),
        ),
        migrations.AddField(
            model_name="reminderrule",
            name="version",
            field=models.PositiveIntegerField(default=1, help_text="Counts from 1 for each kind."),
        ),
        migrations.AlterField(
            model_name="reminderrule",
            name="kind",
            field=models.CharField(max_length=40),
        ),
        migrations.AddConstraint(
            model_name="reminderrule",
            constraint=models.UniqueConstraint(fields=("kind", "version"), name="reminder_rule_version_once"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
