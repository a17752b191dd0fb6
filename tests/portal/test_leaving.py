"""Dana ends her access to the portal: at once, in words she understands, and so that her legal team knows."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client as Browser

from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.models import AuditEntry
from legist.core.tasks import run_due
from legist.practice.clients.invitations import accept_invitation, invite_client, token_of
from legist.practice.models import Client, Invitation
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, hear, make_draft
from workflows.messages import sending
from workflows.messages.client import list_client_messages
from workflows.models import Delivery, Notification
from workflows.web.notifications.labels import explain

URL = "/portal/settings/leave/"
ASK = "/accounts/login/code/"


def her(firm: Firm) -> Client:
    return Client.objects.select_related("user").get(user=firm.dana)


def test_the_page_says_what_it_means_before_anything_happens(firm: Firm, dana: Browser) -> None:
    page = dana.get(URL).content.decode()

    assert URL in dana.get("/portal/settings/").content.decode()
    assert "Se cierra su sesión en todas partes" in page
    assert "Seguimos escribiendo a dana@mail.example" in page
    assert her(firm).left_portal_at is None


def test_she_is_out_everywhere_at_once(firm: Firm, dana: Browser) -> None:
    phone = Browser()
    phone.force_login(firm.dana, backend="allauth.account.auth_backends.AuthenticationBackend")
    Authenticator.objects.create(user=firm.dana, type="webauthn", data={"name": "Phone", "credential": {}})
    open_link = token_of(invite_client(her(firm), actor=SYSTEM, now=utc_now()))

    answer = dana.post(URL, follow=True)

    assert answer.redirect_chain == [(ASK, 302)]
    assert "Su acceso terminó" in answer.content.decode()
    assert [each.get("/portal/").status_code for each in (dana, phone)] == [302, 302]
    assert not Authenticator.objects.exists()
    assert Browser().post(f"/portal/welcome/?key={open_link}").status_code == 410
    Browser().post(ASK, {"email": "dana@mail.example"})
    run_due(now=utc_now())
    assert [message.subject for message in mail.outbox] == ["Legist: su acceso al portal terminó"]


def test_it_is_on_the_record_and_her_legal_team_is_told(firm: Firm, dana: Browser) -> None:
    dana.post(URL)

    assert AuditEntry.objects.filter(action="portal.left", actor_id=str(firm.dana.pk)).count() == 1
    told = Notification.objects.filter(kind="portal")
    assert {notice.user for notice in told} == {firm.alice, firm.paul}
    assert "has ended their access" in explain(told)[0].text


def test_the_page_of_her_matter_says_so_and_offers_to_invite_her_again(
    firm: Firm, dana: Browser, client: Browser
) -> None:
    dana.post(URL)
    client.force_login(firm.alice, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get(f"/matters/{firm.danas_matter.pk}/?section=people").content.decode()

    assert "ended their access to the portal on" in page
    assert "Invite the client to the portal" in page


def test_a_message_goes_by_mail_only_and_claims_no_more(firm: Firm, dana: Browser) -> None:
    before = approve(firm, make_draft(firm))
    dana.post(URL)
    firm.danas_matter.client.refresh_from_db()
    after = approve(firm, make_draft(firm))

    sending.deliver_due(now=NOW, actor=SYSTEM)

    states = set(Delivery.objects.values_list("draft", "channel", "state", "error"))
    assert states == {
        (before.pk, "email", "sent", ""),
        (before.pk, "portal", "cancelled", "left_portal"),
        (after.pk, "email", "sent", ""),
    }
    before.refresh_from_db()
    assert before.state == "sent"
    assert list_client_messages(her(firm)) == []


def test_a_message_that_nothing_carries_is_never_sent(firm: Firm, dana: Browser) -> None:
    client = her(firm)
    client.email, client.email_index = None, None
    client.save(update_fields=["email", "email_index"])
    firm.danas_matter.client.refresh_from_db()
    Authenticator.objects.create(user=firm.dana, type=Authenticator.Type.WEBAUTHN, data={})
    waiting, unread = approve(firm, make_draft(firm)), make_draft(firm)
    dana.post(URL)
    firm.danas_matter.client.refresh_from_db()

    sending.deliver_due(now=NOW, actor=SYSTEM)
    waiting.refresh_from_db()
    assert waiting.state == "approved"
    assert Delivery.objects.get(draft=waiting).state == "held"
    hear()
    assert Notification.objects.filter(kind="delivery").exists()
    with pytest.raises(InvalidInput, match="Nothing reaches this client"):
        approve(firm, unread)


def test_an_invitation_lets_her_back_in_and_no_old_device(firm: Firm, dana: Browser) -> None:
    old = Browser()
    old.force_login(firm.dana, backend="allauth.account.auth_backends.AuthenticationBackend")
    dana.post(URL)
    invite_client(her(firm), actor=SYSTEM, now=utc_now())

    accept_invitation(token_of(Invitation.objects.latest("pk")), now=utc_now())

    assert (her(firm).left_portal_at, her(firm).user.is_active) == (None, True)  # type: ignore[union-attr]
    assert old.get("/portal/").status_code == 302


def test_whom_the_firm_has_shut_out_is_not_let_back_in_by_a_link(firm: Firm) -> None:
    firm.dana.is_active = False
    firm.dana.save(update_fields=["is_active"])
    link = token_of(invite_client(her(firm), actor=SYSTEM, now=utc_now()))

    assert Browser().post(f"/portal/welcome/?key={link}").status_code == 404


def test_pressing_twice_leaves_once(firm: Firm, dana: Browser) -> None:
    assert re.fullmatch(r"/accounts/login/code/.*", dana.post(URL)["Location"])
    assert dana.post(URL)["Location"].startswith(ASK)
    assert AuditEntry.objects.filter(action="portal.left").count() == 1
