"""Who has to approve a message: any attorney of the matter, the one responsible for it, or two of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from legist.core import chain
from legist.core.audit import name_on_record
from legist.core.models import AuditEntry
from legist.practice.models import Matter, User
from legist.practice.roles import Role
from workflows import audit_actions as actions
from workflows.models import Draft, DraftEvent
from workflows.recipients import assigned, may_see
from workflows.states import ApprovalRule, DraftEventKind

_STRICTEST = (ApprovalRule.TWO, ApprovalRule.RESPONSIBLE, ApprovalRule.ONE)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person's approval comes to: a `refusal` in words, the first of two, or all of it."""

    refusal: str = ""
    is_first: bool = False


def strictest(rules: Iterable[str]) -> str:
    """Return the rule for a message that is put together of others."""
    known = set(rules)
    return str(next((rule for rule in _STRICTEST if rule in known), ApprovalRule.ONE))


def turn_of(person: User, draft: Draft) -> Turn:
    """Return what it comes to when this attorney of the matter approves the draft as it stands.

    A matter whose responsible attorney is gone, or may not see it, is for any attorney of it.
    """
    if draft.approval_rule == ApprovalRule.RESPONSIBLE:
        responsible = next(iter(assigned(draft.matter, Role.ATTORNEY)), None)
        if responsible and responsible.is_active and responsible != person:
            said = _("%(name)s is responsible for this matter, and approves this message.")
            return Turn(said % {"name": responsible.name})
    if draft.approval_rule == ApprovalRule.TWO:
        first = first_reader(draft)
        if first is None:
            return Turn(is_first=True)
        if first == person:
            return Turn(_wants_another(draft.matter, person))
    return Turn()


def first_reader(draft: Draft) -> User | None:
    """Return who approved this version as the first of two."""
    read = draft.events.filter(kind=DraftEventKind.READ, version=draft.version).select_related("by")
    event = read.order_by("id").first()
    return event.by if event else None


def approvers(draft: Draft) -> list[User]:
    """Return the attorneys who may approve a draft as it stands."""
    attorneys = may_see(draft.matter, User.objects.filter(role=Role.ATTORNEY, is_active=True))
    return [person for person in attorneys if not turn_of(person, draft).refusal]


def others(matter: Matter, person: User) -> list[User]:
    """Return the attorneys besides this one who may approve in a matter."""
    attorneys = User.objects.filter(role=Role.ATTORNEY, is_active=True).exclude(pk=person.pk)
    return may_see(matter, attorneys)


def is_read_by_another(draft: Draft, approver: User) -> bool:
    """True where the record knows that somebody else approved exactly this version before, or none has to."""
    if draft.approval_rule != ApprovalRule.TWO:
        return True
    subject = {"subject_type": name_on_record(draft), "subject_id": str(draft.pk)}
    read = AuditEntry.objects.filter(action=actions.DRAFT_READ.code, **subject).order_by("-sequence")
    expected = {"version": draft.version, "content_hash": draft.content_hash}
    return any(
        expected.items() <= entry.data.items()
        and entry.actor_id != str(approver.pk)
        and chain.is_genuine(entry)
        for entry in read
    )


def is_for(person: User) -> Q:
    """True of the drafts whose rule leaves something to do for this attorney."""
    responsible = Q(approval_rule=ApprovalRule.RESPONSIBLE, matter__attorney__is_active=True)
    here = DraftEvent.objects.filter(
        draft=OuterRef("pk"), kind=DraftEventKind.READ, version=OuterRef("version"), by=person
    )
    is_anothers = responsible & ~Q(matter__attorney=person)
    return ~is_anothers & ~(Q(approval_rule=ApprovalRule.TWO) & Q(Exists(here)))


def _wants_another(matter: Matter, person: User) -> str:
    if others(matter, person):
        return _("You have approved this version. It goes out once another attorney has approved it, too.")
    return _(
        "You have approved this version, and nobody else may. A manager gives another attorney access to the "
        "matter."
    )
