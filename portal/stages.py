"""Where a case stands, as a short path a client can follow. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracking.observations.standing import DECIDED
from tracking.statuses import CODES, Bucket

Words = Mapping[str, "str | Promise"]

PATH = (_("Received"), _("In review"), _("Decision"), _("Card or document"))

# These end with a decision: no card or paper follows from USCIS itself.
WITHOUT_DOCUMENT = frozenset(
    {"I-129F", "I-130", "I-140", "I-360", "I-589", "I-601", "I-601A", "I-730", "N-336"}
)

# A refusal or a closed case is no step towards a card: it gets words, and no path.
POSITION: Mapping[str, int] = MappingProxyType(
    {
        Bucket.RECEIVED: 0,
        Bucket.BIOMETRICS: 1,
        Bucket.IN_REVIEW: 1,
        Bucket.ACTION_REQUESTED: 1,
        Bucket.INTERVIEW_OATH: 1,
        Bucket.APPEAL_REOPEN: 1,
        Bucket.APPROVED: 2,
        Bucket.DOCUMENT: 3,
    }
)

DECISION = POSITION[Bucket.APPROVED]

STAGE_WORDS: Words = MappingProxyType(
    {
        Bucket.RECEIVED: _("USCIS has your papers"),
        Bucket.BIOMETRICS: _("Fingerprints and photo"),
        Bucket.IN_REVIEW: _("USCIS is reviewing your case"),
        Bucket.ACTION_REQUESTED: _("USCIS asked for something"),
        Bucket.INTERVIEW_OATH: _("Interview or ceremony"),
        Bucket.APPROVED: _("Approved"),
        Bucket.DOCUMENT: _("Your card or document"),
        Bucket.RETURNED_MAIL: _("Mail came back to USCIS"),
        Bucket.DENIED: _("USCIS said no"),
        Bucket.REJECTED: _("USCIS sent the papers back"),
        Bucket.CLOSED: _("Closed"),
        Bucket.APPEAL_REOPEN: _("Being looked at again"),
        Bucket.NO_STAGE: _("Waiting for news from USCIS"),
    }
)

NEWS = _("News from USCIS")
WITHOUT_STAGE = frozenset(str(code) for code, info in CODES.items() if info.bucket == Bucket.NO_STAGE)
GOOD = frozenset({Bucket.APPROVED, Bucket.DOCUMENT})


def stage_of(buckets: Iterable[str]) -> str:
    """Return the bucket a case is in, newest first: an event without a stage keeps the one before."""
    return next((bucket for bucket in buckets if bucket != Bucket.NO_STAGE), Bucket.NO_STAGE)


def is_undone(buckets: Sequence[str]) -> bool:
    """True where a later event has taken the case back from a decision; newest bucket first.

    A path would show steps as still to come that were behind it already.
    """
    here = POSITION.get(stage_of(buckets), DECISION)
    return here < DECISION and any(bucket in DECIDED for bucket in buckets)


def stage_words(bucket: str) -> str:
    """Return the stage in a client's words; without a status yet, that we wait for it."""
    return str(STAGE_WORDS.get(bucket, STAGE_WORDS[Bucket.NO_STAGE]))


def step_words(code: str, bucket: str) -> str:
    """Return one past event in a client's words; one without a stage of its own is news."""
    return str(NEWS) if code in WITHOUT_STAGE else stage_words(bucket)


def stage_tone(bucket: str) -> str:
    """Return the tone of a stage: good news may look good, everything else stays calm."""
    return "good" if bucket in GOOD else "neutral"


def stage_path(bucket: str, form: str = "") -> list[dict[str, str]]:
    """Return the steps with their state (done, current, todo), or none where a path would mislead.

    `form` such as "I-130" decides whether a card or document comes at the end.
    """
    here = POSITION.get(bucket)
    if here is None:
        return []
    path = PATH[: max(here + 1, 3)] if form in WITHOUT_DOCUMENT else PATH
    states = ["done"] * here + ["current"] + ["todo"] * (len(path) - here - 1)
    return [{"name": str(name), "state": state, "note": ""} for name, state in zip(path, states, strict=True)]
