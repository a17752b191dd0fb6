"""The words in force, and how they came to be: for the client's pages, the drafts and the editor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, QuerySet

from legist.core import seals
from legist.core.actors import Actor
from legist.core.definitions.standing import Standing, Version
from legist.core.errors import NotFound
from legist.core.states import Origin
from legist.practice.permissions import Capability, can, require
from tracking.statuses import CODES, Bucket, StatusCode
from workflows.models import WordingProposal, WordingVersion
from workflows.plain_language import LANGUAGES, PARTS, TEXTS, Catalog, Wording
from workflows.plain_language.reading import Reading, measure
from workflows.states import ProposalState

Texts = Mapping[str, Wording]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LanguageState:
    """One language of one code: whose words hold, since when, by whom, and how they read."""

    language: str
    is_own: bool
    version: int
    published_at: datetime | None
    published_by: str
    reading: Reading | None
    is_behind: bool


@dataclass(frozen=True, slots=True)
class WordingRow:
    """One status code in the list."""

    code: str
    bucket: str
    languages: tuple[LanguageState, ...]

    @property
    def is_own(self) -> bool:
        return any(each.is_own for each in self.languages)

    @property
    def needs_a_look(self) -> bool:
        """True when the languages differ, or one is hard to read."""
        return any(
            each.is_behind or (each.reading is not None and each.reading.is_hard) for each in self.languages
        )


@dataclass(frozen=True, slots=True)
class WordingDetail:
    """One code with its words in force, what waits for an attorney, and all versions, newest first."""

    row: WordingRow
    texts: Texts
    versions: Sequence[WordingVersion]
    can_edit: bool
    standing: Standing
    waiting: WordingProposal | None = None

    @property
    def version(self) -> int:
        """The version in force; 0 while nobody has published one."""
        return self.versions[0].version if self.versions else 0


def read_book() -> Catalog:
    """Return every text in force: one query, however many codes or cases are asked about.

    Where the newest version is not as the application wrote it, clients read the words that ship with us.
    """
    newest = [version for version in newest_versions() if _is_whole(version)]
    own = {(row.code, language): _wording(row, language) for row in newest for language in row.own}
    return Catalog(own, {row.code: row.version for row in newest if row.own})


def list_wordings(actor: Actor) -> list[WordingRow]:
    """Return all codes in the order of a case, for staff who may see how the firm works; one query."""
    require(actor, Capability.VIEW_PLAYBOOKS)
    by_code: dict[str, list[WordingVersion]] = {}
    for version in _history(WordingVersion.objects.all()):
        by_code.setdefault(version.code, []).append(version)
    rows = [_row(code, by_code.get(code, [])) for code in StatusCode]
    order = list(Bucket)
    return sorted(rows, key=lambda row: order.index(Bucket(row.bucket)))


def wording_detail(actor: Actor, code: str) -> WordingDetail:
    """Return one code with its versions; NotFound for a code that does not exist."""
    require(actor, Capability.VIEW_PLAYBOOKS)
    if code not in StatusCode.__members__:
        raise NotFound
    versions = list(versions_of(code))
    newest = versions[0] if versions else None
    return WordingDetail(
        row=_row(code, versions),
        texts=texts_in_force(code, newest),
        versions=versions,
        can_edit=can(actor, Capability.EDIT_WORDING),
        standing=standing_of(code, newest),
        waiting=open_proposal(code),
    )


def open_proposal(code: str, *, lock: bool = False) -> WordingProposal | None:
    """Return what waits for a code."""
    waiting = WordingProposal.objects.filter(code=code, state=ProposalState.PROPOSED)
    if lock:
        return waiting.select_for_update().first()
    return waiting.select_related("proposed_by").first()


def access_version(actor: Actor, version_id: UUID) -> WordingVersion:
    """Return one version by its id."""
    require(actor, Capability.VIEW_PLAYBOOKS)
    version = (
        WordingVersion.objects.select_related("published_by", "approval__by").filter(pk=version_id).first()
    )
    if version is None:
        raise NotFound
    return version


def standing_of(code: str, newest: WordingVersion | None) -> Standing:
    """Return where the words for a code stand; ours step in for a version that is not as it was written."""
    content = {language: TEXTS[language][code]._asdict() for language in LANGUAGES} | {"behind": ""}
    shipped = Version(Origin.SHIPPED, 0, content)
    own = version_of(newest) if newest else None
    return Standing(shipped, own, latest=own.number if own else 0)


def version_of(row: WordingVersion) -> Version:
    """Return a published version as it reads today: a language that is not the firm's own follows ours."""
    content, base = dict[str, Any](behind=row.behind), dict[str, Any](behind="")
    for language in LANGUAGES:
        if language not in row.own:
            content[language] = base[language] = TEXTS[language][row.code]._asdict()
            continue
        content[language] = row.texts[language]
        if row.base and language in row.base:
            base[language] = row.base[language]
    fault = seals.fault(row)
    return Version(Origin.FIRM, row.version, content, base, (fault,) if fault else (), row)


def texts_in_force(code: str, newest: WordingVersion | None) -> dict[str, Wording]:
    """Return the words that hold for a code, given its newest version."""
    own = newest.own if newest else []
    return {
        language: _wording(newest, language) if newest and language in own else TEXTS[language][code]
        for language in LANGUAGES
    }


def published_texts(version: WordingVersion) -> dict[str, Wording]:
    """Return the words of a version as they were published, in both languages."""
    return {language: _wording(version, language) for language in LANGUAGES}


def proposed_texts(proposal: WordingProposal) -> dict[str, Wording]:
    """Return the words of a proposal in both languages."""
    return {language: Wording(**proposal.texts[language]) for language in LANGUAGES}


def _wording(version: WordingVersion, language: str) -> Wording:
    return Wording(*(version.texts[language][part] for part in PARTS))


def _is_whole(version: WordingVersion) -> bool:
    fault = seals.fault(version)
    if fault:
        log.error("wording_not_shown", code=version.code, version=version.version, fault=fault)
    return not fault


def newest_versions() -> QuerySet[WordingVersion]:
    """Return the version in force of each code that has one."""
    newer = WordingVersion.objects.filter(code=OuterRef("code"), version__gt=OuterRef("version"))
    return WordingVersion.objects.filter(~Exists(newer))


def versions_of(code: str) -> QuerySet[WordingVersion]:
    """Return the versions of a code, newest first, with who wrote and who approved each."""
    return _history(WordingVersion.objects.filter(code=code))


def _history(versions: QuerySet[WordingVersion]) -> QuerySet[WordingVersion]:
    return versions.select_related("published_by", "approval__by").order_by("code", "-version")


def _row(code: str, versions: Sequence[WordingVersion]) -> WordingRow:
    """Put a code's versions, newest first, into one line of the list."""
    texts = texts_in_force(code, versions[0] if versions else None)
    states = (_state(language, texts[language], versions) for language in LANGUAGES)
    return WordingRow(code, CODES[StatusCode(code)].bucket, tuple(states))


def _state(language: str, text: Wording, versions: Sequence[WordingVersion]) -> LanguageState:
    since = next((version for version in versions if language in version.changed), None)
    newest = versions[0] if versions else None
    return LanguageState(
        language=language,
        is_own=bool(newest and language in newest.own),
        version=since.version if since else 0,
        published_at=since.published_at if since else None,
        published_by=since.published_by.name if since else "",
        reading=measure(text, language),
        is_behind=bool(newest and newest.behind == language),
    )
