"""Words for what a firm says about statuses: states of a title, tones, and steps in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import singledispatch
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tracking.mapping.content import FirmBucket, MappingError, StatusMapping
from tracking.mapping.edits import (
    DropRule,
    Edit,
    Merge,
    Move,
    Own,
    Recolour,
    Regroup,
    Rename,
    Restore,
    SetRule,
    Split,
    TakeShipped,
    apply,
)
from tracking.statuses import CODES, Bucket, Tone
from tracking.web.labels import BUCKET_ICONS, StatusWords, status_words

TONES: Final = MappingProxyType(
    {
        Tone.NEUTRAL: gettext_lazy("Grey: nothing to do"),
        Tone.WAITING: gettext_lazy("Blue: waiting"),
        Tone.ACTION: gettext_lazy("Amber: something to do"),
        Tone.GOOD: gettext_lazy("Green: good news"),
        Tone.BAD: gettext_lazy("Red: bad news"),
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step in words; `is_stuck` when it makes no sense any more."""

    position: int
    text: str
    is_stuck: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """The names as they are before a step."""

    vocabulary: StatusMapping
    teams: Mapping[str, str]

    def stage(self, key: str) -> str:
        found = next((bucket for bucket in self.vocabulary.buckets if bucket.key == key), None)
        return stage_name(found) if found else key

    def team(self, team_id: str) -> str:
        return self.teams.get(team_id, _("a team that is gone"))


def stage_name(bucket: FirmBucket) -> str:
    """Return the firm's name of a stage in the reader's language, or in English."""
    is_spanish = (get_language() or "").startswith("es")
    return bucket.name_es if is_spanish and bucket.name_es else bucket.name


def stage_words(bucket: FirmBucket) -> StatusWords:
    """Return how one of the firm's stages is shown."""
    return StatusWords(stage_name(bucket), bucket.tone, BUCKET_ICONS[bucket.canonical])


def stage_choices(vocabulary: StatusMapping, *, apart: str = "") -> list[tuple[str, str]]:
    """Return the firm's stages in its order, all but the one with the key `apart`."""
    return [(bucket.key, stage_name(bucket)) for bucket in vocabulary.buckets if bucket.key != apart]


def code_choices(vocabulary: StatusMapping) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every status a title can mean, grouped by the firm's stages, side events last."""
    groups = [
        (stage_name(each), [(str(code), _label(code)) for code in each.codes]) for each in vocabulary.buckets
    ]
    aside = [code for code, info in CODES.items() if info.bucket == Bucket.NO_STAGE and code != "UNKNOWN"]
    return [*groups, (_("Leaves the stage as it is"), [(str(code), _label(code)) for code in aside])]


def tone_choices() -> list[tuple[str, str]]:
    """Return the tones that a stage can have."""
    return [(str(tone), str(label)) for tone, label in TONES.items()]


def describe(edits: Iterable[Edit], *, on: StatusMapping, teams: Mapping[str, str]) -> list[Step]:
    """Put steps into sentences, each with the names that hold before it; a stuck one is passed over."""
    steps, vocabulary = list[Step](), on
    for position, edit in enumerate(edits):
        text = sentence(edit, Names(vocabulary, teams))
        try:
            vocabulary = apply(edit, to=vocabulary)
        except MappingError:
            steps.append(Step(position, text, is_stuck=True))
        else:
            steps.append(Step(position, text))
    return steps


@singledispatch
def sentence(edit: Any, _names: Names) -> str:
    """Say what one step does."""
    raise TypeError(edit)


@sentence.register
def _rename(edit: Rename, names: Names) -> str:
    values = {"old": names.stage(edit.key), "new": edit.name, "spanish": edit.name_es}
    if edit.name_es:
        return _("“%(old)s” is called “%(new)s”, in Spanish “%(spanish)s”.") % values
    return _("“%(old)s” is called “%(new)s”.") % values


@sentence.register
def _recolour(edit: Recolour, names: Names) -> str:
    tone = TONES.get(Tone(edit.tone)) if edit.tone in set(Tone) else edit.tone
    return _("“%(stage)s” gets the colour “%(tone)s”.") % {"stage": names.stage(edit.key), "tone": tone}


@sentence.register
def _own(edit: Own, names: Names) -> str:
    if not edit.team:
        return _("“%(stage)s” belongs to no team in particular.") % {"stage": names.stage(edit.key)}
    values = {"stage": names.stage(edit.key), "team": names.team(edit.team)}
    return _("“%(stage)s” belongs to the team %(team)s.") % values


@sentence.register
def _move(edit: Move, names: Names) -> str:
    values = {"stage": names.stage(edit.key), "n": abs(edit.by)}
    if edit.by < 0:
        return ngettext("“%(stage)s” moves up.", "“%(stage)s” moves up %(n)s places.", abs(edit.by)) % values
    return ngettext("“%(stage)s” moves down.", "“%(stage)s” moves down %(n)s places.", edit.by) % values


@sentence.register
def _merge(edit: Merge, names: Names) -> str:
    values = {"gone": names.stage(edit.key), "kept": names.stage(edit.into)}
    return _("“%(gone)s” is merged into “%(kept)s”.") % values


@sentence.register
def _split(edit: Split, names: Names) -> str:
    labels = ", ".join(_label(code) for code in edit.codes)
    values = {"labels": labels, "old": names.stage(edit.key), "new": edit.name}
    return _("%(labels)s: out of “%(old)s” into a new stage “%(new)s”.") % values


@sentence.register
def _regroup(edit: Regroup, names: Names) -> str:
    before = names.vocabulary.bucket_of(edit.code)
    values = {
        "label": _label(edit.code),
        "old": stage_name(before) if before else "",
        "new": names.stage(edit.into),
    }
    return _("%(label)s: out of “%(old)s” into “%(new)s”.") % values


@sentence.register
def _set_rule(edit: SetRule, _names: Names) -> str:
    said = _("“%(title)s” means: %(label)s.") % {"title": edit.title, "label": _label(edit.code)}
    marks = {
        (True, "client_action"): _("It needs an action."),
        (False, "client_action"): _("It needs no action."),
        (True, "terminal"): _("It ends the case."),
        (False, "terminal"): _("It does not end the case."),
    }
    flags = [(edit.client_action, "client_action"), (edit.terminal, "terminal")]
    return " ".join([said, *(marks[flag, name] for flag, name in flags if flag is not None)])


@sentence.register
def _drop_rule(edit: DropRule, _names: Names) -> str:
    return _("“%(title)s” is read as Legist reads it; the firm's rule goes.") % {"title": edit.title}


@sentence.register
def _restore(edit: Restore, _names: Names) -> str:
    if not edit.number:
        return _("Everything goes back to what Legist came with.")
    return _("Everything goes back to version %(n)s.") % {"n": edit.number}


@sentence.register
def _take_shipped(_edit: TakeShipped, _names: Names) -> str:
    return _("What Legist comes with now was put together with the firm's.")


def _label(code: str) -> str:
    return status_words(code).label
