"""Typed readers for the environment; a secret may also be a file named by `<NAME>_FILE`."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from django.core.exceptions import ImproperlyConfigured
from environ import FileAwareEnv

env = FileAwareEnv()
NEW_KEY = 'python -c "import os, base64; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'


def text(name: str, default: str = "") -> str:
    """Return the setting without the line break that editors leave at the end of secret files."""
    return str(env.str(name, default)).strip()


def integer(name: str, default: int) -> int:
    return int(text(name, str(default)))


def number(name: str, default: float) -> float:
    return float(text(name, str(default)))


def boolean(name: str, *, default: bool) -> bool:
    return text(name, "yes" if default else "no").lower() in {"1", "true", "yes", "on"}


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
    worker and commands all stop before they touch data.
    """
    known = development_key(purpose)
    value = text(name, "" if is_production else known)
    if is_production and (not value or known in value):
        message = (
            f"{name} is not set. Production needs a key of its own. Make one with: {NEW_KEY} "
            f"(two of them joined for LEGIST_SECRET_KEY)."
        )
        raise ImproperlyConfigured(message)
    return value


def email_settings(url: str) -> dict[str, object]:
    """Translate `smtp://…` or `file:///directory` into Django's e-mail settings."""
    if url.startswith("file://"):
        return {
            "EMAIL_BACKEND": "legist.core.notify.mailbox.Backend",
            "EMAIL_FILE_PATH": url.removeprefix("file://"),
        }
    return dict(env.email_url_config(url)) | {"EMAIL_BACKEND": "legist.core.notify.smtp.Backend"}
