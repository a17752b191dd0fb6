"""YAML as people bring it in: plain values only, each name once, and the line where something stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _

LONGEST: Final = 60_000
DEEPEST: Final = 20
Place = tuple[str | int, ...]


class NoYaml(ValueError):
    """A text is no YAML that can be taken; the message says why and where, to whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a text holds, and where in it."""

    value: Any
    root: yaml.Node | None

    def line(self, place: Place, *, naming: Sequence[str] = ()) -> int:
        """Return the line of what stands at a place, or of the first thing below that says one of `naming`.

        A place that is not there is that of what should hold it.
        """
        node = self.root
        for step in place:
            below = _child(node, step)
            if below is None:
                break
            node = below
        if node is None:
            return 1
        said = next((each for each in _scalars(node) if each.value in naming), node)
        return int(said.start_mark.line) + 1


def read(text: str, *, longest: int = LONGEST) -> Document:
    """Return what a YAML text holds. Raises NoYaml."""
    if len(text) > longest:
        raise NoYaml(_("It is too long: at most %(n)d characters.") % {"n": longest})
    try:
        _expect_plain(text)
        root = yaml.compose(text, Loader=_Plain)
        _expect_each_once(root)
        found = yaml.load(text, Loader=_Plain)  # noqa: S506  it is a safe one
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NoYaml(_("It cannot be read from line %(n)d on.") % {"n": line}) from None
    except NoYaml:
        raise
    except (yaml.YAMLError, ValueError):
        raise NoYaml(_("It cannot be read as YAML.")) from None
    try:
        json.dumps(found, allow_nan=False)
    except (TypeError, ValueError):
        raise NoYaml(
            _("It holds a date or another value of a kind of its own. Put it in quotation marks.")
        ) from None
    return Document(found, root)


class _Plain(yaml.SafeLoader):
    """Only true and false are no texts: whoever writes `state: off` means the word."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if not tag.endswith(":bool")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?i:true|false)\Z"), list("tTfF"))


def write(content: Any) -> str:
    """Return plain values as people read and write them."""
    return yaml.dump(content, Dumper=_WrittenOut, sort_keys=False, allow_unicode=True, width=100)


class _WrittenOut(yaml.SafeDumper):
    """What stands in two places is written twice: `read` takes no anchors."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _expect_plain(text: str) -> None:
    """Raise NoYaml at the first thing that is more than values, lists and mappings, before it is built.

    An alias stands for a thing once more: a short text could mean an endless one. A tag says that a value
    is of another kind than it looks, and the library stumbles over one that is not. To read what lies
    thousands of levels deep takes it minutes.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise NoYaml(_("It uses anchors (* and &). Write each thing out."))
        if getattr(event, "tag", None):
            raise NoYaml(_("It names kinds of values (!). Leave them out; quotation marks make a text."))
        if depth > DEEPEST:
            raise NoYaml(_("It has more than %(n)d levels in one another.") % {"n": DEEPEST})


def _expect_each_once(root: yaml.Node | None) -> None:
    """Raise NoYaml where a mapping names something twice: the library would drop the first of them."""
    for node in _nodes(root):
        if not isinstance(node, yaml.MappingNode):
            continue
        known: set[str] = set()
        for name, _value in node.value:
            said, line = str(name.value), name.start_mark.line + 1
            if said in known:
                raise NoYaml(_("Line %(n)d says “%(name)s” a second time.") % {"n": line, "name": said[:60]})
            known.add(said)


def _nodes(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """Yield a node and all below it, in the order of the text."""
    if node is None:
        return
    yield node
    if isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for each in pair:
                yield from _nodes(each)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _nodes(each)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    return (each for each in _nodes(node) if isinstance(each, yaml.ScalarNode))


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return None
