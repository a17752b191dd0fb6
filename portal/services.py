"""What clients do and is done for them: reading a message, passkeys, an invitation, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn, begin_registration
from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from legist.core import audit
from legist.core.actors import Actor
from legist.core.audit import register_action
from legist.core.channels.email import EmailMessageSpec, render_text, send_email
from legist.core.channels.errors import PermanentNotifyError
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput, NotFound, WrongState
from legist.core.tasks import Ran, enqueue, task
from legist.core.uow import acting, unit_of_work
from legist.practice.clients.invitations import end_access, get_invitation, invite_client, token_of
from legist.practice.firm_contact import read_reach
from legist.practice.models import Matter
from legist.practice.permissions import Capability, access_matter
from legist.practice.sign_in import services as sign_in
from legist.practice.states import MatterState
from portal.access import access_client
from portal.closing import promises_news
from portal.models import LetterReport, MessageReading
from portal.selectors import Message, find_message, find_receipt
from tracking.polling.lifting import lift
from tracking.polling.policies import PollingEvent
from workflows.documents.uploads import MOST_AT_ONCE, expect_kept, keep_sent, look_at
from workflows.messages.correspondence import Written, get_incoming, receive
from workflows.messages.drafts import readdress
from workflows.notifications import services as notifications
from workflows.recipients import assigned, managers
from workflows.states import NotificationKind, NotificationLevel

if TYPE_CHECKING:
    from legist.practice.models import Client, Invitation, User

MESSAGE_READ = register_action("portal.message_read", _("read a message in the portal"))
INVITATION_SENT = register_action("portal.invitation_sent", _("sent the invitation to the portal"))
INVITATION_FAILED = register_action(
    "portal.invitation_failed", _("could not send the invitation to the portal"), data=("error",)
)
PORTAL_LEFT = register_action("portal.left", _("ended their access to the portal"))
LETTER_TOLD = register_action("portal.letter_told", _("told of a letter about {subject}"))
PASSKEY_ADDED = register_action("portal.passkey_added", _("set up sign-in with a phone"))
PASSKEY_REMOVED = register_action("portal.passkey_removed", _("removed sign-in with a phone"))


def open_message(message_id: UUID, *, actor: Actor, language: str, now: datetime) -> Message:
    """Return a message of the signed-in client; the first time it is opened goes on the record."""
    client = access_client(actor)
    message = find_message(client, message_id, language=language)
    with unit_of_work(actor=actor, now=now) as unit:
        reading, is_first = MessageReading.objects.get_or_create(
            draft_id=message.id, defaults={"client": client, "read_at": now}
        )
        if is_first:
            unit.record(MESSAGE_READ, reading.draft, message.matter_id)
    return Message(message, is_new=is_first)


def tell_of_letter(case_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Note that the signed-in client got a letter about a case; False when that was told already that day.

    The people of its matter are alerted, and USCIS is asked more often for some days. Raises WrongState once
    the firm has closed the matter.
    """
    client = access_client(actor)
    receipt = find_receipt(client, case_id, now=now)
    matter = Matter.objects.get(pk=receipt.matter_id)
    if matter.state != MatterState.OPEN:
        raise WrongState(gettext("This case is closed. Please call the firm about the letter."))
    day = timezone.localdate(now)
    with unit_of_work(actor=actor, now=now) as unit:
        report, is_first = LetterReport.objects.get_or_create(
            receipt_id=receipt.receipt_id, day=day, defaults={"client": client, "told_at": now}
        )
        if is_first:
            lift(receipt.receipt_id, event=PollingEvent.LETTER, at=now, now=now)
            unit.record(LETTER_TOLD, report.receipt, matter.pk)
            key = f"letter:{receipt.receipt_id}:{day}"
            told = notifications.Message(
                key, NotificationKind.LETTER, NotificationLevel.ACTION, report.receipt, matter
            )
            notifications.notify(assigned(matter) or managers(matter), told, now=now)
    return is_first


def write(
    written: Written, files: Sequence[tuple[bytes, str]], *, client: Client, actor: Actor, now: datetime
) -> bool:
    """Send words and files (bytes, name) about a case to the firm; False when this form was sent before.

    All of them or nothing. See `receive` and `look_at` for what is refused; so are other files than those
    that came with this form before.
    """
    if len(files) > MOST_AT_ONCE:
        message = gettext("Send at most %(most)d files at once.") % {"most": MOST_AT_ONCE}
        raise InvalidInput.at("files", message)
    looked = [look_at(content, name) for content, name in files]
    with unit_of_work(actor=actor, now=now):
        is_new = receive(written, client=client, actor=actor, now=now, has_files=bool(looked))
        if not is_new:
            expect_kept(looked, incoming_id=written.key)
        elif looked:
            incoming = get_incoming(written.key)
            keep_sent(looked, incoming=incoming, actor=actor, now=now)
    return is_new


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
    invitation = get_invitation(invitation_id)
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
        "reach": read_reach(),
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


def leave(client: Client, *, actor: Actor, now: datetime) -> bool:
    """End the access of the client who is signed in; False when it had ended already.

    Every device is signed out, passkeys and open invitations are void. What the firm keeps about the case
    stays, and e-mail goes on: the page says so, and news that were to wait in the portal alone are addressed
    anew. The people of each open matter are told, and the client gets a letter about it, in case it was not
    they.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        if not end_access(client, now=now):
            return False
        Authenticator.objects.filter(user_id=client.user_id).delete()
        unit.record(PORTAL_LEFT, client)
        if client.email:
            readdress(client, unmailed=True, actor=actor, now=now)
        for matter in Matter.objects.filter(client=client, state=MatterState.OPEN):
            _tell(matter, client, now=now)
        if client.email:
            sign_in.post(_letter(client, now=now), now=now)
    return True


def _tell(matter: Matter, client: Client, *, now: datetime) -> None:
    key = f"left:{client.pk}:{matter.pk}:{now:%Y%m%d%H%M%S}"
    message = notifications.Message(key, NotificationKind.PORTAL, NotificationLevel.ACTION, client, matter)
    notifications.notify(assigned(matter) or managers(matter), message, now=now)


def _letter(client: Client, *, now: datetime) -> sign_in.Letter:
    context = {
        "firm_name": settings.LEGIST_FIRM_NAME,
        "reach": read_reach(),
        "promises_news": promises_news(client, now=now),
    }
    with translation.override(client.language):
        return sign_in.Letter(
            to=str(client.email),
            subject=" ".join(render_text("portal/mail/left_subject.txt", context).split()),
            text=render_text("portal/mail/left.txt", context).strip(),
        )
