"""The list of matters with its filters, and one matter: where it stands, what is next, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.editing import list_tags
from legist.practice.permissions import Capability, can
from legist.practice.search import services as search
from legist.practice.search.finders import clients
from legist.practice.selectors import MatterFilters, list_faulty_names, list_matters
from legist.practice.states import MatterKind, MatterStage, MatterState
from legist.practice.web import lists, looks
from legist.practice.web.lists import Filter, Listing
from workflows.checklists.services import complete_item, reopen_item
from workflows.documents.services import open_document
from workflows.matters.listing import matter_rows
from workflows.matters.page import MatterPage, matter_page, matter_pulse
from workflows.matters.timeline import read_timeline
from workflows.web import go_back, staff_actor
from workflows.web.deadlines.forms import due_form
from workflows.web.forms import DocumentForm, NoteForm, TaskForm, WordsForm
from workflows.web.matters import labels as matter_labels
from workflows.web.matters.editing import ACTS, choices_of

if TYPE_CHECKING:
    from legist.practice.models import Matter

ANY = "any"
SECTIONS = ("timeline", "work", "notes", "messages", "documents", "people")


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
        "note_form": NoteForm(auto_id="note_%s"),
        "words_form": WordsForm(auto_id="words_%s"),
        "document_form": DocumentForm(auto_id="document_%s", documents=page.work.documents),
        "task_form": TaskForm(auto_id="task_%s", owners=page.colleagues, initial={"owner": actor.id}),
        "token": token,
        "now": now,
    }
    if section == "timeline":
        show, pages = request.GET.get("show", ""), request.GET.get("pages", "")
        number = int(pages) if pages.isdecimal() and len(pages) < 4 else 1
        context["timeline"] = read_timeline(actor, matter_id, show=show, pages=number)
        context["shows"] = matter_labels.shows(show)
    part = "live" if htmx.is_fragment(request) else "page"
    return render(request, f"workflows/matters/{part}.html", context)


def _tabs(page: MatterPage, section: str) -> list[dict[str, object]]:
    work, here = page.work, reverse("workflows:matter", args=[page.matter.pk])
    counted = (
        ("timeline", _("Timeline"), None),
        ("work", _("To do and dates"), len(page.open_items) + len(page.open_deadlines)),
        ("notes", _("Notes"), len(page.notes)),
        ("messages", _("Messages"), len(work.drafts) + len(page.incoming)),
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


@never_cache
@require_GET
@login_required
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Hand over the file; who opened it goes on the record.

    With `?show=1` a browser shows what was looked into. A picture stands in a sandbox; a PDF does not,
    because browsers then refuse to draw it, but it may load and run nothing of ours.
    """
    file = open_document(document_id, actor=request_actor(request), now=utc_now())
    is_shown = file.is_safe and request.GET.get("show") == "1"
    is_picture = file.content_type.startswith("image/")
    headers = {
        "Content-Disposition": str(
            content_disposition_header(as_attachment=not is_shown, filename=file.name)
        ),
        "Content-Security-Policy": "default-src 'none'; sandbox" if is_picture else "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)


def find_matters(actor: Actor, given: Mapping[str, str], now: datetime) -> QuerySet[Matter]:
    """Return the matters that the filters of the list leave, and what was searched for."""
    kept = search.recall(given.get("find", ""), now=now)
    state, mine = given.get("state", MatterState.OPEN), given.get("mine", "")
    filters = MatterFilters(
        state="" if state == ANY else state,
        stage=given.get("stage", ""),
        kind=given.get("kind", ""),
        mine=mine == "1",
        left=mine == "left",
        tag=given.get("tag", ""),
        text=kept.text if kept else "",
    )
    return list_matters(actor, filters)


def searched(value: str, actor: Actor) -> str:
    """Return what was searched for, to whom typed it."""
    kept = search.recall(value, now=utc_now())
    return (search.words_of(kept, actor) or _("of a colleague")) if kept else _("over")


LIST: Final = lists.register(
    Listing(
        key="matters",
        label=gettext_lazy("Matters"),
        url_name="workflows:matters",
        capability=Capability.VIEW_MATTER,
        find=find_matters,
        drawn=matter_rows,
        columns=matter_labels.COLUMNS,
        acts=ACTS,
        kind="matters",
        filters=(
            Filter(
                "state",
                gettext_lazy("State"),
                lambda _a: [*MatterState.choices, (ANY, _("Any"))],
                default=MatterState.OPEN,
            ),
            Filter(
                "stage",
                gettext_lazy("Firm stage"),
                lambda _actor: [row for row in MatterStage.choices if row[0] != MatterStage.CLOSED],
            ),
            Filter("kind", gettext_lazy("Kind"), lambda _actor: MatterKind.choices),
            Filter("tag", gettext_lazy("Tag"), lambda _actor: choices_of(list_tags())),
            Filter(
                "mine",
                gettext_lazy("Whose"),
                lambda _actor: [("1", _("Mine")), ("left", _("Left behind"))],
                offered=False,
            ),
            Filter("find", gettext_lazy("Search"), fits=lists.is_id, offered=False, kept=False, say=searched),
        ),
        views=(
            (gettext_lazy("Mine"), {"mine": "1"}),
            (gettext_lazy("All open"), {}),
            (gettext_lazy("Left behind"), {"mine": "left"}),
            (gettext_lazy("Closed"), {"state": MatterState.CLOSED.value}),
        ),
    )
)


@require_GET
@login_required
def names(request: HttpRequest) -> HttpResponse:
    """List the clients whose stored names are none, to be corrected here."""
    found = list_faulty_names(staff_actor(request))
    return render(request, "workflows/clients/names.html", {"found": found})


@require_http_methods(["GET", "POST"])
@login_required
def matters(request: HttpRequest) -> HttpResponseBase:
    """List matters; what is searched for is posted and kept, so that no address holds it."""
    actor, now = staff_actor(request), utc_now()
    if request.method == "POST":
        kept = search.keep(request.POST.get("q", ""), actor=actor, now=now)
        wanted = {"state": ANY, "find": str(kept.pk)} if kept else {}
        return HttpResponseRedirect(LIST.url(wanted))
    here = looks.look(LIST, request.GET, actor=actor, now=now)
    kept = search.recall(here.given.get("find", ""), now=now)
    is_over = bool("find" in here.given and not kept)
    if looks.is_wanted(request):
        if is_over:
            raise lists.unknown()
        return here.export(request)
    context = here.context(request.GET.get("cursor")) | {
        "filters": here.given,
        "text": search.words_of(kept, actor),
        "is_over": is_over,
        "is_behind": bool(kept) and clients.is_behind,
        "may_keep_tags": can(actor, Capability.MANAGE_MATTER),
        "may_open": can(actor, Capability.OPEN_MATTER),
    }
    return render(request, "workflows/matters/list.html", context)
