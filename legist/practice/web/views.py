"""The language switch, for everybody, a person's own settings, and the audit explorer."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import request_actor
from legist.core.web.pagination import paginate
from legist.practice import selectors
from legist.practice.people.preferences import choose_language
from legist.practice.permissions import Capability, require
from legist.practice.selectors import AuditFilters, verify_record


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Switch the language of the pages; for a signed-in person it stays switched on every device."""
    actor = Actor.for_user(request.user) if request.user.is_authenticated else None
    language = choose_language(request.POST.get("language", ""), actor=actor, now=utc_now())
    translation.activate(language)
    url = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
    response = HttpResponseRedirect(url if is_ours else "/")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", httponly=True)
    return response


@require_GET
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the settings of a member of staff; the language is changed at the address `set_language`."""
    require(request_actor(request), Capability.VIEW_PLAYBOOKS)
    return render(request, "practice/settings.html", {"languages": settings.LANGUAGES})


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
