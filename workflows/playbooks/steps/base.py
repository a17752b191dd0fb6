"""What a step of a playbook is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Model

from legist.core.actors import Actor
from legist.core.audit import name_on_record
from legist.practice.models import Client, Matter
from tracking.selectors import ChangeFacts
from workflows.checklists.duties import client_duties
from workflows.deadlines import named_days
from workflows.law.counting import Known
from workflows.messages.facts import Source
from workflows.models import Deadline, PlaybookRun
from workflows.plain_language.selectors import read_book
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import Part, Slug, optional


@dataclass(slots=True)
class StepContext:
    """One run at work: the facts, the matter, and the results of the steps before."""

    change: ChangeFacts
    run: PlaybookRun
    matter: Matter
    client: Client
    actor: Actor
    now: datetime
    results: dict[str, UUID] = field(default_factory=dict)

    def matter_for(self, params: Params) -> Matter:
        """Return the run's matter, or the one opened by the step that `in` names.

        Where that step could not be done it is the run's: a deadline in the case's own matter is better
        than none.
        """
        step = params.get("in")
        if step not in self.results:
            return self.matter
        opened = Matter.objects.select_related("attorney", "paralegal", "client").get(pk=self.results[step])
        # The receipt may have been moved since: what was opened then belongs to the matter it was in.
        return opened if opened.parent_id == self.matter.pk else self.matter

    @property
    def issued(self) -> date:
        """The day USCIS acted: as its text says, or else the latest day possible."""
        return named_days.issued_on(self.change)

    @property
    def clock(self) -> tuple[date, Known]:
        """The day a period is counted from, and how it is known."""
        return named_days.clock_of(self.change)

    @property
    def stated_deadline(self) -> date | None:
        """The first day by which the status text itself asks for something, if it does."""
        return named_days.stated_deadline(self.change)

    def source(self) -> Source:
        """Return the facts that messages and documents are filled with."""
        deadline = Deadline.objects.filter(run=self.run).first()
        receipt = self.change.receipt_id
        duties = client_duties([receipt])[receipt]
        return Source(self.change, self.matter, self.client, deadline, self.now, read_book(), duties)


@dataclass(frozen=True, slots=True)
class Result:
    """What a step made, for the run's page."""

    kind: str
    id: UUID

    @classmethod
    def of(cls, row: Model) -> Result:
        return cls(name_on_record(row).partition(".")[2], row.pk)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of step: what it does, and the parameters it takes.

    With `inside` it may also name, as `in`, the earlier step whose matter it works in.
    """

    run: Callable[[StepContext, Params], Result]
    own: Mapping[str, Part]
    inside: bool = True

    def __call__(self, context: StepContext, params: Params) -> Result:
        return self.run(context, params)

    @property
    def params(self) -> dict[str, Part]:
        """Every parameter it takes."""
        return {**self.own, **({"in": optional(Slug())} if self.inside else {})}
