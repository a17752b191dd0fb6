"""The icons of the product as one file, which a page names its icons in: `<use href="…/icons.svg#check">`."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final
from zipfile import ZipFile

from django.core.exceptions import ImproperlyConfigured

SPRITE: Final = "icons.svg"
DRAWING: Final = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
# Names of https://lucide.dev. How thick a line is, and in which colour, the style sheet says.
NAMES: Final = """
    activity archive arrow-down arrow-down-up arrow-left arrow-right arrow-up badge-check ban bell
    book-open bookmark bookmark-plus bot columns-3
    briefcase calendar-check calendar-clock calendar-days calendar-plus calendar-search calendar-x
    camera check check-check chevron-down chevron-left chevron-right circle circle-alert circle-check
    circle-dashed circle-dot circle-off circle-pause circle-question-mark circle-slash circle-x
    clipboard-check clipboard-list clock cloud-off contact copy corner-down-right corner-up-left
    database download ellipsis eye file-diff file-question-mark file-spreadsheet file-text
    fingerprint-pattern folder folder-check folder-closed folder-input folder-open folder-plus
    folder-tree gauge git-merge hand handshake history hourglass house id-card inbox info key-round
    keyboard languages life-buoy lightbulb link list list-checks list-filter list-ordered log-out mail
    mail-check mail-open mail-plus mail-question-mark mail-search mail-warning mail-x maximize-2
    megaphone merge message-square message-square-text milestone monitor moon package panel-right pause
    pen-line pencil phone pin pin-off play plus power-off printer receipt-text refresh-cw rotate-ccw rotate-cw
    scale scan-line scan-search scroll-text search search-x send send-horizontal settings shield
    shield-alert shield-check shield-off shield-question-mark shield-x siren smartphone
    split square-check square-pen sticky-note sun tags timer
    trash-2 triangle-alert undo-2 upload user user-check user-plus
    users workflow x
"""
ICONS: Final = frozenset(NAMES.split())


def sprite() -> str:
    """Return the file of all icons."""
    with files("lucide").joinpath("lucide.zip").open("rb") as packed, ZipFile(packed) as drawings:
        icons = {name: drawings.read(f"{name}.svg").decode() for name in sorted(ICONS)}
    symbols = (
        f'<symbol id="{name}" viewBox="0 0 24 24">{_drawing(icon)}</symbol>' for name, icon in icons.items()
    )
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>"


def known(name: str) -> str:
    """Return the name of an icon that the file holds.

    Raises ImproperlyConfigured: there is no such icon in the file, so nothing would be drawn.
    """
    if name not in ICONS:
        message = f"There is no icon {name!r} in legist.core.web.icons."
        raise ImproperlyConfigured(message)
    return name


def _drawing(icon: str) -> str:
    found = DRAWING.search(icon)
    return re.sub(r"\s+", " ", found[1]).replace("> <", "><").strip() if found else ""
