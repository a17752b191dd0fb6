"""Playbooks as a file: all of the firm's at once, and brought in as drafts that hold for nobody yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from legist.core import plain_yaml
from legist.core.actors import Actor
from legist.core.definitions.kinds import Kind, kind_of
from legist.core.definitions.merging import same
from legist.core.definitions.services import Decision, publish
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import unit_of_work
from workflows.playbooks.store import TOPIC, find_missing
from workflows.states import PlaybookMode

KIND: Final = "playbooks"
IN_FILE: Final = ("name", "purpose", "mode", "codes", "buckets", "conditions", "actions", "position")
# All of a firm's playbooks, each as long as one may be.
LONGEST: Final = 1_000_000
_NAMED: Final = re.compile(r"['“]([^'”]*)['”]")
_STEP: Final = re.compile(r"step (\d+): ")


@dataclass(slots=True)
class BroughtIn:
    """The keys of what a file changed: `drafts` of the firm's playbooks, and those that are `new`."""

    drafts: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def as_file(key: tuple[str, ...], content: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return a playbook as a file that another firm can bring in."""
    return f"{key[0]}.yaml", plain_yaml.write(_in_file(content)).encode()


def everything() -> list[dict[str, Any]]:
    """Return what the firm has of each playbook, in their order; what cannot be read is left out."""
    held = [(key[0], standing.held) for key, standing in TOPIC.standings().items()]
    known = [{"key": key, **_in_file(version.content)} for key, version in held if version]
    return sorted(known, key=lambda each: (each["position"], each["key"]))


def read(text: str) -> dict[str, dict[str, Any]]:
    """Return by key the playbooks of a file: a list of them, or one. What a playbook leaves out is as it was.

    Raises InvalidInput with everything that is wrong, each with its line.
    """
    try:
        document = plain_yaml.read(text, longest=LONGEST)
    except plain_yaml.NoYaml as error:
        raise InvalidInput(str(error)) from None
    given = document.value if isinstance(document.value, list) else [document.value]
    is_list = isinstance(document.value, list)
    found: dict[str, dict[str, Any]] = {}
    wrong: list[str] = []
    for number, each in enumerate(given):
        place: plain_yaml.Place = (number,) if is_list else ()
        key = each.get("key") if isinstance(each, dict) else None
        if not isinstance(key, str) or key in found:
            is_twice = isinstance(key, str)
            said = _("names a playbook a second time") if is_twice else _("is no playbook with a key")
            wrong.append(_said(document.line(place), said))
            continue
        found[key] = _known(key) | {name: value for name, value in each.items() if name != "key"}
        for part, naming, fault in _faults(key, found[key]):
            wrong.append(_said(document.line((*place, *part), naming=naming), fault))
    if wrong:
        raise InvalidInput(_("Nothing was changed."), {"file": wrong})
    return found


def bring_in(contents: Mapping[str, dict[str, Any]], *, actor: Actor, now: datetime) -> BroughtIn:
    """Keep what differs as a draft, and what is new as a playbook that is off; all of it, or nothing.

    Raises InvalidInput where no person brings in what differs, WrongState where somebody has written a draft
    already.
    """
    done, kind = BroughtIn(), kind_of(KIND)
    kind.require(actor)
    with unit_of_work(actor=actor, now=now):
        for key, content in contents.items():
            standing = TOPIC.read((key,), lock=True)
            if standing.held is None and actor.user:
                decision = Decision(_("Brought in from a file, switched off."), actor, now)
                publish(TOPIC, (key,), content | {"mode": PlaybookMode.OFF}, expected="", decision=decision)
                done.new.append(key)
                standing = TOPIC.read((key,))
            if standing.held is not None and same(content, standing.held.content):
                done.unchanged.append(key)
            elif actor.user is None:
                raise InvalidInput(_("A draft stands in somebody's name. Say who brings it in."))
            else:
                _keep(kind, (key,), content, seen=standing.hash, actor=actor, now=now)
                done.drafts.append(key)
    done.unchanged = [key for key in done.unchanged if key not in done.new]
    return done


def _keep(
    kind: Kind, key: tuple[str, ...], content: dict[str, Any], *, seen: str, actor: Actor, now: datetime
) -> None:
    draft = kind.drafts.read(kind, key)
    if draft and same(draft.content, content):
        return
    if draft:
        message = _("There is a draft of “%(name)s” already. Publish it, or discard it.")
        raise WrongState(message % {"name": content["name"]})
    kind.drafts.keep(kind, key, content, seen=seen, token="", actor=actor, now=now)


def _in_file(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in IN_FILE if name in content}


def _known(key: str) -> dict[str, Any]:
    held = TOPIC.read((key,)).held
    plain = {"mode": str(PlaybookMode.ACTIVE), "buckets": [], "conditions": {}, "position": 0}
    return dict(held.content) if held else plain


def _faults(key: str, content: dict[str, Any]) -> Iterator[tuple[plain_yaml.Place, list[str], str]]:
    """Yield what is wrong with a playbook: in which part, about which word there, and in words."""
    unknown = [str(name) for name in content if name not in IN_FILE]
    for name in unknown:
        yield (), [name], _("“%(name)s” is not known here") % {"name": name}
    if not unknown:
        for fault in TOPIC.faults((key,), content) or find_missing(content):
            yield _part(fault), _NAMED.findall(fault)[:1], fault


def _part(fault: str) -> plain_yaml.Place:
    if step := _STEP.match(fault):
        return ("actions", int(step[1]) - 1)
    first = fault.split(" ", 1)[0]
    return ("conditions",) if first == "condition" else (first,) if first in IN_FILE else ()


def _said(line: int, fault: str) -> str:
    return _("line %(n)d: %(fault)s") % {"n": line, "fault": fault}
