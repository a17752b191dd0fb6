"""A firm's own words for a status: a new version once approved, never rewritten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, Firm
from tests.factories.wording import OURS, OWN, publication, publish_words
from tests.factories.workflows import make_news, run
from workflows.messages.consent import fingerprint
from workflows.models import Draft, WordingIsFixed, WordingVersion
from workflows.plain_language import TEXTS, Wording
from workflows.plain_language.proposals import propose
from workflows.plain_language.selectors import list_wordings, read_book, wording_detail

HARD = Wording(
    "Notwithstanding preliminary considerations regarding administrative eligibility determinations,"
    " adjudicative authorities communicated favorable conclusions concerning documentation.",
    "Keep the letter.",
    "Soon.",
)


def only(language: str, **texts: Wording) -> dict[str, Wording]:
    """Return our words with one language changed."""
    return {**OURS, language: OWN[language], **texts}


def test_approved_words_are_in_force_at_once(firm: Firm) -> None:
    version = publish_words(firm)

    book = read_book()
    assert (version.version, version.own, version.changed, version.behind) == (
        1,
        ["en", "es"],
        ["en", "es"],
        "",
    )
    assert (book.find("APPROVED"), book.find("APPROVED", "es")) == (OWN["en"], OWN["es"])
    assert book.find("DENIED") == TEXTS["en"]["DENIED"]


def test_who_published_which_version_is_on_the_record_without_the_words(firm: Firm) -> None:
    version = publish_words(firm)

    entry = AuditEntry.objects.get(action="workflows.wording_published")
    assert (entry.actor_id, entry.subject_id) == (str(firm.alice.pk), str(version.pk))
    assert entry.data == {"code": "APPROVED", "version": 1, "languages": "en, es"}


@pytest.mark.parametrize(("person", "error"), [("paul", Forbidden), ("olga", Forbidden), ("dana", NotFound)])
def test_only_those_who_answer_for_the_firm_may(firm: Firm, person: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        publish_words(firm, by=person)


def test_the_system_never_speaks_in_the_firms_name(firm: Firm) -> None:
    with pytest.raises(Forbidden):
        propose(publication(), actor=Actor.system("tests"), now=NOW)


def test_a_code_that_does_not_exist_is_not_found(firm: Firm) -> None:
    with pytest.raises(NotFound):
        publish_words(firm, code="NO_SUCH_CODE")


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"texts": only("en", en=Wording("", "b", "c"))}, "meaning_en"),
        ({"texts": only("es", es=Wording("a", "b", "Llame a ana@mail.example."))}, "next_es"),
    ],
)
def test_it_names_what_cannot_be_published(firm: Firm, options: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        publish_words(firm, **options)

    assert list(caught.value.errors) == [field]
    assert not WordingVersion.objects.exists()


def test_of_two_editors_the_second_is_told(firm: Firm) -> None:
    publish_words(firm)

    with pytest.raises(WrongState, match="Somebody else wrote"):
        publish_words(firm, OURS, by="mary")
    assert WordingVersion.objects.get().published_by == firm.alice


def test_the_same_words_again_are_no_news(firm: Firm) -> None:
    with pytest.raises(WrongState, match="in force already"):
        publish_words(firm, OURS)


def test_changing_one_language_leaves_the_other_behind(firm: Firm) -> None:
    version = publish_words(firm, only("en"))

    row = wording_detail(firm.actor("paul"), "APPROVED").row
    assert (version.changed, version.behind) == (["en"], "es")
    assert [state.is_behind for state in row.languages] == [False, True]
    assert row.needs_a_look


def test_until_somebody_brings_it_up_to_date_or_says_that_both_agree(firm: Firm) -> None:
    publish_words(firm, only("en"))

    agreed = publish_words(firm, only("en"), based_on=1, agree=True)

    assert (agreed.version, agreed.changed, agreed.behind) == (2, [], "")


def test_hard_words_need_a_reason_of_their_own(firm: Firm) -> None:
    with pytest.raises(InvalidInput) as caught:
        publish_words(firm, only("en", en=HARD))
    version = publish_words(firm, only("en", en=HARD), hard_because="The bar asks for these words.")

    assert list(caught.value.errors) == ["hard_because"]
    assert version.hard_because == "The bar asks for these words."


def test_hard_words_that_stay_as_they_are_are_not_asked_about_again(firm: Firm) -> None:
    publish_words(firm, only("en", en=HARD), hard_because="The bar asks for it.")

    assert publish_words(firm, {"en": HARD, "es": OWN["es"]}, based_on=1).changed == ["es"]


def test_going_back_to_ours_follows_the_product_again(firm: Firm) -> None:
    publish_words(firm)
    version = publish_words(firm, OURS, based_on=1)

    assert (version.version, version.own) == (2, [])
    assert read_book().own == {}


def test_a_version_is_never_changed_or_removed(firm: Firm) -> None:
    version = publish_words(firm)

    for attempt in (version.save, version.delete, WordingVersion.objects.all().delete):
        with pytest.raises(WordingIsFixed):
            attempt()
    with pytest.raises(WordingIsFixed):
        WordingVersion.objects.update(code="DENIED")


def test_the_list_says_since_when_and_by_whom(firm: Firm) -> None:
    publish_words(firm)
    later = NOW + timedelta(days=1)
    publish_words(firm, {**OWN, "en": OURS["en"]}, based_on=1, by="mary", now=later)

    (row,) = [row for row in list_wordings(firm.actor("paul")) if row.code == "APPROVED"]
    english, spanish = row.languages
    assert (english.is_own, english.version, english.published_by) == (False, 2, "Mary")
    assert (spanish.is_own, spanish.version, spanish.published_by) == (True, 1, "Alice")


def test_a_draft_takes_the_words_in_force_and_keeps_them(firm: Firm) -> None:
    publish_words(firm)
    run(make_news(firm.danas_matter, "APPROVED"))
    draft = Draft.objects.get(purpose="approval_news")
    read = draft.content_hash
    publish_words(firm, OURS, based_on=1)

    draft.refresh_from_db()
    assert OWN["en"].meaning in draft.texts["en"]["body"]
    assert OWN["es"].todo in draft.texts["es"]["body"]
    assert {"key": "wording", "value": "1"} in draft.facts
    assert (draft.content_hash, fingerprint(draft)) == (read, read)


def test_the_words_of_every_code_cost_one_query(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for code in ("APPROVED", "DENIED", "RFE_ISSUED"):
        publish_words(firm, code=code)

    with django_assert_num_queries(1):
        book = read_book()
    with django_assert_num_queries(1):
        list_wordings(firm.actor("paul"))
    assert len(book.own) == 6
