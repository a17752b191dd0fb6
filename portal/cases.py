"""One case as its client reads it: plain words beside the government's own, and what is to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile
from types import MappingProxyType
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.closing import DATE_WORDS, TOLD_BY_A_PERSON, Closing, describe_closed
from tracking.observations.standing import DECIDED, may_lie_behind, standing_decision
from tracking.selectors import Freshness
from tracking.selectors.client import ClientChange, ClientReceipt
from tracking.states import Stale
from tracking.statuses import CODES, Bucket, StatusCode
from workflows.checklists.duties import CODE_OF, Duties, overtaken_by, undone_since
from workflows.messages.client import OpenDate
from workflows.plain_language import Catalog, Wording
from workflows.plain_language.form_names import canonical, title_form

Words = Mapping[str, "str | Promise"]

PATH = (
    gettext_lazy("Received"),
    gettext_lazy("In review"),
    gettext_lazy("Decision"),
    gettext_lazy("Card or document"),
)

# These end with a card or a document from USCIS. Of any other form nobody can say that one follows.
WITH_DOCUMENT = frozenset({"I-90", "I-131", "I-485", "I-751", "I-765", "N-400", "N-565", "N-600", "N-600K"})

# A refusal or a closed case is no step towards a card, and what is looked at again was decided already:
# these get words, and no path.
POSITION: Mapping[str, int] = MappingProxyType(
    {
        Bucket.RECEIVED: 0,
        Bucket.BIOMETRICS: 1,
        Bucket.IN_REVIEW: 1,
        Bucket.ACTION_REQUESTED: 1,
        Bucket.INTERVIEW_OATH: 1,
        Bucket.APPROVED: 2,
        Bucket.DOCUMENT: 3,
    }
)

DECISION = POSITION[Bucket.APPROVED]
# What is looked at again was decided before, whether or not we saw it.
UNDONE = frozenset({*DECIDED, Bucket.APPEAL_REOPEN})

STAGE_WORDS: Words = MappingProxyType(
    {
        Bucket.RECEIVED: gettext_lazy("USCIS has your papers"),
        Bucket.BIOMETRICS: gettext_lazy("Fingerprints and photo"),
        Bucket.IN_REVIEW: gettext_lazy("USCIS is reviewing your case"),
        Bucket.ACTION_REQUESTED: gettext_lazy("USCIS asked for something"),
        Bucket.INTERVIEW_OATH: gettext_lazy("Interview or ceremony"),
        Bucket.APPROVED: gettext_lazy("Approved"),
        Bucket.DOCUMENT: gettext_lazy("Your card or document"),
        Bucket.RETURNED_MAIL: gettext_lazy("Mail came back to USCIS"),
        Bucket.DENIED: gettext_lazy("USCIS said no"),
        Bucket.REJECTED: gettext_lazy("USCIS sent the papers back"),
        Bucket.CLOSED: gettext_lazy("Closed"),
        Bucket.APPEAL_REOPEN: gettext_lazy("Being looked at again"),
        Bucket.NO_STAGE: gettext_lazy("Waiting for news from USCIS"),
    }
)

NEWS = gettext_lazy("News from USCIS")
WITHOUT_STAGE = frozenset(str(code) for code, info in CODES.items() if info.bucket == Bucket.NO_STAGE)
GOOD = frozenset({Bucket.APPROVED, Bucket.DOCUMENT})


def describe_form(form: str) -> str:
    """Return "Work permit application (I-765)" in the reader's language; a case of no form has a word too."""
    return title_form(canonical(form), get_language() or "en") or _("Your case")


def stage_of(buckets: Iterable[str]) -> str:
    """Return the bucket a case is in, newest first: an event without a stage keeps the one before."""
    return next((bucket for bucket in buckets if bucket != Bucket.NO_STAGE), Bucket.NO_STAGE)


def is_undone(buckets: Sequence[str]) -> bool:
    """True where a later event has taken the case back from a decision; newest bucket first.

    A path would show steps as still to come that were behind it already.
    """
    stage = stage_of(buckets)
    here = 0 if stage == Bucket.APPEAL_REOPEN else POSITION.get(stage, DECISION)
    return here < DECISION and any(bucket in UNDONE for bucket in buckets)


def is_lost(history: Sequence[ClientChange]) -> bool:
    """True where an appeal or motion was decided against the client: nobody looks at the case again."""
    newest = next((change for change in history if change.bucket != Bucket.NO_STAGE), None)
    return newest is not None and newest.bucket == Bucket.APPEAL_REOPEN and newest.client_action


def stage_words(bucket: str) -> str:
    """Return the stage in a client's words; without a status yet, that we wait for it."""
    return str(STAGE_WORDS.get(bucket, STAGE_WORDS[Bucket.NO_STAGE]))


def step_words(code: str, bucket: str) -> str:
    """Return one past event in a client's words; one without a stage of its own is news."""
    return str(NEWS) if code in WITHOUT_STAGE else stage_words(bucket)


def stage_tone(bucket: str) -> str:
    """Return the tone of a stage: good news may look good, everything else stays calm."""
    return "good" if bucket in GOOD else "neutral"


def stage_path(bucket: str, form: str = "") -> list[dict[str, str]]:
    """Return the steps with their state (done, current, todo), or none where a path would mislead.

    `form` such as "I-765" decides whether a card or document comes at the end.
    """
    here = POSITION.get(bucket)
    if here is None:
        return []
    path = PATH if form in WITH_DOCUMENT else PATH[: max(here + 1, 3)]
    states = ["done"] * here + ["current"] + ["todo"] * (len(path) - here - 1)
    return [{"name": str(name), "state": state, "note": ""} for name, state in zip(path, states, strict=True)]


UNREAD = "UNKNOWN"


def describe(receipt: ClientReceipt, language: str, book: Catalog, *, has_remedy: bool = True) -> Wording:
    """Return what the case's status means, what to do, and when news comes; `has_remedy` as of duties."""
    if receipt.current is not None:
        return book.find(receipt.current.code, language, has_remedy=has_remedy)
    if receipt.is_being_checked:
        return book.find(UNREAD, language)
    if receipt.is_unexplained:
        return book.find(UNREAD, language)._replace(
            meaning=_(
                "USCIS wrote something about this case that fits none of the usual steps. We have read it."
            ),
            next=_("We look every day. We will write to you as soon as USCIS shows something."),
        )
    if receipt.was_never_read:
        return book.find(UNREAD, language)._replace(
            meaning=_("We could not look up this case with USCIS yet. We try again and again."),
            next=_("We look every day. We will write to you as soon as USCIS shows something."),
        )
    return Wording(
        _("USCIS shows nothing about this case yet. That is normal in the first weeks."),
        _("You do not need to do anything right now. Keep every letter that comes from USCIS."),
        _("We look every day. We will write to you as soon as USCIS shows something."),
    )


def list_duties(receipt: ClientReceipt, duties: Duties, *, language: str, book: Catalog) -> list[str]:
    """Return what the client must do, the most pressing first; empty when nothing is open.

    First what the firm keeps open. Then what the newest words ask for, or those before them that a side event
    has left standing, unless the firm has closed it.
    """
    return book.duties([*duties.codes, *_asked_for(receipt, duties)], language)


def _asked_for(receipt: ClientReceipt, duties: Duties) -> Iterator[str]:
    for change in receipt.history:
        if change.client_action and change.change_id not in duties.settled:
            yield change.code
        if change.code not in WITHOUT_STAGE:
            return


def unread(book: Catalog, language: str) -> str:
    """Return what to do while the newest words are still being read: it is never nothing."""
    return book.find(UNREAD, language).todo


NO_DUTIES = Duties()
STALE_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Official:
    """The government's own words, and the language they are in."""

    title: str = ""
    text: str = field(default="", repr=False)
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Step:
    """One past status, in both kinds of words."""

    stage: str
    meaning: str
    happened: date | None
    learned: datetime
    official: tuple[Official, ...]


@dataclass(frozen=True, slots=True)
class CaseDate:
    """A day of the client's own that is to come, as a person has read it from the letter."""

    kind: str
    words: str
    day: date


@dataclass(frozen=True, slots=True)
class Case:
    """One receipt as its client reads it.

    `todos` says what to do, the most pressing first; `todo_tone` is "action" when the client must.
    `contradicted` is a decision, in words, that the stage shown lies behind. `is_stale`: USCIS could not be
    asked for days; `is_being_checked`: its newest text is still being read by a person; `is_in_question`: so
    is anything that USCIS said; `is_in_doubt`: or two things that it said do not fit together, so that nobody
    can say that there is nothing to do; `is_unexplained`: a person has read the newest text, and it fits none
    of the usual steps. Once the firm has closed
    the matter, `closing` says what stands, and `expect` is empty: nothing is promised any more. `dates` are
    told only while nothing that USCIS said since may have moved them.
    """

    id: UUID
    form: str
    number: str = field(repr=False)
    stage: str
    stage_tone: str
    meaning: str
    todos: list[str]
    todo_tone: str
    expect: str
    stages: list[dict[str, str]]
    contradicted: str
    official: tuple[Official, ...]
    read_at: datetime | None
    is_stale: bool
    is_asked: bool
    next_at: datetime | None
    is_being_checked: bool
    is_in_doubt: bool
    is_in_question: bool
    steps: list[Step]
    matter_id: UUID | None = None
    closing: Closing | None = None
    is_unexplained: bool = False
    dates: tuple[CaseDate, ...] = ()

    @property
    def todo(self) -> str:
        return " ".join(self.todos)

    @property
    def has_to_act(self) -> bool:
        return self.todo_tone == "action"


def read_case(
    receipt: ClientReceipt,
    *,
    language: str,
    book: Catalog,
    now: datetime,
    closing: Closing | None = None,
    duties: Duties = NO_DUTIES,
    dates: Sequence[OpenDate] = (),
) -> Case:
    """Put one receipt into a client's words, by the texts in force (`book`) and what is open about it."""
    duties = duties.after((change.code, change.detected_at) for change in receipt.history)
    is_asked = receipt.is_being_checked or receipt.is_in_question
    buckets, contradicted = [change.bucket for change in receipt.history], _contradicted(receipt.history)
    (newest, settled), bucket = _settled(receipt, duties, is_asked=is_asked), stage_of(buckets)
    is_unread = receipt.is_being_checked or receipt.is_unexplained or receipt.was_never_read
    remedy = duties.has_remedy
    is_in_doubt = is_asked or is_unread or bool(contradicted)
    if settled:
        wording = book.between(newest, settled, language, has_remedy=remedy, is_asked=is_asked)
    else:
        wording = _unsettled(receipt, duties, language=language, book=book)
    todos = list_duties(receipt, duties, language=language, book=book)
    has_to_act = bool(todos or (closing and closing.dates))
    is_news = (settled and not contradicted) or is_lost(receipt.history)
    is_plain = not (contradicted or settled or is_unread)
    if closing:
        wording = describe_closed(receipt, wording.meaning, has_to_act=has_to_act)
        todos = [wording.todo]
    return Case(
        id=receipt.receipt_id,
        form=describe_form(receipt.form),
        number=receipt.number,
        stage=str(NEWS) if is_news else stage_words(bucket),
        stage_tone="neutral" if settled else stage_tone(bucket),
        meaning=wording.meaning,
        todos=todos or [unread(book, language) if is_in_doubt else wording.todo],
        todo_tone="action" if has_to_act else "neutral",
        expect=wording.next,
        stages=stage_path(bucket, canonical(receipt.form)) if is_plain and not is_undone(buckets) else [],
        contradicted=contradicted,
        official=_official(receipt.current, language) if receipt.current else (),
        read_at=receipt.last_checked_at,
        is_stale=is_stale(receipt.freshness),
        is_asked=receipt.freshness is None or not receipt.freshness.waits_for,
        next_at=_next_check(receipt.freshness, now),
        is_being_checked=receipt.is_being_checked,
        is_unexplained=receipt.is_unexplained,
        is_in_doubt=is_in_doubt,
        is_in_question=is_asked,
        steps=[_step(change, language, book) for change in receipt.history],
        matter_id=receipt.matter_id,
        closing=closing,
        dates=_to_come(dates, duties, today=timezone.localdate(now)) if is_plain and not closing else (),
    )


def _unsettled(receipt: ClientReceipt, duties: Duties, *, language: str, book: Catalog) -> Wording:
    """Return the words for news that settle nothing of what is open."""
    wording = describe(receipt, language, book, has_remedy=duties.has_remedy)
    if (current := receipt.current) and current.code in WITHOUT_STAGE:
        # News beside the path promises nothing while something asked before it is still open.
        asked = next(filter(None, (*duties.codes, *_asked_for(receipt, duties))), current.code)
        wording = wording._replace(next=book.find(asked, language, has_remedy=duties.has_remedy).next)
    is_told = undone_since([change.code for change in receipt.history], duties.codes)
    return book.with_open(wording, language) if is_told else wording


def _settled(receipt: ClientReceipt, duties: Duties, *, is_asked: bool) -> tuple[str, str]:
    """Return the newest event of the case itself, and the first open code that it may have settled.

    While a person is asked, so may what was told since that is not shown.
    """
    codes = [change.code for change in receipt.history]
    beside = list(takewhile(lambda code: code in WITHOUT_STAGE, codes))
    newest = next(iter(codes[len(beside) :]), UNREAD)
    still_open = [code for code in duties.codes if code not in beside]
    hidden = undone_since(receipt.told, still_open) if is_asked else ""
    return newest, overtaken_by(newest, still_open) or hidden


def _to_come(dates: Sequence[OpenDate], duties: Duties, *, today: date) -> tuple[CaseDate, ...]:
    """Return the client's own days that are to come, the first of each kind; none that was called off."""
    found: dict[str, CaseDate] = {}
    for each in sorted((each for each in dates if each.day), key=lambda each: each.day or today):
        words = DATE_WORDS.get(each.kind, TOLD_BY_A_PERSON)
        stands = (each.code or CODE_OF.get(each.kind, "")) in duties.codes
        if each.day and each.day >= today and stands and words is not TOLD_BY_A_PERSON:
            found.setdefault(each.kind, CaseDate(each.kind, str(words), each.day))
    return tuple(found.values())


def is_stale(fresh: Freshness | None) -> bool:
    """Say whether a client is told that a status is old: it is, by the rule of its tier, and for days."""
    return bool(fresh and fresh.stale and fresh.age and fresh.age > STALE_AFTER)


def _next_check(fresh: Freshness | None, now: datetime) -> datetime | None:
    """Return when USCIS is asked next, where that is certain enough to be said."""
    if fresh is None or fresh.stale not in {Stale.NO, Stale.DAY_USED} or not fresh.coming_at:
        return None
    return fresh.coming_at if fresh.coming_at > now else None


def _contradicted(history: Sequence[ClientChange]) -> str:
    """Return the decision that the newest stage lies behind, in a client's words, or an empty text."""
    staged = [change for change in history if change.code not in WITHOUT_STAGE]
    if not staged or not may_lie_behind(staged[0].code):
        return ""
    decision = standing_decision(change.code for change in staged[1:])
    return stage_words(CODES[StatusCode(decision)].bucket) if decision else ""


def _step(change: ClientChange, language: str, book: Catalog) -> Step:
    return Step(
        stage=str(NEWS) if is_lost([change]) else step_words(change.code, change.bucket),
        meaning=book.find(change.code, language).meaning,
        happened=change.event_date,
        learned=change.detected_at,
        official=_official(change, language),
    )


def _official(change: ClientChange, language: str) -> tuple[Official, ...]:
    """The official words in every language USCIS wrote them in, the client's own first."""
    written = (
        Official(change.title_en, change.description_en, "en"),
        Official(change.title_es, change.description_es, "es"),
    )
    own_first = sorted(written, key=lambda each: not language.startswith(each.language))
    return tuple(each for each in own_first if each.title or each.text)
