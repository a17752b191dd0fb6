"""The life of a draft, and the one way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, NeedsReauthentication, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.models import Client
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import ENGINE, TEXTS, approve, hear, make_draft
from workflows.messages import drafts
from workflows.messages.consent import fingerprint
from workflows.messages.states import TRANSITIONS, next_state
from workflows.models import Approval, Delivery, Draft, Notification
from workflows.states import DraftState

EDITED = {"es": {"subject": "Un mensaje", "body": "Hola, Dana:\n\nOtra cosa."}}


def edit(firm: Firm, draft: Draft, who: str = "paul") -> Draft:
    return drafts.edit_draft(
        draft.pk, texts=EDITED, version_hash=draft.content_hash, actor=firm.actor(who), now=NOW
    )


ACTS: dict[str, Callable[[Firm, Draft], Draft]] = {
    "submit": lambda firm, draft: drafts.submit(draft.pk, actor=firm.actor("paul"), now=NOW),
    "edit": edit,
    "approve": approve,
    "return": lambda firm, draft: drafts.return_draft(
        draft.pk, reason="Too long", version_hash=draft.content_hash, actor=firm.actor("alice"), now=NOW
    ),
    "void": lambda firm, draft: drafts.void(
        draft.pk, reason="Told by phone", actor=firm.actor("paul"), now=NOW
    ),
}
PATHS: dict[str, tuple[str, ...]] = {
    "drafted": (),
    "in_review": ("submit",),
    "approved": ("submit", "approve"),
    "returned": ("submit", "return"),
    "void": ("void",),
}


@pytest.mark.parametrize("state", PATHS)
@pytest.mark.parametrize("act", ACTS)
def test_it_goes_only_where_the_table_allows(firm: Firm, state: str, act: str) -> None:
    draft = make_draft(firm, submit=False)
    for step in PATHS[state]:
        draft = ACTS[step](firm, draft)
    expected = next_state(act, state)

    if expected is None:
        with pytest.raises(WrongState):
            ACTS[act](firm, draft)
    else:
        assert ACTS[act](firm, draft).state == expected
    draft.refresh_from_db()
    assert draft.state == (expected or state)


def test_it_knows_only_states_that_exist() -> None:
    named = {state for moves in TRANSITIONS.values() for pair in moves.items() for state in pair}

    assert named == set(DraftState.values)


def test_it_delivers_nothing_before_the_approval(firm: Firm) -> None:
    draft = make_draft(firm)
    assert not Delivery.objects.exists()

    approve(firm, draft)

    assert set(Delivery.objects.values_list("channel", "state")) == {
        ("email", "pending"),
        ("portal", "pending"),
    }


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("paul", Forbidden),
        ("mary", Forbidden),
        ("olga", NotFound),
        ("charlie", NotFound),
        ("dana", NotFound),
        ("eve", NotFound),
    ],
)
def test_it_is_approved_by_an_attorney_of_the_matter_only(
    firm: Firm, who: str, error: type[Exception]
) -> None:
    draft = make_draft(firm)

    with pytest.raises(error):
        drafts.approve_draft(
            draft.pk, actor=firm.actor(who), version_hash=draft.content_hash, now=NOW, authenticated_at=NOW
        )
    assert not Approval.objects.exists()


@pytest.mark.parametrize("actor", [Actor.system("playbooks"), Actor.command("shell")])
def test_it_is_never_approved_by_the_machine(firm: Firm, actor: Actor) -> None:
    draft = make_draft(firm)

    with pytest.raises(Forbidden):
        drafts.approve_draft(
            draft.pk, actor=actor, version_hash=draft.content_hash, now=NOW, authenticated_at=NOW
        )


def test_it_asks_for_a_sign_in_when_the_session_is_old(firm: Firm) -> None:
    draft, long_ago = make_draft(firm), NOW - timedelta(minutes=241)

    for authenticated_at in (long_ago, None):
        with pytest.raises(NeedsReauthentication):
            drafts.approve_draft(
                draft.pk,
                actor=firm.actor("alice"),
                version_hash=draft.content_hash,
                now=NOW,
                authenticated_at=authenticated_at,
            )


def test_it_refuses_to_approve_what_somebody_changed_in_the_meantime(firm: Firm) -> None:
    draft = make_draft(firm)
    edit(firm, draft)

    with pytest.raises(WrongState, match="read the new version"):
        approve(firm, draft)


def test_it_refuses_an_edit_of_a_version_that_is_gone(firm: Firm) -> None:
    draft = make_draft(firm)
    edit(firm, draft)

    with pytest.raises(WrongState):
        edit(firm, draft)


def test_it_takes_the_approval_away_when_the_text_is_edited(firm: Firm) -> None:
    draft = edit(firm, approve(firm, make_draft(firm)))

    assert (draft.state, draft.version, draft.approval, draft.approved_hash) == ("in_review", 2, None, "")
    assert Approval.objects.get().voided_at == NOW
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_it_keeps_the_other_language_when_one_is_edited(firm: Firm) -> None:
    draft = edit(firm, make_draft(firm))

    assert draft.texts == TEXTS | EDITED
    assert draft.original_texts == TEXTS


def test_it_cannot_be_edited_once_it_is_on_its_way(firm: Firm) -> None:
    draft = approve(firm, make_draft(firm))
    Delivery.objects.filter(channel="email").update(state="sending", lease_until=NOW)

    with pytest.raises(WrongState, match="on its way"):
        edit(firm, draft)
    assert Delivery.objects.get(channel="portal").state == "pending"


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"es": {"subject": "", "body": "x"}}, "subject_es"),
        ({"en": {"subject": "x", "body": "  "}}, "body_en"),
        ({"en": {"subject": "two\nlines", "body": "x"}}, "subject_en"),
        ({"en": {"subject": "x" * 161, "body": "x"}}, "subject_en"),
    ],
)
def test_it_refuses_texts_a_client_could_not_use(
    firm: Firm, texts: dict[str, dict[str, str]], field: str
) -> None:
    draft = make_draft(firm)

    with pytest.raises(InvalidInput) as refused:
        drafts.edit_draft(
            draft.pk, texts=texts, version_hash=draft.content_hash, actor=firm.actor("paul"), now=NOW
        )
    assert list(refused.value.errors) == [field]


def test_it_needs_a_reason_to_send_back_and_tells_the_paralegal(firm: Firm) -> None:
    draft = make_draft(firm)
    with pytest.raises(InvalidInput):
        drafts.return_draft(
            draft.pk, reason=" ", version_hash=draft.content_hash, actor=firm.actor("alice"), now=NOW
        )

    ACTS["return"](firm, draft)
    hear()

    assert draft.events.get(kind="returned").reason == "Too long"
    assert Notification.objects.filter(kind="returned", user=firm.paul).exists()


def test_it_is_sent_back_by_an_attorney_only(firm: Firm) -> None:
    draft = make_draft(firm)

    with pytest.raises(Forbidden):
        drafts.return_draft(
            draft.pk, reason="No", version_hash=draft.content_hash, actor=firm.actor("paul"), now=NOW
        )


def test_it_goes_to_the_portal_only_when_the_client_has_a_passkey_and_no_address(firm: Firm) -> None:
    Authenticator.objects.create(user=firm.dana, type=Authenticator.Type.WEBAUTHN, data={})
    Client.objects.filter(pk=firm.danas_matter.client_id).update(email=None, email_index=None)
    firm.danas_matter.refresh_from_db()

    assert make_draft(firm).channels == ["portal"]


def test_it_binds_the_hash_to_text_recipients_and_language(firm: Firm) -> None:
    draft = make_draft(firm)
    hashes = {draft.content_hash}
    for field, value in [("language", "en"), ("recipients", []), ("channels", []), ("texts", EDITED)]:
        changed = Draft.objects.get(pk=draft.pk)
        setattr(changed, field, value)
        hashes.add(fingerprint(changed))

    assert len(hashes) == 5
    assert fingerprint(Draft.objects.get(pk=draft.pk)) == draft.content_hash


@pytest.mark.parametrize("state", ["approved", "sent"])
def test_the_database_refuses_a_message_that_is_out_without_approval(firm: Firm, state: str) -> None:
    draft = make_draft(firm)

    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(state=state, sent_at=NOW)


def test_the_database_refuses_other_text_than_the_approved(firm: Firm) -> None:
    draft = approve(firm, make_draft(firm))

    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(content_hash="0" * 64)


def test_it_puts_each_step_on_the_record_without_a_word_of_the_text(firm: Firm) -> None:
    approve(firm, make_draft(firm))

    entries = AuditEntry.objects.filter(subject_type="workflows.draft")
    assert list(entries.values_list("action", flat=True)) == [
        "workflows.draft_created",
        "workflows.draft_submitted",
        "workflows.draft_approved",
    ]
    assert entries.last().actor_id == str(firm.alice.pk)  # type: ignore[union-attr]  # there are three
    assert "Dana" not in str([entry.data for entry in entries])


def test_it_tells_the_attorney_that_something_waits(firm: Firm) -> None:
    make_draft(firm)

    assert Notification.objects.filter(kind="approval").get().user == firm.alice


def test_it_is_drafted_by_the_engine(firm: Firm) -> None:
    assert make_draft(firm).events.get(kind="drafted").actor_key == ENGINE.key
