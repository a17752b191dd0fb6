"""The practice's tables."""

from __future__ import annotations

from legist.practice.models.clients import Client, ContactChange, ContactOffer, Invitation, OfferState
from legist.practice.models.matters import (
    Matter,
    MatterGroupObjectPermission,
    MatterKind,
    MatterStage,
    MatterState,
    MatterUserObjectPermission,
)
from legist.practice.models.people import Team, User
from legist.practice.models.sign_in import SignInCode, SignInJob, SignInJobKind
from legist.practice.models.walls import EarlierWall, MatterWall, Wall

__all__ = [
    "Client",
    "ContactChange",
    "ContactOffer",
    "EarlierWall",
    "Invitation",
    "Matter",
    "MatterGroupObjectPermission",
    "MatterKind",
    "MatterStage",
    "MatterState",
    "MatterUserObjectPermission",
    "MatterWall",
    "OfferState",
    "SignInCode",
    "SignInJob",
    "SignInJobKind",
    "Team",
    "User",
    "Wall",
]
