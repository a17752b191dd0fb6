"""Sign-in forms that know clients, whose addresses are stored encrypted."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm

from legist.practice.accounts import find_client_user
from legist.practice.models import User


class LoginCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for an address and finds its client by the blind index; staff have a password instead."""

    _user: User | None

    def clean_email(self) -> str:
        email = str(super().clean_email())
        self._user = find_client_user(email)
        return email


class ConfirmCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for the code; a phone shows its digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.widget.attrs |= {"inputmode": "numeric", "placeholder": "", "autofocus": True}
