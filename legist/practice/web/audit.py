"""The audit explorer: who did what to what, when, and whether the record is whole."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from legist.core.web import request_actor
from legist.core.web.pagination import paginate
from legist.practice import selectors
from legist.practice.selectors import AuditFilters, verify_record


@require_GET
@login_required
def audit(request: HttpRequest) -> HttpResponse:
    """List the record, newest first; a filter is part of the address."""
    given = {name: request.GET.get(name, "") for name in AuditFilters.__dataclass_fields__}
    actor = request_actor(request)
    entries = selectors.list_audit(actor, AuditFilters(**given))
    page = paginate(entries, order=("-sequence",), cursor=request.GET.get("cursor"))
    context = {
        "page": page,
        "events": selectors.describe(page.items, reader=actor),
        "filters": given,
        "chips": selectors.describe_filters(given),
        "actions": selectors.list_action_choices(),
    }
    return render(request, "practice/audit.html", context)


@require_POST
@login_required
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the chain and show what came of it."""
    result = verify_record(actor=request_actor(request))
    return render(request, "practice/audit_verified.html", {"result": result})
