"""The practice's tables."""

from __future__ import annotations

from legist.practice.models.clients import Client, Invitation
from legist.practice.models.matters import (
    Matter,
    MatterGroupObjectPermission,
    MatterKind,
    MatterStage,
    MatterState,
    MatterUserObjectPermission,
    MatterWall,
)
from legist.practice.models.people import Team, User

__all__ = [
    "Client",
    "Invitation",
    "Matter",
    "MatterGroupObjectPermission",
    "MatterKind",
    "MatterStage",
    "MatterState",
    "MatterUserObjectPermission",
    "MatterWall",
    "Team",
    "User",
]
