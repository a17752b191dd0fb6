"""The rows of the workflow: definitions, their runs, and what the runs produced."""

from __future__ import annotations

from workflows.models.deadlines import CalendarFeed, Deadline, DeadlineIsKept, Reminder, ReminderRule
from workflows.models.matters import (
    BillingEvent,
    ChecklistItem,
    ChecklistRun,
    ClosingReason,
    Note,
    Notification,
    WorkChoice,
)
from workflows.models.messages import (
    Approval,
    Delivery,
    Document,
    DocumentTemplate,
    Draft,
    DraftEvent,
    IncomingMessage,
    MessageTemplate,
)
from workflows.models.notices import GracePeriod, NoticeRevision, NoticeScan, NoticeWatch, UscisNotice
from workflows.models.plain_language import (
    ShippedText,
    WordingApproval,
    WordingIsFixed,
    WordingProposal,
    WordingVersion,
)
from workflows.models.playbooks import ActionRun, Playbook, PlaybookRun

__all__ = [
    "ActionRun",
    "Approval",
    "BillingEvent",
    "CalendarFeed",
    "ChecklistItem",
    "ChecklistRun",
    "ClosingReason",
    "Deadline",
    "DeadlineIsKept",
    "Delivery",
    "Document",
    "DocumentTemplate",
    "Draft",
    "DraftEvent",
    "GracePeriod",
    "IncomingMessage",
    "MessageTemplate",
    "Note",
    "NoticeRevision",
    "NoticeScan",
    "NoticeWatch",
    "Notification",
    "Playbook",
    "PlaybookRun",
    "Reminder",
    "ReminderRule",
    "ShippedText",
    "UscisNotice",
    "WordingApproval",
    "WordingIsFixed",
    "WordingProposal",
    "WordingVersion",
    "WorkChoice",
]
