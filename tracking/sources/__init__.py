"""Where case statuses come from. `get_source` is the only way the rest of the product obtains one."""

from __future__ import annotations

import os
import threading

from django.conf import settings

from tracking.sources.base import Source
from tracking.sources.uscis import UscisConfig, UscisSource

__all__ = ["get_source"]

_lock = threading.Lock()
_sources: dict[UscisConfig, UscisSource] = {}


def get_source(key: str) -> Source:
    """The source of that name, built from the settings once per process.

    Raises LookupError for a name that cannot be polled; a typed status goes through ManualSource instead.
    """
    if key != UscisSource.key:
        raise LookupError(f"No source named {key!r} can be polled. The known one is {UscisSource.key!r}.")
    config = _uscis_config()
    with _lock:
        if config not in _sources:
            _sources[config] = UscisSource(config)
        return _sources[config]


def _uscis_config() -> UscisConfig:
    return UscisConfig(
        api_url=settings.USCIS_API_URL,
        token_url=settings.USCIS_TOKEN_URL,
        client_id=settings.USCIS_CLIENT_ID,
        client_secret=settings.USCIS_CLIENT_SECRET,
        timeout_s=settings.USCIS_TIMEOUT_S,
        demo_id=settings.USCIS_DEMO_ID,
    )


def _forget_after_fork() -> None:
    """A child must not share sockets with its parent, nor wait for a lock that nobody holds any more."""
    global _lock  # noqa: PLW0603 - the inherited lock may be held by a thread that does not exist here
    _lock = threading.Lock()
    _sources.clear()


os.register_at_fork(after_in_child=_forget_after_fork)
