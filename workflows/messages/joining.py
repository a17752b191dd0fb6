"""Messages to one client that are drafted within minutes become one, before anybody has approved any.

The parts stay drafts of their own, with the change, playbook and step they came from; the whole is put
together of them anew, as a new version with a new hash, whenever one is added, edited or leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import WrongState
from legist.core.uow import unit_of_work
from legist.practice.models import Client
from legist.practice.permissions import Capability
from workflows import audit_actions as actions
from workflows.access import access_draft
from workflows.messages.approval_rules import strictest
from workflows.messages.consent import is_at_home, is_quiet, parts_of
from workflows.messages.selectors import overtaken
from workflows.messages.states import WHOLE, next_state
from workflows.messages.texts import put_together
from workflows.messages.versions import (
    expect_version,
    new_version,
    note,
    record,
    require_next,
    tell_approvers,
    void_approval,
)
from workflows.models import Deadline, Draft, Notification
from workflows.plain_language.form_names import UNNAMED, canonical, title_form
from workflows.states import DeadlineState, DraftEventKind, DraftState, NotificationKind

# Once a person has had one of these in hand, the text under their eyes is no longer added to.
_IN_HAND = (
    DraftEventKind.EDITED,
    DraftEventKind.RETURNED,
    DraftEventKind.APPROVED,
    DraftEventKind.VOIDED,
    DraftEventKind.SEPARATED,
)


def one_at_a_time(client: Client) -> None:
    """Let no two messages to a client be drafted in the same moment, or neither would know of the other."""
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)


def join(draft: Draft, *, actor: Actor, now: datetime) -> None:
    """Put a new message together with those to the same client, of the same matter, that wait for minutes.

    In the caller's unit of work. What asks something of the client stands alone: it waits for no other.
    """
    if not _may_be_joined(draft):
        return
    fellows = _fellows(draft, now=now)
    if not fellows:
        return
    whole = next((each for each in fellows if each.purpose == WHOLE), None) or _new_whole(fellows[0])
    for part in (*(each for each in fellows if each.purpose != WHOLE), draft):
        part.state, part.joined_into = require_next("join", part), whole
        part.save(update_fields=["state", "joined_into"])
        note(part, DraftEventKind.JOINED, actor=actor, now=now)
        told = Notification.objects.filter(kind=NotificationKind.APPROVAL, subject_id=part.pk, read_at=None)
        told.update(read_at=now)
    _put_together(whole, DraftEventKind.JOINED, actor=actor, now=now)


def part_edited(part: Draft, *, actor: Actor, now: datetime) -> None:
    """Bring the whole up to date with a part; WrongState where it is on its way or given up."""
    if part.joined_into_id:
        _put_together(_locked(part.joined_into_id), DraftEventKind.EDITED, actor=actor, now=now)


def part_left(whole_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Tell the rest without the part that has gone; a last one stands alone again."""
    whole = _locked(whole_id)
    require_next("edit", whole)
    if len(parts_of(whole)) > 1:
        _put_together(whole, DraftEventKind.JOINED, actor=actor, now=now)
    else:
        _take_apart(whole, actor=actor, now=now)


def separate(draft_id: UUID | str, *, version_hash: str, actor: Actor, now: datetime) -> list[Draft]:
    """Let each part of a message wait for approval by itself, for good; return them."""
    with unit_of_work(actor=actor):
        access_draft(actor, draft_id, Capability.WORK_MATTER)
        # Parts are locked before their whole, as by an edit of one.
        parts = Draft.objects.filter(joined_into__pk=draft_id).order_by("pk")
        list(parts.select_for_update(of=("self",)))
        whole = access_draft(actor, draft_id, Capability.WORK_MATTER, lock=True)
        expect_version(whole, version_hash)
        require_next("edit", whole)
        if whole.purpose != WHOLE:
            raise WrongState(_("This message is not put together of several."))
        return _take_apart(whole, actor=actor, now=now)


def _may_be_joined(draft: Draft) -> bool:
    """True of news that ask nothing of the client, by a day or otherwise, and that still hold."""
    if draft.change is None or draft.state != DraftState.IN_REVIEW or not is_quiet(draft):
        return False
    dates = Deadline.objects.filter(run=draft.run_id, state=DeadlineState.OPEN)
    return not (draft.run_id and dates.exists()) and is_at_home(draft)


def _fellows(draft: Draft, *, now: datetime) -> list[Draft]:
    """Return what waits beside the draft and nobody has in hand: alone, or put together already.

    One that somebody decides about in this very moment is waited for, and left out once they have.
    """
    since = now - timedelta(minutes=settings.LEGIST_JOIN_MINUTES)
    waiting = Draft.objects.filter(
        matter=draft.matter_id,
        client=draft.client_id,
        state=DraftState.IN_REVIEW,
        created_at__gt=since,
        created_at__lte=now,
    ).exclude(pk=draft.pk)
    untouched = waiting.exclude(events__kind__in=_IN_HAND).select_related("matter", "client", "change")
    locked = untouched.select_for_update(of=("self",), no_key=True)
    found = list(locked.order_by("created_at", "id"))
    over = overtaken(found)
    return [each for each in found if each.purpose == WHOLE or (each.pk not in over and _may_be_joined(each))]


def _new_whole(first: Draft) -> Draft:
    """Begin the message that the parts will be told in, as old as the first of them."""
    whole = Draft(
        matter=first.matter,
        client=first.client,
        purpose=WHOLE,
        state=DraftState.IN_REVIEW,
        version=0,
        created_at=first.created_at,
    )
    whole.recipients, whole.texts, whole.original_texts, whole.facts = [], {}, {}, []
    whole.save(force_insert=True)
    return whole


def _put_together(whole: Draft, kind: DraftEventKind, *, actor: Actor, now: datetime) -> None:
    """Write the whole anew of its parts: a version of its own, which nobody has approved."""
    parts, state = parts_of(whole), require_next("edit", whole)
    voided = void_approval(whole, actor=actor, now=now)
    named = [_headings(part) for part in parts]
    whole.texts = put_together(list(zip(named, (part.texts for part in parts), strict=True)))
    firsts = (part.original_texts for part in parts)
    whole.original_texts = put_together(list(zip(named, firsts, strict=True)))
    whole.approval_rule = strictest(part.approval_rule for part in parts)
    new_version(whole, state, now=now)
    note(whole, kind, actor=actor, now=now)
    record(actions.DRAFT_JOINED, whole, actor=actor, now=now, parts=len(parts), voided=voided)
    if state == DraftState.IN_REVIEW:
        tell_approvers(whole, now=now)


def _headings(part: Draft) -> dict[str, str]:
    """What a part is headed by, in each language: its form, and to a protected client nothing of it."""
    form = canonical(part.change.receipt.form_type) if part.change else ""
    is_named = form and not part.client.protected_at
    return {
        language: title_form(form, language)
        if is_named
        else UNNAMED.get(language, UNNAMED["en"]).capitalize()
        for language in part.texts
    }


def _take_apart(whole: Draft, *, actor: Actor, now: datetime) -> list[Draft]:
    """End the whole and let each of its parts wait by itself, addressed as its client is reached today."""
    after = next_state("edit", whole.state)
    parts: Sequence[Draft] = parts_of(whole)
    voided = void_approval(whole, actor=actor, now=now)
    whole.state = DraftState.VOID
    whole.save(update_fields=["state", "approval", "approved_hash"])
    note(whole, DraftEventKind.SEPARATED, actor=actor, now=now)
    record(actions.DRAFT_SEPARATED, whole, actor=actor, now=now, voided=voided)
    for part in parts:
        part.joined_into = None
        new_version(part, DraftState(str(after)), now=now)
        note(part, DraftEventKind.SEPARATED, actor=actor, now=now)
        record(actions.DRAFT_SEPARATED, part, actor=actor, now=now, voided=False)
        if part.state == DraftState.IN_REVIEW:
            tell_approvers(part, now=now)
    return list(parts)


def _locked(whole_id: UUID) -> Draft:
    related = Draft.objects.select_related("matter__attorney", "matter__paralegal", "client", "approval")
    return related.select_for_update(of=("self",)).get(pk=whole_id)
