"""Words that wait for an attorney: who wrote them, who may approve them, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.practice.models import User
from legist.practice.permissions import Capability, acting_person, can, require
from legist.practice.roles import Role
from workflows.models import WordingProposal, WordingVersion
from workflows.plain_language.selectors import Texts, newest_versions, proposed_texts, texts_in_force
from workflows.plain_language.text import shares_words
from workflows.plain_language.unseen import list_changed
from workflows.states import Basis, ProposalState


@dataclass(frozen=True, slots=True)
class Standing:
    """Who wrote some words and which attorneys the firm has at this moment."""

    authors: frozenset[UUID]
    attorneys: tuple[User, ...]

    def is_author(self, person: User) -> bool:
        return person.pk in self.authors

    def may_approve(self, person: User) -> bool:
        """True for an attorney who wrote none of it, and for the only attorney of the firm."""
        return person in self.attorneys and (not self.is_author(person) or len(self.attorneys) == 1)

    @property
    def approvers(self) -> list[User]:
        return [each for each in self.attorneys if self.may_approve(each)]


@dataclass(frozen=True, slots=True)
class WaitingWords:
    """What waits for somebody: proposals, longest first; words in force from before approvals were asked
    for that nobody has approved since; how many texts of ours an upgrade changed that nobody has seen.
    """

    proposals: list[WordingProposal]
    unapproved: list[WordingVersion]
    upgraded: int


@dataclass(frozen=True, slots=True)
class ProposalDetail:
    """A proposal beside the words in force, for the page on which it is decided about."""

    proposal: WordingProposal
    texts: Texts
    in_force: Texts
    version: int
    approvers: tuple[User, ...]
    authors: tuple[User, ...]
    can_approve: bool
    can_reject: bool
    can_withdraw: bool
    is_own: bool

    @property
    def is_open(self) -> bool:
        return self.proposal.state == ProposalState.PROPOSED


def read_waiting(actor: Actor) -> WaitingWords:
    """Return what waits for somebody, for staff who may see how the firm works."""
    require(actor, Capability.VIEW_PLAYBOOKS)
    waiting = WordingProposal.objects.filter(state=ProposalState.PROPOSED)
    unapproved = newest_versions().filter(basis=Basis.BEFORE, approval=None).select_related("published_by")
    return WaitingWords(
        proposals=list(waiting.select_related("proposed_by").order_by("proposed_at")),
        unapproved=[each for each in unapproved.order_by("code") if each.needs_approval],
        upgraded=list_changed().count(),
    )


def is_only_attorney(actor: Actor) -> bool:
    """Return whether the actor is the one attorney of the firm, who may approve words of their own."""
    person = acting_person(actor)
    if person is None or person.role != Role.ATTORNEY:
        return False
    return [each.pk for each in _attorneys(lock=False)] == [person.pk]


def count_waiting_words(actor: Actor) -> int:
    """Return how many proposals wait for attorneys; nothing for those who do not decide."""
    if not can(actor, Capability.APPROVE_DRAFT) or actor.is_system:
        return 0
    return WordingProposal.objects.filter(state=ProposalState.PROPOSED).count()


def proposal_detail(actor: Actor, proposal_id: UUID | str) -> ProposalDetail:
    """Return one proposal for staff who may see how the firm works."""
    require(actor, Capability.VIEW_PLAYBOOKS)
    rows = WordingProposal.objects.select_related("proposed_by", "closed_by")
    proposal = rows.filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound
    newest = newest_versions().filter(code=proposal.code).first()
    standing, person = standing_of(proposal), acting_person(actor)
    is_open, is_attorney = proposal.state == ProposalState.PROPOSED, person in standing.attorneys
    return ProposalDetail(
        proposal=proposal,
        texts=proposed_texts(proposal),
        in_force=texts_in_force(proposal.code, newest),
        version=newest.version if newest else 0,
        approvers=tuple(standing.approvers),
        authors=tuple(User.objects.filter(pk__in=standing.authors).order_by("name")),
        can_approve=bool(is_open and person and standing.may_approve(person)),
        can_reject=is_open and is_attorney,
        can_withdraw=bool(is_open and person and proposal.proposed_by_id == person.pk),
        is_own=bool(person and standing.is_author(person)),
    )


def may_approve_version(actor: Actor, version: WordingVersion) -> bool:
    """Return whether the actor can approve words from before approvals were asked for."""
    person = acting_person(actor)
    is_asked = version.needs_approval and person is not None and person.role == Role.ATTORNEY
    return bool(is_asked and person and standing_of_version(version).may_approve(person))


def standing_of(proposal: WordingProposal, *, lock: bool = False) -> Standing:
    """Return who wrote any of these words since the version they were written upon, whatever became of it."""
    versions = WordingVersion.objects.filter(code=proposal.code, version=proposal.based_on)
    before, later = texts_in_force(proposal.code, versions.first()), proposed_texts(proposal)
    earlier = WordingProposal.objects.filter(code=proposal.code, based_on=proposal.based_on)
    authors = {
        each.proposed_by_id
        for each in earlier.exclude(pk=proposal.pk)
        if shares_words(proposed_texts(each), later, before=before)
    }
    return Standing(frozenset({proposal.proposed_by_id, *authors}), _attorneys(lock=lock))


def standing_of_version(version: WordingVersion, *, lock: bool = False) -> Standing:
    """Return who published words before approvals were asked for, and who can approve them now."""
    return Standing(frozenset({version.published_by_id}), _attorneys(lock=lock))


def _attorneys(*, lock: bool) -> tuple[User, ...]:
    """Return the firm's active attorneys; `lock` keeps their number as it is until the unit of work ends."""
    found = User.objects.filter(role=Role.ATTORNEY, is_active=True).order_by("pk")
    return tuple(found.select_for_update(no_key=True) if lock else found)
