"""Lists that say a name, an address or a reference once and leave it out below: no row stops the others."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from legist.practice.accounts import find_client
from legist.practice.clients.contacts import contact_of
from legist.practice.clients.protection import SafeContact, protect
from legist.practice.models import Client
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt, numbers
from tracking import importing
from tracking.models import Receipt

pytestmark = pytest.mark.django_db
HEADER = "receipt_number,matter_reference,client_name,client_email\n"
FIRST, SECOND, TRACKED = numbers(3)
OLD = "dana@mail.example"
Rows = list[tuple[str, str, str]]


def run(firm: Firm, rows: Rows) -> dict[str, Any]:
    """Import rows of new receipts, but of a tracked one first; each row is told of exactly once."""
    lines = [",".join([number, *row]) for number, row in zip([TRACKED, *numbers(9)[3:]], rows, strict=False)]
    content = (HEADER + "\n".join(lines)).encode()
    report = importing.import_now(content, filename="a.csv", actor=firm.actor("paul"), now=NOW).as_json()
    taken = ("created", "updated", "duplicates", "rejected", "waiting")
    sizes = [found if isinstance(found := report[name], int) else len(found) for name in taken]
    assert sum(sizes) == report["rows"] == len(rows)
    return report


@pytest.fixture
def protected(firm: Firm) -> Firm:
    """A firm whose list says the address that Dana gave up; one of her receipts is tracked."""
    client = Client.objects.get(pk=firm.danas_matter.client_id)
    safe = SafeContact(email="advocate@shelter.example")
    protect(client, safe, seen=contact_of(client).version, actor=firm.actor("paul"), now=NOW)
    make_receipt(TRACKED, matter=firm.danas_matter)
    return firm


def test_an_address_that_was_given_up_means_her_in_the_rows_below_her_name_too(protected: Firm) -> None:
    run(protected, [("", "Dana Example", OLD), ("", "Dana Example", OLD), ("", "", OLD)])

    matters = {receipt.matter for receipt in Receipt.objects.all()}
    assert matters == {protected.danas_matter}
    assert find_client(OLD) is None


def test_an_address_that_is_only_offered_opens_nobody_in_the_rows_below(protected: Firm) -> None:
    before = Client.objects.count()

    report = run(protected, [("", "Dana Example", "new@mail.example"), ("", "", "new@mail.example")])

    assert Client.objects.count() == before
    assert Receipt.objects.get(matter=None).is_watched
    [remark] = [remark["reason"] for remark in report["remarks"] if remark["line"] == 3]
    assert remark.endswith("nobody is known at this address, and client_name is needed to open a client.")


def test_a_reference_under_which_nothing_is_opened_opens_nothing_in_the_rows_below(protected: Firm) -> None:
    run(protected, [("M-2026-0999", "Dana Example", "advocate@shelter.example"), ("M-2026-0999", "", "")])

    assert Receipt.objects.get(matter=None).is_watched


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "", "M-2026-0001", "NEW-1", "NEW-2"]),
        st.sampled_from(["", "", "Dana Example", "Ana Pair"]),
        st.sampled_from(["", OLD, "advocate@shelter.example", "new@mail.example"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([("NEW-1", "Ana Pair", ""), ("NEW-1", "Ana Pair", "new@mail.example"), ("", "", "new@mail.example")])
@given(rows=ROWS)
def test_whatever_is_left_out_every_row_is_told_of(protected: Firm, rows: Rows) -> None:
    with transaction.atomic():
        run(protected, rows)
        assert find_client(OLD) is None
        transaction.set_rollback(True)
