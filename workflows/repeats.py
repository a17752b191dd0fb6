"""What was done already about the same words of USCIS, so that reading them anew does not do it again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from tracking.models import StatusChange
from tracking.selectors import ChangeFacts, same_words
from tracking.statuses import CODES, Bucket
from workflows.models import ActionRun, Deadline, PlaybookRun
from workflows.models.deadlines import DeadlineState
from workflows.models.playbooks import ActionState, RunState

SIDE_EVENTS = tuple(str(code) for code, info in CODES.items() if info.bucket == Bucket.NO_STAGE)
REPEATED = "repeated"
SWITCHED_OFF = "switched_off"
_UNSTARTED = (RunState.PARKED, RunState.HELD, RunState.INVALID)


def at_work(facts: ChangeFacts) -> set[str]:
    """Return the keys of the playbooks that have done their work about these words, under another change.

    Whichever change came first: the one that brought the words, or a new reading of them. Work that an
    attorney has given up altogether does not count, for the words may mean what they meant before again.
    """
    if facts.is_override and not facts.is_restored:
        # What a person sets by hand is meant as said.
        return set()
    others = same_words(StatusChange.objects.get(pk=facts.change_id))
    if facts.is_new:
        others = others.filter(reread_of__isnull=False)
    worked = ActionRun.objects.filter(run=OuterRef("pk"), state=ActionState.DONE)
    deadlines = Deadline.objects.filter(run=OuterRef("pk"))
    stands = Exists(deadlines.exclude(state=DeadlineState.WAIVED)) | ~Exists(deadlines)
    runs = PlaybookRun.objects.filter(stands, Exists(worked), change__in=others.order_by())
    return set(runs.values_list("playbook_key", flat=True))


def held_back(facts: ChangeFacts) -> set[str]:
    """Return the keys of the playbooks that these words have called for before, without any work done yet.

    A correction that is taken back lets only these begin: what the words led to otherwise is done.
    """
    others = same_words(StatusChange.objects.get(pk=facts.change_id)).filter(to_code=facts.code)
    worked = ActionRun.objects.filter(run=OuterRef("pk"), state=ActionState.DONE)
    runs = PlaybookRun.objects.filter(~Exists(worked), change__in=others.order_by())
    return set(runs.exclude(reason=SWITCHED_OFF).values_list("playbook_key", flat=True))


def is_read_otherwise(facts: ChangeFacts) -> bool:
    """True when the words of a change are read as something else by now, so that nothing follows from it."""
    later = same_words(StatusChange.objects.get(pk=facts.change_id)).filter(sequence__gt=facts.sequence)
    latest = later.filter(reread_of__isnull=False).order_by("-sequence").first()
    return latest is not None and latest.to_code != facts.code


def drop_unstarted(facts: ChangeFacts, keys: Collection[str], *, now: datetime) -> None:
    """Skip the runs of a change that have not begun, for another change of the same words has done them."""
    own = PlaybookRun.objects.filter(change=facts.change_id, playbook_key__in=keys, state__in=_UNSTARTED)
    own.update(state=RunState.SKIPPED, reason=REPEATED, finished_at=now)


def overtaking(change: StatusChange) -> QuerySet[StatusChange]:
    """Return the later changes that say something else; side events and the same read anew do not count."""
    later = StatusChange.objects.filter(receipt=change.receipt_id, sequence__gt=change.sequence)
    same = same_words(change).filter(reread_of__isnull=False, to_code=change.to_code)
    return later.exclude(to_code__in=SIDE_EVENTS).exclude(pk__in=same.order_by().values("pk"))


def held_about(facts: ChangeFacts) -> QuerySet[PlaybookRun]:
    """Return the held runs of earlier changes about the same words."""
    earlier = same_words(StatusChange.objects.get(pk=facts.change_id)).filter(sequence__lt=facts.sequence)
    return PlaybookRun.objects.filter(state=RunState.HELD, change__in=earlier.order_by())
