"""The vocabulary in force, its draft, and how one becomes the other."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.definitions import services as definitions
from legist.core.definitions.services import Decision
from legist.core.definitions.standing import Standing, Version
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import acting, unit_of_work
from legist.practice.models import User
from legist.practice.names import checked, name_fault
from legist.practice.permissions import Capability, acting_person, require
from tracking import audit_actions as actions
from tracking.mapping.content import (
    DEFAULT,
    MappingError,
    StatusMapping,
    from_json,
    to_json,
    validated,
)
from tracking.mapping.current import current_mapping, standing_of, version_of
from tracking.mapping.edits import (
    Edit,
    Own,
    Rename,
    Split,
    apply,
    edit_from_json,
    edit_to_json,
    kind_of,
    replay,
    restore,
)
from tracking.mapping_editor import reprocessing
from tracking.mapping_editor.dry_run import touched_titles
from tracking.mapping_editor.pages import team_names
from tracking.models import MappingDraft, MappingVersion

MOST_EDITS: Final = 500
EVERYTHING: Final = "vocabulary"
"""The vocabulary is one definition."""
_FIRST_REVISIONS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class DraftView:
    """The draft as it stands: what is in force, what would be, and the steps between. `edits` may be empty.

    `conflict` says which step makes no sense any more, because of what was published meanwhile.
    """

    base: StatusMapping
    result: StatusMapping
    edits: tuple[Edit, ...] = ()
    revision: int = 0
    updated_by: User | None = None
    updated_at: datetime | None = None
    conflict: str = ""


def view_draft(actor: Actor) -> DraftView:
    """Return the firm's draft for somebody who may edit the vocabulary."""
    require(actor, Capability.EDIT_VOCABULARY)
    return read_draft()


def read_draft() -> DraftView:
    """As `view_draft`, for callers that have authorised."""
    base = current_mapping()
    draft = MappingDraft.objects.select_related("updated_by").first()
    if draft is None:
        return DraftView(base, base)
    edits, result, conflict = _replayed(draft, base)
    return DraftView(base, result, edits, draft.revision, draft.updated_by, draft.updated_at, conflict)


def add_edits(edits: Iterable[Edit], *, actor: Actor, now: datetime) -> DraftView:
    """Add steps to the draft, which nobody but editors sees until it is published.

    Raises InvalidInput, and changes nothing, when a step makes no sense on top of the others.
    """
    require(actor, Capability.EDIT_VOCABULARY)
    with unit_of_work(actor=actor):
        draft = _lock_draft(actor, now)
        kept, result, _conflict = _replayed(draft, current_mapping())
        for edit in map(_named, edits):
            result = _applied(edit, result)
            kept = (*kept, edit)
        if len(kept) > MOST_EDITS:
            message = _("This draft is very long. Publish or discard it first.")
            raise InvalidInput.at("edit", message)
        _write(draft, kept, actor=actor, now=now)
    return view_draft(actor)


def undo_edit(position: int, *, revision: int, actor: Actor, now: datetime) -> DraftView:
    """Take one step out of the draft, by its place from 0 in the revision that was seen.

    Raises WrongState when the draft has changed since, or when later steps need this one. A draft that
    does not go together with what was published meanwhile can be taken apart in any order.
    """
    require(actor, Capability.EDIT_VOCABULARY)
    with unit_of_work(actor=actor):
        draft = _lock_draft(actor, now)
        base = current_mapping()
        edits, _result, was_stuck = _replayed(draft, base)
        definitions.require_seen(revision, draft.revision)
        if not 0 <= position < len(edits):
            raise definitions.overtaken()
        kept = edits[:position] + edits[position + 1 :]
        try:
            replay(kept, on=base)
        except MappingError as error:
            if not was_stuck:
                message = _("A later step of the draft needs this one. Undo that one first. (%(why)s)")
                raise WrongState(message % {"why": error.message}) from None
        _write(draft, kept, actor=actor, now=now)
    return view_draft(actor)


def discard_draft(*, revision: int, actor: Actor, now: datetime) -> None:
    """Throw the draft away as it was seen in `revision`. Raises WrongState for none, or another."""
    require(actor, Capability.EDIT_VOCABULARY)
    with unit_of_work(actor=actor, now=now) as unit:
        draft = MappingDraft.objects.select_for_update().first()
        if draft is None:
            raise WrongState(_("There is no draft to discard."))
        definitions.require_seen(revision, draft.revision)
        data = {"edits": len(draft.edits)}
        unit.record(actions.VOCABULARY_DISCARDED, draft, None, **data)
        draft.delete()


def publish_draft(*, revision: int, reason: str, actor: Actor, now: datetime) -> MappingVersion:
    """Put the draft into force as a new version, and have the titles it touches read anew.

    `revision` is the one the person saw in the dry run: when somebody has changed the draft since,
    WrongState is raised and nothing is published. Raises InvalidInput without a reason.
    """
    require(actor, Capability.EDIT_VOCABULARY)
    with unit_of_work(actor=actor):
        draft = MappingDraft.objects.select_for_update().first()
        if draft is None or not draft.edits:
            raise WrongState(_("There is nothing to publish: the draft is empty."))
        definitions.require_seen(revision, draft.revision)
        edits = tuple(edit_from_json(given) for given in draft.edits)
        version = publish(edits, reason=reason, actor=actor, now=now)
        draft.delete()
    return version


def publish(edits: Iterable[Edit], *, reason: str, actor: Actor, now: datetime) -> MappingVersion:
    """Publish steps on top of the version in force. The caller has authorised; joins its unit of work.

    Raises InvalidInput when a step makes no sense, Unchanged when together they change nothing, WrongState
    when somebody else published at the same time.
    """
    steps = tuple(map(_named, edits))
    with unit_of_work(actor=actor, now=now):
        after = current_mapping()
        for edit in steps:
            after = _applied(edit, after)
        topic, decision = MappingTopic(steps), Decision(reason, actor, now)
        seen = topic.read(EVERYTHING, lock=True).hash
        return definitions.publish(topic, EVERYTHING, to_json(after), expected=seen, decision=decision)


def roll_back(
    number: int, *, reason: str, actor: Actor, now: datetime, expected: str | None = None
) -> MappingVersion:
    """Go back to an earlier version, or to ours with 0: published as a new one, so nothing is lost.

    `expected` is as `definitions.restore` takes it.
    """
    require(actor, Capability.EDIT_VOCABULARY)
    decision = Decision(reason, actor, now)
    topic = MappingTopic((restore(get_version(number)),))
    return definitions.restore(topic, EVERYTHING, number, decision=decision, expected=expected)


@dataclass(frozen=True, slots=True)
class MappingTopic(definitions.Topic[str, MappingVersion]):
    """The vocabulary as one definition; `edits` are the steps that lead to what is written."""

    edits: tuple[Edit, ...] = ()

    def read(self, _key: str, /, *, lock: bool = False) -> Standing:
        rows = MappingVersion.objects.order_by("-number")
        return standing_of((rows.select_for_update() if lock else rows).first())

    def standings(self) -> dict[str, Standing]:
        return {EVERYTHING: self.read(EVERYTHING)}

    def history(self, _key: str, /) -> list[Version]:
        return [version_of(row) for row in MappingVersion.objects.select_related("published_by")]

    def faults(self, _key: str, content: Any, /) -> Sequence[str]:
        try:
            validated(from_json(content, number=0))
        except MappingError as error:
            return (error.message,)
        except (KeyError, TypeError, ValueError) as error:
            return (repr(error),)
        return ()

    def write(self, _key: str, version: Version, decision: Decision, /) -> MappingVersion:
        before = current_mapping()
        row = MappingVersion(
            number=version.number,
            content=version.content,
            base=version.base,
            edits=[edit_to_json(edit) for edit in self.edits],
            reason=decision.reason,
            published_by=acting_person(decision.actor),
            published_at=decision.now,
        )
        row.save(force_insert=True)
        data = {"version": row.number, "edits": [kind_of(edit) for edit in self.edits]}
        acting(actor=decision.actor, now=decision.now).record(actions.VOCABULARY_PUBLISHED, row, **data)
        titles = touched_titles(before, from_json(version.content, number=row.number))
        if titles:
            reprocessing.start(titles, version=row.number, actor=decision.actor, now=decision.now)
        return row


def get_version(number: int) -> StatusMapping:
    """Return a version by its number, ours for 0; raises WrongState when there is none."""
    if number == definitions.OURS:
        return DEFAULT
    return from_json(MappingTopic().find(EVERYTHING, number).content, number=number)


def _replayed(draft: MappingDraft, base: StatusMapping) -> tuple[tuple[Edit, ...], StatusMapping, str]:
    """Return the steps, what they lead to, and what is wrong with the first that cannot be done any more."""
    edits, result = tuple(edit_from_json(given) for given in draft.edits), base
    try:
        result = replay(edits, on=base)
    except MappingError as error:
        return edits, base, error.message
    return edits, result, ""


def _applied(edit: Edit, vocabulary: StatusMapping) -> StatusMapping:
    try:
        _check_team(edit)
        return apply(edit, to=vocabulary)
    except MappingError as error:
        raise InvalidInput(error.message, {"edit": [error.message]}) from None


def _named(edit: Edit) -> Edit:
    """The edit with its names as they are kept: what stands beside every case must be a name."""
    if isinstance(edit, Rename):
        return replace(edit, name=_name(edit.name), name_es=_name(edit.name_es) if edit.name_es else "")
    return replace(edit, name=_name(edit.name)) if isinstance(edit, Split) else edit


def _name(name: str) -> str:
    return checked(name, name_fault, field="edit")


def _check_team(edit: Edit) -> None:
    if isinstance(edit, Own) and edit.team and edit.team not in team_names():
        message = _("This team does not exist any more. Choose another.")
        raise MappingError(message)


def _lock_draft(actor: Actor, now: datetime) -> MappingDraft:
    # Begun anywhere, so that what was seen of a draft before is never taken for this one.
    first = secrets.randbelow(_FIRST_REVISIONS)
    defaults = {"revision": first, "updated_by": acting_person(actor), "updated_at": now}
    MappingDraft.objects.get_or_create(slot=1, defaults=defaults)
    return MappingDraft.objects.select_for_update(of=("self",)).get(slot=1)


def _write(draft: MappingDraft, edits: Iterable[Edit], *, actor: Actor, now: datetime) -> None:
    draft.edits = [edit_to_json(edit) for edit in edits]
    draft.revision += 1
    draft.updated_by, draft.updated_at = acting_person(actor), now
    draft.save(update_fields=["edits", "revision", "updated_by", "updated_at"])
