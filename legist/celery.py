"""The Celery application, for `celery -A legist …` to look at; the worker is `manage.py worker`."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legist.settings")
django.setup()

from django.conf import settings  # noqa: E402  its tasks need Django

from legist.core.tasks.celery import app_of  # noqa: E402

app = app_of(settings.LEGIST_BROKER_URL)
