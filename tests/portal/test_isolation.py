"""Dana sees what is hers. Eve, the staff and signed-out people do not see it here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from legist.practice.models import Client
from portal.models import MessageReading
from tests.factories.practice import Firm
from tests.factories.workflows import make_change, make_receipt
from workflows.models import Draft

STAFF = ("alice", "paul", "olga", "mary", "charlie")
PAGES = ("/portal/", "/portal/messages/", "/portal/settings/", "/portal/settings/passkey/")


def test_another_clients_case_does_not_exist(firm: Firm, eve: Browser) -> None:
    receipt = make_receipt(firm.danas_matter)
    make_change(receipt, "APPROVED")

    assert eve.get(f"/portal/cases/{receipt.pk}/").status_code == 404
    assert "Approved" not in eve.get("/portal/").content.decode()


def test_another_clients_message_does_not_exist(eve: Browser, write_to_dana: Callable[[], Draft]) -> None:
    draft = write_to_dana()

    assert eve.get(f"/portal/messages/{draft.pk}/").status_code == 404
    assert not MessageReading.objects.exists()
    assert str(draft.pk) not in eve.get("/portal/messages/").content.decode()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", STAFF)
def test_staff_are_refused_and_shown_the_way_home(
    page: str, name: str, browser_of: Callable[[str], Browser]
) -> None:
    response = browser_of(name).get(page)

    assert response.status_code == 403
    assert 'href="/"' in response.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_signed_out_people_sign_in_first(page: str, client: Browser, db: None) -> None:
    assert client.get(page)["Location"] == f"/accounts/login/code/?next={page}"


def test_a_person_without_a_clients_record_finds_nothing(firm: Firm, dana: Browser) -> None:
    Client.objects.filter(user=firm.dana).update(user=None)

    assert dana.get("/portal/").status_code == 404


def test_who_is_shut_out_is_out_at_once(firm: Firm, dana: Browser) -> None:
    firm.dana.is_active = False
    firm.dana.save(update_fields=["is_active"])

    assert dana.get("/portal/").status_code == 302


@pytest.mark.parametrize(("name", "status"), [("paul", 204), ("charlie", 404), ("mary", 403), ("dana", 404)])
def test_only_who_works_on_the_matter_invites(
    name: str, status: int, firm: Firm, browser_of: Callable[[str], Browser]
) -> None:
    assert browser_of(name).post(f"/portal/invite/{firm.danas_matter.pk}/").status_code == status


def test_the_portal_only_shows_the_clients_own_places(dana: Browser) -> None:
    page = dana.get("/portal/").content.decode()

    assert 'href="/receipts/"' not in page
    assert page.count('href="/portal/messages/"') == 2
