"""Guard for data that rests unencrypted in queues and events: ids, codes and counts."""

from __future__ import annotations

from collections.abc import Mapping

Plain = str | int | float | bool | None
LONGEST_TEXT = 200


def plain(data: Mapping[str, object]) -> dict[str, Plain]:
    """Return a copy that is safe to store as JSON.

    Only flat mappings of short text, numbers, booleans and None pass; anything else raises TypeError
    that names the key and not the value.
    """
    return {key: _plain_value(key, value) for key, value in data.items()}


def _plain_value(key: str, value: object) -> Plain:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        message = f"The value of {key!r} is longer than {LONGEST_TEXT} characters: pass an id instead."
        raise TypeError(message)
    if value is None or isinstance(value, str | int | float):
        return value
    message = f"The value of {key!r} is a {type(value).__name__}: pass its id as text."
    raise TypeError(message)
