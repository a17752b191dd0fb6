"""Typed readers for the environment; a secret may also be a file named by `<NAME>_FILE`."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from environ import FileAwareEnv

env = FileAwareEnv()


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
    """Split a comma-separated setting, ignoring blanks."""
    return [word for part in text(name, default).split(",") if (word := part.strip())]


def development_key(purpose: str) -> str:
    """A key everybody knows, so that a fresh checkout starts; production refuses it (core.checks)."""
    return urlsafe_b64encode(hashlib.sha256(f"legist development {purpose}".encode()).digest()).decode()


def email_settings(url: str) -> dict[str, object]:
    """Translate `smtp://…` or `file:///directory` into Django's e-mail settings."""
    if url.startswith("file://"):
        return {
            "EMAIL_BACKEND": "legist.core.notify.mailbox.Backend",
            "EMAIL_FILE_PATH": url.removeprefix("file://"),
        }
    return dict(env.email_url_config(url)) | {"EMAIL_BACKEND": "legist.core.notify.smtp.Backend"}
