"""What every request of a person goes through: their language, their device, the firm's second factor."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from legist.practice.sign_in import devices

OPEN_PATHS = ("/accounts/", "/static/", "/healthz", "/readyz", "/metrics")


class StaffMfaMiddleware:
    """Enforces LEGIST_REQUIRE_MFA; clients sign in by a code or passkey and are left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.LEGIST_REQUIRE_MFA and self.is_missing(request):
            messages.info(request, _("Your firm asks for a second factor. Set one up to continue."))
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)

    @staticmethod
    def is_missing(request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or user.is_client or request.path.startswith(OPEN_PATHS):
            return False
        return not is_mfa_enabled(user)


class PersonLanguageMiddleware:
    """Shows a signed-in person their own language, on whatever device they come."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.reads != request.LANGUAGE_CODE:
            translation.activate(request.user.reads)
            request.LANGUAGE_CODE = translation.get_language() or request.user.reads
        return self.get_response(request)


class KnownDeviceMiddleware:
    """Gives the browser that somebody has just signed in with the cookie it is recognised by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_new = devices.set_cookie(request, response)
        if is_new and request.user.is_authenticated:
            # The door they come to when this sign-in has ended speaks their language too.
            language = request.user.reads
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", httponly=True)
        return response
