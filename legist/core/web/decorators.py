"""A sign-in that ends loses nothing: everybody is led to sign in, and back to a page that can be opened.

An address that only takes a form (`POST`) is no place to come back to, and a sign-in page is no part of
another page.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import getclosurevars, isfunction
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

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
