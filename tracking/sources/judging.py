"""Whom a failed call concerns, judged beside what is known of its receipt and the answers before it (pure).

One answer alone can be about one receipt only, or about everybody. An answer that refuses without a word
about the receipt is believed to be about our access when several different receipts met it in a row. Answers
that find fault with receipts which were good before are an outage when several came in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from tracking.sources.errors import Concern, SourceError
from tracking.sources.failures import is_refusal

SEVERAL: Final = 3
# Answers of the API about one receipt: that it gave them proves our access.
ABOUT_THE_RECEIPT: Final = frozenset(
    {"unknown_receipt", "malformed_receipt", "wrong_receipt", "missing_fields"}
)


def finds_fault(code: str) -> bool:
    """Whether an answer with this code found fault with its receipt, or refused it."""
    return code in ABOUT_THE_RECEIPT or is_refusal(code)


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer about a receipt, good (no code) or not, and what was known of the receipt before.

    `was_good`: it had been read with success. `was_refused`: the answer before the present row of failures
    found fault with it already, so that the same answer again is no news about anybody else.
    """

    receipt: UUID
    code: str = ""
    was_good: bool = False
    was_refused: bool = False

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
    if failure.concern != Concern.RECEIPT:
        return failure.concern
    was_answered = [index for index, past in enumerate(recent) if not past.code]
    row = [*recent[was_answered[-1] + 1 if was_answered else 0 :], asked]
    if not asked.is_refusal:
        found = {past.receipt for past in row if past.is_about_the_receipt and _is_surprising(past)}
        return Concern.SERVICE if asked.was_good and len(found) >= SEVERAL else Concern.RECEIPT
    spoken = [index for index, past in enumerate(row) if past.is_about_the_receipt]
    refused = [past for past in row[spoken[-1] + 1 if spoken else 0 :] if past.is_refusal]
    if len({past.receipt for past in refused if not past.was_refused}) < SEVERAL:
        return Concern.RECEIPT
    knew = {past.receipt for past in refused if past.code == "wrong_url" and _is_surprising(past)}
    return Concern.SERVICE if asked.code == "wrong_url" and len(knew) >= SEVERAL else Concern.ACCESS


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
    shown: dict[bool, Concern] = {}
    for index in reversed(range(len(answers))):
        asked, failure = answers[index]
        concern = concerns[index]
        if failure is None or concern is None:
            shown.clear()
        elif failure.concern == Concern.RECEIPT and concern != Concern.RECEIPT:
            shown[asked.is_refusal] = concern
        elif concern == Concern.RECEIPT and not asked.was_refused and (asked.is_refusal or asked.was_good):
            concerns[index] = shown.get(asked.is_refusal, concern)
        if concerns[index] and asked.is_about_the_receipt:
            shown.pop(True, None)
    return concerns


def _is_surprising(past: Asked) -> bool:
    return past.was_good and not past.was_refused
