"""The firm's words for clients: the list, the editor, versions, the glossary, the preview."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.factories.practice import Firm
from tests.factories.wording import OURS, OWN, publish_words, seen
from tests.workflows.web.asking import HTMX, Browser, address, said, statuses, text
from workflows.models import WordingProposal, WordingVersion
from workflows.plain_language import TEXTS, Wording
from workflows.plain_language.glossary import TERMS
from workflows.plain_language.selectors import read_book

LIST, GLOSSARY, EDITOR = "/wording/", "/wording/glossary/", "/wording/APPROVED/"
STAFF = ("alice", "paul", "olga", "mary", "charlie", "dana")
HARD = (
    "Notwithstanding preliminary considerations regarding administrative eligibility determinations,"
    " adjudicative authorities communicated favorable conclusions concerning documentation."
)


def form(texts: dict[str, Wording] | None = None, **options: Any) -> dict[str, Any]:
    """Return what the editor sends."""
    fields = {
        f"{part}_{language}": value
        for language, wording in (texts or OWN).items()
        for part, value in wording._asdict().items()
    }
    return {"seen": seen(), "reason": "Our tone.", **fields, **options}


@pytest.mark.parametrize("url", [LIST, GLOSSARY, EDITOR])
def test_the_staff_may_read(browser_of: Browser, url: str) -> None:
    assert statuses(browser_of, url, STAFF) == [200, 200, 200, 200, 200, 404]


def test_attorneys_and_managers_propose(browser_of: Browser) -> None:
    found = [browser_of(person).post(EDITOR, form()).status_code for person in STAFF]

    assert found == [302, 403, 403, 409, 403, 404]  # Mary had not seen what Alice proposed
    assert not WordingVersion.objects.exists()


def test_a_reader_gets_no_button(browser_of: Browser) -> None:
    page = text(browser_of("paul").get(EDITOR))

    assert "Ask an attorney to approve" not in page
    assert "readonly" in page


def test_there_is_nothing_behind_an_unknown_code(browser_of: Browser) -> None:
    alice = browser_of("alice")

    assert alice.get("/wording/NO_SUCH_CODE/").status_code == 404
    assert alice.post("/wording/NO_SUCH_CODE/", form()).status_code == 404
    assert alice.post("/wording/NO_SUCH_CODE/check/", form()).status_code == 404
    assert alice.post("/wording/NO_SUCH_CODE/preview/", form()).status_code == 404
    assert alice.get(f"/wording/versions/{uuid4()}/").status_code == 404


def test_the_list_shows_all_codes_by_stage_with_their_state(firm: Firm, browser_of: Browser) -> None:
    publish_words(firm, {**OURS, "en": OWN["en"]})

    page = text(browser_of("paul").get(LIST))

    assert page.count('id="wording-') == len(TEXTS["en"])
    assert "Spanish is older than English" in page
    assert "Version 1, Alice" in page
    assert "of 100, fairly easy" in page


@pytest.mark.parametrize(("show", "count"), [("own", 1), ("look", 1), ("nonsense", 46)])
def test_the_list_can_be_narrowed(firm: Firm, browser_of: Browser, show: str, count: int) -> None:
    publish_words(firm, {**OURS, "en": OWN["en"]})

    assert text(browser_of("paul").get(f"{LIST}?show={show}")).count('id="wording-') == count


@pytest.mark.parametrize(
    ("show", "words"), [("own", "The firm has no words of its own yet"), ("look", "Nothing needs a look")]
)
def test_an_empty_list_says_so(browser_of: Browser, show: str, words: str) -> None:
    assert words in text(browser_of("paul").get(f"{LIST}?show={show}"))


def test_asking_for_approval_says_that_clients_read_nothing_yet(browser_of: Browser) -> None:
    response = browser_of("mary").post(EDITOR, form())

    assert said(response)[0].startswith("Clients read nothing of it yet")
    assert read_book().own == {}
    assert "Mary proposed them" in text(browser_of("paul").get(EDITOR))


def test_our_own_words_are_back_at_once(firm: Firm, browser_of: Browser) -> None:
    publish_words(firm)

    response = browser_of("mary").post(EDITOR, form(OURS, seen=seen(number=1)))

    assert said(response)[0].startswith("Published as version 2.")
    assert read_book().own == {}


def test_the_second_of_two_editors_keeps_both_texts(firm: Firm, browser_of: Browser) -> None:
    publish_words(firm)
    mine = {**OWN, "en": Wording("My own first line.", "Keep it.", "Soon.")}

    response = browser_of("mary").post(EDITOR, form(mine))

    page = text(response)
    assert response.status_code == 409
    assert "Version 1 by Alice was published. Your text is kept below" in page
    assert "My own first line." in page
    assert "USCIS said yes" in page
    assert f'name="seen" value="{seen(number=1)}"' in page
    assert WordingVersion.objects.count() == 1


def test_faults_stand_beside_their_fields(browser_of: Browser) -> None:
    response = browser_of("alice").post(EDITOR, form(todo_es="Llame el 3 de marzo.", reason=""))

    page = text(response)
    assert response.status_code == 422
    assert 'id="id_todo_es_error"' in page
    assert 'id="id_reason_error"' in page
    assert "Llame el 3 de marzo." in page


def test_hard_words_take_a_tick_and_a_reason(browser_of: Browser) -> None:
    alice = browser_of("alice")

    refused = alice.post(EDITOR, form(meaning_en=HARD))
    untold = alice.post(EDITOR, form(meaning_en=HARD, hard_because="The bar asks for it."))
    accepted = alice.post(EDITOR, form(meaning_en=HARD, hard_because="The bar asks for it.", anyway="on"))

    assert [refused.status_code, untold.status_code, accepted.status_code] == [422, 422, 302]
    assert "data-too-hard" in text(refused)
    assert WordingProposal.objects.get().hard_because == "The bar asks for it."


def test_nothing_new_is_not_published(browser_of: Browser) -> None:
    response = browser_of("alice").post(EDITOR, form(OURS))

    assert response.status_code == 409
    assert "in force already" in text(response)


def test_the_check_measures_and_hints_while_one_types(browser_of: Browser) -> None:
    texts = {**OURS, "es": Wording("Rechazamos su caso el 3 de marzo.", "Llame.", "Pronto.")}

    page = text(browser_of("paul").post(f"{EDITOR}check/", form(texts), headers=HTMX))

    assert "Say instead: denegar; devolver." in page
    assert "Take out the date" in page
    assert "You changed the Spanish only" in page
    assert "the glossary's Spanish is “aprobación”" in page


def test_the_preview_is_what_a_client_gets(browser_of: Browser) -> None:
    page = text(browser_of("paul").post(f"{EDITOR}preview/", form(), headers=HTMX))

    assert f'<p class="case-meaning">{OWN["es"].meaning}</p>' in page
    assert "Qué tiene que hacer" in page
    assert "What you need to do" in page
    assert "Hola, Dana Example:" in page
    assert f"<p>{OWN['en'].todo}</p>" in page


def test_quiet_news_have_no_message(browser_of: Browser) -> None:
    page = text(browser_of("paul").post("/wording/UNKNOWN/preview/", form(), headers=HTMX))

    assert "No message goes out for this status" in page


def test_a_preview_keeps_nothing(browser_of: Browser) -> None:
    browser_of("alice").post(f"{EDITOR}preview/", form(), headers=HTMX)

    assert not WordingVersion.objects.exists()


def test_a_version_shows_what_it_changed_and_why(firm: Firm, browser_of: Browser) -> None:
    version = publish_words(firm, reason="Clients asked us.")

    page = text(browser_of("paul").get(address("wording_version", version.pk), follow=True))

    assert "Published by Alice" in page
    assert "Approved by Alice" in page
    assert "Clients asked us." in page
    assert "</del>" in page
    assert "Go back to these words" not in page


def test_the_glossary_shows_every_term_and_where_uscis_misleads(browser_of: Browser) -> None:
    page = text(browser_of("paul").get(GLOSSARY))

    assert all(term.ours in page for term in TERMS)
    assert "Words we avoid" in page


def test_it_pins_what_it_asks_of_the_database(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for code in ("APPROVED", "DENIED", "RFE_ISSUED"):
        publish_words(firm, code=code)
    paul = browser_of("paul")
    shell, waiting, templates, whom_to_call = 12, 2, 1, 2

    for url, most in ((LIST, shell + waiting + templates), (EDITOR, shell + whom_to_call)):
        with django_assert_max_num_queries(most):
            paul.get(url)
