"""A message on its way is held under a lease like all other work; who began it when said the same before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.db.models import F, Q

HANDOVER_LIMIT = timedelta(minutes=5)


def hold(apps: Any, schema_editor: Any) -> None:
    deliveries = apps.get_model("workflows", "Delivery").objects.using(schema_editor.connection.alias)
    deliveries.filter(state="sending").update(lease_until=F("claimed_at") + HANDOVER_LIMIT)


def unhold(apps: Any, schema_editor: Any) -> None:
    deliveries = apps.get_model("workflows", "Delivery").objects.using(schema_editor.connection.alias)
    deliveries.filter(state="sending").update(claimed_at=F("lease_until") - HANDOVER_LIMIT)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0021_what_words_were_written_upon")]

    operations = [
        migrations.AddField("Delivery", "lease_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("Delivery", "lease_token", models.UUIDField(blank=True, null=True)),
        migrations.RemoveConstraint("Delivery", "delivery_sending_has_claim"),
        migrations.RunPython(hold, unhold),
        migrations.RemoveIndex("Delivery", "delivery_sending"),
        migrations.RemoveField("Delivery", "claimed_at"),
        migrations.AddConstraint(
            "Delivery",
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
                name="delivery_sending_is_leased",
            ),
        ),
        migrations.AddIndex(
            "Delivery",
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="delivery_leased_out"),
        ),
    ]
