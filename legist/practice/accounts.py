"""How allauth works for us: nobody signs up by themselves, and each role lands on its own home."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from legist.core.crypto import blind_index
from legist.core.notify.email import render_text
from legist.practice import second_factors
from legist.practice.models import Client, User

# A client's user carries no address of its own: the real one is encrypted in the client's record.
PLACEHOLDER_DOMAIN = "client.invalid"

# A client looks in now and then, on a phone with a lock of its own: a code each time would keep them away.
CLIENT_SESSION = timedelta(days=30)


class Addressee(NamedTuple):
    """Whom account mail reaches, and in which language they read."""

    email: str
    language: str


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Staff are added by the firm, clients by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign a person in; a client stays signed in on their phone for thirty days."""
        super().login(request, user)
        if user.is_client:
            request.session.set_expiry(CLIENT_SESSION)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send account mail in its reader's language; mail for a placeholder goes to the real address."""
        addressee = find_addressee(email)
        if addressee is None:
            return
        with translation.override(addressee.language):
            named = context | {"firm_name": settings.LEGIST_FIRM_NAME}
            super().send_mail(template_prefix, addressee.email, named)

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> EmailMultiAlternatives:
        """Fill the plain texts as every other mail's: escaped they would show `&amp;` in a firm's name."""
        subject = " ".join(render_text(f"{template_prefix}_subject.txt", context).split())
        text = render_text(f"{template_prefix}_message.txt", context).strip()
        mail = EmailMultiAlternatives(subject, text, self.get_from_email(), [email])
        try:
            page = render_to_string(f"{template_prefix}_message.html", context)
        except TemplateDoesNotExist:
            return mail
        mail.attach_alternative(page, "text/html")
        return mail


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Second factors are for staff; a client's passkey stands beside the code, not behind it."""

    def encrypt(self, text: str) -> str:
        """Seal what allauth is about to store: the key of a TOTP app, the seed of recovery codes."""
        return second_factors.seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        return second_factors.open_secret(encrypted_text)

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Whether a second step is asked for: never of clients, whom a lost phone must not lock out."""
        is_client = getattr(user, "is_client", False)
        return not is_client and bool(super().is_mfa_enabled(user, types))

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  allauth's name
        count = user.authenticator_set.filter(type=type).count()
        return _("Passkey {number}").format(number=count + 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the firm, not the host, where the phone asks for a finger."""
        return dict(super().get_public_key_credential_rp_entity()) | {"name": settings.LEGIST_FIRM_NAME}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Name the person as they know themselves; it goes to their own device only."""
        entity = dict(super().get_public_key_credential_user_entity(user))
        addressee = find_addressee(user.email)
        if addressee is not None:
            entity |= {"name": addressee.email, "display_name": user.display_name or addressee.email}
        return entity


def email_index(email: str) -> str:
    """Return the lookup key of a client's address."""
    return blind_index(email.strip().lower(), "client email")


def find_client_user(email: str) -> User | None:
    """Return the active person behind a client's address, or None."""
    client = Client.objects.select_related("user").filter(email_index=email_index(email)).first()
    user = client.user if client else None
    return user if user and user.is_active else None


def find_addressee(email: str) -> Addressee | None:
    """Return who reads mail to an address or placeholder; None where a client has no address.

    An address of nobody we know reads the language of the page it was typed into.
    """
    if email.endswith("@" + PLACEHOLDER_DOMAIN):
        client = Client.objects.filter(user__email=email).first()
        return Addressee(client.email, client.language) if client and client.email else None
    person = User.objects.filter(email=email.lower()).first() or find_client_user(email)
    return Addressee(email, person.language if person else translation.get_language() or "en")


def home_of(user: Any) -> str:
    """Return the first page of a person: the portal for clients, the inbox for staff."""
    return reverse("portal:home") if getattr(user, "is_client", False) else reverse("tracking:inbox")
