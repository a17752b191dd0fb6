"""Who works on a matter that is there already: an import fills empty seats and takes nobody's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from legist.practice.models import Matter, User
from legist.practice.permissions import shut_out_of
from legist.practice.services import People

Walls = frozenset[tuple[UUID, UUID]]
SEATS: Final = ("attorney", "paralegal")


@dataclass(frozen=True, slots=True)
class Seated:
    """Whom a row puts on its matter, and what has to be said about it."""

    people: People
    remarks: tuple[str, ...] = ()


def look_up_walls(matters: Iterable[Matter], people: Iterable[User]) -> Walls:
    """Return the (matter, person) pairs that an ethical wall keeps apart."""
    return shut_out_of(matters) if list(people) else frozenset()


class Seating:
    """Remembers the seats that earlier rows of the file have filled."""

    def __init__(self) -> None:
        self._taken: dict[tuple[UUID, str], UUID] = {}

    def plan(self, matter: Matter, named: People, walls: Walls) -> Seated:
        """Settle whom of the people named in a row the matter gets."""
        seated: dict[str, User] = {}
        remarks: list[str] = []
        for seat in SEATS:
            person: User | None = getattr(named, seat)
            holder = self._taken.get((matter.pk, seat)) or getattr(matter, f"{seat}_id")
            if person is None or person.pk == holder:
                continue
            if holder is None and (matter.pk, person.pk) not in walls:
                self._taken[matter.pk, seat] = person.pk
                seated[seat] = person
            remarks.append(_remark(seat, is_seated=seat in seated, is_taken=holder is not None))
        return Seated(People(**seated), tuple(remarks))


def _remark(seat: str, *, is_seated: bool, is_taken: bool) -> str:
    if is_seated:
        text = _("The matter had no %(seat)s and got the one of %(column)s.")
    elif is_taken:
        text = _("The matter has another %(seat)s than %(column)s. Change it by hand if that is right.")
    else:
        text = _("%(column)s cannot be put on this matter. Ask a manager of your firm.")
    return text % {"seat": seat, "column": f"{seat}_email"}
