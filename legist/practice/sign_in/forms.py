"""Sign-in forms: they ask for an address and never look up whose it is; the worker does."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm, ResetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from legist.core.clock import utc_now
from legist.practice.sign_in import sealing
from legist.practice.sign_in import services as sign_in


class LoginCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for the address of a client."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class PasswordResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for the address of a member of staff who wants a new password."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        del request, kwargs
        email = str(self.cleaned_data["email"])
        sign_in.ask_for_reset(email, now=utc_now())
        return email


class ConfirmCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for the code; a phone shows its digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.widget.attrs |= {"inputmode": "numeric", "placeholder": "", "autofocus": True}


class _UsedOnce:
    """A code of an app counts once, whatever process or page it is typed into."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # allauth's forms have it
        if not sealing.spend(self.authenticator, code):
            raise sealing.used_code()
        return code


class SecondFactorForm(_UsedOnce, AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for the second factor at sign-in."""


class SecondFactorAgainForm(_UsedOnce, ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for it again before something that matters."""
