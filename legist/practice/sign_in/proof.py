"""Acts that take somebody who has just proved who they are."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from legist.core.errors import NeedsReauthentication

FRESH = timedelta(minutes=5)


def require_recent_proof(authenticated_at: datetime | None, *, now: datetime) -> None:
    """Raise NeedsReauthentication unless the person signed in within LEGIST_REAUTH_MINUTES."""
    _require_since(now - timedelta(minutes=settings.LEGIST_REAUTH_MINUTES), authenticated_at)


def require_fresh_proof(authenticated_at: datetime | None, *, after: datetime, now: datetime) -> None:
    """Raise NeedsReauthentication unless the person proved who they are for this very act.

    That is: later than what they decide about was written (`after`), and within five minutes.
    """
    require_recent_proof(authenticated_at, now=now)
    _require_since(now - FRESH, authenticated_at)
    if authenticated_at is None or authenticated_at <= after:
        raise NeedsReauthentication


def _require_since(oldest: datetime, authenticated_at: datetime | None) -> None:
    if authenticated_at is None or authenticated_at < oldest:
        raise NeedsReauthentication
