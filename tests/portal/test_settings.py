"""Settings: the language, the phones that may sign in, the address, the way out."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core import mail
from django.test import Client as Browser

from legist.core.clock import utc_now
from legist.core.models import AuditEntry
from legist.core.tasks import run_due
from legist.practice.models import User
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_change, make_receipt
from workflows.messages.drafts import NewDraft, create_draft

URL = "/portal/settings/"


def make_passkey(user: User) -> Authenticator:
    data = {"name": "Llave de acceso 1", "credential": {}}
    passkey: Authenticator = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data=data
    )
    return passkey


def test_it_shows_the_address_we_write_to(dana: Browser) -> None:
    page = dana.get(URL).content.decode()

    assert "dana@mail.example" in page
    assert "client.invalid" not in page


def test_the_browser_is_asked_for_a_passkey_that_names_her_and_the_firm(firm: Firm, dana: Browser) -> None:
    options = dana.get(f"{URL}passkey/").context["js_data"]["creation_options"]["publicKey"]

    assert options["rp"]["name"] == settings.LEGIST_FIRM_NAME
    assert (options["user"]["name"], options["user"]["displayName"]) == ("dana@mail.example", "Dana Example")
    assert options["authenticatorSelection"]["userVerification"] == "required"


def test_an_answer_that_is_no_passkey_is_refused_kindly(firm: Firm, dana: Browser) -> None:
    dana.get(f"{URL}passkey/")

    response = dana.post(f"{URL}passkey/", {"credential": "nonsense"})

    assert response.status_code == 422
    assert "Intente una vez más" in response.content.decode()
    assert not Authenticator.objects.exists()


def test_a_passkey_stands_beside_the_code_not_behind_it(firm: Firm) -> None:
    make_passkey(firm.dana)
    make_passkey(firm.paul)

    assert (is_mfa_enabled(firm.dana), is_mfa_enabled(firm.paul)) == (False, True)


def test_she_removes_a_phone_and_is_told_by_mail(firm: Firm, dana: Browser) -> None:
    passkey = make_passkey(firm.dana)

    response = dana.post(f"{URL}passkeys/{passkey.pk}/remove/")
    run_due(now=utc_now())

    (message,) = mail.outbox
    assert response["Location"] == URL
    assert not Authenticator.objects.exists()
    assert (message.to, message.subject) == (["dana@mail.example"], "Se quitó una forma de entrar")
    assert AuditEntry.objects.filter(action="portal.passkey_removed").exists()


def test_nobody_removes_another_persons_phone(firm: Firm, eve: Browser) -> None:
    passkey = make_passkey(firm.dana)

    assert eve.post(f"{URL}passkeys/{passkey.pk}/remove/").status_code == 404
    assert Authenticator.objects.exists()


def test_signing_out_leads_back_to_the_code(dana: Browser) -> None:
    page = dana.get(URL).content.decode()
    response = dana.post("/accounts/logout/", {"next": "/accounts/login/code/"})

    assert 'name="next" value="/accounts/login/code/"' in page
    assert response["Location"] == "/accounts/login/code/"


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_phone_is_removed_by_pressing_the_button_only(method: str, firm: Firm, dana: Browser) -> None:
    passkey = make_passkey(firm.dana)

    assert getattr(dana, method)(f"{URL}passkeys/{passkey.pk}/remove/").status_code == 405


@pytest.mark.parametrize(
    ("code", "purpose", "channels"),
    [
        ("IN_REVIEW", "status_update", ["portal"]),
        ("RFE_ISSUED", "status_update", ["email", "portal"]),
        ("IN_REVIEW", "by_hand", ["email", "portal"]),
        ("INTERVIEW_CANCELLED", "status_update", ["email", "portal"]),
        ("OATH_CANCELLED", "status_update", ["email", "portal"]),
        ("CLOSED", "status_update", ["email", "portal"]),
    ],
)
def test_news_that_ask_nothing_wait_in_the_portal_where_she_wishes_so(
    code: str, purpose: str, channels: list[str], firm: Firm, dana: Browser
) -> None:
    for _twice in range(2):
        dana.post(f"{URL}news/", {"wanted": "no"})
    client, change = firm.danas_matter.client, make_change(make_receipt(firm.danas_matter), code)
    client.refresh_from_db()
    texts = {"en": {"subject": "News", "body": "Dear Dana"}}
    new = NewDraft(firm.danas_matter, client, purpose, texts, change_id=change.pk)

    draft = create_draft(new, actor=SYSTEM, now=NOW)

    assert draft.channels == channels
    assert AuditEntry.objects.filter(action="practice.news_by_mail_chosen").count() == 1


def test_news_that_waited_for_the_portal_go_by_mail_once_she_has_left(firm: Firm, dana: Browser) -> None:
    dana.post(f"{URL}news/", {"wanted": "no"})
    client = firm.danas_matter.client
    client.refresh_from_db()
    change = make_change(make_receipt(firm.danas_matter), "IN_REVIEW")
    texts = {"en": {"subject": "News", "body": "Dear Dana"}}
    new = NewDraft(firm.danas_matter, client, "status_update", texts, change_id=change.pk)
    draft = create_draft(new, actor=SYSTEM, now=NOW)

    dana.post(f"{URL}leave/")

    draft.refresh_from_db()
    assert (draft.channels, draft.version) == (["email"], 2)


def test_whoever_has_left_the_portal_gets_news_by_mail_again(firm: Firm, dana: Browser) -> None:
    dana.post(f"{URL}news/", {"wanted": "no"})
    dana.post(f"{URL}leave/")
    client = firm.danas_matter.client
    client.refresh_from_db()

    draft = create_draft(
        NewDraft(
            firm.danas_matter, client, "status_update", {"en": {"subject": "News", "body": "Dear Dana"}}
        ),
        actor=SYSTEM,
        now=NOW,
    )

    assert draft.channels == ["email"]
