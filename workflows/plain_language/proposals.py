"""The firm's own words for a status: proposed by one person, in force once an attorney has approved them.

Two acts, so that nobody alone changes what clients read. Words that are ours need no approval.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.definitions.services import Decision, next_version
from legist.core.definitions.standing import Version
from legist.core.errors import Forbidden, InvalidInput, NotFound, Overtaken, WrongState
from legist.core.reasons import required_reason
from legist.core.uow import acting, unit_of_work
from legist.practice.models import User
from legist.practice.permissions import Capability, acting_person, require
from legist.practice.sign_in.proof import require_fresh_proof, require_recent_proof
from tracking.statuses import StatusCode
from workflows import audit_actions as actions
from workflows.models import WordingApproval, WordingProposal, WordingVersion
from workflows.notifications import services as notifications
from workflows.plain_language import LANGUAGES, TEXTS, Wording, clean
from workflows.plain_language.faults import faults_in
from workflows.plain_language.fingerprint import words_hash
from workflows.plain_language.pending import Standing, standing_of, standing_of_version
from workflows.plain_language.publishing import (
    Publication,
    Texts,
    changed_languages,
    content_of,
    overtaken,
    publish_approved,
    publish_ours,
)
from workflows.plain_language.reading import measure
from workflows.plain_language.selectors import open_proposal, proposed_texts
from workflows.plain_language.selectors import standing_of as definition_of
from workflows.states import NotificationKind, NotificationLevel, ProposalState


def propose(new: Publication, *, actor: Actor, now: datetime) -> WordingProposal | WordingVersion:
    """Put words before the attorneys of the firm; clients read nothing of it yet.

    A proposal that waits for the same code is replaced. Words that are all ours again are in force at once,
    as the version returned. Raises WrongState when somebody published or proposed since the editor began,
    InvalidInput naming each field that cannot be published so.
    """
    require(actor, Capability.EDIT_WORDING)
    if new.code not in StatusCode.__members__:
        raise NotFound
    texts, person = _checked(new), _person(actor)
    try:
        with unit_of_work(actor=actor):
            version = _next(new, texts)
            waiting = open_proposal(new.code, lock=True)
            if (waiting.content_hash if waiting else "") != new.over:
                raise overtaken()
            if waiting:
                _close(waiting, ProposalState.SUPERSEDED, by=person, actor=actor, now=now)
            if all(texts[each] == TEXTS[each][new.code] for each in LANGUAGES):
                return publish_ours(new, version, by=person, decision=Decision(new.reason, actor, now))
            return _propose(new, texts, version, actor=actor, now=now)
    except IntegrityError:
        raise overtaken() from None


def _propose(
    new: Publication, texts: Texts, version: Version, *, actor: Actor, now: datetime
) -> WordingProposal:
    plain = {language: texts[language]._asdict() for language in LANGUAGES}
    proposal = WordingProposal(
        code=new.code,
        based_on=version.number - 1,
        texts=plain,
        base=version.base,
        content_hash=words_hash(new.code, plain),
        agree=new.agree,
        reason=new.reason.strip(),
        hard_because=new.hard_because.strip(),
        proposed_by=_person(actor),
        proposed_at=now,
    )
    proposal.save(force_insert=True)
    data = {"code": new.code, "based_on": proposal.based_on, "content_hash": proposal.content_hash}
    acting(actor=actor, now=now).record(actions.WORDING_PROPOSED, proposal, **data)
    _tell(standing_of(proposal).approvers, proposal, "proposed", now=now)
    return proposal


def withdraw(proposal_id: UUID | str, *, actor: Actor, now: datetime) -> WordingProposal:
    """Take one's own words back; Forbidden for anybody else's."""
    require(actor, Capability.EDIT_WORDING)
    person = _person(actor)
    with unit_of_work(actor=actor):
        proposal = _locked(proposal_id)
        if proposal.proposed_by_id != person.pk:
            raise Forbidden(gettext("Only whoever proposed these words can withdraw them."))
        _close(proposal, ProposalState.WITHDRAWN, by=person, actor=actor, now=now)
    return proposal


def approve(
    proposal_id: UUID | str,
    *,
    version_hash: str,
    actor: Actor,
    now: datetime,
    authenticated_at: datetime | None,
) -> WordingVersion:
    """Put exactly these words in force: the one way by which clients come to read words of the firm.

    Only an active attorney may who wrote none of them; where the firm has one attorney, that one may, who
    proves who they are for this act. `version_hash` is the hash of what the person read. Raises WrongState
    when it is not what waits now, or when the words in force are not those it was written upon.
    """
    require(actor, Capability.APPROVE_DRAFT)
    try:
        with unit_of_work(actor=actor, now=now) as unit:
            proposal = _locked(proposal_id)
            standing = standing_of(proposal, lock=True)
            attorney = _require_attorney(standing, actor)
            _require_proof(standing, attorney, authenticated_at, written_at=proposal.proposed_at, now=now)
            _expect(proposal, version_hash)
            _raise(faults_in(proposed_texts(proposal)))
            is_own = standing.is_author(attorney)
            approval = _approval(version_hash, proposal, by=attorney, is_own=is_own, now=now)
            _close(proposal, ProposalState.APPROVED, by=attorney, actor=actor, now=now)
            data = {"code": proposal.code, "content_hash": version_hash, "own": is_own}
            unit.record(actions.WORDING_APPROVED, proposal, **data)
            decision = Decision(proposal.reason, actor, now)
            return publish_approved(approval, proposal, decision=decision)
    except IntegrityError:
        raise overtaken() from None


def approve_afterwards(
    version_id: UUID | str,
    *,
    version_hash: str,
    actor: Actor,
    now: datetime,
    authenticated_at: datetime | None,
) -> WordingVersion:
    """Approve words that were published before approvals were asked for; clients read them already."""
    require(actor, Capability.APPROVE_DRAFT)
    with unit_of_work(actor=actor, now=now) as unit:
        version = WordingVersion.objects.filter(pk=version_id).select_for_update().first()
        if version is None:
            raise NotFound
        if not version.needs_approval:
            raise WrongState(gettext("These words need no approval any more."))
        standing = standing_of_version(version, lock=True)
        attorney = _require_attorney(standing, actor)
        _require_proof(standing, attorney, authenticated_at, written_at=version.published_at, now=now)
        _expect(version, version_hash)
        is_own = standing.is_author(attorney)
        version.approve_afterwards(_approval(version_hash, None, by=attorney, is_own=is_own, now=now))
        data = {"code": version.code, "content_hash": version_hash, "own": is_own}
        unit.record(actions.WORDING_APPROVED, version, **data)
    return version


def reject(
    proposal_id: UUID | str, *, reason: str, version_hash: str, actor: Actor, now: datetime
) -> WordingProposal:
    """Send words back to whoever proposed them, with the reason they need; any attorney may."""
    require(actor, Capability.APPROVE_DRAFT)
    why = required_reason(reason, message=gettext("Say what should change; the reason goes to the author."))
    with unit_of_work(actor=actor):
        proposal = _locked(proposal_id)
        attorney = _require_attorney(standing_of(proposal, lock=True), actor, is_approving=False)
        _expect(proposal, version_hash)
        _close(proposal, ProposalState.REJECTED, by=attorney, actor=actor, now=now, reason=why)
        _tell([proposal.proposed_by], proposal, "rejected", now=now)
    return proposal


def _require_attorney(standing: Standing, actor: Actor, *, is_approving: bool = True) -> User:
    """Return the attorney, as the database knows them at this moment."""
    person = acting_person(actor)
    attorney = next((each for each in standing.attorneys if person and each.pk == person.pk), None)
    if attorney is None:
        raise Forbidden(gettext("Only an attorney of the firm decides what all clients read."))
    if is_approving and not standing.may_approve(attorney):
        raise Forbidden(gettext("You wrote some of these words: another attorney has to approve them."))
    return attorney


def _require_proof(
    standing: Standing,
    attorney: User,
    authenticated_at: datetime | None,
    *,
    written_at: datetime,
    now: datetime,
) -> None:
    if standing.is_author(attorney):
        require_fresh_proof(authenticated_at, after=written_at, now=now)
    else:
        require_recent_proof(authenticated_at, now=now)


def _expect(words: WordingProposal | WordingVersion, read: str) -> None:
    """Raise WrongState unless what was read, what is kept and what was written are the same words."""
    if not read == words.content_hash == words_hash(words.code, words.texts):
        raise Overtaken(gettext("These words changed after you opened them. Reload the page and read again."))


def _approval(
    content_hash: str, proposal: WordingProposal | None, *, by: User, is_own: bool, now: datetime
) -> WordingApproval:
    return WordingApproval.objects.create(
        proposal=proposal, content_hash=content_hash, by=by, at=now, is_own=is_own
    )


def _locked(proposal_id: UUID | str) -> WordingProposal:
    """Return a proposal that still waits, locked; raise WrongState for one that does not."""
    rows = WordingProposal.objects.select_related("proposed_by").select_for_update(of=("self",))
    proposal = rows.filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound
    if proposal.state != ProposalState.PROPOSED:
        raise _closed(proposal.state)
    return proposal


def _close(
    proposal: WordingProposal,
    state: ProposalState,
    *,
    by: User,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """Close a proposal that waits; of two who close it at once, the second is told."""
    waiting = WordingProposal.objects.filter(pk=proposal.pk, state=ProposalState.PROPOSED)
    if not waiting.update(state=state, closed_by=by, closed_at=now):
        raise _closed(state)
    proposal.state, proposal.closed_by, proposal.closed_at = state, by, now
    if reason:
        proposal.closing_reason = reason
        proposal.save(update_fields=["closing_reason"])
    data = {"code": proposal.code, "state": str(state)}
    acting(actor=actor, now=now).record(actions.WORDING_CLOSED, proposal, **data)


def _closed(state: str) -> WrongState:
    said = gettext("These words do not wait for an approval any more: %(state)s. Reload the page.")
    return WrongState(said % {"state": str(ProposalState(state).label).lower()})


def _person(actor: Actor) -> User:
    person = acting_person(actor)
    if person is None:
        message = _("Only a person can propose a wording: clients read it in the firm's name.")
        raise Forbidden(message)
    return person


def _checked(new: Publication) -> dict[str, Wording]:
    texts = {language: clean(new.texts.get(language, {})) for language in LANGUAGES}
    errors = faults_in(texts)
    if not new.reason.strip():
        errors["reason"] = [gettext("Say why; it stands beside the version for good.")]
    _raise(errors)
    return texts


def _next(new: Publication, texts: Texts) -> Version:
    """Return the version that these words would be; nobody else writes one meanwhile."""
    latest = WordingVersion.objects.select_for_update().filter(code=new.code).order_by("-version").first()
    standing = definition_of(new.code, latest)
    if new.seen != standing.hash:
        raise overtaken()
    content = content_of(new.code, texts, agree=new.agree, latest=latest)
    version = next_version(standing, content, expected=new.seen, merges=new.merges)
    changed = changed_languages(new.code, texts, latest)
    hard = [each for each in changed if (found := measure(texts[each], each)) and found.is_hard]
    if hard and not new.hard_because.strip():
        _raise({"hard_because": [gettext("This is hard to read. Make it easier, or say why it must be so.")]})
    return version


def _tell(people: list[User], proposal: WordingProposal, what: str, *, now: datetime) -> None:
    key = f"wording:{proposal.pk}:{what}"
    data = {"what": what, "code": proposal.code}
    message = notifications.Message(
        key, NotificationKind.WORDING, NotificationLevel.ACTION, proposal, None, data
    )
    notifications.notify(people, message, now=now)


def _raise(errors: dict[str, list[str]]) -> None:
    if errors:
        raise InvalidInput(gettext("This cannot be published as it is."), errors)
