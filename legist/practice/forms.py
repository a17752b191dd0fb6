"""Sign-in forms that know clients, whose addresses are stored encrypted."""

from __future__ import annotations

from allauth.account.forms import RequestLoginCodeForm

from legist.practice.accounts import find_client_user
from legist.practice.models import User


class LoginCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for an address and finds its person: staff by the address, clients by its blind index."""

    _user: User | None = None

    def clean_email(self) -> str:
        email = str(super().clean_email())
        if self._user is None:
            self._user = find_client_user(email)
        return email
