"""What imports ask of people is told to those who can answer, and to nobody else."""

from __future__ import annotations

import pytest

from legist.core import outbox
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import NUMBER, later, previewed
from tracking import importing
from tracking.models import ImportBatch
from workflows.models import Notification
from workflows.web.notifications.labels import explain

pytestmark = pytest.mark.django_db
HEADER = "receipt_number,matter_reference,client_name,client_email\n"


def told(what: str) -> set[str]:
    outbox.drain(now=later(1))
    return {notice.user.name for notice in Notification.objects.filter(kind="import", data__what=what)}


def test_an_import_that_failed_is_told_to_its_uploader_and_operations(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    paul = firm.actor("paul")
    batch = previewed(f"{HEADER}{NUMBER},,,".encode(), filename="a.csv", actor=paul)
    importing.start_import(batch.pk, actor=paul, now=NOW)
    monkeypatch.setattr("tracking.importing.batches.Planner", lambda *_args, **_given: 1 / 0)
    importing.run_import(batch.pk, actor=SYSTEM, now=NOW)

    assert told("failed") == {"Paul", "Olga"}
    line = explain(Notification.objects.filter(user=firm.paul, kind="import"))[0]
    assert line.text.startswith("An import was stopped by an error")
    assert line.url == f"/imports/{batch.pk}/"


def test_rows_that_wait_are_told_to_those_who_may_decide(firm: Firm) -> None:
    wall_off(firm.danas_matter.client, firm.charlie, reason="A relative.", actor=SYSTEM, now=NOW)
    content = f"{HEADER}{NUMBER},,Dana Example,dana@mail.example".encode()
    importing.import_now(content, filename="a.csv", actor=firm.actor("charlie"), now=NOW)

    assert told("waiting") == {"Alice", "Paul", "Mary"}
    assert explain(Notification.objects.filter(user=firm.mary))[0].url == "/imports/waiting/"
    assert ImportBatch.objects.get().state == "done"
