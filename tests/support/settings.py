"""Settings of one block, and a whole environment that production accepts."""

from __future__ import annotations

import os
import runpy
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from tests.support.commands import ROOT


@contextmanager
def setting(name: str, value: str) -> Iterator[None]:
    """Set one variable of the environment until the block ends."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def new_key() -> str:
    return urlsafe_b64encode(os.urandom(32)).decode()


def production() -> dict[str, str]:
    """Return the settings of a firm whose one worker does everything, polling included."""
    return {
        "LEGIST_ENV": "prod",
        "LEGIST_SECRET_KEY": new_key() + new_key(),
        "LEGIST_FIELD_KEYS": new_key(),
        "LEGIST_INDEX_KEY": new_key(),
        "LEGIST_BASE_URL": "https://legist.firm.example",
        "LEGIST_ALLOWED_HOSTS": "legist.firm.example",
        "LEGIST_TRUSTED_PROXIES": "1",
        "LEGIST_EMAIL_URL": "smtp+tls://office:password@mail.firm.example:587",
        "LEGIST_FROM_EMAIL": "office@firm.example",
        "USCIS_CLIENT_ID": "client",
        "USCIS_CLIENT_SECRET": "secret",
    }


def verdict(environment: dict[str, str]) -> str:
    """Return what `check --deploy` would say of these settings and no others; nothing when they are well.

    The settings are read anew, and those that come out different are in force for the checks; the database
    stays that of the tests.
    """
    with patch.dict(os.environ, environment):
        # The browser's driver lets Django run beside its own loop, which would be a warning here.
        ours = {name for name in os.environ if name.startswith(("LEGIST_", "USCIS_", "DJANGO_ALLOW_"))}
        for name in ours - set(environment):
            del os.environ[name]
        try:
            read = runpy.run_path(str(ROOT / "legist/settings.py"))
        except ImproperlyConfigured as error:
            return str(error)
        return _complaints(read)


def _complaints(read: dict[str, Any]) -> str:
    kept = {"DATABASES", "LOGGING"}
    other = {
        name: value
        for name, value in read.items()
        if name.isupper() and name not in kept and value != getattr(settings, name, None)
    }
    with override_settings(**other):
        found = run_checks(include_deployment_checks=True)
    return "\n".join(str(each) for each in found if each.level >= WARNING)
