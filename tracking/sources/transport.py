"""One HTTP call with hard limits: pooled connections, explicit timeouts, no redirects, bounded answers.

Exceptions of the HTTP library carry the address, which holds a receipt number, so they are
translated here and never chained into ours.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.masking import MaskReceipts

MAX_ANSWER_BYTES: Final = 1_000_000
_CHUNK: Final = 65_536
_CONNECT_TIMEOUT_S: Final = 5.0
_mask = MaskReceipts()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer. Header names are lower case; the body is personal data."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    duration_ms: int

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 become replacement characters."""
        return self.body.decode("utf-8", errors="replace")


def build_session(url: str, *, user_agent: str, pool_size: int) -> requests.Session:
    """A session that threads may share: no cookies, no netrc, environment read once.

    Proxies and the CA bundle come from the usual variables. `pool_size` connections are kept per
    host; a further thread waits for one instead of opening more.
    """
    session = requests.Session()
    session.trust_env = False  # .netrc would silently replace the bearer token
    session.proxies.update(get_environ_proxies(url))
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=pool_size, pool_block=True, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    logging.getLogger("urllib3.connectionpool").addFilter(_mask)
    return session


def send(session: requests.Session, request: requests.Request, *, timeout_s: float) -> Answer:
    """Perform one request within about `timeout_s` seconds per step and `2 * timeout_s` in all.

    Raises SourceError `timeout`, `connection`, `tls`, `too_large` or `wrong_url`.
    """
    started = time.monotonic()
    try:
        prepared = session.prepare_request(request)
        with session.send(
            prepared,
            timeout=(min(timeout_s, _CONNECT_TIMEOUT_S), timeout_s),
            allow_redirects=False,
            stream=True,
            proxies=session.proxies,
            verify=session.verify,
        ) as response:
            body = _read(response.raw, deadline=started + 2 * timeout_s)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, body, _elapsed_ms(started))
    except (requests.RequestException, urllib3.exceptions.HTTPError, _TooLargeError) as problem:
        failure = _translate(problem, timeout_s=timeout_s)
    failure.duration_ms = _elapsed_ms(started)
    raise failure


class _TooLargeError(Exception):
    """The answer goes on past the limit."""


def _read(raw: urllib3.HTTPResponse, *, deadline: float) -> bytes:
    """The body. The deadline catches a server that sends a byte now and then for ever."""
    body = bytearray()
    while chunk := raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise _TooLargeError
        if time.monotonic() > deadline:
            raise requests.Timeout
    return bytes(body)


_TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError)
_WRONG_URLS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
)
_TLS = (requests.exceptions.SSLError, urllib3.exceptions.SSLError)


def _translate(problem: Exception, *, timeout_s: float) -> SourceError:
    if isinstance(problem, _TIMEOUTS):
        return _transient("timeout", f"USCIS did not answer within {timeout_s:g} seconds.")
    if isinstance(problem, _TLS):
        text = "The secure connection to USCIS could not be verified. Check the certificates of this machine."
        return SourceError(ErrorKind.MISCONFIGURED, "tls", public_message=text)
    if isinstance(problem, _WRONG_URLS):
        text = "The address of the USCIS API is not valid. Check USCIS_API_URL and USCIS_TOKEN_URL."
        return SourceError(ErrorKind.MISCONFIGURED, "wrong_url", public_message=text)
    if isinstance(problem, _TooLargeError):
        return _transient("too_large", "USCIS sent an answer that is far too long.")
    return _transient("connection", "The connection to USCIS failed.")


def _transient(code: str, message: str) -> SourceError:
    return SourceError(ErrorKind.TRANSIENT, code, public_message=message)


def _elapsed_ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
