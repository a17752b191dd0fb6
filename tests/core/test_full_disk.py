"""A full disk: the worker waits and says so, probes fail at once, pages say what is wrong."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from structlog.testing import capture_logs

from legist.core import heartbeat, storage
from legist.core.clock import utc_now
from legist.core.models import WriteProbe
from legist.core.tasks.base import PoolBrokenError
from legist.core.tasks.worker import Ticker
from legist.core.web import views
from tests.factories.practice import Firm

# SQLite ends the whole transaction that met a full disk, so none may stand around a test.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_found", None)
    monkeypatch.setattr(storage, "KEPT_S", 0)


class _NoRoomError(Exception):
    """What the driver of PostgreSQL raises when its disk is full."""

    sqlstate = "53100"


@contextmanager
def full_disk() -> Iterator[None]:
    """Have the database itself refuse to grow; where we cannot make it, have it say what a server says."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            (pages,) = cursor.fetchone()
            cursor.execute(f"PRAGMA max_page_count = {pages}")
            # Pages that other tests have left free are taken too.
            cursor.execute("PRAGMA freelist_count")
            (free,) = cursor.fetchone()
            try:
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(storage, "PROBE_BYTES", (free + 8) * 4096)
                    yield
            finally:
                cursor.execute("PRAGMA max_page_count = 1073741823")
        return

    def refuse(execute: object, sql: str, *_: object) -> object:
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("could not extend file") from _NoRoomError()
        return execute(sql, *_)  # type: ignore[operator]

    with connection.execute_wrapper(refuse):
        yield


class EndedPool:
    """A pool whose processes died as fast as they were started."""

    starts = 0

    def start(self) -> None:
        self.starts += 1
        raise PoolBrokenError("The worker processes died.")

    def ensure(self) -> None:
        raise PoolBrokenError("The worker processes died.")

    def stop(self) -> None:
        """Nothing runs."""


def test_a_probe_leaves_nothing_behind() -> None:
    assert storage.verdict() == storage.OK
    assert not WriteProbe.objects.exists()


def test_it_is_not_ready_at_once(rf: RequestFactory) -> None:
    heartbeat.beat(heartbeat.WORKER, now=utc_now())
    assert views.readyz(rf.get("/readyz")).status_code == 200

    with full_disk():
        response = views.readyz(rf.get("/readyz"))

    assert response.status_code == 503
    assert b'"storage": "full"' in response.content
    assert views.readyz(rf.get("/readyz")).status_code == 200


def test_it_is_full_before_the_last_byte_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "LEAST_FREE", 1 << 62)

    assert storage.verdict() == (storage.FULL if connection.vendor == "sqlite" else storage.OK)


def test_the_worker_waits_says_so_once_and_goes_on() -> None:
    ticker, now = Ticker(), utc_now()
    ticker.turn(now=now)
    with full_disk(), capture_logs() as lines:
        ticker.look_after(EndedPool())
        for _turn in range(5):
            ticker.turn(now=now)
        assert ticker.is_waiting

    assert [line["event"] for line in lines] == ["disk_full"]
    ticker.turn(now=now)
    assert not ticker.is_waiting


def test_a_pool_that_breaks_for_another_reason_ends_the_worker() -> None:
    with pytest.raises(PoolBrokenError):
        Ticker().look_after(EndedPool())


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_sign_in_says_what_is_wrong(firm: Firm, headers: dict[str, str]) -> None:
    browser = Client(raise_request_exception=False, headers=headers)

    def refuse(execute: object, sql: str, *_: object) -> object:
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("database or disk is full") from _NoRoomError()
        return execute(sql, *_)  # type: ignore[operator]

    with connection.execute_wrapper(refuse):
        answer = browser.post("/accounts/login/", {"login": firm.paul.email, "password": "wrong password"})

    assert answer.status_code == 503
    assert "disk of this system is full" in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "is_full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EFBIG, "File too large"), True),
        (OSError(errno.ENOENT, "No such file"), False),
        (OperationalError("database is locked"), False),
        (_NoRoomError(), True),
        (None, False),
    ],
)
def test_it_knows_a_full_disk(error: BaseException | None, is_full: bool) -> None:
    assert storage.is_full(error) is is_full
