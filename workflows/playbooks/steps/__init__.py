"""The steps a playbook can take, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.playbooks.steps import dates, matters
from workflows.playbooks.steps.base import Kind, Result, StepContext

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "appointment": Kind(dates.expect_step, dates.APPOINTMENT),
        "assign": Kind(matters.assign_step, matters.ASSIGN),
        "billing": Kind(matters.record_step, matters.BILLING),
        "checklist": Kind(matters.checklist_step, matters.CHECKLIST),
        "clear": Kind(matters.clear_step, matters.CLEAR, inside=False),
        "deadline": Kind(dates.count_step, dates.DEADLINE),
        "document": Kind(matters.fill_step, matters.DOCUMENT),
        "matter": Kind(matters.matter_step, matters.MATTER, inside=False),
        "message": Kind(matters.draft_step, matters.MESSAGE),
        "notice": Kind(matters.tell_step, matters.NOTICE),
        "stage": Kind(matters.move_step, matters.STAGE),
    }
)

__all__ = ["KINDS", "Kind", "Result", "StepContext"]
