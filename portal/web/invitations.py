"""How a client gets in: staff invite, the client opens the link and confirms."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.invitations import accept_invitation, find_invitation
from portal import invitations

BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Greet an invited client; opening the link does nothing yet, so that a mail scanner cannot use it up."""
    if request.method == "POST":
        user = accept_invitation(token, now=utc_now())
        login(request, user, backend=BACKEND)
        return redirect("portal:settings" if request.POST.get("passkey") else "portal:home")
    invitation = find_invitation(token, now=utc_now())
    with translation.override(invitation.client.language):
        return render(request, "portal/welcome.html", {"name": invitation.client.name})


@require_POST
@login_required
def invite(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Invite the client of a matter to the portal."""
    invitations.invite(matter_id, actor=request_actor(request), now=utc_now())
    return htmx.toast(HttpResponse(status=204), _("The invitation is on its way."))
