"""Typed readers for the environment; a secret may also be a file named by `<NAME>_FILE`.

A value is taken as it stands: nothing in it is expanded. What is refused is named and never shown, since a
value that went wrong may be a secret in the wrong place.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
from base64 import urlsafe_b64encode
from collections.abc import Container
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

OWNER_ONLY: Final = 0o600
YES: Final = frozenset({"1", "true", "yes", "on"})
NO: Final = frozenset({"0", "false", "no", "off"})
# Commands that read and write no data, and so need no key: an image is built where no secret is known.
KEYLESS: Final = frozenset({"collectstatic"})
# What a running firm must do, and never a word of making another key: its data opens with the old one only.
RESTORE: Final = (
    ". Restore this key from the copy that was put away: what is encrypted opens with no other. Nothing was "
    "read or written."
)
MAKE_KEY: Final = 'python -c "import os, base64; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
NEW_KEY: Final = (
    f"A first installation makes one: {MAKE_KEY}. A firm with data keeps the key it has until "
    "docs/howto/rotate-keys.md has replaced it."
)


def text(name: str, default: str = "") -> str:
    """Return the setting without the line break that editors leave at the end of secret files.

    An empty one counts as not set: that is what container files make of a setting that nobody gave.
    Raises ImproperlyConfigured when the file that `<NAME>_FILE` names cannot be read, and when the setting is
    given both ways: whichever won, somebody would believe in the other.
    """
    given, path = (os.environ.get(key, "").strip() for key in (name, f"{name}_FILE"))
    if given and path:
        message = f"{name} and {name}_FILE are both given. Keep one of them and remove the other."
        raise ImproperlyConfigured(message)
    return (_content(name, path) if path else given) or default


def _content(name: str, path: str) -> str:
    # ValueError: it is no text, or no name of a file. Raised outside, for these errors show what they met.
    with suppress(OSError, ValueError):
        content = Path(path).read_text(encoding="utf-8-sig").strip()
        if "\0" not in content:
            return content
    message = f"{name}_FILE names a file that cannot be read. Name a text file that this user may read."
    raise ImproperlyConfigured(message)


def integer(name: str, default: int, *, at_least: int = 0) -> int:
    """Read a whole number; raises ImproperlyConfigured for anything else, and for one that is too small."""
    value = text(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,9}", value) or int(value) < at_least:
        raise refused(name, f"a whole number of {at_least} or more, such as {default}")
    return int(value)


def days(name: str, default: str) -> list[int]:
    """Read numbers of days in rising order, separated by commas; 0 stands for none."""
    found = words(name, default)
    if found == ["0"]:
        return []
    if not all(each.isdecimal() and int(each) > 0 for each in found) or found != sorted(set(found), key=int):
        raise refused(name, "numbers of days in rising order, such as 1,2, or 0")
    return [int(each) for each in found]


def number(name: str, default: float) -> float:
    """Read a number above zero, whole or not; raises ImproperlyConfigured for anything else."""
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}([.][0-9]{1,9})?", value) or float(value) <= 0:
        raise refused(name, f"a number above 0, such as {default:g}")
    return float(value)


def boolean(name: str, *, default: bool) -> bool:
    """Read yes or no; raises ImproperlyConfigured for what is neither: a slip switches nothing off."""
    value = text(name, "yes" if default else "no").lower()
    if value not in YES | NO:
        raise refused(name, "yes or no")
    return value in YES


def choice(name: str, default: str, allowed: Container[str], *, such_as: str) -> str:
    """Read one of the allowed words; raises ImproperlyConfigured for another one."""
    value = text(name, default)
    if value not in allowed:
        raise refused(name, such_as)
    return value


def refused(name: str, allowed: str) -> ImproperlyConfigured:
    """Return the error that names a setting and what it may be, never what it was."""
    return ImproperlyConfigured(f"{name} is not usable. Set it to {allowed}.")


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated setting."""
    return split(text(name, default))


def split(value: str) -> list[str]:
    """Split at commas, ignoring blanks."""
    return [word for part in value.split(",") if (word := part.strip())]


def telephone_numbers(name: str, value: str) -> list[str]:
    """Read telephone numbers, comma-separated; raises ImproperlyConfigured for what cannot be dialled."""
    numbers = split(value)
    for number_ in numbers:
        digits = sum(sign.isdigit() for sign in number_)
        if not re.fullmatch(r"\+?[0-9(][0-9 ().-]*", number_) or not 7 <= digits <= 15:
            raise refused(name, "a number with its area code, such as +1 305 555 0100")
    return numbers


def links(name: str, value: str) -> list[str]:
    """Read addresses of pages, comma-separated; raises ImproperlyConfigured for anything but plain https."""
    found = split(value)
    for link in found:
        if not re.fullmatch(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(/[!-~]*)?", link) or set(link) & set("?#"):
            allowed = "an https address without a port or question, such as https://firm.example/contact"
            raise refused(name, allowed)
    return found


def levels(name: str, value: str) -> dict[str, int]:
    """Read `name=number` pairs, comma-separated, with whole numbers from 1."""
    pairs = [pair.partition("=") for pair in split(value)]
    for key, _equals, level in pairs:
        if not re.fullmatch(r"[a-z_]+", key.strip()) or not re.fullmatch(r"[1-9][0-9]{0,5}", level.strip()):
            raise refused(name, "pairs such as source_down=15,queue_late=10, with whole numbers from 1")
    return {key.strip(): int(level) for key, _equals, level in pairs}


def development_key(purpose: str) -> str:
    """A key everybody knows, so that a fresh checkout starts; `secret` refuses it in production."""
    return urlsafe_b64encode(hashlib.sha256(f"legist development {purpose}".encode()).digest()).decode()


def secret(name: str, purpose: str, *, is_production: bool) -> str:
    """Return a key; outside production one that everybody knows stands in, so that a fresh checkout starts.

    Raises ImproperlyConfigured in production when it is missing or is the one that everybody knows: web,
    worker and commands all stop before they touch data. A command that touches none gets a key of its own
    that is forgotten with it.
    """
    known = development_key(purpose)
    value = _key_file(name) or text(name, "" if is_production else known)
    if is_production and not value and set(sys.argv[1:2]) & KEYLESS:
        return urlsafe_b64encode(secrets.token_bytes(32)).decode()
    if is_production and (not value or known in value):
        message = (
            f"{name} is not set{RESTORE} A first installation makes its keys as docs/howto/deploy.md says."
        )
        raise ImproperlyConfigured(message)
    return value


def _key_file(name: str) -> str:
    """Return the key in the file that `<NAME>_FILE` names; empty where no file is named.

    Raises ImproperlyConfigured for a file that is lost or empty: a firm had a key there once.
    """
    if not os.environ.get(f"{name}_FILE") or os.environ.get(name):
        return ""
    try:
        value = text(name)
    except ImproperlyConfigured:
        value = ""
    if not value:
        raise ImproperlyConfigured(
            f"{name}_FILE names a file that is missing, empty or not readable{RESTORE}"
        )
    return value


def keep_private(file: Path) -> None:
    """Let only the owner read and write a file that is about to hold personal data; make it if need be.

    SQLite gives the files it puts beside its database the same mode. A place where no file can be made is
    left to whoever opens it, who says what is wrong.
    """
    with suppress(OSError):
        file.touch(mode=OWNER_ONLY)
        if file.stat().st_mode & 0o077:
            file.chmod(OWNER_ONLY)
