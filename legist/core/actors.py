"""Who acts. Every write names its actor: a person, a client, the system, or a command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


ACTS_AS_SYSTEM = "Acting as the system: every client and matter is open to it, behind walls too."


class ActorKind(StrEnum):
    """The kinds of actors the record tells apart."""

    USER = "user"
    CLIENT = "client"
    SYSTEM = "system"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Actor:
    """One acting party; `user` is set for people only and is what permissions are decided by."""

    kind: ActorKind
    id: str
    label: str
    user: AbstractBaseUser | None = field(default=None, compare=False, repr=False)

    @classmethod
    def for_user(cls, user: AbstractBaseUser) -> Actor:
        """Return the actor of a signed-in person; `user.actor_kind` tells staff from clients."""
        kind = ActorKind(getattr(user, "actor_kind", ActorKind.USER))
        return cls(kind=kind, id=str(user.pk), label=str(getattr(user, "name", "")), user=user)

    @classmethod
    def system(cls, name: str) -> Actor:
        """Return the actor of background work, such as `system:poller`."""
        return cls(kind=ActorKind.SYSTEM, id=name, label=name)

    @classmethod
    def command(cls, name: str, *, say: Callable[[str], object] | None = None) -> Actor:
        """Return the actor of a management command run by whoever holds the shell.

        One that reads or changes clients' data passes how to `say` (`self.stderr.write`) that no grant and no
        wall narrows it.
        """
        if say is not None:
            say(ACTS_AS_SYSTEM)
        return cls(kind=ActorKind.COMMAND, id=name, label=name)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def is_system(self) -> bool:
        """True for the machine itself: background work and commands, which no person signed in to."""
        return self.kind in {ActorKind.SYSTEM, ActorKind.COMMAND}
