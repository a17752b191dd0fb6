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
    MatterChange,
    MatterGroupObjectPermission,
    MatterParty,
    MatterUserObjectPermission,
    MatterWall,
    MeasuredAct,
    Tag,
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
    "MatterChange",
    "MatterGroupObjectPermission",
    "MatterParty",
    "MatterUserObjectPermission",
    "MatterWall",
    "MeasuredAct",
    "Relation",
    "SavedView",
    "SignInCode",
    "SignInJob",
    "Tag",
    "Team",
    "User",
    "Wall",
]
