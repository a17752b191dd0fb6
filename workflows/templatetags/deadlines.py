"""Deadlines on pages of other parts: `{% load deadlines %}`."""

from __future__ import annotations

from uuid import UUID

from django import template
from django.utils.safestring import SafeString

from legist.core.web import request_actor
from legist.core.web.parts import part
from workflows.deadlines.selectors import of_receipt

register = template.Library()


@register.simple_tag(takes_context=True)
def deadlines_of_receipt(context: template.Context, receipt_id: UUID) -> SafeString:
    """Show the open deadlines of a receipt to whoever may see its matter."""
    rows = of_receipt(request_actor(context["request"]), receipt_id)
    return part("workflows/deadlines/of_receipt", rows=rows, can_work=False)
