"""Checking items off, and taking a check mark back."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from workflows.checklists.services import complete_item, reopen_item
from workflows.web import go_back


@require_POST
@login_required
def toggle(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Set the item to what the pressed button said, `?done=1` or `?done=0`, not to its opposite.

    Two people who press at once both get what they saw; the second is told that it is done already.
    """
    act = complete_item if request.GET.get("done") == "1" else reopen_item
    item = act(item_id, actor=request_actor(request), now=utc_now())
    if getattr(request, "htmx", None):
        return htmx.trigger(HttpResponse(status=204), "work-changed")
    matter = reverse("workflows:matter", args=[item.checklist.matter_id])
    return htmx.redirect(request, go_back(request, matter))
