"""Who holds which row of work that is due: taken by one, held for a time, given back, taken up from the dead.

A holder has a token, and whatever it writes at the end asks for it: who comes late, after the lease ran out
and somebody else took the row, writes nothing. How a failure is tried again stands in `resilience.backoff`.

For a portion the rows are chosen and locked by one statement and marked by the next. In one statement,
`UPDATE … WHERE id IN (SELECT … LIMIT n FOR UPDATE SKIP LOCKED)`, PostgreSQL may run the inner select anew for
each row it looks at; every run skips the rows marked meanwhile and yields others, so that the limit is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, models
from django.db.models import Q

from legist.core import instants
from legist.core.failpoints import atomic
from legist.core.ids import uuid7

FREE: Final[dict[str, Any]] = {"lease_token": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Lease:
    """How rows with the columns `lease_until` and `lease_token` are held: for `length`, unless renewed.

    Which rows are due is said by the querysets that are handed in: of those in another's hands, only what
    `is_over` finds. `length` is longer than a living holder can take before it renews.
    """

    model: type[models.Model]
    length: timedelta | Callable[[], timedelta]

    def __post_init__(self) -> None:
        instants.register(
            self.model,
            "lease_until",
            at_most=lambda now: instants.ahead("lease_until", now=now, at_most=self._until(now) - now),
        )

    def is_over(self, now: datetime) -> Q:
        """Choose what a holder has left behind."""
        return Q(lease_until__lte=now)

    def is_free(self, now: datetime) -> Q:
        """Choose what nobody holds, or has left behind."""
        return Q(lease_until__isnull=True) | self.is_over(now)

    def take(
        self, due: models.QuerySet[Any], *, limit: int, now: datetime, **marks: Any
    ) -> models.QuerySet[Any]:
        """Take the first `limit` rows of `due`, in its order; return those taken, unordered.

        `due` says which rows nobody holds, and with `marks` they must be rows that somebody holds. Rows that
        somebody else has locked are left to them; on SQLite nobody chooses beside us, for a transaction holds
        the one write lock from its beginning. Nothing more is asked for where nothing was taken.
        """
        token, rows = uuid7(), self.model._base_manager
        with atomic():
            # The lock that an update takes, and on these rows alone: what a join looks at stays free.
            chosen = due.select_for_update(skip_locked=True, of=("self",), no_key=True).only("pk")[:limit]
            keys = [row.pk for row in chosen]
            if not keys:
                return rows.none()
            held = {"lease_token": token, "lease_until": self._until(now)}
            rows.filter(pk__in=keys).update(**held, **marks)
        return rows.filter(pk__in=keys, lease_token=token)

    def claim(
        self, due: models.QuerySet[Any], *, now: datetime, length: timedelta | None = None, **marks: Any
    ) -> UUID | None:
        """Take the one row of `due`; return the token, or None when somebody else has it or it is not due."""
        token = uuid7()
        until = now + length if length else self._until(now)
        return token if due.update(lease_token=token, lease_until=until, **marks) else None

    def mine(self, key: object, token: UUID | None) -> models.QuerySet[Any]:
        """Choose the row while the holder of the token has it: what `update` says there is whose it is."""
        return self.model._base_manager.filter(pk=key, lease_token=token)

    def renew(self, mine: models.QuerySet[Any], *, now: datetime, **changes: Any) -> bool:
        """Hold it longer, with what was done; False when it is ours no more."""
        return bool(mine.update(lease_until=self._until(now), **changes))

    def _until(self, now: datetime) -> datetime:
        """Return when a lease that is taken now runs out."""
        return now + (self.length if isinstance(self.length, timedelta) else self.length())


def is_taken_side_by_side() -> bool:
    """Say whether several take portions at a time here; on SQLite, where one writes, they take turns."""
    return connection.features.has_select_for_update_skip_locked


def release(mine: models.QuerySet[Any], *, due: datetime | None = None, **changes: Any) -> bool:
    """Give rows back, with what came of them; False when they are ours no more.

    `due` is for rows whose column of the lease says from when they are waiting.
    """
    return bool(mine.update(**FREE | {"lease_until": due}, **changes))
