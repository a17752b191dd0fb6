"""The page of the polling policy: what it says, what a draft would cost, and publishing it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import QueryDict

from legist.core.clock import utc_now
from legist.core.resilience import quota
from tests.factories.practice import Firm
from tests.factories.tracking import make_policy, make_receipt, make_receipts
from tests.workflows.web.asking import Browser, text
from tracking.models import PollingPolicyVersion
from tracking.polling import planning, policies
from tracking.polling.policy import SHIPPED, faults_in
from tracking.web.policies import PolicyForm, sentence

pytestmark = pytest.mark.django_db
URL = "/definitions/polling/policy/"


def filled(form: PolicyForm, **sent: Any) -> QueryDict:
    """What a browser sends of the form as it is shown, with some fields filled otherwise."""
    data = QueryDict(mutable=True)
    data["rule_count"] = str(form.rule_count)
    for name, field in form.fields.items():
        given = sent.get(name, form.get_initial_for_field(field, name))
        if isinstance(given, list):
            data.setlist(name, given)
        elif given is not None and given is not False and given != "":
            data[name] = str(given)
    return data


def send(browser: Any, act: str, **sent: Any) -> Any:
    page = text(browser.get(URL))
    shown = {
        name: re.search(rf'name="{name}"(?: value="(\w*)")? id="publish_{name}"', page)
        for name in ("seen", "token")
    }
    held = policies.TOPIC.read().held
    assert held is not None
    data = filled(PolicyForm(written=held.content), **sent)
    data.update({name: (match and match[1]) or "" for name, match in shown.items()})
    data.update({"act": act, "reason": "We are too slow."})
    return browser.post(URL, data.urlencode(), content_type="application/x-www-form-urlencoded")


def test_what_is_shown_and_sent_back_is_the_same() -> None:
    form = PolicyForm(filled(PolicyForm(written=SHIPPED)), written=SHIPPED)
    assert form.is_valid(), form.errors
    assert form.content == SHIPPED


def test_a_rule_is_added_moved_before_the_others_and_one_removed() -> None:
    number = len(SHIPPED["rules"])
    new = {"title": "Family", "order": 0, "form": "I-130, I-485", "age_from": 30, "tier": "near_real_time"}
    sent = {f"rule-{number}-{name}": value for name, value in new.items()} | {"rule-0-remove": "on"}
    form = PolicyForm(filled(PolicyForm(written=SHIPPED), **sent), written=SHIPPED)
    assert form.is_valid(), form.errors
    rules = form.content["rules"]
    assert rules[0] == {
        "title": "Family",
        "when": {"form": ["I-130", "I-485"], "age_from": 30},
        "tier": "near_real_time",
    }
    assert [rule["title"] for rule in rules[1:]] == [rule["title"] for rule in SHIPPED["rules"][1:]]
    assert faults_in(form.content) == []


def test_a_rule_is_said_as_a_sentence() -> None:
    rule = {"title": "Over", "when": {"stage": ["DENIED"], "age_from": 30}, "tier": "low"}
    options = {"stage": [("DENIED", "Denied")]}
    assert sentence(rule, options) == "Stage: Denied; Days in its status, from: 30 → Low"


def test_mary_sees_what_a_draft_costs_beside_today_and_publishes_it(browser_of: Browser) -> None:
    make_receipts(4)
    mary = browser_of("mary")
    page = text(mary.get(URL))
    assert "16 of 10,000 calls a day" in page
    tried = text(send(mary, "check", **{"tier-standard-every": "3h"}))
    assert "32 of 10,000 calls a day" in tried
    assert not PollingPolicyVersion.objects.exists()
    assert send(mary, "publish", **{"tier-standard-every": "3h"}).status_code == 302
    version = PollingPolicyVersion.objects.get()
    assert version.content["tiers"]["standard"]["every"] == "3h"


def test_a_version_in_shadow_is_compared_with_what_holds(browser_of: Browser) -> None:
    make_receipt()
    make_policy(otherwise="low", state="shadow")
    assert "Standard → Low: 1" in text(browser_of("mary").get(URL))


def badges(page: str) -> list[str]:
    """The versions that are said to be in force, by their names."""
    rows = re.findall(r"<h2>(.*?)</h2>(.*?)</div>", page, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", "", name).split()) for name, rest in rows if "In force" in rest]


def test_a_version_in_shadow_is_never_said_to_be_in_force(browser_of: Browser) -> None:
    mary = browser_of("mary")
    assert badges(mary.get(URL).content.decode()) == ["Legist's own"]
    sent = {"state": "shadow", "otherwise": "low"}
    assert send(mary, "publish", **sent).status_code == 302
    page = mary.get(URL).content.decode()
    assert badges(page) == ["Legist's own"]
    assert "Version 1 is published. Shadow: it decides beside what holds" in text(mary.get(URL)) + page
    assert send(mary, "publish", **{"state": "active", "tier-low-every": "2d"}).status_code == 302
    assert badges(mary.get(URL).content.decode()) == ["Version 2"]
    send(mary, "publish", **sent)
    assert badges(mary.get(URL).content.decode()) == ["Version 2"]
    deciding = text(mary.get(f"{URL}?version=2"))
    assert "In force" in deciding
    assert 'value="restore"' in deciding, "going back to it ends the shadow"
    assert "In force" not in text(mary.get(f"{URL}?version=3"))
    assert 'value="restore"' not in text(mary.get(f"{URL}?version=3"))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("active", "Version 1 is published. Active: it decides. The worker puts every receipt into its tier"),
        ("shadow", "Version 1 is published. Shadow: it decides beside what holds, and costs no call."),
        ("off", "Version 1 is published. Off: every receipt keeps its tier."),
    ],
)
def test_who_publishes_is_told_what_the_version_does(state: str, said: str, browser_of: Browser) -> None:
    mary = browser_of("mary")
    send(mary, "publish", **{"state": state, "tier-low-every": "2d"})
    page = text(mary.get(URL))
    assert said in page
    assert ("within a minute" in page) == (state == "active")


def test_receipts_that_nobody_would_ask_about_are_named(browser_of: Browser) -> None:
    make_receipt()
    assert "1 receipt would not be asked about by itself" in text(
        send(browser_of("mary"), "check", otherwise="paused")
    )


def test_a_fault_is_said_and_nothing_published(browser_of: Browser) -> None:
    refused = send(browser_of("olga"), "publish", **{"tier-low-every": "9d"})
    assert refused.status_code == 422
    assert "write intervals from 1s to 7d" in text(refused)
    assert not PollingPolicyVersion.objects.exists()


def test_the_page_says_which_lane_is_not_counted(browser_of: Browser, settings: LazySettings) -> None:
    settings.USCIS_LANES, settings.USCIS_MORE_QUOTAS = 2, {2: 500}
    make_receipt()
    mary = browser_of("mary")
    assert "of 10,500 calls a day" in text(mary.get(URL))
    quota.configure("uscis", per_second=10, per_day=10_000)
    quota.block_until("uscis", utc_now() + timedelta(hours=8))
    page = text(mary.get(URL))
    assert "of 500 calls a day" in page
    assert "Not counted, for it has been down for long: USCIS." in page


def test_a_rule_with_a_fault_stands_open_with_what_was_written(browser_of: Browser) -> None:
    number = len(SHIPPED["rules"])
    refused = send(browser_of("olga"), "publish", **{f"rule-{number}-title": "Only a name"})
    assert "give at least one condition" in text(refused)
    assert [rule["is_open"] for rule in refused.context["form"].rules] == [False] * number + [True]
    assert refused.content.decode().count('<details class="fold" open>') == 1


def test_who_only_reads_is_offered_no_form(firm: Firm, browser_of: Browser) -> None:
    make_policy("low=2d")
    page = browser_of("paul").get(URL)
    assert page.status_code == 200
    assert 'value="publish"' not in text(page)
    assert browser_of("dana").get(URL).status_code == 404
    assert URL in text(browser_of("paul").get("/health/"))


def test_olga_shares_the_calls_out_and_goes_back_on_the_page(browser_of: Browser) -> None:
    make_receipt(tier="standard")
    olga = browser_of("olga")
    page = text(olga.get("/definitions/polling/policy/"))
    # What it would give stands beside the button, and nothing is turned by looking.
    assert "Shared out by weight and believed change it would be" in page
    assert page.count("a change is seen after") == 2
    assert "Share the calls out instead" in page
    assert planning.current("uscis", now=utc_now()) is None
    assert "shared out" in text(olga.post("/health/sharing/", {"on": "1"}, follow=True))
    assert planning.current("uscis", now=utc_now()) is not None
    page = text(olga.get("/definitions/polling/policy/"))
    assert "At fixed intervals by tier it would be 4 calls a day:" in page
    assert "Keep fixed intervals instead" in page
    olga.post("/health/sharing/", {"on": "0"})
    assert planning.current("uscis", now=utc_now()) is None


def test_who_does_not_operate_is_not_offered_to_share(browser_of: Browser) -> None:
    alice = browser_of("alice")
    assert "Share the calls out instead" not in text(alice.get("/definitions/polling/policy/"))
    assert alice.post("/health/sharing/", {"on": "1"}).status_code == 403
