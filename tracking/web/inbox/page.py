"""What the inbox shows: its query as an address, its rows, and what is new since they were drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.actors import Actor
from legist.core.web import htmx, sheets
from legist.core.web.pagination import PAGE_SIZE, Page, paginate
from legist.practice.permissions import Capability, can, require, works_on_what_it_sees
from legist.practice.web import lists
from legist.practice.web.lists import Column, Filter, Listing, Words
from tracking import selectors
from tracking.selectors import ChangeFilters, InboxCounts, Polling, Scope
from tracking.states import Attention, code_label
from tracking.statuses import StatusCode
from tracking.web import labels

if TYPE_CHECKING:
    from tracking.models import StatusChange

DONE = "done"
VIEWS = (*Attention.values, "", DONE)
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


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """Which part of the inbox is open. `view` is act, tell, note, done, or empty for all that waits."""

    view: str = ""
    scope: Scope = Scope.MINE
    default_scope: Scope = Scope.MINE
    code: str = ""
    newest: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], actor: Actor) -> InboxQuery:
        """Read the query of an address; whatever is not known counts as not given."""
        default = Scope.MINE if works_on_what_it_sees(actor) else Scope.ALL
        view, scope, code = given.get("view", ""), given.get("scope", ""), given.get("code", "")
        return cls(
            view=view if view in VIEWS else "",
            scope=Scope(scope) if scope in set(Scope) else default,
            default_scope=default,
            code=code if code in StatusCode.__members__ else "",
            newest=given.get("newest", ""),
            cursor=given.get("cursor", ""),
        )

    @classmethod
    def open_in(cls, request: HttpRequest, actor: Actor) -> InboxQuery:
        """Read the query of the inbox that the person has open, from which a fragment posts."""
        address = urlsplit(request.headers.get("HX-Current-URL", ""))
        return cls.of(QueryDict(address.query), actor)

    @property
    def filters(self) -> ChangeFilters:
        attention = "" if self.view == DONE else self.view
        return ChangeFilters(
            scope=self.scope, attention=attention, code=self.code, is_acknowledged=self.view == DONE
        )

    @property
    def query_string(self) -> str:
        scope = "" if self.scope == self.default_scope else str(self.scope)
        parts = {"view": self.view, "scope": scope, "code": self.code}
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def url(self) -> str:
        path = reverse("tracking:inbox")
        return f"{path}?{self.query_string}" if self.query_string else path

    @property
    def without_code(self) -> InboxQuery:
        return replace(self, code="")

    @property
    def everything(self) -> InboxQuery:
        return replace(self, view="", code="")

    def seen(self, changes: QuerySet[StatusChange]) -> QuerySet[StatusChange]:
        """Leave out what has come since the page was drawn: nobody has seen it."""
        newest = instant(self.newest)
        return changes.filter(detected_at__lte=newest) if newest else changes.none()


def find(actor: Actor, given: Mapping[str, str], now: datetime) -> QuerySet[StatusChange]:
    """Return the changes that the filters of the inbox leave."""
    return selectors.list_changes(actor, InboxQuery.of(given, actor).filters, now=now)


def column(key: str, label: Words, value: Callable[[StatusChange], sheets.Value]) -> Column:
    return Column(key, label, ((label, value),))


LIST: Final = lists.register(
    Listing(
        key="inbox",
        label=gettext_lazy("Inbox"),
        url_name="tracking:inbox",
        capability=Capability.VIEW_RECEIPT,
        find=find,
        order=lambda _given: ("-detected_at",),
        beside=frozenset({"since", "newest", "count"}),
        # Its parts are drawn anew one by one, by what the address says.
        keeps_views=False,
        columns=(
            column("learned", gettext_lazy("Learned"), lambda row: row.detected_at),
            Column(
                "client",
                gettext_lazy("Client"),
                (
                    (
                        gettext_lazy("Client"),
                        lambda row: row.receipt.matter.client.name if row.receipt.matter else "",
                    ),
                ),
                capability=Capability.VIEW_MATTER,
            ),
            column(
                "matter",
                gettext_lazy("Matter"),
                lambda row: row.receipt.matter.reference if row.receipt.matter else "",
            ),
            column("receipt", gettext_lazy("Receipt"), lambda row: row.receipt.masked),
            column("form", gettext_lazy("Form"), lambda row: row.receipt.form_type),
            column(
                "before",
                gettext_lazy("Status before"),
                lambda row: code_label(row.from_code) if row.from_code else "",
            ),
            column("status", gettext_lazy("Status"), lambda row: code_label(row.to_code)),
            column("day", gettext_lazy("Day of the event"), lambda row: row.event_date),
            column("asks", gettext_lazy("Asks for"), lambda row: str(Attention(vars(row)["asks"]).label)),
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
            "tabs": tabs(self.query, self.counts),
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
    changes = selectors.list_changes(actor, query.filters, now=now)
    counts = selectors.inbox_counts(actor, scope=query.scope, now=now)
    ordered: QuerySet[StatusChange] = changes.annotate(urgency=URGENCY)
    order = ("-detected_at",) if query.view == DONE else ("urgency", "-detected_at")
    page = paginate(ordered, order=order, cursor=query.cursor)
    newest_at = changes.order_by("-detected_at").values_list("detected_at", flat=True).first()
    newest = newest_at.isoformat() if newest_at else ""
    token = htmx.change_token(actor.key, query.url, counts, newest)
    may_see_clients = can(actor, Capability.VIEW_MATTER)
    waiting = changes.count() if query.code else waiting_here(query, counts)
    beside = polling_beside(page.items, now)
    return Shown(query, page, counts, newest, now, token, ordered, may_see_clients, waiting, beside, actor)


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
    listed = (
        ("", _("All"), counts.total),
        (Attention.ACT, Attention.ACT.label, counts.act),
        (Attention.TELL, Attention.TELL.label, counts.tell),
        (Attention.NOTE, Attention.NOTE.label, counts.note),
        (DONE, _("Done"), None),
    )
    return [
        {
            "label": label,
            "url": replace(query, view=str(view), code="").url,
            "count": count,
            "current": str(view) == query.view,
        }
        for view, label, count in listed
    ]


def scopes(query: InboxQuery) -> list[dict[str, Any]]:
    """Return whose changes may be shown."""
    labels = {Scope.MINE: _("Mine"), Scope.TEAM: _("My team"), Scope.ALL: _("Everybody")}
    return [
        {"label": label, "url": replace(query, scope=scope).url, "current": scope == query.scope}
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
