"""Where case statuses come from: the registry, and the only way the rest of the product obtains a source."""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable
from typing import Any, Final

from django.utils.translation import gettext_lazy

from tracking.sources import uscis
from tracking.sources.base import Limits, Polled, Pushed, Source

__all__ = ["POLLED", "REGISTERED", "get_source", "label_of", "limits_of"]

# A person states a status for a reason: the service that corrects one pushes it.
MANUAL: Final = Pushed(key="manual", label=gettext_lazy("set by hand"))
# A source that is asked has a file of its own; each has its place here.
REGISTERED: Final[dict[str, Polled | Pushed]] = {each.key: each for each in (uscis.SOURCE, MANUAL)}
# The source that is asked when something is due.
POLLED: Final = uscis.SOURCE.key

_lock = threading.Lock()
_sources: dict[tuple[str, Hashable], Any] = {}


def get_source(key: str) -> Source:
    """The source of that name, built from the settings once per process.

    Raises LookupError for a name that cannot be polled.
    """
    source = _polled(key)
    config = source.configure()
    with _lock:
        if (key, config) not in _sources:
            _sources[key, config] = source.connect(config)
        built: Source = _sources[key, config]
        return built


def limits_of(key: str) -> Limits:
    """How often the source may be called, by the settings. Raises LookupError like `get_source`."""
    return _polled(key).limits()


def lanes_of(key: str) -> tuple[str, ...]:
    """The lanes of a source, the first of them its own."""
    return (key,)


def label_of(key: str) -> str:
    """A source's name for people; a key that nobody registered as it is."""
    source = REGISTERED.get(key)
    return str(source.label) if source else key


def _polled(key: str) -> Polled:
    source = REGISTERED.get(key)
    if not isinstance(source, Polled):
        known = ", ".join(repr(each.key) for each in REGISTERED.values() if isinstance(each, Polled))
        raise LookupError(f"No source named {key!r} can be polled. Those that can: {known}.")  # noqa: TRY004  a name is wrong, no type
    return source


def _forget_after_fork() -> None:
    """A child must not share sockets with its parent, nor wait for a lock that nobody holds any more."""
    global _lock  # noqa: PLW0603 - the inherited lock may be held by a thread that does not exist here
    _lock = threading.Lock()
    _sources.clear()


os.register_at_fork(after_in_child=_forget_after_fork)
