"""Step `assign`: make sure that an attorney answers for the matter."""

from __future__ import annotations

from legist.core.errors import InvalidInput
from legist.practice.models import Matter, User
from legist.practice.roles import Role
from legist.practice.services import assign_matter
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import Part
from workflows.playbooks.steps.base import Result, StepContext
from workflows.recipients import may_see

PARAMS: dict[str, Part] = {}


def assign_step(context: StepContext, params: Params) -> Result:
    """Keep the attorney the matter has, else take the only one who already works on it.

    One who has left the firm is none. Raises InvalidInput when the choice is not clear: a person decides.
    """
    matter = context.matter_for(params)
    if matter.attorney is None or not matter.attorney.is_active:
        assign_matter(matter, attorney=_only_attorney(matter), actor=context.actor, now=context.now)
    return Result("matter", matter.pk)


def _only_attorney(matter: Matter) -> User:
    attorneys = may_see(matter, User.objects.filter(role=Role.ATTORNEY, is_active=True))
    if len(attorneys) != 1:
        message = "The matter has no attorney. Assign one, then repeat the step."
        raise InvalidInput(message)
    return attorneys[0]
