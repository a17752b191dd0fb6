"""What the client chooses: the language, and how to sign in."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import SignupWebAuthnForm
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.web import request_actor
from portal import services
from portal.access import access_client
from portal.closing import promises_news
from portal.web.decorators import client_page


@require_GET
@client_page
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the client's settings; the language is changed at the address `set_language`."""
    client = access_client(request_actor(request))
    context = {
        "client": client,
        "languages": settings.LANGUAGES,
        "passkeys": services.list_passkeys(client),
    }
    return render(request, "portal/settings.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@client_page
def passkey(request: HttpRequest) -> HttpResponse:
    """Set up sign-in with this phone."""
    actor = request_actor(request)
    client = access_client(actor)
    form = SignupWebAuthnForm(request.POST or None, user=client.user)
    if request.method == "POST" and form.is_valid():
        made = form.cleaned_data
        services.add_passkey(made["name"], made["credential"], client=client, actor=actor, now=utc_now())
        messages.success(request, _("Next time you can sign in with this phone."))
        return redirect("portal:settings")
    assert client.user is not None  # noqa: S101  a client's record is found by its user
    context = {"form": form, "js_data": services.offer_passkey(client.user)}
    return render(request, "portal/passkey.html", context, status=422 if form.errors else 200)


@require_POST
@client_page
def passkey_remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Forget one phone."""
    actor = request_actor(request)
    services.remove_passkey(passkey_id, client=access_client(actor), actor=actor, now=utc_now())
    messages.success(request, _("That phone can no longer sign in without a code."))
    return redirect("portal:settings")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@client_page
def leave(request: HttpRequest) -> HttpResponse:
    """Say what ending the access means, and end it."""
    actor = request_actor(request)
    client = access_client(actor)
    if request.method != "POST":
        return render(
            request, "portal/leave.html", {"client": client, "promises_news": promises_news(client)}
        )
    services.leave(client, actor=actor, now=utc_now())
    # Every session of theirs is void by now, this one like the others.
    messages.success(request, _("Your access has ended. Your legal team knows, and your case goes on."))
    return redirect("account_request_login_code")
