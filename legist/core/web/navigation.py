"""The shell around every page and its places. Each app registers its own from its `ready()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from legist.core.actors import Actor
from legist.core.crypto import keyed_hash

Allows = Callable[[Actor, str], bool]
Count = Callable[[Actor], int | None]
WORK, OFFICE, PORTAL = "work", "office", "portal"


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationItem:
    """One place in the rail: who may go there, its letter after `g`, and how much waits there.

    `section` is WORK (the daily places, above) or OFFICE (the rest, below),
    or PORTAL (what a client sees). `count` runs one cheap query. What takes more is counted by `recount`,
    which only the rail runs when it asks again; `count` then says what is known, or None.
    """

    key: str
    label: str | Promise
    url_name: str
    icon: str
    capability: str | None = None
    count: Count | None = None
    recount: Count | None = None
    order: int = 100
    section: str = WORK
    letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """Something to do from anywhere: a page or a dialog of one, or an act on something that is found first.

    `finder` is the key of the finder among whose hits it is chosen: the palette asks with `ask`. `anchor`
    is the id of the dialog that the page opens. `keys` are two letters that begin it, one after the other.
    """

    key: str
    label: str | Promise
    icon: str
    capability: str
    url_name: str = ""
    finder: str = ""
    ask: str | Promise = ""
    anchor: str = ""
    keys: str = ""

    @property
    def url(self) -> str:
        address = _reverse(self.url_name) if self.url_name else ""
        return f"{address}#{self.anchor}" if address and self.anchor else address


@dataclass(frozen=True, slots=True)
class Place:
    """A NavigationItem as one person sees it now."""

    item: NavigationItem
    url: str
    count: int | None
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """The dot in the top bar: how the outside source is doing, in one word, and where to read more."""

    label: str
    tone: str
    url: str = ""


@dataclass(slots=True)
class Registry:
    """What the apps have registered; `policy` decides who may see a place, and denies until it is set."""

    items: dict[str, NavigationItem]
    verbs: dict[str, Verb] = field(default_factory=dict)
    policy: Allows | None = None
    signal: Callable[[Actor], Signal | None] | None = None
    search_url_name: str = ""


registry = Registry(items={})


def register(*items: NavigationItem) -> None:
    """Add places; one with a key that is known replaces it."""
    registry.items.update({item.key: item for item in items})


def register_verbs(*verbs: Verb) -> None:
    """Add what the palette can do; one with a key that is known replaces it."""
    registry.verbs.update({verb.key: verb for verb in verbs})


def verbs(actor: Actor) -> list[Verb]:
    """Return what the actor's role may do from anywhere, as far as there is a page for it."""
    return [
        verb for verb in registry.verbs.values() if (verb.finder or verb.url) and may(actor, verb.capability)
    ]


def use_policy(allows: Allows) -> None:
    """Set the function that says whether an actor holds a capability."""
    registry.policy = allows


def may(actor: Actor, capability: str) -> bool:
    """Say whether the actor's role holds a capability, as far as a policy is set."""
    return bool(registry.policy and registry.policy(actor, capability))


def use_signal(signal: Callable[[Actor], Signal | None]) -> None:
    """Set the function behind the health dot; it returns None for people who are not shown one."""
    registry.signal = signal


def use_search(url_name: str) -> None:
    """Name the page that answers the search field: it is sent by POST as `q`, so that no address holds it."""
    registry.search_url_name = url_name


def places(actor: Actor, *, path: str = "", recounts: bool = False) -> list[Place]:
    """Return the places open to the actor, in order, with their counts and the current one marked."""

    def counted(item: NavigationItem) -> int | None:
        count = (item.recount if recounts else None) or item.count
        return count(actor) if count else None

    found = [(item, _reverse(item.url_name)) for item in allowed(actor)]
    here = _current_url(path, [url for _, url in found])
    return [
        Place(item, url, counted(item), is_current=bool(url) and url == here) for item, url in found if url
    ]


def signal(actor: Actor) -> Signal | None:
    """Return the health dot for the actor, if any."""
    return registry.signal(actor) if registry.signal else None


def search_url() -> str:
    """Return the address of the search page, or an empty text when nothing answers searches yet."""
    return _reverse(registry.search_url_name) if registry.search_url_name else ""


def page_path(request: HttpRequest) -> str:
    """Return the path of the page a person looks at, also when only a fragment is asked for."""
    current = request.headers.get("HX-Current-URL", "")
    return (
        "/" + current.split("://", 1)[1].partition("/")[2].partition("?")[0]
        if "://" in current
        else request.path
    )


def allowed(actor: Actor) -> Iterator[NavigationItem]:
    """Yield the places open to the actor, in order, without counting anything."""
    for item in sorted(
        registry.items.values(), key=lambda item: (item.section != WORK, item.order, item.key)
    ):
        if item.capability is None or may(actor, item.capability):
            yield item


def _current_url(path: str, urls: list[str]) -> str:
    """The longest address the path lies under; the root only matches itself."""
    under = [url for url in urls if url and (path == url or (url != "/" and path.startswith(url)))]
    return max(under, key=len, default="")


def _reverse(url_name: str) -> str:
    """An app that is registered but whose addresses are not mounted shows no link."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@dataclass
class Shell:
    """The frame around a page, for the person who asks; worked out only when a template asks for it.

    `recounts` when the rail asks again by itself.
    """

    request: HttpRequest
    recounts: bool = False
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
        path = page_path(self.request)
        return places(self.actor, path=path, recounts=self.recounts) if self.actor else []

    @property
    def portal(self) -> list[Place]:
        """The places of a client."""
        return [place for place in self.places if place.item.section == PORTAL]

    @property
    def work(self) -> list[Place]:
        return [place for place in self.places if place.item.section == WORK]

    @property
    def office(self) -> list[Place]:
        return [place for place in self.places if place.item.section == OFFICE]

    @property
    def sections(self) -> list[list[Place]]:
        """The two lists of the rail: the daily places above, the rest below."""
        return [self.work, self.office]

    @property
    def first_places(self) -> list[Place]:
        """The four that fit into the bottom bar of a phone, beside "More"."""
        return self.places[:4]

    @cached_property
    def verbs(self) -> list[Verb]:
        """What may be done from anywhere, in the palette and by two letters."""
        return verbs(self.actor) if self.actor and search_url() else []

    @cached_property
    def signal(self) -> Signal | None:
        return signal(self.actor) if self.actor else None

    @property
    def search_url(self) -> str:
        return search_url()

    @property
    def palette_url(self) -> str:
        return f"{search_url()}palette/"

    @property
    def token(self) -> str:
        """Changes when the rail or the dot would look different."""
        counts = ".".join(f"{place.item.key}{place.count or 0}" for place in self.places)
        return f"{counts}.{self.signal.tone}.{self.signal.label}" if self.signal else counts


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: `shell` in every template."""
    return {"shell": Shell(request)}
