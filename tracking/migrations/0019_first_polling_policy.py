"""Keep what a firm had decided by hand or by setting: chosen tiers, and intervals as its first policy."""

from __future__ import annotations

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q
from django.utils import timezone

from tracking.polling.policy import from_intervals

CHUNK = 5000
BY_PRIORITY = {"high": "near_real_time", "normal": "standard", "low": "low"}


def pin_chosen_tiers(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """A tier that is not its priority's was chosen by a person; it ends with the case. Commits in chunks."""
    receipts = apps.get_model("tracking", "Receipt").objects
    usual = Q(pk__in=[])
    for priority, tier in BY_PRIORITY.items():
        usual |= Q(priority=priority, tier=tier)
    over = ~Q(tier="paused") & Q(current_bucket__in=["DENIED", "REJECTED", "CLOSED"])
    chosen = receipts.exclude(usual | over).filter(pinned_tier="").order_by("pk")
    while ids := list(chosen.values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            receipts.filter(pk__in=ids).update(pinned_tier=F("tier"))


def keep_intervals(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """The setting becomes the first version; whoever starts afterwards with it is told to remove it."""
    versions = apps.get_model("tracking", "PollingPolicyVersion").objects
    if settings.LEGIST_TIER_INTERVALS and not versions.exists():
        versions.create(
            number=1,
            content=from_intervals(settings.LEGIST_TIER_INTERVALS),
            reason="Taken over from LEGIST_TIER_INTERVALS.",
            published_at=timezone.now(),
        )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tracking", "0018_polling_policies")]
    operations = [
        migrations.RunPython(pin_chosen_tiers, migrations.RunPython.noop),
        migrations.RunPython(keep_intervals, migrations.RunPython.noop),
    ]
