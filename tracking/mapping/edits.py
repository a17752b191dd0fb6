"""The single steps by which a firm changes its vocabulary. Pure.

A draft is a list of such steps on top of the version in force. They are kept as steps and not as a
result, so that two people's work can be put together: what one has published in the meantime stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from tracking.mapping.content import (
    STAGE_CODES,
    FirmBucket,
    MappingError,
    StatusMapping,
    TitleRule,
    from_json,
    in_order,
    to_json,
    validated,
)
from tracking.normalizer import title_key
from tracking.statuses import CODES, StatusCode, Tone, with_newer


@dataclass(frozen=True, slots=True)
class Rename:
    """Call a stage by another name, in English and, where given, in Spanish."""

    key: str
    name: str
    name_es: str = ""

    def apply(self, to: StatusMapping) -> StatusMapping:
        return _changed(to, self.key, name=self.name.strip(), name_es=self.name_es.strip())


@dataclass(frozen=True, slots=True)
class Recolour:
    """Give a stage another tone; a colour means one thing everywhere."""

    key: str
    tone: str

    def apply(self, to: StatusMapping) -> StatusMapping:
        if self.tone not in set(Tone):
            message = "Choose one of the tones."
            raise MappingError(message)
        return _changed(to, self.key, tone=Tone(self.tone))


@dataclass(frozen=True, slots=True)
class Own:
    """Say which team looks after a stage; an empty team means nobody in particular."""

    key: str
    team: str

    def apply(self, to: StatusMapping) -> StatusMapping:
        return _changed(to, self.key, team=self.team)


@dataclass(frozen=True, slots=True)
class Move:
    """Put a stage `by` places further down the list (negative: up); at an end it stays."""

    key: str
    by: int

    def apply(self, to: StatusMapping) -> StatusMapping:
        moved, rest = to.bucket(self.key), [bucket for bucket in to.buckets if bucket.key != self.key]
        at = max(0, min(len(rest), to.buckets.index(moved) + self.by))
        return replace(to, buckets=(*rest[:at], moved, *rest[at:]))


@dataclass(frozen=True, slots=True)
class Merge:
    """Put everything of one stage into another; the first disappears."""

    key: str
    into: str

    def apply(self, to: StatusMapping) -> StatusMapping:
        if self.key == self.into:
            message = "Choose another stage to merge this one into."
            raise MappingError(message)
        gone, kept = to.bucket(self.key), to.bucket(self.into)
        merged = replace(kept, codes=in_order((*kept.codes, *gone.codes)))
        rest = (bucket for bucket in to.buckets if bucket.key != self.key)
        return replace(to, buckets=tuple(merged if bucket.key == self.into else bucket for bucket in rest))


@dataclass(frozen=True, slots=True)
class Split:
    """Take statuses out of a stage into a new one that stands right after it."""

    key: str
    codes: tuple[str, ...]
    name: str

    def apply(self, to: StatusMapping) -> StatusMapping:
        old = to.bucket(self.key)
        taken = _with_newer_of(old, _known(self.codes))
        left = tuple(code for code in old.codes if code not in taken)
        if not taken or not left or not set(taken) <= set(old.codes):
            message = "Choose some of the statuses of this stage, not all of them."
            raise MappingError(message)
        new = FirmBucket(_free_key(to, taken[0]), self.name.strip(), old.tone, taken, team=old.team)
        return replace(
            to,
            buckets=tuple(
                each
                for bucket in to.buckets
                for each in ((replace(bucket, codes=left), new) if bucket is old else (bucket,))
            ),
        )


@dataclass(frozen=True, slots=True)
class Regroup:
    """Move one status from its stage into another."""

    code: str
    into: str

    def apply(self, to: StatusMapping) -> StatusMapping:
        (code,) = _known((self.code,))
        target = to.bucket(self.into)
        held = next(bucket for bucket in to.buckets if code in bucket.codes)
        moved = _with_newer_of(held, (code,))
        return replace(to, buckets=tuple(_regrouped(bucket, moved, target) for bucket in to.buckets))


@dataclass(frozen=True, slots=True)
class SetRule:
    """Say what a title means; replaces the firm's earlier rule for it."""

    title: str
    code: str
    client_action: bool | None = None
    terminal: bool | None = None

    def apply(self, to: StatusMapping) -> StatusMapping:
        (code,) = _known((self.code,), among=tuple(CODES))
        rule = TitleRule(" ".join(self.title.split()), code, self.client_action, self.terminal)
        rest = tuple(other for other in to.rules if other.key != rule.key)
        return replace(to, rules=(*rest, rule))


@dataclass(frozen=True, slots=True)
class DropRule:
    """Take the firm's rule for a title back; our own reading counts again."""

    title: str

    def apply(self, to: StatusMapping) -> StatusMapping:
        if to.rule_for(self.title) is None:
            message = "There is no rule of the firm for this title any more."
            raise MappingError(message)
        key = title_key(self.title)
        return replace(to, rules=tuple(rule for rule in to.rules if rule.key != key))


@dataclass(frozen=True, slots=True)
class Restore:
    """Go back to an earlier version as a whole; `content` is that version, `number` names it."""

    number: int
    content: Mapping[str, Any]

    def apply(self, to: StatusMapping) -> StatusMapping:
        return from_json(self.content, number=to.number)


@dataclass(frozen=True, slots=True)
class TakeShipped:
    """Put the firm's vocabulary together with what Legist comes with now; `content` is the result."""

    content: Mapping[str, Any]

    def apply(self, to: StatusMapping) -> StatusMapping:
        return from_json(self.content, number=to.number)


Edit = Rename | Recolour | Own | Move | Merge | Split | Regroup | SetRule | DropRule | Restore | TakeShipped

_KINDS: Final[Mapping[str, Callable[..., Edit]]] = MappingProxyType(
    {
        "rename": Rename,
        "recolour": Recolour,
        "own": Own,
        "move": Move,
        "merge": Merge,
        "split": Split,
        "regroup": Regroup,
        "set_rule": SetRule,
        "drop_rule": DropRule,
        "restore": Restore,
        "take_shipped": TakeShipped,
    }
)
_NAMES: Final = MappingProxyType({kind: name for name, kind in _KINDS.items()})


def kind_of(edit: Edit) -> str:
    """Return the name of the kind of an edit, as it is stored and put on the record."""
    return _NAMES[type(edit)]


def apply(edit: Edit, *, to: StatusMapping) -> StatusMapping:
    """Return the vocabulary with the edit; raises MappingError when it makes no sense there."""
    return validated(edit.apply(to))


def replay(edits: Iterable[Edit], *, on: StatusMapping) -> StatusMapping:
    """Return the vocabulary after all edits, in order."""
    for edit in edits:
        on = apply(edit, to=on)
    return on


def edit_to_json(edit: Edit) -> dict[str, Any]:
    """Return an edit as plain values."""
    values = {name: getattr(edit, name) for name in edit.__slots__}
    return {"kind": kind_of(edit)} | {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def edit_from_json(given: Mapping[str, Any]) -> Edit:
    """Return the edit that `edit_to_json` wrote down."""
    values = {name: value for name, value in given.items() if name != "kind"}
    if "codes" in values:
        values["codes"] = tuple(values["codes"])
    return _KINDS[given["kind"]](**values)


def restore(version: StatusMapping) -> Restore:
    """Return the edit that goes back to a version."""
    return Restore(version.number, to_json(version))


def _changed(to: StatusMapping, key: str, **values: Any) -> StatusMapping:
    changed = replace(to.bucket(key), **values)
    return replace(to, buckets=tuple(changed if bucket.key == key else bucket for bucket in to.buckets))


def _with_newer_of(held: FirmBucket, codes: tuple[StatusCode, ...]) -> tuple[StatusCode, ...]:
    """The codes and what refines them in the same stage: it goes where the older one goes."""
    return in_order({*codes, *(with_newer(codes) & set(held.codes))})


def _regrouped(bucket: FirmBucket, codes: tuple[StatusCode, ...], target: FirmBucket) -> FirmBucket:
    if bucket is target:
        return replace(bucket, codes=in_order({*bucket.codes, *codes}))
    return replace(bucket, codes=tuple(other for other in bucket.codes if other not in codes))


def _known(codes: Iterable[str], *, among: tuple[StatusCode, ...] = STAGE_CODES) -> tuple[StatusCode, ...]:
    wanted = set(codes)
    if not wanted <= {str(code) for code in among}:
        message = "Choose one of the known statuses."
        raise MappingError(message)
    return tuple(code for code in among if str(code) in wanted)


def _free_key(to: StatusMapping, code: StatusCode) -> str:
    """Return a key that no stage has: the name of its first status, numbered where taken."""
    taken, key, number = {bucket.key for bucket in to.buckets}, str(code), 2
    while key in taken:
        key, number = f"{code}_{number}", number + 1
    return key
