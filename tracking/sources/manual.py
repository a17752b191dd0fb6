"""A status that a person states, for a reason: the service that corrects one pushes it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy

from tracking.sources.base import Pushed

SOURCE: Final = Pushed(key="manual", label=gettext_lazy("set by hand"))
