"""The mapping of titles: what each means, who may see what, and rules that go into the draft."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.practice import NOW, Firm
from tests.factories.tracking import RFE, make_change, make_receipt, make_receipts
from tests.tracking.web.conftest import FRAGMENT
from tracking.mapping.edits import DropRule, SetRule
from tracking.mapping_editor.titles import slug_of
from tracking.mapping_editor.versions import add_edits, publish, view_draft
from tracking.models import MappingDraft, Receipt
from tracking.normalizer import Suggestion, title_key
from tracking.statuses import StatusCode
from tracking.web.mapping.page import likely

Browser = Callable[[str], Client]
UNKNOWN = "Requests of Evidance Were Pondered Upon"
RULE = {"code": "RFE_ISSUED", "client_action": "yes", "terminal": ""}
PANEL = FRAGMENT | {"HX-Target": "side-panel-body"}


def url_of(title: str) -> str:
    return f"/statuses/titles/{slug_of(title_key(title))}/"


def titles(client: Client, **given: str) -> list[str]:
    return [row.line.title for row in client.get("/statuses/", given).context["rows"]]


@pytest.fixture
def unknown(danas: Receipt) -> Receipt:
    make_change(danas, UNKNOWN, "We pondered upon IOE0912345678 and sent it.")
    return danas


@pytest.fixture
def known(firm: Firm) -> Receipt:
    receipt = make_receipt("IOE0912345679", matter=firm.danas_matter)
    make_change(receipt, RFE)
    return receipt


def test_it_lists_every_title_the_doubtful_first(
    known: Receipt, unknown: Receipt, browser_of: Browser
) -> None:
    response = browser_of("alice").get("/statuses/")

    assert [row.line.title for row in response.context["rows"]] == [UNKNOWN, RFE]
    assert [view["count"] for view in response.context["views"]] == [2, 1, 0, 0]
    assert "Not understood" in response.content.decode()


def test_it_narrows_by_state(known: Receipt, unknown: Receipt, browser_of: Browser) -> None:
    alice = browser_of("alice")

    assert titles(alice, show="unknown") == [UNKNOWN]
    assert titles(alice, show="firm") == []
    assert len(titles(alice, show="nonsense")) == 2


def test_it_finds_a_title_by_words_that_no_address_holds(
    known: Receipt, unknown: Receipt, browser_of: Browser
) -> None:
    found = browser_of("alice").post("/statuses/", {"q": "pondered UPON"}).context["rows"]

    assert [row.line.title for row in found] == [UNKNOWN]
    nothing = browser_of("alice").post("/statuses/", {"q": "zebra"})
    assert "No title has these words" in nothing.content.decode()


def test_it_says_what_to_do_when_nothing_was_read(browser_of: Browser) -> None:
    assert "No status was read yet" in browser_of("alice").get("/statuses/").content.decode()


def test_one_title_shows_masked_examples_and_neighbours(unknown: Receipt, browser_of: Browser) -> None:
    page = browser_of("alice").get(url_of(UNKNOWN)).content.decode()

    assert unknown.masked in page
    assert "IOE0912345678" not in page
    assert "It means: Request for evidence" in page


def test_it_opens_in_the_side_panel(unknown: Receipt, browser_of: Browser) -> None:
    panel = browser_of("alice").get(url_of(UNKNOWN), headers=PANEL).content.decode()

    assert "<html" not in panel
    assert "Add the rule to the draft" in panel
    again = browser_of("alice").get(url_of(UNKNOWN), headers=FRAGMENT | {"HX-Target": "title-side"})
    assert "<html" not in again.content.decode()
    assert 'id="title-side"' in again.content.decode()


def test_examples_are_of_cases_shared_with_the_reader(unknown: Receipt, firm: Firm) -> None:
    client = Client()
    stranger = type(firm.alice).objects.create_user("sam@firm.example", name="Sam", role="attorney")
    client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get(url_of(UNKNOWN))

    assert page.context["examples"] == []
    assert "None of the cases with this title is shared with you." in page.content.decode()


def test_a_rule_goes_into_the_draft_and_changes_nothing_yet(
    unknown: Receipt, firm: Firm, browser_of: Browser
) -> None:
    response = browser_of("olga").post(f"{url_of(UNKNOWN)}rule/", RULE, headers=FRAGMENT)

    assert response.status_code == 204
    assert "vocabulary-changed" in response["HX-Trigger"]
    draft = view_draft(firm.actor("olga"))
    assert draft.edits == (SetRule(UNKNOWN, "RFE_ISSUED", client_action=True, terminal=None),)
    assert draft.base.rules == ()
    page = browser_of("alice").get("/statuses/").content.decode()
    assert "Draft: 1 step by Olga" in page
    assert "changed in the draft" in page


def test_a_plain_form_goes_back_to_the_title(unknown: Receipt, browser_of: Browser) -> None:
    response = browser_of("alice").post(f"{url_of(UNKNOWN)}rule/", RULE)

    assert (response.status_code, response["Location"]) == (302, url_of(UNKNOWN))


@pytest.mark.parametrize("code", ["", "UNKNOWN", "nonsense"])
def test_it_says_in_place_that_a_rule_needs_a_status(
    code: str, unknown: Receipt, browser_of: Browser
) -> None:
    alice, url = browser_of("alice"), f"{url_of(UNKNOWN)}rule/"

    part = alice.post(url, RULE | {"code": code}, headers=FRAGMENT)
    whole = alice.post(url, RULE | {"code": code})

    assert (part.status_code, whole.status_code) == (422, 422)
    assert "<html" not in part.content.decode()
    assert "<html" in whole.content.decode()
    assert "There is a problem" in part.content.decode()
    assert not MappingDraft.objects.exists()


def test_it_takes_the_firms_rule_back(unknown: Receipt, firm: Firm, browser_of: Browser) -> None:
    alice = firm.actor("alice")
    publish([SetRule(UNKNOWN, "RFE_ISSUED")], reason="Seen.", actor=alice, now=NOW)
    assert titles(browser_of("alice"), show="firm") == [UNKNOWN]

    response = browser_of("alice").post(f"{url_of(UNKNOWN)}own/")

    assert response["Location"] == url_of(UNKNOWN)
    assert view_draft(alice).edits == (DropRule(UNKNOWN),)
    assert "The draft takes that back." in browser_of("alice").get(url_of(UNKNOWN)).content.decode()


def test_a_rule_of_the_draft_for_a_title_never_seen_leaves_the_list(firm: Firm, browser_of: Browser) -> None:
    add_edits([SetRule("Case Was Celebrated", "APPROVED")], actor=firm.actor("alice"), now=NOW)

    response = browser_of("alice").post(f"{url_of('Case Was Celebrated')}own/", headers=FRAGMENT)

    assert response.status_code == 204
    assert titles(browser_of("alice")) == []


def test_a_new_rule_shows_first_how_the_title_reads_today(browser_of: Browser) -> None:
    given = {"title": "Case Was Approved", "act": "look", "code": ""}

    response = browser_of("alice").post("/statuses/titles/new/", given)

    assert response.status_code == 200
    page = response.content.decode()
    assert "Read today as" in page
    assert "in the stage “Approved”" in page
    assert "This field is required" not in page
    assert not MappingDraft.objects.exists()


def test_a_new_rule_leads_to_its_title(firm: Firm, browser_of: Browser) -> None:
    given = RULE | {"title": "Case Was  Celebrated", "act": "add"}

    response = browser_of("alice").post("/statuses/titles/new/", given)

    assert response["Location"] == url_of("case was celebrated")
    assert titles(browser_of("alice"), show="firm") == ["Case Was Celebrated"]


@pytest.mark.parametrize("given", [{"title": " ", "code": "APPROVED"}, {"title": "…", "code": "APPROVED"}])
def test_a_new_rule_needs_a_title(given: dict[str, str], browser_of: Browser) -> None:
    assert browser_of("alice").post("/statuses/titles/new/", given).status_code == 422


def test_a_title_that_is_gone_is_not_found(browser_of: Browser) -> None:
    assert browser_of("alice").get(url_of("Zebra")).status_code == 404
    assert browser_of("alice").post(f"{url_of('Zebra')}rule/", RULE).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("mary", 200), ("olga", 200), ("paul", 403), ("dana", 404)])
def test_who_may_open_the_list(name: str, status: int, browser_of: Browser) -> None:
    assert browser_of(name).get("/statuses/").status_code == status


def test_more_titles_cost_no_more_queries(
    firm: Firm, browser_of: Browser, count_queries: Callable[[Client, str], int]
) -> None:
    alice, receipts = browser_of("alice"), make_receipts(8, matter=firm.danas_matter)
    make_change(receipts[0], UNKNOWN)
    few = count_queries(alice, "/statuses/")
    for index, receipt in enumerate(receipts[1:]):
        make_change(receipt, f"Zebra {index} Was Painted")

    assert count_queries(alice, "/statuses/") == few <= 20


def test_a_long_list_ends_with_the_way_to_the_rest(
    firm: Firm, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracking.web.mapping.page.SHOWN", 2)
    rules = [SetRule(f"Case Was Celebrated {index}", "APPROVED") for index in range(3)]
    add_edits(rules, actor=firm.actor("alice"), now=NOW)

    assert len(titles(browser_of("alice"))) == 2
    assert "Show all 3 titles" in browser_of("alice").get("/statuses/").content.decode()
    assert len(titles(browser_of("alice"), all="1")) == 3


def test_what_nobody_understands_is_no_suggestion() -> None:
    vague, clear = Suggestion("a", StatusCode.UNKNOWN, 0.9), Suggestion("b", StatusCode.APPROVED, 0.8)

    assert likely([vague, clear, Suggestion("c", StatusCode.APPROVED, 0.7)]) == [clear]
