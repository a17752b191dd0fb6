"""Parts of the client's pages as template tags: `{% load portal_ui %}`."""

from __future__ import annotations

from uuid import UUID

from django import template

from legist.core.web.parts import part
from portal.selectors import Contacts, read_contacts

register = template.Library()


@register.simple_tag(takes_context=True)
def reach_us(context: template.Context, matter_id: UUID | None = None) -> str:
    """Say how the firm is reached, and whom to ask for about a matter; read once for a page."""
    request, shell = context["request"], context["shell"]
    if not shell.is_live:
        return ""
    found: Contacts | None = getattr(request, "reach_us", None)
    if found is None:
        found = request.reach_us = read_contacts(shell.actor)
    return part("reach", reach=found.reach, ask=found.ask(matter_id))


@register.simple_tag(takes_context=True)
def reach_us_unless_said(context: template.Context) -> str:
    """Say at the end of a page how the firm is reached, where nothing above has said it."""
    return "" if hasattr(context["request"], "reach_us") else reach_us(context)
