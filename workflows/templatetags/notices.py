"""Paper on the pages of others: `{% load notices %}` in a receipt's, a matter's or a deadline's template."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from legist.core.web import request_actor
from legist.core.web.parts import part
from legist.practice.permissions import Capability, can
from workflows.notices.selectors import missing_for

register = template.Library()


@register.simple_tag(takes_context=True)
def missing_of_receipt(context: Context, receipt_id: Any) -> SafeString:
    """Say which papers of a receipt are missing."""
    found = missing_for(request_actor(context["request"]), receipt_id=receipt_id)
    return part("workflows/notices/banner", watches=found)


@register.simple_tag(takes_context=True)
def missing_of_matter(context: Context, matter_id: Any) -> SafeString:
    """Say which papers of a matter's receipts are missing."""
    found = missing_for(request_actor(context["request"]), matter_id=matter_id)
    return part("workflows/notices/banner", watches=found, is_spaced=True)


@register.simple_tag(takes_context=True)
def may_log_paper(context: Context) -> bool:
    """Say whether the reader's role logs notices."""
    return can(request_actor(context["request"]), Capability.WORK_RECEIPT)
