"""The USCIS Case Status API: one receipt per call, OAuth 2 client credentials, pooled connections.

What the API does is described on developer.uscis.gov; where its answers differ from that the client
degrades to a typed failure.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

import requests
from django.conf import settings

from tracking.sources.base import Limits, Polled, Reading
from tracking.sources.departure import HeldBack, Passage, Superseded
from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.failures import failure_of
from tracking.sources.oauth import Credentials, TokenProvider
from tracking.sources.parsing import read_status
from tracking.sources.transport import Answer, build_session, send

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


def _configure() -> UscisConfig:
    return UscisConfig(
        api_url=settings.USCIS_API_URL,
        token_url=settings.USCIS_TOKEN_URL,
        client_id=settings.USCIS_CLIENT_ID,
        client_secret=settings.USCIS_CLIENT_SECRET,
        timeout_s=settings.USCIS_TIMEOUT_S,
        demo_id=settings.USCIS_DEMO_ID,
    )


def _limits() -> Limits:
    return Limits(per_second=settings.USCIS_TPS, per_day=settings.USCIS_DAILY_QUOTA)


SOURCE: Final = Polled(
    key=UscisSource.key, label="USCIS", configure=_configure, connect=UscisSource, limits=_limits
)
