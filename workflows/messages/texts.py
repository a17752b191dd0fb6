"""The words of a message in its languages, as they are written, checked and put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

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


def put_together(parts: Sequence[tuple[Mapping[str, str], Texts]]) -> dict[str, dict[str, str]]:
    """Return one text of several, each under its heading by language and in full.

    A greeting and closing lines that all of them share are said once; a paragraph with a heading of its own,
    such as what to do, belongs to its part and stays with it.
    """
    languages = [each for each in parts[0][1] if all(each in texts for _names, texts in parts)]
    return {language: _one_text(parts, language) for language in languages}


def _one_text(parts: Sequence[tuple[Mapping[str, str], Texts]], language: str) -> dict[str, str]:
    bodies = [texts[language]["body"].strip().split("\n\n") for _names, texts in parts]
    opening = _shared(bodies, first=True)
    closing = _shared([body[len(opening) :] for body in bodies], first=False)
    with override(language):
        lead = _("This message tells you of %(n)d things.") % {"n": len(parts)}
    told = [*opening, lead]
    for n, (body, (names, _texts)) in enumerate(zip(bodies, parts, strict=True), start=1):
        own = body[len(opening) : len(body) - len(closing)]
        told += [f"{n}. {names[language]}:", *own]
    return {"subject": parts[0][1][language]["subject"], "body": "\n\n".join([*told, *closing])}


def _shared(bodies: Sequence[Sequence[str]], *, first: bool) -> list[str]:
    """Return the paragraphs of one line that all bodies begin with (one at most), or end with.

    Each body keeps something of its own.
    """
    most = min(len(body) for body in bodies) - 1
    found: list[str] = []
    for n in range(min(most, 1) if first else most):
        said = {body[n] if first else body[-1 - n] for body in bodies}
        if len(said) > 1 or "\n" in next(iter(said)):
            break
        found.insert(len(found) if first else 0, said.pop())
    return found
