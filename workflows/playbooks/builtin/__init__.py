"""What every firm starts with: a playbook for each status that starts a clock, and one for the other news."""

from __future__ import annotations

from workflows.playbooks.builtin.appointments import BIOMETRICS, INTERVIEW, INTERVIEW_OFF, MISSED, OATH
from workflows.playbooks.builtin.base import Definition
from workflows.playbooks.builtin.decisions import (
    APPROVAL,
    COURT,
    DENIAL,
    DISHONORED,
    DISMISSAL,
    NATURALIZATION_CLOSED,
    REJECTION,
    REVOCATION,
)
from workflows.playbooks.builtin.evidence import NOID, NOIR, RFE
from workflows.playbooks.builtin.mail import (
    CARD_UPDATE,
    DESTROYED,
    NOTICE_TO_READ,
    RETURNED_CARD,
    RETURNED_NOTICE,
    STATUS_UPDATE,
)

DEFINITIONS = (
    BIOMETRICS,
    INTERVIEW,
    INTERVIEW_OFF,
    OATH,
    MISSED,
    RFE,
    NOID,
    NOIR,
    APPROVAL,
    DENIAL,
    REVOCATION,
    DISMISSAL,
    REJECTION,
    DISHONORED,
    NATURALIZATION_CLOSED,
    COURT,
    RETURNED_CARD,
    RETURNED_NOTICE,
    DESTROYED,
    NOTICE_TO_READ,
    STATUS_UPDATE,
    CARD_UPDATE,
)

__all__ = ["DEFINITIONS", "Definition"]
