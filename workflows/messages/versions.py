"""What every act on a draft is made of: its next state, its version and address, its step on the record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from legist.core import audit, outbox, seals
from legist.core.actors import Actor
from legist.core.errors import Overtaken, WrongState
from legist.core.uow import acting
from legist.practice.clients.contacts import opens_portal
from legist.practice.models import Client, User
from legist.practice.permissions import acting_person
from legist.practice.roles import Role
from workflows.messages import deliveries
from workflows.messages.consent import fingerprint, is_quiet
from workflows.messages.states import next_state
from workflows.models import Approval, Draft, DraftEvent
from workflows.notifications import services as notifications
from workflows.recipients import assigned, managers
from workflows.states import Channel, DraftEventKind, DraftState, NotificationKind, NotificationLevel

# Which draft of which matter, the `decision`, who took it `by`, and how far an approved text was edited.
DECIDED_TOPIC = "workflows.draft_decided"
DECISIONS = (DraftEventKind.APPROVED, DraftEventKind.RETURNED, DraftEventKind.VOIDED)


def new_version(draft: Draft, state: DraftState, *, now: datetime) -> None:
    """Save what was changed as a version of its own, addressed to the client as they are reached today."""
    draft.version, draft.state = draft.version + 1, state
    if state == DraftState.IN_REVIEW:
        draft.submitted_at = now
    address(draft, draft.client)
    draft.save(update_fields=EDITED_FIELDS)


EDITED_FIELDS = (
    "texts",
    "original_texts",
    "joined_into",
    "version",
    "state",
    "submitted_at",
    "language",
    "recipients",
    "channels",
    "content_hash",
    "approval",
    "approved_hash",
    "approval_rule",
)


def tell_approvers(draft: Draft, *, now: datetime, second: list[User] | None = None) -> None:
    """Tell the attorney of the matter that this version waits; or those who may be the `second` of two."""
    key = f"approval:{draft.pk}:{draft.version}{'' if second is None else ':second'}"
    message = notifications.Message(
        key, NotificationKind.APPROVAL, NotificationLevel.ACTION, draft, draft.matter
    )
    # A matter that nobody has given an attorney must not swallow a message.
    people = assigned(draft.matter, Role.ATTORNEY) if second is None else second
    people = people or managers(draft.matter)
    notifications.notify(people, message, now=now)


def address(draft: Draft, client: Client) -> None:
    """Set where the message goes, and the fingerprint of the whole."""
    draft.language = client.language
    draft.recipients = recipients_of(draft, client)
    draft.channels = [recipient["channel"] for recipient in draft.recipients]
    draft.content_hash = fingerprint(draft)


def recipients_of(draft: Draft, client: Client) -> list[dict[str, str]]:
    """Where a message to a client goes today; where nothing reaches them, through the hands of a person."""
    portal = str(client.pk) if opens_portal(client) else ""
    is_mailed = not (portal and client.reads_news_in_portal and is_quiet(draft))
    found = {Channel.EMAIL: (client.email or "") if is_mailed else "", Channel.PORTAL: portal}
    reached = {channel: address for channel, address in found.items() if address}
    ways = reached or {Channel.HAND: str(client.pk)}
    return [{"channel": str(channel), "address": address} for channel, address in ways.items()]


def void_approval(draft: Draft, *, actor: Actor, now: datetime) -> bool:
    """Take an approval away and call back what waits to go out; say whether there was one."""
    if draft.approval is None:
        return False
    deliveries.call_back(draft)
    seals.change(Approval.objects.filter(pk=draft.approval.pk, voided_at=None), voided_at=now)
    draft.approval, draft.approved_hash = None, ""
    note(draft, DraftEventKind.APPROVAL_VOIDED, actor=actor, now=now)
    return True


def require_next(act: str, draft: Draft) -> DraftState:
    """Return the state that an act leads to; raise WrongState where it is not possible."""
    state = next_state(act, draft.state)
    if state is None:
        stands = str(DraftState(draft.state).label).lower()
        raise WrongState(_("This message is %(state)s: that is no longer possible.") % {"state": stands})
    return DraftState(state)


def expect_version(draft: Draft, version_hash: str) -> None:
    """Raise WrongState where the draft is not the one that the person read."""
    if version_hash != draft.content_hash:
        raise Overtaken(
            _("This message was changed after you opened it. Reload the page and read the new version.")
        )


def note(
    draft: Draft, kind: DraftEventKind, *, actor: Actor, now: datetime, reason: str = "", **counts: int
) -> None:
    """Keep a step of a draft; of a decision the other rooms are told, with its counts."""
    by = acting_person(actor)
    DraftEvent.objects.create(
        draft=draft, kind=kind, version=draft.version, by=by, actor_key=actor.key, reason=reason, at=now
    )
    if kind in DECISIONS:
        known = {"draft": str(draft.pk), "matter": str(draft.matter_id), "by": str(by.pk) if by else ""}
        outbox.publish(DECIDED_TOPIC, data={**known, "decision": str(kind), **counts}, now=now)


def record(action: audit.Action, draft: Draft, *, actor: Actor, now: datetime, **data: Any) -> None:
    """Put an act on the record, with the purpose and the version it was done to."""
    facts = {"purpose": draft.purpose, "version": draft.version, **data}
    acting(actor=actor, now=now).record(action, draft, **facts)
