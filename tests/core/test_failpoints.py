"""A process dies where and when it is told to, once; a firm's never does."""

from __future__ import annotations

import importlib
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from legist.core import failpoints
from legist.core.checks import check_environment
from legist.core.failpoints import Failpoint, atomic, calling, read
from legist.core.tasks.processes import FORK
from legist.core.uow import unit_of_work

HERE = __name__


@pytest.fixture
def arm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Path]:
    def armed(name: str, passing: int = 1) -> Path:
        monkeypatch.setattr(failpoints, "ARMED", Failpoint(name, passing, tmp_path / "died"))
        monkeypatch.setattr(failpoints, "_passings", count(1))
        return tmp_path / "died"

    return armed


def ends_with(work: Callable[[], None]) -> int | None:
    process = FORK.Process(target=work)
    process.start()
    process.join(30)
    return process.exitcode


def ask_thrice() -> None:
    for _ in range(3):
        with calling("source"):
            pass


@pytest.mark.parametrize("side", ["before", "after"])
def test_it_dies_on_either_side_of_a_call_at_the_passing_that_was_named_and_never_again(
    arm: Callable[..., Path], side: str
) -> None:
    died = arm(f"source.{side}@{HERE}.ask_thrice", 3)
    assert ends_with(ask_thrice) == -signal.SIGKILL
    assert died.exists()
    assert ends_with(ask_thrice) == 0


def test_it_passes_what_was_not_named(arm: Callable[..., Path]) -> None:
    died = arm(f"token.before@{HERE}.ask_thrice")
    assert ends_with(ask_thrice) == 0
    assert not died.exists()


@pytest.mark.django_db(transaction=True)
def test_the_sides_of_a_commit_bear_the_name_of_whose_work_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[str] = []
    monkeypatch.setattr(failpoints, "ARMED", Failpoint("", 1, Path("/")))
    monkeypatch.setattr(failpoints, "_pass", passed.append)

    def work() -> None:
        with unit_of_work(), atomic():
            passed.append("work")

    work()

    place = f"{HERE}.{work.__qualname__}"
    assert passed == ["work", f"commit.before@{place}", f"commit.after@{place}"]


@pytest.mark.parametrize("given", ["mail", "mail:1", "mail:0:/var/died", "mail:1:died", "a:b:1:/var/died"])
def test_it_reads_a_name_a_number_and_a_path_and_nothing_else(given: str) -> None:
    assert read("mail.after@a.b:2:/var/died") == Failpoint("mail.after@a.b", 2, Path("/var/died"))
    assert read("") is None
    with pytest.raises(ImproperlyConfigured, match="LEGIST_FAILPOINT"):
        read(given)


def test_production_refuses_it_and_is_not_armed_even_so(settings: LazySettings) -> None:
    assert check_environment() == []
    settings.LEGIST_FAILPOINT = "mail.after@a.b:1:/var/died"
    assert check_environment() == []
    settings.IS_PRODUCTION = True
    assert [problem.id for problem in check_environment()] == ["legist.E009"]
    try:
        assert importlib.reload(failpoints).ARMED is None
        settings.IS_PRODUCTION = False
        assert importlib.reload(failpoints).ARMED is not None
    finally:
        settings.LEGIST_FAILPOINT = ""
        assert importlib.reload(failpoints).ARMED is None
