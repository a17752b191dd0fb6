"""A source of our own, that fails as it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from tests.factories.practice import NOW
from tests.factories.tracking import APPROVED, RECEIVED, REVIEW, RFE, make_reading
from tracking.sources import departure
from tracking.sources.base import Reading
from tracking.sources.departure import Passage
from tracking.sources.errors import ErrorKind, SourceError

TITLES: Final = (RECEIVED, REVIEW, RFE, APPROVED)
FAULTS: Final = {
    "http_503": SourceError(ErrorKind.TRANSIENT, "http_503", public_message="Down.", http_status=503),
    "timeout": SourceError(ErrorKind.TRANSIENT, "timeout", public_message="No answer."),
    "html": SourceError(ErrorKind.TRANSIENT, "html", public_message="A page.", http_status=200),
    "slow_down": SourceError(
        ErrorKind.TRANSIENT, "rate_limited", public_message="Wait.", http_status=429, retry_after=30
    ),
    "too_many": SourceError(ErrorKind.TRANSIENT, "rate_limited", public_message="Wait.", http_status=429),
    "unknown": SourceError(ErrorKind.PERMANENT, "unknown_receipt", public_message="Not known."),
}


@dataclass
class World:
    """What the cases say, and a source that tells it."""

    key: str = "uscis"
    said: dict[str, int] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    weather: str = ""
    calls: list[str] = field(default_factory=list)

    def fetch(self, receipt_number: str, *, request_id: str) -> Reading:  # noqa: ARG002
        """Answer one call, in its slot."""
        with departure.passing(Passage(is_counted=True)):
            departure.leave()
        self.calls.append(receipt_number)
        if fault := self.faults.pop(receipt_number, self.weather):
            raise FAULTS[fault]
        return self.reading(receipt_number)

    def knock(self) -> bool:
        """It is always there."""
        return True

    def reading(self, number: str) -> Reading:
        """What it says at present; each change is dated later than the one before."""
        times = self.said[number]
        return make_reading(
            TITLES[times % len(TITLES)],
            receipt_number=number,
            form_type="I-485",
            modified_at=NOW - timedelta(days=3000 - times),
            raw=f'{{"times": {times}}}',
        )
