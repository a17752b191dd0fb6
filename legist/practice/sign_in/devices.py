"""Whose attempts count together at sign-in, so that a stranger's never shut the owner out.

A browser that has let somebody in carries a signed cookie; it counts that person's attempts for itself. All
others are counted by the address they try and the network they come from. Nobody is looked up for it.
"""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Final

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from legist.core.crypto import blind_index
from legist.practice.models import Client, User

COOKIE: Final = "legist_device"
SALT: Final = "legist.device"
LIFETIME_S: Final = 365 * 24 * 3600


def bucket(request: HttpRequest, email: str) -> str:
    """Return under which key this visitor's attempts at an address count; it shows no address."""
    address = _address_index(email)
    device = _known_device(request, address)
    return f"{address}:{device or get_ip(request)}"


def is_known(request: HttpRequest, email: str) -> bool:
    """Say whether this browser has let the owner of the address in before."""
    return bool(_known_device(request, _address_index(email)))


def remember(request: HttpRequest, user: User) -> None:
    """Have the browser that this person has just signed in with recognised from now on."""
    client = Client.objects.filter(user=user).first() if user.is_client else None
    email = (client.email or "") if client else user.email
    request.META[COOKIE] = signing.dumps([_address_index(email), token_urlsafe(12)], salt=SALT)


def set_cookie(request: HttpRequest, response: HttpResponse) -> bool:
    """Give the browser the cookie that `remember` has made for it; say whether there was one."""
    value = request.META.get(COOKIE)
    if value:
        response.set_cookie(
            COOKIE,
            value,
            max_age=LIFETIME_S,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
            path="/accounts/",
        )
    return bool(value)


def _known_device(request: HttpRequest, address: str) -> str:
    try:
        known, device = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIFETIME_S)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if known == address else ""


def _address_index(email: str) -> str:
    return blind_index(email.strip().lower(), "sign-in address")
