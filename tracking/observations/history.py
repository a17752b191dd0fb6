"""What the source remembers of a case: what nobody saw while it was its status.

A request that only the history shows becomes a change of its own, once, unless it was answered or decided.
So does what else is to be fought, paid or explained, in doubt until a person has looked. What is older than
any period to answer goes to a person and starts nothing, and so does what else asked for something.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from legist.core.reasons import Reason
from tracking import reviews
from tracking.models import Receipt, ReviewItem, StatusChange
from tracking.observations.identity import LISTED, Same
from tracking.observations.meaning import NewStatus, Told, Words, dated, today_of
from tracking.observations.standing import (
    ANSWERS,
    LONGEST_PERIOD,
    REQUESTS,
    STILL_STARTS,
    answers_request,
    is_settled_by,
    naming,
    starts_clock,
)
from tracking.sources.base import HistoryItem, Reading
from tracking.states import MANUAL, ReviewClosing, ReviewKind, ReviewState
from tracking.statuses import StatusCode, acts_as

# The history has the resolution of a day, in a zone that is not stated.
_SLACK: Final = timedelta(days=1)
# What may be anything, and what asks nobody and leaves a period all the same. What only moves a case on, such
# as a transfer, does neither.
_TELLING: Final = frozenset({StatusCode.UNKNOWN, StatusCode.CLOSED})
# Questions whose answer may be another status than the one that stands.
DOUBTS: Final = (ReviewKind.UNKNOWN_STATUS, ReviewKind.CHECK_READING)


@dataclass(frozen=True, slots=True)
class Happened:
    """A status and the day it is known to have been shown: since when, and until when, it may have begun.

    `place` is its place in the list of the history, a later one higher; None for what we saw ourselves,
    where `shown` is the day on which we did.
    `is_latest`: it is what the source says now, so that all that the history lists came before.
    """

    code: str
    since: date | None
    until: date | None
    words: str = field(default="", repr=False)
    place: int | None = None
    shown: date | None = None
    is_latest: bool = False
    is_doubtful: bool = False

    def may_be(self, entry: Happened) -> bool:
        """True when both may be the same event."""
        if self.code != entry.code:
            return False
        starts = self.since is None or entry.until is None or self.since - _SLACK <= entry.until
        until = self.shown or self.until
        ends = until is None or entry.since is None or entry.since <= until + _SLACK
        return starts and ends

    def is_after(self, entry: Happened) -> bool:
        """True when it surely came later. On one day only the order of the list can say so.

        What we saw on a day came after all that the history tells of the days before.
        """
        if self.until and entry.since and self.until != entry.since:
            return self.until > entry.since
        if self.place is not None and entry.place is not None:
            return self.place > entry.place
        return self.is_latest


@dataclass(frozen=True, slots=True)
class Unseen:
    """What only the history shows: what to raise, oldest first, and whether others have to wait."""

    raised: tuple[NewStatus, ...] = ()
    waits: bool = False


def remembered(told: Told) -> list[str]:
    """Return the codes that the source remembers, the newest first; not those that are doubtful."""
    newest_first = sorted(_listed(told), key=lambda entry: entry.place or 0, reverse=True)
    return [entry.code for entry in newest_first if not entry.is_doubtful]


def told_on(receipt: Receipt, news: NewStatus, told: Told) -> NewStatus:
    """Give the first request that is told without a day the one on which the list shows it.

    `told` is what the source remembers, understood. The days of a second one are not to be taken for those of
    the first, which the list may show alone.
    """
    is_undated = news.event_date is None and news.code in REQUESTS and told
    if not is_undated or receipt.changes.filter(to_code=news.code).exists():
        return news
    newest = max(_listed(told), key=lambda entry: entry.place or 0)
    if newest.code != news.code or newest.is_doubtful or newest.since is None:
        return news
    return replace(news, event_date=newest.since, facts={**news.facts, LISTED: newest.since.isoformat()})


def digest(reading: Reading) -> str:
    """Return the keyed digest of the history in a reading."""
    rows = [
        [item.day.isoformat() if item.day else "", item.title_en, item.title_es] for item in reading.history
    ]
    return keyed_hash(json.dumps(rows).encode(), purpose="tracking history")


def unseen_requests(
    receipt: Receipt,
    told: Told,
    *,
    now_said: NewStatus | None,
    modified: date | None,
    source: str,
    now: datetime,
    actor: Actor,
) -> Unseen:
    """Return the requests that only the history shows, and what else has a clock, each dated by its entry.

    A person is asked about those that are too old to be answered, name no day, are doubtful or were perhaps
    answered, once each. So they are about those that have to wait, which are raised at a later reading, and
    about recent entries that nobody can read, or that asked for something which nothing has settled.
    `told` is what the source remembers, understood; `now_said` is what the reading itself says, where that is
    news; `modified` is the day on which the source changed it. The caller has locked the receipt.
    """
    if not any(_tells(status) for _item, status in told):
        return Unseen()
    listed = _listed(told)
    known = _known(receipt, now_said)
    seen = _seen_places(listed, known)
    oldest = today_of(now) - LONGEST_PERIOD
    ready, left = dict[str, NewStatus](), list[str]()
    for (item, status), entry in zip(told, listed, strict=True):
        is_recent = bool(item.day and item.day >= oldest)
        starts, asks = _weigh(entry, status, [*listed, *known], is_recent=is_recent)
        if entry.place in seen:
            continue
        if starts:
            day = item.day.isoformat() if item.day else ""
            listed_on = replace(status, event_date=item.day, facts={**status.facts, LISTED: day})
            raised = dated(listed_on, read_at=now, modified=modified)
            asks = asks or raised.needs_review
            ready[_line(item)] = replace(raised, needs_review=asks)
        if asks:
            left.append(_line(item))
    if ready and _waits(receipt, now_said):
        _ask(receipt, [*ready, *left], source=source, now=now, actor=actor)
        return Unseen(waits=True)
    certain = [line for line, status in ready.items() if not status.needs_review]
    _release(receipt, certain, now=now, actor=actor)
    _ask(receipt, left, source=source, now=now, actor=actor)
    once = {(status.code, status.event_date): status for status in ready.values()}
    return Unseen(tuple(sorted(once.values(), key=lambda status: str(status.event_date))))


def _tells(status: NewStatus) -> bool:
    """True for what asked for something, may be anything, or leaves a period."""
    return status.client_action or status.needs_review or status.code in (*REQUESTS, *_TELLING)


def _listed(told: Told) -> list[Happened]:
    """Return what the history tells. The source lists the latest first, unless the days say otherwise."""
    days = [item.day for item, _status in told if item.day]
    rising = sum(1 if later > day else -1 for day, later in pairwise(days) if later != day)
    places = range(len(told)) if rising > 0 else range(len(told), 0, -1)
    return [
        Happened(
            str(status.code),
            item.day,
            item.day,
            words=f"{item.title_en} {item.title_es}",
            place=place,
            is_doubtful=status.needs_review,
        )
        for place, (item, status) in zip(places, told, strict=True)
    ]


def _known(receipt: Receipt, now_said: NewStatus | None) -> list[Happened]:
    """Return what we saw ourselves, the latest last."""
    changes = list(receipt.changes.filter(reread=None).order_by("sequence"))
    is_settled = not _open_questions(receipt, DOUBTS).exists()
    found = [_seen(change, is_settled=is_settled) for change in changes]
    if now_said is not None:
        said = Words.of(now_said)
        found.append(
            Happened(
                str(now_said.code),
                now_said.event_date,
                now_said.event_date,
                words=_named_by(said),
                is_doubtful=now_said.needs_review,
            )
        )
    return [*found[:-1], replace(found[-1], is_latest=True)] if found else []


def _seen(change: StatusChange, *, is_settled: bool) -> Happened:
    after = change.detected_after
    since = timezone.localtime(after).date() if after else None
    shown = timezone.localtime(change.detected_at).date()
    listed = _listed_day(change)
    day = change.event_date or listed
    return Happened(
        change.to_code,
        day or since,
        day or shown,
        shown=max(shown, listed or shown),
        words=_named_by(Words.of(change)),
        is_doubtful=change.needs_review and not is_settled,
    )


def _listed_day(change: StatusChange) -> date | None:
    """Return the day on which the history listed a request, be it one that no notice can have."""
    day = (change.facts or {}).get(LISTED)
    return date.fromisoformat(day) if isinstance(day, str) and day else None


def _named_by(said: Words) -> str:
    return naming(f"{said.title_en} {said.title_es}", f"{said.description_en} {said.description_es}")


def _seen_places(listed: Sequence[Happened], known: Iterable[Happened]) -> set[int | None]:
    """Return the places of the requests that were seen when they came."""
    found, newest = set[int | None](), max((entry.place or 0 for entry in listed), default=0)
    for each in known:
        fitting = [entry for entry in listed if each.may_be(entry)]
        if each.is_latest and each.until is None:
            fitting = [entry for entry in fitting if entry.place == newest]
        if fitting:
            own = _own_entry(each, fitting, found)
            found |= {entry.place for entry in fitting if entry.since == own.since}
    return found


def _own_entry(seen: Happened, fitting: Sequence[Happened], taken: set[int | None]) -> Happened:
    """Return the entry of what we saw: that of the day it names, unless it was seen before.

    Otherwise the latest by the day on which we saw it, for that was what the source said then.
    """
    of_its_day = [entry for entry in fitting if entry.since and entry.since == seen.until]
    if of_its_day and of_its_day[0].place not in taken:
        return of_its_day[0]
    shown = seen.shown or seen.until
    by_then = [entry for entry in fitting if shown and entry.since and entry.since <= shown]
    return max(by_then or fitting, key=lambda entry: (entry.since or date.min, entry.place or 0))


def _weigh(
    entry: Happened, status: NewStatus, others: Sequence[Happened], *, is_recent: bool
) -> tuple[bool, bool]:
    """Say whether an entry that nobody saw is to be raised, and whether a person is to be asked about it."""
    if entry.code in REQUESTS:
        answered = _is_answered(entry, others)
        starts = is_recent and answered is Same.NO
        return starts, answered is not Same.YES and (entry.is_doubtful or not starts)
    asks = (is_recent or entry.since is None) and _tells(status)
    asks = asks and not any(each.is_after(entry) and is_settled_by(entry.code, each.code) for each in others)
    return asks and is_recent and starts_clock(entry.code), asks


def _is_answered(request: Happened, others: Sequence[Happened]) -> Same:
    """Say whether a request was answered or decided since; UNSURE where a person has to look.

    An answer may be to another request that was open then, and what is doubtful may be none at all.
    """
    later = [each for each in others if each.is_after(request) and _answers(each, request)]
    if any(not each.is_doubtful and not _has_rival(request, each, others) for each in later):
        return Same.YES
    return Same.UNSURE if later else Same.NO


def _answers(answer: Happened, request: Happened) -> bool:
    return answers_request(answer.code, answer.words, request=request.code)


def _has_rival(request: Happened, answer: Happened, others: Sequence[Happened]) -> bool:
    """True where the answer may be to another request, which nothing else had answered by then."""
    if answer.code not in ANSWERS:
        return False
    rivals = [
        each
        for each in others
        if each.code in REQUESTS
        and not each.may_be(request)
        and answer.is_after(each)
        and _answers(answer, each)
    ]
    before = [each for each in others if not each.is_doubtful and answer.is_after(each)]
    return any(not any(_answers(each, rival) and each.is_after(rival) for each in before) for rival in rivals)


def about_age(receipt: Receipt, status: NewStatus, *, now: datetime, actor: Actor) -> None:
    """Put what the first answer about a case shows on the list where it is too old to start its work.

    A remedy out of time may be excused: that, too, a person decides. An appointment to come is news.
    """
    day, starts = (
        status.event_date,
        STILL_STARTS.get(status.code) or STILL_STARTS.get(StatusCode(acts_as(status.code))),
    )
    is_old = starts is not None and day is not None and day < today_of(now) - starts
    appointment = (status.facts.get("appointment") or {}).get("day") or ""
    if (
        is_old
        and appointment < today_of(now).isoformat()
        and status.client_action
        and not status.needs_review
    ):
        line = _line(HistoryItem(day, status.title_en, status.title_es))
        _ask(receipt, [line], source=status.source, now=now, actor=actor)


def _waits(receipt: Receipt, now_said: NewStatus | None) -> bool:
    """True while a person decides about what the receipt stands on, unless the source has moved on."""
    standing = receipt.latest_change
    if standing is None or now_said is not None:
        return False
    if receipt.source == MANUAL:
        return True
    return standing.needs_review and _open_questions(receipt, DOUBTS).exists()


def _open_questions(receipt: Receipt, kinds: Iterable[ReviewKind]) -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(receipt=receipt, kind__in=kinds, state=ReviewState.OPEN)


def _release(receipt: Receipt, raised: Collection[str], *, now: datetime, actor: Actor) -> None:
    """Take the requests that are raised now off the list of a person, who was told that they wait."""
    for item in _open_questions(receipt, [ReviewKind.PAST_REQUEST]):
        lines = (item.detail or "").splitlines()
        left = [line for line in lines if line not in raised]
        if not left:
            reviews.settle(
                [ReviewKind.PAST_REQUEST],
                receipt=receipt,
                source=item.source,
                reason=Reason(ReviewClosing.BECAME_STATUSES),
                now=now,
                actor=actor,
            )
        elif left != lines:
            item.detail = "\n".join(left)
            item.save(update_fields=["detail"])


def _ask(receipt: Receipt, lines: Sequence[str], *, source: str, now: datetime, actor: Actor) -> None:
    """Put requests on the list of a person, each once, whatever became of the question."""
    asked = ReviewItem.objects.filter(receipt=receipt, kind=ReviewKind.PAST_REQUEST)
    known = {line for each in asked for line in (each.detail or "").splitlines()}
    lines = [line for line in dict.fromkeys(lines) if line not in known]
    if not lines:
        return
    item = reviews.open_item(
        ReviewKind.PAST_REQUEST,
        receipt=receipt,
        source=source,
        code="history",
        detail="\n".join(lines),
        now=now,
        actor=actor,
    )
    if item.detail != "\n".join(lines):
        item.detail = "\n".join([*(item.detail or "").splitlines(), *lines])
        item.save(update_fields=["detail"])


def _line(item: HistoryItem) -> str:
    return f"{item.day.isoformat() if item.day else '?'} {item.title_en or item.title_es}"
