"""A client's passkeys: a finger, a face or the phone's own lock instead of a code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn, begin_registration
from django.db.models import QuerySet

from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.core.uow import unit_of_work
from legist.practice.models import Client, User
from portal.audit_actions import PASSKEY_ADDED, PASSKEY_REMOVED


def list_passkeys(client: Client) -> QuerySet[Authenticator]:
    """Return the client's passkeys, oldest first."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(
        user_id=client.user_id, type=Authenticator.Type.WEBAUTHN
    ).order_by("created_at", "pk")
    return found


def offer_passkey(user: User) -> dict[str, Any]:
    """Return what the browser needs to make a passkey; the challenge waits in the session."""
    return {"creation_options": begin_registration(user, passwordless=True)}


def add_passkey(name: str, credential: Any, *, client: Client, actor: Actor, now: datetime) -> None:
    """Keep a passkey that the browser has made and tell the client by mail.

    The code by e-mail goes on working, so a lost phone locks nobody out and no recovery codes are needed.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        WebAuthn.add(client.user, name, credential)
        unit.record(PASSKEY_ADDED, client)
    get_adapter().send_notification_mail("mfa/email/webauthn_added", client.user)


def remove_passkey(passkey_id: int, *, client: Client, actor: Actor, now: datetime) -> None:
    """Forget one of the client's passkeys and tell them by mail."""
    with unit_of_work(actor=actor, now=now) as unit:
        removed, _ = list_passkeys(client).filter(pk=passkey_id).delete()
        if not removed:
            raise NotFound
        unit.record(PASSKEY_REMOVED, client)
    get_adapter().send_notification_mail("mfa/email/webauthn_removed", client.user)
