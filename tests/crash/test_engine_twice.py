"""The same change handled by two workers at once: everything once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import LazySettings
from django.db import connection

from tests.factories.practice import make_firm
from tests.factories.workflows import make_news, run
from tracking.models import StatusChange
from workflows.models import ActionRun, BillingEvent, ChecklistRun, Document, Draft, PlaybookRun

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_do_every_step_once_between_them(settings: LazySettings) -> None:
    settings.LEGIST_TASK_ENGINE = "djangoq"  # the immediate engine would run the playbook at the commit
    change = make_news(make_firm().danas_matter, "APPROVED")
    together = Barrier(2)

    def work(found: StatusChange) -> int:
        together.wait()
        try:
            return run(found).done
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = sorted(pool.map(work, [change, change]))

    assert done == [0, 5]
    for model in (PlaybookRun, Draft, BillingEvent, ChecklistRun, Document):
        assert model.objects.count() == 1
    assert ActionRun.objects.count() == 5
