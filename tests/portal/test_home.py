"""Home answers Dana's first question: where is my case, must I do anything?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from legist.practice.services import close_matter
from portal import selectors
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_change, make_receipt
from workflows.models import Draft

URL = "/portal/"
# Among them: how the firm is reached, whom to ask, the days letters named, and the calls of the day.
QUERIES = 18


def home(firm: Firm) -> selectors.Home:
    return selectors.home(firm.actor("dana"), language="es", now=NOW)


def make_cases(firm: Firm, count: int, code: str = "IN_REVIEW") -> None:
    for number in range(count):
        receipt = make_receipt(firm.danas_matter)
        make_change(receipt, code, at=NOW - timedelta(days=count - number))


def test_it_says_where_the_case_stands_in_the_clients_language(firm: Firm, dana: Client) -> None:
    make_change(make_receipt(firm.danas_matter), "BIOMETRICS_SCHEDULED")

    page = dana.get(URL).content.decode()

    assert "Hola, Dana Example" in page
    assert "Solicitud de permiso de trabajo (I-765)" in page
    assert "Huellas y foto" in page
    assert "Vaya el día que dice la carta." in page
    assert "Se la recordaremos antes." in page


def test_what_must_be_done_comes_first(firm: Firm, dana: Client) -> None:
    make_change(make_receipt(firm.danas_matter, form="I-485"), "RFE_ISSUED", at=NOW - timedelta(days=5))
    make_change(make_receipt(firm.danas_matter, form="I-765"), "IN_REVIEW", at=NOW)

    first, second = home(firm).cases

    assert (first.has_to_act, second.has_to_act) == (True, False)
    assert "Hay algo que usted tiene que hacer." in dana.get(URL).content.decode()


def test_without_anything_to_do_the_newest_comes_first(firm: Firm, dana: Client) -> None:
    make_cases(firm, 3)

    learned = [case.steps[0].learned for case in home(firm).cases]

    assert learned == sorted(learned, reverse=True)
    assert "Hoy no hay nada urgente." in dana.get(URL).content.decode()


def test_few_cases_are_told_in_full(firm: Firm) -> None:
    make_cases(firm, 3)

    assert (len(home(firm).full), home(firm).brief) == (3, [])


def test_of_many_cases_only_the_urgent_are_told_in_full(firm: Firm, dana: Client) -> None:
    make_cases(firm, 11)
    make_cases(firm, 1, code="RFE_ISSUED")

    page = home(firm)

    assert [case.has_to_act for case in page.full] == [True]
    assert len(page.brief) == 11
    assert "Sus otros casos" in dana.get(URL).content.decode()


def test_of_many_calm_cases_each_takes_a_line(firm: Firm, dana: Client) -> None:
    make_cases(firm, 12)

    page = dana.get(URL).content.decode()

    assert page.count('class="case-title"') == 0
    assert page.count("USCIS está revisando su caso") == 12


def test_it_is_kind_when_there_is_no_case_yet(dana: Client) -> None:
    assert "Todavía no se muestra ningún caso" in dana.get(URL).content.decode()


def test_a_new_message_is_one_tap_away(dana: Client, write_to_dana: Callable[[], Draft]) -> None:
    draft = write_to_dana()

    page = dana.get(URL).content.decode()

    assert "Mensaje nuevo" in page
    assert f"/portal/messages/{draft.pk}/" in page


def test_several_new_messages_are_bundled(dana: Client, write_to_dana: Callable[[], Draft]) -> None:
    write_to_dana()
    draft = write_to_dana()

    page = dana.get(URL).content.decode()

    assert "2 mensajes nuevos" in page
    assert f"/portal/messages/{draft.pk}/" not in page


@pytest.mark.parametrize("count", [1, 12])
def test_it_asks_the_database_the_same_number_of_times(
    count: int, firm: Firm, dana: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_cases(firm, count)
    dana.get(URL)

    with django_assert_num_queries(QUERIES):
        dana.get(URL)

    close_matter(firm.danas_matter, actor=SYSTEM, now=NOW)
    with django_assert_num_queries(QUERIES + 1):  # the dates that remain
        dana.get(URL)
