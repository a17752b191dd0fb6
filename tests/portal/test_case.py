"""One case: its state in plain words, the official text beside it, its history."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from legist.core.clock import utc_now
from portal import selectors
from portal.cases import Case
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_change as read_change
from tests.factories.tracking import make_receipt as make_own_receipt
from tests.factories.workflows import make_change, make_receipt
from tracking.models import Receipt, ReviewItem
from tracking.polling import dials
from tracking.reviews import resolve_review
from tracking.states import ReceiptState

DAY = timedelta(days=1)


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    return make_receipt(firm.danas_matter)


def case(firm: Firm, receipt: Receipt, *, language: str = "en", now: datetime = NOW) -> Case:
    return selectors.access_case(firm.actor("dana"), receipt.pk, language=language, now=now)


def test_the_history_is_newest_first(firm: Firm, receipt: Receipt) -> None:
    make_change(receipt, "RECEIVED", at=NOW - 2 * DAY)
    make_change(receipt, "IN_REVIEW", at=NOW - DAY)
    make_change(receipt, "APPROVED", at=NOW)

    stages = [step.stage for step in case(firm, receipt).steps]

    assert stages == ["Approved", "USCIS is reviewing your case", "USCIS has your papers"]


def test_a_step_says_when_uscis_acted(firm: Firm, receipt: Receipt, dana: Client) -> None:
    make_change(receipt, "IN_REVIEW", event_date=date(2026, 2, 27))

    assert "27 de febrero de 2026" in dana.get(f"/portal/cases/{receipt.pk}/").content.decode()


def test_the_official_text_stands_beside_the_plain_words(firm: Firm, receipt: Receipt, dana: Client) -> None:
    read_change(
        receipt,
        "Case Was Approved",
        "On March 1, we approved your case.",
        title_es="Caso Fue Aprobado",
        description_es="El 1 de marzo <b>aprobamos</b> su caso.",
    )

    page = dana.get(f"/portal/cases/{receipt.pk}/").content.decode()

    assert "Buenas noticias" in page
    assert "Palabras propias de USCIS" in page
    assert re.search(
        r'<div class="prose official" lang="es" hx-disable>\s*<p>\s*<strong>Caso Fue Aprobado</strong>', page
    )
    assert re.search(
        r'<div class="prose official" lang="en" hx-disable>\s*<p>\s*<strong>Case Was Approved</strong>', page
    )
    assert "aprobamos su caso." in page


@pytest.mark.parametrize(("language", "order"), [("es", ["es", "en"]), ("en", ["en", "es"])])
def test_the_official_words_in_ones_own_language_come_first(
    language: str, order: list[str], firm: Firm, receipt: Receipt
) -> None:
    read_change(receipt, "Case Was Approved", "We approved your case.", title_es="Caso Fue Aprobado")

    assert [each.language for each in case(firm, receipt, language=language).official] == order


def test_without_official_spanish_the_english_is_marked_as_english(
    firm: Firm, receipt: Receipt, dana: Client
) -> None:
    read_change(receipt, "Case Was Approved", "We approved your case.")

    (official,) = case(firm, receipt, language="es").official

    assert (official.title, official.language) == ("Case Was Approved", "en")
    assert (
        '<div class="prose official" lang="en" hx-disable>'
        in dana.get(f"/portal/cases/{receipt.pk}/").content.decode()
    )


def test_the_official_text_is_told_word_for_word_with_ones_own_number(firm: Firm, dana: Client) -> None:
    receipt = make_own_receipt("IOE0912345678", matter=firm.danas_matter)
    read_change(receipt, "Case Was Approved", f"We approved your case, Receipt Number {receipt.number}.")

    page = dana.get(f"/portal/cases/{receipt.pk}/").content.decode()

    assert "your case, Receipt Number IOE0912345678." in page


def test_markup_in_the_official_text_is_text(receipt: Receipt, dana: Client) -> None:
    read_change(
        receipt,
        "Case <i>Was</i> Approved",
        'We approved your <a href="https://x.example">case</a> <script>and</script> &amp; mailed a notice.',
    )

    page = dana.get(f"/portal/cases/{receipt.pk}/").content.decode()

    assert "Case Was Approved" in page
    assert "We approved your case and &amp; mailed a notice." in page
    assert "x.example" not in page


def test_a_status_that_nobody_understands_yet_is_not_guessed(
    firm: Firm, receipt: Receipt, dana: Client
) -> None:
    make_change(receipt, "IN_REVIEW", at=NOW - DAY)
    make_change(receipt, "UNKNOWN", needs_review=True)

    shown = case(firm, receipt)

    assert shown.is_being_checked
    assert (shown.stage, len(shown.steps)) == ("USCIS is reviewing your case", 1)
    assert "USCIS escribió algo nuevo" in dana.get(f"/portal/cases/{receipt.pk}/").content.decode()


def test_a_first_status_that_nobody_understands_yet(firm: Firm, receipt: Receipt) -> None:
    make_change(receipt, "UNKNOWN", needs_review=True)

    shown = case(firm, receipt)

    assert (shown.stage, shown.steps) == ("Waiting for news from USCIS", [])
    assert "A person in our office is reading it now." in shown.meaning


@pytest.mark.parametrize("before", [[], ["IN_REVIEW"]])
def test_a_status_that_a_person_has_read_and_nobody_understands_is_no_longer_being_read(
    firm: Firm, receipt: Receipt, dana: Client, before: list[str]
) -> None:
    for code in before:
        make_change(receipt, code, at=NOW - DAY)
    read_change(receipt, "Zebra Crossing Was Repainted")
    item = ReviewItem.objects.get(kind="unknown_status")
    resolve_review(item.pk, actor=firm.actor("alice"), resolution="Nobody can tell.", now=NOW)

    shown = case(firm, receipt)

    assert (shown.is_unexplained, shown.is_being_checked, shown.is_in_doubt) == (True, False, True)
    assert shown.todos == ["Keep every letter from USCIS. Send us a copy of a new one."]
    for page in ("/portal/", f"/portal/cases/{receipt.pk}/"):
        told = dana.get(page).content.decode().lower()
        assert "no corresponde a ninguno de los pasos habituales" in told
        assert "leyendo" not in told


def test_before_the_first_status_it_says_that_waiting_is_normal(
    firm: Firm, receipt: Receipt, dana: Client
) -> None:
    Receipt.objects.update(last_error="unknown_receipt")
    page = dana.get(f"/portal/cases/{receipt.pk}/").content.decode()

    assert "Es normal en las primeras semanas." in page
    assert case(firm, receipt).stages == []


def test_while_uscis_was_never_asked_nobody_is_told_that_all_is_calm(
    firm: Firm, receipt: Receipt, dana: Client
) -> None:
    page = dana.get(f"/portal/cases/{receipt.pk}/").content.decode()

    assert "Todavía no hemos podido consultar este caso con USCIS." in page
    assert "Todavía no se ha consultado con USCIS" in page
    assert "No tiene que hacer nada" not in page
    assert "Es normal en las primeras semanas." not in page


def test_an_event_without_a_stage_keeps_the_stage_before(firm: Firm, receipt: Receipt) -> None:
    make_change(receipt, "APPROVED", at=NOW - DAY)
    make_change(receipt, "FEE_PAYMENT", at=NOW)

    shown = case(firm, receipt)

    assert shown.stage == "Approved"
    assert shown.steps[0].stage == "News from USCIS"


@pytest.mark.parametrize(("days", "stale"), [(1, False), (3, False), (4, True)])
def test_old_data_looks_old(days: int, stale: bool, firm: Firm, receipt: Receipt) -> None:
    Receipt.objects.filter(pk=receipt.pk).update(last_good_at=NOW)

    assert case(firm, receipt, now=NOW + days * DAY).is_stale is stale


def test_it_says_how_fresh_it_is_and_when_uscis_is_asked_next(receipt: Receipt, dana: Client) -> None:
    now = utc_now()
    Receipt.objects.update(
        last_good_at=now - timedelta(hours=1), next_poll_at=now + timedelta(hours=5, minutes=1)
    )

    page = " ".join(dana.get(f"/portal/cases/{receipt.pk}/").content.decode().split())

    assert "próxima consulta" in page


def test_no_next_check_is_promised_while_polling_is_off(receipt: Receipt, dana: Client) -> None:
    now = utc_now()
    Receipt.objects.update(last_good_at=now - DAY / 24, next_poll_at=now + DAY / 4)
    dials.switch_polling(on=False, actor=SYSTEM, now=now, reason="maintenance")

    page = " ".join(dana.get(f"/portal/cases/{receipt.pk}/").content.decode().split())

    assert "próxima consulta" not in page
    assert "Consultado con USCIS" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Seguimos intentando consultar a USCIS"),
        ({"tier": "paused", "next_poll_at": None}, "En este momento no estamos consultando a USCIS"),
    ],
)
def test_a_client_is_not_told_that_we_try_while_nobody_does(
    fields: dict[str, object], words: str, receipt: Receipt, dana: Client
) -> None:
    Receipt.objects.update(last_good_at=utc_now() - 4 * DAY, **fields)

    assert words in dana.get("/portal/").content.decode()


def test_what_is_seldom_asked_about_does_not_look_old_before_it_is(firm: Firm, receipt: Receipt) -> None:
    Receipt.objects.update(last_good_at=NOW, next_poll_values={"tier": "low", "every": 7 * 86_400})

    assert not case(firm, receipt, now=NOW + 13 * DAY).is_stale
    assert case(firm, receipt, now=NOW + 15 * DAY).is_stale


def test_a_long_history_is_folded(firm: Firm, receipt: Receipt, dana: Client) -> None:
    for number in range(9):
        make_change(receipt, ["IN_REVIEW", "TRANSFERRED"][number % 2], at=NOW + timedelta(minutes=number))

    page = dana.get(f"/portal/cases/{receipt.pk}/").content.decode()

    assert "Mostrar lo que pasó antes" in page
    assert page.count('<li class="event">') == 9


def test_a_case_that_is_no_longer_followed_is_gone(receipt: Receipt, dana: Client) -> None:
    Receipt.objects.filter(pk=receipt.pk).update(state=ReceiptState.STOPPED, next_poll_at=None)

    assert dana.get(f"/portal/cases/{receipt.pk}/").status_code == 404
