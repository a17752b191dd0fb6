"""The read side of the workflows: everything a page, a command or the portal asks for."""

from __future__ import annotations

from workflows.access import (
    access_deadline,
    access_delivery,
    access_document,
    access_draft,
    access_item,
    access_run,
)
from workflows.counts import (
    count_near_deadlines,
    count_waiting_drafts,
    delivery_health,
    list_notices,
    undecided_deliveries,
    workflow_stats,
)
from workflows.deadlines.selectors import (
    DeadlineDetail,
    DeadlineFilters,
    DeadlineGroup,
    DeadlineRow,
    deadline_detail,
    list_deadlines,
)
from workflows.matters.selectors import MatterWork, Timeline, matter_timeline, matter_work
from workflows.messages.client import ClientMessage, list_client_messages
from workflows.messages.selectors import (
    DraftDetail,
    LanguageView,
    WaitingDraft,
    draft_detail,
    list_waiting_drafts,
    visible_drafts,
)
from workflows.playbooks.selectors import PlaybookDetail, list_failed_steps, list_playbooks, playbook_detail

__all__ = [
    "ClientMessage",
    "DeadlineDetail",
    "DeadlineFilters",
    "DeadlineGroup",
    "DeadlineRow",
    "DraftDetail",
    "LanguageView",
    "MatterWork",
    "PlaybookDetail",
    "Timeline",
    "WaitingDraft",
    "access_deadline",
    "access_delivery",
    "access_document",
    "access_draft",
    "access_item",
    "access_run",
    "count_near_deadlines",
    "count_waiting_drafts",
    "deadline_detail",
    "delivery_health",
    "draft_detail",
    "list_client_messages",
    "list_deadlines",
    "list_failed_steps",
    "list_notices",
    "list_playbooks",
    "list_waiting_drafts",
    "matter_timeline",
    "matter_work",
    "playbook_detail",
    "undecided_deliveries",
    "visible_drafts",
    "workflow_stats",
]
