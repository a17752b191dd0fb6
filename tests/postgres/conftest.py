"""What only PostgreSQL can do: on another database there is nothing here to collect."""

from __future__ import annotations

from django.conf import settings

collect_ignore_glob = [] if settings.DATABASES["default"]["ENGINE"].endswith("postgresql") else ["test_*.py"]
