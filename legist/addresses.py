"""Settings that are addresses: of pages, of people, and of services with a password inside.

A password may hold any sign as it stands; one that is percent-encoded is decoded. What no part of an address
can be is refused at start, by the setting's name alone.
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import quote, unquote

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from environ import Env

from legist.environment import refused, text

MAILBOX: Final = "legist.core.channels.mailbox.Backend"
SMTP: Final = "legist.core.channels.email.Backend"
IN_MEMORY: Final = ("sqlite://", "sqlite://:memory:", "sqlite:///:memory:")
_PAGE: Final = re.compile(r"https?://(?P<place>[^/@?#\s\\]+)(?P<path>/[^?#\s\\]*)?")
# The last @ ends the password; behind it stands none that is not percent-encoded.
_SERVICE: Final = re.compile(
    r"(?P<scheme>[a-z0-9+]+)://(?:(?P<user>[^:/?#]*)(?::(?P<password>.*))?@)?"
    r"(?P<places>[^@/?#\s]*)(?P<rest>(?:[/?][^@#\s]*)?)"
)
_PLACE: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]*)(?::(?P<port>[0-9]{1,5}))?")
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")


def page(name: str, default: str = "", *, is_origin: bool = False) -> str:
    """Read the address of a page without the `/` at its end, or of a whole host where `is_origin`."""
    value = text(name, default).rstrip("/")
    found = _PAGE.fullmatch(value)
    if value and not (found and _is_place(found["place"]) and not (is_origin and found["path"])):
        such_as = "https://host.example" if is_origin else "https://host.example/path"
        raise refused(name, f"an address such as {such_as}, without a password or a question")
    return value


def host_of(address: str) -> str:
    """Return the host of an address that `page` has read, in lower case."""
    found = _PAGE.fullmatch(address)
    place = _PLACE.fullmatch(found["place"]) if found else None
    return place["host"].lower() if place else ""


def is_here(address: str) -> bool:
    """Say whether an address of a page stands on this machine, so that nothing leaves it."""
    return host_of(address) in {"localhost", "127.0.0.1", "[::1]"}


def sender(name: str, default: str) -> str:
    """Read one person's address, alone or as `The firm <office@firm.example>`."""
    value = text(name, default)
    address = parseaddr(value)[1] if value.isprintable() and value.count("@") == 1 else ""
    try:
        validate_email(address)
    except ValidationError:
        address = ""
    if not address or not (value == address or value.endswith(f"<{address}>")):
        raise refused(name, "one address, such as office@firm.example")
    return value


def database(name: str, default: str) -> dict[str, Any]:
    """Read where the data is: a file of SQLite, its path taken as it stands, or PostgreSQL."""
    value = text(name, default)
    if value in IN_MEMORY or value.removeprefix("sqlite:///") not in {value, ""}:
        path = ":memory:" if value in IN_MEMORY else value.removeprefix("sqlite:///")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path}
    url = _service(value, {"postgres", "postgresql", "pgsql", "psql"})
    found = _translated(Env.db_url_config, url) if url else {}
    if not found.get("NAME"):
        raise refused(name, "sqlite:///path or postgres://user:password@host:5432/name")
    return found


def cache(name: str, default: str) -> dict[str, Any]:
    """Read where sign-in limits are counted."""
    url = _service(text(name, default), set(Env.CACHE_SCHEMES))
    found = _translated(Env.cache_url_config, url) if url else {}
    if not found:
        raise refused(name, "dbcache://table, redis://:password@host:6379/0, or leave it empty")
    return found


def broker(name: str) -> str:
    """Read where Celery's messages go, its user and password percent-encoded; empty when there is none."""
    value = text(name)
    url = _service(value, {"redis", "rediss", "amqp", "amqps"})
    if value and not url:
        raise refused(
            name, "redis://:password@host:6379/0, amqp://user:password@host:5672/name, or leave it empty"
        )
    return url


def mail(name: str, default: str) -> dict[str, Any]:
    """Translate `smtp+tls://…` or `file:///directory` into Django's settings; without either, no server."""
    value = text(name, default)
    if not value:
        return {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": ""}
    if value.startswith("file://") and value != "file://":
        return {"EMAIL_BACKEND": MAILBOX, "EMAIL_FILE_PATH": value.removeprefix("file://")}
    url = _service(value, {"smtp", "smtps", "smtp+tls", "smtp+ssl"}, has_path=False)
    found = _translated(Env.email_url_config, url) if url else {}
    if not found.get("EMAIL_HOST"):
        raise refused(name, "smtp+tls://user:password@host:587, or file:///directory outside production")
    return found | {"EMAIL_BACKEND": SMTP}


def _service(value: str, schemes: set[str], *, has_path: bool = True) -> str:
    """Return the address with its user and password percent-encoded, or nothing when it is none."""
    found = _SERVICE.fullmatch(value)
    if not found or found["scheme"] not in schemes or not (has_path or found["rest"] in {"", "/"}):
        return ""
    if not all(_is_place(place, is_named=False) for place in found["places"].split(",")):
        return ""
    person = ":".join(
        quote(unquote(part), safe="") for part in found.group("user", "password") if part is not None
    )
    return f"{found['scheme']}://{person}{'@' if person else ''}{found['places']}{found['rest']}"


def _is_place(place: str, *, is_named: bool = True) -> bool:
    """Say whether this is a host with or without a port; it may be missing unless `is_named`."""
    found = _PLACE.fullmatch(place)
    if not found or not (found["port"] is None or 0 < int(found["port"]) <= 65535):
        return False
    host = found["host"]
    if host.startswith("["):
        try:
            return bool(ip_address(host[1:-1]))
        except ValueError:
            return False
    return all(map(_LABEL.fullmatch, host.removesuffix(".").split("."))) if host else not is_named


def _translated(translate: Any, url: str) -> dict[str, Any]:
    """Return what the library makes of an address; nothing where it raises, for it shows what it met."""
    try:
        return dict(translate(url))
    except (ValueError, TypeError, LookupError, ImproperlyConfigured):
        return {}
