"""The firm's past texts, and what each reads as today."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from legist.core import seals
from legist.core.resilience.error_capture import ErrorCapture
from tracking.mapping.content import StatusMapping
from tracking.models import ReprocessedReading, StatusChange
from tracking.normalizer import title_key
from tracking.observations.meaning import NewStatus, reread
from tracking.states import MANUAL

_CHUNK = 500


def source_texts() -> QuerySet[StatusChange]:
    """Return the changes whose words came from a source: none set by hand, and no text twice."""
    found: QuerySet[StatusChange] = StatusChange.objects.filter(override=None, reread_of=None)
    return found


def standing_texts() -> QuerySet[StatusChange]:
    """Return the texts that cases stand on: the latest of each receipt, unless a person set its status."""
    later = source_texts().filter(receipt=OuterRef("receipt"), sequence__gt=OuterRef("sequence"))
    return source_texts().filter(~Exists(later)).exclude(receipt__source=MANUAL)


def standing_among(texts: Iterable[StatusChange]) -> set[UUID]:
    """Return the ids of those texts that cases stand on; one query."""
    ids = [change.pk for change in texts]
    return set(standing_texts().filter(pk__in=ids).values_list("pk", flat=True))


def texts_under(keys: Collection[str]) -> QuerySet[StatusChange]:
    """Return the texts whose title has one of these keys, in whichever language it was read."""
    titles = _raw_titles(keys)
    return source_texts().filter(Q(title_en__in=titles) | Q(title_en="", title_es__in=titles))


def _raw_titles(keys: Collection[str]) -> list[str]:
    """Return the titles of history that have one of these keys, as the source wrote them."""
    seen = source_texts().order_by().values_list("title_en", "title_es").distinct()
    return sorted({en or es for en, es in seen if title_key(en or es) in keys})


def latest_readings(texts: Iterable[StatusChange]) -> dict[UUID, ReprocessedReading]:
    """Return the newest rereading of each change that has one; one query."""
    found = ReprocessedReading.objects.filter(change__in=[change.pk for change in texts]).order_by("pk")
    return {reading.change_id: reading for reading in found}


def differing(
    texts: list[StatusChange],
    vocabulary: StatusMapping,
    *,
    failed: Callable[[StatusChange, ErrorCapture], None] | None = None,
) -> Iterator[tuple[StatusChange, StatusChange | ReprocessedReading, NewStatus]]:
    """Yield each text that reads differently by the vocabulary, with what it reads as now and would.

    The texts need their receipts at hand (`select_related`). One that cannot be opened, or is not as the
    application wrote it, is left out and handed to `failed`.
    """
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        readings = latest_readings(chunk)
        for change in chunk:
            before = readings.get(change.pk, change)
            status, attempt = None, ErrorCapture()
            with attempt:
                seals.require(change)
                status = reread(change, asked=change.receipt.number, vocabulary=vocabulary)
            if attempt.error is not None and failed is not None:
                failed(change, attempt)
            if status is not None and status.reads != before.reads:
                yield change, before, status
