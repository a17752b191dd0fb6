"""What can go wrong while reading a case status, sorted by what has to happen next."""

from __future__ import annotations

from enum import StrEnum


class ErrorKind(StrEnum):
    """The family decides the policy; nobody downstream looks at a list of causes."""

    TRANSIENT = "transient"
    """The same question may be answered later: try again with backoff."""
    PERMANENT = "permanent"
    """The answer will not change by asking again: a person must look."""
    MISCONFIGURED = "misconfigured"
    """Our credentials or addresses are wrong, so every other call fails too."""


class SourceError(Exception):
    """One failed reading.

    `code` names the cause (`timeout`, `connection`, `tls`, `http_500`, `rate_limited`, `quota`,
    `malformed_json`, `html`, `empty`, `too_large`, `redirected`, `unknown_receipt`, `malformed_receipt`,
    `wrong_receipt`, `missing_fields`, `unauthorized`, `forbidden`, `wrong_url`, ...). `retry_after` is in
    seconds from the answer, or None where the source did not say. `public_message` is safe to show to
    staff: it never holds a whole receipt number. `raw` is the body as received and is personal data: store
    it encrypted or drop it. `calls` counts the requests spent on the API (not on its token endpoint).
    Neither `str()` nor `repr()` shows more than kind and code.
    """

    def __init__(
        self,
        kind: ErrorKind,
        code: str,
        *,
        public_message: str,
        http_status: int | None = None,
        retry_after: float | None = None,
        raw: str | None = None,
        duration_ms: int = 0,
        calls: int = 1,
    ) -> None:
        super().__init__(f"{kind}: {code}")
        self.kind = kind
        self.code = code
        self.public_message = public_message
        self.http_status = http_status
        self.retry_after = retry_after
        self.raw = raw
        self.duration_ms = duration_ms
        self.calls = calls
