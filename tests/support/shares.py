"""Gives each worker of the suite whole files, and whole folders where tests share what is dear to start."""

from __future__ import annotations

from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

# One built image with its containers, one running product with its browser: the longest, so they come first.
TOGETHER: Final = ("tests/deploy", "tests/e2e")


def home(nodeid: str) -> str:
    """Return the folder that stays together, or the file of the test."""
    return next((each for each in TOGETHER if nodeid.startswith(f"{each}/")), nodeid.partition("::")[0])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: home(item.nodeid) not in TOGETHER)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Any:
    config.option.loadscopereorder = False
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = home
    return scheduler
