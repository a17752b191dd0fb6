"""Words of a firm's own, proposed and approved as its people do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.factories.practice import NOW, Firm
from workflows.models import WordingProposal, WordingVersion
from workflows.plain_language import TEXTS, Wording
from workflows.plain_language.fingerprint import words_hash
from workflows.plain_language.proposals import approve, propose
from workflows.plain_language.publishing import Publication
from workflows.plain_language.selectors import standing_of
from workflows.states import Basis

OWN = {
    "en": Wording("Good news: USCIS said yes.", "Keep the letter.", "We will call you."),
    "es": Wording("Buenas noticias: USCIS dijo que sí.", "Guarde la carta.", "Le llamaremos."),
}
OURS = {language: texts["APPROVED"] for language, texts in TEXTS.items()}
MOMENT = timedelta(seconds=1)


def publication(texts: dict[str, Wording] | None = None, **options: Any) -> Publication:
    """Return what Alice wants clients to read about an approval, unless told otherwise."""
    given = {language: text._asdict() for language, text in (texts or OWN).items()}
    fields: dict[str, Any] = {"code": "APPROVED", "texts": given, "reason": "Our tone."} | options
    return Publication(**fields | {"seen": seen(fields["code"], fields.pop("based_on", 0))})


def seen(code: str = "APPROVED", number: int = 0) -> str:
    """Return what names the words of a version to whoever saw them; ours for 0."""
    version = WordingVersion.objects.filter(code=code, version=number).first()
    return standing_of(code, version).hash if code in TEXTS["en"] else ""


def propose_words(
    firm: Firm,
    texts: dict[str, Wording] | None = None,
    *,
    by: str = "mary",
    now: datetime = NOW,
    **options: Any,
) -> WordingProposal:
    proposal = propose(publication(texts, **options), actor=firm.actor(by), now=now)
    assert isinstance(proposal, WordingProposal)
    return proposal


def approve_words(
    firm: Firm, proposal: WordingProposal, *, by: str = "alice", now: datetime | None = None
) -> WordingVersion:
    """Approve what was proposed, by somebody who has just proved who they are."""
    at = now or proposal.proposed_at + MOMENT
    return approve(
        proposal.pk,
        version_hash=proposal.content_hash,
        actor=firm.actor(by),
        now=at,
        authenticated_at=at,
    )


def publish_words(
    firm: Firm,
    texts: dict[str, Wording] | None = None,
    *,
    by: str = "alice",
    now: datetime = NOW,
    **options: Any,
) -> WordingVersion:
    """Propose and approve; Alice is the firm's only attorney and approves words of her own too."""
    made = propose(publication(texts, **options), actor=firm.actor(by), now=now)
    return approve_words(firm, made) if isinstance(made, WordingProposal) else made


def make_old(firm: Firm, by: str = "mary") -> WordingVersion:
    """Words as they were published before approvals were asked for."""
    plain = {language: wording._asdict() for language, wording in OWN.items()}
    version = WordingVersion(
        code="APPROVED",
        version=1,
        texts=plain,
        content_hash=words_hash("APPROVED", plain),
        own=["en", "es"],
        changed=["en", "es"],
        reason="Our tone.",
        published_by=getattr(firm, by),
        published_at=NOW,
        basis=Basis.BEFORE,
    )
    version.save(force_insert=True)
    return version
