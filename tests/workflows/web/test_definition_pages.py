"""The one page of every kind of definition: written, drafted, tried, published, gone back from."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from legist.core.definitions.kinds import kind_of, name_of
from legist.core.definitions.services import publish
from legist.core.definitions.standing import Standing
from legist.core.models import AuditEntry, DefinitionDraft
from tests.factories.definitions import CASES
from tests.factories.practice import Firm
from tests.factories.wording import approve_words
from tests.factories.workflows import make_draft
from tests.workflows.test_definitions import decided, write
from tests.workflows.web.asking import PLAYBOOK, Browser, said, text
from workflows.documents.letters import build
from workflows.messages.facts import FIELDS, made_up
from workflows.models import Draft, WordingProposal

WRITTEN: dict[str, dict[str, str]] = {
    "reminders": {"offsets": "45, 10", "attorney_after": "2", "manager_after": "1"},
    "messages": {"subject": "News", "body": "Dear {{ client_name }},\r\n\r\ngood news."},
    "letters": {"name": "Letter to the client"},
    "playbooks": PLAYBOOK,
}
PARTS = {
    "reminders": ("offsets", [45, 10]),
    "messages": ("subject", "News"),
    "letters": ("name", "Letter to the client"),
    "playbooks": ("conditions", {"form_in": ["I-129", ""]}),
}


def url_of(kind: str) -> str:
    return f"/definitions/{kind}/{name_of(CASES[kind].key)}/"


def hidden(page: str, form: str = "publish") -> dict[str, str]:
    names = ("seen", "token") if form == "publish" else ("seen",)
    found = {name: re.search(rf'name="{name}"(?: value="(\w*)")? id="{form}_{name}"', page) for name in names}
    return {name: (match and match[1]) or "" for name, match in found.items()}


def send(browser: Any, kind: str, act: str, **sent: Any) -> Any:
    shown = hidden(text(browser.get(url_of(kind))))
    return browser.post(url_of(kind), shown | WRITTEN[kind] | {"act": act, "reason": "As we say it."} | sent)


def standing(kind: str) -> Standing:
    return CASES[kind].topic.read(CASES[kind].key)


@pytest.fixture(params=list(CASES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=list(WRITTEN))
def written(request: pytest.FixtureRequest) -> str:
    """A kind that is written on its page."""
    return str(request.param)


def test_it_lists_every_version_with_who_and_why(firm: Firm, browser_of: Browser, kind: str) -> None:
    write(CASES[kind], firm)

    page = text(browser_of("mary").get(url_of(kind)))

    assert "As we say it." in page
    assert "Alice" in page
    assert "Up to date" in page
    assert page.count("In force") == 1


def test_a_version_says_what_it_changed_and_leads_back(firm: Firm, browser_of: Browser, kind: str) -> None:
    case, mary = CASES[kind], browser_of("mary")
    ours = case.held
    write(case, firm)
    back = f"{url_of(kind)}?version=0"

    assert "What it changed" in text(mary.get(f"{url_of(kind)}?version=1"))
    assert "in force already" in text(mary.get(f"{url_of(kind)}?version=1"))
    seen = hidden(text(mary.get(back)), "restore")
    assert mary.post(back, seen | {"act": "restore", "version": "0", "reason": " "}).status_code == 422
    assert mary.post(back, seen | {"act": "restore", "version": "0", "reason": "Ours."}).status_code == 302

    assert case.held == ours


def test_going_back_to_words_of_the_firm_waits_for_an_attorney(firm: Firm, browser_of: Browser) -> None:
    case, mary = CASES["wording"], browser_of("mary")
    write(case, firm)
    first = case.held
    write(case, firm, **{case.part: case.later})
    page = f"{url_of('wording')}?version=1"
    seen = hidden(text(mary.get(page)), "restore")

    response = mary.post(page, seen | {"act": "restore", "version": "1", "reason": "Clearer."})

    assert said(response) == ["Clients read nothing of it yet: it waits for an attorney's approval."]
    assert case.held != first
    approve_words(firm, WordingProposal.objects.get(state="proposed"))
    assert case.held == first


def test_nobody_goes_back_over_what_somebody_published_meanwhile(
    firm: Firm, browser_of: Browser, kind: str
) -> None:
    case, mary = CASES[kind], browser_of("mary")
    write(case, firm)
    seen = hidden(text(mary.get(f"{url_of(kind)}?version=0")), "restore")
    write(case, firm, **{case.part: case.later})
    kept = case.held

    response = mary.post(url_of(kind), seen | {"act": "restore", "version": "0", "reason": "Ours."})

    assert response.status_code == 409
    assert "Alice" in text(response)
    assert "published version 2" in text(response)
    assert case.held == kept


@pytest.mark.parametrize("asked", ["version=9", "version=x", "version=²"])
def test_a_version_that_nobody_published_is_not_there(browser_of: Browser, kind: str, asked: str) -> None:
    assert browser_of("alice").get(f"{url_of(kind)}?{asked}").status_code == 404


def test_the_manager_writes_one_and_it_holds(firm: Firm, browser_of: Browser, written: str) -> None:
    part, value = PARTS[written]

    response = send(browser_of("mary"), written, "publish")

    tried = "It was never tried on the past: watch what it does, or put it in shadow first."
    holds = tried if written == "playbooks" else "The firm's version holds what you chose."
    assert said(response) == [f"Published. {holds}"]
    assert CASES[written].held[part] == value
    version = CASES[written].topic.history(CASES[written].key)[0]
    assert (version.row.published_by.name, version.row.reason) == (firm.mary.name, "As we say it.")


def test_who_only_reads_it_writes_nothing(browser_of: Browser, written: str) -> None:
    paul = browser_of("paul")
    assert 'name="act"' not in text(paul.get(url_of(written)))

    for act in ("publish", "keep", "discard", "restore", "take", "check"):
        assert paul.post(url_of(written), WRITTEN[written] | {"act": act}).status_code == 403
    assert browser_of("mary").post(url_of(written), {"act": "burn"}).status_code == 422


def test_saving_what_holds_makes_no_version(browser_of: Browser, written: str) -> None:
    mary = browser_of("mary")
    send(mary, written, "publish")
    before = standing(written)

    assert said(send(mary, written, "publish")) == ["This is in force already: nothing was published."]
    assert standing(written) == before


def test_what_shipped_is_saved_unchanged(browser_of: Browser) -> None:
    held = CASES["messages"].held
    sent = held | {"body": held["body"].replace("\n", "\r\n")}

    assert said(send(browser_of("mary"), "messages", "publish", **sent)) == [
        "This is in force already: nothing was published."
    ]


def test_the_second_of_two_tabs_is_told_who_published_what(
    firm: Firm, browser_of: Browser, written: str
) -> None:
    mary, case = browser_of("mary"), CASES[written]
    shown = hidden(text(mary.get(url_of(written))))
    write(case, firm)
    sent = shown | WRITTEN[written] | {"act": "publish", "reason": "Mine."}

    refused = mary.post(url_of(written), sent)

    page = text(refused)
    assert refused.status_code == 409
    assert f"{firm.alice.name} published version 1" in page
    assert "As we say it." in page
    assert "Mine." in page
    assert case.held[case.part] == case.own
    assert mary.post(url_of(written), sent | hidden(page)).status_code == 302  # having read it


def test_a_draft_holds_for_nobody_until_it_is_published(browser_of: Browser, written: str) -> None:
    before, (part, value) = standing(written), PARTS[written]
    send(browser_of("mary"), written, "keep", reason="")

    assert standing(written) == before
    page = text(browser_of("alice").get(url_of(written)))
    assert "Draft by Mary" in page
    assert "What this choice would do" in page
    assert "What differs from what holds now" in page
    assert send(browser_of("alice"), written, "publish").status_code == 302
    assert CASES[written].held[part] == value
    assert not DefinitionDraft.objects.exists()


def test_a_draft_is_thrown_away_as_it_was_seen(browser_of: Browser, written: str) -> None:
    mary = browser_of("mary")
    send(mary, written, "keep")
    seen = hidden(text(mary.get(url_of(written))))
    DefinitionDraft.objects.update(seen="other")

    assert mary.post(url_of(written), seen | {"act": "discard"}).status_code == 409
    assert DefinitionDraft.objects.count() == 1
    assert send(mary, written, "discard").status_code == 302
    assert not DefinitionDraft.objects.exists()
    assert send(mary, written, "discard").status_code == 409
    acts = AuditEntry.objects.filter(action__startswith="core.definition_draft").order_by("sequence")
    assert [each.action.rpartition("_")[2] for each in acts] == ["kept", "discarded"]
    assert acts[0].data == acts[1].data
    assert acts[0].data["kind"] == written


def test_two_who_draft_at_once_do_not_write_over_each_other(browser_of: Browser, written: str) -> None:
    empty = hidden(text(browser_of("alice").get(url_of(written))))
    send(browser_of("mary"), written, "keep")
    kept = DefinitionDraft.objects.get().content

    late = browser_of("alice").post(url_of(written), empty | WRITTEN[written] | {"act": "keep"})

    assert late.status_code == 409
    assert DefinitionDraft.objects.get().content == kept


def test_a_draft_tells_that_something_was_published_since(
    firm: Firm, browser_of: Browser, written: str
) -> None:
    send(browser_of("mary"), written, "keep")
    write(CASES[written], firm)

    assert "Another version was published since" in text(browser_of("mary").get(url_of(written)))


def test_a_field_that_there_is_not_is_named(browser_of: Browser) -> None:
    before = standing("messages")

    for act in ("publish", "check"):
        page = text(send(browser_of("mary"), "messages", act, body="Dear {{ clint_name }},"))
        assert "There is no field “clint_name”" in page
        assert "Dear {{ clint_name }}," in page
    assert standing("messages") == before


@pytest.mark.parametrize("body", ["{" * 5_000, "{{ " + "(" * 5_000, "{% if %}", "{{ client_name"])
def test_whatever_is_written_the_page_says_what_is_wrong(browser_of: Browser, body: str) -> None:
    before = standing("messages")

    for act in ("check", "publish", "keep"):
        assert send(browser_of("mary"), "messages", act, body=body).status_code in {200, 302, 422}
    assert browser_of("mary").get(url_of("messages")).status_code == 200
    assert standing("messages") == before


@pytest.mark.parametrize(
    "body", ["{{ 1/0 }}", "{{ 9**9**9 }}", "{% for n in range(99999) %}{{ n }}{% endfor %}"]
)
def test_nothing_that_is_written_is_run_for_a_look_at_it(browser_of: Browser, body: str) -> None:
    page = text(send(browser_of("mary"), "messages", "check", body=f"{body} {{{{ client_name }}}}"))

    assert f"{body} Maria Example" in page


def test_a_message_is_shown_with_made_up_facts(browser_of: Browser) -> None:
    page = text(browser_of("mary").get(url_of("messages")))

    assert "With made-up facts" in page
    assert "Dear Maria Example," in page


def test_it_says_how_many_messages_keep_their_text(firm: Firm, browser_of: Browser) -> None:
    make_draft(firm)
    Draft.objects.update(purpose="approval_news")

    page = text(send(browser_of("mary"), "messages", "check"))

    assert "1 message that is drafted from it and not sent yet keeps its text." in page


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("/wording/", "messages"),
        ("/playbooks/", "letters"),
        ("/playbooks/approval/", "playbooks"),
        ("/wording/APPROVED/", "wording"),
        ("/deadlines/reminders/", "reminders"),
        ("/statuses/", "stages"),
    ],
)
def test_it_is_found_from_where_its_kind_is_listed(browser_of: Browser, page: str, kind: str) -> None:
    assert f"/definitions/{kind}/" in text(browser_of("mary").get(page))


def test_the_other_language_is_one_step_away(browser_of: Browser) -> None:
    assert "/definitions/messages/approval_news/es/" in text(browser_of("mary").get(url_of("messages")))


def test_a_letter_is_taken_out_changed_in_word_and_put_back(browser_of: Browser) -> None:
    mary, before = browser_of("mary"), CASES["letters"].held["content"]
    assert "?file=1" in text(mary.get(url_of("letters")))
    file = mary.get(f"{url_of('letters')}?file=1")
    assert file.content == b64decode(before)
    assert file["Content-Disposition"] == 'attachment; filename="approval_letter.en.docx"'

    changed = SimpleUploadedFile("letter.docx", build("# {{ firm_name }}\nDear {{ client_name }}"))
    assert "Dear Maria Example" in text(send(mary, "letters", "check", content=changed))
    changed.seek(0)
    assert send(mary, "letters", "publish", content=changed).status_code == 302

    changed.seek(0)
    assert b64decode(CASES["letters"].held["content"]) == changed.read()
    assert mary.get(f"{url_of('letters')}?file=1&version=0").content == b64decode(before)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no Word file", "This is no Word file."),
        (build("Dear {{ clint_name }}"), "There is no field “clint_name”"),
        (build("Dear {{ client_name"), "The Word template cannot be filled"),
        (build("{" * 5_000), "The Word template cannot be filled"),
        (b"PK\x05\x06" + bytes(18), "The Word template cannot be filled"),
    ],
)
def test_a_file_that_no_letter_can_be_made_of_is_refused(
    browser_of: Browser, content: bytes, told: str
) -> None:
    before = standing("letters")

    response = send(browser_of("mary"), "letters", "publish", content=SimpleUploadedFile("a.docx", content))

    assert response.status_code == 422
    assert told in text(response)
    assert standing("letters") == before


def test_a_file_that_unpacks_to_too_much_is_refused(browser_of: Browser) -> None:
    from zipfile import ZIP_DEFLATED, ZipFile

    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(1_000_001))

    file = SimpleUploadedFile("a.docx", packed.getvalue())

    assert "and 1 MB of it text" in text(send(browser_of("mary"), "letters", "publish", content=file))


@pytest.mark.parametrize("days", ["soon", "", "400", "-3", "1.5"])
def test_what_is_no_number_of_days_is_refused(browser_of: Browser, days: str) -> None:
    assert send(browser_of("mary"), "reminders", "publish", offsets=days).status_code == 422
    assert standing("reminders").own is None


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_made_up_facts_fill_every_field(language: str) -> None:
    values = made_up(language)

    assert tuple(values) == FIELDS
    assert all(values.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/statuses/versions/", ""),
        ("/statuses/draft/", ""),
        ("/statuses/versions/0/", "?version=0"),
    ],
)
def test_an_address_from_before_leads_on(browser_of: Browser, old: str, new: str) -> None:
    assert browser_of("alice").get(old)["Location"] == url_of("stages") + new
    assert browser_of("paul").get(old).status_code == 403
    assert browser_of("dana").get(old).status_code == 404


def test_what_cannot_be_read_is_no_way_back(firm: Firm, browser_of: Browser) -> None:
    case, kind = CASES["messages"], kind_of("messages")
    row = write(case, firm)
    type(row).objects.filter(pk=row.pk).update(body="{% if %}")
    content = case.held | {"body": "Good news."}
    publish(kind.topic, case.key, content, expected=standing("messages").hash, decision=decided(firm))

    page = text(browser_of("mary").get(f"{url_of('messages')}?version=1"))

    assert 'value="restore"' not in page
    sent = hidden(text(browser_of("mary").get(url_of("messages")))) | {"act": "restore", "version": "1"}
    assert browser_of("mary").post(url_of("messages"), sent | {"reason": "Back."}).status_code == 409
