"""A person's calendar of deadlines: its secret address, and what a calendar program reads there."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from legist.core.clock import utc_now
from legist.core.web import htmx
from workflows.deadlines import calendars
from workflows.deadlines.calendar_feed import calendar_entries
from workflows.states import FeedScope
from workflows.web import staff_actor
from workflows.web.deadlines.calendar_file import calendar_file
from workflows.web.forms import checked


class CalendarForm(forms.Form):
    """Whose deadlines the calendar shows, and whether it names anybody."""

    scope = forms.ChoiceField(choices=FeedScope.choices)
    shows_names = forms.BooleanField(required=False)


@require_POST
@login_required
@cache_control(private=True, no_store=True)
def create(request: HttpRequest) -> HttpResponse:
    """Make a secret address, or another one, and show it this once."""
    given = checked(CalendarForm(request.POST))
    actor = staff_actor(request)
    feed, secret = calendars.create_feed(
        scope=given["scope"], shows_names=given["shows_names"], actor=actor, now=utc_now()
    )
    path = reverse("workflows:calendar_feed", args=[secret])
    context = {"feed": feed, "address": f"{settings.LEGIST_BASE_URL}{path}"}
    return render(request, "workflows/deadlines/calendar/created.html", context)


@require_POST
@login_required
def revoke(request: HttpRequest) -> HttpResponse:
    """Close the secret address."""
    calendars.revoke_feed(actor=staff_actor(request), now=utc_now())
    messages.success(request, _("The calendar address is closed. Programs that have it find nothing now."))
    return htmx.redirect(request, reverse("practice:settings"))


@require_safe
@cache_control(private=True, no_store=True)
def feed(_request: HttpRequest, secret: str) -> HttpResponse:
    """Answer a calendar program; the secret in the address is all it has, and all it needs."""
    now = utc_now()
    found, actor = calendars.open_feed(secret, now=now)
    entries = calendar_entries(actor, scope=found.scope, shows_names=found.shows_names, now=now)
    with translation.override(found.user.language):
        content = calendar_file(entries)
    headers = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
