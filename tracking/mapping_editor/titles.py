"""The titles of the firm's history: how often, how recently, and what each is read as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.practice.permissions import Capability, require
from tracking.mapping.content import StatusMapping, TitleRule
from tracking.mapping_editor.history import source_texts, texts_under
from tracking.models import Receipt, ReprocessedReading, StatusChange
from tracking.normalizer import title_key
from tracking.selectors import visible_changes
from tracking.states import ReceiptState, TitleState
from tracking.statuses import StatusCode

SHOWN_EXAMPLES = 20


@dataclass(slots=True)
class TitleLine:
    """One title of history. `codes` counts what its past texts read as today; `cases` stand on it now."""

    title: str
    key: str
    rule: TitleRule | None = None
    changes: int = 0
    cases: int = 0
    doubtful: int = 0
    first_at: datetime | None = None
    latest_at: datetime | None = None
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def slug(self) -> str:
        """A short name for addresses, in which the words of a status have no place."""
        return slug_of(self.key)

    @property
    def state(self) -> TitleState:
        if self.rule:
            return TitleState.FIRM
        if StatusCode.UNKNOWN in self.codes:
            return TitleState.UNKNOWN
        return TitleState.AMBIGUOUS if self.doubtful or len(self.codes) > 1 else TitleState.CLEAR


def slug_of(key: str) -> str:
    """Return the slug of a title key."""
    return sha256(key.encode()).hexdigest()[:16]


def list_titles(actor: Actor, *, vocabulary: StatusMapping) -> list[TitleLine]:
    """Return every title the firm has seen or has a rule for, the most pressing and frequent first."""
    require(actor, Capability.EDIT_VOCABULARY)
    return all_titles(vocabulary)


def all_titles(vocabulary: StatusMapping) -> list[TitleLine]:
    """As `list_titles`, for callers without a person: two queries whatever the size of history."""
    lines = {rule.key: TitleLine(rule.title, rule.key, rule) for rule in vocabulary.rules}
    for row in _readings():
        key = title_key(row["written"])
        line = lines.setdefault(key, TitleLine(row["written"], key))
        line.changes += row["count"]
        line.codes[row["code"]] += row["count"]
        line.doubtful += row["count"] if row["doubtful"] else 0
        line.first_at = min(filter(None, (line.first_at, row["first"])))
        line.latest_at = max(filter(None, (line.latest_at, row["latest"])))
    for title, count in count_standing():
        if standing := lines.get(title_key(title)):
            standing.cases += count
    order = list(TitleState)
    return sorted(lines.values(), key=lambda line: (order.index(line.state), -line.changes, line.title))


def get_title(actor: Actor, slug: str, *, vocabulary: StatusMapping) -> TitleLine:
    """Return one title by its slug; raises NotFound."""
    found = next((line for line in list_titles(actor, vocabulary=vocabulary) if line.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def list_examples(actor: Actor, line: TitleLine) -> list[StatusChange]:
    """Return past changes under a title that the actor may see, newest first."""
    ids = texts_under([line.key]).values("pk")
    found = visible_changes(actor).filter(pk__in=ids).select_related("receipt__matter").order_by("-pk")
    return list(found[:SHOWN_EXAMPLES])


def _readings() -> Iterable[dict[str, Any]]:
    """Count the texts of history by title and by what they read as today."""
    newest = ReprocessedReading.objects.filter(change=OuterRef("pk")).order_by("-pk")
    found: Iterable[Any] = (
        source_texts()
        .order_by()
        .annotate(
            written=Coalesce(NullIf("title_en", Value("")), "title_es"),
            code=Coalesce(Subquery(newest.values("code")[:1]), F("to_code")),
            doubtful=Coalesce(Subquery(newest.values("needs_review")[:1]), F("needs_review")),
        )
        .values("written", "code", "doubtful")
        .annotate(count=Count("pk"), first=Min("detected_at"), latest=Max("detected_at"))
    )
    return found


def count_standing() -> QuerySet[Receipt, tuple[Any, ...]]:
    """Count the firm's watched receipts by the title they stand on, as the source wrote it; one query."""
    receipts = Receipt.objects.filter(state=ReceiptState.TRACKED).exclude(current_title="").order_by()
    return receipts.values_list("current_title").annotate(Count("pk"))
