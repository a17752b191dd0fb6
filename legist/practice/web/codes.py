"""Signing in by a code: allauth's pages, not knowing whose the address is until the code is right."""

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
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic.edit import FormView

from legist.core.clock import utc_now
from legist.practice.accounts import find_client_user
from legist.practice.sign_in import devices
from legist.practice.sign_in import services as sign_in


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
