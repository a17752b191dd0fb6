"""What every page about statuses shows: its parts, the draft, and titles as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from tracking.mapping.content import FirmBucket, StatusMapping
from tracking.mapping_editor.history import latest_readings
from tracking.mapping_editor.titles import TitleLine, list_examples, list_titles
from tracking.mapping_editor.versions import EVERYTHING, DraftView
from tracking.normalizer import Suggestion, nearest, normalize, title_key
from tracking.normalizer.results import Normalized
from tracking.states import TitleState
from tracking.statuses import StatusCode
from tracking.web.labels import StatusWords
from tracking.web.mapping import labels as mapping_labels

SHOWN: Final = 100
CHANGED: Final = "vocabulary-changed"
VIEWS: Final = (TitleState.UNKNOWN, TitleState.AMBIGUOUS, TitleState.FIRM)


@dataclass(frozen=True, slots=True)
class TitleRow:
    """A title in the list: what it reads as by the draft, and whether the draft changes that."""

    line: TitleLine
    reads: list[tuple[str, int]]
    stages: list[StatusWords]
    is_in_draft: bool


def frame(draft: DraftView, here: str, *, now: datetime) -> dict[str, Any]:
    """Return what stands around each of the pages."""
    definition = reverse("definition", args=["stages", EVERYTHING])
    parts = (
        ("titles", _("Titles"), reverse("tracking:vocabulary"), None),
        ("stages", _("Stages"), reverse("tracking:vocabulary_stages"), None),
        ("definition", _("Draft and versions"), definition, len(draft.edits) or None),
        ("reread", _("History read anew"), reverse("tracking:vocabulary_reread"), None),
        ("checkup", _("Check-up"), reverse("tracking:vocabulary_checkup"), None),
    )
    sections = [
        {"label": label, "url": url, "count": count, "current": key == here}
        for key, label, url, count in parts
    ]
    return {"now": now, "draft": draft, "here": here, "sections": sections}


def titles(draft: DraftView, lines: list[TitleLine], *, show: str, words: str, every: bool) -> dict[str, Any]:
    """Return the list of titles, narrowed by state and by words."""
    counts = Counter(line.state for line in lines)
    asked = title_key(words).split()
    matching = [line for line in lines if all(word in line.key for word in asked)]
    found = [line for line in matching if show in {"", line.state}]
    shown = rows(found if every or words else found[:SHOWN], draft)
    return {
        "rows": shown,
        "rest": len(found) - len(shown),
        "total": len(found),
        "is_empty": not lines,
        "show": show,
        "words": words,
        "views": _views(show, counts),
    }


def rows(lines: Iterable[TitleLine], draft: DraftView) -> list[TitleRow]:
    """Return titles as rows; no query."""
    before = {rule.key: rule for rule in draft.base.rules}
    after = {rule.key: rule for rule in draft.result.rules}
    return [
        row(line, draft.result, is_in_draft=before.get(line.key) != after.get(line.key)) for line in lines
    ]


def row(line: TitleLine, vocabulary: StatusMapping, *, is_in_draft: bool = False) -> TitleRow:
    """Return one title with the statuses it is read as, the most frequent first."""
    reads = [(str(line.rule.code), line.changes)] if line.rule else line.codes.most_common()
    stages = dict.fromkeys(vocabulary.bucket_of(code) for code, _count in reads)
    words = [mapping_labels.stage_words(stage) for stage in stages if stage]
    return TitleRow(line, reads, words, is_in_draft)


def title(actor: Actor, draft: DraftView, line: TitleLine) -> dict[str, Any]:
    """Return what the page of one title shows: past examples with what they read as, and neighbours."""
    examples = list_examples(actor, line)
    readings = latest_readings(examples)
    is_doubtful = line.state in {TitleState.UNKNOWN, TitleState.AMBIGUOUS}
    before = {rule.key: rule for rule in draft.base.rules}.get(line.key)
    return {
        "row": row(line, draft.result, is_in_draft=before != line.rule),
        "line": line,
        "examples": [(change, readings.get(change.pk, change).reads.code) for change in examples],
        "nearest": likely(nearest(line.title)) if is_doubtful else [],
        "dropped": before if before and not line.rule else None,
    }


def likely(found: Iterable[Suggestion]) -> list[Suggestion]:
    """Keep the most alike of each status that a title can mean."""
    best: dict[StatusCode, Suggestion] = {}
    for each in found:
        best.setdefault(each.code, each)
    best.pop(StatusCode.UNKNOWN, None)
    return list(best.values())


def reading_today(words: str, vocabulary: StatusMapping) -> Normalized:
    """Return how a title alone would be read today, in English or else in Spanish."""
    english = normalize(words, "", "en", firm_rules=vocabulary.firm_rules)
    if english.code is not StatusCode.UNKNOWN:
        return english
    return normalize(words, "", "es", firm_rules=vocabulary.firm_rules)


def stage_of(code: str, vocabulary: StatusMapping) -> StatusWords | None:
    """Return the firm's stage of a status in words; None for a side event."""
    found: FirmBucket | None = vocabulary.bucket_of(code)
    return mapping_labels.stage_words(found) if found else None


def lines_of(actor: Actor, draft: DraftView) -> list[TitleLine]:
    """Return every title by the draft, or by the vocabulary in force where there is none."""
    return list_titles(actor, vocabulary=draft.result)


def _views(show: str, counts: Counter[TitleState]) -> list[dict[str, Any]]:
    labels = {TitleState.FIRM: _("Our rules")}
    every = {
        "label": _("All"),
        "url": reverse("tracking:vocabulary"),
        "count": counts.total(),
        "current": not show,
    }
    return [
        every,
        *(
            {
                "label": labels.get(state, str(state.label)),
                "url": f"{reverse('tracking:vocabulary')}?show={state}",
                "count": counts[state],
                "current": show == state,
            }
            for state in VIEWS
        ),
    ]
