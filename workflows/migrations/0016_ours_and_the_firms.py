"""Ours and the firm's versions of a definition stand side by side, each counted apart."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import legist.core.crypto


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0015_the_fields_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="documenttemplate",
            name="document_template_once",
        ),
        migrations.RemoveConstraint(
            model_name="messagetemplate",
            name="message_template_once",
        ),
        migrations.RemoveConstraint(
            model_name="playbook",
            name="playbook_version_once",
        ),
        migrations.AddField(
            model_name="documenttemplate",
            name="base",
            field=models.JSONField(
                blank=True,
                help_text="What came with Legist when the firm wrote it; empty if unknown.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="documenttemplate",
            name="origin",
            field=models.CharField(
                choices=[("shipped", "Comes with Legist"), ("firm", "The firm's")],
                default="firm",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="documenttemplate",
            name="published_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="documenttemplate",
            name="reason",
            field=legist.core.crypto.EncryptedTextField(
                blank=True, help_text="Why the firm published it.", null=True
            ),
        ),
        migrations.AddField(
            model_name="messagetemplate",
            name="base",
            field=models.JSONField(
                blank=True,
                help_text="What came with Legist when the firm wrote it; empty if unknown.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="messagetemplate",
            name="origin",
            field=models.CharField(
                choices=[("shipped", "Comes with Legist"), ("firm", "The firm's")],
                default="firm",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="messagetemplate",
            name="published_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="messagetemplate",
            name="reason",
            field=legist.core.crypto.EncryptedTextField(
                blank=True, help_text="Why the firm published it.", null=True
            ),
        ),
        migrations.AddField(
            model_name="playbook",
            name="base",
            field=models.JSONField(
                blank=True,
                help_text="What came with Legist when the firm wrote it; empty if unknown.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="playbook",
            name="origin",
            field=models.CharField(
                choices=[("shipped", "Comes with Legist"), ("firm", "The firm's")],
                default="firm",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="playbook",
            name="published_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="playbook",
            name="reason",
            field=legist.core.crypto.EncryptedTextField(
                blank=True, help_text="Why the firm published it.", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="documenttemplate",
            constraint=models.UniqueConstraint(
                fields=("key", "language", "origin", "version"), name="document_template_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="messagetemplate",
            constraint=models.UniqueConstraint(
                fields=("key", "language", "origin", "version"), name="message_template_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="playbook",
            constraint=models.UniqueConstraint(
                fields=("key", "origin", "version"), name="playbook_version_once"
            ),
        ),
    ]
