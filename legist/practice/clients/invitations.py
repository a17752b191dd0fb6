"""How a client gets into the portal: one signed link, used once, then a code or a passkey."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, NotFound
from legist.core.uow import acting, unit_of_work
from legist.practice import audit_actions as actions
from legist.practice.accounts import PLACEHOLDER_DOMAIN
from legist.practice.models import Client, Invitation, User
from legist.practice.roles import Role

SALT = "legist.invitation"
LIFETIME = timedelta(days=14)


def get_invitation(invitation_id: UUID | str) -> Invitation:
    """Return an invitation with its client, whatever has become of it."""
    return Invitation.objects.select_related("client").get(pk=invitation_id)


def invite_client(client: Client, *, actor: Actor, now: datetime) -> Invitation:
    """Make a new invitation; earlier ones that were not used stop working."""
    if not client.email:
        message = _("This client has no e-mail address. Add one, then invite them.")
        raise InvalidInput.at("email", message)
    with unit_of_work(actor=actor, now=now) as unit:
        Invitation.objects.filter(client=client, accepted_at=None, revoked_at=None).update(revoked_at=now)
        invitation = Invitation(client=client, created_at=now, expires_at=now + LIFETIME)
        invitation.save(force_insert=True)
        unit.record(actions.CLIENT_INVITED, client)
    return invitation


def token_of(invitation: Invitation) -> str:
    """Return the secret part of the invitation's link; it can be made again but not guessed."""
    return signing.dumps(str(invitation.pk), salt=SALT)


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation behind a link, open or not; None for a link that is cut off or not ours."""
    try:
        identifier = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("client__user").filter(pk=identifier).first()


def _over() -> NotFound:
    return NotFound(_("This invitation has been used or has run out. Ask your law firm for a new one."))


def is_open(invitation: Invitation, *, now: datetime) -> bool:
    """Say whether the link still lets its client in."""
    is_unused = invitation.accepted_at is None and invitation.revoked_at is None
    return is_unused and invitation.expires_at > now


def accept_invitation(token: str, *, now: datetime) -> User:
    """Use an invitation up and return the person who may now sign in; only one of two tabs succeeds.

    Raises NotFound when the link is used, withdrawn, old, or no link of ours.
    """
    invitation = find_invitation(token)
    if invitation is None or not is_open(invitation, now=now):
        raise _over()
    client = invitation.client
    if client.user and not client.user.is_active and not client.left_portal_at:
        raise _over()
    with unit_of_work():
        used = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if not used.update(accepted_at=now):
            raise _over()
        user = client.user or _create_client_user(client)
        if client.left_portal_at:
            User.objects.filter(pk=user.pk).update(is_active=True)
            user.is_active = True
        Client.objects.filter(pk=client.pk).update(user=user, left_portal_at=None)
        acting(actor=Actor.for_user(user), now=now).record(actions.INVITATION_ACCEPTED, invitation)
    return user


def end_access(client: Client, *, now: datetime) -> bool:
    """Shut a client out at their own wish, in the caller's unit of work; False when that was done before.

    A new password nobody knows ends the sessions for good: they do not come back with a later invitation.
    """
    left = Client.objects.filter(pk=client.pk, user__isnull=False, left_portal_at=None)
    if not left.update(left_portal_at=now):
        return False
    Invitation.objects.filter(client=client, accepted_at=None, revoked_at=None).update(revoked_at=now)
    user = User.objects.select_for_update().get(client=client)
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    return True


def _create_client_user(client: Client) -> User:
    """The person holds neither name nor address: both stay encrypted in the client's record."""
    return User.objects.create_user(
        f"{client.pk}@{PLACEHOLDER_DOMAIN}", role=Role.CLIENT, language=client.language
    )
