"""The steps a playbook can take, one module per kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.actions import (
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
from workflows.actions.base import Result, Step, StepContext

KINDS: Mapping[str, Step] = MappingProxyType(
    {
        "appointment": appointment.expect_step,
        "assign": assign.assign_step,
        "billing": billing.record_step,
        "checklist": checklist.open_step,
        "deadline": deadline.count_step,
        "document": document.fill_step,
        "matter": matter.open_step,
        "message": message.draft_step,
        "notice": notice.tell_step,
        "stage": stage.move_step,
    }
)

__all__ = ["KINDS", "Result", "Step", "StepContext"]
