"""A worker process of its own for the quota test: reserves until the day is used up, prints its slots."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import django


def main() -> None:
    django.setup()
    from legist.core.resilience import quota

    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    while (grant := quota.reserve("shared", 7, now=now)).granted:
        for index in range(grant.granted):
            sys.stdout.write(grant.slot(index).isoformat() + "\n")


if __name__ == "__main__":
    main()
