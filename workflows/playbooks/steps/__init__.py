"""The steps a playbook can take, one module per kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.playbooks.steps import (
    appointment,
    assign,
    billing,
    checklist,
    deadline,
    document,
    matter,
    message,
    notice,
    stage,
)
from workflows.playbooks.steps.base import Kind, Result, StepContext

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "appointment": Kind(appointment.expect_step, appointment.PARAMS),
        "assign": Kind(assign.assign_step, assign.PARAMS),
        "billing": Kind(billing.record_step, billing.PARAMS),
        "checklist": Kind(checklist.open_step, checklist.PARAMS),
        "deadline": Kind(deadline.count_step, deadline.PARAMS),
        "document": Kind(document.fill_step, document.PARAMS),
        "matter": Kind(matter.open_step, matter.PARAMS, inside=False),
        "message": Kind(message.draft_step, message.PARAMS),
        "notice": Kind(notice.tell_step, notice.PARAMS),
        "stage": Kind(stage.move_step, stage.PARAMS),
    }
)

__all__ = ["KINDS", "Kind", "Result", "StepContext"]
