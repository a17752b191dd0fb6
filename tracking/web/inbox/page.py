"""What the inbox shows: its query as an address, its rows, and what is new since they were drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.actors import Actor
from legist.core.web import htmx
from legist.core.web.pagination import PAGE_SIZE, Page
from legist.practice.permissions import Capability, can, require, works_on_what_it_sees
from legist.practice.web import lists, looks
from legist.practice.web.lists import Column, Filter, Listing
from legist.practice.web.looks import Look
from tracking import selectors
from tracking.selectors import ChangeFilters, InboxCounts, Polling, Scope
from tracking.states import Attention, code_label
from tracking.statuses import StatusCode
from tracking.web import labels

if TYPE_CHECKING:
    from tracking.models import StatusChange

DONE = "done"
# A batch of the poller is committed after its calls, so a change may appear after a later one.
OVERLAP = timedelta(minutes=5)
# What a change sets in motion is done soon after it.
SETTLES = timedelta(minutes=1)
URGENCY = Case(
    When(asks=Attention.ACT, then=Value(0)),
    When(asks=Attention.TELL, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def default_scope(actor: Actor) -> Scope:
    return Scope.MINE if works_on_what_it_sees(actor) else Scope.ALL


def filters_of(given: Mapping[str, str], actor: Actor) -> ChangeFilters:
    view, scope = given.get("view", ""), given.get("scope", "")
    return ChangeFilters(
        scope=Scope(scope) if scope else default_scope(actor),
        attention="" if view == DONE else view,
        code=given.get("code", ""),
        is_acknowledged=view == DONE,
    )


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """Which part of the inbox is open, and how it is looked at.

    `view` is act, tell, note, done, or empty for all that waits.
    """

    look: Look
    newest: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, query: QueryDict, actor: Actor, *, now: datetime) -> InboxQuery:
        """Read an address of the inbox; raises what `looks.look` raises."""
        look = looks.look(LIST, query, actor=actor, now=now)
        return cls(look, newest=query.get("newest", ""), cursor=query.get("cursor", ""))

    @classmethod
    def posted(cls, query: QueryDict, actor: Actor, *, now: datetime) -> InboxQuery:
        """Read which part a form speaks of."""
        given = {each.name: query.get(each.name, "") for each in LIST.filters}
        return cls(looks.look(LIST, looks.query_of(given), actor=actor, now=now), query.get("newest", ""))

    @classmethod
    def open_in(cls, request: HttpRequest, actor: Actor, *, now: datetime) -> InboxQuery:
        """Read the query of the inbox that the person has open, from which a fragment posts."""
        return cls(looks.open_look(LIST, request, actor=actor, now=now))

    @property
    def view(self) -> str:
        return self.look.given.get("view", "")

    @property
    def code(self) -> str:
        return self.look.given.get("code", "")

    @property
    def filters(self) -> ChangeFilters:
        return filters_of(self.look.given, self.look.actor)

    @property
    def scope(self) -> Scope:
        return self.filters.scope

    @property
    def url(self) -> str:
        return self.look.url

    @property
    def everything_url(self) -> str:
        return self.url_with(view="", code="")

    def url_with(self, **others: str) -> str:
        """The address of another part: these filters in place of those that are in force."""
        given = {**self.look.given, **others}
        return LIST.url({name: value for name, value in given.items() if value})

    def seen(self, changes: QuerySet[StatusChange]) -> QuerySet[StatusChange]:
        """Leave out what has come since the page was drawn: nobody has seen it."""
        newest = instant(self.newest)
        return changes.filter(detected_at__lte=newest) if newest else changes.none()


def find(actor: Actor, given: Mapping[str, str], now: datetime) -> QuerySet[StatusChange]:
    """Return the changes that the filters of the inbox leave."""
    changes = selectors.list_changes(actor, filters_of(given, actor), now=now)
    found: QuerySet[StatusChange] = changes.annotate(urgency=URGENCY)
    return found


def drawn(actor: Actor, rows: list[Any]) -> Iterable[Any]:
    """Have each change carry the name of its client, for those to whom it is open."""
    may_see = can(actor, Capability.VIEW_MATTER)
    for row in rows:
        matter = row.receipt.matter
        vars(row)["client"] = matter.client.name if may_see and matter else ""
    return rows


CELLS: Final = "tracking/inbox/cells"
LIST: Final = lists.register(
    Listing(
        key="inbox",
        label=gettext_lazy("Inbox"),
        url_name="tracking:inbox",
        capability=Capability.VIEW_RECEIPT,
        find=find,
        drawn=drawn,
        order=lambda given: ("-detected_at",) if given.get("view") == DONE else ("urgency", "-detected_at"),
        beside=frozenset({"since", "newest", "count"}),
        kept=frozenset({"scope"}),
        columns=(
            Column(
                "client",
                gettext_lazy("Client"),
                (
                    (gettext_lazy("Client"), lambda row: vars(row)["client"]),
                    (
                        gettext_lazy("Matter"),
                        lambda row: row.receipt.matter.reference if row.receipt.matter else "",
                    ),
                ),
                f"{CELLS}/client.html",
                fixed=True,
                css="card-first",
            ),
            Column(
                "change",
                gettext_lazy("Change"),
                (
                    (
                        gettext_lazy("Status before"),
                        lambda row: code_label(row.from_code) if row.from_code else "",
                    ),
                    (gettext_lazy("Status"), lambda row: code_label(row.to_code)),
                ),
                f"{CELLS}/change.html",
                fixed=True,
                css="card-line",
            ),
            Column(
                "asks",
                gettext_lazy("Asks for"),
                ((gettext_lazy("Asks for"), lambda row: str(Attention(vars(row)["asks"]).label)),),
                f"{CELLS}/asks.html",
                sort="urgency",
            ),
            Column(
                "receipt",
                gettext_lazy("Receipt"),
                (
                    (gettext_lazy("Receipt"), lambda row: row.receipt.masked),
                    (gettext_lazy("Form"), lambda row: row.receipt.form_type),
                ),
                f"{CELLS}/receipt.html",
                fixed=True,
                sort="receipt__form_type",
            ),
            Column(
                "day",
                gettext_lazy("Day of the event"),
                ((gettext_lazy("Day of the event"), lambda row: row.event_date),),
                sort="event_date",
                shown=False,
            ),
            Column(
                "learned",
                gettext_lazy("Learned"),
                ((gettext_lazy("Learned"), lambda row: row.detected_at),),
                f"{CELLS}/learned.html",
                sort="detected_at",
                head="end",
                css="end faint",
            ),
        ),
        filters=(
            Filter(
                "view",
                gettext_lazy("View"),
                lambda _actor: [*Attention.choices, (DONE, _("Done"))],
                offered=False,
            ),
            Filter(
                "scope",
                gettext_lazy("Whose matters"),
                lambda _actor: [(each, each) for each in Scope],
                offered=False,
            ),
            Filter(
                "code",
                gettext_lazy("Status"),
                lambda _actor: [(code, labels.status_words(code).label) for code in StatusCode.__members__],
                offered=False,
            ),
        ),
        views=(
            (gettext_lazy("All"), {}),
            *((each.label, {"view": each.value}) for each in Attention),
            (gettext_lazy("Done"), {"view": DONE}),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One look at the inbox."""

    query: InboxQuery
    page: Page[StatusChange]
    counts: InboxCounts
    newest: str
    now: datetime
    token: str
    news: QuerySet[StatusChange]
    may_see_clients: bool
    waiting_here: int
    polling: Polling
    actor: Actor

    def as_context(self) -> dict[str, Any]:
        """Return what the page and the list show."""
        return {
            "now": self.now,
            "page": self.page,
            "rows": with_deeds(self.actor, self.page.items, now=self.now),
            "polling": self.polling,
            "query": self.query,
            "counts": self.counts,
            "newest": self.newest,
            "token": self.token,
            "look": self.query.look,
            "tabs": tabs(self.query, self.counts),
            "chips": self.query.look.chips,
            "scopes": scopes(self.query),
            "kind": labels.status_words(self.query.code).label if self.query.code else "",
            "may_see_clients": self.may_see_clients,
            "waiting_here": self.waiting_here,
        }

    def as_news(self, newest_shown: str) -> dict[str, Any]:
        """Return what arrived since the newest row that is shown; rows shown already are dropped there."""
        since = instant(newest_shown)
        fresh = self.news.filter(detected_at__gte=since - OVERLAP) if since else self.news.none()
        rows = list(fresh.order_by("-detected_at", "-pk")[:PAGE_SIZE])
        with_deeds(self.actor, rows, now=self.now)
        return self.as_context() | {"rows": rows, "polling": polling_beside(rows, self.now), "is_news": True}


def with_deeds(actor: Actor, changes: Sequence[StatusChange], *, now: datetime) -> Sequence[StatusChange]:
    """Have each change carry `deeds`, what was done for it; nothing yet of one that was learned just now."""
    deeds = selectors.deeds_for(actor, [row for row in changes if now - row.detected_at > SETTLES])
    for row in changes:
        vars(row)["deeds"] = deeds.get(row.pk, [])
    return changes


def read(actor: Actor, query: InboxQuery, *, now: datetime) -> Shown:
    """Look at the inbox: urgent first, then newest; staff only."""
    require(actor, Capability.VIEW_RECEIPT)
    changes = query.look.found
    counts = selectors.inbox_counts(actor, scope=query.scope, now=now)
    page = query.look.page(query.cursor)
    newest_at = changes.order_by("-detected_at").values_list("detected_at", flat=True).first()
    newest = newest_at.isoformat() if newest_at else ""
    token = htmx.change_token(actor.key, query.url, counts, newest)
    may_see_clients = can(actor, Capability.VIEW_MATTER)
    waiting = changes.count() if query.code else waiting_here(query, counts)
    beside = polling_beside(page.items, now)
    return Shown(query, page, counts, newest, now, token, changes, may_see_clients, waiting, beside, actor)


def polling_beside(changes: Iterable[StatusChange], now: datetime) -> Polling:
    """Look whether the receipts of these rows are asked about at present."""
    return selectors.polling_of([change.receipt for change in changes], now=now)


def waiting_here(query: InboxQuery, counts: InboxCounts) -> int:
    """Return how many changes wait in the open view."""
    by_view = {Attention.ACT: counts.act, Attention.TELL: counts.tell, Attention.NOTE: counts.note}
    return by_view.get(Attention(query.view), 0) if query.view in Attention.values else counts.total


def announced(given: Mapping[str, str], *, default: int) -> int:
    """Return how many changes the person was told that the act concerns."""
    text = given.get("count", "")
    return int(text) if text.isdecimal() and len(text) < 10 else default


def tabs(query: InboxQuery, counts: InboxCounts) -> list[dict[str, Any]]:
    """Return the views of the inbox with what waits in each."""
    waiting = {"": counts.total, "act": counts.act, "tell": counts.tell, "note": counts.note}
    found = query.look.counted_tabs(waiting)
    # A view in which nothing waits says so; what is done is not counted.
    return [
        each | ({"count": 0} if each["count"] is None and at < len(waiting) else {})
        for at, each in enumerate(found)
    ]


def scopes(query: InboxQuery) -> list[dict[str, Any]]:
    """Return whose changes may be shown."""
    labels = {Scope.MINE: _("Mine"), Scope.TEAM: _("My team"), Scope.ALL: _("Everybody")}
    usual = default_scope(query.look.actor)
    return [
        {
            "label": label,
            "url": query.url_with(scope="" if scope == usual else str(scope)),
            "current": scope == query.scope,
        }
        for scope, label in labels.items()
    ]


def ids_of(values: Iterable[str]) -> list[UUID]:
    """Return the values that are ids."""
    return [found for found in map(_uuid, values) if found]


def instant(text: str) -> datetime | None:
    """Return the instant in an ISO text with its zone, or None."""
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo and MINYEAR < read.year < MAXYEAR else None
    except (ValueError, OverflowError):
        return None


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
