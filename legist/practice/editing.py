"""What a matter is called, of what kind it is and which tags it bears: edited by hand, with history."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, NotFound
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice import names
from legist.practice.models import Matter, MatterChange, Tag, User
from legist.practice.permissions import Capability, acting_person, require
from legist.practice.states import MatterKind

MOST_TAGS: Final = 60
LONGEST_TAG: Final = 30


@dataclass(frozen=True, slots=True)
class Details:
    """What of a matter is edited; `tags` are ids."""

    reference: str
    title: str = field(repr=False)
    kind: str
    tags: frozenset[str] = frozenset()


def details_of(matter: Matter) -> Details:
    """Return what stands there today."""
    tags = frozenset(str(pk) for pk in matter.tags.values_list("pk", flat=True))
    return Details(matter.reference, matter.title, matter.kind, tags)


def edit_matter(matter: Matter, given: Details, *, seen: int, actor: Actor, now: datetime) -> bool:
    """Call a matter otherwise; return False where it was so. What stood there is kept, encrypted.

    The caller has authorised it. Raises InvalidInput for names that are none, a reference that is taken, an
    unknown kind or tag, and where somebody changed it since the `seen`-th change.
    """
    values, tags = _checked(given)
    with unit_of_work(actor=actor, now=now) as unit:
        row = Matter.objects.select_for_update().get(pk=matter.pk)
        held = details_of(row)
        before = {name: getattr(held, name) for name, value in values.items() if getattr(held, name) != value}
        if held.tags != given.tags:
            before["tags"] = sorted(row.tags.values_list("name", flat=True))
        if not before:
            return False
        if seen != row.changes.count():
            raise InvalidInput(_("Somebody has changed this matter meanwhile. Reload the page to see it."))
        _save(row, values, actor=actor, now=now)
        row.tags.set(tags)
        MatterChange.keep(row, before, by=acting_person(actor), now=now)
        unit.record(actions.MATTER_EDITED, row, fields=",".join(sorted(before)))
    return True


def _checked(given: Details) -> tuple[dict[str, Any], list[Tag]]:
    if given.kind not in MatterKind:
        raise InvalidInput.at("kind", _("Choose one of the kinds in the list."))
    tags = list(Tag.objects.filter(pk__in=given.tags))
    if len(tags) != len(given.tags):
        raise InvalidInput.at("tags", _("One of the tags is gone. Reload the page and choose again."))
    reference = names.checked(given.reference, names.reference_fault, field="reference")
    title = names.checked(given.title, names.title_fault, field="title")
    return {"reference": reference, "title": title, "kind": given.kind}, tags


def _save(row: Matter, values: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    if Matter.objects.filter(reference=row.reference).exclude(pk=row.pk).exists():
        raise _taken()
    try:
        with unit_of_work(actor=actor, now=now):
            row.save(update_fields=list(values))
    except IntegrityError:
        raise _taken() from None


def _taken() -> InvalidInput:
    return InvalidInput.at("reference", _("Another matter has this reference. Choose another one."))


def keep_seats(matter: Matter, people: Mapping[str, User | None], *, by: User | None, now: datetime) -> None:
    """Keep who had the seats of a matter that are about to be given to others."""
    replaced = {
        seat: str(getattr(matter, f"{seat}_id") or "")
        for seat, person in people.items()
        if person and getattr(matter, f"{seat}_id") != person.pk
    }
    if replaced:
        MatterChange.keep(matter, replaced, by=by, now=now)


def list_changes(matter: Matter) -> QuerySet[MatterChange]:
    """Return what stood in a matter before, newest first, for callers that have authorised it."""
    return matter.changes.select_related("by")


def list_tags() -> QuerySet[Tag]:
    """Return the tags of the firm."""
    return Tag.objects.all()


def list_tags_for_keeping(actor: Actor) -> list[Tag]:
    """Return the tags, each with how many matters bear it, to those who keep the vocabulary."""
    require(actor, Capability.MANAGE_MATTER)
    return list(Tag.objects.annotate(count=Count("matters")))


def keep_tag(name: str, *, tag_id: UUID | str = "", actor: Actor, now: datetime) -> Tag:
    """Add a tag, or call one otherwise; raise InvalidInput where it is none, is there, or is one too many."""
    require(actor, Capability.MANAGE_MATTER)
    name = re.sub(r"\s+", " ", names.clean_name(name)).strip()
    if not name or len(name) > LONGEST_TAG:
        raise InvalidInput.at("name", _("A tag has 1 to %(n)d characters.") % {"n": LONGEST_TAG})
    try:
        return _keep_tag(name, tag_id, actor=actor, now=now)
    except IntegrityError:
        # Somebody added it in the same moment: now it is found.
        return _keep_tag(name, tag_id, actor=actor, now=now)


def _keep_tag(name: str, tag_id: UUID | str, *, actor: Actor, now: datetime) -> Tag:
    with unit_of_work(actor=actor, now=now) as unit:
        held = Tag.objects.select_for_update().filter(pk=tag_id).first() if tag_id else None
        if tag_id and held is None:
            raise NotFound
        key = name.casefold()
        found = Tag.objects.filter(key=key).first()
        if found is not None and found != held:
            if held is None and found.name == name:
                return found
            raise InvalidInput.at("name", _("There is a tag of this name already."))
        if held is None and Tag.objects.count() >= MOST_TAGS:
            raise InvalidInput.at("name", _("There are %(n)d tags. Remove one first.") % {"n": MOST_TAGS})
        tag = held or Tag()
        tag.name, tag.key = name, key
        tag.save()
        unit.record(actions.TAG_RENAMED if held else actions.TAG_ADDED, tag, None)
    return tag


def remove_tag(tag_id: UUID | str, *, actor: Actor, now: datetime) -> int:
    """Remove a tag from the vocabulary and from every matter; return from how many."""
    require(actor, Capability.MANAGE_MATTER)
    with unit_of_work(actor=actor, now=now) as unit:
        tag = Tag.objects.select_for_update().filter(pk=tag_id).first()
        if tag is None:
            return 0
        count = tag.matters.count()
        unit.record(actions.TAG_REMOVED, tag, None, matters=count)
        tag.delete()
    return count
