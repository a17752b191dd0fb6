"""Drafts: from the first text to an attorney's approval of exactly this text, and no other way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, WrongState
from legist.core.ids import uuid7
from legist.core.reasons import required_reason
from legist.core.uow import unit_of_work
from legist.practice.clients.contacts import opens_portal
from legist.practice.models import Client, Matter, User
from legist.practice.permissions import Capability, acting_person
from legist.practice.roles import Role
from legist.practice.sign_in.proof import require_recent_proof
from workflows import audit_actions as actions
from workflows.access import access_draft, stands_in
from workflows.messages import deliveries, joining
from workflows.messages.approval_rules import others, turn_of
from workflows.messages.consent import address_on, edited, is_at_home, is_over, parts_of
from workflows.messages.selectors import require_single
from workflows.messages.states import TRANSITIONS, next_state
from workflows.messages.texts import Texts, clean, plain
from workflows.messages.versions import (
    address,
    expect_version,
    new_version,
    note,
    recipients_of,
    record,
    require_next,
    tell_approvers,
    void_approval,
)
from workflows.models import Approval, Draft, PlaybookRun
from workflows.states import ApprovalRule, Channel, DraftEventKind, DraftState

# Messages that stand for themselves and may still be withdrawn; a part goes the way of its whole.
UNSENT = tuple(state for state in TRANSITIONS["void"] if state != DraftState.JOINED)


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A message to be drafted: to whom, about what, in which words."""

    matter: Matter
    client: Client
    purpose: str
    texts: Texts
    facts: list[dict[str, str]] = field(default_factory=list)
    template_version: int = 1
    change_id: UUID | None = None
    run: PlaybookRun | None = None
    approval_rule: str = ApprovalRule.ONE
    key: UUID = field(default_factory=uuid7)


def create_draft(new: NewDraft, *, actor: Actor, now: datetime, submit: bool = True) -> Draft:
    """Write a draft in all its languages and, unless told otherwise, put it before an attorney.

    It goes to the portal, and by e-mail when the client has an address, in the client's language. Where
    neither reaches the client, it waits for a person to post it or to call. News may become part of one
    message with others that wait. Raises WrongState in a closed matter.
    """
    _require_open(new.matter)
    draft = Draft(
        pk=new.key,
        matter=new.matter,
        client=new.client,
        change_id=new.change_id,
        run=new.run,
        purpose=new.purpose,
        template_version=new.template_version,
        approval_rule=new.approval_rule,
        created_at=now,
    )
    texts = plain(new.texts)
    draft.texts, draft.original_texts, draft.facts = texts, texts, new.facts
    address(draft, new.client)
    is_joined = submit and new.change_id is not None and settings.LEGIST_JOIN_MINUTES > 0
    with unit_of_work(actor=actor):
        if is_joined:
            joining.one_at_a_time(new.client)
        draft.save(force_insert=True)
        note(draft, DraftEventKind.DRAFTED, actor=actor, now=now)
        record(actions.DRAFT_CREATED, draft, actor=actor, now=now)
        if submit:
            _submit(draft, actor=actor, now=now)
        if is_joined:
            joining.join(draft, actor=actor, now=now)
    return draft


def edit_draft(
    draft_id: UUID | str, *, texts: Texts, version_hash: str, actor: Actor, now: datetime
) -> Draft:
    """Replace the texts by a new version, addressed to the client as they are reached today.

    An approval is voided and what was waiting to go out is called back; once anything of it is on its
    way, WrongState is raised. So it is when somebody else edited first (`version_hash` is old). What is put
    together of several is edited part by part, and is a new version with each.
    """
    with unit_of_work(actor=actor):
        draft = access_draft(actor, draft_id, Capability.WORK_MATTER, lock=True)
        require_single(draft)
        expect_version(draft, version_hash)
        state = require_next("edit", draft)
        own = {key: text for key, text in texts.items() if key in draft.texts}
        written = clean({**draft.texts, **own})
        voided = void_approval(draft, actor=actor, now=now)
        draft.texts = written
        new_version(draft, state, now=now)
        note(draft, DraftEventKind.EDITED, actor=actor, now=now)
        record(actions.DRAFT_EDITED, draft, actor=actor, now=now, voided=voided)
        joining.part_edited(draft, actor=actor, now=now)
    return draft


def readdress(
    client: Client, *, actor: Actor, now: datetime, every: bool = False, unmailed: bool = False
) -> int:
    """Address the messages of a client that have not left to where they are reached today; return how many.

    Those that go there already are left alone, unless `every` one is to be looked at again; so are all that
    go by e-mail where only the `unmailed` ones lose their way.

    As with an edit, an approval is voided and what waits to go out is called back, in every matter of the
    client. A message of which something has left stays: what is left of it is held when its turn comes.
    """
    unsent = [state for state in UNSENT if next_state("edit", state)]
    drafts = Draft.objects.filter(client=client, state__in=unsent).order_by("pk")
    ids = [row.pk for row in drafts if not (unmailed and address_on(row, Channel.EMAIL))]
    return sum(_readdress(pk, every=every, actor=actor, now=now) for pk in ids)


def _readdress(draft_id: UUID, *, every: bool, actor: Actor, now: datetime) -> bool:
    related = Draft.objects.select_related("matter__attorney", "matter__paralegal", "client", "approval")
    draft = related.select_for_update(of=("self",)).get(pk=draft_id)
    state, before = next_state("edit", draft.state), (draft.language, draft.recipients)
    is_right = before == (draft.client.language, recipients_of(draft, draft.client))
    if state is None or (is_right and not every):
        return False
    try:
        with unit_of_work(actor=actor):
            voided = void_approval(draft, actor=actor, now=now)
    except WrongState:
        return False
    new_version(draft, DraftState(state), now=now)
    note(draft, DraftEventKind.READDRESSED, actor=actor, now=now)
    record(actions.DRAFT_READDRESSED, draft, actor=actor, now=now, voided=voided)
    if draft.state == DraftState.IN_REVIEW:
        tell_approvers(draft, now=now)
    return True


def submit(draft_id: UUID | str, *, actor: Actor, now: datetime) -> Draft:
    """Put a draft before an attorney."""
    with unit_of_work(actor=actor):
        draft = access_draft(actor, draft_id, Capability.WORK_MATTER, lock=True)
        _submit(draft, actor=actor, now=now)
    return draft


def approve_draft(
    draft_id: UUID | str, *, actor: Actor, version_hash: str, now: datetime, authenticated_at: datetime | None
) -> Draft:
    """Let exactly this version out: the one way by which anything reaches a client.

    Only an attorney who works on the matter may, never the system. `authenticated_at` is when the person
    last proved who they are; an old session raises NeedsReauthentication. `version_hash` is the hash of
    what the person read: when the draft has changed since, WrongState is raised. Where two have to approve,
    the first approval leaves it waiting for the second; Forbidden is for whom the rule leaves out.
    """
    with unit_of_work(actor=actor):
        draft = access_draft(actor, draft_id, Capability.APPROVE_DRAFT, lock=True)
        attorney = _require_attorney(actor)
        require_recent_proof(authenticated_at, now=now)
        expect_version(draft, version_hash)
        state = require_next("approve", draft)
        _require_open(draft.matter)
        _require_at_home(draft)
        _require_reachable(draft)
        turn = turn_of(attorney, draft)
        if turn.refusal:
            raise Forbidden(turn.refusal)
        if turn.is_first:
            return _read(draft, attorney, actor=actor, now=now)
        approval = Approval.objects.create(
            draft=draft, version=draft.version, content_hash=draft.content_hash, by=attorney, at=now
        )
        draft.state, draft.approval, draft.approved_hash = state, approval, draft.content_hash
        draft.save(update_fields=["state", "approval", "approved_hash"])
        deliveries.plan(draft, approval, now=now)
        characters, changed = edited(draft)
        kind = DraftEventKind.APPROVED
        note(draft, kind, actor=actor, now=now, characters=characters, changed=changed)
        record(actions.DRAFT_APPROVED, draft, actor=actor, now=now, content_hash=draft.content_hash)
    return draft


def _read(draft: Draft, attorney: User, *, actor: Actor, now: datetime) -> Draft:
    """Keep the first of two approvals, of exactly this version; the others are told that theirs is asked."""
    note(draft, DraftEventKind.READ, actor=actor, now=now)
    record(actions.DRAFT_READ, draft, actor=actor, now=now, content_hash=draft.content_hash)
    tell_approvers(draft, now=now, second=others(draft.matter, attorney))
    return draft


def return_draft(
    draft_id: UUID | str, *, reason: str, version_hash: str, actor: Actor, now: datetime
) -> Draft:
    """Send a draft back to whoever works on it, with the reason they need."""
    missing = _("Say what should change; the reason goes to the person who edits it.")
    why = required_reason(reason, message=missing)
    with unit_of_work(actor=actor):
        draft = access_draft(actor, draft_id, Capability.APPROVE_DRAFT, lock=True)
        _require_attorney(actor)
        expect_version(draft, version_hash)
        draft.state = require_next("return", draft)
        draft.save(update_fields=["state"])
        note(draft, DraftEventKind.RETURNED, actor=actor, now=now, reason=why)
        record(actions.DRAFT_RETURNED, draft, actor=actor, now=now)
    return draft


def void(draft_id: UUID | str, *, reason: str, actor: Actor, now: datetime) -> Draft:
    """Withdraw a draft for good; refused once anything of it is on its way."""
    missing = _("Say why this message is withdrawn; the reason is kept on the record.")
    why = required_reason(reason, message=missing)
    with unit_of_work(actor=actor):
        draft = access_draft(actor, draft_id, Capability.WORK_MATTER, lock=True)
        _void(draft, reason=why, actor=actor, now=now)
    return draft


def withdraw_all(
    drafts: QuerySet[Draft], *, reason: str, actor: Actor, now: datetime
) -> tuple[list[Draft], list[Draft]]:
    """Withdraw what has not gone out of these drafts, in the caller's unit of work.

    Returns the withdrawn ones, and apart those of which something is on its way or has arrived. Of a message
    put together of several only the parts among them go; one that is itself among them goes as it is.
    """
    withdrawn, on_way = list[Draft](), list[Draft]()
    alone = drafts.filter(stands_in(*UNSENT)).exclude(joined_into__in=drafts)
    locked = alone.select_related("matter", "client", "approval")
    for draft in locked.select_for_update(of=("self",)).order_by("pk"):
        if draft.joined_into_id:
            # The part before it may have been the last but one, which lets this one stand alone.
            draft.refresh_from_db(fields=["state", "version", "joined_into", "content_hash"])
        try:
            with unit_of_work(actor=actor):
                _void(draft, reason=reason, actor=actor, now=now)
            withdrawn.append(draft)
        except WrongState:
            on_way.append(draft)
    return withdrawn, on_way


def restore(draft_id: UUID | str, *, actor: Actor, now: datetime) -> Draft:
    """Take a withdrawal back: the message waits for an attorney again if it did, never as approved."""
    with unit_of_work(actor=actor):
        draft = access_draft(actor, draft_id, Capability.WORK_MATTER, lock=True)
        _require_open(draft.matter)
        draft.state = require_next("restore", draft)
        if not parts_of(draft):
            raise WrongState(_("This message was taken apart: each part of it waits by itself."))
        returned = draft.events.filter(kind=DraftEventKind.RETURNED, at__gte=draft.submitted_at or now)
        if draft.submitted_at and not returned.exists():
            draft.state = DraftState.IN_REVIEW
        draft.save(update_fields=["state"])
        note(draft, DraftEventKind.RESTORED, actor=actor, now=now)
        record(actions.DRAFT_RESTORED, draft, actor=actor, now=now)
    return draft


def _void(draft: Draft, *, reason: str, actor: Actor, now: datetime) -> None:
    state = require_next("void", draft)
    voided = void_approval(draft, actor=actor, now=now)
    draft.state, whole, draft.joined_into = state, draft.joined_into_id, None
    draft.save(update_fields=["state", "joined_into", "approval", "approved_hash"])
    note(draft, DraftEventKind.VOIDED, actor=actor, now=now, reason=reason)
    record(actions.DRAFT_VOIDED, draft, actor=actor, now=now, voided=voided)
    if whole:
        joining.part_left(whole, actor=actor, now=now)


def _submit(draft: Draft, *, actor: Actor, now: datetime) -> None:
    draft.state, draft.submitted_at = require_next("submit", draft), now
    draft.save(update_fields=["state", "submitted_at"])
    note(draft, DraftEventKind.SUBMITTED, actor=actor, now=now)
    record(actions.DRAFT_SUBMITTED, draft, actor=actor, now=now)
    tell_approvers(draft, now=now)


def _require_attorney(actor: Actor) -> User:
    person = acting_person(actor)
    if person is None or person.role != Role.ATTORNEY:
        raise Forbidden(_("Only an attorney of the matter may decide what goes to a client."))
    return person


def _require_open(matter: Matter) -> None:
    if is_over(matter):
        raise WrongState(_("This matter is closed: nothing more is sent to the client. Reopen it first."))


def _require_at_home(draft: Draft) -> None:
    if not is_at_home(draft):
        raise WrongState(
            _("The case this message tells of was moved to another matter. Withdraw the message.")
        )


def _require_reachable(draft: Draft) -> None:
    """A message addressed when the client could still be reached must not look as if it were sent."""
    is_by_hand = Channel.HAND in draft.channels
    if not is_by_hand and not draft.client.email and not opens_portal(draft.client):
        message = _(
            "Nothing reaches this client any more: no e-mail address, and no way into the portal. "
            "Save this message once more, so that it waits to be sent by post or read out on the telephone."
        )
        raise InvalidInput.at("recipients", message)
