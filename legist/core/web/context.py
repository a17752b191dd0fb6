"""What every page of the shells needs, worked out only when a template asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest

from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from legist.core.web import navigation
from legist.core.web.navigation import Place, Signal


@dataclass
class Shell:
    """The frame around a page, for the person who asks."""

    request: HttpRequest
    is_live: ClassVar[bool] = True

    @property
    def firm_name(self) -> str:
        return str(settings.LEGIST_FIRM_NAME)

    @cached_property
    def actor(self) -> Actor | None:
        user = getattr(self.request, "user", None)
        return Actor.for_user(user) if user is not None and user.is_authenticated else None

    @cached_property
    def person(self) -> str:
        """Tells people apart in a browser's tab without naming them; empty when nobody is signed in."""
        return keyed_hash(self.actor.id.encode(), purpose="tab")[:24] if self.actor else ""

    @cached_property
    def places(self) -> list[Place]:
        path = navigation.page_path(self.request)
        return navigation.places(self.actor, path=path) if self.actor else []

    @property
    def portal(self) -> list[Place]:
        """The places of a client."""
        return [place for place in self.places if place.item.section == navigation.PORTAL]

    @property
    def work(self) -> list[Place]:
        return [place for place in self.places if place.item.section == navigation.WORK]

    @property
    def office(self) -> list[Place]:
        return [place for place in self.places if place.item.section == navigation.OFFICE]

    @property
    def sections(self) -> list[list[Place]]:
        """The two lists of the rail: the daily places above, the rest below."""
        return [self.work, self.office]

    @property
    def first_places(self) -> list[Place]:
        """The four that fit into the bottom bar of a phone, beside "More"."""
        return self.places[:4]

    @cached_property
    def signal(self) -> Signal | None:
        return navigation.signal(self.actor) if self.actor else None

    @property
    def search_url(self) -> str:
        return navigation.search_url()

    @property
    def token(self) -> str:
        """Changes when the rail or the dot would look different."""
        counts = ".".join(f"{place.item.key}{place.count or 0}" for place in self.places)
        return f"{counts}.{self.signal.tone}.{self.signal.label}" if self.signal else counts


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: `shell` in every template."""
    return {"shell": Shell(request)}
