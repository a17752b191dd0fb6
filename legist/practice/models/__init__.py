"""The practice's tables."""

from __future__ import annotations

from legist.practice.models.clients import (
    Client,
    ConflictCheck,
    ContactChange,
    ContactOffer,
    Invitation,
    Relation,
)
from legist.practice.models.matters import (
    ActIsFixed,
    Matter,
    MatterGroupObjectPermission,
    MatterUserObjectPermission,
    MatterWall,
    MeasuredAct,
    Wall,
)
from legist.practice.models.people import (
    FirmContact,
    KeptSearch,
    ListChoices,
    SavedView,
    SignInCode,
    SignInJob,
    Team,
    User,
)

__all__ = [
    "ActIsFixed",
    "Client",
    "ConflictCheck",
    "ContactChange",
    "ContactOffer",
    "FirmContact",
    "Invitation",
    "KeptSearch",
    "ListChoices",
    "Matter",
    "MatterGroupObjectPermission",
    "MatterUserObjectPermission",
    "MatterWall",
    "MeasuredAct",
    "Relation",
    "SavedView",
    "SignInCode",
    "SignInJob",
    "Team",
    "User",
    "Wall",
]
