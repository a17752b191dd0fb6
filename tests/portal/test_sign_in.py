"""Signing in by a code: for people without the habit of passwords, and still safe."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail, signing
from django.core.cache import cache
from django.test import Client as Browser

from legist.core.clock import utc_now
from legist.core.models import AuditEntry
from legist.core.tasks import run_due
from legist.practice.models import User
from tests.factories.practice import Firm

ASK = "/accounts/login/code/"
CONFIRM = "/accounts/login/code/confirm/"
DANA = "dana@mail.example"
SALT = "django.contrib.sessions.SessionStore"


class Plain:
    """Reads a session as somebody with the signing key and without the field keys does."""

    def dumps(self, obj: object) -> bytes:
        return str(obj).encode()

    def loads(self, data: bytes) -> str:
        return data.decode()


@pytest.fixture(autouse=True)
def _no_rate_limit_from_before() -> None:
    cache.clear()


def code_in_the_mail() -> str:
    run_due(now=utc_now())
    (code,) = re.findall(r"^\d{4}-\d{4}$", str(mail.outbox[-1].body), re.MULTILINE)
    return str(code)


def test_a_signed_out_client_is_asked_for_an_address_and_comes_back(firm: Firm, client: Browser) -> None:
    assert client.get("/portal/messages/")["Location"] == f"{ASK}?next=/portal/messages/"

    client.post(
        f"{ASK}?next=/portal/messages/", {"email": " Dana@Mail.Example ", "next": "/portal/messages/"}
    )
    response = client.post(CONFIRM, {"code": code_in_the_mail(), "next": "/portal/messages/"})

    assert response["Location"] == "/portal/messages/"
    assert client.get("/portal/").status_code == 200


def test_the_code_comes_to_the_real_address_in_the_clients_language(firm: Firm, client: Browser) -> None:
    client.post(ASK, {"email": DANA}, headers={"Accept-Language": "en"})
    run_due(now=utc_now())

    (message,) = mail.outbox
    assert message.to == [DANA]
    assert message.subject == f"Su código para {settings.LEGIST_FIRM_NAME}"
    assert "Sirve durante diez minutos." in str(message.body)


def test_spaces_and_a_missing_dash_do_not_matter(firm: Firm, client: Browser) -> None:
    client.post(ASK, {"email": DANA})

    response = client.post(CONFIRM, {"code": code_in_the_mail().replace("-", " ")})

    assert response["Location"] == "/portal/"


def test_she_stays_signed_in_for_thirty_days_and_it_is_on_the_record(firm: Firm, client: Browser) -> None:
    client.post(ASK, {"email": DANA})
    client.post(CONFIRM, {"code": code_in_the_mail()})

    assert client.session.get_expiry_age() == pytest.approx(30 * 24 * 3600, abs=60)
    assert AuditEntry.objects.filter(action="practice.signed_in", actor_id=str(firm.dana.pk)).exists()


def test_an_unknown_address_is_told_nothing(firm: Firm, client: Browser) -> None:
    known = client.post(ASK, {"email": DANA}, follow=True)
    unknown = Browser().post(ASK, {"email": "nobody@mail.example"}, follow=True)

    run_due(now=utc_now())
    assert len(mail.outbox) == 1
    assert known.redirect_chain == unknown.redirect_chain
    assert "If we know this address" in unknown.content.decode()


def test_whom_the_firm_has_shut_out_gets_no_code(firm: Firm, client: Browser) -> None:
    User.objects.filter(pk=firm.dana.pk).update(is_active=False)

    client.post(ASK, {"email": DANA})
    run_due(now=utc_now())

    assert mail.outbox == []


def test_three_wrong_codes_end_the_attempt(firm: Firm, client: Browser) -> None:
    client.post(ASK, {"email": DANA})

    statuses = [client.post(CONFIRM, {"code": "0000-0000"}).status_code for _ in range(3)]

    assert statuses == [200, 200, 302]
    assert client.post(CONFIRM, {"code": code_in_the_mail()})["Location"].startswith(ASK)


def test_asking_again_sends_the_same_code_again(firm: Firm, client: Browser) -> None:
    client.post(ASK, {"email": DANA})
    first = code_in_the_mail()

    client.post(CONFIRM, {"action": "resend"})

    assert (code_in_the_mail(), len(mail.outbox)) == (first, 2)
    assert client.post(CONFIRM, {"code": first})["Location"] == "/portal/"


def test_her_address_is_nowhere_in_clear(firm: Firm, client: Browser) -> None:
    client.post(ASK, {"email": DANA})

    (stored,) = Session.objects.all()
    assert DANA in str(stored.get_decoded())
    assert DANA not in str(signing.loads(stored.session_data, salt=SALT, serializer=Plain))


def test_the_page_of_the_code_is_hers_to_type_on_a_phone(firm: Firm, client: Browser) -> None:
    page = client.post(ASK, {"email": DANA}, follow=True).content.decode()

    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page


def test_nobody_edits_addresses_or_gets_a_password_on_the_side(dana: Browser) -> None:
    assert [dana.get(f"/accounts/{page}/").status_code for page in ("email", "password/set")] == [404, 404]


def test_the_door_speaks_her_language_after_her_sign_in_has_ended(firm: Firm, client: Browser) -> None:
    client.post(ASK, {"email": DANA})
    client.post(CONFIRM, {"code": code_in_the_mail()})
    del client.cookies["sessionid"]

    page = client.get(ASK, headers={"Accept-Language": "en"}).content.decode()

    assert '<html lang="es">' in page
