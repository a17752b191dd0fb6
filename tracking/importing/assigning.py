"""Who works on a matter that is there already: an import fills empty seats and takes nobody's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from legist.practice.models import Matter, User
from legist.practice.permissions import shut_out_of
from legist.practice.services import People
from tracking.remarks import Remark

Walls = frozenset[tuple[UUID, UUID]]
SEATS: Final = ("attorney", "paralegal")


@dataclass(frozen=True, slots=True)
class Seated:
    """Whom a row puts on its matter, and what has to be said about it."""

    people: People
    remarks: tuple[Remark, ...] = ()


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
        remarks: list[Remark] = []
        for seat in SEATS:
            person: User | None = getattr(named, seat)
            holder = self._taken.get((matter.pk, seat)) or getattr(matter, f"{seat}_id")
            if person is None or person.pk == holder:
                continue
            if holder is None and (matter.pk, person.pk) not in walls:
                self._taken[matter.pk, seat] = person.pk
                seated[seat] = person
            remarks.append(_remark(seat, is_seated=seat in seated, is_taken=holder is not None))
        return Seated(People(seated.get("attorney"), seated.get("paralegal")), tuple(remarks))


def _remark(seat: str, *, is_seated: bool, is_taken: bool) -> Remark:
    code = "seated" if is_seated else "other_seated" if is_taken else "not_seated"
    return Remark(code, seat=seat, column=f"{seat}_email")
