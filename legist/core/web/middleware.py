"""What happens around every request: correlation, logs without personal data, and error pages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from urllib.parse import urlencode

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views import defaults
from django_structlog.middlewares import RequestMiddleware

from legist.core import correlation, crypto, storage
from legist.core.crypto import CryptoError
from legist.core.errors import InvalidInput, LegistError, NeedsReauthentication
from legist.core.ids import uuid7
from legist.core.resilience.error_capture import class_of
from legist.core.seals import SealBrokenError
from legist.core.web.decorators import page_of

GetResponse = Callable[[HttpRequest], HttpResponse]
FALLBACK_TEMPLATE = "errors/error.html"
UNREADABLE_PAGE = gettext_noop(
    "Something this page or act needs cannot be read, or was not written by the application. Nothing was "
    "changed. Tell whoever keeps your installation: the log names it."
)
log = structlog.get_logger(__name__)


# Whatever a browser offers that no page of ours uses is off; passkeys and the copy buttons are what we use.
PERMISSIONS_POLICY = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "autoplay",
                "bluetooth",
                "camera",
                "display-capture",
                "encrypted-media",
                "geolocation",
                "gyroscope",
                "hid",
                "idle-detection",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "screen-wake-lock",
                "serial",
                "usb",
                "xr-spatial-tracking",
            )
        ),
        *(
            f"{feature}=(self)"
            for feature in ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
        ),
    ]
)


class PrivacyHeadersMiddleware:
    """Tells browsers and search engines to keep to themselves what anybody is shown, signed in or not."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        if not response.has_header("Cache-Control"):
            # What one person was shown must not come back from the disk of a shared machine.
            response["Cache-Control"] = "private, no-store"
        return response


class UnreadableValuesMiddleware:
    """Lets pages be read although a value on them cannot be opened; acts meet the error as ever."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with crypto.showing() if request.method in {"GET", "HEAD"} else nullcontext():
            return self.get_response(request)


class RequestLogMiddleware(RequestMiddleware):
    """Binds request and correlation ids to every log line; the query string stays out of the logs."""

    def prepare(self, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(**{correlation.KEY: str(uuid7())})
        super().prepare(request)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class ErrorPageMiddleware:
    """Turns the errors of use cases into pages, or into fragments where htmx asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NeedsReauthentication):
            return reauthenticate(request)
        if isinstance(exception, LegistError):
            return error_response(request, exception)
        if isinstance(exception, CryptoError | SealBrokenError):
            log.error("page_unreadable", error_class=class_of(exception), reason=str(exception))
            return error_response(request, LegistError(_(UNREADABLE_PAGE)))
        return None


def error_response(request: HttpRequest, error: LegistError) -> HttpResponse:
    """Render an expected error with its status; htmx requests get a small fragment shown as a toast."""
    fragment = bool(getattr(request, "htmx", False))
    context = {
        "status": int(error.status),
        "message": error.message,
        "errors": error.errors if isinstance(error, InvalidInput) else {},
    }
    template = "errors/fragment.html" if fragment else [f"errors/{int(error.status)}.html", FALLBACK_TEMPLATE]
    return render(request, template, context, status=error.status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that met an error nobody foresaw; a full disk is said in words."""
    if not storage.is_full(sys.exc_info()[1]):
        return defaults.server_error(request)
    is_fragment = bool(request.headers.get("HX-Request"))
    message = _("The disk of this system is full. Nothing was saved. Tell whoever keeps this installation.")
    template = "errors/fragment.html" if is_fragment else "errors/disk_full.html"
    # Without the request: whose it is need not be asked of a database that is in trouble.
    return render(None, template, {"message": message}, status=503)


def reauthenticate(request: HttpRequest) -> HttpResponse:
    """Send the person to confirm who they are, and back to the page they came from."""
    target = f"{reverse('account_reauthenticate')}?{urlencode({'next': page_of(request)})}"
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
