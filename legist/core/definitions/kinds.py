"""The kinds of definitions that a firm edits: who may, what each is called, and taking an offer of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.definitions.drafts import Drafts
from legist.core.definitions.merging import MISSING, Place
from legist.core.definitions.services import Decision, Topic, overtaken, publish, restore
from legist.core.definitions.standing import Standing, State, Version
from legist.core.errors import Forbidden, NotFound
from legist.core.uow import unit_of_work


def in_words(_place: Place, value: Any) -> str:
    """Return a value of a definition as a person reads it."""
    if value is MISSING or value in ("", None):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {in_words((), each)}" for name, each in value.items())
    if isinstance(value, list):
        is_plain = not any(isinstance(each, Mapping | list) for each in value)
        return (", " if is_plain else "\n\n").join(in_words((), each) for each in value)
    return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of definition, by its name in addresses.

    `require` raises for whoever does not edit it, `see` for whoever may not read it. `call` names a
    definition by its key, `page` is the list it stands in, called `label`. `parts` are words for the names
    inside a definition, `say` is how a value is read, `notes` what else is known of each version.

    `form` writes a definition on its own page, laid out by the template `layout` where its fields are no
    plain list; `editor` is the address of the page that does so where a kind has one. `dry_run` says what a
    content would do, as the form's `trial` asks, and does nothing; `effects` is the template of what it
    returns, a list of sentences without one. `preview` shows a content under the heading `shows`, or with
    made-up facts. `file` is what of it a person opens in another program. `aside` is a template of the
    topic's own beside the draft or a version, with what `about` returns, and `style` its style sheet.
    `publish`, `restore` and `tell` differ where an approval comes first, `holds` where another version than
    the newest may be the one that holds.
    """

    slug: str
    topic: Topic[Any, Any]
    require: Callable[[Actor], object]
    label: str | Promise
    call: Callable[[Any], str]
    page: Callable[[Any], str]
    parts: Mapping[str, str | Promise] = field(default_factory=dict)
    say: Callable[[Place, Any], str] = in_words
    see: Callable[[Actor], object] | None = None
    form: Callable[..., Any] | None = None
    layout: str = "components/form_fields.html"
    editor: Callable[[Any], str] | None = None
    notes: Callable[[Sequence[Version]], Sequence[Sequence[str]]] = lambda history: [()] * len(history)
    preview: Callable[[Any, Any], Sequence[tuple[str, str]]] = lambda _key, _content: ()
    shows: str | Promise = ""
    file: Callable[[Any, Any], tuple[str, bytes]] | None = None
    effects: str = ""
    aside: str = ""
    style: str = ""
    about: Callable[[Actor, Any, Version | None], Mapping[str, Any]] = lambda _actor, _key, _version: {}
    drafts: Drafts = field(default_factory=Drafts)
    publish: Callable[..., Any] = publish
    restore: Callable[..., Any] = restore
    tell: Callable[[Any], str] = lambda _made: _("Published. The firm's version holds what you chose.")
    holds: Callable[[Standing, Sequence[Version]], Version | None] = lambda standing, _history: (
        standing.in_force
    )
    dry_run: Callable[..., Any] = lambda _actor, _key, _content: ()

    def offers(self) -> list[Any]:
        """Return the key of every definition for which a newer shipped version is offered."""
        return [key for key, each in self.topic.standings().items() if each.state == State.OUTDATED]

    def find(self, name: str) -> Any:
        """Return the key of a definition by its name in addresses. Raises NotFound."""
        found = (key for key in self.topic.standings() if name_of(key) == name)
        key = next(found, None)
        if key is None:
            raise NotFound
        return key

    def named(self, key: Any) -> dict[str, str]:
        """Return a definition of this kind by its names in addresses."""
        return {"kind": self.slug, "name": name_of(key)}

    def address(self, key: Any) -> str:
        """Return the address of a definition's page."""
        return reverse("definition", args=[self.slug, name_of(key)])

    def part(self, place: Place) -> str:
        """Return what a part is called, with the parts that it stands in."""
        return " › ".join(str(self.parts.get(each, each)) for each in place)

    def take(
        self, key: Any, takes: Mapping[Place, bool], *, seen: str, merges: str, decision: Decision
    ) -> Any:
        """Publish what somebody chose of an offer, part by part.

        `seen` and `merges` are the hashes of the firm's version and of ours that were shown. Raises
        WrongState when either is another by now, or nothing is offered any more.
        """
        with unit_of_work(actor=decision.actor, now=decision.now):
            merged = self.topic.read(key, lock=True).merged(takes)
            if merged is None:
                raise overtaken()
            return self.publish(
                self.topic, key, merged.content, expected=seen, merges=merges, decision=decision
            )


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Have the firm edit these kinds."""
    _KINDS.update({kind.slug: kind for kind in kinds})


def kind_of(slug: str) -> Kind:
    """Return a kind by its name in addresses. Raises NotFound."""
    if slug not in _KINDS:
        raise NotFound
    return _KINDS[slug]


def offers_to(actor: Actor, slugs: Iterable[str]) -> list[tuple[Kind, Any]]:
    """Return the definitions of these kinds for which something is offered, to whoever edits them."""
    found = []
    for kind in map(kind_of, slugs):
        with suppress(Forbidden, NotFound):
            kind.require(actor)
            found += [(kind, key) for key in kind.offers()]
    return found


def name_of(key: Any) -> str:
    """Return the name of a definition in addresses."""
    return key if isinstance(key, str) else "/".join(key)
