"""The invitation: staff ask for it, the client opens the link once, in their own language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client as Browser
from pytest_django import DjangoCaptureOnCommitCallbacks

from legist.core.models import AuditEntry
from legist.practice.clients.invitations import invite_client, token_of
from legist.practice.models import Client, User
from portal import services
from tests.factories.practice import NOW, SYSTEM, Firm, make_client

WELCOME = "/portal/welcome/"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hana(db: None) -> Client:
    return make_client("Hana", language="es", with_user=False)


@pytest.fixture
def link(hana: Client) -> str:
    return f"{WELCOME}?key={token_of(invite_client(hana, actor=SYSTEM, now=NOW))}"


@pytest.fixture
def invited(
    firm: Firm,
    browser_of: Callable[[str], Browser],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> EmailMessage:
    """The mail that leaves when Paul presses the button."""
    with django_capture_on_commit_callbacks(execute=True):
        response = browser_of("paul").post(f"/portal/invite/{firm.danas_matter.pk}/")
    assert response.status_code == 204
    return mail.outbox[0]


def test_paul_invites_the_client_of_his_matter(invited: EmailMessage) -> None:
    assert invited.to == ["dana@mail.example"]
    assert "siga su caso en línea" in invited.subject
    assert AuditEntry.objects.filter(action="portal.invitation_sent").exists()


def test_the_mail_holds_a_link_that_works(invited: EmailMessage) -> None:
    (address,) = re.findall(rf"{settings.LEGIST_BASE_URL}(/portal/welcome/\S+)", str(invited.body))

    assert "Le damos la bienvenida, Dana Example" in Browser().get(address).content.decode()


def test_an_invitation_withdrawn_meanwhile_is_not_sent(hana: Client) -> None:
    first = invite_client(hana, actor=SYSTEM, now=NOW)
    invite_client(hana, actor=SYSTEM, now=NOW)

    services.send(first.pk, actor=SYSTEM, now=NOW)

    assert mail.outbox == []


def test_a_mail_scanner_does_not_use_it_up(link: str, client: Browser) -> None:
    assert [client.head(link).status_code, client.get(link).status_code] == [200, 200]
    assert not User.objects.exists()

    assert client.post(link)["Location"] == "/portal/"


def test_the_client_is_in_and_reads_their_language(link: str, client: Browser, hana: Client) -> None:
    client.post(link)

    hana.refresh_from_db()
    assert "Hola, Hana Example" in client.get("/portal/").content.decode()
    assert hana.user is not None
    assert client.session.get_expiry_age() == timedelta(days=30).total_seconds()


def test_the_language_picked_on_the_way_in_stays(link: str, client: Browser, hana: Client) -> None:
    client.post("/language/", {"language": "en", "next": link})
    assert "Welcome, Hana Example" in client.get(link).content.decode()

    client.post(link)

    hana.refresh_from_db()
    assert (hana.language, "Hello, Hana" in client.get("/portal/").content.decode()) == ("en", True)


def test_they_may_set_up_their_phone_first(link: str, client: Browser) -> None:
    assert client.post(link, {"passkey": "1"})["Location"] == "/portal/settings/passkey/"


def test_who_is_in_already_simply_goes_home(link: str, client: Browser) -> None:
    client.post(link)

    assert client.get(link)["Location"] == "/portal/"


def test_a_used_link_offers_a_code(link: str, client: Browser) -> None:
    Browser().post(link)

    response = client.get(link)

    assert response.status_code == 410
    assert "Ya cumplió su función" in response.content.decode()
    assert client.post(link).status_code == 410


def test_an_old_link_says_what_to_do(link: str, client: Browser) -> None:
    with time_machine.travel(NOW + timedelta(days=15), tick=False):
        response = client.get(link)

    assert response.status_code == 410
    assert "llámenos" in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("key", ["", "?key=", "?key=cut-off"])
def test_a_broken_link_is_no_riddle(key: str, client: Browser, db: None) -> None:
    response = client.get(WELCOME + key)

    assert response.status_code == 410
    assert "This link no longer works" in response.content.decode()


def test_the_secret_of_the_link_stays_out_of_the_path(link: str) -> None:
    assert link.partition("?")[0] == WELCOME
