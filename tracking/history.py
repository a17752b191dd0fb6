"""What the source remembers of a case: requests that nobody saw while they were its status.

A request that only the history shows becomes a change of its own, once, unless it was answered or decided.
What is older than any period to answer goes to a person and starts nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from tracking import reviews
from tracking.meaning import NewStatus, understand
from tracking.models import MANUAL, Receipt, ReviewItem, ReviewKind, StatusChange
from tracking.sources.base import HistoryItem, Reading
from tracking.standing import REQUESTS, answers_request
from tracking.vocabulary.current import current_vocabulary

# The longest period to answer, with mail from abroad.
LONGEST_PERIOD: Final = timedelta(days=98)
# The history has the resolution of a day, in a zone that is not stated.
_SLACK: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Happened:
    """A status and the day it is known to have been shown: since when, and until when, it may have begun."""

    code: str
    since: date | None
    until: date | None

    def may_be(self, entry: Happened) -> bool:
        """True when both may be the same event."""
        if self.code != entry.code:
            return False
        starts = self.since is None or entry.until is None or self.since - _SLACK <= entry.until
        ends = self.until is None or entry.since is None or entry.since <= self.until + _SLACK
        return starts and ends

    def is_after(self, entry: Happened) -> bool:
        """True when it came on the same day or later."""
        return self.until is None or entry.since is None or self.until >= entry.since


def digest(reading: Reading) -> str:
    """Return the keyed digest of the history in a reading."""
    rows = [
        [item.day.isoformat() if item.day else "", item.title_en, item.title_es] for item in reading.history
    ]
    return keyed_hash(json.dumps(rows).encode(), purpose="tracking history")


def unseen_requests(
    receipt: Receipt,
    reading: Reading,
    *,
    now_said: NewStatus | None,
    source: str,
    now: datetime,
    actor: Actor,
) -> list[NewStatus]:
    """Return the requests that only the history shows, oldest first, each dated by its entry.

    A person is asked about those that are too old to be answered, name no day or are doubtful, once each.
    `now_said` is what the reading itself says, where that is news. The caller has locked the receipt.
    """
    told = [(item, _understood(item, reading, source=source)) for item in reading.history]
    if not any(status.code in REQUESTS for _item, status in told):
        return []
    known = _known(receipt, now_said)
    open_ones = [
        (item, status)
        for item, status in told
        if status.code in REQUESTS and not _is_settled(_entry(item, status), told=told, known=known)
    ]
    oldest = timezone.localtime(now).date() - LONGEST_PERIOD
    raised, left = list[NewStatus](), list[HistoryItem]()
    for item, status in open_ones:
        if item.day is None or item.day < oldest or status.needs_review or _waits(receipt):
            left.append(item)
        else:
            raised.append(replace(status, event_date=item.day))
    _ask(receipt, left, source=source, now=now, actor=actor)
    return sorted(raised, key=lambda status: str(status.event_date))


def _understood(item: HistoryItem, reading: Reading, *, source: str) -> NewStatus:
    said = replace(
        reading, title_en=item.title_en, title_es=item.title_es, description_en="", description_es=""
    )
    status = understand(said, source=source, vocabulary=current_vocabulary())
    return replace(status, rule=f"history, {status.rule}")


def _entry(item: HistoryItem, status: NewStatus) -> Happened:
    return Happened(str(status.code), item.day, item.day)


def _known(receipt: Receipt, now_said: NewStatus | None) -> list[Happened]:
    changes: Iterable[StatusChange] = receipt.changes.filter(reread=None).order_by("sequence")
    found = [_seen(change) for change in changes]
    if now_said is not None:
        found.append(Happened(str(now_said.code), now_said.event_date, now_said.event_date))
    return found


def _seen(change: StatusChange) -> Happened:
    if change.event_date:
        return Happened(change.to_code, change.event_date, change.event_date)
    after = change.detected_after
    since = timezone.localtime(after).date() if after else None
    return Happened(change.to_code, since, timezone.localtime(change.detected_at).date())


def _is_settled(
    entry: Happened, *, told: Sequence[tuple[HistoryItem, NewStatus]], known: Sequence[Happened]
) -> bool:
    """True for a request that was seen when it came, or that was answered or decided since."""
    if any(seen.may_be(entry) for seen in known):
        return True
    dated = [_entry(item, status) for item, status in told if item.day]
    return any(answers_request(each.code) and each.is_after(entry) for each in (*dated, *known))


def _waits(receipt: Receipt) -> bool:
    """True while a person decides about what the receipt stands on: no change comes in between."""
    standing = receipt.latest_change
    return standing is not None and (standing.needs_review or receipt.source == MANUAL)


def _ask(receipt: Receipt, items: Sequence[HistoryItem], *, source: str, now: datetime, actor: Actor) -> None:
    """Put requests on the list of a person, each once, whatever became of the question."""
    asked = ReviewItem.objects.filter(receipt=receipt, kind=ReviewKind.PAST_REQUEST)
    known = {line for each in asked for line in (each.detail or "").splitlines()}
    lines = [line for item in items if (line := _line(item)) not in known]
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
