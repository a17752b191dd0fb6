"""Publishing, merging and restoring what a firm may edit: one way for every topic.

A topic says where its versions are kept and what is wrong with a definition. Who may act is for the caller to
ask; each act joins the caller's unit of work.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import IntegrityError
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.definitions.merging import same
from legist.core.definitions.standing import Standing, Version
from legist.core.errors import InvalidInput, WrongState
from legist.core.failpoints import atomic
from legist.core.reasons import required_reason
from legist.core.states import Origin
from legist.core.uow import unit_of_work

Key = TypeVar("Key")
Row = TypeVar("Row")

OURS = 0
"""The number by which the newest shipped version is restored."""


class Unchanged(WrongState):
    """What was to be published is in force already: no version was made, and no approval was lost."""

    def __init__(self) -> None:
        super().__init__(_("This is in force already: nothing was published."))


@dataclass(frozen=True, slots=True)
class Decision:
    """Who publishes, why, when, and whether they had just it tried. Raises InvalidInput without a reason."""

    reason: str
    actor: Actor
    now: datetime
    is_tried: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", required_reason(self.reason))


class Topic(ABC, Generic[Key, Row]):
    """Where the versions of one kind of definition are kept."""

    @abstractmethod
    def read(self, key: Key, /, *, lock: bool = False) -> Standing:
        """Return where a definition stands; `lock` holds it until the unit of work ends."""

    @abstractmethod
    def standings(self) -> Mapping[Key, Standing]:
        """Return where every definition of this kind stands; as many queries however many there are."""

    @abstractmethod
    def history(self, key: Key, /) -> Sequence[Version]:
        """Return the firm's versions, newest first, with who published each."""

    def find(self, key: Key, number: int, /) -> Version:
        """Return one of the firm's versions. Raises WrongState for none, or one that cannot be read."""
        found = next((version for version in self.history(key) if version.number == number), None)
        if found is None or found.faults:
            raise WrongState(_("There is no such version."))
        return found

    @abstractmethod
    def write(self, key: Key, version: Version, decision: Decision, /) -> Row:
        """Keep a version and put it in force and on the record.

        An IntegrityError means that somebody else wrote this number first.
        """

    @abstractmethod
    def faults(self, key: Key, content: Any, /) -> Sequence[str]:
        """Return what is wrong with a definition, in words for whoever wrote it; never raises."""


def publish(
    topic: Topic[Key, Row], key: Key, content: Any, *, expected: str, decision: Decision, merges: str = ""
) -> Row:
    """Put a definition in force as the firm's next version.

    `expected` is the hash of what the person began with. `merges` is that of the shipped version which they
    put together with theirs (keeping all of theirs is one way to do it); without it the offer stays. Raises
    WrongState when either is another by now, Unchanged when nothing would change, InvalidInput with what is
    wrong with the definition.
    """
    with unit_of_work(actor=decision.actor, now=decision.now):
        version = next_version(topic.read(key, lock=True), content, expected=expected, merges=merges)
        return keep(topic, key, version=version, decision=decision)


def restore(
    topic: Topic[Key, Row], key: Key, number: int, *, decision: Decision, expected: str | None = None
) -> Row:
    """Go back to one of the firm's versions, or to OURS: a version of its own, so nothing is lost.

    `expected` is the hash of what the person saw in force; None where nobody looked. Raises WrongState when
    there is no such version or another one holds by now, Unchanged when it is what holds.
    """
    with unit_of_work(actor=decision.actor, now=decision.now):
        standing = topic.read(key, lock=True)
        if expected is not None:
            require_seen(expected, standing.hash)
        if number == OURS and standing.shipped:
            content, base = standing.shipped.content, standing.shipped.content
        else:
            version = topic.find(key, number)
            content, base = version.content, version.base
        if standing.in_force is standing.held and standing.held and same(content, standing.held.content):
            raise Unchanged
        version = Version(Origin.FIRM, standing.latest + 1, content, base)
        return keep(topic, key, version=version, decision=decision)


def require_seen(seen: str | int, present: str | int) -> None:
    """Raise WrongState unless what a person saw, by its hash or number, is what is there."""
    if seen != present:
        raise overtaken()


def overtaken() -> WrongState:
    """Return what the second of two who write at once is told."""
    return WrongState(_("This has changed since you looked at it. Look at it again."))


def next_version(standing: Standing, content: Any, *, expected: str, merges: str = "") -> Version:
    """Return the version that this would be, by the rules of `publish`; its base moves only with a merge."""
    own, shipped, is_merged = standing.own, standing.shipped, bool(merges)
    require_seen(expected, standing.hash)
    if is_merged:
        require_seen(merges, shipped.hash if shipped else "")
    present = shipped.content if shipped else None
    keeps_base = own is not None and not is_merged and not standing.follows
    base = own.base if own and keeps_base else present
    is_settled = own is None or not is_merged or same(base, own.base)
    if standing.held and same(content, standing.held.content) and is_settled:
        raise Unchanged
    return Version(Origin.FIRM, standing.latest + 1, content, base)


def keep(topic: Topic[Key, Row], key: Key, *, version: Version, decision: Decision) -> Row:
    """Put a version in force whose author has seen what it replaces; of two who write at once, one does."""
    if faults := topic.faults(key, version.content):
        raise InvalidInput(_("This cannot be published as it is."), {"definition": list(faults)})
    try:
        with atomic():
            return topic.write(key, version, decision)
    except IntegrityError:
        raise overtaken() from None
