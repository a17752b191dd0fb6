"""How allauth works for us: nobody signs up by themselves, and each role lands on its own home."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from legist.core.crypto import blind_index
from legist.practice.models import Client, User

# A client's user carries no address of its own: the real one is encrypted in the client's record.
PLACEHOLDER_DOMAIN = "client.invalid"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Staff are added by the firm, clients by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send account mail; what is meant for a client's placeholder goes to their real address."""
        if email.endswith("@" + PLACEHOLDER_DOMAIN):
            client = Client.objects.filter(user__email=email).first()
            if client is None or not client.email:
                return
            email = client.email
        super().send_mail(template_prefix, email, context)


def email_index(email: str) -> str:
    """Return the lookup key of a client's address."""
    return blind_index(email.strip().lower(), "client email")


def find_client_user(email: str) -> User | None:
    """Return the active person behind a client's address, or None."""
    client = Client.objects.select_related("user").filter(email_index=email_index(email)).first()
    user = client.user if client else None
    return user if user and user.is_active else None


def home_of(user: Any) -> str:
    """Return the first page of a person: the portal for clients, the inbox for staff."""
    return reverse("portal:home") if getattr(user, "is_client", False) else reverse("tracking:inbox")
