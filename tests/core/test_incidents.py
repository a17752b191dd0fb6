"""An incident: opened once per cause and concern, told once at each stage, over when its cause stays away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from legist.core import heartbeat, incidents
from legist.core.errors import WrongState
from legist.core.incidents import CALM, Cause, Stage
from legist.core.models import AuditEntry, Incident
from tests.factories.practice import NOW, SYSTEM

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
there: dict[str, int] = {}
told: list[tuple[str, Stage]] = []


def cause(name: str = "leak", **fields: Any) -> Cause:
    given: dict[str, Any] = {
        "label": "A leak",
        "sentence": "%(count)s drops from %(concern)s",
        "todo": "Close it.",
        "look": lambda _now, _limit: there,
        "threshold": 3,
        "told": "operate_poller",
        "page": "tracking:health",
    }
    return Cause(name, **(given | fields))


@pytest.fixture(autouse=True)
def _one_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    there.clear()
    told.clear()

    def listen(incident: Incident, stage: Stage, _now: datetime) -> int:
        told.append((incident.concern, stage))
        return 1

    monkeypatch.setattr(incidents, "_causes", {"leak": cause()})
    monkeypatch.setattr(incidents, "_tellers", {"tests": listen})


def look(at: datetime, **found: int) -> None:
    there.clear()
    there.update(found)
    incidents.watch(now=at)


def stages() -> list[str]:
    return [stage for _concern, stage in told]


def the_one() -> Incident:
    return Incident.objects.get()


def test_a_cause_opens_one_incident_for_each_concern_however_often_it_is_seen() -> None:
    for minutes in range(3):
        look(NOW + minutes * MINUTE, roof=1 + minutes, cellar=1)

    assert sorted(told) == [("cellar", "opened"), ("roof", "opened")]
    roof = Incident.objects.get(concern="roof")
    assert (roof.count, roof.opened_at, roof.seen_at) == (3, NOW, NOW + 2 * MINUTE)
    assert AuditEntry.objects.filter(action="core.incident_opened").count() == 2


def test_what_another_process_has_opened_in_the_same_moment_is_told_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look(NOW, roof=1)
    # The look of a second process that read the table before the first one wrote.
    monkeypatch.setattr(incidents, "list_open", Incident.objects.none)
    look(NOW, roof=1)

    assert stages() == ["opened"]
    assert Incident.objects.count() == 1


def test_it_is_over_once_its_cause_has_stayed_away_for_a_while() -> None:
    look(NOW, roof=1)
    look(NOW + MINUTE)
    look(NOW + CALM)
    assert stages() == ["opened"]

    look(NOW + MINUTE + CALM)
    look(NOW + MINUTE + 2 * CALM)

    assert stages() == ["opened", "over"]
    assert the_one().resolved_at == NOW + MINUTE + CALM
    assert the_one().resolved_by is None


def test_a_cause_that_comes_and_goes_is_one_incident() -> None:
    for minute in range(0, 120, 2):
        look(NOW + minute * MINUTE, roof=1)
        look(NOW + (minute + 1) * MINUTE)

    assert stages() == ["opened"]
    assert the_one().times == 60


def test_a_cause_that_comes_back_every_quarter_of_an_hour_is_told_less_and_less() -> None:
    for quarter in range(4 * 24):
        look(NOW + quarter * 15 * MINUTE, roof=1)
        for minute in (1, 12):
            look(NOW + (quarter * 15 + minute) * MINUTE)

    assert stages() == ["opened", "over", "opened", "again"]


def test_nobody_taking_it_on_is_told_once_more_and_no_more() -> None:
    for hour in range(12):
        look(NOW + hour * HOUR, roof=1)

    assert stages() == ["opened", "again"]


def test_what_somebody_has_taken_on_is_not_told_again() -> None:
    look(NOW, roof=1)

    assert incidents.acknowledge(the_one().pk, actor=SYSTEM, now=NOW)
    assert not incidents.acknowledge(the_one().pk, actor=SYSTEM, now=NOW + MINUTE)
    look(NOW + DAY, roof=1)

    assert stages() == ["opened"]
    assert the_one().acknowledged_at == NOW
    assert AuditEntry.objects.filter(action="core.incident_acknowledged").count() == 1


def test_a_person_ends_what_is_gone_and_not_what_is_still_there() -> None:
    look(NOW, roof=1)
    with pytest.raises(WrongState, match="still there"):
        incidents.resolve(the_one().pk, actor=SYSTEM, now=NOW)

    there.clear()
    assert incidents.resolve(the_one().pk, actor=SYSTEM, now=NOW + MINUTE)
    assert not incidents.resolve(the_one().pk, actor=SYSTEM, now=NOW + MINUTE)

    assert stages() == ["opened", "over"]
    with pytest.raises(WrongState, match="over already"):
        incidents.acknowledge(the_one().pk, actor=SYSTEM, now=NOW + MINUTE)


def test_a_cause_that_cannot_be_looked_for_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_now: datetime, _limit: int) -> dict[str, int]:
        raise KeyError

    causes = {"broken": cause("broken", look=broken), "leak": cause()}
    monkeypatch.setattr(incidents, "_causes", causes)

    with pytest.raises(KeyError):
        look(NOW, roof=1)

    assert stages() == ["opened"]


def test_the_log_says_so_where_nobody_can_be_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(incidents, "_tellers", {})
    look(NOW, roof=1)

    assert [each.levelname for each in caplog.records if "incident_untold" in each.getMessage()] == ["ERROR"]


def test_whoever_asks_looks_where_no_worker_has_looked_lately() -> None:
    there["roof"] = 1
    heartbeat.beat(incidents.WATCH, now=NOW)

    incidents.watch_if_late(now=NOW + 2 * MINUTE)
    assert not told
    incidents.watch_if_late(now=NOW + 4 * MINUTE)
    assert stages() == ["opened"]


def test_it_counts_what_no_mail_could_tell_of() -> None:
    look(NOW, roof=1, cellar=1)
    first, second = Incident.objects.values_list("pk", flat=True)
    incidents.note_mail(first, now=NOW, error="smtp_535")
    incidents.note_mail(second, now=NOW)
    incidents.note_mail(second, now=NOW, error="timeout")

    assert incidents.counts() == {"open": 2, "unacknowledged": 2, "untold": 1}
