"""Whether anything may leave: the firm's agreement, for one model at one place, until it ends."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from legist.core import language_model
from legist.core.actors import Actor
from legist.core.errors import Overtaken, WrongState
from legist.core.uow import acting, unit_of_work
from legist.practice.models import User
from legist.practice.permissions import Capability, require
from tracking.models import ModelSuggestion, SuggestionConsent
from tracking.states import SuggestionState
from tracking.suggestions import audit_actions as actions


def in_force() -> SuggestionConsent | None:
    """Return the agreement about exactly the model that the settings name, or None; one query at most."""
    if not language_model.is_on():
        return None
    return SuggestionConsent.objects.filter(revoked_at__isnull=True, target=language_model.target()).first()


def ended() -> QuerySet[SuggestionConsent]:
    """Return the agreements that have ended, with who gave and who withdrew them."""
    return SuggestionConsent.objects.select_related("given_by", "revoked_by").exclude(revoked_at__isnull=True)


def wording(target: str) -> str:
    """Return what is agreed to, word for word; it is kept with the agreement."""
    return _(
        "Status texts of USCIS that no rule understands may be sent to %(target)s, one for each unknown "
        "title. Names we know, receipt, A-, account and tracking numbers, addresses and telephone numbers "
        "are replaced before; a name that we do not know can pass. What comes back is a suggestion. It "
        "changes nothing until a person of the firm confirms it. The agreement can be withdrawn at any "
        "time, and it ends when another model is set up."
    ) % {"target": target}


def give(*, target: str, actor: Actor, now: datetime) -> SuggestionConsent:
    """Agree for the firm to the model that was shown; raises WrongState when the settings name another."""
    require(actor, Capability.MANAGE_ASSIST)
    if not language_model.is_on() or target != language_model.target():
        raise Overtaken(_("The settings name another model now. Reload the page and read it again."))
    assert isinstance(actor.user, User)  # noqa: S101  MANAGE_ASSIST is held by people
    with unit_of_work(actor=actor, now=now) as unit:
        _end_others(now=now)
        consent = SuggestionConsent(target=target, text=wording(target), given_by=actor.user, given_at=now)
        if SuggestionConsent.objects.select_for_update().filter(revoked_at__isnull=True).exists():
            raise WrongState(_("The firm has agreed to this already."))
        consent.save(force_insert=True)
        unit.record(actions.CONSENT_GIVEN, consent, model=target)
    return consent


def revoke(*, actor: Actor, now: datetime) -> None:
    """Withdraw the agreement: nothing is sent any more, and what was about to be sent is forgotten."""
    require(actor, Capability.MANAGE_ASSIST)
    assert isinstance(actor.user, User)  # noqa: S101  MANAGE_ASSIST is held by people
    with unit_of_work(actor=actor, now=now) as unit:
        consent = SuggestionConsent.objects.select_for_update().filter(revoked_at__isnull=True).first()
        if consent is None:
            raise WrongState(_("There is no agreement in force."))
        consent.revoked_at, consent.revoked_by = now, actor.user
        consent.save(update_fields=["revoked_at", "revoked_by"])
        _forget_waiting()
        data = {"model": consent.target}
        unit.record(actions.CONSENT_REVOKED, consent, **data)


def is_any_void(_now: datetime) -> bool:
    """Say whether an agreement is open that the settings have moved away from."""
    return SuggestionConsent.objects.filter(revoked_at__isnull=True).exclude(target=_target()).exists()


def end_void(*, now: datetime) -> int:
    """End agreements about a model that the settings no longer name; return how many."""
    with unit_of_work():
        return _end_others(now=now)


def _end_others(*, now: datetime) -> int:
    system = Actor.system("assistant")
    others = SuggestionConsent.objects.select_for_update().filter(revoked_at__isnull=True)
    ended = list(others.exclude(target=_target()))
    for consent in ended:
        consent.revoked_at = now
        consent.save(update_fields=["revoked_at"])
        data = {"model": consent.target}
        acting(actor=system, now=now).record(actions.CONSENT_VOIDED, consent, **data)
    if ended:
        _forget_waiting()
    return len(ended)


def _target() -> str:
    return language_model.target() if language_model.is_on() else ""


def _forget_waiting() -> None:
    ModelSuggestion.objects.filter(state=SuggestionState.WAITING).delete()
