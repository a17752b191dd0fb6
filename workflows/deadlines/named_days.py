"""The days that the words of a status name, and which every one of them keeps on the board.

Whatever a status is read as, a day to come on which somebody must answer or appear stands: where no playbook
has put it there, it is kept here, provisionally. `tracking` asks a person about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.utils import timezone

from legist.core.actors import Actor
from legist.core.uow import unit_of_work
from legist.practice.models import Matter
from tracking.observations.meaning import today_of
from tracking.observations.standing import LONGEST_PERIOD, REQUESTS
from tracking.selectors import ChangeFacts, get_change_facts
from tracking.selectors.facts import changes_of, get_change
from tracking.statuses import StatusCode, acts_as
from workflows.deadlines.services import NewDeadline, add_deadline, note_candidate
from workflows.deadlines.validation import FURTHEST
from workflows.law.counting import Known, Step
from workflows.models import Deadline
from workflows.states import DateSource, DeadlineState

_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "rfe": "Answer by the day that the status names",
        "noid": "Answer to the notice of intent to deny",
        "noir": "Answer to the notice of intent to revoke",
        "biometrics": "Biometrics appointment",
        "interview": "Interview",
        "oath": "Oath ceremony",
        "court_hearing": "Hearing before the immigration court",
    }
)
_OF_CODE: Mapping[str, str] = MappingProxyType(
    {
        StatusCode.BIOMETRICS_SCHEDULED: "biometrics",
        StatusCode.INTERVIEW_SCHEDULED: "interview",
        StatusCode.OATH_CEREMONY: "oath",
        StatusCode.NTA_ISSUED: "court_hearing",
        StatusCode.COURT_REFERRAL: "court_hearing",
    }
)
# Where the status is about something else, the words tell what it is that somebody has to appear for.
_OF_WORDS = (
    (
        "court_hearing",
        re.compile(r"\b(?:hearing|judge|court|audiencia|juez|corte|tribunal)\b", re.IGNORECASE),
    ),
    ("oath", re.compile(r"\b(?:oath|ceremon\w+|jura\w+)\b", re.IGNORECASE)),
    (
        "biometrics",
        re.compile(r"\b(?:biometric\w*|fingerprint\w*|biom[eé]tric\w+|huellas)\b", re.IGNORECASE),
    ),
)


def issued_on(facts: ChangeFacts) -> date:
    """Return the day USCIS acted: as its text says, or else the latest day possible."""
    return facts.event_date or _latest_of(facts, facts.detected_at)


def clock_of(facts: ChangeFacts) -> tuple[date, Known]:
    """Return the day a period is counted from, and how it is known.

    Where the text names none: the earliest day possible, which is that of the last good reading that
    still said something else. Without such a reading only the latest day possible is known.
    """
    if facts.event_date:
        return facts.event_date, Known.STATED
    if facts.detected_after:
        return _latest_of(facts, facts.detected_after), Known.AFTER
    return _latest_of(facts, facts.detected_at), Known.SEEN


def _latest_of(facts: ChangeFacts, moment: datetime) -> date:
    """The firm's day of that instant, or the earlier one on which the source changed its answer."""
    day = timezone.localtime(moment).date()
    return min(day, facts.modified_on or day)


def stated_deadline(facts: ChangeFacts) -> date | None:
    """Return the first day by which the status text itself asks for something, if it does.

    Of a day that it names without a year the next one after the notice is meant, which is older than the
    day on which we saw it, by no more than the longest period, where nothing says when it was sent.
    """
    stated, (issued, known) = facts.facts.get("deadline"), clock_of(facts)
    if known is Known.SEEN:
        issued -= LONGEST_PERIOD
    days = [date.fromisoformat(stated)] if stated else []
    for named in facts.facts.get("answer_by", ()):
        month, day = (int(part) for part in named.split("-"))
        same = (date(issued.year + ahead, month, 1) + timedelta(days=day - 1) for ahead in (0, 1))
        days.append(next(each for each in same if each >= issued))
    return min(days, default=None)


def keep(facts: ChangeFacts, *, now: datetime, actor: Actor) -> int:
    """Put every day to come that a change names, and that no date of its receipt has, on the board.

    Returns how many. A date that people have closed has had its day: it is not put there again.
    """
    if facts.matter_id is None or (facts.is_override and not facts.is_restored):
        return 0
    kept = 0
    for kind, day in _to_come(facts):
        rows = list(Deadline.objects.filter(receipt=facts.receipt_id).defer("steps"))
        if any(day in _days_of(row) for row in rows):
            continue
        kept += 1
        undated = next(
            (
                row
                for row in rows
                if row.kind == kind and row.state == DeadlineState.OPEN and not row.due_date
            ),
            None,
        )
        if undated:
            note_candidate(undated.pk, source=DateSource.TEXT, day=day, actor=actor, now=now)
        else:
            matter = Matter.objects.get(pk=str(facts.matter_id))
            add_deadline(_new(facts, kind, day), matter=matter, run=None, actor=actor, now=now)
    return kept


def keep_all(receipt_id: UUID | str, *, now: datetime, actor: Actor) -> int:
    """Put on the board what the changes of a receipt name, which has only now got its matter."""
    with unit_of_work(actor=actor):
        known = changes_of([UUID(str(receipt_id))]).order_by("sequence").values_list("pk", flat=True)
        return sum(keep(get_change_facts(pk), now=now, actor=actor) for pk in list(known))


def _to_come(facts: ChangeFacts) -> Iterator[tuple[str, date]]:
    """The days to come that a change names, each with the kind of date that it is."""
    today = today_of(facts.read_at)
    latest = today + FURTHEST
    answer, appearance = stated_deadline(facts), facts.appointment_on
    if answer and today <= answer <= latest:
        code = acts_as(facts.code)
        yield code.partition("_")[0].lower() if code in REQUESTS else "rfe", answer
    if appearance and today <= appearance <= latest:
        yield _kind_of(facts), appearance


def _kind_of(facts: ChangeFacts) -> str:
    if known := _OF_CODE.get(facts.code) or _OF_CODE.get(acts_as(facts.code)):
        return known
    change = get_change(facts.change_id)
    words = " ".join(
        filter(None, (change.title_en, change.title_es, change.description_en, change.description_es))
    )
    return next((kind for kind, named in _OF_WORDS if named.search(words)), "interview")


def _days_of(row: Deadline) -> set[date]:
    return {day for _source, day in row.known_dates} | set(filter(None, (row.due_date, row.confirmed_due)))


def _new(facts: ChangeFacts, kind: str, day: date) -> NewDeadline:
    return NewDeadline(
        kind=kind,
        title=_TITLES[kind],
        stated=day,
        steps=[Step.of("text_alone", stated=day), Step.of("provisional")],
        receipt_id=facts.receipt_id,
    )
