"""Typed readers for the environment; a secret may also be a file named by `<NAME>_FILE`."""

from __future__ import annotations

import hashlib
import re
import secrets
import sys
from base64 import urlsafe_b64encode
from collections.abc import Container
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from environ import FileAwareEnv

env = FileAwareEnv()
OWNER_ONLY: Final = 0o600
YES: Final = frozenset({"1", "true", "yes", "on"})
NO: Final = frozenset({"0", "false", "no", "off"})
# Commands that read and write no data, and so need no key: an image is built where no secret is known.
KEYLESS: Final = frozenset({"collectstatic"})
NEW_KEY = 'python -c "import os, base64; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'


def text(name: str, default: str = "") -> str:
    """Return the setting without the line break that editors leave at the end of secret files.

    An empty one counts as not set: that is what container files make of a setting that nobody gave.
    Raises ImproperlyConfigured when the file that `<NAME>_FILE` names cannot be read.
    """
    try:
        return str(env.str(name, "")).strip() or default
    except (OSError, UnicodeDecodeError) as error:
        message = f"{name}_FILE names a file that cannot be read. Name a text file that this user may read."
        raise ImproperlyConfigured(message) from error


def integer(name: str, default: int, *, at_least: int = 0) -> int:
    """Read a whole number; raises ImproperlyConfigured for anything else, and for one that is too small."""
    value = text(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,9}", value) or int(value) < at_least:
        raise _refused(name, value, f"a whole number of {at_least} or more, such as {default}")
    return int(value)


def number(name: str, default: float) -> float:
    """Read a number above zero, whole or not; raises ImproperlyConfigured for anything else."""
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}([.][0-9]{1,9})?", value) or float(value) <= 0:
        raise _refused(name, value, f"a number above 0, such as {default:g}")
    return float(value)


def boolean(name: str, *, default: bool) -> bool:
    """Read yes or no; raises ImproperlyConfigured for what is neither: a slip switches nothing off."""
    value = text(name, "yes" if default else "no").lower()
    if value not in YES | NO:
        raise _refused(name, value, "yes or no")
    return value in YES


def choice(name: str, default: str, allowed: Container[str], *, such_as: str) -> str:
    """Read one of the allowed words; raises ImproperlyConfigured for another one."""
    value = text(name, default)
    if value not in allowed:
        raise _refused(name, value, such_as)
    return value


def _refused(name: str, value: str, allowed: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is {value!r}. Set it to {allowed}.")


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated setting."""
    return split(text(name, default))


def split(value: str) -> list[str]:
    """Split at commas, ignoring blanks."""
    return [word for part in value.split(",") if (word := part.strip())]


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
    value = text(name, "" if is_production else known)
    if is_production and not value and set(sys.argv[1:2]) & KEYLESS:
        return urlsafe_b64encode(secrets.token_bytes(32)).decode()
    if is_production and (not value or known in value):
        message = (
            f"{name} is not set. Production needs a key of its own. Make one with: {NEW_KEY} "
            f"(two of them joined for LEGIST_SECRET_KEY)."
        )
        raise ImproperlyConfigured(message)
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


def email_settings(url: str) -> dict[str, object]:
    """Translate `smtp://…` or `file:///directory` into Django's e-mail settings."""
    if url.startswith("file://"):
        return {
            "EMAIL_BACKEND": "legist.core.notify.mailbox.Backend",
            "EMAIL_FILE_PATH": url.removeprefix("file://"),
        }
    return dict(env.email_url_config(url)) | {"EMAIL_BACKEND": "legist.core.notify.smtp.Backend"}
