"""The WSGI entry point: `gunicorn legist.wsgi`. It does not start on keys that are not the database's."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legist.settings")

application = get_wsgi_application()

from legist.core.canary import expect_right_keys_at_start  # noqa: E402  models exist once Django is set up

expect_right_keys_at_start()
