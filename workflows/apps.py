"""The Django configuration of the workflows."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db.models import Model
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    """Status changes to work: playbooks, checklists, deadlines, documents, drafts, deliveries."""

    name = "workflows"
    label = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        """Register what others ask for, and keep the built-in playbooks installed."""
        from workflows import audit_actions, registrations, subscribers, tasks  # noqa: F401  register themselves

        audit_actions.register_subjects()
        registrations.register()
        post_migrate.connect(install_builtin, sender=self, dispatch_uid="workflows.builtin")


def install_builtin(*, apps: Any = apps, **_signal: Any) -> None:
    """Install what every firm starts with; rows that exist already are left as they are.

    Django sends this after migrating any app, even while our own tables are missing or
    are those of an earlier release.
    """
    from legist.core.clock import utc_now
    from legist.practice import firm_contact
    from workflows.models import DocumentTemplate, MessageTemplate, Playbook, ShippedText
    from workflows.plain_language import shipped
    from workflows.playbooks import store as playbooks

    kept = (Playbook, MessageTemplate, DocumentTemplate, ShippedText, firm_contact.TOPIC.model)
    if all(_stands(model, apps) for model in kept):
        firm_contact.install(now=utc_now())
        playbooks.install()
        shipped.note_changes(now=utc_now())


def _stands(model: type[Model], apps: Any) -> bool:
    """True when the model's table has every column that it has today."""
    try:
        known = apps.get_model(model._meta.label)
    except LookupError:
        return False
    return {each.column for each in model._meta.concrete_fields} <= {
        each.column for each in known._meta.concrete_fields
    }
