"""The models of an earlier release."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader


def models_after(*migrations: tuple[str, str]) -> Any:
    """Return the models as the migrations left them."""
    return MigrationLoader(connection, replace_migrations=False).project_state(list(migrations)).apps
