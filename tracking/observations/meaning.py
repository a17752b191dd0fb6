"""What a reading means: the words turned into a status, and the digests that tell news from repetition."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from legist.core.crypto import keyed_hash
from tracking.mapping.content import StatusMapping
from tracking.models import Override, Reads, StatusChange
from tracking.normalizer import Facts, Normalized, heeding, is_heading, normalize, nth_request, tells_again
from tracking.observations.identity import LISTED, MODIFIED, NTH, REPEATS
from tracking.observations.standing import (
    ANSWERABLE,
    APPEARANCES,
    APPOINTMENTS,
    LONGEST_PERIOD,
    REQUESTS,
)
from tracking.sources.base import HistoryItem, Reading
from tracking.states import FROM_HISTORY
from tracking.statuses import Bucket, StatusCode, acts_as

_TITLE_LENGTH = 300
_SOURCE_ZONE: Final = ZoneInfo("America/New_York")
_DATES = ("event_date", "deadline", "appointment", "followup_date")
_PERIODS = ("answer_days", "answer_by", NTH)
# What a period or an appointment may hang on.
_TIMED: Final = frozenset(
    {
        *(*REQUESTS, *APPOINTMENTS),
        StatusCode.DENIED,
        StatusCode.REJECTED,
        StatusCode.REVOKED_TERMINATED,
        StatusCode.APPEAL_MOTION,
        StatusCode.PAYMENT_DISHONORED,
        StatusCode.NTA_ISSUED,
        StatusCode.COURT_REFERRAL,
        StatusCode.CLOSED,
        StatusCode.NO_SHOW,
    }
)
# What starts a period on the day of its notice.
_DATED_NEWS: Final = _TIMED - APPOINTMENTS


@dataclass(frozen=True, slots=True)
class NewStatus:
    """A status about to be written: what it is and where it comes from.

    `stage` is the code that sets the stage where that is not `code` itself: a side event taken back.
    `in_place`: it is how the words that stand are read now, and takes the place of their change.
    """

    code: StatusCode
    bucket: Bucket
    source: str
    title_en: str = ""
    title_es: str = ""
    description_en: str = field(default="", repr=False)
    description_es: str = field(default="", repr=False)
    facts: dict[str, Any] = field(default_factory=dict, repr=False)
    event_date: date | None = None
    client_action: bool = False
    terminal: bool = False
    needs_review: bool = False
    rule: str = ""
    normalizer: str = ""
    confidence: float = 1.0
    override: Override | None = None
    query_id: UUID | None = None
    stage: str = ""
    in_place: bool = False

    @property
    def reads(self) -> Reads:
        return Reads(str(self.code), self.client_action, self.terminal, self.needs_review)


# What a source remembers, understood: each entry beside its status, in the order of the source.
Told = Sequence[tuple[HistoryItem, NewStatus]]


@dataclass(frozen=True, slots=True)
class Words:
    """What a source says about a case, in its own words; Spanish may be empty, and so may English."""

    title_en: str
    title_es: str
    description_en: str = field(repr=False)
    description_es: str = field(repr=False)

    @classmethod
    def of(cls, said: Reading | StatusChange | NewStatus) -> Words:
        """Return the words of a reading, or of a status that came from one."""
        return cls(
            said.title_en[:_TITLE_LENGTH],
            said.title_es[:_TITLE_LENGTH],
            said.description_en or "",
            said.description_es or "",
        )


def understand(
    reading: Reading, *, source: str, vocabulary: StatusMapping, query_id: UUID | None = None
) -> NewStatus:
    """Turn the words of a reading into a status, with the rule that said so."""
    status = _understand(Words.of(reading), asked=reading.receipt_number, vocabulary=vocabulary)
    return replace(status, source=source, query_id=query_id)


def understand_history(reading: Reading, *, source: str, vocabulary: StatusMapping) -> Told:
    """Turn what the source remembers into statuses.

    A page's heading that stands where a status should is none, and left out.
    """
    told = [item for item in reading.history if not (is_heading(item.title_en) and is_heading(item.title_es))]
    return [(item, _remembered(item, reading, source=source, vocabulary=vocabulary)) for item in told]


def _remembered(item: HistoryItem, reading: Reading, *, source: str, vocabulary: StatusMapping) -> NewStatus:
    said = replace(
        reading, title_en=item.title_en, title_es=item.title_es, description_en="", description_es=""
    )
    status = understand(said, source=source, vocabulary=vocabulary)
    return replace(status, rule=f"{FROM_HISTORY}{status.rule}")


def reread(change: StatusChange, *, asked: str, vocabulary: StatusMapping) -> NewStatus:
    """Turn the words of a past change into a status by today's rules; `asked` is its receipt number."""
    status = _understand(Words.of(change), asked=asked, vocabulary=vocabulary)
    status = replace(status, source=change.source, query_id=change.query_id)
    known = change.facts or {}
    if LISTED in known:
        status = replace(status, event_date=change.event_date, facts={**status.facts, LISTED: known[LISTED]})
    modified = date.fromisoformat(known[MODIFIED]) if MODIFIED in known else None
    is_news, is_first = change.from_code != status.code, not change.from_code
    return dated(status, read_at=change.detected_at, modified=modified, is_news=is_news, is_first=is_first)


def today_of(moment: datetime) -> date:
    """Return the day of that instant, here or where USCIS dates its notices: the later one."""
    return max(timezone.localtime(moment).date(), moment.astimezone(_SOURCE_ZONE).date())


def dated(
    status: NewStatus,
    *,
    read_at: datetime,
    modified: date | None = None,
    is_news: bool = False,
    is_first: bool = False,
) -> NewStatus:
    """Judge the day of a status by the days on which it was read and on which the source changed it.

    No notice is of a day after its reading: such a day is left out, and asked about where a period may hang
    on it; of an appointment it is the day to come. Asked about is also what starts a period, comes as news
    and, by its own day or by `modified` alone, is too old for it, unless both say so: a year may be a slip.
    Of a status read as the first one that is a request which `modified` contradicts: `history` asks about the
    others. `modified` keeps what it can date. So is a status that names a day to come on which somebody must
    answer or appear, and is itself about nothing of the kind.
    """
    facts, day, doubtful = dict(status.facts), status.event_date, status.needs_review
    if modified:
        facts[MODIFIED] = modified.isoformat()
    if day and day > today_of(read_at):
        facts.pop("event_date", None)
        if acts_as(status.code) in APPOINTMENTS:
            facts.setdefault("appointment", {"day": day.isoformat()})
        day, doubtful = None, doubtful or acts_as(status.code) in _TIMED
    oldest = today_of(read_at) - LONGEST_PERIOD
    if is_news and not (is_first and not modified):
        told, codes = day or modified, REQUESTS if is_first else _DATED_NEWS
        both_say_so = day and modified and modified < oldest
        doubtful |= told is not None and told < oldest and not both_say_so and acts_as(status.code) in codes
    doubtful |= _names_day_beside(status.code, facts, today=today_of(read_at))
    return replace(status, facts=facts, event_date=day, needs_review=doubtful)


def _names_day_beside(code: StatusCode, facts: dict[str, Any], *, today: date) -> bool:
    """True for a day to come, to answer or to appear, in a status that is about no such day."""
    codes, appointment = {code, acts_as(code)}, facts.get("appointment") or {}
    answer_on, appear_on = facts.get("deadline", ""), appointment.get("day", "")
    is_answer = bool(facts.get("answer_by")) or answer_on >= today.isoformat()
    return (is_answer and ANSWERABLE.isdisjoint(codes)) or (
        appear_on >= today.isoformat() and APPEARANCES.isdisjoint(codes)
    )


def said_again(change: StatusChange, *, rule: str, override: Override | None = None) -> NewStatus:
    """Return what a past change says as a status to be written again, as it was read then."""
    return NewStatus(
        code=StatusCode(change.to_code),
        bucket=Bucket(change.to_bucket),
        source=change.source,
        title_en=change.title_en,
        title_es=change.title_es,
        description_en=change.description_en or "",
        description_es=change.description_es or "",
        facts=change.facts or {},
        event_date=change.event_date,
        client_action=change.client_action,
        terminal=change.terminal,
        needs_review=change.needs_review,
        stage=change.to_stage,
        rule=rule,
        override=override,
    )


def _understand(words: Words, *, asked: str, vocabulary: StatusMapping) -> NewStatus:
    normal = _normalize(words, vocabulary)
    facts = _plain_facts(normal.facts) | ({"words": normal.words} if normal.words else {})
    texts = words.title_en, words.title_es, words.description_en, words.description_es
    if tells_again(*texts):
        facts[REPEATS] = True
    if nth := nth_request(*texts):
        facts[NTH] = nth
    return NewStatus(
        code=normal.code,
        bucket=normal.bucket,
        source="",
        title_en=words.title_en,
        title_es=words.title_es,
        description_en=words.description_en,
        description_es=words.description_es,
        facts=facts,
        event_date=normal.facts.event_date,
        client_action=normal.client_action,
        terminal=normal.terminal,
        needs_review=normal.needs_review or normal.facts.names_another_receipt(asked),
        rule=normal.rule,
        normalizer=f"{normal.version}+firm.{vocabulary.number}" if vocabulary.number else normal.version,
        confidence=normal.confidence,
    )


def _normalize(words: Words, vocabulary: StatusMapping) -> Normalized:
    """Read both languages: what only one of them says is not lost, be it a title or a text.

    A title without a text of its language is read over the other's text; the language without a title comes
    second.
    """
    rules = vocabulary.firm_rules
    description_en = words.description_en or words.description_es
    description_es = words.description_es or words.description_en
    english = normalize(words.title_en, description_en, "en", firm_rules=rules)
    if not (words.title_es or words.description_es):
        return english
    spanish = normalize(words.title_es, description_es, "es", firm_rules=rules)
    if not (words.title_en or words.description_en):
        return spanish
    return heeding(english, spanish) if words.title_en else heeding(spanish, english)


def text_digest(reading: Reading) -> str:
    """Return the keyed digest of the words of a reading; case and spaces do not count."""
    has_both_texts = reading.description_en and reading.description_es
    has_lone_title = reading.title_en and reading.title_es and not has_both_texts
    return _digest(
        [
            _folded(reading.title_en or reading.title_es),
            _folded(reading.description_en or reading.description_es),
            *([_folded(reading.description_es)] if has_both_texts else []),
            *([_folded(reading.title_es)] if has_lone_title else []),
        ]
    )


def meaning_key(status: NewStatus) -> str:
    """Return the keyed digest of what a status means: code, title and the dates it names."""
    dates = [json.dumps(status.facts.get(name)) for name in _DATES]
    dates += [json.dumps(status.facts[name]) for name in _PERIODS if name in status.facts]
    meaning = [str(status.code), _folded(status.title_en or status.title_es), *dates]
    if status.needs_review:
        # Nothing is known about what matters in a text that was not understood: every word counts.
        meaning.append(_folded(status.description_en or status.description_es))
    return _digest(meaning)


def _digest(parts: list[str]) -> str:
    return keyed_hash(json.dumps(parts).encode(), purpose="tracking reading")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _plain_facts(facts: Facts) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(facts).items() if value}


def _plain(value: Any) -> Any:
    """Turn dates into ISO text and tuples into lists; what a text does not say is left out."""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if item}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)
