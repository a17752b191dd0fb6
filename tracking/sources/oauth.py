"""Client-credentials tokens: one for all threads, refreshed early, by one thread at a time."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import requests

from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.failures import failure_of
from tracking.sources.transport import Answer, send

_DEFAULT_LIFETIME_S: Final = 1800.0
_EARLY_S: Final = 60.0
_REFUSALS: Final = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and the monotonic second from which it is no longer used."""

    value: str = field(repr=False)
    stale_at: float


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where and as whom to ask for a token."""

    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


class TokenProvider:
    """Holds the current token of one credential.

    Threads that find it stale wait for the one that refreshes it and share its outcome, good or bad,
    so a burst of expired calls costs one request.
    """

    def __init__(self, session: requests.Session, credentials: Credentials, *, timeout_s: float) -> None:
        self._session = session
        self._credentials = credentials
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._attempts = 0
        self._token: Token | None = None
        self._failure: SourceError | None = None

    def get(self) -> str:
        """A token that is good for a while. Raises SourceError with `calls` 0: the API was not asked."""
        attempts = self._attempts
        if token := self._usable():
            return token.value
        with self._lock:
            if token := self._usable():
                return token.value
            if attempts != self._attempts and self._failure:
                raise _copy(self._failure)
            return self._refresh().value

    def discard(self, value: str) -> None:
        """Forget a token that the API refused, unless another thread has replaced it already."""
        with self._lock:
            if self._token and self._token.value == value:
                self._token = None

    def _usable(self) -> Token | None:
        token = self._token
        return token if token and time.monotonic() < token.stale_at else None

    def _refresh(self) -> Token:
        try:
            self._token = self._request()
            self._failure = None
        except SourceError as failure:
            failure.calls = 0
            self._token, self._failure = None, failure
            raise
        finally:
            self._attempts += 1
        return self._token

    def _request(self) -> Token:
        started = time.monotonic()
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
        }
        request = requests.Request("POST", self._credentials.token_url, data=form)
        answer = send(self._session, request, timeout_s=self._timeout_s)
        if answer.status in _REFUSALS:
            raise _refusal(answer)
        if answer.status != 200:
            raise failure_of(answer, now=datetime.now(UTC))
        return read_token(answer, asked_at=started)


def read_token(answer: Answer, *, asked_at: float) -> Token:
    """The token in an answer. It is dropped 60 seconds, or a tenth of a short life, before it expires."""
    try:
        document = json.loads(answer.body)
        value = document["access_token"]
        lifetime = float(document.get("expires_in") or _DEFAULT_LIFETIME_S)
    except (ValueError, KeyError, TypeError, AttributeError):
        value, lifetime = "", 0.0
    if not isinstance(value, str) or not value:
        raise SourceError(
            ErrorKind.TRANSIENT,
            "malformed_token",
            public_message="USCIS sent an access token that cannot be read.",
            http_status=answer.status,
            duration_ms=answer.duration_ms,
        )
    return Token(value, asked_at + lifetime - min(_EARLY_S, lifetime / 10))


def _refusal(answer: Answer) -> SourceError:
    # The body is left out: some gateways echo the credentials they refuse.
    return SourceError(
        ErrorKind.MISCONFIGURED,
        "unauthorized",
        public_message="USCIS refused our credentials. Check USCIS_CLIENT_ID and USCIS_CLIENT_SECRET.",
        http_status=answer.status,
        duration_ms=answer.duration_ms,
    )


def _copy(failure: SourceError) -> SourceError:
    """A fresh exception: raising one object from many threads would grow its traceback."""
    return SourceError(
        failure.kind,
        failure.code,
        public_message=failure.public_message,
        http_status=failure.http_status,
        retry_after=failure.retry_after,
        duration_ms=failure.duration_ms,
        calls=0,
    )
