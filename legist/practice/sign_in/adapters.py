"""How allauth works for us: nobody signs up by themselves, each role has its home, the worker mails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.channels.email import render_text
from legist.core.clock import utc_now
from legist.practice.accounts import find_addressee, home_of
from legist.practice.models import User
from legist.practice.sign_in import devices, sealing
from legist.practice.sign_in import services as sign_in
from legist.practice.sign_in.jobs import letter

# A client looks in now and then, on a phone with a lock of its own: a code each time would keep them away.
CLIENT_SESSION = timedelta(days=30)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Staff are added by the firm, clients by invitation."""

    # Said at the field, of limits that look back ten minutes at most; the same to everybody.
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy(
            "There were too many attempts. Wait ten minutes, then try again."
        )
    }

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
        devices.remember(request, user)
        if user.is_client:
            request.session.set_expiry(CLIENT_SESSION)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt by network too, unless the browser is known to be its owner's."""
        email = str(credentials.get("email", ""))
        self._by_network = None
        if not devices.is_known(request, email):
            self._by_network = ratelimit.consume(
                request, app="allauth.account", action="login_failed_network"
            )
            if not self._by_network:
                raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if self._by_network:
            self._by_network.rollback()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whose password it is; a client has none, and that of somebody who has left is wrong."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user and user.is_active and not user.is_client else None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures by address and visitor: a stranger's never add up to the owner's."""
        return devices.bucket(request, str(credentials.get("email", "")))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Have the worker send account mail in its reader's language; a placeholder's to the real address."""
        addressee = find_addressee(email)
        if addressee is None:
            return
        filled = letter(template_prefix, addressee, context | {"email": email, "request": self.request})
        sign_in.post(sign_in.Letter(**filled), now=utc_now())

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
        return sealing.seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.open_secret(encrypted_text)

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
