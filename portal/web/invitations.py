"""How a client gets in: staff invite, the client opens the link and confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.clients.invitations import accept_invitation, find_invitation, is_open
from legist.practice.people.preferences import choose_language
from portal import services

if TYPE_CHECKING:
    from legist.practice.models import Invitation

OVER_STATUS = 410


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Greet an invited client; opening the link does nothing yet, so that a mail scanner cannot use it up.

    The link's secret is the query parameter `key`, because query strings stay out of the logs.
    """
    token, now = request.GET.get("key", ""), utc_now()
    invitation = find_invitation(token)
    language = _language(request, invitation)
    with translation.override(language):
        if invitation is None or not is_open(invitation, now=now):
            return _over(request, invitation)
        if request.method != "POST":
            return render(request, "portal/welcome.html", {"name": invitation.client.greeted_as})
    user = accept_invitation(token, now=now)
    get_adapter().login(request, user)
    if language != user.language:
        choose_language(language, actor=Actor.for_user(user), now=now)
    return redirect("portal:passkey" if request.POST.get("passkey") else "portal:home")


def _over(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    """Say kindly that the link has done its work; whom it once let in, and who is still in, goes home."""
    client = invitation.client if invitation else None
    if client and client.user and client.user == request.user:
        return redirect("portal:home")
    context = {"can_sign_in": bool(client and client.user and client.user.is_active)}
    return render(request, "portal/welcome_over.html", context, status=OVER_STATUS)


def _language(request: HttpRequest, invitation: Invitation | None) -> str:
    """The language the visitor has picked, else the one the firm knows of the client."""
    picked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if picked in dict(settings.LANGUAGES) or invitation is None:
        return request.LANGUAGE_CODE
    return invitation.client.language


@require_POST
@login_required
def invite(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Invite the client of a matter to the portal."""
    services.invite(matter_id, actor=request_actor(request), now=utc_now())
    return htmx.toast(HttpResponse(status=204), _("The invitation is on its way."))
