"""What the product tells a member of staff."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx
from legist.core.web.pagination import paginate
from legist.practice.permissions import Capability
from workflows.notifications.selectors import read_notices
from workflows.notifications.services import mark_all_read, mark_read
from workflows.web import go_back, staff_actor
from workflows.web.notifications.labels import explain


@require_GET
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """List the person's notices, newest first: the unread ones, or all."""
    actor = staff_actor(request, Capability.VIEW_PLAYBOOKS)
    view = "all" if request.GET.get("view") == "all" else ""
    found = read_notices(actor, everything=bool(view))
    page = paginate(found, order=("-created_at",), cursor=request.GET.get("cursor"))
    token = htmx.change_token(actor.key, view, *((row.pk, row.read_at) for row in page.items))
    if htmx.is_unchanged(request, token):
        return htmx.unchanged()
    context = {
        "page": page,
        "lines": explain(page.items),
        "tabs": [
            {"label": _("Unread"), "url": request.path, "current": not view},
            {"label": _("All"), "url": "?view=all", "current": bool(view)},
        ],
        "view": view,
        "token": token,
        "now": utc_now(),
    }
    part = "live" if htmx.is_fragment(request) else "page"
    return render(request, f"workflows/notifications/{part}.html", context)


@require_POST
@login_required
def read(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Put a notice away."""
    mark_read(notice_id, actor=staff_actor(request, Capability.VIEW_PLAYBOOKS), now=utc_now())
    if htmx.is_fragment(request):
        return htmx.trigger(HttpResponse(status=204), "work-changed")
    return htmx.redirect(request, go_back(request, reverse("workflows:notices")))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Put every notice away."""
    mark_all_read(actor=staff_actor(request, Capability.VIEW_PLAYBOOKS), now=utc_now())
    return htmx.redirect(request, reverse("workflows:notices"))
