"""One case as its client reads it: plain words beside the government's own, and what is to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from portal.closing import Closing, describe_closed
from portal.form_names import describe_form
from portal.stages import WITHOUT_STAGE, is_undone, stage_of, stage_path, stage_tone, stage_words, step_words
from tracking.observations.standing import may_lie_behind, standing_decision
from tracking.selectors.client import ClientChange, ClientReceipt
from tracking.statuses import CODES, StatusCode
from workflows.checklists.duties import Duties
from workflows.plain_language import Catalog, Wording
from workflows.plain_language.form_names import canonical

UNREAD = "UNKNOWN"


def describe(receipt: ClientReceipt, language: str, book: Catalog) -> Wording:
    """Return what the case's status means, what to do, and when news comes."""
    if receipt.current is not None:
        return book.find(receipt.current.code, language)
    if receipt.is_being_checked:
        return book.find(UNREAD, language)
    if receipt.is_unexplained:
        return book.find(UNREAD, language)._replace(
            meaning=_(
                "USCIS wrote something about this case that fits none of the usual steps. We have read it."
            ),
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
class Case:
    """One receipt as its client reads it.

    `todos` says what to do, the most pressing first; `todo_tone` is "action" when the client must.
    `contradicted` is a decision, in words, that the stage shown lies behind. `is_stale`: USCIS could not be
    asked for days; `is_being_checked`: its newest text is still being read by a person; `is_in_doubt`: so is
    anything else that USCIS said, and nobody can say that there is nothing to do; `is_unexplained`: a person
    has read the newest text, and it fits none of the usual steps. Once the firm has closed
    the matter, `closing` says what stands, and `expect` is empty: nothing is promised any more.
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
    is_being_checked: bool
    is_in_doubt: bool
    steps: list[Step]
    closing: Closing | None = None
    is_unexplained: bool = False

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
) -> Case:
    """Put one receipt into a client's words.

    `book` holds the texts in force, `closing` that it is closed, `duties` what is open about it.
    """
    current, form = receipt.current, canonical(receipt.form)
    buckets = [change.bucket for change in receipt.history]
    bucket, contradicted = stage_of(buckets), _contradicted(receipt.history)
    is_in_doubt = (
        receipt.is_being_checked or receipt.is_unexplained or receipt.is_in_question or bool(contradicted)
    )
    wording = describe(receipt, language, book)
    todos = list_duties(receipt, duties, language=language, book=book)
    has_to_act = bool(todos or (closing and closing.dates))
    if closing:
        wording = describe_closed(receipt, wording.meaning, has_to_act=has_to_act)
        todos = [wording.todo]
    return Case(
        id=receipt.receipt_id,
        form=describe_form(form),
        number=receipt.number,
        stage=stage_words(bucket),
        stage_tone=stage_tone(bucket),
        meaning=wording.meaning,
        todos=todos or [unread(book, language) if is_in_doubt else wording.todo],
        todo_tone="action" if has_to_act else "neutral",
        expect=wording.next,
        stages=[] if contradicted or is_undone(buckets) else stage_path(bucket, form),
        contradicted=contradicted,
        official=_official(current, language) if current else (),
        read_at=receipt.last_checked_at,
        is_stale=bool(receipt.last_checked_at and now - receipt.last_checked_at > STALE_AFTER),
        is_being_checked=receipt.is_being_checked,
        is_unexplained=receipt.is_unexplained,
        is_in_doubt=is_in_doubt,
        steps=[_step(change, language, book) for change in receipt.history],
        closing=closing,
    )


def _contradicted(history: Sequence[ClientChange]) -> str:
    """Return the decision that the newest stage lies behind, in a client's words, or an empty text."""
    staged = [change for change in history if change.code not in WITHOUT_STAGE]
    if not staged or not may_lie_behind(staged[0].code):
        return ""
    decision = standing_decision(change.code for change in staged[1:])
    return stage_words(CODES[StatusCode(decision)].bucket) if decision else ""


def _step(change: ClientChange, language: str, book: Catalog) -> Step:
    return Step(
        stage=step_words(change.code, change.bucket),
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
