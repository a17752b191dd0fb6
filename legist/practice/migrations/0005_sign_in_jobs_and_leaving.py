from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.utils.crypto import get_random_string

import legist.core.crypto
import legist.core.ids


def take_passwords_of_clients_away(apps: Any, schema_editor: Any) -> None:
    """A client never signs in by a password; one set before is made one that nothing matches. May run twice."""
    people = apps.get_model("practice", "User").objects.using(schema_editor.connection.alias)
    people.filter(role="client").exclude(models.Q(("password__startswith", "!"))).update(
        password="!" + get_random_string(40)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("practice", "0004_seal_what_the_record_tells"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "address_index",
                    models.CharField(help_text="Blind index of the lower-case address.", max_length=64),
                ),
                ("code", legist.core.crypto.EncryptedTextField()),
                (
                    "mails",
                    models.PositiveSmallIntegerField(default=0, help_text="How often it was to be mailed."),
                ),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SignInJob",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("code", "Mail a code"),
                            ("reset", "Mail a link for a new password"),
                            ("failure", "Record a failed sign-in"),
                            ("letter", "Mail a letter"),
                        ],
                        max_length=8,
                    ),
                ),
                ("address_index", models.CharField(max_length=64)),
                (
                    "content",
                    legist.core.crypto.EncryptedJSONField(
                        help_text="The address, and the code or the letter; empty once it is done.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="client",
            name="left_portal_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When they ended their access themselves; a new invitation undoes it.",
                null=True,
            ),
        ),
        migrations.RunPython(take_passwords_of_clients_away, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "client"), _negated=True),
                    ("password__startswith", "!"),
                    _connector="OR",
                ),
                name="user_client_has_no_password",
            ),
        ),
        migrations.AddIndex(
            model_name="signincode",
            index=models.Index(fields=["address_index", "-made_at"], name="sign_in_code_address"),
        ),
        migrations.AddIndex(
            model_name="signincode",
            index=models.Index(fields=["made_at"], name="sign_in_code_made"),
        ),
        migrations.AddIndex(
            model_name="signinjob",
            index=models.Index(fields=["kind", "address_index", "created_at"], name="sign_in_job_address"),
        ),
        migrations.AddIndex(
            model_name="signinjob",
            index=models.Index(fields=["created_at"], name="sign_in_job_created"),
        ),
    ]
