"""What is written of a definition before it is published: kept, looked at by its colleagues, thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.actors import Actor
from legist.core.audit import register_action
from legist.core.definitions.merging import fingerprint
from legist.core.definitions.services import Decision, overtaken, require_seen
from legist.core.errors import WrongState
from legist.core.failpoints import atomic
from legist.core.models import DefinitionDraft
from legist.core.uow import unit_of_work

if TYPE_CHECKING:
    from legist.core.definitions.kinds import Kind

DRAFT_KEPT = register_action(
    "core.definition_draft_kept",
    gettext_lazy("kept a draft of {kind} “{name}”"),
    data=("kind", "name", "hash"),
)
DRAFT_DISCARDED = register_action(
    "core.definition_draft_discarded",
    gettext_lazy("discarded the draft of {kind} “{name}”"),
    data=("kind", "name", "hash"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands: `token` names what a person saw of it, `seen` upon which version it was begun.

    `faults` say why it can be published no more.
    """

    content: Any
    token: str
    by: str
    at: datetime
    seen: str = ""
    faults: tuple[str, ...] = ()


class Drafts:
    """One draft for each definition, shared by those who edit it. The caller has authorised."""

    def read(self, kind: Kind, key: Any) -> Draft | None:
        """Return the draft of a definition."""
        rows = DefinitionDraft.objects.filter(**kind.named(key))
        row = rows.select_related("updated_by").first()
        if row is None:
            return None
        return Draft(row.content, _token(row), row.updated_by.name, row.updated_at, row.seen)

    def keep(
        self, kind: Kind, key: Any, content: Any, *, seen: str, token: str, actor: Actor, now: datetime
    ) -> None:
        """Keep a draft in place of the one that was seen, if any.

        Raises WrongState when somebody else has written another meanwhile.
        """
        with unit_of_work(actor=actor, now=now) as unit:
            row = self._seen(kind, key, token) or DefinitionDraft(**kind.named(key))
            row.content, row.seen, row.updated_at = content, seen, now
            person: Any = actor.user
            row.updated_by = person
            try:
                with atomic():
                    row.save()
            except IntegrityError:
                raise overtaken() from None
            unit.record(DRAFT_KEPT, row, **kind.named(key), hash=fingerprint(content))

    def discard(self, kind: Kind, key: Any, *, token: str, actor: Actor, now: datetime) -> None:
        """Throw the draft away that was seen. Raises WrongState for none, or another."""
        with unit_of_work(actor=actor, now=now) as unit:
            if (row := self._seen(kind, key, token)) is None:
                raise WrongState(_("There is no draft to discard."))
            unit.record(DRAFT_DISCARDED, row, **kind.named(key), hash=fingerprint(row.content))
            row.delete()

    def publish(
        self, kind: Kind, key: Any, content: Any, *, expected: str, token: str, decision: Decision
    ) -> Any:
        """Publish what was written; the draft that was seen ends with it."""
        with unit_of_work(actor=decision.actor, now=decision.now):
            self._seen(kind, key, token)
            made = kind.publish(kind.topic, key, content, expected=expected, decision=decision)
            DefinitionDraft.objects.filter(**kind.named(key)).delete()
            return made

    def _seen(self, kind: Kind, key: Any, token: str) -> DefinitionDraft | None:
        row: DefinitionDraft | None = (
            DefinitionDraft.objects.filter(**kind.named(key)).select_for_update().first()
        )
        require_seen(token, _token(row) if row else "")
        return row


def _token(row: DefinitionDraft) -> str:
    return fingerprint([row.content, row.seen, row.updated_at.isoformat()])
