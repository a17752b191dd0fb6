"""The list of matters."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from legist.practice.models import MatterKind, MatterStage, MatterState
from legist.practice.selectors import MatterFilters, list_faulty_names
from workflows.selectors.matter_list import read_matters
from workflows.web import staff_actor
from workflows.web.filters import Choice, Filters

FILTERS = Filters(
    (
        Choice("state", "", MatterState.choices, default=MatterState.OPEN),
        Choice("stage", _("Firm stage"), [row for row in MatterStage.choices if row[0] != "closed"]),
        Choice("kind", _("Kind"), MatterKind.choices),
    ),
    ("mine", "q"),
)


@require_GET
@login_required
def names(request: HttpRequest) -> HttpResponse:
    """List the clients whose stored names are none, to be corrected here."""
    found = list_faulty_names(staff_actor(request))
    return render(request, "workflows/names.html", {"found": found})


@require_http_methods(["GET", "POST"])
@login_required
def matters(request: HttpRequest) -> HttpResponse:
    """List matters; a client's e-mail address is searched for by POST, so that no address holds it."""
    actor = staff_actor(request)
    text = request.POST.get("q", "").strip()
    if text and "@" not in text:
        return HttpResponseRedirect(
            f"{reverse('workflows:matters')}?{urlencode({'state': 'any', 'q': text})}"
        )
    given = FILTERS.read(request.GET) if not text else {"state": "any", "q": text}
    wanted = MatterFilters(
        state="" if given["state"] == "any" else given["state"],
        stage=given.get("stage", ""),
        kind=given.get("kind", ""),
        mine=given.get("mine") == "1",
        text=given.get("q", ""),
    )
    found = read_matters(actor, wanted, cursor=request.GET.get("cursor"))
    context = {
        "found": found,
        "filters": given,
        "choices": FILTERS.choices[1:],
        "chips": [] if text else FILTERS.chips(given),
        "tabs": FILTERS.tabs(given),
        "is_address_search": bool(text),
    }
    return render(request, "workflows/matters.html", context)
