"""What a monitor reads: for whoever has the token, by documented names, and about nobody."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from legist.core import heartbeat, incidents
from legist.core.clock import utc_now
from legist.insights.causes import check_metrics
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt
from tests.structure.test_budgets import ROOT

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-tests-alone"
NAME = re.compile(r"\blegist_[a-z_]+\b")


@pytest.fixture(autouse=True)
def _a_token(settings: LazySettings) -> None:
    settings.LEGIST_METRICS_TOKEN = TOKEN
    cache.clear()


def scrape() -> dict[str, dict[tuple[str, ...], float]]:
    response = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    families = text_string_to_metric_families(response.content.decode())
    return {
        family.name: {tuple(each.labels.values()): each.value for each in family.samples}
        for family in families
    }


def test_nobody_finds_it_without_the_token(
    settings: LazySettings, browser_of: Callable[[str], Client]
) -> None:
    wrong = {"Authorization": "Bearer another-token-of-tests"}
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers=wrong).status_code == 404
    assert browser_of("olga").get("/metrics").status_code == 404
    settings.LEGIST_METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_it_serves_incidents_and_the_measures_of_the_pages(firm: Firm) -> None:
    make_receipt("IOE0987654321", matter=firm.danas_matter)
    heartbeat.beat(heartbeat.WORKER, now=NOW)
    incidents.watch(now=utc_now())

    found = scrape()

    assert found["legist_incidents_open"]["worker_silent",] == 1
    assert found["legist_incidents_open"]["disk_full",] == 0
    assert found["legist_sign_of_life_age_seconds"]["worker",] > 0
    assert ("queue_depth",) in found["legist_measure"]
    assert found["legist_measure_rows"]["failures",] == 0


def test_its_names_are_those_of_the_documents_and_of_the_rules(firm: Firm) -> None:
    served = set(scrape())
    documented = set(
        re.findall(r"^\| `(legist_\w+)` \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    )
    ruled = set(NAME.findall((ROOT / "deploy/monitoring/legist.rules.yaml").read_text()))

    assert served == documented
    assert ruled <= served


def test_a_token_that_can_be_guessed_is_refused(settings: LazySettings) -> None:
    assert not check_metrics()
    settings.LEGIST_METRICS_TOKEN = "short"
    assert [each.id for each in check_metrics()] == ["insights.E002"]
