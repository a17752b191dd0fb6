"""The life of a draft as a table: which act leads from which states to which. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DRAFTED, IN_REVIEW, APPROVED, RETURNED, SENT, VOID, JOINED = (
    "drafted",
    "in_review",
    "approved",
    "returned",
    "sent",
    "void",
    "joined",
)
# The purpose of a message that holds others; each of them is a draft of its own and names it.
WHOLE = "joined"

# act -> {state before: state after}; an act that is not listed for a state is refused.
TRANSITIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "submit": {DRAFTED: IN_REVIEW},
        # Edited after it was sent back, it is for its author to submit again.
        "edit": {
            DRAFTED: DRAFTED,
            IN_REVIEW: IN_REVIEW,
            APPROVED: IN_REVIEW,
            RETURNED: DRAFTED,
            JOINED: JOINED,
        },
        "join": {IN_REVIEW: JOINED},
        "approve": {IN_REVIEW: APPROVED},
        "return": {IN_REVIEW: RETURNED},
        "send": {APPROVED: SENT},
        # What was waiting for an attorney waits again; nothing comes back approved.
        "restore": {VOID: DRAFTED},
        "void": {DRAFTED: VOID, IN_REVIEW: VOID, APPROVED: VOID, RETURNED: VOID, JOINED: VOID},
    }
)


def next_state(act: str, state: str) -> str | None:
    """Return the state that the act leads to, or None when it does not fit the state."""
    return TRANSITIONS[act].get(state)
