"""Our own texts change with a release: the firm is told which, until somebody has seen them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from legist.core.errors import Forbidden, NotFound, WrongState
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, Firm
from workflows.models import MessageTemplate, Notification, ShippedText
from workflows.plain_language import TEXTS
from workflows.plain_language.shipped import mark_seen, note_changes, shipped_texts
from workflows.plain_language.unseen import list_changed, read_changed, seen_token

LATER = NOW + timedelta(days=30)
OLD = {"wording/APPROVED/en": "Yes.", "wording/DENIED/en": "No."}
NEW = {**OLD, "wording/APPROVED/en": "USCIS said yes."}


@pytest.fixture
def installed(db: None) -> None:
    """A firm's database as the first release left it."""
    ShippedText.objects.all().delete()
    note_changes(now=NOW, texts=OLD)


def test_a_first_install_lists_nothing(firm: Firm) -> None:
    ShippedText.objects.all().delete()

    assert note_changes(now=NOW) == 0
    assert not list_changed().exists()
    assert not Notification.objects.exists()


def test_migrating_keeps_what_ships(db: None) -> None:
    stored = dict(ShippedText.objects.values_list("key", "text"))

    assert stored == shipped_texts()
    assert len([key for key in stored if key.startswith("wording/")]) == 2 * len(TEXTS["en"])
    assert {"message/status_update/es", "email/client_message/en"} < set(stored)


@pytest.mark.usefixtures("installed")
def test_an_upgrade_lists_what_it_changed_with_what_it_said_before(firm: Firm) -> None:
    added = {**NEW, "wording/CLOSED/en": "It is closed."}

    assert note_changes(now=LATER, texts=added) == 2
    assert [(row.key, row.before, row.text) for row in list_changed()] == [
        ("wording/APPROVED/en", "Yes.", "USCIS said yes."),
        ("wording/CLOSED/en", "", "It is closed."),
    ]
    told = Notification.objects.filter(kind="wording").values_list("user__name", flat=True)
    assert sorted(told) == ["Alice", "Mary"]


@pytest.mark.usefixtures("installed")
def test_a_text_that_is_gone_is_listed_too(firm: Firm) -> None:
    note_changes(now=LATER, texts={"wording/DENIED/en": "No."})

    assert [(row.key, row.text) for row in list_changed()] == [("wording/APPROVED/en", "")]


@pytest.mark.usefixtures("installed")
def test_the_same_release_again_lists_nothing_new(firm: Firm) -> None:
    note_changes(now=LATER, texts=NEW)

    assert note_changes(now=LATER, texts=NEW) == 0
    assert Notification.objects.filter(user=firm.alice).count() == 1


@pytest.mark.usefixtures("installed")
def test_of_two_upgrades_nobody_looked_between_the_first_text_stays_beside(firm: Firm) -> None:
    note_changes(now=LATER, texts=NEW)
    note_changes(now=LATER, texts={**NEW, "wording/APPROVED/en": "It is a yes."})

    assert [(row.before, row.text) for row in list_changed()] == [("Yes.", "It is a yes.")]


@pytest.mark.usefixtures("installed")
def test_it_is_listed_until_somebody_has_seen_it(firm: Firm) -> None:
    note_changes(now=LATER, texts=NEW)
    token = seen_token(read_changed(firm.actor("paul")))

    assert mark_seen(token, actor=firm.actor("mary"), now=LATER) == 1
    assert not list_changed().exists()
    assert AuditEntry.objects.get(action="workflows.shipped_seen").data == {"count": 1}
    with pytest.raises(WrongState):
        mark_seen(token, actor=firm.actor("mary"), now=LATER)


@pytest.mark.usefixtures("installed")
def test_what_was_not_read_is_not_seen(firm: Firm) -> None:
    note_changes(now=LATER, texts=NEW)
    token = seen_token(list_changed())
    note_changes(now=LATER, texts={**NEW, "wording/DENIED/en": "USCIS said no."})

    with pytest.raises(WrongState):
        mark_seen(token, actor=firm.actor("alice"), now=LATER)
    assert list_changed().count() == 2


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(("who", "error"), [("paul", Forbidden), ("dana", NotFound)])
def test_those_who_answer_for_the_words_have_seen_them(firm: Firm, who: str, error: type[Exception]) -> None:
    note_changes(now=LATER, texts=NEW)

    with pytest.raises(error):
        mark_seen(seen_token(list_changed()), actor=firm.actor(who), now=LATER)


def test_a_template_that_was_altered_shows(firm: Firm) -> None:
    MessageTemplate.objects.filter(key="status_update", language="en").update(body="Call somebody else.")

    assert note_changes(now=LATER) == 1
    assert list_changed().get().key == "message/status_update/en"
