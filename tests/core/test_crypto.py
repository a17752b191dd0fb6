"""Encryption at rest: bound to its row, rotated by key, found again only by an exact index."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from legist.core import crypto
from legist.core.canary import WRONG_FIELD_KEYS, faults
from legist.practice.models import Client
from tests.factories.practice import Firm, make_client
from tests.support.forgery import alter


def new_key() -> str:
    return urlsafe_b64encode(os.urandom(32)).decode()


def stored(client: Client, column: str = "name") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM practice_client WHERE created_at IS NOT NULL ORDER BY id DESC")
        return str(cursor.fetchone()[0])


@given(st.binary(max_size=200), st.text(max_size=50))
def test_it_opens_what_it_sealed(plain: bytes, context: str) -> None:
    assert crypto.unseal(crypto.seal(plain, context=context), context=context) == plain


def test_it_stores_no_plain_text(db: None) -> None:
    client = make_client("Dana", with_user=False)

    assert "Dana" not in stored(client)
    assert Client.objects.get(pk=client.pk).name == "Dana Example"


def test_it_seals_equal_values_differently() -> None:
    assert crypto.seal(b"same", context="c") != crypto.seal(b"same", context="c")


def test_it_does_not_open_a_value_moved_to_another_row(db: None) -> None:
    dana, eve = make_client("Dana", with_user=False), make_client("Eve", with_user=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM practice_client ORDER BY id")
        (_, danas), (eves_id, _) = cursor.fetchall()
        cursor.execute("UPDATE practice_client SET name = %s WHERE id = %s", [danas, eves_id])

    assert Client.objects.get(pk=dana.pk).name == "Dana Example"
    with pytest.raises(crypto.CryptoError):
        _ = Client.objects.get(pk=eve.pk).name


def test_it_says_what_is_missing_without_saying_the_value(db: None, settings: object) -> None:
    client = make_client("Dana", with_user=False)
    settings.LEGIST_FIELD_KEYS = [new_key()]  # type: ignore[attr-defined]

    with pytest.raises(crypto.CryptoError, match="LEGIST_FIELD_KEYS") as caught:
        _ = Client.objects.get(pk=client.pk).name
    assert "v1." not in str(caught.value)


def test_it_refuses_filters_and_bulk_updates_with_plain_text(db: None) -> None:
    make_client("Dana", with_user=False)

    with pytest.raises(crypto.CryptoError):
        Client.objects.filter(name="Dana Example").exists()
    with pytest.raises(crypto.CryptoError):
        Client.objects.update(name="Somebody")


def test_it_finds_by_the_blind_index_only_for_the_same_purpose() -> None:
    assert crypto.blind_index("x", "a") == crypto.blind_index("x", "a")
    assert crypto.blind_index("x", "a") != crypto.blind_index("x", "b")


def test_it_reads_old_values_and_writes_with_the_first_key(db: None, settings: object) -> None:
    client = make_client("Dana", with_user=False)
    settings.LEGIST_FIELD_KEYS = [new_key(), *settings.LEGIST_FIELD_KEYS]  # type: ignore[attr-defined]

    assert Client.objects.get(pk=client.pk).name == "Dana Example"
    assert not stored(client).startswith(crypto.current_prefix())


def test_it_rotates_everything_to_the_first_key(db: None, settings: object) -> None:
    client = make_client("Dana", with_user=False)
    fresh = new_key()
    settings.LEGIST_FIELD_KEYS = [fresh, *settings.LEGIST_FIELD_KEYS]  # type: ignore[attr-defined]

    call_command("rotate_keys", batch=1)
    settings.LEGIST_FIELD_KEYS = [fresh]  # type: ignore[attr-defined]

    assert Client.objects.get(pk=client.pk).name == "Dana Example"
    assert Client.objects.get(pk=client.pk).email == "dana@mail.example"


def test_it_keeps_the_ciphertext_when_another_field_is_saved(db: None) -> None:
    client = make_client("Dana", with_user=False)
    before = stored(client)

    Client.objects.get(pk=client.pk).save(update_fields=["language", "name"])

    assert stored(client) == before


def test_a_row_that_cannot_be_opened_is_named_and_stops_no_other(firm: Firm, settings: object) -> None:
    fresh, old = new_key(), settings.LEGIST_FIELD_KEYS  # type: ignore[attr-defined]
    settings.LEGIST_FIELD_KEYS = [fresh, *old]  # type: ignore[attr-defined]
    broken = firm.danas_matter.client
    alter(broken, phone="v1.00000000.AAAA")

    with pytest.raises(CommandError) as stopped:
        call_command("rotate_keys", batch=1)

    assert (stopped.value.returncode, f"practice.Client {broken.pk}" in str(stopped.value)) == (1, True)
    assert "Keep all keys" in str(stopped.value)
    settings.LEGIST_FIELD_KEYS = [fresh]  # type: ignore[attr-defined]
    assert Client.objects.get(pk=firm.eves_matter.client_id).name == "Eve Example"
    assert faults() == [WRONG_FIELD_KEYS]
