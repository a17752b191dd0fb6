"""The WSGI entry point: `gunicorn legist.wsgi`. It does not start on keys that are not the database's."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legist.settings")

# gunicorn stops when a worker ends with it; with another code it would start the worker again and again.
CANNOT_LOAD = 4

try:
    application = get_wsgi_application()

    from legist.core.canary import expect_right_keys_at_start  # models exist once Django is set up
    from legist.core.heartbeat import release

    expect_right_keys_at_start()
    release()  # what this process began with
except ImproperlyConfigured as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(CANNOT_LOAD)
