"""Two clients who turn out to be one: everything that hangs on the one is moved to the other, for good.

The row that is merged away stays, empty but for its name, and says into whom: what the record tells of it is
read on the other's page. Walls on either hold for what is left, so nobody sees more than before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import Field, Model, Q
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from legist.core.errors import Forbidden, InvalidInput, NotFound, Overtaken, WrongState
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice import walls
from legist.practice.clients import parties, relations
from legist.practice.clients.contacts import (
    LONGEST_NOTE,
    MOST_NAMES,
    MOST_WAYS,
    Contact,
    Way,
    contact_of,
    unbind,
    write_contact,
)
from legist.practice.models import (
    Client,
    ContactChange,
    Invitation,
    Matter,
    MatterParty,
    MeasuredAct,
    Relation,
    User,
    Wall,
)
from legist.practice.permissions import Capability, acting_person, can, visible_clients, visible_matters
from legist.practice.same_name import is_same_name
from legist.practice.states import WayKind

# Moved by their own rules, since what they say of two clients may be said twice.
_BY_THEIR_OWN = (Wall, Relation, MatterParty)


class MergedAlready(WrongState):
    """The two are one by now, or one of them is somebody else: `into` is who stayed."""

    def __init__(self, into: Client) -> None:
        super().__init__(_("These records were merged already. This is the client who stayed."))
        self.into = into


@dataclass(frozen=True, slots=True)
class Merging:
    """What a merge would do, as it is shown before: `gone` becomes part of `kept`.

    `rows` is how much hangs on `gone`, by table; `faults` say why the two cannot be one.
    """

    kept: Client
    gone: Client
    result: Contact = field(repr=False)
    rows: Mapping[str, int]
    faults: list[str]
    version: str

    @property
    def accounts(self) -> int:
        """How many of the two have an account in the portal."""
        return sum(each.user_id is not None for each in (self.kept, self.gone))


def foresee(actor: Actor, kept_id: UUID | str, gone_id: UUID | str) -> Merging:
    """Return what merging two clients would do, to who manages every matter of both, as a party too.

    Raises NotFound where one of the two is closed to the actor, Forbidden for those who may not see all, and
    MergedAlready where one of them was merged and the actor may see into whom.
    """
    open_to = visible_clients(actor)
    if into := open_to.filter(merged__in=[kept_id, gone_id]).first():
        raise MergedAlready(into)
    found = open_to.select_related("user").in_bulk([kept_id, gone_id])
    by_id = {str(pk): client for pk, client in found.items()}
    kept, gone = by_id.get(str(kept_id)), by_id.get(str(gone_id))
    if kept is None or gone is None or kept == gone:
        raise NotFound
    managed = visible_matters(actor, Capability.MANAGE_MATTER).values("pk")
    concerned = Q(client__in=[kept, gone]) | Q(parties__client__in=[kept, gone])
    if (
        not can(actor, Capability.MANAGE_MATTER)
        or Matter.objects.filter(concerned).exclude(pk__in=managed).exists()
    ):
        message = _("Two clients are merged by who manages every matter of both. Ask a manager of your firm.")
        raise Forbidden(message)
    rows = {model._meta.label_lower: rows.count() for model, _name, rows in _hanging_on(gone)}
    said = [contact_of(kept).version, contact_of(gone).version, str(sorted(rows.items()))]
    version = keyed_hash("\n".join(said).encode(), purpose="merge of clients")
    result = _together(kept, gone)
    return Merging(kept, gone, result, rows, _faults(kept, gone, result), version)


def merge(kept_id: UUID | str, gone_id: UUID | str, *, seen: str, actor: Actor, now: datetime) -> Merging:
    """Make one client of two, in one transaction; return what was moved.

    Raises as `foresee` does, InvalidInput where the two cannot be one, and WrongState when `seen`, the
    version that was shown, is no longer what would happen.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        list(Client.objects.select_for_update().filter(pk__in=[kept_id, gone_id]).order_by("pk"))
        plan = foresee(actor, kept_id, gone_id)
        kept, gone = plan.kept, plan.gone
        if plan.faults:
            raise InvalidInput(" ".join(plan.faults))
        if seen != plan.version:
            raise Overtaken(_("Something was changed meanwhile. Look at both of them again."))
        for matter in Matter.objects.filter(client=gone).order_by("pk"):
            unit.record(actions.MATTER_REJOINED, matter)
        for model, name, rows in _hanging_on(gone):
            rows.belong_to(kept) if model is MeasuredAct else rows.update(**{name: kept})
        relations.follow(gone, kept)
        parties.follow(gone, kept)
        walls.follow(gone, kept, actor=actor, now=now)
        _empty(kept, gone, actor=actor, now=now)
        write_contact(kept, plan.result, actor=actor, now=now)
        count = sum(plan.rows.values())
        unit.record(actions.CLIENT_MERGED, kept, rows=count, other=str(gone.pk))
        unit.record(actions.CLIENT_MERGED_AWAY, gone, rows=count, other=str(kept.pk))
    return plan


def _hanging_on(client: Client) -> Iterator[tuple[type[Model], str, Any]]:
    """Yield every table with a key to clients, the key, and its rows of this client: those to come, too.

    One that a seal covers refuses to be moved so, and needs a rule of its own as walls have.
    """
    for model in apps.get_models():
        keys = (
            [] if model in _BY_THEIR_OWN else [key.name for key in model._meta.concrete_fields if _names(key)]
        )
        for name in keys:
            rows = model._default_manager.filter(**{name: client})  # noqa: SLF001  Django calls it so
            yield model, name, rows


def _names(key: Field[Any, Any]) -> bool:
    return key.remote_field is not None and key.related_model is Client


def _together(kept: Client, gone: Client) -> Contact:
    """What is known of both; a protected client keeps the safe contact alone."""
    one, other = contact_of(kept), contact_of(gone)
    called = [one.name, *one.names]
    names = [*one.names]
    for name in (other.name, *other.names):
        if not any(is_same_name(name, each) for each in called):
            names.append(name)
            called.append(name)
    known = replace(one, names=tuple(names), a_number=one.a_number or other.a_number)
    if one.is_protected:
        return known
    spare = [Way(WayKind.EMAIL, other.email), Way(WayKind.PHONE, other.phone), *other.ways]
    held = {one.email or other.email, one.phone or other.phone, "", *(way.value for way in one.ways)}
    return replace(
        known,
        email=one.email or other.email,
        phone=one.phone or other.phone,
        note=" / ".join(dict.fromkeys(filter(None, (one.note, other.note)))),
        ways=(*one.ways, *(way for way in dict.fromkeys(spare) if way.value not in held)),
    )


def _faults(kept: Client, gone: Client, result: Contact) -> list[str]:
    faults = {
        _("They have two A-numbers, so they are two people. Correct one of them first."): bool(
            kept.a_number and gone.a_number and kept.a_number != gone.a_number
        ),
        _("One is a person and the other a company."): kept.kind != gone.kind,
        _("The one who is protected has to be kept: begin on their page."): bool(
            gone.protected_at and not kept.protected_at
        ),
        _("Together they have more names or ways than are kept. Remove some first."): (
            len(result.names) > MOST_NAMES or len(result.ways) > MOST_WAYS or len(result.note) > LONGEST_NOTE
        ),
    }
    return [fault for fault, is_so in faults.items() if is_so]


def _empty(kept: Client, gone: Client, *, actor: Actor, now: datetime) -> None:
    """Take account, address and numbers from the row that goes; its name and address stay findable."""
    held = contact_of(gone)
    former: dict[str, Any] = {"name": held.name} | ({"email": held.email} if held.email else {})
    if kept.protected_at:
        # Nothing may go there, and nothing of it is forgotten.
        rest = {"phone": held.phone, "note": held.note, "ways": [asdict(way) for way in held.ways]}
        former |= {name: value for name, value in rest.items() if value}
    ContactChange.keep(kept, former, by=acting_person(actor), now=now, index=gone.email_index)
    Invitation.objects.filter(client=kept, accepted_at=None, revoked_at=None).update(revoked_at=now)
    account, left_at = gone.user, gone.left_portal_at
    forms = {*kept.unprotected_forms.split(","), *gone.unprotected_forms.split(",")} - {""}
    empty: dict[str, Any] = dict.fromkeys(
        ("email", "email_index", "phone", "a_number", "other_names", "further_ways", "reach_note")
    )
    is_moved = account is not None and kept.user_id is None
    for name, value in (empty | {"merged_into": kept, "user": None if is_moved else account}).items():
        setattr(gone, name, value)
    gone.save(update_fields=[*empty, "merged_into", "user"])
    kept.unprotected_forms = ",".join(sorted(forms))
    if is_moved:
        kept.user, kept.left_portal_at, kept.mails_news = account, left_at, gone.mails_news
    kept.save(update_fields=["unprotected_forms", "user", "left_portal_at", "mails_news"])
    if account is not None:
        _settle_account(account, kept, held.email, now=now)


def _settle_account(account: User, kept: Client, address: str, *, now: datetime) -> None:
    """Close the account of the row that goes, or end what another address than the one kept had opened."""
    if kept.user_id != account.pk:
        Authenticator.objects.filter(user=account).delete()
        account.is_active = False
        # Sessions carry a hash of it, so all of them end.
        account.set_unusable_password()
        account.save(update_fields=["is_active", "password"])
    elif kept.protected_at or (kept.email and address and kept.email != address):
        unbind(kept, address, now=now)
