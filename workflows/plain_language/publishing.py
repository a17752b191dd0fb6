"""Versions of the firm's own words: the newest of a code is what clients read.

None is made but from an approval (`workflows.proposals.approve`), or with words that are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from legist.core.definitions.services import Decision, Topic, keep
from legist.core.definitions.standing import Standing, Version
from legist.core.errors import WrongState
from legist.core.states import Origin
from legist.core.uow import acting
from legist.practice.models import User
from workflows import audit_actions as actions
from workflows.models import WordingApproval, WordingProposal, WordingVersion
from workflows.plain_language import LANGUAGES, TEXTS, Wording
from workflows.plain_language.faults import faults_in
from workflows.plain_language.fingerprint import words_hash
from workflows.plain_language.selectors import (
    newest_versions,
    proposed_texts,
    standing_of,
    texts_in_force,
    version_of,
    versions_of,
)
from workflows.states import Basis

Fields = Mapping[str, Mapping[str, str]]
Texts = Mapping[str, Wording]


@dataclass(frozen=True, slots=True)
class Publication:
    """What somebody wants clients to read for a code, and what their editor began with.

    `seen`: the hash of the words that held then. `over`: the hash of the proposal that waited then, or empty.
    `merges`: the hash of our words that were put together with the firm's, or empty. `agree`: the person says
    that both languages say the same now. `hard_because`: why a text that is hard to read should be published
    all the same; empty when nobody said so.
    """

    code: str
    texts: Fields
    seen: str
    reason: str
    over: str = ""
    merges: str = ""
    agree: bool = False
    hard_because: str = ""


@dataclass(frozen=True, slots=True)
class WordingTopic(Topic[str, WordingVersion]):
    """The words for each status code. Written are those of `words`, by whom, and by what they may be read."""

    words: Publication | WordingProposal | None = None
    by: User | None = None
    approval: WordingApproval | None = None

    def read(self, key: str, /, *, lock: bool = False) -> Standing:
        rows = WordingVersion.objects.filter(code=key).order_by("-version")
        return standing_of(key, (rows.select_for_update() if lock else rows).first())

    def standings(self) -> dict[str, Standing]:
        newest = {row.code: row for row in newest_versions()}
        return {code: standing_of(code, newest.get(code)) for code in TEXTS["en"]}

    def history(self, key: str, /) -> list[Version]:
        return [version_of(row) for row in versions_of(key)]

    def faults(self, _key: str, content: Any, /) -> list[str]:
        try:
            found = faults_in({language: Wording(**content[language]) for language in LANGUAGES})
        except (KeyError, TypeError) as error:
            return [repr(error)]
        return list(dict.fromkeys(line for lines in found.values() for line in lines))

    def write(self, key: str, version: Version, decision: Decision, /) -> WordingVersion:
        texts = {language: Wording(**version.content[language]) for language in LANGUAGES}
        plain = {language: texts[language]._asdict() for language in LANGUAGES}
        latest = WordingVersion.objects.filter(code=key).order_by("-version").first()
        approved = self.approval.content_hash if self.approval else ""
        row = WordingVersion(
            code=key,
            version=version.number,
            texts=plain,
            base=version.base,
            content_hash=words_hash(key, plain),
            own=[language for language in LANGUAGES if texts[language] != TEXTS[language][key]],
            changed=changed_languages(key, texts, latest),
            behind=version.content["behind"],
            reason=decision.reason,
            hard_because=self.words.hard_because.strip() if self.words else "",
            published_by=self.by,
            published_at=decision.now,
            basis=Basis.APPROVED if self.approval else Basis.SHIPPED,
            approval=self.approval,
            approved_hash=approved,
        )
        row.save(force_insert=True)
        data = {"code": key, "version": row.version, "languages": ", ".join(row.changed)}
        acting(actor=decision.actor, now=decision.now).record(actions.WORDING_PUBLISHED, row, **data)
        return row


TOPIC = WordingTopic()


def publish_ours(new: Publication, version: Version, *, by: User, decision: Decision) -> WordingVersion:
    """Put our own words in force again; they take no approval."""
    return keep(WordingTopic(new, by), new.code, version=version, decision=decision)


def publish_approved(
    approval: WordingApproval, proposal: WordingProposal, *, decision: Decision
) -> WordingVersion:
    """Put exactly the words of an approved proposal in force.

    Raises WrongState when they were written upon another version than the one in force now.
    """
    code, texts = proposal.code, proposed_texts(proposal)
    latest = WordingVersion.objects.select_for_update().filter(code=code).order_by("-version").first()
    if (latest.version if latest else 0) != proposal.based_on:
        raise overtaken()
    content = content_of(code, texts, agree=proposal.agree, latest=latest)
    version = Version(Origin.FIRM, proposal.based_on + 1, content, proposal.base)
    topic = WordingTopic(proposal, proposal.proposed_by, approval)
    return keep(topic, code, version=version, decision=decision)


def content_of(code: str, texts: Texts, *, agree: bool, latest: WordingVersion | None) -> dict[str, Any]:
    """Return words as one definition: both languages, and the one that does not say the same, if any."""
    plain = {language: texts[language]._asdict() for language in LANGUAGES}
    is_ours = all(texts[language] == TEXTS[language][code] for language in LANGUAGES)
    changed = changed_languages(code, texts, latest)
    behind = "" if is_ours else _behind_after(changed, agree=agree, latest=latest)
    return plain | {"behind": behind}


def changed_languages(code: str, texts: Texts, latest: WordingVersion | None) -> list[str]:
    """Return the languages in which these words differ from those in force."""
    before = texts_in_force(code, latest)
    return [language for language in LANGUAGES if texts[language] != before[language]]


def _behind_after(changed: list[str], *, agree: bool, latest: WordingVersion | None) -> str:
    """Return the language that does not say the same as the other after this, or an empty text."""
    if agree or len(changed) == len(LANGUAGES):
        return ""
    if not changed:
        return latest.behind if latest else ""
    return next(language for language in LANGUAGES if language not in changed)


def overtaken() -> WrongState:
    """Return what the second of two writers is told."""
    return WrongState(gettext("Somebody else wrote new words for this status while you were writing."))
