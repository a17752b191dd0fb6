"""The USCIS Case Status API: one receipt per call, OAuth 2 client credentials, pooled connections.

What the API does is described on developer.uscis.gov; where its answers differ from that the client
degrades to a typed failure.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

import requests
from django.conf import settings

from tracking.sources.base import Limits, Polled, Reading
from tracking.sources.departure import HeldBack, Passage, Superseded
from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.failures import Endpoint, failure_of
from tracking.sources.parsing import read_status
from tracking.sources.transport import Answer, build_session, send
from tracking.sources.words import load

_DEFAULT_LIFETIME_S: Final = 1800.0
_EARLY_S: Final = 60.0
_LONGEST_LIFETIME_S: Final = 86_400.0
_SHORTEST_SECRET: Final = 4
# What may stand in a header: printable ASCII, and not without end.
_TOKEN: Final = re.compile(r"[!-~]{1,8192}")
_REFUSED: Final = re.compile(r"client|credential|unauthori[sz]ed|denied", re.IGNORECASE)


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

    def renew(self) -> None:
        """Ask for a fresh token whatever there is. Raises SourceError like `get`."""
        with self._lock:
            self._refresh()

    def discard(self, value: str) -> None:
        """Forget a token that the API refused, unless another thread has replaced it already."""
        with self._lock:
            if self._token and self._token.value == value:
                self._token = None

    def is_current(self, value: str) -> bool:
        """Whether a token is still the one in use; it is not when the API refused it to another thread."""
        token = self._token
        return token is not None and token.value == value

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
        answer = send(self._session, request, timeout_s=self._timeout_s, passage=Passage(is_counted=False))
        if answer.status != 200:
            raise self._failure_of(answer)
        return read_token(answer, asked_at=started) or self._give_up(answer)

    def _give_up(self, answer: Answer) -> Token:
        """An answer without a token: it may still say in words that we are refused."""
        failure = self._failure_of(answer)
        if failure.code == "missing_fields":
            refused = bool(_REFUSED.search(failure.words))
            failure.kind = ErrorKind.MISCONFIGURED if refused else ErrorKind.TRANSIENT
            failure.code = "unauthorized" if refused else "malformed_token"
            failure.public_message = failure.words or "USCIS sent an access token that cannot be read."
        raise failure

    def _failure_of(self, answer: Answer) -> SourceError:
        """What the token endpoint's answer means: never anything about a receipt.

        Its words are kept without the credentials, which some gateways repeat, and its body is not.
        """
        failure = failure_of(answer, now=datetime.now(UTC), endpoint=Endpoint.TOKEN)
        for secret in (self._credentials.client_secret, self._credentials.client_id):
            if len(secret) >= _SHORTEST_SECRET:
                failure.words = failure.words.replace(secret, "•••")
                failure.public_message = failure.public_message.replace(secret, "•••")
        if failure.code == "unauthorized" and failure.words:
            failure.public_message = f"USCIS refused our credentials: {failure.words}"
        failure.raw = None
        return failure


def read_token(answer: Answer, *, asked_at: float) -> Token | None:
    """The token in an answer, None where there is none.

    It is dropped 60 seconds, or a tenth of a short life, before it expires. A lifetime that makes no sense
    is taken for the usual one, and none is longer than a day.
    """
    document = load(answer.text)
    if not isinstance(document, dict):
        return None
    value = document.get("access_token")
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        return None
    lifetime = _lifetime(document.get("expires_in"))
    return Token(value, asked_at + lifetime - min(_EARLY_S, lifetime / 10))


def _lifetime(given: object) -> float:
    try:
        seconds = float(given) if isinstance(given, str | int | float) else 0.0
    except (ValueError, OverflowError):
        seconds = 0.0
    return min(seconds, _LONGEST_LIFETIME_S) if seconds > 0 else _DEFAULT_LIFETIME_S


def _copy(failure: SourceError) -> SourceError:
    """A fresh exception: raising one object from many threads would grow its traceback."""
    fresh = SourceError(
        failure.kind,
        failure.code,
        public_message=failure.public_message,
        words=failure.words,
        http_status=failure.http_status,
        retry_after=failure.retry_after,
        duration_ms=failure.duration_ms,
    )
    fresh.calls = 0
    return fresh


_USER_AGENT: Final = "Legist/0.1"


@dataclass(frozen=True, slots=True)
class UscisConfig:
    """How to reach the API.

    `api_url` is the part before `/case-status/{receipt}`; `timeout_s` is seconds per step. `demo_id` goes
    along as a header while USCIS watches a rehearsal. `pool_size` is how many calls may be under way.
    """

    api_url: str
    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    timeout_s: float = 10.0
    demo_id: str = ""
    user_agent: str = _USER_AGENT
    pool_size: int = 16


class UscisSource:
    """Reads case statuses over HTTP. One object per process; threads share it."""

    key = "uscis"

    def __init__(self, config: UscisConfig) -> None:
        self._config = config
        self._base = config.api_url.rstrip("/").removesuffix("/case-status") + "/case-status/"
        self._session = build_session(
            config.api_url, user_agent=config.user_agent, pool_size=config.pool_size
        )
        credentials = Credentials(config.token_url, config.client_id, config.client_secret)
        self._tokens = TokenProvider(self._session, credentials, timeout_s=config.timeout_s)

    def fetch(self, receipt_number: str, *, request_id: str) -> Reading:
        """Read one receipt or raise SourceError; HeldBack when no call left, for want of a slot.

        A refused token is replaced once. Nothing else is retried here: when to ask again is the caller's
        decision, and `calls` says what this one cost.
        """
        token, answer = self._ask(receipt_number, request_id=request_id)
        if answer.status != 401:
            return _interpret(answer, receipt_number=receipt_number)
        self._tokens.discard(token)
        return self._repeat(receipt_number, request_id=request_id)

    def _repeat(self, receipt_number: str, *, request_id: str) -> Reading:
        """Ask again with a fresh token. The first call is spent, whatever comes of the second."""
        try:
            _, answer = self._ask(receipt_number, request_id=request_id)
            return replace(_interpret(answer, receipt_number=receipt_number), calls=2)
        except SourceError as failure:
            failure.calls += 1
            raise
        except HeldBack:
            text = "The access token had expired, and there was no call left to repeat the question."
            raise SourceError(ErrorKind.TRANSIENT, "held_back", public_message=text) from None

    def _ask(self, receipt_number: str, *, request_id: str) -> tuple[str, Answer]:
        """One call, with the token that is in use when it leaves; return both."""
        while True:
            token = self._tokens.get()
            with contextlib.suppress(Superseded):
                return token, self._call(receipt_number, token=token, request_id=request_id)

    def knock(self) -> bool:
        """Ask for a fresh access token, which is no call to the API; whoever refuses us is there."""
        try:
            self._tokens.renew()
        except SourceError as failure:
            return failure.kind != ErrorKind.TRANSIENT
        return True

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def _call(self, receipt_number: str, *, token: str, request_id: str) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "X-Request-ID": request_id}
        if self._config.demo_id:
            headers["demo_id"] = self._config.demo_id
        request = requests.Request("GET", self._base + quote(receipt_number, safe=""), headers=headers)
        passage = Passage(is_counted=True, is_current=lambda: self._tokens.is_current(token))
        return send(self._session, request, timeout_s=self._config.timeout_s, passage=passage)


def _interpret(answer: Answer, *, receipt_number: str) -> Reading:
    now = datetime.now(UTC)
    if not 200 <= answer.status < 300:
        raise failure_of(answer, now=now)
    return read_status(answer, receipt_number=receipt_number, now=now)


def _lanes() -> tuple[str, ...]:
    key = UscisSource.key
    return (key, *(f"{key}-{number}" for number in range(2, settings.USCIS_LANES + 1)))


def _number(lane: str) -> int:
    return int(lane.partition("-")[2] or 1)


def _configure(lane: str) -> UscisConfig:
    own = settings.USCIS_CLIENT_ID, settings.USCIS_CLIENT_SECRET
    number = _number(lane)
    client_id, client_secret = own if number == 1 else settings.USCIS_MORE_CLIENTS[number]
    return UscisConfig(
        api_url=settings.USCIS_API_URL,
        token_url=settings.USCIS_TOKEN_URL,
        client_id=client_id,
        client_secret=client_secret,
        timeout_s=settings.USCIS_TIMEOUT_S,
        demo_id=settings.USCIS_DEMO_ID,
    )


def _limits(lane: str) -> Limits:
    number = _number(lane)
    return Limits(
        per_second=settings.USCIS_MORE_TPS.get(number, settings.USCIS_TPS),
        per_day=settings.USCIS_MORE_QUOTAS.get(number, settings.USCIS_DAILY_QUOTA),
    )


SOURCE: Final = Polled(
    key=UscisSource.key,
    label="USCIS",
    lanes=_lanes,
    configure=_configure,
    connect=UscisSource,
    limits=_limits,
)
