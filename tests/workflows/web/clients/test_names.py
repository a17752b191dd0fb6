"""Names to correct: a list for those who see the matter, and a form for those who work on it."""

from __future__ import annotations

from django.utils.html import escape

from legist.practice.models import Client
from tests.factories.practice import Firm
from tests.workflows.web.asking import Browser, address, statuses

LIST = "/matters/names/"
BAD = '<img src=x onerror="alert(1)"> Dana'


def spoil(firm: Firm) -> None:
    client = firm.danas_matter.client
    client.name = BAD
    client.save(update_fields=["name"])


def test_the_list_shows_the_name_as_text_with_what_is_wrong_and_a_form(
    firm: Firm, browser_of: Browser
) -> None:
    spoil(firm)

    page = browser_of("paul").get(LIST).content.decode()

    assert escape(BAD) in page
    assert BAD not in page
    assert "It holds one of the signs" in page
    assert address("matter_client_name", firm.danas_matter.pk) in page


def test_a_stranger_to_the_matter_sees_nothing_of_it(firm: Firm, browser_of: Browser) -> None:
    spoil(firm)

    page = browser_of("charlie").get(LIST).content.decode()

    assert "Every name is in order" in page


def test_those_who_work_on_the_matter_or_manage_it_correct_the_name(firm: Firm, browser_of: Browser) -> None:
    url = address("matter_client_name", firm.danas_matter.pk)

    found = statuses(browser_of, url, ("charlie", "olga", "dana"), "post", name="Dana New")
    for who in ("paul", "mary"):
        assert browser_of(who).post(url, {"name": f"Dana of {who.title()}"}).status_code == 302
        assert Client.objects.get(pk=firm.danas_matter.client_id).name == f"Dana of {who.title()}"

    assert found == [404, 404, 404]


def test_a_bad_correction_is_refused_with_the_reason(firm: Firm, browser_of: Browser) -> None:
    answer = browser_of("paul").post(
        address("matter_client_name", firm.danas_matter.pk), {"name": "Call 900-555-1234"}
    )

    assert answer.status_code == 422
    assert "seven or more digits" in answer.content.decode()


def test_the_list_asks_a_fixed_number_of_queries(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: object
) -> None:
    spoil(firm)
    browser = browser_of("mary")

    with django_assert_max_num_queries(25):  # type: ignore[operator]  # pytest-django's fixture
        browser.get(LIST)


def test_the_people_of_a_matter_can_correct_the_name_there(firm: Firm, browser_of: Browser) -> None:
    page = browser_of("paul").get(f"/matters/{firm.danas_matter.pk}/?section=people").content.decode()

    assert address("matter_client_name", firm.danas_matter.pk) in page
