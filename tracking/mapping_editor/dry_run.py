"""A dry run: what a draft would change in the firm's own history, before anything is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count

from legist.core.actors import Actor
from legist.practice.permissions import Capability, require
from tracking.mapping.content import FirmBucket, StatusMapping
from tracking.mapping_editor.history import differing, standing_among, texts_under
from tracking.models import Receipt, StatusChange
from tracking.selectors import visible_changes

READ_AT_MOST: Final = 5_000
SHOWN_EXAMPLES: Final = 50


@dataclass(frozen=True, slots=True)
class ReprocessedLine:
    """Past changes under one title that would read differently, and how many cases stand on one of them."""

    title: str
    before: str
    after: str
    changes: int
    cases: int


@dataclass(frozen=True, slots=True)
class StageLine:
    """A status that would belong to another stage, and how many cases stand on it."""

    code: str
    before: FirmBucket
    after: FirmBucket
    cases: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """What publishing a draft would do.

    `looked_at` of `total` past changes were read, the newest first. `examples` are those of the differing
    ones that the reader may see; the counts are the whole firm's.
    """

    lines: tuple[ReprocessedLine, ...] = ()
    stages: tuple[StageLine, ...] = ()
    examples: tuple[StatusChange, ...] = ()
    looked_at: int = 0
    total: int = 0

    @property
    def changes(self) -> int:
        return sum(line.changes for line in self.lines)

    @property
    def cases(self) -> int:
        """How many cases would stand on another status."""
        return sum(line.cases for line in self.lines)

    @property
    def is_partial(self) -> bool:
        return self.looked_at < self.total


def touched_titles(before: StatusMapping, after: StatusMapping) -> set[str]:
    """Return the keys of the titles whose rule differs between two vocabularies."""
    old = {rule.key: rule.firm_rule for rule in before.rules}
    new = {rule.key: rule.firm_rule for rule in after.rules}
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def dry_run(actor: Actor, *, base: StatusMapping, result: StatusMapping) -> DryRun:
    """Read the firm's past by `result` and say what differs from how it reads now; writes nothing."""
    require(actor, Capability.EDIT_VOCABULARY)
    texts = texts_under(touched_titles(base, result))
    newest = list(texts.select_related("receipt").order_by("-pk")[:READ_AT_MOST])
    found = [
        (change, (change.title, before.reads.code, status.reads.code))
        for change, before, status in differing(newest, result)
    ]
    standing = standing_among(change for change, _pair in found)
    changes = Counter(key for _change, key in found)
    cases = Counter(key for change, key in found if change.pk in standing)
    return DryRun(
        lines=tuple(ReprocessedLine(*key, count, cases[key]) for key, count in changes.most_common()),
        stages=tuple(_stages(base, result)),
        examples=_examples(actor, [change.pk for change, _key in found]),
        looked_at=len(newest),
        total=texts.count(),
    )


def _stages(base: StatusMapping, result: StatusMapping) -> Iterator[StageLine]:
    moved = {
        code: (before, after)
        for code, before in base.by_code.items()
        if (after := result.by_code[code]).key != before.key
    }
    counts = dict(
        Receipt.objects.filter(stage_code__in=moved)
        .order_by()
        .values_list("stage_code")
        .annotate(Count("pk"))
    )
    for code, (before, after) in moved.items():
        yield StageLine(code, before, after, counts.get(code, 0))


def _examples(actor: Actor, ids: Collection[UUID]) -> tuple[StatusChange, ...]:
    found = visible_changes(actor).filter(pk__in=ids).select_related("receipt__matter").order_by("-pk")
    return tuple(found[:SHOWN_EXAMPLES])
