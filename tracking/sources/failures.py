"""Read an error answer: whom it concerns as far as it says by itself, and what it says in words.

What an answer says comes before its status: a limit is a limit under any status, an answer that speaks of
the receipt number is about that number, and what the token endpoint says is never about a receipt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.masking import plain_message
from tracking.sources.transport import Answer
from tracking.sources.words import everything, has_fault, headline, own_words

_T, _P, _M = ErrorKind.TRANSIENT, ErrorKind.PERMANENT, ErrorKind.MISCONFIGURED
_Family = tuple[ErrorKind, str]


class Endpoint(StrEnum):
    """Who answered."""

    CASE = "case"
    TOKEN = "token"  # noqa: S105 - a name, not a secret


# Of calls, not of the disks and mailboxes that a server behind the gateway may run out of.
_QUOTA: Final = re.compile(
    r"(?<!disk )(?<!disc )(?<!storage )(?<!space )(?<!memory )(?<!mailbox )(?<!file )quota"
    r"|\bdaily (?:call |request |api )?limit",
    re.IGNORECASE,
)
_SPIKE: Final = re.compile(
    r"spike\s*arrest|rate[\s_-]*limit|too many (?:requests|calls)|throttl", re.IGNORECASE
)
_UNKNOWN: Final = re.compile(
    r"(?:not|n't|cannot|unable to) (?:be )?(?:recogni[sz]ed?|found|find|known|locate)|not known"
    r"|no (?:such )?case|does not exist|unrecogni[sz]ed",
    re.IGNORECASE,
)
_MALFORMED: Final = re.compile(r"format|malformed|\bvalid|invalid", re.IGNORECASE)
# The case itself, not the name of the service or a figure of speech.
_ABOUT_A_RECEIPT: Final = re.compile(
    r"\breceipt|recogni[sz]e|(?<![/-])(?<!in )(?<!this )(?<!that )\bcase\b(?![/-]| ?status)", re.IGNORECASE
)
_BY_STATUS: Final[Mapping[int, _Family]] = {
    401: (_P, "token_refused"),
    403: (_P, "forbidden"),
    404: (_P, "wrong_url"),
    400: (_P, "malformed_receipt"),
    408: (_T, "timeout"),
    422: (_P, "malformed_receipt"),
    425: (_T, "http_425"),
    429: (_T, "rate_limited"),
}
_TOKEN_BY_STATUS: Final[Mapping[int, _Family]] = {
    404: (_M, "wrong_url"),
    408: (_T, "timeout"),
    425: (_T, "http_425"),
    429: (_T, "rate_limited"),
}
_REFUSALS: Final = frozenset({"token_refused", "forbidden", "wrong_url"})
_OWN_WORDS: Final[Mapping[str, str]] = {
    "malformed_receipt": "USCIS finds the receipt number malformed. Compare it with the receipt notice.",
    "unauthorized": "USCIS refused our credentials. Check USCIS_CLIENT_ID and USCIS_CLIENT_SECRET.",
    "token_refused": "USCIS refused an access token that it had just given us.",
    "forbidden": "USCIS refused to answer and did not say why.",
    "unknown_receipt": "USCIS does not recognise this receipt number.",
    "wrong_url": "USCIS answered “not found” without a word about the receipt.",
    "rate_limited": "USCIS asks us to call less often.",
    "quota": "The daily number of calls to USCIS is used up.",
    "redirected": "USCIS answered with a redirect, which is not followed.",
    "missing_fields": "USCIS answered without a case status.",
}
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d*)?", re.ASCII)
# A date with a year that no calendar of ours has.
_FAR_AHEAD: Final = re.compile(r"[a-z]{3}[ -]\d{5,}\b", re.IGNORECASE)
_LONGEST_WAIT_S: Final = 604_800.0
_UNAVAILABLE: Final = "USCIS is not available at the moment."
_REFUSED: Final = "USCIS refused to answer (HTTP {status}) and did not say why."


def is_refusal(code: str) -> bool:
    """Whether an answer of the API refuses without a word about the receipt: one alone proves nothing."""
    return code in _REFUSALS or (code.startswith("http_4") and code != "http_425")


def failure_of(answer: Answer, *, now: datetime, endpoint: Endpoint = Endpoint.CASE) -> SourceError:
    """The failure that an answer stands for. `now` turns a Retry-After date into seconds."""
    kind, code = classify(answer.status, answer.text, endpoint=endpoint)
    words = plain_message(own_words(answer.text))
    fallback = _REFUSED.format(status=answer.status) if code.startswith("http_4") else _UNAVAILABLE
    return SourceError(
        kind,
        code,
        public_message=words or _OWN_WORDS.get(code, fallback),
        words=words,
        http_status=answer.status,
        retry_after=retry_after(answer.headers.get("retry-after"), now=now),
        raw=answer.text,
        duration_ms=answer.duration_ms,
    )


def classify(status: int, body: str, *, endpoint: Endpoint = Endpoint.CASE) -> _Family:
    """Family and cause of an error answer, by what it says first and by its status second."""
    said = everything(body)
    if _QUOTA.search(said):
        return _T, "quota"
    if status == 429 or _SPIKE.search(said):
        return _T, "rate_limited"
    if 300 <= status < 400:
        return _T, "redirected"
    if 200 <= status < 300:
        return _without_a_status(body)
    if not 400 <= status < 500:
        return _T, f"http_{status}"
    if endpoint == Endpoint.TOKEN:
        return _TOKEN_BY_STATUS.get(status, (_M, "unauthorized"))
    if _speaks_of_the_receipt(body):
        return _about_the_receipt(status, headline(body))
    return _BY_STATUS.get(status, (_P, f"http_{status}"))


def _speaks_of_the_receipt(body: str) -> bool:
    return not has_fault(body) and bool(_ABOUT_A_RECEIPT.search(headline(body)))


def _without_a_status(body: str) -> _Family:
    """An error that came as if it were an answer."""
    if has_fault(body):
        return _T, "fault"
    words = headline(body) if _speaks_of_the_receipt(body) else ""
    return _P, "unknown_receipt" if _UNKNOWN.search(words) else "missing_fields"


def _about_the_receipt(status: int, words: str) -> _Family:
    """A refusal that speaks of the receipt; its status decides where the words leave it open."""
    if _UNKNOWN.search(words):
        return _P, "unknown_receipt"
    if _MALFORMED.search(words):
        return _P, "malformed_receipt"
    return _P, "unknown_receipt" if status == 404 else _BY_STATUS.get(status, (_P, f"http_{status}"))[1]


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds to wait from a Retry-After header, at most a week; None where unreadable.

    A number (with a fraction, too) or a date, as HTTP writes it or in ISO 8601; one that has passed is 0.
    """
    text = (value or "").strip()
    try:
        seconds = float(text) if _NUMBER.fullmatch(text) else (_instant(text) - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return _LONGEST_WAIT_S if _FAR_AHEAD.search(text) else None
    return min(max(seconds, 0.0), _LONGEST_WAIT_S)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
