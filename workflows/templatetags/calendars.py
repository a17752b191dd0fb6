"""The calendar's part of the settings page: `{% load calendars %}`."""

from __future__ import annotations

from typing import Any

from django import template

from legist.core.web import request_actor
from legist.practice.permissions import Capability, can
from workflows.deadlines.calendars import active_feed
from workflows.states import FeedScope

register = template.Library()


@register.inclusion_tag("workflows/deadlines/calendar/settings.html", takes_context=True)
def calendar_settings(context: template.Context) -> dict[str, Any]:
    """Show whether the person has a calendar address, and how to make, renew or close one."""
    request = context["request"]
    actor = request_actor(request)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "feed": active_feed(actor),
        "may": can(actor, Capability.VIEW_MATTER),
        "scopes": FeedScope.choices,
    }
