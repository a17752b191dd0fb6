"""Where case statuses come from: the registry, and the only way the rest of the product obtains a source."""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable
from typing import Any, Final

from django.utils.translation import gettext, gettext_lazy

from tracking.sources import uscis
from tracking.sources.base import Limits, Polled, Pushed, Source

__all__ = ["POLLED", "REGISTERED", "get_source", "label_of", "lanes_of", "limits_of"]

# A person states a status for a reason: the service that corrects one pushes it.
MANUAL: Final = Pushed(key="manual", label=gettext_lazy("set by hand"))
# A source that is asked has a file of its own; each has its place here.
REGISTERED: Final[dict[str, Polled | Pushed]] = {each.key: each for each in (uscis.SOURCE, MANUAL)}
# The source that is asked when something is due.
POLLED: Final = uscis.SOURCE.key

_lock = threading.Lock()
_sources: dict[tuple[str, Hashable], Any] = {}


def get_source(lane: str) -> Source:
    """The source behind a lane, with its credential, built from the settings once per process.

    Raises LookupError for a name that cannot be polled.
    """
    source = _polled(lane)
    config = source.configure(lane)
    with _lock:
        if (lane, config) not in _sources:
            _sources[lane, config] = source.connect(config)
        built: Source = _sources[lane, config]
        return built


def limits_of(lane: str) -> Limits:
    """How often the lane may be called, by the settings. Raises LookupError like `get_source`."""
    return _polled(lane).limits(lane)


def lanes_of(key: str) -> tuple[str, ...]:
    """The lanes of a source, one for each credential; the first has the name of the source."""
    return _polled(key).lanes()


def label_of(key: str) -> str:
    """The name of a source or of one of its lanes for people; a key that nobody registered as it is."""
    name, _dash, number = key.partition("-")
    source = REGISTERED.get(name)
    if source is None:
        return key
    return (
        gettext("%(source)s, lane %(number)s") % {"source": source.label, "number": number}
        if number
        else str(source.label)
    )


def _polled(lane: str) -> Polled:
    source = REGISTERED.get(lane.partition("-")[0])
    if not isinstance(source, Polled) or lane not in source.lanes():
        known = ", ".join(repr(each.key) for each in REGISTERED.values() if isinstance(each, Polled))
        raise LookupError(f"No source named {lane!r} can be polled. Those that can: {known}.")
    return source


def _forget_after_fork() -> None:
    """A child must not share sockets with its parent, nor wait for a lock that nobody holds any more."""
    global _lock  # noqa: PLW0603 - the inherited lock may be held by a thread that does not exist here
    _lock = threading.Lock()
    _sources.clear()


os.register_at_fork(after_in_child=_forget_after_fork)
