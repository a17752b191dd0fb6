"""How templates are read, how a component is rendered, and which icon stands for a tone."""

from __future__ import annotations

import re
from typing import Final

from django.template import Origin
from django.template.loader import render_to_string
from django.template.loaders import filesystem
from django.utils.safestring import SafeString

TONE_ICONS = {
    "neutral": "circle-dashed",
    "waiting": "hourglass",
    "action": "circle-alert",
    "good": "circle-check",
    "bad": "circle-x",
}

INDENT: Final = re.compile(r"\n[ \t]+")


class Loader(filesystem.Loader):
    """Reads our templates without their indent: it is for people who read them."""

    def get_contents(self, origin: Origin) -> str:
        text = super().get_contents(origin)
        return INDENT.sub("\n", text) if str(origin.name).endswith(".html") else text


def unmarked(value: object) -> str:
    """Return what people, files or the government wrote as text without a mark of safety.

    A component that shows such a text escapes it, whatever it went through before.
    """
    return str(value) + ""


def part(component: str, /, **context: object) -> SafeString:
    """Render templates/components/<component>.html, or a topic's own, which is named with its folder."""
    place = component if "/" in component else f"components/{component}"
    return render_to_string(f"{place}.html", context)
