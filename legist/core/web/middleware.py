"""What happens around every request: correlation, logs without personal data, sign-in and error pages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from inspect import getclosurevars, isfunction
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views import defaults
from django_structlog.middlewares import RequestMiddleware

from legist.core import correlation, crypto, storage
from legist.core.crypto import CryptoError
from legist.core.errors import InvalidInput, LegistError, NeedsReauthentication, Overtaken
from legist.core.ids import uuid7
from legist.core.resilience.error_capture import class_of, is_clash
from legist.core.seals import SealBrokenError

ACCOUNTS = "/accounts/"
PORTAL = "/portal/"
HOME = "/"
# The window of every limit that is answered with a page; one with a longer window is said at its field.
ATTEMPTS_WITHIN_S = 60
NOT_ALLOWED = 405
SHUT = frozenset({401, 403, 404})


def is_page(path: str) -> bool:
    """Say whether a path of ours can be opened, as far as its address and its method go."""
    try:
        view: Any = resolve(path).func
    except Resolver404:
        return False
    if hasattr(view, "view_class"):
        return hasattr(view.view_class, "get")
    while view is not None:
        allowed = getclosurevars(view).nonlocals.get("request_method_list") if isfunction(view) else None
        if allowed is not None and "GET" not in allowed:
            return False
        view = getattr(view, "__wrapped__", None)
    return True


def page_of(request: HttpRequest) -> str:
    """Return the page a person was on when they asked: path and query, one that can be opened again."""
    if getattr(request, "htmx", False):
        asked = request.headers.get("HX-Current-URL", "")
    elif request.method in {"GET", "HEAD"}:
        return nearest_page(request.get_full_path())
    else:
        asked = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()})
    parts = urlsplit(asked if is_ours and asked else request.path)
    return nearest_page(parts.path + (f"?{parts.query}" if parts.query else ""))


def nearest_page(url: str) -> str:
    """Return the address itself, or the nearest above it that can be opened; the first page at the end."""
    path = urlsplit(url).path
    if path.startswith("/") and is_page(path):
        return url
    steps = [step for step in path.split("/") if step]
    above = ("/" + "/".join(steps[:count]) + "/" for count in range(len(steps) - 1, 0, -1))
    return next((each for each in above if is_page(each)), HOME)


class EntranceMiddleware:
    """Leads to sign-in and back: after whatever view or middleware sent somebody there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == NOT_ALLOWED and request.method == "GET" and not response.content:
            # An address that only takes a form, typed or found in the history: never an empty window.
            response.content = render(request, "errors/404.html", {"status": NOT_ALLOWED}).content
        target = response.headers.get("Location", "")
        if request.path.startswith(ACCOUNTS):
            return self._return(response, target)
        is_fragment = bool(getattr(request, "htmx", False))
        is_in_a_page = is_fragment and "HX-Current-URL" in request.headers
        if is_in_a_page and response.status_code in SHUT and not request.user.is_authenticated:
            # A part of a page that only signed-in people see: its page tells which door they use.
            return _lead(HttpResponse(), _sign_in_url(request))
        if not target.startswith(ACCOUNTS):
            return response
        if "next=" in target and (is_fragment or request.method not in {"GET", "HEAD"}):
            target = f"{urlsplit(target).path}?{_next(page_of(request))}"
            response["Location"] = target
        return _lead(response, target) if is_fragment else response

    @staticmethod
    def _return(response: HttpResponse, target: str) -> HttpResponse:
        """After sign-in, never to an address that only takes a form."""
        if target.startswith("/") and not target.startswith("//") and not is_page(urlsplit(target).path):
            response["Location"] = nearest_page(target)
        return response


def _lead(response: HttpResponse, target: str) -> HttpResponse:
    """Have htmx open the address as a page of its own; cookies and messages of the answer stay."""
    response.status_code, response.content = 204, b""
    del response["Location"]
    response["HX-Redirect"] = target
    return response


def _sign_in_url(request: HttpRequest) -> str:
    page = page_of(request)
    door = "account_request_login_code" if page.startswith(PORTAL) else "account_login"
    return f"{reverse(door)}?{_next(page)}"


def _next(page: str) -> str:
    return urlencode({"next": page}, safe="/")


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer whoever asked too often: the same whoever they are and whatever address they typed."""
    page = page_of(request)
    response = render(request, "errors/429.html", {"page": page}, status=429)
    response["Retry-After"] = str(ATTEMPTS_WITHIN_S)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form of a page that was open before its person signed in anew; the tab keeps what it held."""
    del reason
    page = page_of(request)
    if getattr(request, "htmx", False):
        signed_in = request.user.is_authenticated
        answer = (
            {"HX-Refresh": "true", "X-Legist-Unsent": "1"}
            if signed_in
            else {"HX-Redirect": _sign_in_url(request)}
        )
        return HttpResponse(status=204, headers=answer)
    return render(request, "403_csrf.html", {"page": page}, status=403)


GetResponse = Callable[[HttpRequest], HttpResponse]
FALLBACK_TEMPLATE = "errors/error.html"
UNREADABLE_PAGE = gettext_noop(
    "Something this page or act needs cannot be read, or was not written by the application. Nothing was "
    "changed. Tell whoever keeps your installation: the log names it."
)
CLASH = gettext_noop(
    "Somebody saved the same, or removed part of it, in this moment. Nothing of yours was saved. "
    "Reload the page and look at it again."
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
        if is_clash(exception):
            # Two people at one thing: the database let the first have it. In the log, should it be a fault.
            log.error("page_clash", error_class=class_of(exception))
            return error_response(request, Overtaken(_(CLASH)))
        return None


def error_response(request: HttpRequest, error: LegistError) -> HttpResponse:
    """Render an expected error with its status; htmx requests get a small fragment shown as a toast."""
    fragment = bool(getattr(request, "htmx", False))
    context = {
        "status": int(error.status),
        "message": error.message,
        "is_overtaken": isinstance(error, Overtaken),
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
