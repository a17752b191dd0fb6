"""Read an error answer: which family it belongs to and what the API itself says about it.

Three shapes are known: a flat `{"message": ...}`, a list `{"errors": [{"code", "message", "traceId"}]}` or a
problem document after RFC 9457, and the gateway's `{"fault": {"faultstring", "detail": {"errorcode"}}}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.masking import plain_message
from tracking.sources.transport import Answer

_T, _P, _M = ErrorKind.TRANSIENT, ErrorKind.PERMANENT, ErrorKind.MISCONFIGURED
_BY_STATUS: Final[Mapping[int, tuple[ErrorKind, str]]] = {
    400: (_P, "malformed_receipt"),
    401: (_M, "unauthorized"),
    403: (_M, "forbidden"),
    404: (_P, "unknown_receipt"),
    408: (_T, "timeout"),
    422: (_P, "malformed_receipt"),
    429: (_T, "rate_limited"),
}
_OWN_WORDS: Final[Mapping[str, str]] = {
    "malformed_receipt": "USCIS finds the receipt number malformed. Compare it with the receipt notice.",
    "unauthorized": "USCIS refused our credentials. Check USCIS_CLIENT_ID and USCIS_CLIENT_SECRET.",
    "forbidden": "This account may not use the Case Status API. Check the approval on the developer portal.",
    "unknown_receipt": "USCIS does not recognise this receipt number.",
    "wrong_url": "There is no Case Status API at this address. Check USCIS_API_URL.",
    "rate_limited": "USCIS asks us to call less often.",
    "quota": "The daily number of calls to USCIS is used up.",
    "redirected": "USCIS answered with a redirect, which is not followed.",
}
_UNAVAILABLE: Final = "USCIS is not available at the moment."


def failure_of(answer: Answer, *, now: datetime) -> SourceError:
    """The failure that an answer outside 2xx stands for. `now` turns a Retry-After date into seconds."""
    document = _document(answer)
    kind, code = _classify(answer.status, document)
    return SourceError(
        kind,
        code,
        public_message=plain_message(api_message(document)) or _OWN_WORDS.get(code, _UNAVAILABLE),
        http_status=answer.status,
        retry_after=retry_after(answer.headers.get("retry-after"), now=now),
        raw=answer.text,
        duration_ms=answer.duration_ms,
    )


def _classify(status: int, document: Mapping[str, Any] | None) -> tuple[ErrorKind, str]:
    fault = _fault_code(document)
    # The gateway has been seen to report its limits under other statuses than 429.
    if "QuotaViolation" in fault:
        return _T, "quota"
    if "SpikeArrestViolation" in fault:
        return _T, "rate_limited"
    if status == 404 and (document is None or fault):
        return _M, "wrong_url"
    if known := _BY_STATUS.get(status):
        return known
    if 300 <= status < 400:
        return _T, "redirected"
    return (_T if status >= 500 else _M), f"http_{status}"


def api_message(document: Mapping[str, Any] | None) -> str:
    """What the API says in words, from any of the known shapes; empty where it says nothing."""
    if document is None:
        return ""
    errors = document.get("errors")
    if isinstance(errors, list):
        texts = [
            _text(item.get("message") or item.get("detail")) for item in errors if isinstance(item, dict)
        ]
        return " ".join(text for text in texts if text)
    fault = document.get("fault")
    if isinstance(fault, dict):
        return _text(fault.get("faultstring"))
    return next((text for key in ("message", "detail", "title") if (text := _text(document.get(key)))), "")


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds to wait from a Retry-After header, a number or an HTTP date; None where unreadable."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def _document(answer: Answer) -> Mapping[str, Any] | None:
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _fault_code(document: Mapping[str, Any] | None) -> str:
    fault = document.get("fault") if document else None
    detail = fault.get("detail") if isinstance(fault, dict) else None
    return _text(detail.get("errorcode")) if isinstance(detail, dict) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
