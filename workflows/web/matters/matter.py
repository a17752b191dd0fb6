"""The page of a matter: where it stands, what is next, and everything that happened."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from workflows.matters.page import MatterPage, matter_page, matter_pulse
from workflows.matters.timeline import read_timeline
from workflows.web.deadlines.forms import due_form
from workflows.web.matters import labels as matter_labels

SECTIONS = ("timeline", "work", "messages", "documents", "people")


@require_GET
@login_required
def matter(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Show a matter, or the part of it that has changed since the reader's page asked last."""
    actor, now = request_actor(request), utc_now()
    section = request.GET.get("section", "")
    token = htmx.change_token(actor.key, section, *matter_pulse(actor, matter_id))
    if htmx.is_unchanged(request, token):
        return htmx.unchanged()
    section = section if section in SECTIONS else SECTIONS[0]
    page = matter_page(actor, matter_id, now=now, with_access=section == "people")
    context = {
        "page": page,
        "matter": page.matter,
        "section": section,
        "tabs": _tabs(page, section),
        "words": matter_labels.words(page),
        "due_form": due_form(page.provisional_deadline) if page.provisional_deadline else None,
        "token": token,
        "now": now,
    }
    if section == "timeline":
        show, pages = request.GET.get("show", ""), _number(request.GET.get("pages", ""))
        context["timeline"] = read_timeline(actor, matter_id, show=show, pages=pages)
        context["shows"] = matter_labels.shows(show)
    part = "live" if htmx.is_fragment(request) else "page"
    return render(request, f"workflows/matters/{part}.html", context)


def _tabs(page: MatterPage, section: str) -> list[dict[str, object]]:
    work, here = page.work, reverse("workflows:matter", args=[page.matter.pk])
    counted = (
        ("timeline", _("Timeline"), None),
        ("work", _("To do and dates"), len(page.open_items) + len(page.open_deadlines)),
        ("messages", _("Messages"), len(work.drafts)),
        ("documents", _("Documents and billing"), len(work.documents) + len(work.billing_events)),
        ("people", _("People and access"), None),
    )
    return [
        {
            "label": label,
            "url": here if key == SECTIONS[0] else f"{here}?section={key}",
            "count": count or None,
            "current": key == section,
        }
        for key, label, count in counted
    ]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 1
