"""How far a reader walks who follows one polled batch: how often into another module, and how often upwards.

The walk leads from the sweep to the commit, through `tracking.tasks`, `tracking.polling` and
`tracking.observations`: when and whom to ask, and what the answer means. Any other room of tracking is a step
by its door, and is not walked inside. Rows and plain values (`models`, `statuses`, `form_numbers`, …) are
data, and what a row answers about itself is no step. The kernel counts as a library for the changes; climbs
are counted in it, too.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings

from legist.core.clock import utc_now
from tests.factories.tracking import make_receipt, numbers
from tests.structure.walks import Walk, floor_of, walk_of
from tests.support.simulator import RunningSimulator
from tracking.models import Receipt, StatusChange
from tracking.tasks import sweep

pytestmark = pytest.mark.django_db
ROOMS = ("tracking.tasks", "tracking.polling", "tracking.observations")
DATA = (
    *("tracking.models", "tracking.states", "tracking.statuses"),
    *("legist.practice.form_numbers", "tracking.receipts", "tracking.audit_actions"),
)
LIBRARIES = ("legist.", *DATA)
# The record is chained right before the commit.
COMMIT = "legist.core.audit._chain"
CHANGES, CLIMBS = 23, 2


@pytest.fixture
def walk(simulator: RunningSimulator, settings: LazySettings) -> Walk:
    """A status that changes, after a first one: nothing is read or built for the first time."""
    for name, value in (simulator.settings | {"USCIS_TPS": 1000.0, "USCIS_DAILY_QUOTA": 1000}).items():
        setattr(settings, name, value)
    receipt = make_receipt(numbers(1)[0], due=utc_now())
    simulator.set_status(receipt.number, "in_review")
    sweep()
    simulator.set_status(receipt.number, "approved")
    Receipt.objects.update(next_poll_at=utc_now() - timedelta(minutes=1))
    walk = walk_of(sweep.run, until=COMMIT)
    assert StatusChange.objects.count() == 2
    return walk


def test_a_reader_of_one_batch_seldom_changes_module(walk: Walk) -> None:
    changes = walk.changes(*ROOMS, libraries=LIBRARIES)
    assert len(changes) <= CHANGES, "\n".join(map(str, changes))
    # So many that the walk cannot have missed the way.
    assert ("tracking.polling.persisting", "tracking.observations.services") in changes


def test_a_reader_of_one_batch_seldom_climbs(walk: Walk) -> None:
    climbs = walk.climbs(libraries=DATA)
    assert len(climbs) <= CLIMBS, climbs


def test_floors_are_those_of_the_contracts() -> None:
    assert floor_of("portal.web.views") > floor_of("workflows.messages.sending") > floor_of("tracking.tasks")
    assert (
        floor_of("tracking.tasks")
        > floor_of("tracking.polling.run")
        > floor_of("tracking.observations.services")
    )
