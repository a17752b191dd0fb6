"""Where a case stands, as a short path a client can follow. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from tracking.statuses import Bucket

PATH = (_("Received"), _("In review"), _("Decision"), _("Card or document"))

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

STAGE_WORDS: Mapping[str, object] = MappingProxyType(
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


def stage_words(bucket: str) -> str:
    """Return the stage in a client's words; without a status yet, that we wait for it."""
    return str(STAGE_WORDS.get(bucket, STAGE_WORDS[Bucket.NO_STAGE]))


def stage_path(bucket: str) -> list[dict[str, str]]:
    """Return the steps with their state (done, current, todo), or none where a path would mislead."""
    here = POSITION.get(bucket)
    if here is None:
        return []
    states = ["done"] * here + ["current"] + ["todo"] * (len(PATH) - here - 1)
    return [{"name": str(name), "state": state, "note": ""} for name, state in zip(PATH, states, strict=True)]
