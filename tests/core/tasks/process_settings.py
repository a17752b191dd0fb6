"""The product's settings for processes that tests start; the tasks of the tests are added."""

from __future__ import annotations

from legist.settings import *  # noqa: F403  every setting of the product
from legist.settings import INSTALLED_APPS as PRODUCT_APPS

INSTALLED_APPS = [*PRODUCT_APPS, "tests.core.tasks"]
