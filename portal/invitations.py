"""Inviting a client: staff ask for it, the worker hands the mail over, the record shows both."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from legist.core import audit
from legist.core.actors import Actor
from legist.core.channels.email import EmailMessageSpec, render_text, send_email
from legist.core.channels.errors import PermanentNotifyError
from legist.core.clock import utc_now
from legist.core.tasks import Ran, enqueue, task
from legist.core.uow import acting, unit_of_work
from legist.practice.clients.invitations import invite_client, token_of
from legist.practice.models import Invitation
from legist.practice.permissions import Capability, access_matter
from portal.audit_actions import INVITATION_FAILED, INVITATION_SENT


def invite(matter_id: UUID, *, actor: Actor, now: datetime) -> Invitation:
    """Invite the client of a matter that the actor works on; the mail leaves after the commit."""
    matter = access_matter(actor, matter_id, Capability.WORK_MATTER)
    with unit_of_work(actor=actor):
        invitation = invite_client(matter.client, actor=actor, now=now)
        enqueue(send_invitation, kwargs={"invitation_id": str(invitation.pk)})
    return invitation


@task("portal.send_invitation")
def send_invitation(*, invitation_id: str) -> Ran:
    """Background work: hand one invitation to the mail server."""
    is_sent = send(invitation_id, actor=Actor.system("portal"), now=utc_now())
    return Ran(did=int(is_sent), left=int(not is_sent))


def send(invitation_id: UUID | str, *, actor: Actor, now: datetime) -> bool:
    """Hand over the mail of an open invitation; False where it was not.

    A mail server that cannot be reached raises, and the task is tried again; the message id stays the
    same, so a second copy is recognised as one. An address that is refused goes on the record.
    """
    invitation = Invitation.objects.select_related("client").get(pk=invitation_id)
    if invitation.accepted_at or invitation.revoked_at:
        return False
    action: audit.Action = INVITATION_SENT
    data: dict[str, str] = {}
    try:
        send_email(_mail(invitation))
    except PermanentNotifyError as error:
        action, data = INVITATION_FAILED, {"error": error.code}
    acting(actor=actor, now=now).record(action, invitation.client, **data)
    return action is INVITATION_SENT


def _mail(invitation: Invitation) -> EmailMessageSpec:
    client = invitation.client
    context = {
        "firm_name": settings.LEGIST_FIRM_NAME,
        "name": client.greeted_as,
        "url": f"{settings.LEGIST_BASE_URL}{reverse('portal:welcome')}?key={token_of(invitation)}",
        "expires_at": invitation.expires_at,
    }
    with translation.override(client.language):
        return EmailMessageSpec(
            to=(client.email,),
            subject=" ".join(render_text("portal/mail/invitation_subject.txt", context).split()),
            text=render_text("portal/mail/invitation.txt", context),
            html=render_to_string("portal/mail/invitation.html", context),
            message_id=f"<invitation-{invitation.pk}@legist.invalid>",
        )
