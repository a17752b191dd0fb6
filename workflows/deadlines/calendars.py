"""Calendar feeds: making, renewing and revoking a person's secret address, and opening it.

The secret is shown once. Only its keyed hash is kept, so whoever reads the database cannot read the
calendar; finding it is one look-up by that hash, which tells nothing about a wrong secret.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.crypto import blind_index
from legist.core.errors import InvalidInput, NotFound, WrongState
from legist.core.uow import acting, unit_of_work
from legist.practice.models import User
from legist.practice.permissions import Capability, acting_person, can, require
from workflows import audit_actions as actions
from workflows.models import CalendarFeed
from workflows.states import FeedScope

SECRET_BYTES = 32


def active_feed(actor: Actor) -> CalendarFeed | None:
    """Return the person's calendar address, if they have one; the secret is not in it."""
    return CalendarFeed.objects.filter(user=acting_person(actor), revoked_at=None).first()


def create_feed(*, scope: str, shows_names: bool, actor: Actor, now: datetime) -> tuple[CalendarFeed, str]:
    """Make a secret address, instead of the one before it; return it with the secret, which is not kept."""
    require(actor, Capability.VIEW_MATTER)
    person = acting_person(actor)
    if person is None or scope not in FeedScope:
        message = _("Choose whose deadlines the calendar shows.")
        raise InvalidInput.at("scope", message)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with unit_of_work(actor=actor, now=now) as unit:
        User.objects.select_for_update().get(pk=person.pk)
        _revoke(person, actor=actor, now=now)
        feed = CalendarFeed.objects.create(
            user=person,
            secret_hash=_hash(secret),
            scope=scope,
            shows_names=shows_names,
            created_at=now,
        )
        data = {"scope": scope, "names": shows_names}
        unit.record(actions.CALENDAR_CREATED, feed, **data)
    return feed, secret


def revoke_feed(*, actor: Actor, now: datetime) -> None:
    """Close the person's secret address; whoever has it finds nothing from now on."""
    person = acting_person(actor)
    with unit_of_work(actor=actor):
        if person is None or not _revoke(person, actor=actor, now=now):
            message = _("You have no calendar address. Reload the page to see it.")
            raise WrongState(message)


def _revoke(person: User, *, actor: Actor, now: datetime) -> bool:
    feed = CalendarFeed.objects.filter(user=person, revoked_at=None).first()
    if feed is None or not CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=now):
        return False
    acting(actor=actor, now=now).record(actions.CALENDAR_REVOKED, feed)
    return True


def open_feed(secret: str, *, now: datetime) -> tuple[CalendarFeed, Actor]:
    """Return the feed behind a secret, and its owner as they stand today.

    Raises NotFound for a secret that is wrong or revoked, and for an owner who left or lost the role.
    The first reading is put on the record.
    """
    feed = (
        CalendarFeed.objects.select_related("user").filter(secret_hash=_hash(secret), revoked_at=None).first()
    )
    if feed is None:
        raise NotFound
    actor = Actor.for_user(feed.user)
    if not can(actor, Capability.VIEW_MATTER):
        raise NotFound
    _note_reading(feed, actor=actor, now=now)
    return feed, actor


def _note_reading(feed: CalendarFeed, *, actor: Actor, now: datetime) -> None:
    """Keep the first reading on the record, and the day of the latest one."""
    today = timezone.localtime(now).date()
    if feed.latest_read_on == today:
        return
    with unit_of_work(actor=actor, now=now) as unit:
        unread = CalendarFeed.objects.filter(pk=feed.pk, first_read_at=None)
        if unread.update(first_read_at=now):
            unit.record(actions.CALENDAR_READ, feed)
        CalendarFeed.objects.filter(pk=feed.pk).update(latest_read_on=today)


def _hash(secret: str) -> str:
    return blind_index(secret, "calendar feed")
