"""What waits for approval, and everything an attorney needs beside the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import ndiff
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import WrongState
from legist.practice.permissions import Capability, acting_person, can, visible_to
from tracking.selectors.facts import get_change, questions_about
from tracking.selectors.receipts import proposing_forms
from tracking.states import ABOUT_THE_CASE, ReviewState
from workflows.access import access_draft
from workflows.deadlines.later_news import SIDE_EVENTS, reported_since, still_asked
from workflows.messages.approval_rules import Turn, turn_of
from workflows.messages.consent import is_approved, parts_of
from workflows.messages.mail import Block, RenderedEmail, blocks, render_email
from workflows.messages.states import WHOLE, next_state
from workflows.models import Deadline, Delivery, Draft, DraftEvent
from workflows.states import Channel, DraftState

if TYPE_CHECKING:
    from tracking.models import ReviewItem, StatusChange

HISTORY_LIMIT = 10


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A line of the approval queue."""

    id: UUID
    purpose: str
    client_name: str
    matter_id: UUID
    matter_reference: str
    language: str
    version: int
    state: str
    code: str
    submitted_at: datetime | None
    due_date: date | None
    playbook: str
    is_overtaken: bool


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of the text: `same`, `added` or `removed` against what the template gave."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class LanguageView:
    """A message in one language, as written and as the client gets it; `sent_to` where it goes by e-mail."""

    language: str
    name: str
    subject: str
    body: str
    blocks: list[Block]
    email: RenderedEmail
    diff: list[DiffLine]
    sent_to: str

    @property
    def is_changed(self) -> bool:
        return any(line.kind != "same" for line in self.diff)


@dataclass(frozen=True, slots=True)
class Part:
    """One of several messages that are told as one, with what it came from."""

    draft: Draft
    change: StatusChange | None
    playbook: str
    is_overtaken: bool


@dataclass(frozen=True, slots=True)
class DraftDetail:
    """A draft beside the reasons for it. `version_hash` goes back with every decision."""

    draft: Draft
    version_hash: str
    languages: list[LanguageView]
    email_to: str
    change: StatusChange | None
    playbook_name: str
    playbook_purpose: str
    deadlines: list[Deadline]
    history: list[Draft]
    facts: list[dict[str, str]]
    events: list[DraftEvent]
    deliveries: list[Delivery]
    is_overtaken: bool
    unconfirmed: ReviewItem | None
    proposing: list[str]
    can_approve: bool
    can_edit: bool
    turn: Turn
    parts: list[Part]


def overtaken(drafts: Iterable[Draft], *, since: Mapping[UUID, frozenset[str]] | None = None) -> set[UUID]:
    """Return the ids of unsent drafts about a change that a later one has overtaken; `change` goes with them.

    Side events do not count, nor what nobody has looked at yet. A message is not overtaken while a date of
    what it tells is open and unanswered: its client still has to know. One that holds several is overtaken
    with all of them.
    """
    drafts = list(drafts)
    wholes = {draft.pk for draft in drafts if draft.purpose == WHOLE and next_state("void", draft.state)}
    if wholes:
        parts = Draft.objects.filter(joined_into__in=wholes).select_related("change")
        told = list(parts)
        over = overtaken([*(draft for draft in drafts if draft.pk not in wholes), *told])
        return over | (wholes - {part.joined_into_id for part in told if part.pk not in over})
    unsent = [draft for draft in drafts if draft.change and next_state("void", draft.state)]
    if since is None:
        since = reported_since(draft.change for draft in unsent if draft.change)
    moved_on = {pk for draft in unsent if (pk := draft.change_id) and since[pk] - SIDE_EVENTS}
    over = moved_on - still_asked(moved_on)
    return {draft.pk for draft in unsent if draft.change_id in over}


def visible_drafts(actor: Actor) -> QuerySet[Draft]:
    """Return the drafts of the matters the actor may read."""
    return visible_to(actor, Draft.objects.all(), via="matter")


def drafts_in(actor: Actor, state: str) -> QuerySet[Draft]:
    """Return the drafts in a state, each with the nearest open date of its work, as `next_due`."""
    dates = Deadline.objects.filter(run=OuterRef("run"), due_date__isnull=False, state="open")
    nearest = Subquery(dates.order_by("due_date").values("due_date")[:1])
    found = visible_drafts(actor).filter(state=state).annotate(next_due=nearest)
    return found.select_related("client", "matter", "change", "run__playbook")


def list_waiting_drafts(actor: Actor, *, limit: int = 100) -> list[WaitingDraft]:
    """Return what waits for approval, longest waiting first."""
    return waiting_rows(list(drafts_in(actor, DraftState.IN_REVIEW).order_by("submitted_at", "id")[:limit]))


def waiting_rows(drafts: Sequence[Draft]) -> list[WaitingDraft]:
    """Return the lines of drafts that `drafts_in` has found."""
    over = overtaken(drafts)
    return [_waiting(draft, is_overtaken=draft.pk in over) for draft in drafts]


def _waiting(draft: Draft, *, is_overtaken: bool) -> WaitingDraft:
    return WaitingDraft(
        id=draft.pk,
        purpose=draft.purpose,
        client_name=draft.client.name,
        matter_id=draft.matter_id,
        matter_reference=draft.matter.reference,
        language=draft.language,
        version=draft.version,
        state=draft.state,
        code=draft.change.to_code if draft.change else "",
        submitted_at=draft.submitted_at,
        due_date=vars(draft)["next_due"],
        playbook=draft.run.playbook.name if draft.run else "",
        is_overtaken=is_overtaken,
    )


def draft_detail(actor: Actor, draft_id: UUID | str) -> DraftDetail:
    """Return a draft with everything the decision needs; NotFound to strangers."""
    draft = access_draft(actor, draft_id)
    run, change = draft.run, get_change(draft.change_id) if draft.change_id else None
    email_to = next((row["address"] for row in draft.recipients if row["channel"] == Channel.EMAIL), "")
    parts = _parts(draft) if draft.purpose == WHOLE else []
    shown = sorted(draft.texts, key=lambda language: (language != draft.language, language))
    deadlines = Deadline.objects.filter(Q(run=run), run__isnull=False).exclude(state="moved")
    person = acting_person(actor)
    can_approve = person is not None and can(actor, Capability.APPROVE_DRAFT, draft.matter)
    return DraftDetail(
        draft=draft,
        version_hash=draft.content_hash,
        languages=[_language(draft, language, email_to=email_to) for language in shown],
        email_to=email_to,
        change=change,
        playbook_name=run.playbook.name if run else "",
        playbook_purpose=run.playbook.purpose if run else "",
        deadlines=list(deadlines),
        history=list(_history(actor, draft)),
        facts=_facts([part.draft for part in parts] or [draft]),
        events=list(draft.events.select_related("by").order_by("id")),
        deliveries=list(draft.deliveries.select_related("resolved_by").order_by("version", "channel")),
        is_overtaken=bool(overtaken([draft])),
        unconfirmed=_unconfirmed([part.draft.change for part in parts] or [change]),
        proposing=proposing_forms(actor, draft.client),
        can_approve=can_approve,
        turn=turn_of(person, draft) if person and can_approve else Turn(),
        can_edit=can(actor, Capability.WORK_MATTER, draft.matter),
        parts=parts,
    )


def _unconfirmed(told: Iterable[StatusChange | None]) -> ReviewItem | None:
    """Return the question that is open about something newer than what a message tells of.

    Until a person has answered it nothing is overtaken; but nobody approves yesterday's news unknowingly.
    """
    newer = Q(pk__in=[])
    for change in filter(None, told):
        newer |= Q(receipt=change.receipt_id, change__sequence__gt=change.sequence)
    asked = questions_about(*ABOUT_THE_CASE, state=ReviewState.OPEN).filter(newer)
    return asked.order_by("-opened_at").first()


def _facts(drafts: Iterable[Draft]) -> list[dict[str, str]]:
    """Return what the texts of drafts rest on, each fact once."""
    return list({(row["key"], row["value"]): row for draft in drafts for row in draft.facts}.values())


def _parts(draft: Draft) -> list[Part]:
    found = parts_of(draft, "run__playbook")
    over = overtaken(found)
    return [
        Part(part, part.change, part.run.playbook.name if part.run else "", part.pk in over) for part in found
    ]


def approved_letter(actor: Actor, draft_id: UUID | str) -> DraftDetail:
    """Return a message that may be printed for its client; raise WrongState without an approval in force."""
    detail = draft_detail(actor, draft_id)
    if not is_approved(detail.draft):
        message = _("Only an approved message is printed. Have an attorney approve it first.")
        raise WrongState(message)
    return detail


def _history(actor: Actor, draft: Draft) -> QuerySet[Draft]:
    """Earlier messages to the same client, in matters that this actor may read."""
    earlier = visible_drafts(actor).filter(
        client=draft.client_id, state__in=[DraftState.SENT, DraftState.APPROVED]
    )
    return earlier.exclude(pk=draft.pk).order_by("-created_at")[:HISTORY_LIMIT]


def _language(draft: Draft, language: str, *, email_to: str) -> LanguageView:
    text, original = draft.texts[language], draft.original_texts.get(language, {})
    return LanguageView(
        language=language,
        name=dict(settings.LANGUAGES).get(language, language),
        subject=text["subject"],
        body=text["body"],
        blocks=blocks(text["body"]),
        email=render_email(draft.texts, language),
        diff=diff(_whole(original), _whole(text)),
        sent_to=email_to if language == draft.language else "",
    )


def _whole(text: dict[str, str]) -> str:
    return f"{text.get('subject', '')}\n\n{text.get('body', '')}"


def diff(before: str, after: str) -> list[DiffLine]:
    """Return the lines of both texts, marked by what an edit did to them."""
    kinds = {"  ": "same", "+ ": "added", "- ": "removed"}
    lines = ndiff(before.splitlines(), after.splitlines())
    return [DiffLine(kinds[line[:2]], line[2:]) for line in lines if line[:2] in kinds]


def require_single(draft: Draft) -> None:
    """Raise WrongState for what is put together of several: its parts are edited instead."""
    if draft.purpose == WHOLE:
        raise WrongState(_("This message is put together of several. Edit the part that is to change."))


def editable_draft(actor: Actor, draft_id: UUID | str) -> Draft:
    """Return a draft for somebody who may edit it; raise WrongState once it cannot be edited any more."""
    draft = access_draft(actor, draft_id, Capability.WORK_MATTER)
    require_single(draft)
    if next_state("edit", draft.state) is None:
        state = str(DraftState(draft.state).label).lower()
        raise WrongState(_("This message is %(state)s: it cannot be edited any more.") % {"state": state})
    return draft


def count_unsent(purpose: str) -> int:
    """Count the messages of a purpose that are written and may still go out."""
    over = (DraftState.SENT, DraftState.VOID)
    drafts = Draft.objects.filter(purpose=purpose).exclude(state__in=over)
    return drafts.exclude(joined_into__state__in=over).count()
