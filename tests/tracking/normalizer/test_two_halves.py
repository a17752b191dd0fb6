"""A text is read to its end: what is called off and set anew, what a letter tells, what an approval came to.

The texts are made from tables of halves, so that no single sentence was learned by heart.
"""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from tracking.normalizer import heeding, normalize
from tracking.statuses import StatusCode as C

ON = date(2026, 12, 11)
TITLES = ("", "Interview Was Rescheduled", "Interview Cancelled", "Case Was Updated")
THINGS = {
    "interview": (C.INTERVIEW_CANCELLED, C.INTERVIEW_RESCHEDULED),
    "biometrics appointment": (C.BIOMETRICS_CANCELLED, C.BIOMETRICS_RESCHEDULED),
    "oath ceremony": (C.OATH_CANCELLED, C.OATH_RESCHEDULED),
}
COSAS = {
    "entrevista": THINGS["interview"],
    "cita de huellas": THINGS["biometrics appointment"],
    "ceremonia de juramento": THINGS["oath ceremony"],
}
OFF = (
    "We cancelled your {0} of December 15",
    "On November 20, 2026, we had to call off your {0}",
    "Your {0} on December 15, 2026 was cancelled",
    "We cancelled your December 15 {0}",
)
ANEW = (
    " and scheduled a new one for Form I-485 on December 11, 2026 at 9:00 AM.",
    " and set a new date, December 11, 2026.",
    ". Your new {0} is on December 11, 2026.",
    ". It will now take place on December 11, 2026.",
    ". Please come to our office on December 11, 2026 instead.",
)
NO_MORE = (
    ".",
    ". We will send you a new date.",
    ". If you get no notice by December 11, 2026, please call us.",
    ". You asked for another date on November 3, 2026.",
    ". Do not come on December 11, 2026.",
)
CANCELADA = (
    "Cancelamos su {0} del 15 de diciembre",
    "Tuvimos que posponer su {0}",
    "Su {0} del 15 de diciembre de 2026 fue cancelada",
)
DE_NUEVO = (
    " y programamos una nueva para el 11 de diciembre de 2026 a las 9:00 a.m.",
    " y fijamos una nueva fecha, el 11 de diciembre de 2026.",
    ". La nueva fecha es el 11 de diciembre de 2026.",
    ". Se llevará a cabo el 11 de diciembre de 2026.",
)
NADA_MAS = (".", ". Le enviaremos una nueva fecha.", ". No venga el 11 de diciembre de 2026.")

Made = list[tuple[str, C, C]]


def made(things: dict[str, tuple[C, C]], first: tuple[str, ...], then: tuple[str, ...]) -> Made:
    return [
        ((off + rest).format(thing), *codes)
        for (thing, codes), off, rest in product(things.items(), first, then)
    ]


@pytest.mark.parametrize("title", TITLES)
def test_what_is_called_off_and_set_anew_is_moved_to_that_day(title: str) -> None:
    texts = [*made(THINGS, OFF, ANEW), *made(COSAS, CANCELADA, DE_NUEVO)]
    results = [(text, moved, normalize(title, text)) for text, _off, moved in texts]

    assert not [
        (text, result.code, result.facts)
        for text, moved, result in results
        if result.code is not moved or not result.needs_review
    ]
    assert {met.day if (met := result.facts.appointment) else None for *_, result in results} == {ON}
    assert ON not in {result.facts.event_date for *_, result in results}


def test_what_is_only_called_off_names_no_day() -> None:
    texts = [*made(THINGS, OFF, NO_MORE), *made(COSAS, CANCELADA, NADA_MAS)]
    results = [(text, off, normalize("", text)) for text, off, _moved in texts]

    assert not [
        (text, got.code) for text, off, got in results if got.code is not off or got.facts.appointment
    ]


def test_a_day_without_its_year_is_the_next_one_after_the_notice() -> None:
    said = "we cancelled your oath ceremony and set a new date, December 11."

    known = normalize("", f"On November 20, 2026, {said}")
    assert known.code is C.OATH_RESCHEDULED
    assert known.facts.appointment
    assert known.facts.appointment.day == ON
    assert normalize("", said).code is C.OATH_RESCHEDULED


@pytest.mark.parametrize("is_turned", [False, True])
def test_the_language_that_sets_another_day_is_believed(is_turned: bool) -> None:
    english = normalize("", "We cancelled your interview.", "en")
    spanish = normalize(
        "", "Cancelamos su entrevista y programamos una nueva para el 11 de diciembre de 2026.", "es"
    )

    read = heeding(*((spanish, english) if is_turned else (english, spanish)))

    assert (read.code, read.needs_review) == (C.INTERVIEW_RESCHEDULED, True)
    assert read.facts.appointment


def test_a_day_that_only_one_language_names_is_kept() -> None:
    english = normalize("Case Is Being Actively Reviewed By USCIS", "", "en")
    spanish = normalize("", "Estamos revisando su caso. Su entrevista es el 11 de diciembre de 2026.", "es")

    read = heeding(english, spanish)

    assert read.facts.appointment
    assert read.needs_review


SENT = ("On November 12, 2026, we sent you a notice", "We mailed you a letter about your Form I-485")
TELLS = {
    ". It asks you for more documents for your Form I-485.": C.RFE_ISSUED,
    ". The notice requests proof of your marriage.": C.RFE_ISSUED,
    " asking for a medical exam.": C.RFE_ISSUED,
    ". In it we ask for your birth certificate.": C.RFE_ISSUED,
    ". You must answer it by December 20, 2026.": C.RFE_ISSUED,
    ". You have 30 days to respond.": C.RFE_ISSUED,
    ". It says we want to take back the approval of your Form I-130.": C.NOIR_ISSUED,
    ". It explains why we intend to deny it.": C.NOID_ISSUED,
    ". It says that we may deny your case unless you respond.": C.NOID_ISSUED,
    ". It says that your petition was denied.": C.DENIED,
    " scheduling your biometrics for December 11, 2026.": C.BIOMETRICS_SCHEDULED,
    " telling you that your interview is scheduled for December 11, 2026.": C.INTERVIEW_SCHEDULED,
    ". It asks you to come to an interview on December 11, 2026.": C.INTERVIEW_SCHEDULED,
    ". It says your oath ceremony is on December 11, 2026.": C.OATH_CEREMONY,
}
ENVIADA = ("El 12 de noviembre de 2026 le enviamos un aviso", "Le enviamos una carta")
DICE = {
    ". Le pide más documentos para su Formulario I-485.": C.RFE_ISSUED,
    ". En él le pedimos más pruebas.": C.RFE_ISSUED,
    ". Tiene 30 días para contestar.": C.RFE_ISSUED,
    ". Dice que queremos retirar la aprobación de su Formulario I-130.": C.NOIR_ISSUED,
    ". Explica que vamos a denegar su caso si no responde.": C.NOID_ISSUED,
    ". Dice que denegamos su caso.": C.DENIED,
    ". Dice que su entrevista es el 11 de diciembre de 2026.": C.INTERVIEW_SCHEDULED,
    ". Fija su ceremonia de juramento para el 11 de diciembre de 2026.": C.OATH_CEREMONY,
}


def test_a_letter_is_what_it_tells() -> None:
    told = [*product(SENT, TELLS.items()), *product(ENVIADA, DICE.items())]
    results = [(first + rest, code, normalize("", first + rest)) for first, (rest, code) in told]

    assert not [
        (text, got.code) for text, code, got in results if got.code is not code or not got.needs_review
    ]
    days = [(text, got.facts.appointment) for text, _code, got in results if "11" in text]
    assert not [text for text, met in days if met is None or met.day != ON]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We mailed your oath notice for December 11, 2026.", C.OATH_CEREMONY),
        ("We mailed your biometrics notice for December 11, 2026.", C.BIOMETRICS_SCHEDULED),
        ("Le enviamos el aviso de su entrevista para el 11 de diciembre de 2026.", C.INTERVIEW_SCHEDULED),
    ],
)
def test_a_letter_that_is_named_by_its_appointment_has_its_day(text: str, code: C) -> None:
    read = normalize("", text)

    assert read.code is code
    assert read.facts.appointment
    assert read.facts.appointment.day == ON


@pytest.mark.parametrize("text", ["We mailed you a notice about your Form I-485.", "We sent you a letter."])
def test_a_letter_that_tells_nothing_stays_a_letter(text: str) -> None:
    assert normalize("", text).code is C.NOTICE_MAILED


OPPOSITES = {
    "We approved your Form I-765 in error. On November 10, 2026, we told you that we intend to revoke it. "
    "You have 15 days to respond.": C.NOIR_ISSUED,
    "Your Form I-765 was approved. We now plan to revoke it.": C.NOIR_ISSUED,
    "Ya aprobamos su caso, pero queremos revocar esa aprobación.": C.NOIR_ISSUED,
    "We approved your Form I-130 on May 1, 2026, but after review we now deny it.": C.DENIED,
    "We had approved your Form I-140; we have since denied it.": C.DENIED,
    "No recibimos su respuesta a nuestra solicitud y denegamos su Formulario I-539.": C.DENIED,
    "The approval notice for your Form I-130 was sent in error. Disregard it.": C.REVOKED_TERMINATED,
    "El aviso de aprobación se envió por error. Ignórelo.": C.REVOKED_TERMINATED,
    "The denial notice we mailed you was issued in error.": C.REOPENED,
    "A request for evidence isn't necessary for your Form I-485.": C.REQUEST_CANCELLED,
    "We have closed our request for evidence.": C.REQUEST_CANCELLED,
    "We decided not to go forward with our intent to deny your Form I-485.": C.REQUEST_CANCELLED,
    "No es necesaria una solicitud de evidencia para su Formulario I-485.": C.REQUEST_CANCELLED,
    "Cerramos la solicitud de evidencia de su Formulario I-485.": C.REQUEST_CANCELLED,
    "Decidimos no seguir adelante con nuestra intención de denegar su caso.": C.REQUEST_CANCELLED,
    "El 10 de noviembre de 2026 decidimos posponer su ceremonia de juramento.": C.OATH_CANCELLED,
    "We mailed your card. The post office told us that you never got it.": C.MAIL_RETURNED,
    "We approved your I-485 Supplement J.": C.ADMIN_UPDATE,
    "We denied your Supplement A to Form I-485.": C.ADMIN_UPDATE,
    "Aprobamos su Formulario I-485 Suplemento J.": C.ADMIN_UPDATE,
    # What stays as it was.
    "We approved your Form I-485 with Supplement J.": C.APPROVED,
    "We closed your case for failure to respond to our request for evidence.": C.CLOSED,
    "We received your response to our notice of intent to revoke the approval.": C.RESPONSE_RECEIVED,
}


def test_what_was_said_first_does_not_hide_what_it_came_to() -> None:
    read = {text: normalize("", text).code for text in OPPOSITES}

    assert read == OPPOSITES


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Case Was Approved", "We sent you a letter. It says we want to take back the approval."),
        ("Case Was Approved", next(iter(OPPOSITES))),
    ],
)
def test_an_approval_in_danger_is_no_good_news(title: str, text: str) -> None:
    assert (normalize(title, text).code, normalize(title, text).needs_review) == (C.NOIR_ISSUED, True)


def test_an_accepted_supplement_decides_nothing_under_the_title_of_an_approval() -> None:
    assert normalize("Case Was Approved", "We approved your I-485 Supplement J.").code is C.ADMIN_UPDATE


def test_a_lost_card_is_no_card_in_the_mail() -> None:
    text = "We mailed your card. The post office told us that you never got it."

    assert normalize("Card Was Mailed To Me", text).code is C.MAIL_RETURNED


@pytest.mark.parametrize(
    "text",
    [
        "On October 1, 2026, we approved your Form I-130, but on November 2, 2026, we revoked that approval.",
        (
            "El 1 de octubre de 2026 aprobamos su Formulario I-130, pero el 2 de noviembre de 2026 revocamos "
            "dicha aprobación."
        ),
    ],
)
def test_a_revocation_is_of_its_own_day(text: str) -> None:
    read = normalize("", text)

    assert (read.code, read.facts.event_date) == (C.REVOKED_TERMINATED, date(2026, 11, 2))


@pytest.mark.parametrize(
    ("text", "answer", "appear"),
    [
        ("Bring your originals to our office on December 11, 2026.", None, ON),
        ("You need to pay the fee by December 11, 2026.", ON, None),
        ("We need your bank details by December 11, 2026.", ON, None),
        ("The deadline for more proof is December 11, 2026.", ON, None),
        ("Your asylum interview will take place December 11, 2026.", None, ON),
        ("You are scheduled for fingerprints December 11, 2026.", None, ON),
        ("Sus huellas se tomarán el 11 de diciembre de 2026.", None, ON),
        ("La fecha límite para pagar es el 11 de diciembre de 2026.", ON, None),
    ],
)
def test_a_day_beside_calm_news_is_read(text: str, answer: date | None, appear: date | None) -> None:
    first = "Recibimos su caso." if " el 11 " in text else "We received your case."
    read = normalize("", f"{first} {text}")

    met = read.facts.appointment
    assert (read.facts.deadline, met.day if met else None) == (answer, appear)
    assert read.needs_review
