"""The rows of the workflow: definitions, their runs, and what the runs produced."""

from __future__ import annotations

from workflows.models.billing import BillingEvent
from workflows.models.calendars import CalendarFeed
from workflows.models.checklists import ChecklistItem, ChecklistRun
from workflows.models.closings import ClosingReason
from workflows.models.deadlines import Deadline, Reminder, ReminderRule
from workflows.models.deliveries import Delivery
from workflows.models.documents import Document, DocumentTemplate
from workflows.models.drafts import Approval, Draft, DraftEvent
from workflows.models.messages import MessageTemplate
from workflows.models.notice_watch import GracePeriod, NoticeWatch
from workflows.models.notices import NoticeRevision, NoticeScan, UscisNotice
from workflows.models.notifications import Notification
from workflows.models.plain_language import ShippedText, WordingApproval, WordingProposal, WordingVersion
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
    "Delivery",
    "Document",
    "DocumentTemplate",
    "Draft",
    "DraftEvent",
    "GracePeriod",
    "MessageTemplate",
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
    "WordingProposal",
    "WordingVersion",
]
