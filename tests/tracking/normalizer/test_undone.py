"""What undoes an event beats the nouns that name it: for every event, in both languages.

The texts are made from tables of nouns, verbs and turns, so that no single sentence was learned by heart.
"""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.normalizer.turned import (
    ADVICE,
    ANULADA,
    DECISIONES,
    DECISIONS,
    ELSEWHERE,
    ENGLISH,
    EVENTS,
    NEGADA,
    NO_LONGER,
    REFUSED,
    SIGUE,
    SPANISH,
    STANDS,
    TAKEN,
    TURNS,
    UNDONE,
    VUELTAS,
    decided,
    standing,
)
from tracking.normalizer import normalize
from tracking.statuses import StatusCode as C
from tracking.statuses import is_called_off


def misread(cases: list[tuple[str, C, str]]) -> list[str]:
    return [
        f"{title} / {text}: {result.code} ({result.rule})"
        for stands, code, text in cases
        for title in ("", stands)
        if (result := normalize(title, text)).code is not code or not result.needs_review
    ]


def test_what_is_cancelled_is_read_as_cancelled_and_asked_about() -> None:
    assert misread(UNDONE) == []


def test_what_was_not_cancelled_stands_and_is_asked_about() -> None:
    texts = [*standing(ENGLISH, (*STANDS, *REFUSED)), *standing(SPANISH, (*SIGUE, *NEGADA))]
    results = {text: normalize("", text) for text in texts}

    assert not [text for text, each in results.items() if is_called_off(each.code) or not each.needs_review]
    assert not [text for text, each in results.items() if each.code is C.INTERVIEW_CANCELLED]


@pytest.mark.parametrize("text", [*decided(DECISIONS, TAKEN), *decided(DECISIONES, ANULADA)])
def test_a_decision_that_was_taken_back_is_asked_about(text: str) -> None:
    title = "Case Was Approved" if "approv" in text or "aproba" in text else "Case Was Denied"

    assert normalize(title, text).needs_review


def test_what_is_moved_is_read_as_moved_whatever_the_title_still_says() -> None:
    assert misread(ELSEWHERE) == []


def test_what_is_called_off_names_no_day_to_come_or_to_answer_by() -> None:
    results = [normalize(title, text) for title, _, text in UNDONE]

    assert not [each for each in results if each.facts.appointment or each.facts.deadline]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Oath Ceremony Was Cancelled", C.OATH_CANCELLED),
        ("Ceremonia De Juramentación Cancelada", C.OATH_CANCELLED),
        ("Biometrics Appointment Was Canceled", C.BIOMETRICS_CANCELLED),
        ("Cita De Huellas Dactilares Fue Cancelada", C.BIOMETRICS_CANCELLED),
        ("Request For Evidence Was Withdrawn", C.REQUEST_CANCELLED),
        ("Solicitud De Evidencia Fue Retirada", C.REQUEST_CANCELLED),
        ("Notice Of Intent To Deny Was Withdrawn", C.REQUEST_CANCELLED),
        ("Case Approval Was Vacated", C.REVOKED_TERMINATED),
    ],
)
def test_titles_alone_are_read_by_what_undoes_them(title: str, code: C) -> None:
    result = normalize(title)

    assert result.code is code
    assert result.needs_review or not is_called_off(code)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Biometrics Appointment Was Rescheduled", C.BIOMETRICS_RESCHEDULED),
        ("Oath Ceremony Was Rescheduled", C.OATH_RESCHEDULED),
        ("Interview Was Rescheduled And A Notice Was Mailed", C.INTERVIEW_RESCHEDULED),
    ],
)
def test_a_title_that_says_no_more_than_a_new_date_is_trusted(title: str, code: C) -> None:
    result = normalize(title, titles={})

    assert (result.code, result.needs_review) == (code, False)


def is_spanish(title: str) -> bool:
    return title.startswith(("Caso", "Entrevista", "Tarjeta"))


@pytest.mark.parametrize("text", ["We approved it.", "It was approved.", "Le aprobamos."])
@pytest.mark.parametrize("title", ["Case Was Approved", "Case Was Received"])
def test_what_was_approved_without_saying_what_is_asked_about(title: str, text: str) -> None:
    assert normalize(title, text).needs_review


@pytest.mark.parametrize(("title", "event"), EVENTS)
def test_an_event_by_itself_is_trusted(title: str, event: str) -> None:
    assert not normalize(title, event).needs_review


@pytest.mark.parametrize(("title", "event"), EVENTS)
def test_whatever_turns_an_event_is_never_passed_over(title: str, event: str) -> None:
    turns = VUELTAS if is_spanish(title) else TURNS
    joined = [text for turn in turns for text in (f"{event} {turn}", f"{event[:-1]}, but {turn.lower()}")]

    assert [text for text in joined if not normalize(title, text).needs_review] == []


@given(st.sampled_from(UNDONE), st.sampled_from(ADVICE), st.booleans(), st.sampled_from(["en", "es", None]))
def test_advice_around_it_hides_no_turn(
    case: tuple[str, C, str], advice: str, first: bool, lang: str | None
) -> None:
    title, code, text = case
    result = normalize(title, f"{advice} {text}" if first else f"{text} {advice}", lang)

    assert (result.code, result.needs_review) == (code, True)


SECOND = (
    ("Case Was Denied", "We denied your Form I-765 but approved your Form I-485."),
    ("Case Was Approved", "We approved your Form I-131 but denied your Form I-765."),
    ("Case Was Received", "We received your Form I-485 and rejected it."),
    ("Case Was Received", "We returned your Form I-485 to you."),
    ("Case Was Reopened", "We reopened and denied your Form I-485."),
    ("Case Was Reopened", "We declined to reopen your Form I-485."),
    ("Case Was Transferred And A New Office Has Jurisdiction", "We transferred your case and moved it back."),
    ("Interview Was Scheduled", "We are unable to conduct your interview."),
    ("Interview Was Scheduled", "Your interview will not be held."),
    ("Response To RFE Was Received", "Your response to our request was late and incomplete."),
    ("Caso Recibido", "Devolvimos su Formulario I-485."),
    ("Caso Fue Aprobado", "Aprobamos su Formulario I-131 y denegamos su Formulario I-765."),
    ("Entrevista Programada", "Su entrevista ya no se realizará."),
)


@pytest.mark.parametrize(("title", "text"), SECOND)
def test_a_second_event_or_a_refusal_is_asked_about(title: str, text: str) -> None:
    assert normalize(title, text).needs_review


NEGATED = (
    ("Case Was Received", "We have not received your Form I-485."),
    ("Case Was Approved", "We have not approved your Form I-485."),
    ("Case Was Approved", "We did not approve your Form I-485."),
    ("Response To RFE Was Received", "We have not received your response."),
    ("Case Was Updated To Show Fingerprints Were Taken", "Your fingerprints were not taken."),
    ("Card Was Produced", "Your card was not produced."),
    ("Card Was Mailed To Me", "We have not yet mailed your card."),
    ("Case Was Transferred And A New Office Has Jurisdiction", "Your Form I-485 was not transferred."),
    ("Interview Was Scheduled", "Your interview was never scheduled."),
    ("Caso Recibido", "No hemos recibido su Formulario I-485."),
    ("Caso Fue Aprobado", "No aprobamos su Formulario I-485."),
    ("Tarjeta Producida", "Su tarjeta no fue producida."),
    ("Entrevista Programada", "No programamos su entrevista."),
)


@pytest.mark.parametrize(("title", "text"), NEGATED)
def test_what_did_not_happen_is_never_read_as_if_it_had(title: str, text: str) -> None:
    with_title, alone = normalize(title, text), normalize("", text)

    assert with_title.needs_review
    assert alone.code is not normalize(title).code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We approved your Form I-130. We then revoked that approval.", C.REVOKED_TERMINATED),
        ("We approved your petition, but have since revoked the approval.", C.REVOKED_TERMINATED),
        ("Aprobamos su petición y después revocamos esa aprobación.", C.REVOKED_TERMINATED),
        ("We withdrew the denial of your Form I-485.", C.REOPENED),
        ("Your card was produced with an error. Please return it to us.", C.DOC_PRODUCTION),
        ("Su tarjeta fue producida con un error; por favor, devuélvala.", C.DOC_PRODUCTION),
        ("We mailed your card, but you have not received it.", C.MAIL_RETURNED),
        ("Le enviamos su tarjeta, pero no fue recibida.", C.MAIL_RETURNED),
        ("Your priority date is not current.", C.ON_HOLD),
        ("Su fecha de prioridad ya no está vigente.", C.ON_HOLD),
        ("We reopened your Form I-485. Please submit what we ask for in the notice.", C.RFE_ISSUED),
        ("Reabrimos su caso. Envíe las pruebas que le pedimos.", C.RFE_ISSUED),
        ("We sent you a notice. The notice says that we intend to deny your Form I-485.", C.NOID_ISSUED),
        ("We sent you a notice that we denied your Form I-485.", C.DENIED),
        ("We sent you a denial notice.", C.DENIED),
        ("Le enviamos una notificación que dice que denegamos su caso.", C.DENIED),
        ("We sent you a notice to appear before an immigration judge.", C.NTA_ISSUED),
        ("Le enviamos una notificación de comparecencia.", C.NTA_ISSUED),
        ("We no longer need the evidence we requested.", C.REQUEST_CANCELLED),
        ("Ya no necesitamos la evidencia que le pedimos.", C.REQUEST_CANCELLED),
        ("Your oath ceremony will not take place.", C.OATH_CANCELLED),
        ("La ceremonia de juramento no se llevará a cabo.", C.OATH_CANCELLED),
        ("We approved your Form I-130 and later reversed that approval.", C.REVOKED_TERMINATED),
        ("USCIS revokes the approval of your Form I-130.", C.REVOKED_TERMINATED),
        ("We referred your Form I-589 to an immigration judge.", C.COURT_REFERRAL),
        ("Remitimos su caso a la corte de inmigración.", C.COURT_REFERRAL),
        ("We placed you on the waiting list.", C.WAITING_LIST),
        ("Lo colocamos en la lista de espera.", C.WAITING_LIST),
        ("Your bank returned the payment for your Form I-485.", C.PAYMENT_DISHONORED),
        ("Su banco devolvió el pago de su tarifa.", C.PAYMENT_DISHONORED),
    ],
)
def test_it_says_what_the_turn_left(text: str, code: C) -> None:
    assert normalize("", text).code is code


ALONG = ("I-912, Request for Fee Waiver", "I-907, Request for Premium Processing Service", "G-28", "I-864")
VERBS = {"approved": "Aprobamos", "denied": "Denegamos", "rejected": "Rechazamos"}


@pytest.mark.parametrize("form", ALONG)
@pytest.mark.parametrize(("english", "spanish"), VERBS.items())
def test_the_decision_of_a_form_that_goes_along_is_not_the_cases(
    form: str, english: str, spanish: str
) -> None:
    decided = {C.APPROVED, C.DENIED, C.REJECTED}
    number = form.split(",", maxsplit=1)[0]
    texts = (
        ("", f"We {english} your Form {form}."),
        ("", f"Your Form {number} was {english}."),
        (f"Form {number} Was {english.title()}", ""),
        ("", f"{spanish} su Formulario {form}."),
    )

    assert not {text for text in texts if normalize(*text).code in decided}
    titled = normalize(f"Case Was {english.title()}", f"We {english} your Form {form}.")
    assert titled.needs_review


REQUESTED = ("Request for Evidence Was Sent", "We sent you a request for evidence for your Form I-485.")
SAID = (
    ("Case Was Received", "We received your Form I-485."),
    ("Case Was Approved", "We approved your Form I-485."),
    ("Response To RFE Was Received", "We received your response to our request for evidence."),
    ("Interview Was Scheduled", "We scheduled an interview for your Form I-485."),
    ("Case Was Sent Somewhere", "Your Form I-485 is still pending."),
)


@pytest.mark.parametrize(("title", "text"), SAID)
def test_a_request_that_title_or_text_alone_speaks_of_is_kept_and_asked_about(title: str, text: str) -> None:
    for result in (normalize(REQUESTED[0], text), normalize(title, REQUESTED[1])):
        assert (result.code, result.needs_review) == (C.RFE_ISSUED, True)


def test_of_two_requests_the_one_with_less_time_is_kept() -> None:
    result = normalize(REQUESTED[0], "We sent you a notice of intent to deny your Form I-485.")

    assert (result.code, result.needs_review) == (C.NOID_ISSUED, True)


@pytest.mark.parametrize("verb", ["intend to", "plan to", "planned to", "proposed to"])
@pytest.mark.parametrize("deed", ["deny", "revoke"])
@pytest.mark.parametrize(
    "turn",
    [
        "We {verb} {deed} your case, but decided not to {deed} it.",
        "We told you that we {verb} {deed} your Form I-130. We have decided not to do so.",
        "We {verb} {deed} your case. We have since decided against it.",
    ],
)
def test_a_decision_that_was_planned_and_will_not_be_taken_is_no_intent(
    verb: str, deed: str, turn: str
) -> None:
    text = turn.format(verb=verb, deed=deed)

    assert misread([("Intent to Deny Notice Was Sent", C.REQUEST_CANCELLED, text)]) == []


@pytest.mark.parametrize("text", NO_LONGER)
def test_what_uscis_no_longer_intends_is_a_reversal_in_both_languages(text: str) -> None:
    result = normalize("Case Update", text)

    assert (result.code, result.needs_review) == (C.REQUEST_CANCELLED, True)


@pytest.mark.parametrize(
    "text",
    [
        "We intend to deny your Form I-485. We will not deny it if you respond in time.",
        "Tenemos la intención de denegar su caso. No lo denegaremos si responde a tiempo.",
    ],
)
def test_an_intent_that_only_an_answer_can_turn_stands(text: str) -> None:
    assert normalize("", text).code is C.NOID_ISSUED


# Words that our texts know and that end what they stand at, and words that no text of ours has.
ENDING = ["abandoned", "closed", "cleared", "completed", "changed", "dropped", "scrapped", "decided to drop"]
STANDING = {
    "Request for Additional Evidence Was Sent": "request for additional evidence",
    "Notice of Intent to Deny Was Sent": "notice of intent to deny",
    "Intent to Revoke Notice Was Sent": "notice of intent to revoke",
    "Biometrics Appointment Was Scheduled": "biometrics appointment",
    "Oath Ceremony Notice Was Mailed": "oath ceremony",
}
CERRANDO = ["cerramos", "abandonamos", "cambiamos", "desestimamos", "dimos de baja"]
EN_PIE = [
    "solicitud de evidencia",
    "notificación de intención de denegar",
    "notificación de intención de revocar",
    "cita de datos biométricos",
    "ceremonia de juramento",
]


def test_no_word_that_may_end_what_stands_is_passed_over() -> None:
    english = [
        (title, text)
        for (title, noun), verb in product(STANDING.items(), ENDING)
        for text in (f"On May 4, 2026, we {verb} the {noun}.", f"On May 4, 2026, your {noun} was {verb}.")
    ]
    spanish = [
        ("Estado del caso", f"El 4 de mayo de 2026, {verb} la {noun}.")
        for verb, noun in product(CERRANDO, EN_PIE)
    ]

    assert not [(title, text) for title, text in english + spanish if not normalize(title, text).needs_review]


# How a letter is said to tell something, and what it tells.
TELLING = ["The notice tells you that", "The notice explains that", "It says that", "In it we explain that"]
TOLD = {
    "we intend to deny your Form I-485": C.NOID_ISSUED,
    "we intend to revoke the approval": C.NOIR_ISSUED,
    "we need more evidence from you": C.RFE_ISSUED,
    "we denied your Form I-485": C.DENIED,
    "we issued a Notice to Appear": C.NTA_ISSUED,
    "you must appear before an immigration judge": C.NTA_ISSUED,
    "we placed you in removal proceedings": C.NTA_ISSUED,
    "your bank did not honor your fee": C.PAYMENT_DISHONORED,
    "we cancelled your interview": C.INTERVIEW_CANCELLED,
}
DICIENDO = [
    "El aviso le informa que",
    "El aviso explica que",
    "En él se indica que",
    "La carta le explica que",
]
DICHO = {
    "tenemos la intención de denegar su Formulario I-485": C.NOID_ISSUED,
    "tenemos la intención de revocar la aprobación": C.NOIR_ISSUED,
    "necesitamos más evidencia": C.RFE_ISSUED,
    "denegamos su Formulario I-485": C.DENIED,
    "debe comparecer ante un juez de inmigración": C.NTA_ISSUED,
    "iniciamos un proceso de deportación": C.NTA_ISSUED,
    "su banco no pagó la tarifa": C.PAYMENT_DISHONORED,
    "cancelamos su entrevista": C.INTERVIEW_CANCELLED,
}


def test_a_letter_that_was_sent_does_not_swallow_what_it_says() -> None:
    english = product(["On May 4, 2026, we sent you a notice."], TELLING, TOLD.items())
    spanish = product(["El 4 de mayo de 2026, le enviamos un aviso."], DICIENDO, DICHO.items())

    texts = {f"{sent} {telling} {said}.": code for sent, telling, (said, code) in [*english, *spanish]}

    read = {text: normalize("Notice Was Mailed", text).code for text in texts}
    assert read == texts
