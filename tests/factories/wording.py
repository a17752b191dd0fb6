"""Words of a firm's own, published as its people do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.factories.practice import NOW, Firm
from workflows.models import WordingVersion
from workflows.publishing import Publication, publish
from workflows.wording import TEXTS, Wording

OWN = {
    "en": Wording("Good news: USCIS said yes.", "Keep the letter.", "We will call you."),
    "es": Wording("Buenas noticias: USCIS dijo que sí.", "Guarde la carta.", "Le llamaremos."),
}
OURS = {language: texts["APPROVED"] for language, texts in TEXTS.items()}


def publication(texts: dict[str, Wording] | None = None, **options: Any) -> Publication:
    """Return what Alice wants to publish for an approval, unless told otherwise."""
    given = {language: text._asdict() for language, text in (texts or OWN).items()}
    fields: dict[str, Any] = {"code": "APPROVED", "texts": given, "based_on": 0, "reason": "Our tone."}
    return Publication(**fields | options)


def publish_words(
    firm: Firm,
    texts: dict[str, Wording] | None = None,
    *,
    by: str = "alice",
    now: datetime = NOW,
    **options: Any,
) -> WordingVersion:
    return publish(publication(texts, **options), actor=firm.actor(by), now=now)
