"""The e-mail as the client gets it; the approval page and the delivery use the same function."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.template.loader import render_to_string

from legist.core.channels.email import render_text
from legist.practice.firm_contact import read_reach


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a message: a heading, a paragraph or a list."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RenderedEmail:
    """What is handed to the mail server."""

    subject: str
    text: str
    html: str


def render_email(texts: dict[str, dict[str, str]], language: str) -> RenderedEmail:
    """Return subject, plain text and HTML of an approved text in one language."""
    text = texts[language]
    context = {
        "subject": text["subject"],
        "body": text["body"],
        "blocks": blocks(text["body"]),
        "firm_name": settings.LEGIST_FIRM_NAME,
        "reach": read_reach(),
        "portal_url": f"{settings.LEGIST_BASE_URL}/portal/",
        "language": language,
    }
    folder = f"emails/{language if language in dict(settings.LANGUAGES) else 'en'}"
    return RenderedEmail(
        subject=" ".join(text["subject"].split()),
        text=render_text(f"{folder}/client_message.txt", context),
        html=render_to_string(f"{folder}/client_message.html", context),
    )


def blocks(body: str) -> list[Block]:
    """Split a plain text into blocks: blank lines part them, `- ` begins an item, a final `:` a heading.

    A greeting such as "Hola, Dana:" has a comma and is no heading.
    """
    found = []
    for chunk in body.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        for kind, group in groupby(lines, key=_kind):
            texts = tuple(line.removeprefix("- ") for line in group)
            found.append(Block(kind, texts))
    return found


def _kind(line: str) -> str:
    if line.startswith("- "):
        return "list"
    is_heading = line.endswith(":") and "," not in line and len(line) < 80
    return "heading" if is_heading else "paragraph"
