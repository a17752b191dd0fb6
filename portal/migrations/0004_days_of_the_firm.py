"""A letter is told once a day of the firm: the day of UTC began in the firm's evening. No data changes."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_letters_told")]
    operations = [
        migrations.AlterField(
            model_name="letterreport",
            name="day",
            field=models.DateField(help_text="The firm's day it was told."),
        ),
    ]
