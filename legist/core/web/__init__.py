"""The web side of the kernel."""

from __future__ import annotations

from django.http import HttpRequest

from legist.core.actors import Actor
from legist.core.errors import NotFound


def request_actor(request: HttpRequest) -> Actor:
    """Return who makes this request; views that call it are for signed-in people."""
    if not request.user.is_authenticated:
        raise NotFound
    return Actor.for_user(request.user)
