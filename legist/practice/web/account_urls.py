"""Account pages of ours and those we do not offer: they stand before allauth's own.

The firm keeps addresses, and a client's is encrypted in their record: nobody edits one here. A person
without a password signs in by a code and is not given a password on the side.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from legist.core.errors import NotFound
from legist.practice.web.views import EnterCodeView, RequestCodeView


def closed(request: HttpRequest) -> HttpResponse:
    """Answer as for any address that does not exist."""
    del request
    raise NotFound


urlpatterns = [
    path("email/", closed, name="account_email"),
    path("password/set/", closed, name="account_set_password"),
    path("login/code/", RequestCodeView.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", EnterCodeView.as_view(), name="account_confirm_login_code"),
]
