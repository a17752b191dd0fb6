"""Step `notice`: tell the people who work on the matter."""

from __future__ import annotations

from workflows.notifications import services as notifications
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import one_of, optional
from workflows.playbooks.steps.base import Result, StepContext
from workflows.recipients import assigned, managers
from workflows.states import NotificationKind, NotificationLevel

PARAMS = {"level": optional(one_of(NotificationLevel.values))}


def tell_step(context: StepContext, params: Params) -> Result:
    """Tell attorney and paralegal, or the managers when nobody works on the matter."""
    matter = context.matter_for(params)
    message = notifications.Message(
        key=f"change:{context.change.change_id}",
        kind=NotificationKind.CHANGE,
        level=NotificationLevel(params.get("level", NotificationLevel.ACTION)),
        subject=context.run,
        matter=matter,
        data={"code": str(context.change.code), "change": str(context.change.change_id)},
    )
    notifications.notify(assigned(matter) or managers(matter), message, now=context.now)
    return Result("matter", matter.pk)
