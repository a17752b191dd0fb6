"""Give the words that were published before approvals were asked for the hash of what they say.

They keep `basis = before` from the column's default, stay in force, and can be approved afterwards. Safe to
repeat: only rows without a hash are touched.
"""

import hashlib
import json

from django.db import migrations


def hash_words(apps, schema_editor):
    versions = apps.get_model("workflows", "WordingVersion").objects.using(schema_editor.connection.alias)
    for pk, code, texts in versions.filter(content_hash="").values_list("pk", "code", "texts"):
        encoded = json.dumps([code, texts], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        versions.filter(pk=pk, content_hash="").update(
            content_hash=hashlib.sha256(encoded.encode()).hexdigest()
        )


class Migration(migrations.Migration):
    dependencies = [("workflows", "0002_words_wait_for_approval")]

    operations = [migrations.RunPython(hash_words, migrations.RunPython.noop, elidable=True)]
