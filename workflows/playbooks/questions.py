"""What a person is asked before a change starts its work, and what stands until they answer.

"The same notice or a new one?" is asked here. Whether a stage behind a decision is real was asked when the
change was recorded. Until the answer nothing is prepared; only clocks run, provisionally.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from legist.core.actors import Actor
from tracking import reviews
from tracking.observations.identity import Notice, Same
from tracking.selectors import ChangeFacts
from tracking.selectors.facts import get_change, questions_about
from tracking.states import ReviewAnswer, ReviewKind, ReviewState
from workflows.deadlines import services
from workflows.deadlines.validation import due_fault
from workflows.law.counting import given_days
from workflows.law.outcomes import REPLACED_BY
from workflows.models import Deadline, PlaybookRun
from workflows.playbooks import deduplication
from workflows.playbooks.rules import Hold, PlannedAction
from workflows.playbooks.steps import StepContext, dates
from workflows.states import DateSource, DeadlineState, DeadlineStatus

if TYPE_CHECKING:
    from tracking.models import ReviewItem

# The steps that put a day on the board, and what they would put there.
CLOCKS = MappingProxyType({"deadline": dates.count, "appointment": dates.expect})
HOLDS = MappingProxyType(
    {
        ReviewKind.SAME_NOTICE: Hold.SAME_NOTICE,
        ReviewKind.BEHIND_DECISION: Hold.BEHIND_DECISION,
    }
)
ASKED = frozenset(HOLDS.values())


@dataclass(slots=True)
class Verdict:
    """Which playbooks have no work to do about a change, and why others wait for a person."""

    needless: set[str] = field(default_factory=set)
    holds: dict[str, Hold] = field(default_factory=dict)

    def applied_to(self, plan: Iterable[PlannedAction]) -> list[PlannedAction]:
        """Return the steps that are left, those that wait for a person marked so."""
        return [
            replace(step, hold=_stricter(step.hold, self.holds.get(step.playbook_key)))
            for step in plan
            if step.playbook_key not in self.needless
        ]


def _stricter(hold: Hold | None, asked: Hold | None) -> Hold | None:
    return hold if hold == Hold.NEEDS_REVIEW else asked or hold


def consider(facts: ChangeFacts, plan: Collection[PlannedAction], *, now: datetime, actor: Actor) -> Verdict:
    """Say what was done already about the notice of a change, and what a person has to be asked first.

    Asks the question that is not asked yet. The caller has locked the receipt and holds the unit of work.
    """
    verdict = Verdict()
    if not plan:
        return verdict
    acted = deduplication.acted_on(facts)
    questions = questions_about(*HOLDS, change=facts.change_id).order_by("opened_at", "id")
    asked = {ReviewKind(item.kind): item for item in questions}
    planned = {step.playbook_key for step in plan}
    ready = {step.playbook_key for step in plan if step.hold != Hold.NEEDS_REVIEW}
    behind = asked.get(ReviewKind.BEHIND_DECISION)
    if behind is not None:
        _follow(behind, planned, verdict)
    elif _asked_before(facts, ReviewKind.BEHIND_DECISION):
        verdict.needless |= planned
    verdict.needless |= {key for key, same in acted.items() if same is Same.YES}
    if acted and deduplication.is_told_again(facts):
        # What it did not call for when it was news it does not call for now.
        own = PlaybookRun.objects.filter(change=facts.change_id)
        verdict.needless |= planned - set(own.values_list("playbook_key", flat=True))
    unsure = {key for key, same in acted.items() if same is Same.UNSURE} & ready - verdict.needless
    if unsure:
        same = asked.get(ReviewKind.SAME_NOTICE) or _ask(facts, now=now, actor=actor)
        _follow(same, unsure, verdict) if same else verdict.needless.update(unsure)
    _note_days(facts, verdict.needless, now=now, actor=actor)
    return verdict


def _follow(item: ReviewItem, keys: set[str], verdict: Verdict) -> None:
    if item.state == ReviewState.OPEN:
        verdict.holds |= dict.fromkeys(keys, HOLDS[ReviewKind(item.kind)])
    elif item.answer != ReviewAnswer.START:
        verdict.needless |= keys


def _ask(facts: ChangeFacts, *, now: datetime, actor: Actor) -> ReviewItem | None:
    """Ask whether the notice is the same; None where that was being asked about it when it came again."""
    change = get_change(facts.change_id)
    earlier = _asked_before(facts, ReviewKind.SAME_NOTICE)
    if earlier and earlier.state != ReviewState.OPEN:
        return None
    item = reviews.open_item(
        ReviewKind.SAME_NOTICE,
        receipt=change.receipt,
        source=facts.source,
        code=facts.code,
        detail=change.title,
        change=earlier.change if earlier else change,
        now=now,
        actor=actor,
    )
    return None if earlier else item


def _asked_before(facts: ChangeFacts, kind: ReviewKind) -> ReviewItem | None:
    """Return a question about what may be the same notice, which was open when this change came."""
    own = deduplication.notice_of(facts)
    items = questions_about(kind, receipt=facts.receipt_id).filter(
        Q(state=ReviewState.OPEN) | Q(latest_at__gte=facts.read_at),
        change__to_code=facts.code,
        change__sequence__lt=facts.sequence,
    )
    known = items.select_related("change").order_by("state", "-opened_at")
    return next((each for each in known if own.compare(_told_by(each)) != Same.NO), None)


def _told_by(item: ReviewItem) -> Notice:
    assert item.change is not None  # noqa: S101  the caller has looked
    return Notice.told_by(item.change)


def is_another(facts: ChangeFacts) -> bool:
    """True when a person has said that the notice of a change is a new one."""
    said = questions_about(ReviewKind.SAME_NOTICE, change=facts.change_id)
    return said.filter(answer=ReviewAnswer.START).exists()


def stands_meanwhile(step: PlannedAction, context: StepContext) -> bool:
    """True for a step that waits for a person but puts a day on the board until they have answered.

    Where the notice may be one that has been acted on, the shorter clock runs: an earlier day is noted with
    the deadline that stands. Behind a decision what the text names or a rule counts stands.
    """
    if step.hold not in ASKED or step.kind not in CLOCKS:
        return False
    new = CLOCKS[step.kind](context, step.params)
    day = min(filter(None, (new.due, new.stated)), default=None)
    if step.hold == Hold.SAME_NOTICE:
        return not _runs_already(new.kind, day, context)
    return step.kind == "deadline" or day is not None


def _runs_already(kind: str, day: date | None, context: StepContext) -> bool:
    """True where a clock of this kind runs; one that is only counted is let end no later than that day."""
    standing = Deadline.objects.filter(receipt=context.change.receipt_id, kind=kind, state=DeadlineState.OPEN)
    if day is None or standing.filter(due_date__lte=day).exists():
        return standing.exists()
    counted = standing.filter(status=DeadlineStatus.PROVISIONAL).first()
    if counted is None:
        return False
    services.note_candidate(counted.pk, source=DateSource.RULE, day=day, actor=context.actor, now=context.now)
    return True


def _end_of_period(facts: ChangeFacts) -> str:
    """The last of the days that the text itself gives, where it says from when."""
    days = given_days(facts.facts)
    return (facts.event_date + timedelta(days=days)).isoformat() if days and facts.event_date else ""


def _note_days(facts: ChangeFacts, keys: Collection[str], *, now: datetime, actor: Actor) -> None:
    """Keep a day that the notice names only now beside what its deadline was counted as."""
    notice, today = deduplication.notice_of(facts), timezone.localtime(now).date()
    answer_by = min(filter(None, (notice.answer_by, _end_of_period(facts))), default="")
    if not (notice.appointment or answer_by):
        return
    waiting = Deadline.objects.filter(
        run__receipt=facts.receipt_id,
        run__playbook_key__in=keys,
        run__change__to_code=facts.code,
        state=DeadlineState.OPEN,
        status=DeadlineStatus.PROVISIONAL,
    )
    for each in waiting.select_related("run__change"):
        named = notice.appointment if each.kind in REPLACED_BY else answer_by
        is_known = any(source == DateSource.TEXT for source, _day in each.known_dates)
        if not named or is_known or each.run is None:
            continue
        day = date.fromisoformat(named)
        is_same = notice.compare(Notice.told_by(each.run.change)) == Same.YES
        if is_same and not due_fault(day, today=today):
            services.note_candidate(each.pk, source=DateSource.TEXT, day=day, actor=actor, now=now)
