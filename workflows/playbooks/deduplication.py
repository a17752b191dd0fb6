"""What was done already about the same notice of USCIS, so that it is not done again.

The notice may come again after something else was said, or the same words may be read anew.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from legist.core.crypto import keyed_hash
from tracking.observations.identity import Notice, Same, same_work
from tracking.observations.standing import answers_another, calls_off
from tracking.selectors.facts import ChangeFacts, changes_after, changes_of, readings_of, same_words
from tracking.statuses import acts_as
from workflows.deadlines.later_news import SIDE_EVENTS
from workflows.models import ActionRun, Deadline, PlaybookRun
from workflows.playbooks import store
from workflows.states import ActionState, DeadlineState, RunState

if TYPE_CHECKING:
    from tracking.models import StatusChange

Value = TypeVar("Value")
REPEATED = "repeated"
SWITCHED_OFF = "switched_off"
NEEDS_REVIEW, OVERTAKEN = "needs_review", "overtaken"
# Runs of which a person was to decide: still held, or overtaken before anybody did.
_WAITED = Q(state=RunState.HELD, reason=NEEDS_REVIEW) | Q(state=RunState.SKIPPED, reason=OVERTAKEN)
_UNSTARTED = (RunState.PARKED, RunState.HELD, RunState.INVALID)


def at_work(facts: ChangeFacts) -> set[str]:
    """Return the keys of the playbooks that have done their work about these words, under another change.

    Whichever change came first: the one that brought the words, or a new reading of them. Work that an
    attorney has given up altogether does not count, for the words may mean what they meant before again.
    """
    if is_by_hand(facts):
        return set()
    others = same_words(facts)
    if facts.is_new:
        others = others.filter(reread_of__isnull=False)
    deadlines = Deadline.objects.filter(run=OuterRef("pk"))
    stands = Exists(deadlines.exclude(state=DeadlineState.WAIVED)) | ~Exists(deadlines)
    runs = _worked().filter(stands, change__in=others.order_by())
    return set(with_kin(dict.fromkeys(runs.values_list("playbook_key", flat=True))))


def with_kin(found: dict[str, Value]) -> dict[str, Value]:
    """Return what is known by playbook, of its copies and its original too: theirs is the same work."""
    if not found:
        return found
    roots = store.families()
    known = {roots.get(key, key): value for key, value in found.items()}
    kin = {key: root for key, root in roots.items() if root in known} | {root: root for root in known}
    return {key: known[root] for key, root in kin.items()} | found


def done_by_kin(facts: ChangeFacts) -> set[str]:
    """Return the keys whose original, or copy, has begun its work about this very change."""
    begun = _worked().filter(change=facts.change_id).values_list("playbook_key", flat=True)
    found = dict.fromkeys(begun)
    return with_kin(found).keys() - found.keys()


def acted_on(facts: ChangeFacts) -> dict[str, Same]:
    """Return, by playbook, whether the notice of a change was acted on already when USCIS told of it before.

    YES: the same notice, whatever came between. UNSURE: nobody can tell from the words, or it was called off
    in between. Playbooks that acted on no such notice are left out. What an attorney gave up was acted on.
    """
    if is_by_hand(facts):
        return {}
    found = dict[str, Same]()
    words = same_words(facts).order_by()
    elsewhere = _worked().filter(receipt=facts.receipt_id, change__to_code__in=same_work(facts.code))
    elsewhere = elsewhere.exclude(change=facts.change_id).exclude(change__in=words.values("pk"))
    for run in elsewhere.select_related("change"):
        told = {same_as(facts, each) for each in readings_of(run.change)}
        if run.state == RunState.DONE and _says_again(facts, run.change):
            told.add(Same.YES)
        if Same.YES in told:
            found[run.playbook_key] = Same.YES
        elif Same.UNSURE in told:
            found.setdefault(run.playbook_key, Same.UNSURE)
    return with_kin(found)


def _says_again(facts: ChangeFacts, change: StatusChange) -> bool:
    """True for the same appointment or summons, unless another was set or it was called off in between."""
    own, first = notice_of(facts), Notice.told_by(change)
    if not own.says_again(first) or _is_called_off(facts, change):
        return False
    between = _between(facts, change).filter(to_code__in=same_work(own.code))
    return all(own.says_again(Notice.told_by(each)) for each in between)


def is_told_again(facts: ChangeFacts) -> bool:
    """True where USCIS had told of this very notice before, in words that nobody was asked about."""
    if is_by_hand(facts) or not facts.is_new:
        return False
    before = changes_of([facts.receipt_id]).filter(
        to_code=facts.code, sequence__lt=facts.sequence, reread=None, override=None, needs_review=False
    )
    return any(same_as(facts, each) is Same.YES for each in before)


def same_as(facts: ChangeFacts, change: StatusChange) -> Same:
    """Say whether a change tells of the notice of another; nobody can tell where it was called off."""
    same = notice_of(facts).compare(Notice.told_by(change))
    return Same.UNSURE if same is Same.YES and _is_called_off(facts, change) else same


def _is_called_off(facts: ChangeFacts, change: StatusChange) -> bool:
    return any(
        calls_off(each.to_code, f"{each.title_en} {each.title_es}", notice=facts.code)
        for each in _between(facts, change)
    )


def _between(facts: ChangeFacts, change: StatusChange) -> QuerySet[StatusChange]:
    first, last = sorted((facts.sequence, change.sequence))
    return changes_after(facts.receipt_id, first).filter(sequence__lt=last, reread=None)


def notice_of(facts: ChangeFacts) -> Notice:
    """Return the notice that a change tells of."""
    return Notice.of(facts.code, facts.event_date, facts.facts)


def notice_key(facts: ChangeFacts, *, is_another: bool = False) -> str:
    """Return what a run is remembered by once it has begun.

    The same words name one notice, until a person says (or may still say) that it `is_another`. What a person
    sets by hand is a notice of its own.
    """
    known = [notice_of(facts).key]
    if is_by_hand(facts) or is_another:
        known.append(str(facts.change_id))
    return keyed_hash("|".join(known).encode(), purpose="workflows notice")


def is_by_hand(facts: ChangeFacts) -> bool:
    """True for what a person sets by hand, which is meant as said."""
    return facts.is_override and not facts.is_restored


def _worked() -> QuerySet[PlaybookRun]:
    done = ActionRun.objects.filter(run=OuterRef("pk"), state=ActionState.DONE)
    return PlaybookRun.objects.filter(Exists(done))


def held_back(facts: ChangeFacts) -> set[str]:
    """Return the keys of the playbooks that these words have called for before, without any work done yet.

    A correction that is taken back lets only these begin: what the words led to otherwise is done. So may
    what was held for a person and has only kept a date meanwhile.
    """
    others = same_words(facts).filter(to_code=facts.code)
    worked = ActionRun.objects.filter(run=OuterRef("pk"), state=ActionState.DONE)
    runs = PlaybookRun.objects.filter(~Exists(worked) | _WAITED, change__in=others.order_by())
    return set(runs.exclude(reason=SWITCHED_OFF).values_list("playbook_key", flat=True))


def take_along(facts: ChangeFacts) -> int:
    """Let the runs that a doubtful reading of the same notice had begun go on under this one; count them.

    They have kept its date while a person was asked; what they held back is still to be done. It is the same
    words read anew, or the same notice shown again.
    """
    if is_by_hand(facts):
        return 0
    own = PlaybookRun.objects.filter(change=facts.change_id, playbook_key=OuterRef("playbook_key"))
    done = ActionRun.objects.filter(run=OuterRef("pk"), state=ActionState.DONE)
    begun = PlaybookRun.objects.filter(_WAITED, Exists(done), ~Exists(own), change__to_code=facts.code)
    earlier = begun.filter(receipt=facts.receipt_id, change__sequence__lt=facts.sequence)
    if facts.is_new:
        shown = earlier.select_related("change").order_by("pk")
        ids = [run.pk for run in shown if same_as(facts, run.change) is Same.YES]
    else:
        others = same_words(facts).exclude(pk=facts.change_id).order_by()
        ids = list(begun.filter(change__in=others).order_by("pk").values_list("pk", flat=True))
    ActionRun.objects.filter(run__in=ids).update(change=facts.change_id)
    return PlaybookRun.objects.filter(pk__in=ids).update(
        change=facts.change_id, state=RunState.HELD, reason=NEEDS_REVIEW, finished_at=None
    )


def is_read_otherwise(facts: ChangeFacts, *, or_corrected: bool = False) -> bool:
    """True when the words of a change are read as something else by now, so that nothing follows from it.

    Or, if that counts, were corrected by hand.
    """
    later = same_words(facts).filter(sequence__gt=facts.sequence).order_by("-sequence")
    anew = (
        Q(reread_of__isnull=False) | Q(override__isnull=False) if or_corrected else Q(reread_of__isnull=False)
    )
    latest = later.filter(anew).first()
    return latest is not None and latest.to_code != facts.code


def drop_unstarted(facts: ChangeFacts, keys: Collection[str], *, now: datetime) -> None:
    """Skip the runs of a change that have not begun, for another change has done their work."""
    own = PlaybookRun.objects.filter(change=facts.change_id, playbook_key__in=keys, state__in=_UNSTARTED)
    own.update(state=RunState.SKIPPED, reason=REPEATED, finished_at=now)


def overtaking(change: StatusChange) -> QuerySet[StatusChange]:
    """Return the later changes that say something else; side events and the same read anew do not count."""
    later = changes_after(change.receipt_id, change.sequence)
    same = same_words(change).filter(reread_of__isnull=False, to_code=change.to_code)
    return later.exclude(to_code__in=SIDE_EVENTS).exclude(pk__in=same.order_by().values("pk"))


def reported_since(change: StatusChange) -> set[str]:
    """Return the codes of what was reported later, without answers to requests of another kind."""
    request = acts_as(change.to_code)
    later = changes_after(change.receipt_id, change.sequence)
    return {
        each.to_code
        for each in later
        if not answers_another(each.to_code, f"{each.title_en} {each.title_es}", request=request)
    }


def held_about(facts: ChangeFacts) -> QuerySet[PlaybookRun]:
    """Return the held runs of earlier changes about the same words."""
    earlier = same_words(facts).filter(sequence__lt=facts.sequence)
    return PlaybookRun.objects.filter(state=RunState.HELD, change__in=earlier.order_by())
