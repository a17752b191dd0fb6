"""The roles of the firm, and what each may do before any matter is looked at."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is to the firm; one role each."""

    ATTORNEY = "attorney", _("Attorney")
    PARALEGAL = "paralegal", _("Paralegal")
    OPERATIONS = "operations", _("Operations")
    MANAGER = "manager", _("Manager")
    CLIENT = "client", _("Client")


class Capability(StrEnum):
    """Everything the policy decides about."""

    VIEW_MATTER = "view_matter"
    WORK_MATTER = "work_matter"
    MANAGE_MATTER = "manage_matter"
    APPROVE_DRAFT = "approve_draft"
    VIEW_RECEIPT = "view_receipt"
    WORK_RECEIPT = "work_receipt"
    OVERRIDE_STATUS = "override_status"
    TRIAGE_UNASSIGNED = "triage_unassigned"
    IMPORT_RECEIPTS = "import_receipts"
    TRACK_RECEIPT = "track_receipt"
    OPEN_MATTER = "open_matter"
    EXPORT_LISTS = "export_lists"
    SHARE_VIEWS = "share_views"
    SEE_CONFLICTS = "see_conflicts"
    MANAGE_TEAMS = "manage_teams"
    VIEW_PAYLOAD = "view_payload"
    VIEW_HEALTH = "view_health"
    VIEW_MEASURES = "view_measures"
    OPERATE_POLLER = "operate_poller"
    SETTLE_GIVEN_UP = "settle_given_up"
    VIEW_AUDIT = "view_audit"
    VIEW_PLAYBOOKS = "view_playbooks"
    EDIT_VOCABULARY = "edit_vocabulary"
    EDIT_WORDING = "edit_wording"
    EDIT_DEADLINE_RULES = "edit_deadline_rules"
    EDIT_POLLING = "edit_polling"
    MANAGE_ASSIST = "manage_assist"
    USE_PORTAL = "use_portal"


C = Capability

# How the whole firm reads, words and counts: decided by those who answer for it.
FIRM_RULES = frozenset(
    {C.EDIT_VOCABULARY, C.EDIT_WORDING, C.EDIT_DEADLINE_RULES, C.EDIT_POLLING, C.MANAGE_ASSIST, C.SHARE_VIEWS}
)

LAWYERING = frozenset(
    {
        C.VIEW_MATTER,
        C.WORK_MATTER,
        C.VIEW_RECEIPT,
        C.WORK_RECEIPT,
        C.TRIAGE_UNASSIGNED,
        C.IMPORT_RECEIPTS,
        C.TRACK_RECEIPT,
        C.OPEN_MATTER,
        C.EXPORT_LISTS,
        C.VIEW_PAYLOAD,
        C.VIEW_HEALTH,
        C.VIEW_PLAYBOOKS,
    }
)

CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.ATTORNEY: LAWYERING | FIRM_RULES | {C.APPROVE_DRAFT, C.OVERRIDE_STATUS, C.MANAGE_MATTER},
    Role.PARALEGAL: LAWYERING,
    Role.OPERATIONS: frozenset(
        {
            C.VIEW_RECEIPT,
            C.OVERRIDE_STATUS,
            C.TRIAGE_UNASSIGNED,
            C.IMPORT_RECEIPTS,
            C.TRACK_RECEIPT,
            C.VIEW_PAYLOAD,
            C.VIEW_HEALTH,
            C.VIEW_MEASURES,
            C.OPERATE_POLLER,
            C.SETTLE_GIVEN_UP,
            C.EDIT_VOCABULARY,
            C.EDIT_POLLING,
            C.VIEW_AUDIT,
            C.VIEW_PLAYBOOKS,
        }
    ),
    Role.MANAGER: FIRM_RULES
    | frozenset(
        {
            C.VIEW_MATTER,
            C.MANAGE_MATTER,
            C.VIEW_RECEIPT,
            # Only where they were given the matter: whoever opens one works on it.
            C.WORK_MATTER,
            C.WORK_RECEIPT,
            C.TRACK_RECEIPT,
            C.OPEN_MATTER,
            C.EXPORT_LISTS,
            C.SEE_CONFLICTS,
            C.MANAGE_TEAMS,
            C.VIEW_MEASURES,
            C.TRIAGE_UNASSIGNED,
            C.VIEW_HEALTH,
            C.SETTLE_GIVEN_UP,
            C.VIEW_AUDIT,
            C.VIEW_PLAYBOOKS,
        }
    ),
    Role.CLIENT: frozenset({C.USE_PORTAL}),
}

# Reach into matters that nobody granted one by one; a wall still shuts the person out.
FIRM_WIDE: dict[str, frozenset[Capability]] = {
    Role.MANAGER: frozenset({C.VIEW_MATTER, C.MANAGE_MATTER, C.VIEW_RECEIPT}),
    Role.OPERATIONS: frozenset({C.VIEW_RECEIPT, C.OVERRIDE_STATUS, C.VIEW_PAYLOAD, C.OPERATE_POLLER}),
}
