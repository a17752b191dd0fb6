"""Receipts that were filed together find each other by a keyed index of what their numbers share."""

from __future__ import annotations

from contextlib import suppress

from django.apps.registry import Apps
from django.db import migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from legist.core.crypto import CryptoError, blind_index
from tracking.receipts import FILING, ReceiptNumber

CHUNK = 1000


def index_filings(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the index in chunks that commit, so that whoever was cut off goes on; a number that cannot be
    opened stays without.
    """
    receipts = apps.get_model("tracking", "Receipt").objects
    after = Q()
    while ids := list(
        receipts.filter(after, filing_index="").order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        with transaction.atomic():
            chunk = []
            for receipt in receipts.filter(pk__in=ids).only("number"):
                with suppress(CryptoError):
                    receipt.filing_index = blind_index(ReceiptNumber(receipt.number).filing, FILING)
                    chunk.append(receipt)
            receipts.bulk_update(chunk, ["filing_index"], batch_size=100)
        after = Q(pk__gt=ids[-1])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tracking", "0019_first_polling_policy")]
    operations = [
        migrations.AddField(
            model_name="receipt",
            name="filing_index",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Blind index of what receipts filed together share.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="neighbour_changed_at",
            field=models.DateTimeField(
                blank=True, help_text="When the status of one filed together last changed.", null=True
            ),
        ),
        migrations.RunPython(index_filings, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(condition=~Q(filing_index=""), fields=["filing_index"], name="receipt_filing"),
        ),
    ]
