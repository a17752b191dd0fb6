"""The life of an ordinary case, derived from the seed and its receipt number. Pure.

Gaps are in days from one status to the next, taken from the ranges people report; chances likewise.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """A case has `status` from `day` on. Day 0 is the filing."""

    day: float
    status: str


@dataclass(frozen=True, slots=True)
class Life:
    """All a case will go through. `age` is the day it has reached when it is first asked about."""

    form: str
    steps: tuple[Step, ...]
    age: float


@dataclass(frozen=True, slots=True)
class Stage:
    """With `chance`, these statuses come one after the other, each `gap` days after the one before."""

    chance: float
    gap: tuple[float, float]
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """How cases of some forms run: stages in order, then one of the weighted ends."""

    stages: tuple[Stage, ...]
    ends: tuple[tuple[int, tuple[str, ...]], ...]


_RFE: Final = Stage(0.22, (20, 80), ("rfe_initial", "rfe_response"))
_SECOND_RFE: Final = Stage(0.06, (15, 70), ("rfe_additional", "rfe_response"))
_NOTICE: Final = Stage(0.03, (20, 60), ("noid",))
_MOVED: Final = Stage(0.08, (20, 60), ("transferred",))
_REVIEW: Final = Stage(0.35, (30, 120), ("in_review",))
_PRINTS: Final = Stage(0.75, (12, 35), ("biometrics", "fingerprints"))
_INTERVIEW: Final = Stage(0.8, (25, 90), ("interview_ready", "interview", "interview_done"))
_CARD: Final = ("approved", "card_produced", "card_picked_up", "card_delivered")
_BAD_ENDS: Final = ((8, ("denied",)), (2, ("withdrawn",)))

_CARD_PATH: Final = Path(
    (_PRINTS, _REVIEW, _RFE, _MOVED),
    (
        (82, _CARD),
        (3, ("approved", "card_produced", "card_mailed", "card_returned")),
        (3, ("rejected",)),
        *_BAD_ENDS,
    ),
)
_RESIDENCE_PATH: Final = Path(
    (_PRINTS, _RFE, _MOVED, _INTERVIEW, _SECOND_RFE, _NOTICE), ((88, _CARD), *_BAD_ENDS)
)
_PETITION_PATH: Final = Path(
    (_MOVED, _REVIEW, _RFE, _SECOND_RFE, _NOTICE),
    ((50, ("approved",)), (35, ("approved", "sent_to_dos")), (3, ("rejected",)), *_BAD_ENDS),
)
_NATURALIZATION_PATH: Final = Path(
    (_PRINTS, _REVIEW, Stage(1.0, (30, 120), ("interview", "interview_done"))),
    ((88, ("approved", "oath")), *_BAD_ENDS),
)
_TRAVEL_PATH: Final = Path((_REVIEW, _RFE), ((88, ("approved", "travel_document")), *_BAD_ENDS))
_NOTICE_PATH: Final = Path((_PRINTS, _MOVED, _RFE), ((85, ("approved",)), (3, ("rejected",)), *_BAD_ENDS))

_PATHS: Final[dict[str, tuple[int, Path]]] = {
    "I-765": (26, _CARD_PATH),
    "I-485": (18, _RESIDENCE_PATH),
    "I-130": (14, _PETITION_PATH),
    "N-400": (12, _NATURALIZATION_PATH),
    "I-131": (8, _TRAVEL_PATH),
    "I-129": (6, _PETITION_PATH),
    "I-140": (5, _PETITION_PATH),
    "I-539": (4, _NOTICE_PATH),
    "I-751": (3, _RESIDENCE_PATH),
    "I-90": (2, _CARD_PATH),
    "I-821": (1, _CARD_PATH),
    "N-600": (1, _NOTICE_PATH),
}
_MAIL_GAP: Final = (1.0, 6.0)
_DECISION_GAP: Final = (15.0, 120.0)


def life_of(receipt: str, *, seed: int, form: str | None = None) -> Life:
    """The one life of a receipt under a seed; `form` fixes the form instead of drawing it."""
    rng = random.Random(f"{seed}:{receipt}")  # noqa: S311 - repeatable, not secret
    drawn = rng.choices(list(_PATHS), [weight for weight, _ in _PATHS.values()])[0]
    form = form or drawn
    path = _PATHS.get(form, (1, _PETITION_PATH))[1]
    steps = [Step(0.0, "received" if rng.random() < 0.85 else "accepted")]
    for stage in path.stages:
        if rng.random() < stage.chance:
            _follow(steps, stage.statuses, gap=stage.gap, rng=rng)
    end = rng.choices([statuses for _, statuses in path.ends], [weight for weight, _ in path.ends])[0]
    _follow(steps, end[:1], gap=_DECISION_GAP, rng=rng)
    _follow(steps, end[1:], gap=_MAIL_GAP, rng=rng)
    return Life(form, tuple(steps), age=rng.random() * steps[-1].day * 0.9)


def _follow(
    steps: list[Step], statuses: tuple[str, ...], *, gap: tuple[float, float], rng: random.Random
) -> None:
    for status in statuses:
        steps.append(Step(round(steps[-1].day + rng.uniform(*gap), 2), status))
