"""Second factors at rest: what allauth stores is sealed, works as before, and rotates."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from legist.core.crypto import CryptoError, current_prefix
from legist.core.rotation import rotate
from legist.practice.sign_in.sealing import spend
from tests.factories.practice import PASSWORD, Firm

SECRET = "JBSWY3DPEHPK3PXP"


def new_key() -> str:
    return urlsafe_b64encode(os.urandom(32)).decode()


def code_now() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time())))))


def stored() -> str:
    return str(list(Authenticator.objects.values_list("data", flat=True)))


def test_the_secret_of_an_app_is_sealed_and_works(firm: Firm) -> None:
    TOTP.activate(firm.alice, SECRET)

    assert SECRET not in stored()
    assert Authenticator.objects.get().wrap().validate_code(code_now())


def test_the_seed_of_recovery_codes_is_sealed_and_works(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecoveryCodes, "generate_seed", lambda: "5eed" * 20)
    codes = RecoveryCodes.activate(firm.alice).get_unused_codes()

    assert "5eed" not in stored()
    assert Authenticator.objects.get().wrap().validate_code(codes[0])
    assert not Authenticator.objects.get().wrap().validate_code(codes[0])


def test_a_secret_put_there_in_the_clear_is_refused(firm: Firm) -> None:
    Authenticator.objects.create(user=firm.alice, type=Authenticator.Type.TOTP, data={"secret": SECRET})

    with pytest.raises(CryptoError):
        Authenticator.objects.get().wrap().validate_code(code_now())


def test_rotation_takes_them_along(firm: Firm, settings: LazySettings) -> None:
    TOTP.activate(firm.alice, SECRET)
    codes = RecoveryCodes.activate(firm.alice).get_unused_codes()
    fresh = new_key()
    settings.LEGIST_FIELD_KEYS = [fresh, *settings.LEGIST_FIELD_KEYS]

    call_command("rotate_keys", batch=1)
    settings.LEGIST_FIELD_KEYS = [fresh]

    app, recovery = Authenticator.objects.order_by("-type")
    assert app.wrap().validate_code(code_now())
    assert recovery.wrap().get_unused_codes() == codes


def test_rotation_goes_on_where_it_was_cut_off(firm: Firm, settings: LazySettings) -> None:
    for person in (firm.alice, firm.paul):
        TOTP.activate(person, SECRET)
    settings.LEGIST_FIELD_KEYS = [new_key(), *settings.LEGIST_FIELD_KEYS]
    first = next(done for label, done in rotate(batch=1) if label == "mfa.Authenticator")

    rest = [done for label, done in rotate(batch=1) if label == "mfa.Authenticator"]

    assert (first, rest) == (1, [1])
    assert stored().count(current_prefix()) == 2


def test_a_passkey_holds_no_secret_and_is_left_alone(firm: Firm, settings: LazySettings) -> None:
    data = {"name": "Phone", "credential": {}}
    Authenticator.objects.create(user=firm.alice, type=Authenticator.Type.WEBAUTHN, data=data)
    settings.LEGIST_FIELD_KEYS = [new_key(), *settings.LEGIST_FIELD_KEYS]

    assert "mfa.Authenticator" not in [label for label, _ in rotate(batch=500)]


def test_a_used_code_counts_no_more_in_any_process(firm: Firm) -> None:
    TOTP.activate(firm.alice, SECRET)
    app, code = Authenticator.objects.get(), code_now()

    assert (spend(app, code), spend(app, code)) == (True, False)


def test_the_code_of_sign_in_does_not_confirm_an_approval(
    firm: Firm, client: Client, settings: LazySettings
) -> None:
    TOTP.activate(firm.alice, SECRET)
    client.post("/accounts/login/", {"login": firm.alice.email, "password": PASSWORD})
    code = code_now()
    assert client.post("/accounts/2fa/authenticate/", {"code": code})["Location"] == "/"
    cache.clear()  # as in another process

    again = client.post("/accounts/2fa/reauthenticate/", {"code": code})

    assert (again.status_code, b"Incorrect code" in again.content) == (200, True)


def test_a_used_recovery_code_counts_no_more(firm: Firm, client: Client) -> None:
    TOTP.activate(firm.alice, SECRET)
    (first, *_) = RecoveryCodes.activate(firm.alice).get_unused_codes()
    form = {"login": firm.alice.email, "password": PASSWORD}
    client.post("/accounts/login/", form)
    assert client.post("/accounts/2fa/authenticate/", {"code": first})["Location"] == "/"
    client.post("/accounts/logout/")
    client.post("/accounts/login/", form)

    assert client.post("/accounts/2fa/authenticate/", {"code": first}).status_code == 200


def test_the_code_that_proved_a_new_app_counts_once(firm: Firm) -> None:
    app = TOTP.activate(firm.alice, SECRET).instance
    authenticator_added.send(sender=Authenticator, request=None, user=firm.alice, authenticator=app)

    assert not spend(app, code_now())
