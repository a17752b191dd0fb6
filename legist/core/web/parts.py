"""How a component's template is rendered, and the icon that stands for a tone when none is named."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

TONE_ICONS = {
    "neutral": "circle-dashed",
    "waiting": "hourglass",
    "action": "circle-alert",
    "good": "circle-check",
    "bad": "circle-x",
}


def unmarked(value: object) -> str:
    """Return what people, files or the government wrote as text without a mark of safety.

    A component that shows such a text escapes it, whatever it went through before.
    """
    return str(value) + ""


def part(component: str, /, **context: object) -> SafeString:
    """Render templates/components/<component>.html."""
    return render_to_string(f"components/{component}.html", context)
