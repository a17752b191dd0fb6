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


def part(component: str, /, **context: object) -> SafeString:
    """Render templates/components/<component>.html."""
    return render_to_string(f"components/{component}.html", context)
