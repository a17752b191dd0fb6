"""The one shape every source of case statuses answers in, and what the registry knows of each."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """An earlier status as the source remembers it. Resolution is a day; the source keeps about five."""

    day: date | None
    title_en: str
    title_es: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source said about one receipt at one moment.

    Texts are as delivered: they may hold links, double spaces and misspellings, and Spanish may be empty.
    `form_type` has its hyphen (`I-765`) and is empty where unknown. `submitted_at` and `modified_at` are
    UTC and missing for electronic receipts. `raw` is the whole answer. `http_status` is 0 where no HTTP was
    spoken. `calls` counts the API requests this reading cost. Personal data never appears in `repr()`.
    """

    receipt_number: str = field(repr=False)
    form_type: str
    submitted_at: datetime | None
    modified_at: datetime | None
    title_en: str
    description_en: str = field(repr=False)
    title_es: str
    description_es: str = field(repr=False)
    history: tuple[HistoryItem, ...]
    raw: str = field(repr=False)
    http_status: int
    fetched_at: datetime
    duration_ms: int
    calls: int = 1


class Source(Protocol):
    """Somewhere a case status can be read."""

    @property
    def key(self) -> str:
        """Name kept with every reading, such as `uscis`."""

    def fetch(self, receipt_number: str, *, request_id: str) -> Reading:
        """Read one receipt (canonical form, 13 characters) or raise SourceError."""

    def knock(self) -> bool:
        """Ask for a sign of life that costs no call; False only when the service itself is in trouble."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a source may be called: pace in calls per second, and calls per UTC day."""

    per_second: float
    per_day: int


@dataclass(frozen=True, slots=True)
class Polled:
    """A source that we ask, one receipt in a call.

    Each of its `lanes` is a credential, with pace, quota and breaker of its own that are kept under its name:
    the key of the source, and for those beyond the first a dash and a number. `configure` reads the settings
    of one, `connect` builds the client from them, once per process while they stay the same.
    """

    key: str
    label: str | Promise
    lanes: Callable[[], tuple[str, ...]]
    configure: Callable[[str], Hashable]
    connect: Callable[[Any], Source]
    limits: Callable[[str], Limits]


@dataclass(frozen=True, slots=True)
class Pushed:
    """A source that nobody asks: its statuses come to us."""

    key: str
    label: str | Promise
