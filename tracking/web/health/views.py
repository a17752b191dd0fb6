"""Source health: is it fresh, is it within budget, what is stuck, what waits for a person."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from legist.core import given_up
from legist.core.clock import utc_now
from legist.core.errors import NotFound
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, require
from tracking import selectors, services
from tracking.sources import POLLED
from tracking.web.answers import done, form_again
from tracking.web.health import page as health_page
from tracking.web.health.page import ResetForm, SwitchForm

CHANGED = "health-changed"


@never_cache
@require_GET
@login_required
def health(request: HttpRequest) -> HttpResponse:
    """Show how the source and the poller are doing; the page asks again by itself."""
    actor, now = request_actor(request), utc_now()
    context = health_page.page(selectors.view_source_health(actor, now=now), actor=actor, now=now)
    if htmx.is_unchanged(request, context["token"]):
        return htmx.unchanged()
    is_refresh = htmx.is_fragment(request) and "since" in request.GET
    return render(
        request, "tracking/health/live.html" if is_refresh else "tracking/health/page.html", context
    )


@require_POST
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """Turn the master switch of polling, for a reason."""
    actor, form = request_actor(request), SwitchForm(request.POST, auto_id="switch_%s")
    require(actor, Capability.OPERATE_POLLER)
    if not form.is_valid():
        return form_again(request, "tracking/health/switch.html", {"switch_form": form})
    on = form.cleaned_data["on"] == "1"
    services.switch_polling(on=on, actor=actor, now=utc_now(), reason=form.cleaned_data["reason"])
    message = (
        _("Polling is on: due receipts are asked about.") if on else _("Polling is off: nothing is asked.")
    )
    return done(request, message, back=reverse("tracking:health"), event=CHANGED)


@require_POST
@login_required
def reset(request: HttpRequest) -> HttpResponse:
    """Let calls to the source through again, for a reason."""
    actor, form = request_actor(request), ResetForm(request.POST, auto_id="reset_%s")
    require(actor, Capability.OPERATE_POLLER)
    if not form.is_valid():
        return form_again(request, "tracking/health/reset.html", {"reset_form": form})
    was_held = services.reset_source(POLLED, actor=actor, now=utc_now(), reason=form.cleaned_data["reason"])
    message = _("Calls go through again.") if was_held else _("Calls were not held back.")
    return done(request, message, back=reverse("tracking:health"), event=CHANGED)


@require_POST
@login_required
def try_again(request: HttpRequest, source: str) -> HttpResponse:
    """Give what was given up (one thing, or all of its kind) another chance."""
    actor = request_actor(request)
    require(actor, Capability.SETTLE_GIVEN_UP)
    count = given_up.try_again(source, ids=_chosen(request), actor=actor, now=utc_now())
    message = ngettext("%(n)d is tried again.", "%(n)d are tried again.", count) % {"n": count}
    nothing = _("Nothing could be tried again: it is settled already, or somebody has to decide about it.")
    return done(request, message if count else nothing, back=reverse("tracking:health"), event=CHANGED)


@require_POST
@login_required
def mark_seen(request: HttpRequest, source: str) -> HttpResponse:
    """Say that somebody knows of what was given up (one thing, or all of its kind)."""
    actor = request_actor(request)
    require(actor, Capability.SETTLE_GIVEN_UP)
    given_up.mark_seen(source, ids=_chosen(request), actor=actor, now=utc_now())
    message = _("Marked as seen. It stays on the list until it is settled.")
    return done(request, message, back=reverse("tracking:health"), event=CHANGED)


def _chosen(request: HttpRequest) -> list[UUID] | None:
    """Return the one thing that was asked about; None means all of its kind."""
    asked = request.POST.get("thing", "")
    try:
        return [UUID(asked)] if asked else None
    except ValueError:
        raise NotFound from None
