"""The list of questions: its columns, filters and views, and giving several to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.actors import Actor, ActorKind
from legist.core.errors import InvalidInput
from legist.practice.permissions import Capability, can, shut_out_of, visible_to, works_on_what_it_sees
from legist.practice.selectors import list_staff
from legist.practice.web import lists
from legist.practice.web.lists import Act, Column, Filter, Listing, Tally, flag, one_by_one
from tracking import reviews as service
from tracking import selectors
from tracking.access import TRIAGE
from tracking.normalizer.nearest import Suggestion, nearest
from tracking.selectors import ReviewFilters
from tracking.states import REVIEW_ASKED, REVIEW_CLOSING, ReviewKind, ReviewState
from tracking.web.inbox.page import ids_of

if TYPE_CHECKING:
    from legist.practice.models import Matter, User
    from tracking.models import ReviewItem

WITH_TITLE: Final = frozenset({ReviewKind.UNKNOWN_STATUS, ReviewKind.CHECK_READING})


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One question in the queue; `title` is the source's own words."""

    item: ReviewItem
    title: str
    suggestions: tuple[Suggestion, ...]
    resolved_by: str

    @property
    def pk(self) -> UUID:
        return self.item.pk

    @property
    def matter(self) -> Matter | None:
        return self.item.receipt.matter if self.item.receipt else None

    @property
    def remark(self) -> str:
        """What the question says in our words."""
        item = self.item
        return REVIEW_ASKED.say(item.kind, item.values) if item.kind in REVIEW_ASKED.sentences else ""

    @property
    def outcome(self) -> str:
        """Why it was closed."""
        return self.item.resolution or REVIEW_CLOSING.say(self.item.closing, self.item.values)

    @property
    def closest(self) -> list[str]:
        """The statuses of the two nearest known titles, each once."""
        return list(dict.fromkeys(near.code for near in self.suggestions[:2]))


def staff_for(matter: Matter | None) -> list[User]:
    """Return who a question could be given to: nobody whom a wall shuts out of the matter."""
    shut_out = {person for _matter, person in shut_out_of([matter] if matter else [])}
    return [person for person in list_staff() if person.pk not in shut_out]


def line(item: ReviewItem, names: Mapping[str, str]) -> ReviewLine:
    """Return a question with the known titles that look like an unknown one."""
    detail = item.detail or ""
    suggestions = nearest(detail) if item.kind in WITH_TITLE and detail else ()
    return ReviewLine(item, detail, suggestions, names.get(item.resolved_by, _("Legist")))


def whose(row: ReviewLine) -> str:
    """Name who settled a question, or whom it waits for."""
    if row.item.state == ReviewState.RESOLVED:
        return row.resolved_by
    return row.item.assigned_to.name if row.item.assigned_to else ""


def people_names() -> dict[str, str]:
    """Return the names of the staff by the key of their actor."""
    return {f"{ActorKind.USER}:{person.pk}": person.name for person in list_staff()}


def person_id(text: str) -> UUID | None:
    """Return the id that a form names."""
    return next(iter(ids_of([text])), None)


def find(actor: Actor, given: Mapping[str, str], _now: datetime) -> QuerySet[ReviewItem]:
    """Return the questions that the filters of the list leave."""
    filters = ReviewFilters(
        kind=given.get("kind", ""),
        state=given.get("state", ReviewState.OPEN),
        is_mine="mine" in given,
        receipt_id=UUID(given["receipt"]) if "receipt" in given else None,
    )
    return selectors.list_reviews(actor, filters)


def drawn(_actor: Actor, items: list[ReviewItem]) -> list[ReviewLine]:
    """Return questions as lines; the names of who settled them are read once for all."""
    names = people_names() if any(item.state == ReviewState.RESOLVED for item in items) else {}
    return [line(item, names) for item in items]


def workable(rows: QuerySet[ReviewItem], actor: Actor) -> QuerySet[ReviewItem]:
    """Return the open questions that the person may settle."""
    open_ones = rows.filter(state=ReviewState.OPEN)
    if not can(actor, Capability.OPERATE_POLLER):
        open_ones = open_ones.filter(receipt__isnull=False)
    capability = selectors.working_capability(actor)
    return visible_to(actor, open_ones, via="receipt__matter", capability=capability, unassigned=TRIAGE)


def assign_many(ids: Sequence[UUID], value: str, *, actor: Actor, now: datetime) -> Tally:
    """Give each question to a person, or back to everybody."""
    to = person_id(value)
    if value != EVERYBODY and to is None:
        raise InvalidInput.at("value", _("Choose a person of the firm."))
    return one_by_one(ids, lambda pk: service.assign_review(pk, actor=actor, assignee_id=to, now=now))


EVERYBODY: Final = "everybody"
CELLS: Final = "tracking/reviews/cells"
LIST: Final = lists.register(
    Listing(
        key="reviews",
        label=gettext_lazy("Reviews"),
        url_name="tracking:reviews",
        capability=Capability.VIEW_RECEIPT,
        find=find,
        drawn=drawn,
        order=lambda given: ("-resolved_at",) if "state" in given else ("opened_at",),
        acts=(
            Act(
                "assign",
                gettext_lazy("Give to a person"),
                "user-check",
                lambda actor: can(actor, Capability.OPERATE_POLLER) or works_on_what_it_sees(actor),
                workable,
                gettext_lazy("settled already, or not yours to settle"),
                assign_many,
                ask=gettext_lazy("Give it to"),
                options=lambda _actor: [
                    *((str(person.pk), person.name) for person in staff_for(None)),
                    (EVERYBODY, _("Everybody")),
                ],
            ),
        ),
        columns=(
            Column(
                "question",
                gettext_lazy("Question"),
                ((gettext_lazy("Question"), lambda row: row.item.get_kind_display()),),
                f"{CELLS}/question.html",
                sort="kind",
                fixed=True,
                css="card-first",
            ),
            Column(
                "source",
                gettext_lazy("What the source says"),
                ((gettext_lazy("What the source says"), lambda row: row.title),),
                f"{CELLS}/source.html",
                css="card-line",
            ),
            Column(
                "receipt",
                gettext_lazy("Receipt"),
                (
                    (
                        gettext_lazy("Receipt"),
                        lambda row: row.item.receipt.masked if row.item.receipt else "",
                    ),
                    (gettext_lazy("Matter"), lambda row: row.matter.reference if row.matter else ""),
                ),
                f"{CELLS}/receipt.html",
            ),
            Column(
                "whose",
                gettext_lazy("With"),
                ((gettext_lazy("Whose"), whose),),
                f"{CELLS}/whose.html",
            ),
            Column(
                "asked",
                gettext_lazy("Waiting since"),
                ((gettext_lazy("Asked"), lambda row: row.item.opened_at),),
                sort="opened_at",
                css="end",
            ),
            Column(
                "settled",
                gettext_lazy("Settled"),
                (
                    (gettext_lazy("Settled"), lambda row: row.item.resolved_at),
                    (gettext_lazy("State"), lambda row: row.item.get_state_display()),
                ),
                sort="resolved_at",
                css="end",
                shown=False,
            ),
        ),
        filters=(
            Filter("kind", gettext_lazy("Why"), lambda _actor: ReviewKind.choices),
            Filter(
                "state",
                gettext_lazy("State"),
                lambda _actor: ReviewState.choices,
                default=ReviewState.OPEN,
                offered=False,
            ),
            flag("mine", gettext_lazy("With me")),
            Filter("receipt", gettext_lazy("Receipt"), fits=lists.is_id, offered=False),
        ),
        views=(
            (gettext_lazy("Open"), {}),
            (gettext_lazy("With me"), {"mine": "1"}),
            (gettext_lazy("Settled"), {"state": ReviewState.RESOLVED.value}),
        ),
    )
)
