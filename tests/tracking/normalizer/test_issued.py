"""The day a period runs from: never later than the earliest day that the text gives for the notice."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.normalizer.turned import MESES
from tracking.normalizer import normalize
from tracking.statuses import StatusCode as C

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
REQUESTS = ("request for evidence", "request for additional evidence", "notice of intent to deny")
PEDIDOS = (
    "solicitud de evidencia",
    "petición de pruebas adicionales",
    "notificación de intención de denegar",
)
# How a text gives the day of the request, and how it tells of the request again on another day.
SENT = (
    "On {day}, we sent you a {noun}.",
    "We sent you a {noun} on {day}.",
    "We sent you a {noun}. It was dated {day}.",
    "Our {noun} ({day}) is not answered.",
    "Our {day}, {noun} is not answered.",
    "We have not received your response to our {noun} sent {day}.",
    "We have not received your response to the {noun} of {day}.",
    "After your interview, we mailed you a {noun} on {day}.",
    "As of {day}, we have asked you for evidence by a {noun}.",
)
AGAIN = (
    "On {day}, we mailed you a copy of the {noun}.",
    "We mailed the {noun} again on {day}.",
    "On {day}, the Post Office returned the {noun}, and we mailed it again.",
    "We reminded you of the {noun} on {day}.",
)
ENVIADA = (
    "El {day}, le enviamos una {noun}.",
    "Le enviamos una {noun} el {day}.",
    "Le enviamos una {noun} con fecha del {day}.",
    "No hemos recibido su respuesta a nuestra {noun} enviada el {day}.",
    "No hemos recibido su respuesta a la {noun} del {day}.",
)
OTRA_VEZ = (
    "El {day}, le enviamos una copia de la {noun}.",
    "Le enviamos de nuevo la {noun} el {day}.",
    "Le recordamos la {noun} el {day}.",
)
# The day of something else.
BESIDE = (
    "On {day}, we received your Form I-485.",
    "We received your Form I-485 on {day}.",
    "We took your fingerprints on {day}.",
    "Your interview was completed on {day}.",
)
APARTE = ("El {day}, recibimos su Formulario I-485.", "Recibimos su Formulario I-485 el {day}.")
DAYS = st.dates(date(2000, 1, 1), date(2035, 12, 31))


def spell(day: date, *, spanish: bool, style: int = 0) -> str:
    if spanish:
        return f"{day.day} de {MESES[day.month - 1]} de {day.year}"
    return (f"{MONTHS[day.month - 1]} {day.day}, {day.year}", f"{day:%m/%d/%Y}", day.isoformat())[style % 3]


@given(
    data=st.data(),
    spanish=st.booleans(),
    sent=DAYS,
    others=st.lists(DAYS, max_size=2),
    beside=st.lists(DAYS, max_size=2),
)
def test_it_is_never_later_than_the_earliest_day_given_for_the_request(
    data: st.DataObject, *, spanish: bool, sent: date, others: list[date], beside: list[date]
) -> None:
    nouns, told, again, aside = (
        (PEDIDOS, ENVIADA, OTRA_VEZ, APARTE) if spanish else (REQUESTS, SENT, AGAIN, BESIDE)
    )
    noun, style = data.draw(st.sampled_from(nouns)), data.draw(st.integers(0, 2))

    def say(phrases: tuple[str, ...], day: date) -> str:
        said = spell(day, spanish=spanish, style=style)
        return data.draw(st.sampled_from(phrases)).format(day=said, noun=noun)

    sentences = [
        say(told, sent),
        *(say(again, day) for day in others),
        *(say(aside, day) for day in beside),
    ]
    text = " ".join(data.draw(st.permutations(sentences)))
    result = normalize("", text)

    if result.code in (C.RFE_ISSUED, C.NOID_ISSUED):
        assert result.facts.event_date == min([sent, *others]), text
    else:
        assert result.needs_review, text


@pytest.mark.parametrize(
    "text",
    [
        "On June 20, 2026, we mailed you a copy of the request for evidence first sent on May 1, 2026.",
        "We mailed again the request for evidence dated May 1, 2026.",
        "The request for evidence was first issued on May 1, 2026, and reissued on June 20, 2026.",
        "On June 20, 2026, we mailed again our May 1, 2026, request for evidence.",
        "We have not received your response to our request sent May 1, 2026.",
        "The request for evidence that we made on May 1, 2026, and mailed again on June 20, 2026, is open.",
        "We received your Form I-485 on January 3, 2026, and sent you a request for evidence on May 1, 2026.",
        "You filed your case on January 3, 2026. On May 1, 2026, we asked you for evidence with a request.",
        "We sent you a request for evidence on May 1, 2026, after your interview on April 3, 2026.",
        "El 20 de junio de 2026 le enviamos una copia de la solicitud de evidencia del 1 de mayo de 2026.",
        "Le enviamos otra vez la solicitud de evidencia con fecha del 1 de mayo de 2026.",
        "No hemos recibido su respuesta a nuestra solicitud de evidencia enviada el 1 de mayo de 2026.",
        "Recibimos su caso el 3 de enero de 2026 y enviamos un pedido de evidencia el 1 de mayo de 2026.",
    ],
)
def test_a_copy_or_a_reminder_counts_from_the_request_itself(text: str) -> None:
    result = normalize("Request for Additional Evidence Was Sent", text)

    assert result.code is C.RFE_ISSUED
    assert result.facts.event_date == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "On June 20, 2026, we mailed a copy of our decision of May 1, 2026, and we denied your case.",
            C.DENIED,
        ),
        (
            "On June 20, 2026, we mailed again the notice dated May 1, 2026, that we denied your case.",
            C.DENIED,
        ),
        (
            "El 20 de junio de 2026 enviamos copia de la decisión del 1 de mayo de 2026: denegamos su caso.",
            C.DENIED,
        ),
        (
            "On June 20, 2026, we sent a copy of the notice of May 1, 2026, that we revoked the approval.",
            C.REVOKED_TERMINATED,
        ),
    ],
)
def test_a_copy_of_a_decision_counts_from_the_decision(text: str, code: C) -> None:
    result = normalize("", text)

    assert (result.code, result.facts.event_date) == (code, date(2026, 5, 1))


def test_a_request_that_was_sent_is_read_in_the_passive_too() -> None:
    result = normalize(
        "", "The request for evidence was first issued on May 1, 2026, and again on June 20, 2026."
    )

    assert (result.code, result.facts.event_date) == (C.RFE_ISSUED, date(2026, 5, 1))


def test_the_answer_keeps_the_day_on_which_it_came() -> None:
    text = "On June 20, 2026, we received your response to our request for evidence of May 1, 2026."

    assert normalize("", text).facts.event_date == date(2026, 6, 20)


def test_a_day_to_answer_by_or_to_come_is_not_the_day_of_the_request() -> None:
    text = (
        "We sent you a request for evidence. You must respond by May 1, 2026. Your interview is May 9, 2026."
    )

    assert normalize("", text).facts.event_date is None


OLDER = (
    "We approved your Form I-765 after reviewing your response to the request we mailed on {day}.",
    "We approved your case, and the request for evidence that we had sent on {day} is closed.",
    "We approved your case following our request for evidence of {day}.",
    "We approved the application that you filed on {day}.",
    "We denied your case because you did not answer the request we mailed on {day}.",
)
ANTERIOR = (
    "Aprobamos el caso que recibimos el {dia}.",
    "Aprobamos la solicitud que usted presentó el {dia}.",
)


@given(st.dates(date(2020, 1, 1), date(2027, 12, 31)), st.sampled_from([*OLDER, *ANTERIOR]))
def test_the_day_of_something_older_never_dates_a_decision(day: date, text: str) -> None:
    said = text.format(
        day=f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
        dia=f"{day.day} de {MESES[day.month - 1]} de {day.year}",
    )
    result = normalize("", said)

    assert result.facts.event_date is None
    assert result.needs_review


def test_a_decision_with_a_day_of_its_own_keeps_it_beside_an_older_one() -> None:
    text = (
        "On May 5, 2026, we approved your Form I-765, after your response to the request we mailed "
        "on May 1, 2026."
    )
    result = normalize("Case Was Approved", text)

    assert (result.code, result.facts.event_date, result.needs_review) == (
        C.APPROVED,
        date(2026, 5, 5),
        False,
    )


TO_COME = (
    "Send us your passport by {day}.",
    "We sent you a request for evidence. We need your answer by {day}.",
    "We sent you a request for evidence with a due date of {day}.",
    "We sent you a request for evidence that expires on {day}.",
    "We asked for evidence; your time ends {day}.",
    "Our request for evidence has to be answered before {day}.",
    "We sent you a request for evidence. The response date is {day}.",
    "We sent you a request for evidence. The deadline to submit the evidence is {day}.",
)
POR_VENIR = (
    "Envíenos su pasaporte antes del {day}.",
    "Le enviamos una solicitud de evidencia. Su plazo vence el {day}.",
    "Le enviamos una solicitud de evidencia. La fecha para responder es el {day}.",
    "Le enviamos una solicitud de evidencia. La fecha límite es el {day}.",
)


@pytest.mark.parametrize(
    "text",
    [
        *(text.format(day="April 3, 2026") for text in TO_COME),
        *(text.format(day="3 de abril de 2026") for text in POR_VENIR),
    ],
)
def test_a_day_to_answer_by_is_never_the_day_of_the_request(text: str) -> None:
    result = normalize("", text)

    assert (result.code, result.needs_review) == (C.RFE_ISSUED, True)
    assert result.facts.event_date is None
    # What has to be done before a day has the day before it.
    is_before = " before April" in text or " antes del " in text
    assert result.facts.deadline == date(2026, 4, 2 if is_before else 3)


NAMED = "On March 2, 2026, we sent a request for additional evidence for your Form I-765. {}"
LAST_DAYS = (
    *(
        "Deadline: {day}.",
        "Response deadline: {day}.",
        "Evidence deadline: {day}.",
        "Respond-by date: {day}.",
    ),
    *("Last day to respond: {day}.", "Due: {day}.", "Response due {day}.", "The deadline expires on {day}."),
    *("Please send it by close of business {day}.", "Submit it not later than {day}.", "It ends {day}."),
)


@pytest.mark.parametrize("text", LAST_DAYS)
@pytest.mark.parametrize(
    "day", ["April 3, 2026", "APRIL 3, 2026", "04/03/2026", "2026-04-03", "the 3rd of April 2026"]
)
def test_any_later_day_in_a_request_is_a_last_one_however_it_is_led_up_to(text: str, day: str) -> None:
    result = normalize("Request for Additional Evidence Was Sent", NAMED.format(text.format(day=day)))

    assert result.code == C.RFE_ISSUED
    assert result.facts.deadline == date(2026, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        "Your response is due by April 3, 2026.",
        "You must respond no later than April 3, 2026.",
        "You must respond within 30 days.",
        "You have 30 days to respond.",
        "Debe responder a más tardar el 3 de abril de 2026.",
    ],
)
def test_a_request_that_only_says_when_to_answer_asks_nobody(text: str) -> None:
    result = normalize("Request for Additional Evidence Was Sent", NAMED.format(text))

    assert (result.code, result.needs_review) == (C.RFE_ISSUED, False)
    assert result.facts.deadline or result.facts.answer_days == 30


@pytest.mark.parametrize(
    "text",
    [
        "You must respond within 30 days or your case will be denied.",
        "You must respond by April 3, 2026 with a new medical examination.",
        "Your response is due by April 3, 2026, but we have since withdrawn it.",
    ],
)
def test_more_than_that_is_asked_about(text: str) -> None:
    assert normalize("Request for Additional Evidence Was Sent", NAMED.format(text)).needs_review


def test_an_appeal_has_the_last_day_that_its_decision_names() -> None:
    text = "On March 2, 2026, we denied your Form I-140. Appeal deadline: March 20, 2026."
    assert normalize("Case Was Denied", text).facts.deadline == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "You Did Not Appear For Your Interview",
            "On March 9, 2026, we updated your case: you did not appear for your interview on March 1, 2026.",
        ),
        (
            "You Did Not Appear For Your Oath Ceremony",
            "On March 9, 2026, we saw that you did not appear for the oath ceremony on March 1, 2026.",
        ),
        (
            "No Se Presentó A Su Entrevista",
            "El 9 de marzo de 2026, registramos que no se presentó a su entrevista del 1 de marzo de 2026.",
        ),
    ],
)
def test_what_was_missed_has_the_day_of_the_appointment(title: str, text: str) -> None:
    read = normalize(title, text, "es" if "El 9" in text else "en")

    assert (read.code, read.facts.event_date) == (C.NO_SHOW, date(2026, 3, 1))


def test_a_date_in_figures_is_the_earlier_day_in_spanish_and_asked_about() -> None:
    title = "Solicitud de Evidencia Adicional Fue Enviada"
    asked = "El 2 de marzo de 2026 le enviamos una solicitud de evidencia. Debe responder a más tardar el "
    for written, day, is_asked in (
        ("05/04/2026", date(2026, 4, 5), True),
        ("04/05/2026", date(2026, 4, 5), True),
        ("20/04/2026", date(2026, 4, 20), False),
        ("04/04/2026", date(2026, 4, 4), False),
    ):
        read = normalize(title, f"{asked}{written}.", "es")
        assert (read.facts.deadline, read.needs_review) == (day, is_asked), written

    met = normalize("Se programó su entrevista", "Programamos su entrevista para el 05/04/2026.", "es")
    assert met.needs_review


@pytest.mark.parametrize(
    "text",
    [
        "On March 9, 2026, we mailed the decision dated March 1, 2026 dismissing your appeal.",
        "We dismissed your appeal on March 1, 2026, and on March 9, 2026 we mailed you the decision.",
        "El 9 de marzo de 2026 le enviamos la decisión del 1 de marzo de 2026 que desestima su apelación.",
    ],
)
def test_an_appeal_that_was_lost_has_the_day_of_its_decision(text: str) -> None:
    read = normalize("Appeal Was Dismissed" if text[0] in "OW" else "", text)

    assert (read.code, read.terminal, read.facts.event_date) == (C.APPEAL_MOTION, True, date(2026, 3, 1))


def test_an_appeal_that_was_received_keeps_its_day() -> None:
    read = normalize("", "On March 9, 2026, we received your appeal of our decision of March 1, 2026.")

    assert read.facts.event_date == date(2026, 3, 9)
