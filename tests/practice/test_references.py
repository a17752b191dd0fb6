"""The numbers of matters: never twice the same, never longer than their column."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.errors import InvalidInput
from legist.practice.models import Matter
from legist.practice.references import REFERENCE_LIMIT
from legist.practice.services import find_or_create_matter, open_matter
from tests.factories.practice import NOW, SYSTEM, Firm, make_client


def opened(firm: Firm, *, reference: str | None = None, parent: Matter | None = None) -> Matter:
    client = firm.danas_matter.client
    return open_matter(title="x", client=client, reference=reference, parent=parent, actor=SYSTEM, now=NOW)


def test_a_child_gets_another_number_where_the_firm_uses_its_own(firm: Firm) -> None:
    case = opened(firm, reference="2026-7")
    opened(firm, reference="2026-7/1")

    assert [opened(firm, parent=case).reference for _ in range(2)] == ["2026-7/2", "2026-7/3"]


def test_a_number_follows_the_highest_one_and_not_the_last_in_the_alphabet(firm: Firm) -> None:
    for reference in ("M-2026-9999", "M-2026-10000", "M-2026-" + "9" * 40):
        opened(firm, reference=reference)

    assert opened(firm).reference == "M-2026-10001"


@pytest.mark.parametrize(
    ("reference", "said"),
    [("2026-7", "matter reference is taken"), ("x" * (REFERENCE_LIMIT + 1), "It is too long")],
    ids=["taken", "too long"],
)
def test_a_reference_that_cannot_be_used_is_refused_in_words(firm: Firm, reference: str, said: str) -> None:
    opened(firm, reference="2026-7")

    with pytest.raises(InvalidInput, match=said) as refused:
        opened(firm, reference=reference)

    assert "matter_reference" in refused.value.errors


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_generated_numbers_neither_clash_nor_outgrow_their_column(firm: Firm, data: st.DataObject) -> None:
    stem = "A" + data.draw(st.text("A1-", max_size=REFERENCE_LIMIT - 1))
    numbers = st.integers(1, 6).map(lambda number: f"{stem}/{number}"[:REFERENCE_LIMIT])
    for reference in [stem, *data.draw(st.lists(numbers, max_size=5))]:
        find_or_create_matter(
            reference=reference, title="x", client=firm.danas_matter.client, actor=SYSTEM, now=NOW
        )
    case = Matter.objects.get(reference=stem)

    made = [opened(firm, parent=case).reference for _ in range(3)]

    assert len(set(made)) == 3
    assert all(len(reference) <= REFERENCE_LIMIT for reference in made)


@pytest.mark.django_db(transaction=True)
def test_two_that_open_a_matter_at_once_get_two_numbers() -> None:
    client = make_client("Dana", with_user=False)
    made, start = list[str](), threading.Barrier(4)

    def work() -> None:
        start.wait()
        made.append(open_matter(title="x", client=client, actor=SYSTEM, now=NOW).reference)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(made) == [f"M-2026-{number:04d}" for number in range(1, 5)]
