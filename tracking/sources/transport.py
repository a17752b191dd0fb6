"""One HTTP call with hard limits: pooled connections, explicit timeouts, no redirects, bounded answers.

Exceptions of the HTTP library carry the address, which holds a receipt number, so they are
translated here and never chained into ours.
"""

from __future__ import annotations

import codecs
import contextlib
import logging
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from legist.core.failpoints import calling
from tracking.sources import departure
from tracking.sources.departure import Passage
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
        """The body as text, whatever it is encoded in; a byte order mark is no part of it."""
        return decoded(self.body, self.headers.get("content-type", ""))


_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.\-]+)", re.IGNORECASE)
_WESTERN: Final = "cp1252"


def decoded(body: bytes, content_type: str) -> str:
    """Bytes as text: by their mark, as UTF-8 where they are, else by the label, else as Western European.

    What is valid UTF-8 with anything but ASCII in it is hardly ever something else, whatever the label says.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark) and len(body) > len(mark):
            return body[len(mark) :].decode(encoding, errors="replace")
    label = _encoding(content_type)
    wide = [label] if label.startswith(("utf-16", "utf-32")) else []
    for encoding in (*wide, "utf-8", label):
        with contextlib.suppress(UnicodeDecodeError):
            return body.decode(encoding)
    return body.decode(_WESTERN, errors="replace")


def _encoding(content_type: str) -> str:
    """The text encoding that a header names; Western European where it names none that exists."""
    found = _CHARSET.search(content_type)
    try:
        known = codecs.lookup(found[1]) if found else None
    except (LookupError, ValueError):
        known = None
    name = known.name if known is not None and known._is_text_encoding else _WESTERN  # noqa: SLF001
    return _WESTERN if name == "iso8859-1" else name


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
    adapter = _Adapter(pool_connections=4, pool_maxsize=pool_size, pool_block=True, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    logging.getLogger("urllib3.connectionpool").addFilter(_mask)
    return session


def send(
    session: requests.Session, request: requests.Request, *, timeout_s: float, passage: Passage
) -> Answer:
    """Perform one request within about `timeout_s` seconds per step and `2 * timeout_s` in all.

    It leaves in the slot that its thread is given (`tracking.sources.departure`). Raises SourceError
    `timeout`, `connection`, `tls`, `too_large` or `wrong_url`, with `calls` 0 where no call to the API left;
    HeldBack or Superseded where there was no leaving.
    """
    with departure.passing(passage):
        try:
            return _send(session, request, timeout_s=timeout_s, passage=passage)
        except (requests.RequestException, urllib3.exceptions.HTTPError, _TooLargeError) as problem:
            failure = _translate(problem, timeout_s=timeout_s)
    failure.duration_ms = _elapsed_ms(passage.started)
    failure.calls = int(passage.has_left and passage.is_counted)
    raise failure


def _send(
    session: requests.Session, request: requests.Request, *, timeout_s: float, passage: Passage
) -> Answer:
    prepared = session.prepare_request(request)
    with (
        calling("source" if passage.is_counted else "token"),
        session.send(
            prepared,
            timeout=(min(timeout_s, _CONNECT_TIMEOUT_S), timeout_s),
            allow_redirects=False,
            stream=True,
            proxies=session.proxies,
            verify=session.verify,
        ) as response,
    ):
        body = _read(response.raw, deadline=passage.started + 2 * timeout_s)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, body, _elapsed_ms(passage.started))


class _Connection(urllib3.connection.HTTPConnection):
    """Asks for the request's slot once it is connected, right before the first byte."""

    def request(self, *arguments: Any, **options: Any) -> None:
        if self.sock is None:
            self.connect()
        departure.leave()
        super().request(*arguments, **options)


class _SafeConnection(_Connection, urllib3.connection.HTTPSConnection):
    """The same over TLS."""


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _SafePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SafeConnection


class _Adapter(HTTPAdapter):
    """Opens connections that ask for a slot, directly and through a proxy."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*arguments, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


_POOLS: Final = {"http": _Pool, "https": _SafePool}


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
