"""A column that slipped by a line must not give one person's case to another."""

from __future__ import annotations

from tests.factories.practice import NOW, Firm
from tracking.importing import import_now
from tracking.models import Receipt

HEADER = "receipt_number,matter_reference,client_name,client_email\n"


def outcome(firm: Firm, *rows: str) -> tuple[int, int]:
    """Import the rows as Alice and return how many receipts were created and how many rows refused."""
    content = (HEADER + "\n".join(rows)).encode()
    report = import_now(content, filename="a.csv", actor=firm.actor("alice"), now=NOW)
    return Receipt.objects.count(), len(report.rejected)


def test_it_refuses_another_name_for_an_address_it_knows(firm: Firm) -> None:
    assert outcome(firm, "IOE0912345601,NEW-1,Eve Example,dana@mail.example") == (0, 1)


def test_it_refuses_two_names_for_one_address_in_a_file(firm: Firm) -> None:
    rows = ("IOE0912345601,N-1,Ana One,one@mail.example", "IOE0912345602,N-2,Bea Two,one@mail.example")

    assert outcome(firm, *rows) == (1, 1)


def test_it_takes_the_same_name_in_other_letters(firm: Firm) -> None:
    assert outcome(firm, "IOE0912345601,N-1, DÁNA  example,dana@mail.example") == (1, 0)
