"""Checking the record on a person's demand."""

from __future__ import annotations

from legist.core import audit
from legist.core.actors import Actor
from legist.core.audit import Verification
from legist.practice.permissions import Capability, require


def verify_record(*, actor: Actor) -> Verification:
    """Recompute the whole chain for somebody who may read it."""
    require(actor, Capability.VIEW_AUDIT)
    return audit.verify()
