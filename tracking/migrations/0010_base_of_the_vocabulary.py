"""Keep upon what a vocabulary was written; for those from before, the stages that ship with this release."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Key, name, name in Spanish, tone, codes.
SHIPPED = (
    (
        "RECEIVED",
        "Received",
        "Recibido",
        "neutral",
        "RECEIVED",
    ),
    (
        "INITIAL_REVIEW",
        "Initial Review",
        "Revisión inicial",
        "waiting",
        "INITIAL_REVIEW",
    ),
    (
        "BIOMETRICS",
        "Biometrics",
        "Datos biométricos",
        "waiting",
        "BIOMETRICS_SCHEDULED BIOMETRICS_DONE BIOMETRICS_CANCELLED BIOMETRICS_RESCHEDULED",
    ),
    (
        "IN_REVIEW",
        "In Review",
        "En revisión",
        "waiting",
        "IN_REVIEW RESPONSE_RECEIVED TRANSFERRED ON_HOLD REQUEST_CANCELLED WAITING_LIST",
    ),
    (
        "ACTION_REQUESTED",
        "RFE / action requested",
        "RFE / acción solicitada",
        "action",
        "RFE_ISSUED NOID_ISSUED NOIR_ISSUED NOTICE_MAILED NTA_ISSUED",
    ),
    (
        "INTERVIEW_OATH",
        "Interview",
        "Entrevista",
        "action",
        "INTERVIEW_READY INTERVIEW_SCHEDULED INTERVIEW_CANCELLED INTERVIEW_COMPLETED NO_SHOW OATH_CEREMONY INTERVIEW_RESCHEDULED OATH_CANCELLED OATH_RESCHEDULED",
    ),
    (
        "APPROVED",
        "Approved",
        "Aprobado",
        "good",
        "APPROVED SENT_TO_DOS",
    ),
    (
        "DOCUMENT",
        "Card / document",
        "Tarjeta / documento",
        "good",
        "DOC_PRODUCTION DOC_MAILED DOC_DELIVERED",
    ),
    (
        "RETURNED_MAIL",
        "Returned mail",
        "Correo devuelto",
        "action",
        "MAIL_RETURNED DOC_DESTROYED",
    ),
    (
        "DENIED",
        "Denied",
        "Denegado",
        "bad",
        "DENIED",
    ),
    (
        "REJECTED",
        "Rejected",
        "Rechazado",
        "bad",
        "REJECTED",
    ),
    (
        "CLOSED",
        "Closed / archived",
        "Cerrado / archivado",
        "neutral",
        "WITHDRAWN CLOSED REVOKED_TERMINATED COURT_REFERRAL",
    ),
    (
        "APPEAL_REOPEN",
        "Appeal / reopened",
        "Apelación / reabierto",
        "waiting",
        "REOPENED APPEAL_MOTION",
    ),
)


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    names = ("key", "name", "name_es", "tone")
    buckets = [
        dict(zip(names, values, strict=True)) | {"team": "", "codes": codes.split()}
        for *values, codes in SHIPPED
    ]
    versions = apps.get_model("tracking", "MappingVersion").objects.filter(base__isnull=True)
    versions.update(base={"buckets": buckets, "rules": []})


class Migration(migrations.Migration):
    dependencies = [("tracking", "0009_the_fields_words")]
    operations = [
        migrations.AddField(
            "mappingversion",
            "base",
            models.JSONField(blank=True, help_text="What came with Legist when it was written.", null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
