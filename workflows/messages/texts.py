"""The words of a message in its languages, as they are written, checked and put together."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from legist.core.errors import InvalidInput

Texts = Mapping[str, Mapping[str, str]]
SUBJECT_LIMIT = 160


def plain(texts: Texts) -> dict[str, dict[str, str]]:
    """Return the texts with subjects of one line that fits, whatever names they were filled with."""
    return {
        language: {**text, "subject": _one_line(text.get("subject", ""))} for language, text in texts.items()
    }


def _one_line(subject: str) -> str:
    line = " ".join(subject.split())
    return line if len(line) <= SUBJECT_LIMIT else f"{line[: SUBJECT_LIMIT - 1]}…"


def clean(texts: Texts) -> dict[str, dict[str, str]]:
    """Return the texts with even line ends; raise InvalidInput naming each field that is empty or long."""
    cleaned = {
        language: {part: text.get(part, "").replace("\r\n", "\n").strip() for part in ("subject", "body")}
        for language, text in texts.items()
    }
    errors: dict[str, list[str]] = {}
    for language, text in cleaned.items():
        for part, value in text.items():
            if not value:
                errors[f"{part}_{language}"] = [
                    _("Write something here: the client would get an empty text.")
                ]
        if len(text["subject"]) > SUBJECT_LIMIT or "\n" in text["subject"]:
            errors[f"subject_{language}"] = [
                _("Use one line of at most %(most)d characters.") % {"most": SUBJECT_LIMIT}
            ]
    if errors:
        raise InvalidInput(_("The message cannot be saved like this."), errors)
    return cleaned
