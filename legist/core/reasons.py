"""Why a person did something: asked for in one place, and never left out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from legist.core.errors import InvalidInput


def required_reason(given: str, *, message: str = "", field: str = "reason") -> str:
    """Return the reason, trimmed; raise InvalidInput, on that field, when there is none."""
    reason = given.strip()
    if not reason:
        message = message or _("Say why; the reason stays on the record.")
        raise InvalidInput(message, {field: [message]})
    return reason
