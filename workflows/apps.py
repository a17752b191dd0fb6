"""The Django configuration of the workflows."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    """Status changes to work: playbooks, checklists, deadlines, documents, drafts, deliveries."""

    name = "workflows"
    label = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        """Register actions, subscribers and tasks, and keep the built-in playbooks installed."""
        from workflows import audit_actions, places

        audit_actions.register_subjects()
        places.register()
        for module in ("subscribers", "tasks"):
            import_module(f"workflows.{module}")
        post_migrate.connect(install_builtin, sender=self, dispatch_uid="workflows.builtin")


def install_builtin(**_signal: Any) -> None:
    """Install what every firm starts with; rows that exist already are left as they are."""
    from workflows import playbooks

    playbooks.install()
