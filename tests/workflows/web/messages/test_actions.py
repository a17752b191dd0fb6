"""Approving, returning, editing, submitting and withdrawing a message."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.factories.practice import NOW, Firm
from tests.factories.workflows import TEXTS, make_draft
from tests.workflows.web.asking import HTMX, Browser, address, said, statuses, text
from workflows.messages.drafts import edit_draft, return_draft
from workflows.models import Approval, Delivery, Draft
from workflows.states import DraftState

ACTS = ("draft_approve", "draft_return", "draft_submit", "draft_void")
STRANGERS = ("charlie", "olga", "dana", "eve")


def answer(draft: Draft, **data: str) -> dict[str, str]:
    return {"version_hash": draft.content_hash, **data}


def entered(draft: Draft, **changes: str) -> dict[str, str]:
    """Return the edit form as the browser would send it."""
    texts = {f"{part}_{code}": text[part] for code, text in draft.texts.items() for part in text}
    return answer(draft) | texts | changes


def state_of(draft: Draft) -> str:
    draft.refresh_from_db()
    return draft.state


@pytest.mark.parametrize("act", ACTS)
def test_it_changes_nothing_by_looking(firm: Firm, browser_of: Browser, act: str) -> None:
    assert browser_of("alice").get(address(act, make_draft(firm).pk)).status_code == 405


@pytest.mark.parametrize("act", [*ACTS, "draft_edit"])
def test_it_hides_the_message_from_strangers(firm: Firm, browser_of: Browser, act: str) -> None:
    draft = make_draft(firm)

    found = statuses(browser_of, address(act, draft.pk), STRANGERS, "post", **entered(draft, reason="x"))

    assert found == [404, 404, 404, 404]


def test_it_sends_what_the_attorney_read_and_goes_to_the_next(firm: Firm, signed_in: Browser) -> None:
    draft, other = make_draft(firm), make_draft(firm)

    response = signed_in("alice").post(address("draft_approve", draft.pk), answer(draft))

    assert response.headers["Location"] == address("draft", other.pk)
    assert state_of(draft) == DraftState.APPROVED
    assert said(response) == [
        "Approved. The message is on its way to the client.",
        "1 message still waits.",
    ]


def test_it_goes_to_the_queue_after_the_last_one(firm: Firm, signed_in: Browser) -> None:
    draft = make_draft(firm)

    response = signed_in("alice").post(address("draft_approve", draft.pk), answer(draft), headers=HTMX)

    assert response.headers["HX-Redirect"] == address("approvals")


def test_it_lets_nobody_but_the_attorney_decide(firm: Firm, signed_in: Browser) -> None:
    draft = make_draft(firm)
    approve, back = address("draft_approve", draft.pk), address("draft_return", draft.pk)

    assert statuses(signed_in, approve, ("paul", "mary"), "post", **answer(draft)) == [403, 403]
    assert statuses(signed_in, back, ("paul", "mary"), "post", **answer(draft, reason="No")) == [403, 403]
    assert not Approval.objects.exists()


def test_it_refuses_a_version_that_was_changed_in_another_window(firm: Firm, signed_in: Browser) -> None:
    draft = make_draft(firm)
    read = draft.content_hash
    edit_draft(
        draft.pk,
        texts={"en": {"subject": "Hello", "body": "Other words."}},
        version_hash=read,
        actor=firm.actor("paul"),
        now=NOW,
    )

    response = signed_in("alice").post(
        address("draft_approve", draft.pk), {"version_hash": read}, headers=HTMX
    )

    assert response.status_code == 409
    assert "Reload the page and read the new version." in text(response)
    assert not Delivery.objects.exists()


def test_it_refuses_to_approve_twice(firm: Firm, signed_in: Browser) -> None:
    draft, browser = make_draft(firm), signed_in("alice")
    url = address("draft_approve", draft.pk)

    codes = [browser.post(url, answer(draft)).status_code for _ in range(2)]

    assert codes == [302, 409]
    assert Approval.objects.count() == 1


def test_it_asks_an_old_session_to_confirm_who_it_is(firm: Firm, signed_in: Browser) -> None:
    draft, browser = make_draft(firm), signed_in("alice")
    came_from = f"http://testserver/approvals/{draft.pk}/"
    headers = HTMX | {"HX-Current-URL": came_from}

    with time_machine.travel(NOW + timedelta(hours=5), tick=False):
        response = browser.post(address("draft_approve", draft.pk), answer(draft), headers=headers)

    assert response.headers["HX-Redirect"] == f"/accounts/reauthenticate/?next=%2Fapprovals%2F{draft.pk}%2F"
    assert state_of(draft) == DraftState.IN_REVIEW


def test_it_trusts_no_session_without_a_proof(firm: Firm, browser_of: Browser) -> None:
    draft = make_draft(firm)

    response = browser_of("alice").post(address("draft_approve", draft.pk), answer(draft))

    assert response.headers["Location"].startswith("/accounts/reauthenticate/")


def test_it_returns_a_message_with_the_reason(firm: Firm, signed_in: Browser) -> None:
    draft = make_draft(firm)

    response = signed_in("alice").post(address("draft_return", draft.pk), answer(draft, reason="Too long."))

    assert response.status_code == 302
    assert state_of(draft) == DraftState.RETURNED
    assert "Too long." in text(signed_in("paul").get(address("draft", draft.pk)))


def test_it_wants_a_reason_to_return_or_withdraw(firm: Firm, signed_in: Browser) -> None:
    draft, browser = make_draft(firm), signed_in("alice")

    for act in ("draft_return", "draft_void"):
        assert browser.post(address(act, draft.pk), answer(draft, reason=" ")).status_code == 422


def test_it_lets_a_paralegal_edit_and_ask_again(firm: Firm, signed_in: Browser) -> None:
    draft, browser = make_draft(firm), signed_in("paul")
    return_draft(
        draft.pk, reason="Warmer.", version_hash=draft.content_hash, actor=firm.actor("alice"), now=NOW
    )
    form = browser.get(address("draft_edit", draft.pk))

    saved = browser.post(address("draft_edit", draft.pk), entered(draft, body_en="Dear Dana,\n\nWarm news."))
    asked = browser.post(address("draft_submit", draft.pk))

    assert "Edit the message" in text(form)
    assert (saved.status_code, asked.status_code) == (302, 302)
    assert state_of(draft) == DraftState.IN_REVIEW
    assert draft.texts["en"]["body"] == "Dear Dana,\n\nWarm news."
    assert draft.texts["es"] == TEXTS["es"]


def test_it_shows_what_is_wrong_beside_the_field(firm: Firm, signed_in: Browser) -> None:
    draft = make_draft(firm)

    response = signed_in("paul").post(address("draft_edit", draft.pk), entered(draft, subject_es=""))

    assert response.status_code == 422
    assert "There is a problem" in text(response)
    assert "id_subject_es_error" in text(response)


def test_it_does_not_save_over_somebody_elses_edit(firm: Firm, signed_in: Browser) -> None:
    draft, browser = make_draft(firm), signed_in("paul")
    stale = entered(draft, body_en="Mine")

    first = browser.post(address("draft_edit", draft.pk), entered(draft, body_en="First"))
    second = browser.post(address("draft_edit", draft.pk), stale)

    assert (first.status_code, second.status_code) == (302, 409)


def test_it_does_not_open_the_editor_for_readers_or_for_what_is_withdrawn(
    firm: Firm, signed_in: Browser
) -> None:
    draft = make_draft(firm)
    url = address("draft_edit", draft.pk)

    assert statuses(signed_in, url, ("mary", "paul")) == [403, 200]
    signed_in("paul").post(address("draft_void", draft.pk), {"reason": "Not needed."})
    assert statuses(signed_in, url, ("paul",)) == [409]


def test_it_withdraws_for_those_who_work_on_the_matter(firm: Firm, signed_in: Browser) -> None:
    draft = make_draft(firm)
    url = address("draft_void", draft.pk)

    assert statuses(signed_in, url, ("mary", "paul", "paul"), "post", reason="Not needed.") == [403, 302, 409]
    assert state_of(draft) == DraftState.VOID


def test_it_does_not_ask_twice(firm: Firm, signed_in: Browser) -> None:
    draft = make_draft(firm, submit=False)
    url = address("draft_submit", draft.pk)

    assert statuses(signed_in, url, ("mary", "paul", "paul"), "post") == [403, 302, 409]
