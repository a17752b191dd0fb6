"""Taking work that is due: never more than asked for, and no row by two takers.

The rows are chosen and locked by one statement and marked by the next. In one statement,
`UPDATE … WHERE id IN (SELECT … LIMIT n FOR UPDATE SKIP LOCKED)`, PostgreSQL may run the inner select anew for
each row it looks at; every run skips the rows marked meanwhile and yields others, so that the limit is lost.
"""

from __future__ import annotations

from typing import Any

from django.db import models, transaction


def take(due: models.QuerySet[Any], *, limit: int, **marks: Any) -> list[Any]:
    """Write `marks` into the first `limit` rows of `due`, in its order; return the keys of the rows taken.

    `due` says which rows nobody holds, and `marks` must make them rows that somebody holds: a time until
    which the lease runs, and a token by which the holder proves later that it is still theirs. Rows that
    somebody else has locked are left to them. On SQLite a transaction holds the one write lock from its
    beginning, so that nobody chooses beside us.
    """
    with transaction.atomic():
        # The lock that an update takes, and on these rows alone: what a join looks at stays free.
        chosen = due.select_for_update(skip_locked=True, of=("self",), no_key=True).only("pk")[:limit]
        keys = [row.pk for row in chosen]
        if keys:
            due.model._base_manager.filter(pk__in=keys).update(**marks)
    return keys
