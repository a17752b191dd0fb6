"""The list of matters."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from legist.core.web import searches
from legist.practice.selectors import MatterFilters, list_faulty_names
from legist.practice.states import MatterKind, MatterStage, MatterState
from workflows.matters.listing import read_matters
from workflows.web import staff_actor
from workflows.web.matters.filters import ANY, Choice, Filters

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


@require_GET
@login_required
def names(request: HttpRequest) -> HttpResponse:
    """List the clients whose stored names are none, to be corrected here."""
    found = list_faulty_names(staff_actor(request))
    return render(request, "workflows/clients/names.html", {"found": found})


@require_http_methods(["GET", "POST"])
@login_required
def matters(request: HttpRequest) -> HttpResponse:
    """List matters; what is searched for is posted and kept, so that no address holds it."""
    actor = staff_actor(request)
    if request.method == "POST":
        key = searches.keep(request, request.POST.get("q", ""))
        wanted = FILTERS.url({"state": ANY, "find": key}) if key else ""
        return HttpResponseRedirect(reverse("workflows:matters") + wanted)
    given = FILTERS.read(request.GET)
    text = searches.find(request, given["find"]) or ""
    filters = MatterFilters(
        state="" if given["state"] == ANY else given["state"],
        stage=given["stage"] if given["stage"] != ANY else "",
        kind=given["kind"] if given["kind"] != ANY else "",
        mine=given["mine"] == "1",
        left=given["mine"] == "left",
        text=text,
    )
    context = {
        "found": read_matters(actor, filters, cursor=request.GET.get("cursor")),
        "filters": given,
        "text": text,
        "is_over": bool(given["find"] and not text),
        "choices": FILTERS.choices[1:],
        "chips": [*searched(given, text), *FILTERS.chips(given)],
        "tabs": FILTERS.tabs(given),
    }
    return render(request, "workflows/matters/list.html", context)


def searched(given: dict[str, str], text: str) -> list[dict[str, str]]:
    """Return the chip that shows what was searched for and ends the search."""
    without = FILTERS.url(given, find="")
    return [{"name": _("Search"), "value": text, "remove_url": without}] if text else []
