"""Versions of the firm's own words: the newest of a code is what clients read.

None is made but from an approval (`workflows.proposals.approve`), or with words that are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from legist.core.actors import Actor
from legist.core.errors import WrongState
from legist.core.uow import acting
from legist.practice.models import User
from workflows import audit_actions as actions
from workflows.models import WordingApproval, WordingProposal, WordingVersion
from workflows.plain_language import LANGUAGES, TEXTS, Wording
from workflows.plain_language.fingerprint import words_hash
from workflows.plain_language.selectors import proposed_texts, texts_in_force
from workflows.states import Basis

Fields = Mapping[str, Mapping[str, str]]
Texts = Mapping[str, Wording]


@dataclass(frozen=True, slots=True)
class Publication:
    """What somebody wants clients to read for a code, and what their editor began with.

    `based_on`: the version in force then. `over`: the hash of the proposal that waited then, or empty.
    `agree`: the person says that both languages say the same now. `hard_because`: why a text that is hard
    to read should be published all the same; empty when nobody said so.
    """

    code: str
    texts: Fields
    based_on: int
    reason: str
    over: str = ""
    agree: bool = False
    hard_because: str = ""


def publish_ours(
    new: Publication, texts: Texts, latest: WordingVersion | None, *, by: User, actor: Actor, now: datetime
) -> WordingVersion:
    """Put our own words in force again; they take no approval."""
    version = _version(new, texts, latest)
    version.basis, version.published_by = Basis.SHIPPED, by
    return _save(version, actor=actor, now=now)


def publish_approved(
    approval: WordingApproval, proposal: WordingProposal, *, actor: Actor, now: datetime
) -> WordingVersion:
    """Put exactly the words of an approved proposal in force.

    Raises WrongState when they were written upon another version than the one in force now.
    """
    latest = lock_latest(proposal.code, based_on=proposal.based_on)
    version = _version(_as_publication(proposal), proposed_texts(proposal), latest)
    version.basis, version.approval, version.approved_hash = Basis.APPROVED, approval, approval.content_hash
    version.published_by = proposal.proposed_by
    return _save(version, actor=actor, now=now)


def _save(version: WordingVersion, *, actor: Actor, now: datetime) -> WordingVersion:
    version.published_at = now
    version.save(force_insert=True)
    data = {"code": version.code, "version": version.version, "languages": ", ".join(version.changed)}
    acting(actor=actor, now=now).record(actions.WORDING_PUBLISHED, version, **data)
    return version


def _version(new: Publication, texts: Texts, latest: WordingVersion | None) -> WordingVersion:
    """Return the version that these words would be, not saved yet."""
    changed = changed_languages(new.code, texts, latest)
    own = [language for language in LANGUAGES if texts[language] != TEXTS[language][new.code]]
    plain = {language: texts[language]._asdict() for language in LANGUAGES}
    return WordingVersion(
        code=new.code,
        version=new.based_on + 1,
        texts=plain,
        content_hash=words_hash(new.code, plain),
        own=own,
        changed=changed,
        behind=behind_after(new, changed, latest) if own else "",
        reason=new.reason.strip(),
        hard_because=new.hard_because.strip(),
    )


def _as_publication(proposal: WordingProposal) -> Publication:
    return Publication(
        code=proposal.code,
        texts=proposal.texts,
        based_on=proposal.based_on,
        reason=proposal.reason,
        agree=proposal.agree,
        hard_because=proposal.hard_because,
    )


def lock_latest(code: str, *, based_on: int) -> WordingVersion | None:
    """Return the version in force, locked; raise WrongState unless it is the one the author began with."""
    latest = WordingVersion.objects.select_for_update().filter(code=code).order_by("-version").first()
    if (latest.version if latest else 0) != based_on:
        raise overtaken()
    return latest


def changed_languages(code: str, texts: Texts, latest: WordingVersion | None) -> list[str]:
    """Return the languages in which these words differ from those in force."""
    before = texts_in_force(code, latest)
    return [language for language in LANGUAGES if texts[language] != before[language]]


def behind_after(new: Publication, changed: list[str], latest: WordingVersion | None) -> str:
    """Return the language that does not say the same as the other after this, or an empty text."""
    if new.agree or len(changed) == len(LANGUAGES):
        return ""
    if not changed:
        return latest.behind if latest else ""
    return next(language for language in LANGUAGES if language not in changed)


def overtaken() -> WrongState:
    """Return what the second of two writers is told."""
    return WrongState(gettext("Somebody else wrote new words for this status while you were writing."))
