"""Sign-in forms that know clients, whose addresses are stored encrypted."""

from __future__ import annotations

from allauth.account.forms import RequestLoginCodeForm

from legist.practice.accounts import find_client_user


class LoginCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for an address and finds its person: staff by the address, clients by its blind index."""

    def clean_email(self) -> str:
        email = str(super().clean_email())
        self._user = self._user or find_client_user(email)
        return email
