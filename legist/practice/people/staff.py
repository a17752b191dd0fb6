"""The people who work at the firm: added, let in, given another role. How they leave is in `leaving`.

Nobody is told another person's password: a link is mailed at which they choose it, good for one use; or it is
typed, twice, where they sit. Whichever it is, what let them in before ends with it, sessions included.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import acting, unit_of_work
from legist.practice import audit_actions as actions
from legist.practice import names
from legist.practice.accounts import PLACEHOLDER_DOMAIN, find_addressee, find_client, find_staff, given_up_by
from legist.practice.models import User
from legist.practice.people.leaving import give_back, seats_of
from legist.practice.roles import Role
from legist.practice.sign_in import services as sign_in
from legist.practice.sign_in.jobs import letter, reset_link


def add_staff(
    email: str, *, name: str, role: Role, password: str | None = None, actor: Actor, now: datetime
) -> User:
    """Create a member of staff; without a password a link to choose one is mailed to them.

    Raises InvalidInput for what is no address or name, an address that is taken, a client's too, or a weak
    password.
    """
    email = checked_address(email)
    name = names.checked(name, names.name_fault, field="name")
    _expect_staff_role(role)
    taken = _("Somebody signs in with this address already, or did until they left.")
    user = User(email=email, name=name, role=role)
    try:
        with unit_of_work(actor=actor, now=now) as unit:
            if User.objects.filter(email=email).exists():
                raise InvalidInput.at("email", taken)
            if find_client(email) is not None or given_up_by(email):
                clients = _("A client is written to at this address. Give the person one of their own.")
                raise InvalidInput.at("email", clients)
            _set_password(user, password)
            user.save(force_insert=True)
            unit.record(actions.STAFF_ADDED, user, role=str(role))
            _let_in(user, is_by_link=password is None, actor=actor, now=now)
    except IntegrityError:
        raise InvalidInput.at("email", taken) from None
    return user


def invite_staff(user: User, *, password: str | None = None, actor: Actor, now: datetime) -> None:
    """End the person's password, sessions and earlier links; mail a new link, or set this password.

    Raises InvalidInput for a client or a weak password, WrongState for somebody who has left.
    """
    with unit_of_work(actor=actor):
        row = _hold(user, is_active=True)
        _renew(row, password, actor=actor, now=now)


def reactivate_staff(user: User, *, password: str | None = None, actor: Actor, now: datetime) -> None:
    """Let somebody in again who has left. What they held when they left is not given back to them.

    Raises InvalidInput for a client or a weak password, WrongState for somebody who is here.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        row = _hold(user, is_active=False)
        row.is_active = True
        row.save(update_fields=["is_active"])
        unit.record(actions.STAFF_RETURNED, row, role=str(row.role))
        _renew(row, password, actor=actor, now=now)


def reset_second_factor(user: User, *, password: str | None = None, actor: Actor, now: datetime) -> int:
    """Take away apps, passkeys and recovery codes of somebody who lost them; return how many there were.

    The password ends too: alone, it would now let in whoever knows it. Raises as `invite_staff` does, and
    WrongState where there is nothing to take away.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        row = _hold(user, is_active=True)
        removed: int = Authenticator.objects.filter(user=row).delete()[0]
        if not removed:
            raise WrongState(_("This person has no second factor. Nothing was changed."))
        data = {"removed": removed}
        unit.record(actions.SECOND_FACTOR_RESET, row, **data)
        _renew(row, password, actor=actor, now=now)
    return removed


def change_role(user: User, role: Role, *, actor: Actor, now: datetime) -> int:
    """Give a person another role; return how much work went back to everybody, as they see it no longer.

    Raises InvalidInput for a client, WrongState for somebody who has left or has that role, and while they
    sit in seats of open matters that their new role does not fit: those are given to others first.
    """
    _expect_staff_role(role)
    with unit_of_work(actor=actor, now=now) as unit:
        row = _hold(user, is_active=True)
        before = row.role
        if before == role:
            raise WrongState(_("This person has this role already. Nothing was changed."))
        seats = seats_of([row.pk]).count()
        if seats:
            told = ngettext(
                "This person sits in %(n)d open matter as %(role)s. Give it to somebody else first.",
                "This person sits in %(n)d open matters as %(role)s. Give them to somebody else first.",
                seats,
            )
            raise WrongState(told % {"n": seats, "role": Role(before).label})
        row.role = role
        row.save(update_fields=["role"])
        returned = give_back(row, actor=actor, now=now)
        data = {"from": str(before), "to": str(role), "returned": returned}
        unit.record(actions.STAFF_ROLE_CHANGED, row, **data)
    user.role = role
    return returned


def find_any_staff(email: str) -> User:
    """Return the member of staff with this address, whether they have left or not; raises InvalidInput."""
    user = User.objects.filter(email=email.strip().lower()).exclude(role=Role.CLIENT).first()
    if user is None:
        message = _("No member of staff has this e-mail address.")
        raise InvalidInput.at("email", message)
    return user


def get_staff_by_email(email: str, role: Role) -> User:
    """Return the active member of staff with this address and role; raise InvalidInput otherwise."""
    user = find_staff(email)
    if user is None or user.role != role:
        message = _("No active %(role)s has this e-mail address.") % {"role": str(role.label).lower()}
        raise InvalidInput.at("email", message)
    return user


def get_active_staff(email: str) -> User:
    """Return the active member of staff with this address, of any role; raise InvalidInput otherwise."""
    user = find_staff(email)
    if user is None:
        message = _("No active member of staff has this e-mail address.")
        raise InvalidInput.at("email", message)
    return user


def list_staff() -> QuerySet[User]:
    """Return all staff, those who have left last; `has_second_factor` says whether one is set up."""
    factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    staff = User.objects.exclude(role=Role.CLIENT).annotate(has_second_factor=Exists(factors))
    return staff.order_by("-is_active", "name", "pk")


def checked_address(email: str) -> str:
    """Return the address as it is kept; raises InvalidInput for one that no person can have."""
    field, address = User._meta.get_field("email"), email.strip().lower()
    try:
        field.clean(address, None)
        is_usable = address.isprintable() and not address.endswith("@" + PLACEHOLDER_DOMAIN)
    except ValidationError:
        is_usable = False
    if not is_usable:
        message = _("This is not an e-mail address. Write it as alice@firm.example.")
        raise InvalidInput.at("email", message)
    return address


def _expect_staff_role(role: Role) -> None:
    if role == Role.CLIENT:
        message = _("Clients are not staff: they come with a matter and are invited from its page.")
        raise InvalidInput.at("role", message)


def _hold(user: User, *, is_active: bool) -> User:
    """The person as they are now, held until the unit of work ends."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.is_client:
        raise InvalidInput(_("This is a client. Clients are invited from the page of their matter."))
    if row.is_active and not is_active:
        raise WrongState(_("This person works here already. Nothing was changed."))
    if is_active and not row.is_active:
        raise WrongState(_("This person's access has ended. Reactivate them first."))
    return row


def _renew(row: User, password: str | None, *, actor: Actor, now: datetime) -> None:
    _set_password(row, password)
    row.save(update_fields=["password"])
    _let_in(row, is_by_link=password is None, actor=actor, now=now)


def _set_password(user: User, password: str | None) -> None:
    """Set a password, or one that nobody knows: either ends sessions and every link that was mailed."""
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise InvalidInput(" ".join(error.messages), {"password": list(error.messages)}) from None
    user.set_password(password)


def _let_in(user: User, *, is_by_link: bool, actor: Actor, now: datetime) -> None:
    if not is_by_link:
        acting(actor=actor, now=now).record(actions.STAFF_PASSWORD_SET, user)
        return
    addressee = find_addressee(user.email)
    if addressee is None:
        message = _("This person has no e-mail address.")
        raise InvalidInput.at("email", message)
    days = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days
    context = {"invitation_url": reset_link(user), "name": user.name, "days": days}
    sign_in.post(sign_in.Letter(**letter("account/email/staff_invitation", addressee, context)), now=now)
    acting(actor=actor, now=now).record(actions.STAFF_INVITED, user)
