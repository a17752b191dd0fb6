"""Words, tones and icons for what tracking knows by code. Labels are translated here, where shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext, gettext_lazy

from tracking.states import bucket_label, code_label, code_tone
from tracking.statuses import CODES, Bucket, StatusCode

_HTTP: Final = re.compile(r"http_\d+")
BUCKET_ICONS: Final = MappingProxyType(
    {
        Bucket.RECEIVED: "mail-open",
        Bucket.BIOMETRICS: "fingerprint-pattern",
        Bucket.IN_REVIEW: "hourglass",
        Bucket.ACTION_REQUESTED: "file-question-mark",
        Bucket.INTERVIEW_OATH: "calendar-clock",
        Bucket.APPROVED: "circle-check",
        Bucket.DOCUMENT: "id-card",
        Bucket.RETURNED_MAIL: "mail-x",
        Bucket.DENIED: "circle-x",
        Bucket.REJECTED: "circle-x",
        Bucket.CLOSED: "archive",
        Bucket.APPEAL_REOPEN: "scale",
        Bucket.NO_STAGE: "info",
    }
)
ERRORS: Final = MappingProxyType(
    {
        "timeout": gettext_lazy("no answer in time"),
        "connection": gettext_lazy("no connection"),
        "tls": gettext_lazy("no safe connection"),
        "rate_limited": gettext_lazy("asked us to call less often"),
        "quota": gettext_lazy("calls of the day used up"),
        "malformed_json": gettext_lazy("answer cut short or garbled"),
        "html": gettext_lazy("a web page instead of data"),
        "empty": gettext_lazy("empty answer"),
        "too_large": gettext_lazy("answer too large"),
        "missing_fields": gettext_lazy("answer without a status"),
        "wrong_receipt": gettext_lazy("answer about another receipt"),
        "unknown_receipt": gettext_lazy("receipt number not recognised"),
        "malformed_receipt": gettext_lazy("receipt number refused"),
        "forgetful": gettext_lazy("it finds fault with receipts that it knew before"),
        "unauthorized": gettext_lazy("our credentials were refused"),
        "token_refused": gettext_lazy("a fresh access token was refused"),
        "forbidden": gettext_lazy("refused to answer"),
        "wrong_url": gettext_lazy("not found, without a word about the receipt"),
        "held_back": gettext_lazy("no call left to ask again"),
        "fault": gettext_lazy("an error of the gateway"),
        "redirected": gettext_lazy("sent us elsewhere"),
        "malformed_token": gettext_lazy("an access token that cannot be used"),
        "worker_died": gettext_lazy("the worker stopped in the middle"),
        "number_unreadable": gettext_lazy("the receipt number cannot be read back"),
        "unforeseen": gettext_lazy("an error that nobody foresaw"),
        "text_unreadable": gettext_lazy("stored words that cannot be read back"),
        "history": gettext_lazy("the history of the case"),
        "http_500": gettext_lazy("internal error"),
        "http_502": gettext_lazy("gateway error"),
        "http_503": gettext_lazy("not available"),
        "http_504": gettext_lazy("gateway timed out"),
    }
)


@dataclass(frozen=True, slots=True)
class StatusWords:
    """How a status is shown: a word, a tone, an icon."""

    label: str
    tone: str
    icon: str


NOTHING_YET: Final = gettext_lazy("No status yet")


def status_words(code: str) -> StatusWords:
    """Return how a status code is shown; an empty one stands for "no status yet"."""
    known = StatusCode.__members__.get(code)
    icon = "circle-dashed" if known is None else BUCKET_ICONS[CODES[known].bucket]
    if known == StatusCode.UNKNOWN:
        icon = "circle-question-mark"
    return StatusWords(code_label(code) or str(NOTHING_YET), code_tone(code), icon)


def error_words(code: str) -> str:
    """Return in words why a call failed or a person is asked: an error code, or a status; else as it is."""
    if code in ERRORS:
        return str(ERRORS[code])
    if _HTTP.fullmatch(code):
        return gettext("refused, HTTP %(status)s") % {"status": code.removeprefix("http_")}
    return code_label(code) if code in StatusCode.__members__ else code.replace("_", " ")


def code_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every status a person may choose, grouped by stage."""
    groups: dict[Bucket, list[tuple[str, str]]] = {}
    for code, info in CODES.items():
        if code != StatusCode.UNKNOWN:
            groups.setdefault(info.bucket, []).append((code, code_label(code)))
    return [(bucket_label(bucket), choices) for bucket, choices in groups.items()]
