"""The list of matters with its filters, and one matter: where it stands, what is next, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
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
from legist.practice.web import exports
from workflows.checklists.services import complete_item, reopen_item
from workflows.documents.services import open_document
from workflows.matters.listing import matter_rows, read_matters
from workflows.matters.page import MatterPage, matter_page, matter_pulse
from workflows.matters.timeline import read_timeline
from workflows.web import go_back, staff_actor
from workflows.web.deadlines.forms import due_form
from workflows.web.forms import DocumentForm, NoteForm, TaskForm, WordsForm
from workflows.web.matters import labels as matter_labels
from workflows.web.matters.editing import choices_of

if TYPE_CHECKING:
    from legist.practice.models import KeptSearch

Words = str | Promise
ANY = "any"


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter with its possible values; `default` holds when the address says nothing."""

    name: str
    label: Words
    options: Sequence[tuple[Any, Any]]
    default: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of one list; `extra` are the names of further values that the address may hold."""

    choices: Sequence[Choice]
    extra: Sequence[str] = ()

    def read(self, query: Mapping[str, str]) -> dict[str, str]:
        """Return the value of every filter; a value that is not among the options counts as none."""
        chosen = {choice.name: _chosen(choice, query.get(choice.name, "")) for choice in self.choices}
        return chosen | {name: query.get(name, "").strip()[:100] for name in self.extra}

    def chips(self, given: Mapping[str, str]) -> list[dict[str, str]]:
        """Return a removable chip for each filter that differs from its default."""
        rows = [
            (choice.name, str(choice.label), str(dict(choice.options)[given[choice.name]]))
            for choice in self.choices
            if choice.label and given[choice.name] not in {choice.default, ANY, ""}
        ]
        return [
            {"name": label, "value": words, "remove_url": self.url(given, **{name: ""})}
            for name, label, words in rows
        ]

    def tabs(self, given: Mapping[str, str]) -> list[dict[str, object]]:
        """Return the views that everybody needs: my own, all open ones, and the closed ones."""
        views = (
            (_("Mine"), {"mine": "1", "state": "open"}),
            (_("All open"), {"mine": "", "state": "open"}),
            (_("Left behind"), {"mine": "left", "state": "open"}),
            (_("Closed"), {"mine": "", "state": "closed"}),
        )
        here = {"mine": given.get("mine", ""), "state": given["state"]}
        kept = {name: value for name, value in given.items() if name in {"stage", "kind", "tag"}}
        return [
            {"label": label, "url": self.url(kept, **view), "current": view == here} for label, view in views
        ]

    def url(self, given: Mapping[str, str], **changed: str) -> str:
        """Return the address of the list with some filters changed."""
        default = {choice.name: choice.default for choice in self.choices}
        values = {**given, **changed}
        return "?" + urlencode({n: v for n, v in values.items() if v and v != default.get(n, "")})


def _chosen(choice: Choice, value: str) -> str:
    allowed = {str(option) for option, _label in choice.options} | {ANY}
    return value if value in allowed else choice.default


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


def filters_now() -> Filters:
    """Return the filters of the list, with the tags of the firm among them."""
    tags = choices_of(list_tags())
    return Filters(
        (*FILTERS.choices, *([Choice("tag", gettext_lazy("Tag"), tags)] if tags else [])), FILTERS.extra
    )


FILTERS = Filters(
    (
        Choice("state", "", MatterState.choices, default=MatterState.OPEN),
        Choice(
            "stage", gettext_lazy("Firm stage"), [row for row in MatterStage.choices if row[0] != "closed"]
        ),
        Choice("kind", gettext_lazy("Kind"), MatterKind.choices),
    ),
    ("mine", "find"),
)


def filters_of(given: Mapping[str, str], kept: KeptSearch | None) -> MatterFilters:
    """Return what narrows the list, by its address and what was searched for."""
    exact = {name: "" if given[name] == ANY else given[name] for name in ("state", "stage", "kind")}
    mine, text = given["mine"], kept.text if kept else ""
    tag = "" if given.get("tag", ANY) == ANY else given["tag"]
    return MatterFilters(**exact, tag=tag, mine=mine == "1", left=mine == "left", text=text)


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
        wanted = FILTERS.url({"state": ANY, "find": str(kept.pk)}) if kept else ""
        return HttpResponseRedirect(reverse("workflows:matters") + wanted)
    offered = filters_now()
    given = offered.read(request.GET)
    kept = search.recall(given["find"], now=now)
    filters = filters_of(given, kept)
    if exports.is_wanted(request):
        known = given if kept else given | {"find": ""}
        rows = partial(exports.in_portions, list_matters(actor, filters), partial(matter_rows, actor))
        return exports.export(request, matter_labels.SHEET, rows, filters=known, actor=actor, now=now)
    context = {
        "found": read_matters(actor, filters, cursor=request.GET.get("cursor")),
        "filters": given,
        "text": search.words_of(kept, actor),
        "is_over": bool(given["find"] and not kept),
        "is_behind": bool(kept) and clients.is_behind,
        "choices": offered.choices[1:],
        "chips": [*searched(given, kept, actor), *offered.chips(given)],
        "tabs": offered.tabs(given),
        "may_keep_tags": can(actor, Capability.MANAGE_MATTER),
        "may_open": can(actor, Capability.OPEN_MATTER),
    }
    return render(request, "workflows/matters/list.html", context)


def searched(given: dict[str, str], kept: KeptSearch | None, actor: Actor) -> list[dict[str, str]]:
    """Return the chip that shows what was searched for and ends the search."""
    if kept is None:
        return []
    value = search.words_of(kept, actor) or _("of a colleague")
    return [{"name": _("Search"), "value": value, "remove_url": FILTERS.url(given, find="")}]
