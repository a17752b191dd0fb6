"""Deadlines on pages of other parts: `{% load deadlines %}`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template

from legist.core.web import request_actor
from workflows.deadlines.selectors import of_receipt

register = template.Library()


@register.inclusion_tag("workflows/deadlines/of_receipt.html", takes_context=True)
def deadlines_of_receipt(context: template.Context, receipt_id: UUID) -> dict[str, Any]:
    """Show the open deadlines of a receipt to whoever may see its matter."""
    rows = of_receipt(request_actor(context["request"]), receipt_id)
    return {"rows": rows, "can_work": False}
