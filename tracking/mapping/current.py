"""The vocabulary in force."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

import structlog

from legist.core.definitions.standing import Standing, Version
from legist.core.states import Origin
from tracking.mapping.content import DEFAULT, StatusMapping, from_json, to_json
from tracking.models import MappingVersion

log = structlog.get_logger(__name__)


def current_mapping() -> StatusMapping:
    """Return the vocabulary in force; one query for which it is, and one more after each publication.

    Ours steps in, under the number of the firm's, where that cannot be read.
    """
    latest = MappingVersion.objects.order_by("-number").values_list("pk", flat=True).first()
    return in_force(latest) if latest else DEFAULT


@lru_cache(maxsize=16)
def in_force(version_id: UUID) -> StatusMapping:
    """Return what holds by a version, read once per process: neither it nor what ships changes in one."""
    version = MappingVersion.objects.get(pk=version_id)
    standing = standing_of(version)
    if standing.own and standing.own.faults:
        log.error("vocabulary_invalid", number=version.number, faults=list(standing.own.faults))
    holds = standing.in_force
    return from_json(holds.content, number=version.number) if holds else DEFAULT


def standing_of(newest: MappingVersion | None) -> Standing:
    """Return where the vocabulary stands, given the firm's newest version."""
    shipped = Version(Origin.SHIPPED, 0, to_json(DEFAULT))
    own = version_of(newest) if newest else None
    return Standing(shipped, own, latest=own.number if own else 0)


def version_of(row: MappingVersion) -> Version:
    """Return a published version as it reads today: a newer code stands beside the one it refines."""
    try:
        content, faults = to_json(from_json(row.content, number=row.number)), ()
        base = to_json(from_json(row.base, number=0)) if row.base else None
    except (KeyError, TypeError, ValueError) as error:
        return Version(Origin.FIRM, row.number, row.content, row.base, (repr(error),), row)
    return Version(Origin.FIRM, row.number, content, base, faults, row)
