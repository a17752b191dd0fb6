"""The calendar's part of the settings page: `{% load calendars %}`."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from legist.core.web import request_actor
from legist.core.web.parts import part
from legist.practice.permissions import Capability, can
from workflows.deadlines.calendars import active_feed
from workflows.states import FeedScope

register = template.Library()


@register.simple_tag(takes_context=True)
def calendar_settings(context: template.Context) -> SafeString:
    """Show whether the person has a calendar address, and how to make, renew or close one."""
    request = context["request"]
    actor = request_actor(request)
    return part(
        "workflows/deadlines/calendar/settings",
        csrf_token=context.get("csrf_token"),
        feed=active_feed(actor),
        may=can(actor, Capability.VIEW_MATTER),
        scopes=FeedScope.choices,
    )
