"""The look through the statuses: asked for when due, and not before there is something to see."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from legist.core.errors import Forbidden
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import POLLER, RECEIVED, make_change, make_receipt
from tracking.mapping_editor import checkup
from tracking.models import ReviewItem

pytestmark = pytest.mark.django_db
QUARTER = NOW + timedelta(days=91)


@pytest.fixture
def _history(firm: Firm) -> None:
    make_change(make_receipt("IOE0912345601"), RECEIVED, receipt_number="IOE0912345601")
    make_change(make_receipt("IOE0912345602"), "Zorp Was Frobnicated", receipt_number="IOE0912345602")


def remind(now: datetime = QUARTER) -> bool:
    return checkup.remind(now=now, actor=POLLER)


def asked() -> int:
    return ReviewItem.objects.filter(kind="vocabulary", state="open").count()


def test_nothing_is_due_before_anything_was_read(db: None) -> None:
    assert not remind()


@pytest.mark.usefixtures("_history")
def test_it_is_asked_for_once_a_quarter_after_the_first_status() -> None:
    assert not remind(QUARTER - timedelta(seconds=1))
    assert remind()
    assert not remind()
    assert asked() == 1


@pytest.mark.usefixtures("_history")
def test_it_lists_what_is_not_understood_and_what_is_new(firm: Firm) -> None:
    found = checkup.view_checkup(firm.actor("alice"))
    assert [line.title for line in found.unmapped] == ["Zorp Was Frobnicated"]
    assert len(found.fresh) == 2
    assert found.due_at == QUARTER


@pytest.mark.usefixtures("_history")
def test_having_looked_ends_it_for_a_quarter(firm: Firm) -> None:
    remind()
    done = checkup.complete_checkup(actor=firm.actor("alice"), now=QUARTER)
    assert (done.by, done.unmapped, done.fresh) == (firm.alice, 1, 2)
    assert asked() == 0
    assert not remind(QUARTER + timedelta(days=90))
    assert remind(QUARTER + timedelta(days=91))
    assert checkup.view_checkup(firm.actor("alice")).fresh == []


def test_it_is_for_those_who_keep_the_vocabulary(firm: Firm) -> None:
    for act in (checkup.view_checkup, lambda actor: checkup.complete_checkup(actor=actor, now=NOW)):
        with pytest.raises(Forbidden):
            act(firm.actor("paul"))
