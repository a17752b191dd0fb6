"""Models get the field's words; their tables keep the names that the record is bound to."""

from django.db import migrations

RENAMED = (
    ("VocabularyVersion", "MappingVersion"),
    ("VocabularyDraft", "MappingDraft"),
    ("VocabularyReview", "MappingReview"),
    ("RereadingRun", "ReprocessingRun"),
    ("Rereading", "ReprocessedReading"),
    ("AssistConsent", "SuggestionConsent"),
)


class Migration(migrations.Migration):
    dependencies = [("tracking", "0008_form_in_question")]

    operations = [
        operation
        for old, new in RENAMED
        for operation in (
            migrations.AlterModelTable(old, table=f"tracking_{old.lower()}"),
            migrations.RenameModel(old, new),
        )
    ]
