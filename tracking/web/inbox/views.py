"""The changes inbox: what moved since the person last looked, what it asks for, one key to take note."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.errors import WrongState
from legist.core.web import htmx, request_actor
from legist.practice.accounts import home_of
from legist.practice.permissions import Capability, can, require
from legist.practice.web import looks
from tracking import selectors, services
from tracking.web.answers import done
from tracking.web.inbox import page as inbox_list
from tracking.web.inbox.page import InboxQuery


@require_GET
@login_required
def inbox(request: HttpRequest) -> HttpResponseBase:
    """Show what changed: the page, more of its rows, or (polled) only what is new."""
    actor = request_actor(request)
    if getattr(request.user, "is_client", False):
        return redirect(home_of(request.user))
    now = utc_now()
    query = InboxQuery.of(request.GET, actor, now=now)
    if looks.is_wanted(request):
        return query.look.export(request)
    shown = inbox_list.read(actor, query, now=now)
    if htmx.is_unchanged(request, shown.token):
        return htmx.unchanged()
    if htmx.is_fragment(request) and "since" in request.GET:
        return news(request, shown)
    return render(request, "tracking/inbox/page.html", shown.as_context())


@require_GET
@login_required
def row_menu(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Show what else can be done about a change, for the menu of its row."""
    actor = request_actor(request)
    change = selectors.access_change(actor, change_id)
    query = InboxQuery.open_in(request, actor, now=utc_now())
    context = {
        "change": change,
        "receipt": change.receipt,
        "matter": change.receipt.matter,
        "query": query,
        "kind_url": query.url_with(code=change.to_code),
        "may_see_clients": can(actor, Capability.VIEW_MATTER),
    }
    return render(request, "tracking/inbox/row_menu.html", context)


@require_GET
@login_required
def earlier(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Show the changes that the row of a change has taken the place of, and what was done for each."""
    actor, now = request_actor(request), utc_now()
    found = selectors.earlier_than(selectors.access_change(actor, change_id), now=now)
    rows = inbox_list.with_deeds(actor, found, now=now)
    return render(request, "tracking/inbox/earlier.html", {"rows": rows, "now": now})


@require_POST
@login_required
def acknowledge(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Take note of one change: its row leaves the list."""
    actor, now = request_actor(request), utc_now()
    is_new = services.acknowledge(change_id, actor=actor, now=now)
    if not htmx.is_fragment(request):
        return done(request, _("Done."), back=reverse("tracking:inbox"))
    shown = inbox_list.read(actor, InboxQuery.open_in(request, actor, now=now), now=now)
    if shown.page.items and request.headers.get("HX-Target", "").startswith("row-"):
        response = render(request, "tracking/inbox/row_gone.html", shown.as_context())
        # Closing it first would take away the form that the answer still needs.
        response["HX-Trigger-After-Swap"] = "panel-close"
    else:
        response = whole_list(request, shown)
    return tell(response, int(is_new), at=now)


@require_POST
@login_required
def acknowledge_many(request: HttpRequest) -> HttpResponse:
    """Take note of the selected changes."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.VIEW_RECEIPT)
    chosen = selectors.visible_changes(actor).filter(pk__in=inbox_list.ids_of(request.POST.getlist("ids")))
    count = services.acknowledge_many(chosen.select_related("receipt"), actor=actor, now=now)
    return after_many(request, count, at=now)


@require_POST
@login_required
def acknowledge_all(request: HttpRequest) -> HttpResponse:
    """Take note of everything in a view that had arrived when the page was shown."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.VIEW_RECEIPT)
    query = InboxQuery.posted(request.POST, actor, now=now)
    seen = list(query.seen(query.look.found))
    if len(seen) > inbox_list.announced(request.POST, default=len(seen)):
        raise WrongState(_("Something new has arrived in this view. Look at it first."))
    count = services.acknowledge_many(seen, actor=actor, now=now)
    return after_many(request, count, at=now)


@require_POST
@login_required
def put_back(request: HttpRequest) -> HttpResponse:
    """Undo one *Done*: whatever the person took note of at that instant waits again."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.VIEW_RECEIPT)
    at = inbox_list.instant(request.POST.get("at", ""))
    noted = selectors.visible_changes(actor).filter(
        acknowledgements__user__pk=UUID(actor.id), acknowledgements__at=at or now
    )
    count = services.put_back(noted.select_related("receipt"), actor=actor, now=now)
    query = InboxQuery.open_in(request, actor, now=now)
    message = ngettext("%(n)d change waits again.", "%(n)d changes wait again.", count) % {"n": count}
    if not htmx.is_fragment(request):
        return done(request, message, back=query.url)
    return htmx.toast(whole_list(request, inbox_list.read(actor, query, now=now)), message)


def after_many(request: HttpRequest, count: int, *, at: datetime) -> HttpResponse:
    """Say how many left the inbox, and show what is left of the view that was open."""
    actor, now = request_actor(request), utc_now()
    query = InboxQuery.open_in(request, actor, now=now)
    if not htmx.is_fragment(request):
        return done(request, done_words(count), back=query.url)
    response = whole_list(request, inbox_list.read(actor, query, now=now))
    return tell(htmx.trigger(response, "selection-done"), count, at=at)


def tell(response: HttpResponse, count: int, *, at: datetime) -> HttpResponse:
    """Say how many were done, and offer to undo it: `at` names the act."""
    undo = {"label": _("Undo"), "url": reverse("tracking:put_back"), "values": {"at": at.isoformat()}}
    return htmx.toast(response, done_words(count), undo=undo if count else None)


def done_words(count: int) -> str:
    return ngettext("%(n)d change is done.", "%(n)d changes are done.", count) % {"n": count}


def news(request: HttpRequest, shown: inbox_list.Shown) -> HttpResponse:
    """Answer a poll with the rows that arrived, or with the whole list where none was shown."""
    newest = request.GET.get("newest", "")
    if not newest or not shown.newest:
        return whole_list(request, shown)
    context = shown.as_news(newest)
    if shown.query.look.sort or any(row.earlier for row in context["rows"]):
        # What is new has its place in the order; a receipt has one row: the one it has already goes.
        return whole_list(request, shown)
    return render(request, "tracking/inbox/news.html", context)


def whole_list(request: HttpRequest, shown: inbox_list.Shown) -> HttpResponse:
    """Answer with the whole list, wherever the request wanted its answer to go."""
    context = shown.as_context() | {"is_oob_wanted": True}
    response = render(request, "tracking/inbox/list.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#inbox", "outerHTML"
    return response
