"""Receipts by hand: a paste of many, each number answered, with the matter and the client they are for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.errors import InvalidInput
from legist.core.models import OutboxEvent
from legist.practice.clients.contacts import Contact
from legist.practice.clients.intake import NewMatter
from legist.practice.models import Client, Matter
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import NUMBER, make_receipt
from tracking import registration
from tracking.models import Receipt
from tracking.receipts import ReceiptNumber, split_numbers
from tracking.registration import KNOWN_TOPIC, Entered, Registered, register_receipts
from tracking.states import EntryOutcome

quick = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
TWENTY = [f"IOE09123457{n:02}" for n in range(20)]
SEPARATORS = ("\n", "\r\n", ", ", "; ", " ", "\t", " | ", " and ", "\n\n")


@quick
@given(
    numbers=st.lists(st.integers(0, 10**10 - 1), min_size=1, max_size=25),
    between=st.sampled_from(SEPARATORS),
    spelled=st.sampled_from([str, str.lower, lambda n: f"{n[:3]}-{n[3:6]}-{n[6:]}"]),
)
def test_every_number_of_a_paste_is_found(
    numbers: list[int], between: str, spelled: Callable[[str], str]
) -> None:
    wanted = [f"IOE{n:010}" for n in numbers]

    found = split_numbers(between.join(map(spelled, wanted)))

    assert [ReceiptNumber.parse(piece).canonical for piece in found] == wanted


def test_what_was_meant_as_a_number_is_told_of_too() -> None:
    paste = "1. IOE0912345700 (I-765, Dana)\nIOE09123\nIOE0912345701, 0912345702, MSC219\nhello\n \n"

    assert split_numbers(paste) == [
        "IOE0912345700",
        "IOE09123",
        "IOE0912345701",
        "0912345702",
        "MSC219",
        "HELLO",
    ]


@quick
@given(text=st.text(max_size=400))
def test_no_text_is_too_strange_to_split(text: str) -> None:
    assert all(piece.strip() for piece in split_numbers(text))


pytestmark = pytest.mark.django_db


def enter(firm: Firm, who: str, numbers: str, **more: object) -> Registered:
    return register_receipts(Entered(numbers, **more), actor=firm.actor(who), now=NOW)  # type: ignore[arg-type]


def outcomes(registered: Registered) -> list[str]:
    return [str(line.outcome) for line in registered.lines]


def rosa() -> NewMatter:
    return NewMatter(person=Contact(name="Rosa Nueva", email="rosa@mail.example", phone="", language="es"))


def test_twenty_numbers_become_receipts_that_are_checked_at_once(firm: Firm) -> None:
    done = enter(firm, "paul", "\n".join(TWENTY), reference="m-2026-0001", form="i485", priority="high")

    assert len(done.added) == 20
    rows = Receipt.objects.filter(matter=firm.danas_matter)
    assert {(row.form_type, row.priority, row.next_poll_at) for row in rows} == {("I-485", "high", NOW)}
    assert sorted(row.number for row in rows) == TWENTY


def test_every_line_is_answered_and_the_counts_add_up(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    make_receipt("IOE0912345679", matter=firm.eves_matter)

    done = enter(firm, "paul", f"{NUMBER}\nIOE0912345679\n{TWENTY[0]}\n{TWENTY[0]}\nIOE12\n")

    assert outcomes(done) == ["here", "hidden", "added", "twice", "wrong"]
    assert sum(number for _outcome, number in done.counts) == len(done.lines) == 5
    assert done.lines[1].receipt is None
    assert "tracked from here" in done.lines[1].said
    assert all("0912345" not in line.shown for line in done.lines)


def test_a_manager_is_told_once_of_a_number_that_was_closed(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    enter(firm, "charlie", NUMBER)
    enter(firm, "charlie", NUMBER)

    event = OutboxEvent.objects.get(topic=KNOWN_TOPIC)
    assert event.data["by"] == str(firm.charlie.pk)
    assert NUMBER not in str(event.data)


def test_a_new_client_and_matter_come_with_their_receipts(firm: Firm) -> None:
    done = enter(firm, "paul", TWENTY[0], opens=rosa(), reference="N-7")

    assert done.matter == Receipt.objects.get().matter == Matter.objects.get(reference="N-7")
    assert (done.matter.client.name, done.matter.client.language) == ("Rosa Nueva", "es")
    assert done.matter.paralegal == firm.paul


@pytest.mark.parametrize("numbers", [NUMBER, "IOE12", f"{NUMBER}, {NUMBER}"])
def test_nothing_is_opened_when_no_number_is_new(firm: Firm, numbers: str) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)

    enter(firm, "paul", numbers, opens=rosa())

    assert (Client.objects.count(), Matter.objects.count(), Receipt.objects.count()) == (2, 2, 1)


def test_two_who_enter_the_same_at_once_make_one_matter(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    real = registration._look_up
    looked: list[int] = []

    def late(lines: list[registration.Line], **who: object) -> None:
        """The first look finds nothing: the other one commits right after it."""
        looked.append(1)
        real(lines, **who)  # type: ignore[arg-type]
        if len(looked) == 1:
            make_receipt(TWENTY[0], matter=firm.danas_matter)

    monkeypatch.setattr(registration, "_look_up", late)

    done = enter(firm, "paul", TWENTY[0], opens=rosa())

    assert outcomes(done) == ["here"]
    assert Matter.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"reference": "M-2026-0002"}, "matter_reference"),
        ({"reference": "M-2026-0001", "opens": rosa()}, "matter_reference"),
        ({"form": "<b>"}, "form"),
        ({"priority": "soon"}, "priority"),
        ({"opens": NewMatter(person=Contact("Rosa Nueva", "no address", "", "en"))}, "email"),
        ({"numbers": " \n "}, "receipt_number"),
        ({"numbers": "\n".join(f"IOE{n:010}" for n in range(201))}, "receipt_number"),
    ],
)
def test_what_cannot_be_used_is_said_and_changes_nothing(
    firm: Firm, more: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        enter(firm, "paul", str(more.pop("numbers", TWENTY[0])), **more)

    assert field in refused.value.errors
    assert (Receipt.objects.count(), Client.objects.count()) == (0, 2)


@pytest.mark.parametrize("who", ["alice", "paul", "mary", "olga"])
def test_every_role_of_the_firm_may_enter_receipts(firm: Firm, who: str) -> None:
    assert outcomes(enter(firm, who, TWENTY[0])) == [EntryOutcome.ADDED]


def test_the_page_answers_each_number_and_asks_before_a_conflict(
    firm: Firm, browser_of: Callable[[str], Browser]
) -> None:
    paul, given = (
        browser_of("paul"),
        {"receipt_number": f"{TWENTY[0]}\n{TWENTY[1]}", "client_name": "Dana Example"},
    )

    asked = paul.post("/receipts/new/", given)
    form = asked.context["form"]
    done = paul.post("/receipts/new/", given | {"seen": form["seen"].value(), "client": "new"})

    assert (asked.status_code, done.status_code) == (422, 200)
    assert form.conflict.known == [firm.danas_matter.client]
    assert "Dana Example" in asked.content.decode()
    assert (
        Receipt.objects.filter(
            matter__client__in=Client.objects.exclude(pk=firm.danas_matter.client_id)
        ).count()
        == 2
    )
    assert TWENTY[0] not in done.content.decode()


def test_the_dialog_answers_each_of_several_numbers(firm: Firm, browser_of: Callable[[str], Browser]) -> None:
    make_receipt(TWENTY[0], matter=firm.danas_matter)
    numbers = f"{' '.join(TWENTY)} IOE12"

    answer = browser_of("paul").post(
        "/receipts/new/", {"receipt_number": numbers}, headers={"hx-request": "true"}
    )

    page = answer.content.decode()
    assert (answer.status_code, Receipt.objects.count()) == (200, 20)
    assert page.count("<tr>") == 22, "a head, and a line for each number"
    assert "The firm watches it already." in page


def test_the_client_who_is_alike_may_be_chosen(firm: Firm, browser_of: Callable[[str], Browser]) -> None:
    given = {"receipt_number": TWENTY[0], "client_name": "Dana Example", "seen": "x"}

    done = browser_of("paul").post("/receipts/new/", given | {"client": str(firm.danas_matter.client_id)})

    assert done.context["registered"].matter.client == firm.danas_matter.client
    assert Client.objects.count() == 2


def test_a_form_that_is_sent_twice_shows_the_matter_that_the_first_opened(
    firm: Firm, browser_of: Callable[[str], Browser]
) -> None:
    paul = browser_of("paul")
    key = str(paul.get("/receipts/new/").context["form"]["key"].value())
    sent = {"key": key, "receipt_number": TWENTY[0], "client_name": "Rosa Nueva", "language": "es"}

    first, second = (paul.post("/receipts/new/", sent) for _ in range(2))
    other = paul.post("/receipts/new/", {**sent, "receipt_number": TWENTY[1]})

    matter = Matter.objects.get(pk=key)
    assert (first.status_code, second.status_code, other.status_code) == (200, 200, 422)
    assert f"/matters/{key}/" in second.content.decode()
    assert "This was saved already" in second.content.decode()
    assert (Matter.objects.count(), Client.objects.count(), Receipt.objects.count()) == (3, 3, 1)
    assert Receipt.objects.get().matter == matter
