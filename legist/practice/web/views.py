"""The language switch, a person's own settings, the audit explorer, and signing in by a code."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import stash_login
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django.views.generic.edit import FormView

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import request_actor
from legist.core.web.pagination import paginate
from legist.practice import selectors
from legist.practice.accounts import find_client_user
from legist.practice.people.preferences import choose_language
from legist.practice.permissions import Capability, can, require
from legist.practice.selectors import AuditFilters, verify_record
from legist.practice.sign_in import devices
from legist.practice.sign_in import services as sign_in


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
    """Show the settings of a member of staff."""
    actor = request_actor(request)
    require(actor, Capability.VIEW_PLAYBOOKS)
    context = {"can_edit_firm": can(actor, Capability.EDIT_WORDING)}
    return render(request, "practice/settings.html", context)


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


class RequestCodeView(RequestLoginCodeView):  # type: ignore[misc]  # allauth is untyped
    """Asks for an address and has a code mailed to its owner, if it is a client's."""

    def form_valid(self, form: Any) -> HttpResponse:
        if not ratelimit.consume(self.request, action="request_login_code"):
            form.add_error("email", get_adapter().validation_error("too_many_login_attempts"))
            return self.form_invalid(form)  # type: ignore[no-any-return]
        email = form.cleaned_data["email"]
        state = LoginCodeVerificationProcess.initial_state(user=None, email=email)
        login = Login(user=None, email=email)
        login.state["stages"] = {
            "current": LoginByCodeStage.key,
            LoginByCodeStage.key: {
                "data": state | {"initiated_by_user": True} | _code_for(self.request, email)
            },
        }
        stash_login(self.request, login)
        return FormView.form_valid(self, form)


class EnterCodeView(ConfirmLoginCodeView):  # type: ignore[misc]  # allauth is untyped
    """Asks for the code. Attempts are bounded in a session, and by address and visitor over all sessions."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = devices.bucket(request, self._process.state["email"])
        if self._action != "resend" and not ratelimit.consume(request, action="confirm_login_code", key=key):
            message = get_adapter().error_messages["too_many_login_attempts"]
            get_adapter().add_message(request, messages.ERROR, message=message)
            return HttpResponseRedirect(reverse("account_request_login_code"))
        return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        state = self._process.state
        user = find_client_user(state["email"])
        if user is None or not sign_in.spend_code(state["code_id"], now=utc_now()):
            form.add_error("code", get_adapter().validation_error("incorrect_code"))
            return self.form_invalid(form)
        self._process._user = user  # noqa: SLF001  it reads the person from here
        return super()._verify_form_valid(form)  # type: ignore[no-any-return]

    def form_invalid(self, form: Any) -> HttpResponse:
        sign_in.note_failure(self._process.state["email"], now=utc_now())
        return super().form_invalid(form)  # type: ignore[no-any-return]

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        del form
        state = self._process.state
        state.update(_code_for(self.request, state["email"]) | {"at": time.time()})
        self._process.record_resend()
        self._process.persist()
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_confirm_login_code")))


def _code_for(request: HttpRequest, email: str) -> dict[str, str]:
    code = sign_in.issue_code(email, now=utc_now())
    context = {"email": email, "recipient": email}
    get_adapter().add_message(request, messages.SUCCESS, "account/messages/login_code_sent.txt", context)
    return {"code": code.code, "code_id": str(code.pk)}
