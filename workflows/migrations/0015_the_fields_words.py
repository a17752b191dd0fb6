"""Models get the field's words; their tables keep the names that ciphertexts, seals and the record are bound to."""

from django.db import migrations

RENAMED = (
    ("PaperNotice", "UscisNotice"),
    ("PaperScan", "NoticeScan"),
    ("PaperRevision", "NoticeRevision"),
    ("PaperWatch", "NoticeWatch"),
    ("PaperWait", "GracePeriod"),
    ("Notice", "Notification"),
)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0014_service_unknown")]

    operations = [
        operation
        for old, new in RENAMED
        for operation in (
            migrations.AlterModelTable(old, table=f"workflows_{old.lower()}"),
            migrations.RenameModel(old, new),
        )
    ]
