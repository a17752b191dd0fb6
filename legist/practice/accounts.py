"""Whose an address is: staff by their sign-in name, clients by the blind index of an encrypted address."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import F
from django.urls import reverse
from django.utils import translation

from legist.core.crypto import blind_index
from legist.practice.models import Client, ContactChange, User
from legist.practice.roles import Role

# A client's user carries no address of its own: the real one is encrypted in the client's record.
PLACEHOLDER_DOMAIN = "client.invalid"


class Addressee(NamedTuple):
    """Whom account mail reaches, and in which language they read."""

    email: str
    language: str


def email_index(email: str) -> str:
    """Return the lookup key of a client's address."""
    return blind_index(email.strip().lower(), "client email")


def find_client(email: str) -> Client | None:
    """Return whose address this is among the clients, or None."""
    return Client.objects.select_related("user").filter(email_index=email_index(email)).first()


def given_up_by(email: str) -> list[Client]:
    """Return the protected clients who were reached at an address before they were protected."""
    former = ContactChange.objects.filter(email_index=email_index(email), at__lte=F("client__protected_at"))
    return [each.client for each in former.select_related("client__user")]


def find_client_user(email: str) -> User | None:
    """Return the active person behind a client's address, or None."""
    client = find_client(email)
    user = client.user if client else None
    return user if user and user.is_active else None


def find_staff(email: str) -> User | None:
    """Return the active member of staff who signs in with this address, or None; never a client."""
    found = User.objects.exclude(role=Role.CLIENT).filter(email=email.strip().lower(), is_active=True)
    return found.first()


def find_addressee(email: str) -> Addressee | None:
    """Return who reads mail to an address or placeholder; None where a client has no address.

    An address of nobody we know reads the language of the page it was typed into.
    """
    if email.endswith("@" + PLACEHOLDER_DOMAIN):
        client = Client.objects.filter(user__email=email).first()
        return Addressee(client.email, client.language) if client and client.email else None
    person = User.objects.filter(email=email.lower()).first() or find_client_user(email)
    return Addressee(email, person.reads if person else translation.get_language() or "en")


def home_of(user: Any) -> str:
    """Return the first page of a person: the portal for clients, paralegals' work, the inbox for others."""
    places = {str(Role.CLIENT): "portal:home", str(Role.PARALEGAL): "workflows:my_work"}
    return reverse(places.get(str(getattr(user, "role", "")), "tracking:inbox"))
