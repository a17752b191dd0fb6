"""What can go wrong while reading a case status, sorted by whom it concerns and what has to happen next."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ErrorKind(StrEnum):
    """The family decides the policy; nobody downstream looks at a list of causes."""

    TRANSIENT = "transient"
    """The same question may be answered later: try again with backoff."""
    PERMANENT = "permanent"
    """The answer will not change by asking again: a person must look."""
    MISCONFIGURED = "misconfigured"
    """Our credentials or addresses are wrong, so every other call fails too."""


class Concern(StrEnum):
    """Whom a failed call concerns."""

    RECEIPT = "receipt"
    """This receipt alone; others are answered."""
    SERVICE = "service"
    """The service is in trouble: others may fail as well."""
    ACCESS = "access"
    """Our credentials, approval or addresses: every other call fails too."""
    PACE = "pace"
    """We called too often: everybody has to wait."""


KINDS: Final[Mapping[Concern, ErrorKind]] = MappingProxyType(
    {
        Concern.RECEIPT: ErrorKind.PERMANENT,
        Concern.SERVICE: ErrorKind.TRANSIENT,
        Concern.ACCESS: ErrorKind.MISCONFIGURED,
        Concern.PACE: ErrorKind.TRANSIENT,
    }
)
_CONCERNS: Final = {
    ErrorKind.PERMANENT: Concern.RECEIPT,
    ErrorKind.TRANSIENT: Concern.SERVICE,
    ErrorKind.MISCONFIGURED: Concern.ACCESS,
}
# Everybody has to wait: the source said so, or our own budget did before a call could leave.
LIMITS: Final = frozenset({"rate_limited", "quota", "held_back"})


class SourceError(Exception):
    """One failed reading.

    `kind` and `concern` are what this answer says by itself; what it means beside the answers before it,
    `tracking.sources.judging.weigh` says. `code` names the cause (`timeout`, `connection`, `tls`, `http_500`,
    `rate_limited`, `quota`, `malformed_json`, `html`, `empty`, `too_large`, `redirected`, `unknown_receipt`,
    `malformed_receipt`, `wrong_receipt`, `missing_fields`, `unauthorized`, `token_refused`, `forbidden`,
    `wrong_url`, ...). `retry_after` is in seconds from the answer, or None where the source did not say.
    `public_message` is safe to show to staff: the source's own words where it has any, and never a whole
    receipt number; `words` are these words alone. `raw` is the body as received and is personal data: store
    it encrypted or drop it. `calls` counts the requests spent on the API (not on its token endpoint).
    Neither `str()` nor `repr()` shows more than kind and code.
    """

    def __init__(
        self,
        kind: ErrorKind,
        code: str,
        *,
        public_message: str,
        words: str = "",
        http_status: int | None = None,
        retry_after: float | None = None,
        raw: str | None = None,
        duration_ms: int = 0,
    ) -> None:
        super().__init__(f"{kind}: {code}")
        self.kind = kind
        self.code = code
        self.public_message = public_message
        self.words = words
        self.http_status = http_status
        self.retry_after = retry_after
        self.raw = raw
        self.duration_ms = duration_ms
        self.calls = 1

    @property
    def concern(self) -> Concern:
        """Whom the answer concerns, as far as it says by itself."""
        return Concern.PACE if self.code in LIMITS else _CONCERNS[self.kind]
