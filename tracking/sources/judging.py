"""Whom a failed call concerns, judged beside what is known of its receipt and the answers before it (pure).

One answer alone can be about one receipt only, or about everybody. An answer that refuses without a word
about the receipt is believed to be about our access when several different receipts met it in a row. Answers
that find fault with receipts which were good before are an outage when several came in a row. A limit that
names no time is the pace when several receipts met it, and trouble with one receipt otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from tracking.sources.errors import Concern, SourceError
from tracking.sources.failures import is_refusal

SEVERAL: Final = 3
# Answers of the API about one receipt: that it gave them proves our access.
ABOUT_THE_RECEIPT: Final = frozenset(
    {"unknown_receipt", "malformed_receipt", "wrong_receipt", "missing_fields"}
)
# The source asks us to call less often, or no more.
LIMITED: Final = frozenset({"rate_limited", "quota"})


def finds_fault(code: str) -> bool:
    """Whether an answer with this code found fault with its receipt, or refused it."""
    return code in ABOUT_THE_RECEIPT or is_refusal(code)


class Known(Protocol):
    """What was known of a receipt before it was asked about; `last_error` is empty after a good answer."""

    @property
    def receipt_id(self) -> UUID: ...
    @property
    def was_good(self) -> bool: ...
    @property
    def last_error(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer about a receipt, good (no code) or not, and what was known of the receipt before.

    `was_good`: it had been read with success. `was_refused`: the answer before the present row of failures
    found fault with it already, so that the same answer again is no news about anybody else. `was_limited`:
    that answer was a limit, and others were answered since.
    """

    receipt: UUID
    code: str = ""
    was_good: bool = False
    was_refused: bool = False
    was_limited: bool = False

    @classmethod
    def about(cls, known: Known, failure: SourceError | None) -> Asked:
        """The answer to a call, as it counts among those before and after it."""
        before, code = known.last_error, failure.code if failure else ""
        return cls(known.receipt_id, code, known.was_good, finds_fault(before), before in LIMITED)

    @property
    def is_limited(self) -> bool:
        return self.code in LIMITED

    @property
    def is_about_the_receipt(self) -> bool:
        return self.code in ABOUT_THE_RECEIPT

    @property
    def is_refusal(self) -> bool:
        return is_refusal(self.code)


def weigh(failure: SourceError, *, asked: Asked, recent: Sequence[Asked]) -> Concern:
    """Whom a failure concerns; `recent` is in order, latest last.

    What does not concern its receipt by itself concerns whom it says.
    """
    was_answered = [index for index, past in enumerate(recent) if not past.code]
    row = [*recent[was_answered[-1] + 1 if was_answered else 0 :], asked]
    if asked.is_limited:
        return Concern.PACE if _is_a_limit_for_all(failure, row) else _alone(asked)
    if failure.concern != Concern.RECEIPT:
        return failure.concern
    if not asked.is_refusal:
        found = {past.receipt for past in row if past.is_about_the_receipt and _is_surprising(past)}
        return Concern.SERVICE if asked.was_good and len(found) >= SEVERAL else Concern.RECEIPT
    spoken = [index for index, past in enumerate(row) if past.is_about_the_receipt]
    refused = [past for past in row[spoken[-1] + 1 if spoken else 0 :] if past.is_refusal]
    if len({past.receipt for past in refused if not past.was_refused}) < SEVERAL:
        return Concern.RECEIPT
    knew = {past.receipt for past in refused if past.code == "wrong_url" and _is_surprising(past)}
    return Concern.SERVICE if asked.code == "wrong_url" and len(knew) >= SEVERAL else Concern.ACCESS


def _is_a_limit_for_all(failure: SourceError, row: Sequence[Asked]) -> bool:
    """A limit with a time, or of the day, is believed at the first word; one without when several met it.

    What says it again, while others are answered, speaks of itself.
    """
    met = {past.receipt for past in row if past.is_limited and not past.was_limited}
    is_plain = bool(failure.retry_after) or failure.code == "quota"
    return len(met) >= (1 if is_plain else SEVERAL)


def weigh_all(
    answers: Sequence[tuple[Asked, SourceError | None]], *, recent: Sequence[Asked]
) -> list[Concern | None]:
    """Whom each of several answers concerns, None for a good one, with hindsight.

    Where a later answer shows that a row is about everybody, the earlier ones of the row were, too.
    """
    before, concerns = list(recent), list[Concern | None]()
    for asked, failure in answers:
        concerns.append(weigh(failure, asked=asked, recent=before) if failure else None)
        before.append(asked)
    shown: dict[str, Concern] = {}
    for index in reversed(range(len(answers))):
        asked, failure = answers[index]
        concern = concerns[index]
        if failure is None or concern is None:
            shown.clear()
        elif asked.is_limited or failure.concern == Concern.RECEIPT:
            if concern != _alone(asked):
                shown[_family(asked)] = concern
            elif _is_news(asked):
                concerns[index] = shown.get(_family(asked), concern)
        if concerns[index] and asked.is_about_the_receipt:
            shown.pop("refusal", None)
    return concerns


def _family(asked: Asked) -> str:
    return "limit" if asked.is_limited else "refusal" if asked.is_refusal else "fault"


def _alone(asked: Asked) -> Concern:
    """Whom it concerns where no other receipt meets the same; a limit may end by itself."""
    return Concern.SERVICE if asked.is_limited else Concern.RECEIPT


def _is_news(asked: Asked) -> bool:
    if asked.is_limited:
        return not asked.was_limited
    return not asked.was_refused and (asked.is_refusal or asked.was_good)


def _is_surprising(past: Asked) -> bool:
    return past.was_good and not past.was_refused
