"""No false all-clear: what is still open is said, whatever USCIS said last and whether it was understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils.translation import override

from legist.core.outbox import drain
from portal import selectors
from portal.cases import Case, read_case
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_change, make_deadline, make_receipt
from tracking import reviews
from tracking.models import Receipt, ReviewItem
from tracking.observations.standing import CALLED_OFF, may_lie_behind, standing_decision
from tracking.selectors.client import ClientChange, ClientReceipt
from tracking.states import ABOUT_THE_CASE, ReviewKind
from tracking.statuses import CODES, StatusCode, acts_as
from workflows.checklists.duties import CODE_OF, OF_USCIS, Duties
from workflows.law.counting import KINDS
from workflows.models import ChecklistItem, ChecklistRun, Deadline, Draft
from workflows.plain_language import LANGUAGES, SHIPPED
from workflows.plain_language.catalog import LIMITS, OVERTAKEN, STILL_OPEN, UNSETTLED

DAY = timedelta(days=1)
NOTHING = ("do not need to do", "Nothing to do", "No tiene que hacer", "no tiene que hacer")
ASKING = [code for code, info in CODES.items() if info.client_action]


def change(code: str, *, acts: bool | None = None) -> ClientChange:
    info = CODES[StatusCode(code)]
    asks = info.client_action if acts is None else acts
    return ClientChange(uuid4(), code, info.bucket, code, "", NOW.date(), NOW, "", "", asks)


def shown(
    history: list[ClientChange],
    duties: Duties,
    *,
    language: str = "en",
    unread: bool = False,
    in_question: bool = False,
    told: tuple[str, ...] = (),
) -> Case:
    current = history[0] if history else None
    nobody = UUID(int=0)
    receipt = ClientReceipt(
        nobody, nobody, "I-485", "IOE0912345678", "IOE…678", current, unread, NOW, tuple(history), in_question
    )
    receipt = replace(receipt, told=told)
    with override(language):
        return read_case(receipt, language=language, book=SHIPPED, now=NOW, duties=duties)


def is_all_clear(case: Case) -> bool:
    return any(words in case.todo for words in NOTHING)


@pytest.mark.parametrize(("language", "unread"), list(product(LANGUAGES, [False, True])))
def test_no_later_event_hides_what_is_open(language: str, unread: bool) -> None:
    for duty, later in product([*ASKING, ""], CODES):
        if CALLED_OFF.get(later) == acts_as(duty):
            continue
        case = shown([change(later), change("RECEIVED")], Duties((duty,)), language=language, unread=unread)
        words = SHIPPED.find(duty, language).todo if duty else STILL_OPEN[language]
        assert case.has_to_act, (duty, later)
        assert case.todos[0] == words, (duty, later)
        assert not is_all_clear(case), (duty, later)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_told_to_keep_an_appointment_that_was_called_off(language: str) -> None:
    appointments = [
        (off, code) for code, off in product(CODES, CALLED_OFF) if CALLED_OFF[off] == acts_as(code)
    ]
    for off, duty in appointments:
        history = [change(code) for code in ("EXPEDITE", off, duty)]
        case = shown(history, Duties((duty,)), language=language)
        assert case.todos == [SHIPPED.find(off, language).todo], (duty, off)
        # Unless it was set anew since, by USCIS or by a person from paper.
        again = shown([change(duty), *history], Duties((duty,)), language=language)
        paper = shown(history, Duties((duty,), days_set={duty: NOW + DAY}), language=language)
        assert again.todos == paper.todos == [SHIPPED.find(duty, language).todo], (duty, off)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stage_behind_a_decision_gets_words_and_no_path_and_no_all_clear(language: str) -> None:
    decisions = [code for code in CODES if standing_decision([code])]
    behind = [code for code in CODES if may_lie_behind(code)]
    side_events: list[list[str]] = [[], ["EXPEDITE"]]
    for decision, later, after in product(decisions, behind, side_events):
        codes = [*after, later, decision, "RECEIVED"]
        case = shown([change(code, acts=False) for code in codes], Duties(), language=language)
        assert not is_all_clear(case), codes
        assert case.is_in_doubt, codes
        assert case.contradicted, codes
        assert case.stages == [], codes


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_question_about_the_case_is_no_all_clear(language: str) -> None:
    for code in CODES:
        case = shown([change(code, acts=False)], Duties(), language=language, in_question=True)
        assert not is_all_clear(case), code
        assert case.is_in_doubt, code


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unread_status_never_says_that_nothing_is_to_be_done(language: str) -> None:
    for before in (None, *CODES):
        history = [change(before, acts=False)] if before else []
        case = shown(history, Duties(), language=language, unread=True)
        assert not is_all_clear(case), before
    assert not any(words in SHIPPED.find("UNKNOWN", language).todo for words in NOTHING)


# What says that a case goes well or goes on, and what says that it is refused or wants an answer.
GOING_ON = [
    code
    for code, info in CODES.items()
    if info.bucket in {"RECEIVED", "BIOMETRICS", "IN_REVIEW", "INTERVIEW_OATH", "APPROVED", "DOCUMENT"}
    and not info.client_action
]
REFUSALS = [code for code in ASKING if CODES[code].bucket in {"DENIED", "REJECTED", "CLOSED"}]
ANSWERED = [
    *product(
        ["RFE_ISSUED", "NOID_ISSUED", "NOIR_ISSUED"], ["RESPONSE_RECEIVED", "REQUEST_CANCELLED", "APPROVED"]
    ),
    *product(["INTERVIEW_SCHEDULED", "INTERVIEW_RESCHEDULED"], ["INTERVIEW_COMPLETED"]),
    *product(["BIOMETRICS_SCHEDULED"], ["BIOMETRICS_DONE", "APPROVED", "WITHDRAWN"]),
    *product(["OATH_CEREMONY", "OATH_RESCHEDULED"], ["CLOSED"]),
    ("MAIL_RETURNED", "DOC_DELIVERED"),
    ("NTA_ISSUED", "APPROVED"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("side_events", [[], ["EXPEDITE"]])
def test_the_headline_never_says_the_opposite_of_what_is_to_do(language: str, side_events: list[str]) -> None:
    for duty, later in [*product(REFUSALS, GOING_ON), *ANSWERED]:
        history = [change(code, acts=False) for code in (*side_events, later, duty, "RECEIVED")]
        in_question = len(later) % 2 == 0
        case = shown(history, Duties((duty,)), language=language, in_question=in_question)
        assert case.stage_tone == "neutral", (duty, later)
        assert case.stages == [], (duty, later)
        # That we are finding out is said only while somebody is asked.
        words = OVERTAKEN if in_question else UNSETTLED
        assert case.meaning == words[language], (duty, later)
        assert case.expect == SHIPPED.find(duty, language).next, (duty, later)
        assert case.contradicted or case.stage in {"News from USCIS", "Noticias de USCIS"}, (duty, later)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_words_undo_that_a_person_is_asked_about_is_said_to_be_checked(language: str) -> None:
    undoing = [
        *ANSWERED,
        *((code, off) for off, of in CALLED_OFF.items() for code in CODES if acts_as(code) == of),
    ]
    for (duty, later), after in product(undoing, [(), ("TRANSFERRED",)]):
        known = [change(code, acts=False) for code in (*after, duty, "RECEIVED")]
        told = (*after, later, duty, "RECEIVED")
        case = shown(known, Duties((duty,)), language=language, unread=not after, in_question=True, told=told)
        assert case.meaning == OVERTAKEN[language], told
        assert case.todos[0] == SHIPPED.find(duty, language).todo, told
        assert case.stages == [], told
        # A notice that came after it is another one.
        again = shown(known, Duties((duty,)), language=language, in_question=True, told=(duty, *told))
        assert again.meaning != OVERTAKEN[language], told


@pytest.mark.parametrize("language", LANGUAGES)
def test_news_is_told_as_it_is_where_it_settles_nothing_that_is_open(language: str) -> None:
    fitting = [
        *product(ASKING, ["EXPEDITE", "ADMIN_UPDATE"]),
        *product(["RFE_ISSUED", "NOID_ISSUED"], ["IN_REVIEW", "TRANSFERRED", "DENIED"]),
        *product(["MAIL_RETURNED", "NOTICE_MAILED", "DOC_DESTROYED"], ["APPROVED", "IN_REVIEW"]),
        *((code, code) for code in ASKING),
    ]
    for duty, later in fitting:
        history = [change(code, acts=False) for code in (later, duty, "RECEIVED")]
        case = shown(history, Duties((duty,)), language=language)
        assert case.meaning == SHIPPED.find(later, language).meaning, (duty, later)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_told_long_since_to_be_done_is_not_asked_for_without_a_word(language: str) -> None:
    """News that asks for something of its own came after it."""
    for duty, later in ANSWERED:
        history = [change("DOC_DESTROYED"), *(change(code, acts=False) for code in (later, duty, "RECEIVED"))]
        case = shown(history, Duties((duty,)), language=language)
        assert UNSETTLED[language] in case.meaning, (duty, later)
        assert SHIPPED.find(duty, language).todo in case.todos, (duty, later)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_limit_is_told_only_where_a_remedy_is_open(language: str) -> None:
    for code, has_remedy in product(["DENIED", "REVOKED_TERMINATED"], [True, False]):
        duties = Duties((code,), has_remedy=has_remedy)
        case = shown([change(code)], duties, language=language)
        assert any(words in case.expect for words in LIMITS[language]) is has_remedy, code
        assert case.expect


def test_a_lost_appeal_is_not_said_to_be_looked_at_again() -> None:
    for is_lost in (True, False):
        case = shown([change("EXPEDITE"), change("APPEAL_MOTION", acts=is_lost)], Duties())
        assert case.stage == ("News from USCIS" if is_lost else "Being looked at again")


@pytest.mark.parametrize(("form", "is_told"), [("I-601A", False), ("I-821D", False), ("I-485", True)])
def test_a_denial_that_nothing_can_be_filed_against_tells_of_no_time_limit(
    firm: Firm, form: str, *, is_told: bool
) -> None:
    receipt = make_receipt(firm.danas_matter, form=form)
    make_change(receipt, "RECEIVED", at=NOW - 9 * DAY)
    make_change(receipt, "DENIED", at=NOW - DAY)
    drain(now=NOW)

    body = Draft.objects.get(purpose="status_update").texts["en"]["body"]
    for told in (case_of(firm, receipt).expect, body):
        assert ("There is a time limit" in told) is is_told
        assert "Your attorney will talk with you" in told

    Deadline.objects.update(state="waived", closed_at=NOW, closed_by=firm.alice)
    assert "There is a time limit" not in case_of(firm, receipt).expect


def test_good_news_over_a_refusal_that_is_open_is_told_as_neither(
    firm: Firm, receipt: Receipt, dana: Client
) -> None:
    make_change(receipt, "DENIED", at=NOW - 2 * DAY)
    make_change(receipt, "APPROVED", at=NOW - DAY)
    drain(now=NOW)

    page = dana.get("/portal/").content.decode()
    assert "Buenas noticias" not in page
    assert 'case-title" data-tone="good"' not in page
    assert "Por favor, llámenos esta semana" in page

    Deadline.objects.update(state="met", closed_at=NOW, closed_by=firm.alice)
    assert "Buenas noticias" in dana.get("/portal/").content.decode()


def test_a_side_event_leaves_standing_what_was_asked_before_it_and_what_follows_on_that() -> None:
    side_events = [code for code, info in CODES.items() if info.bucket == "NO_STAGE"]
    for asked, side_event in product(ASKING, side_events):
        case = shown([change(side_event, acts=False), change(asked)], Duties())
        assert case.todos == [SHIPPED.find(asked, "en").todo], (asked, side_event)
        assert case.expect == SHIPPED.find(asked, "en").next, (asked, side_event)


def test_what_the_firm_has_closed_is_not_asked_for_again() -> None:
    answered = change("RFE_ISSUED")
    case = shown([change("EXPEDITE"), answered], Duties(settled=frozenset({answered.change_id})))

    assert not case.has_to_act


def test_every_date_of_a_client_has_words() -> None:
    counted = {kind for kind in KINDS if not kind.startswith(OF_USCIS)}

    assert {code for code in CODE_OF.values() if not CODES[StatusCode(code)].client_action} == set()
    assert set(CODE_OF) <= counted


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    found = make_receipt(firm.danas_matter)
    make_change(found, "RECEIVED", at=NOW - 9 * DAY)
    return found


def case_of(firm: Firm, receipt: Receipt) -> Case:
    return selectors.access_case(firm.actor("dana"), receipt.pk, language="en", now=NOW)


@pytest.mark.parametrize("later", ["EXPEDITE", "TRANSFERRED", "RECEIVED", "APPROVED"])
def test_a_request_stands_until_the_firm_closes_it(
    *, later: str, firm: Firm, receipt: Receipt, dana: Client
) -> None:
    make_change(receipt, "RFE_ISSUED", at=NOW - 2 * DAY)
    make_change(receipt, later, at=NOW - DAY)
    drain(now=NOW)

    assert case_of(firm, receipt).todos[0].startswith("Send us any letter you get from USCIS.")
    page = dana.get("/portal/").content.decode()
    assert "Hay algo que usted tiene que hacer." in page
    assert "No tiene que hacer nada" not in page

    Deadline.objects.update(state="met", closed_at=NOW, closed_by=firm.alice)
    assert not case_of(firm, receipt).has_to_act


@pytest.mark.parametrize("kind", ABOUT_THE_CASE)
def test_the_portal_gives_no_all_clear_until_a_person_has_settled_the_question(
    kind: ReviewKind, firm: Firm, receipt: Receipt, dana: Client
) -> None:
    make_change(receipt, "INTERVIEW_READY", at=NOW - DAY)
    reviews.open_item(
        kind,
        receipt=receipt,
        source="uscis",
        code="x",
        detail="x",
        change=receipt.latest_change,
        now=NOW,
        actor=SYSTEM,
    )
    page = dana.get("/portal/").content.decode()
    assert not any(words in page for words in (*NOTHING, "no hay nada urgente"))
    assert "Estamos revisando algo que dijo USCIS." in page

    ReviewItem.objects.update(state="resolved", resolved_at=NOW)
    assert not case_of(firm, receipt).is_in_doubt
    assert is_all_clear(case_of(firm, receipt))


def test_a_step_of_the_clients_stands_until_it_is_checked_off(firm: Firm, receipt: Receipt) -> None:
    make_change(receipt, "APPROVED", at=NOW - 2 * DAY)
    make_change(receipt, "EXPEDITE", at=NOW - DAY)
    drain(now=NOW)
    assert not case_of(firm, receipt).has_to_act
    checklist = ChecklistRun.objects.get(key="approval")
    ChecklistItem.objects.create(checklist=checklist, key="own", position=9, text="Send it.", role="client")

    assert case_of(firm, receipt).has_to_act
    ChecklistItem.objects.update(done_at=NOW, done_by=firm.paul)
    assert not case_of(firm, receipt).has_to_act


@pytest.mark.parametrize("asked", ["DOC_DESTROYED", "NO_SHOW", "MAIL_RETURNED", "REJECTED", "NOTICE_MAILED"])
def test_what_the_client_was_asked_stands_while_the_firm_works_on_it(
    asked: str, firm: Firm, receipt: Receipt
) -> None:
    make_change(receipt, asked, at=NOW - 2 * DAY)
    make_change(receipt, "IN_REVIEW", at=NOW - DAY)
    drain(now=NOW)

    assert case_of(firm, receipt).todos == [SHIPPED.find(asked, "en").todo]
    Deadline.objects.update(state="met", closed_at=NOW, closed_by=firm.alice)
    ChecklistItem.objects.update(done_at=NOW, done_by=firm.paul)
    assert not case_of(firm, receipt).has_to_act


def test_a_date_from_paper_stands_too(firm: Firm, receipt: Receipt) -> None:
    deadline = make_deadline(firm)
    Deadline.objects.filter(pk=deadline.pk).update(receipt=receipt)

    assert case_of(firm, receipt).todos[0].startswith("Send us any letter you get from USCIS.")


def test_a_message_about_other_news_says_what_is_open(firm: Firm, receipt: Receipt) -> None:
    make_change(receipt, "RFE_ISSUED", at=NOW - 2 * DAY)
    drain(now=NOW)
    make_change(receipt, "TRANSFERRED", at=NOW - DAY)
    drain(now=NOW)

    texts = Draft.objects.get(purpose="status_update").texts
    assert "Nothing to do" not in texts["en"]["body"]
    assert "Send us any letter you get from USCIS." in texts["en"]["body"]
    assert "Envíenos cualquier carta" in texts["es"]["body"]


def test_home_does_not_call_it_calm_while_words_are_being_read(
    firm: Firm, receipt: Receipt, dana: Client
) -> None:
    make_change(receipt, "UNKNOWN", needs_review=True)

    page = dana.get("/portal/").content.decode()
    assert "Hoy no hay nada urgente." not in page
    assert "USCIS escribió algo nuevo. Lo estamos leyendo para usted." in page
