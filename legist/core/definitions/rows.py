"""Topics whose versions are rows with a switch, ours and the firm's side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, TypeVar

import structlog
from django.db.models import QuerySet

from legist.core.chain import Action
from legist.core.definitions.merging import same
from legist.core.definitions.services import Decision, Topic
from legist.core.definitions.standing import Standing, Version, takes_over
from legist.core.models.definitions import DefinitionRow
from legist.core.states import Origin
from legist.core.uow import acting, unit_of_work

Identity = tuple[str, ...]
Row = TypeVar("Row", bound=DefinitionRow)
log = structlog.get_logger(__name__)


class RowTopic(Topic[Identity, Row]):
    """Definitions kept in the rows of `model`; `check` says what is wrong with one, `action` goes on record.

    A firm's version that cannot be read is in force no more, and ours does not come back by itself.
    """

    def __init__(
        self,
        model: type[Row],
        *,
        action: Action,
        check: Callable[[Row], Iterable[str]] = lambda _row: (),
    ) -> None:
        self.model, self.action, self.check = model, action, check

    def read(self, key: Identity, /, *, lock: bool = False) -> Standing:
        rows = self._rows(key)
        return self.standing_of(rows.select_for_update() if lock else rows)

    def standing_of(self, rows: Iterable[Row]) -> Standing:
        """Return where a definition stands by all its rows; what is switched off does not hold."""
        known = list(rows)
        versions = [(row, self._version(row)) for row in known]
        shipped = [version for _row, version in versions if version.is_shipped and not version.faults]
        own = [version for row, version in versions if row.is_on and not version.is_shipped]
        return Standing(
            shipped=max(shipped, key=lambda version: version.number, default=None),
            own=own[0] if own else None,
            falls_back=False,
            is_off=not any(row.is_on for row in known),
            latest=max((version.number for _row, version in versions if not version.is_shipped), default=0),
        )

    def standings(self) -> dict[Identity, Standing]:
        by_key = groupby(self._all().order_by(*self.model.IDENTITY), key=lambda row: row.identity)
        return {key: self.standing_of(each) for key, each in by_key}

    def history(self, key: Identity, /) -> list[Version]:
        rows = self._rows(key).filter(origin=Origin.FIRM).select_related("published_by")
        return [self._version(row) for row in rows.order_by("-version")]

    def faults(self, key: Identity, content: Any, /) -> Sequence[str]:
        return tuple(self.check(self._row(key, content)))

    def write(self, key: Identity, version: Version, decision: Decision, /) -> Row:
        """Switch a version on and every other off; what says the same as the newest of ours is ours."""
        rows = self._rows(key)
        rows.update(**{self.model.SWITCH: False})
        newest = rows.filter(origin=Origin.SHIPPED).order_by("-version").first()
        if newest and same(newest.definition, version.content):
            row = newest
        else:
            row = self._row(key, version.content)
            row.version, row.base, row.created_at = version.number, version.base, decision.now
            person = decision.actor.user
            row.reason, row.published_by_id = decision.reason, person.pk if person else None
        setattr(row, self.model.SWITCH, True)
        row.save()
        data = {"key": "/".join(key), "version": row.version, "origin": str(row.origin)}
        acting(actor=decision.actor, now=decision.now).record(self.action, row, **data)
        return row

    def install(self, shipped: Iterable[Row]) -> int:
        """Keep the shipped versions that are not there yet; return how many. Safe to repeat.

        A newer one takes the place of the older one of ours that holds. It never switches the firm's off, nor
        on what the firm switched off; beside the firm's it is an offer. An invalid one is kept for people to
        see what is wrong with it.
        """
        with unit_of_work():
            known = self.known()
            missing = [row for row in shipped if (*row.identity, row.version) not in known]
            for row in missing:
                self._install(row)
        return len(missing)

    def known(self) -> set[tuple[Any, ...]]:
        """Return identity and version of everything that has shipped to this database."""
        return set(self._all().filter(origin=Origin.SHIPPED).values_list(*self.model.IDENTITY, "version"))

    def _install(self, row: Row) -> None:
        siblings = list(self._rows(row.identity).select_for_update())
        row.origin = Origin.SHIPPED
        version = self._version(row)
        if version.faults:
            faults = len(version.faults)
            log.error("definition_invalid", identity=row.identity, version=row.version, faults=faults)
        holding = next((each for each in siblings if each.is_on), None)
        is_known = any(each.origin == Origin.SHIPPED for each in siblings)
        present = self._version(holding) if holding else None
        is_on = takes_over(version, present, is_known=is_known)
        if is_on:
            self._rows(row.identity).update(**{self.model.SWITCH: False})
        setattr(row, self.model.SWITCH, is_on)
        row.save(force_insert=True)

    def _rows(self, key: Identity) -> QuerySet[Row]:
        return self._all().filter(**dict(zip(self.model.IDENTITY, key, strict=True)))

    def _all(self) -> QuerySet[Row]:
        return QuerySet(self.model)

    def _row(self, key: Identity, content: Any) -> Row:
        named = dict(zip(self.model.IDENTITY, key, strict=True))
        return self.model(**named, **self.model.columns(content))

    def _version(self, row: Row) -> Version:
        return Version(Origin(row.origin), row.version, row.definition, row.base, tuple(self.check(row)), row)
