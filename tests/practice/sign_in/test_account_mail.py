"""Mail about an account reaches the right person in their language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from legist.practice.accounts import Addressee, find_addressee
from legist.practice.models import Client
from tests.factories.practice import Firm


def test_a_placeholder_leads_to_the_clients_real_address(firm: Firm) -> None:
    assert find_addressee(firm.dana.email) == Addressee("dana@mail.example", "es")


def test_a_client_without_an_address_gets_no_mail(firm: Firm) -> None:
    client = Client.objects.get(user=firm.dana)
    client.email = None
    client.save(update_fields=["email"])

    assert find_addressee(firm.dana.email) is None


@pytest.mark.parametrize(
    ("address", "language"),
    [("paul@firm.example", "en"), ("Dana@Mail.Example", "es"), ("nobody@mail.example", "es")],
)
def test_a_typed_address_is_kept_and_its_language_known(address: str, language: str, firm: Firm) -> None:
    with override("es"):
        assert find_addressee(address) == Addressee(address, language)
