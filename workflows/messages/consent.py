"""Whether words may reach a client: asked of the rows and of the record in the moment they leave."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from legist.core import chain, seals
from legist.core.actors import Actor
from legist.core.audit import name_on_record
from legist.core.models import AuditEntry
from legist.practice.models import Matter
from legist.practice.permissions import Capability, can, places_above
from legist.practice.roles import Role
from legist.practice.selectors import closed_since
from tracking.selectors.facts import locked_receipts
from tracking.statuses import Bucket, StatusCode, is_called_off
from workflows import audit_actions as actions
from workflows.messages.approval_rules import is_read_by_another
from workflows.messages.states import WHOLE
from workflows.models import Approval, Delivery, Draft
from workflows.plain_language.fingerprint import content_hash
from workflows.states import Channel, DraftState

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
CHANGED, UNSEALED, UNRECORDED = "changed", "unsealed", "unrecorded"
APPROVER, REPEATED, MOVED, CLOSED = "approver", "repeated", "moved", "closed"

_DECISIONS = (
    actions.DRAFT_APPROVED,
    actions.DRAFT_EDITED,
    actions.DRAFT_READDRESSED,
    actions.DRAFT_RETURNED,
    actions.DRAFT_VOIDED,
    actions.DRAFT_RESTORED,
    actions.DRAFT_JOINED,
    actions.DRAFT_SEPARATED,
)
_TOLD = tuple(action.code for action in (*_DECISIONS, actions.DELIVERED))

NEWS = frozenset({"status_update", "approval_news"})


def objection(delivery: Delivery) -> str:
    """Return why a delivery must not go out, as a code of `DELIVERY_ERRORS`; empty when it may.

    Asked in the unit of work that claims the delivery.

    The approval is sealed, of exactly this draft, version, text, channel and address, in force, and the
    latest decision on the record; whoever gave it could give it today; the record knows of no delivery yet.
    """
    draft, approval = delivery.draft, delivery.draft.approval
    if approval is None:
        return CHANGED
    if not seals.holds(approval):
        return UNSEALED
    if not is_approved(draft) or not _is_of_version(delivery, approval):
        return CHANGED
    if not is_at_home(draft):
        return MOVED
    if is_over(draft.matter):
        return CLOSED
    if not is_read_by_another(draft, approval.by):
        return UNRECORDED
    return _objection_of_record(delivery) or ("" if _may_approve(approval, draft) else APPROVER)


def edited(draft: Draft) -> tuple[int, int]:
    """Return how many characters a message has, in all languages, and how many differ from its first draft.

    Compared word by word; of two texts of other lengths the longer one counts.
    """
    characters = changed = 0
    for language, first in draft.original_texts.items():
        for part, before in first.items():
            old, new = (
                _WORDS.findall(text) for text in (before.strip(), draft.texts[language][part].strip())
            )
            characters += max(len("".join(old)), len("".join(new)))
            for kind, old_from, old_to, new_from, new_to in SequenceMatcher(
                None, old, new, autojunk=False
            ).get_opcodes():
                if kind != "equal":
                    lost, added = old[old_from:old_to], new[new_from:new_to]
                    changed += max(len("".join(lost)), len("".join(added)))
    return characters, min(changed, characters)


def is_approved(draft: Draft) -> bool:
    """True when an approval in force covers exactly what the draft holds now, and for this client."""
    approval = draft.approval
    if approval is None or draft.state not in {DraftState.APPROVED, DraftState.SENT}:
        return False
    is_of_draft = (approval.draft_id, approval.version) == (draft.pk, draft.version)
    if not is_of_draft or approval.voided_at is not None or not seals.holds(approval):
        return False
    own = {"", str(draft.client_id)}
    is_for_client = {address_on(draft, channel) for channel in (Channel.PORTAL, Channel.HAND)} <= own
    return is_for_client and fingerprint(draft) == approval.content_hash == draft.approved_hash


def is_at_home(draft: Draft) -> bool:
    """True while a draft is about its own client: the receipt it tells of lies in its matter, or one above.

    Of one that holds several, this is asked of each. The receipt is held until the unit of work ends: it is
    moved either before that, and the message stays, or after the message was on its way.
    """
    return all(_lies_at_home(each) for each in parts_of(draft))


def parts_of(draft: Draft, *more: str) -> list[Draft]:
    """Return what a message is put together of, in the order in which it tells it; of any other, itself.

    `more` are relations that come along.
    """
    if draft.purpose != WHOLE:
        return [draft]
    parts = draft.parts.select_related("matter", "client", "change__receipt", *more)
    return list(parts.order_by("created_at", "id"))


def _lies_at_home(draft: Draft) -> bool:
    if draft.matter.client_id != draft.client_id:
        return False
    if draft.change_id is None:
        return True
    told_of = locked_receipts().only("matter")
    home = told_of.get(changes=draft.change_id).matter_id
    return home in {draft.matter_id, draft.matter.parent_id} or home in places_above(draft.matter)


def is_quiet(draft: Draft) -> bool:
    """True of news that ask nothing of the client, who may choose to read them in the portal alone.

    An appointment that is off asks them to stay at home, and a case that is over asks what comes next.
    """
    if draft.purpose == WHOLE:
        return all(is_quiet(part) for part in parts_of(draft))
    change = draft.change
    if change is None or draft.purpose not in NEWS or change.client_action:
        return False
    is_off = change.to_code == StatusCode.INTERVIEW_CANCELLED or is_called_off(change.to_code)
    return not is_off and change.to_bucket != Bucket.CLOSED


def is_over(matter: Matter) -> bool:
    """True for what is closed by now, or lies below a closed matter: its client is not written to."""
    return matter.pk in closed_since([matter.pk])


def fingerprint(draft: Draft) -> str:
    """Compute the hash of what the draft holds now."""
    return content_hash(
        draft_id=draft.pk,
        texts=draft.texts,
        language=draft.language,
        recipients=draft.recipients,
        channels=draft.channels,
    )


def address_on(draft: Draft, channel: str) -> str:
    """Return the address the draft was written for on a channel, or an empty text."""
    return next((str(row["address"]) for row in draft.recipients if row["channel"] == channel), "")


def _is_of_version(delivery: Delivery, approval: Approval) -> bool:
    draft = delivery.draft
    if (delivery.approval_id, delivery.version) != (approval.pk, approval.version):
        return False
    if delivery.channel not in draft.channels or not address_on(draft, delivery.channel):
        return False
    email = address_on(draft, Channel.EMAIL)
    return not email or email == draft.client.email


def _objection_of_record(delivery: Delivery) -> str:
    """Ask the record: rows can be put back as they once were, with the seals they had then."""
    draft = delivery.draft
    told = AuditEntry.objects.filter(
        subject_type=name_on_record(draft), subject_id=str(draft.pk), action__in=_TOLD
    )
    entries = list(told.order_by("-sequence"))
    latest = next((entry for entry in entries if entry.action != actions.DELIVERED.code), None)
    expected = {"version": draft.version, "content_hash": draft.content_hash}
    is_latest = (
        latest is not None
        and latest.action == actions.DRAFT_APPROVED.code
        and latest.scope == draft.matter_id
        and expected.items() <= latest.data.items()
        and chain.is_genuine(latest)
    )
    if not is_latest:
        return UNRECORDED
    sent = {"version": delivery.version, "channel": delivery.channel}
    delivered = [entry for entry in entries if entry.action == actions.DELIVERED.code]
    return REPEATED if any(sent.items() <= entry.data.items() for entry in delivered) else ""


def _may_approve(approval: Approval, draft: Draft) -> bool:
    person = approval.by
    return person.role == Role.ATTORNEY and can(
        Actor.for_user(person), Capability.APPROVE_DRAFT, draft.matter
    )
