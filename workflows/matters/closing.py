"""What is still open in a matter that somebody wants to close."""

from __future__ import annotations

from dataclasses import dataclass, field

from legist.core.actors import Actor
from legist.practice.models import Matter
from workflows.matters.listing import UNFINISHED
from workflows.matters.selectors import family_of
from workflows.models import Deadline, Draft
from workflows.states import DeadlineState


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Open deadlines and unfinished messages of a matter and of those below it."""

    deadlines: list[Deadline] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.deadlines or self.drafts)


def open_work(actor: Actor, matter: Matter) -> OpenWork:
    """Return what is still open, deadlines nearest first."""
    family = family_of(actor, matter)
    return OpenWork(
        deadlines=list(Deadline.objects.filter(matter__in=family, state=DeadlineState.OPEN)),
        drafts=list(Draft.objects.filter(matter__in=family, state__in=UNFINISHED)),
    )
