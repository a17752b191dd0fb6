"""Field history of the practice's records, and the record of who signs in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from legist.core import audit
from legist.core.actors import Actor
from legist.core.uow import unit_of_work
from legist.practice import audit_actions
from legist.practice.models import Client, Matter, Team, User, Wall
from legist.practice.sign_in import services as sign_in


def register() -> None:
    """Start keeping history and listening to sign-ins."""
    for model in (Matter, Team, Wall):
        audit.register_history(model)
    audit.register_history(Client, exclude=["email_index"])
    audit.register_history(User, exclude=["password", "last_login"])
    user_logged_in.connect(_signed_in, dispatch_uid="practice.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="practice.signed_out")
    user_login_failed.connect(_sign_in_failed, dispatch_uid="practice.sign_in_failed")


def _signed_in(sender: Any, user: User, request: HttpRequest | None = None, **_: Any) -> None:
    del sender, request
    with unit_of_work(actor=Actor.for_user(user), now=timezone.now()) as unit:
        unit.record(audit_actions.SIGNED_IN, user)


def _signed_out(sender: Any, user: User | None = None, **_: Any) -> None:
    del sender
    if user is not None:
        with unit_of_work(actor=Actor.for_user(user), now=timezone.now()) as unit:
            unit.record(audit_actions.SIGNED_OUT, user)


def _sign_in_failed(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    """The worker records it if we know the address: others would be personal data of strangers."""
    del sender
    address = str(credentials.get("email") or credentials.get("username") or "")
    if address:
        sign_in.note_failure(address, now=timezone.now())
