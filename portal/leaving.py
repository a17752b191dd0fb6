"""A client ends their access to the portal: at once, on the record, and so that their legal team knows."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import translation

from legist.core.actors import Actor
from legist.core.channels.email import render_text
from legist.core.uow import unit_of_work
from legist.practice.clients.invitations import end_access
from legist.practice.models import Client, Matter
from legist.practice.sign_in import services as sign_in
from legist.practice.states import MatterState
from portal.audit_actions import PORTAL_LEFT
from portal.closing import promises_news
from workflows.notifications import services as notifications
from workflows.recipients import assigned, managers
from workflows.states import NotificationKind, NotificationLevel


def leave(client: Client, *, actor: Actor, now: datetime) -> bool:
    """End the access of the client who is signed in; False when it had ended already.

    Every device is signed out, passkeys and open invitations are void. What the firm keeps about the case
    stays, and e-mail goes on: the page says so. The people of each open matter are told, and the client gets
    a letter about it, in case it was not they.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        if not end_access(client, now=now):
            return False
        Authenticator.objects.filter(user_id=client.user_id).delete()
        unit.record(PORTAL_LEFT, client)
        for matter in Matter.objects.filter(client=client, state=MatterState.OPEN):
            _tell(matter, client, now=now)
        if client.email:
            sign_in.post(_letter(client), now=now)
    return True


def _tell(matter: Matter, client: Client, *, now: datetime) -> None:
    key = f"left:{client.pk}:{matter.pk}:{now:%Y%m%d%H%M%S}"
    message = notifications.Message(key, NotificationKind.PORTAL, NotificationLevel.ACTION, client, matter)
    notifications.notify(assigned(matter) or managers(matter), message, now=now)


def _letter(client: Client) -> sign_in.Letter:
    context = {"firm_name": settings.LEGIST_FIRM_NAME, "promises_news": promises_news(client)}
    with translation.override(client.language):
        return sign_in.Letter(
            to=str(client.email),
            subject=" ".join(render_text("portal/mail/left_subject.txt", context).split()),
            text=render_text("portal/mail/left.txt", context).strip(),
        )
