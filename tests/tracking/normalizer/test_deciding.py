"""Who is believed, title or description, and when a person is asked."""

from __future__ import annotations

from datetime import date

import pytest

from tracking.normalizer import FirmRule, heeding, nearest, normalize
from tracking.normalizer.titles import TITLES
from tracking.statuses import Bucket, StatusCode

RECEIVED = (
    "On May 4, 2021, we received your Form I-130, Petition for Alien Relative, Receipt Number IOE0912345678."
)


def test_it_believes_the_description_and_asks_when_the_title_says_otherwise() -> None:
    result = normalize("Case Was Approved", "On May 4, 2021, we denied your case.")

    assert result.code is StatusCode.DENIED
    assert result.needs_review


def test_it_reads_the_description_under_a_heading_that_is_no_status() -> None:
    result = normalize("Check Case Status", RECEIVED)

    assert result.code is StatusCode.RECEIVED
    assert not result.needs_review


def test_it_is_sure_when_an_unheard_title_and_its_description_agree() -> None:
    result = normalize("Petition Was Accepted", RECEIVED, titles={})

    assert result.code is StatusCode.RECEIVED
    assert not result.needs_review


def test_it_knows_a_title_that_a_tracker_writes_as_the_clients_own() -> None:
    result = normalize("My Case Was Sent To The Department of State")

    assert result.code is StatusCode.SENT_TO_DOS
    assert not result.needs_review


@pytest.mark.parametrize("title", ["Caso Fue Devuelto", "Notificación Fue Entregada"])
def test_it_asks_when_something_happens_that_its_subject_cannot_undergo(title: str) -> None:
    assert normalize(title).needs_review


def test_it_asks_about_a_title_with_a_second_event() -> None:
    assert normalize("Case Was Approved And My Card Was Ordered").needs_review


def test_it_asks_about_a_title_that_only_the_description_explains() -> None:
    result = normalize("Zebra Event", RECEIVED)

    assert result.code is StatusCode.RECEIVED
    assert result.needs_review


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Something USCIS has never printed before",
        "Request Was Processed",
        "CASE STATUS",
        "Заявление принято",
    ],
)
def test_it_leaves_what_nobody_can_read_to_a_person(title: str) -> None:
    result = normalize(title)

    assert result.code is StatusCode.UNKNOWN
    assert result.bucket is Bucket.NO_STAGE
    assert result.needs_review


@pytest.mark.parametrize(
    "title",
    [
        "Withdrawal Request Was Denied",
        "Response Was Not Received",
        "Card Was Not Produced",
        "Intent To Revoke Was Withdrawn",
        "Case Was Approved In Error",
        "Case Was Received And Rejected",
        "Revocation Was Withdrawn",
        "Request For Evidence Was Withdrawn",
        "Case Will Be Denied",
        "Employer Withdrew Petition",
        "El Caso Aprobado Fue Denegado",
        "Request For Evidence Was Not Mailed",
        "Request For Evidence Was Withdrawn And A Notice Was Mailed",
        "Biometrics Appointment Was Cancelled",
        "Oath Ceremony Was Cancelled",
        "Interview Was Revoked",
        "Card Was Transferred",
        "Name Was Reopened",
        "Evidence Is Pending",
    ],
)
def test_it_asks_when_a_word_may_turn_the_meaning(title: str) -> None:
    assert normalize(title, titles={}).needs_review


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Case Was Rejected Because The Payment Was Declined", StatusCode.REJECTED),
        ("Case Was Denied And A Decision Notice Was Mailed", StatusCode.DENIED),
        ("Interview Was Cancelled And Notice Ordered", StatusCode.INTERVIEW_CANCELLED),
        ("Notice Was Not Delivered", StatusCode.MAIL_RETURNED),
        ("Expedite Request Was Denied", StatusCode.EXPEDITE),
        ("Caso Fue Aprobado Y Notificación Fue Enviada", StatusCode.APPROVED),
    ],
)
def test_it_trusts_a_title_all_of_which_fits(title: str, code: StatusCode) -> None:
    result = normalize(title, titles={})

    assert (result.code, result.needs_review) == (code, False)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Case Was Recieved", StatusCode.RECEIVED),
        ("Case Was Aproved", StatusCode.APPROVED),
        ("Case Was Tranferred", StatusCode.TRANSFERRED),
        ("Inteview Was Scheduled", StatusCode.INTERVIEW_SCHEDULED),
        ("Caso Fue Aprovado", StatusCode.APPROVED),
    ],
)
def test_it_reads_past_a_slip_of_the_pen_and_trusts_it_only_for_a_known_title(
    title: str, code: StatusCode
) -> None:
    assert normalize(title).code is code
    assert normalize(title, titles={}).code is code
    assert normalize(title, titles={}).needs_review


@pytest.mark.parametrize(
    "title", ["Case Was Reviewd Twice", "Issue With Case", "Notificación De Terminación"]
)
def test_it_corrects_no_word_into_another(title: str) -> None:
    assert normalize(title, titles={}).needs_review


@pytest.mark.parametrize("description", ["Something about a denial.", "Nothing of note.", "It is off."])
def test_it_asks_about_a_description_that_nothing_reads_under_a_known_title(description: str) -> None:
    assert normalize("Case Was Received", description).needs_review
    assert not normalize("Case Was Received").needs_review


@pytest.mark.parametrize(
    ("title", "description", "words"),
    [
        ("Zebra Event", "On May 4, 2021, we denied your Form I-130.", "denied your"),
        ("Card Was Thrown Into The Sea", "", ""),
        ("Case Was Received", "", "case was received"),
        ("Petition Was Denied", "", "denied"),
    ],
)
def test_it_names_the_words_it_rests_on(title: str, description: str, words: str) -> None:
    result = normalize(title, description)

    assert words in result.words
    assert bool(result.words) == bool(words)


def test_it_applies_the_rule_of_the_firm_first() -> None:
    rule = FirmRule.for_title("request was PROCESSED.", StatusCode.IN_REVIEW, client_action=True)

    result = normalize("Request Was Processed", firm_rules=(rule,))

    assert (result.code, result.rule) == (StatusCode.IN_REVIEW, "firm rule")
    assert (result.confidence, result.needs_review, result.client_action) == (1.0, False, True)
    assert normalize("Request Was Processed").code is StatusCode.UNKNOWN


def test_a_rule_of_the_firm_never_hides_that_something_must_be_done() -> None:
    rule = FirmRule.for_title("Request Was Processed", StatusCode.IN_REVIEW)
    denied = normalize("Request Was Processed", "On May 4, 2021, we denied your case.", firm_rules=(rule,))
    plain = normalize("Request Was Processed", RECEIVED, firm_rules=(rule,))

    assert (denied.code, denied.needs_review) == (StatusCode.IN_REVIEW, True)
    assert (plain.code, plain.needs_review) == (StatusCode.IN_REVIEW, False)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (RECEIVED, False),
        ("", False),
        (f"{RECEIVED} If you move, tell us your new address.", False),
        (f"{RECEIVED} Your file went missing at our office.", True),
        (f"{RECEIVED} A judge will hear your case now.", True),
        ("We have second thoughts about this case.", True),
        ("Tenemos dudas sobre este caso.", True),
    ],
)
def test_words_that_nobody_read_ask_beside_a_rule_of_the_firm_too(text: str, *, asked: bool) -> None:
    rule = FirmRule.for_title("Request Was Processed", StatusCode.IN_REVIEW)

    result = normalize("Request Was Processed", text, firm_rules=(rule,))

    assert (result.code, result.needs_review) == (StatusCode.IN_REVIEW, asked)


# The same news in both languages.
TWINS = [
    ("Appeal Dismissed", "Apelación Desestimada", "We dismissed your appeal.", "Desestimamos su apelación."),
    (
        "Case Was Referred To Immigration Court",
        "Caso Fue Remitido Al Tribunal De Inmigración",
        "We referred your case to the immigration court.",
        "Remitimos su caso al tribunal de inmigración.",
    ),
    (
        "Notice To Appear Was Issued",
        "Notificación De Comparecencia Fue Emitida",
        "We issued a Notice to Appear.",
        "Emitimos una notificación de comparecencia.",
    ),
]


@pytest.mark.parametrize(("title", "titulo", "text", "texto"), TWINS)
def test_what_is_clear_in_one_language_is_clear_in_the_other(
    title: str, titulo: str, text: str, texto: str
) -> None:
    results = [normalize(*said) for said in ((title, text), (titulo, texto), (title, ""), (titulo, ""))]

    assert len({result.code for result in results}) == 1
    assert not any(result.needs_review for result in results)


def test_it_takes_who_must_act_from_the_description() -> None:
    lost = normalize("Card Was Destroyed", "We destroyed your card because the Post Office returned it.")
    sent_back = normalize(
        "Card Was Destroyed", "We destroyed your card, that you returned to us with a letter."
    )

    assert (lost.code, lost.client_action) == (StatusCode.DOC_DESTROYED, True)
    assert (sent_back.code, sent_back.client_action) == (StatusCode.DOC_DESTROYED, False)


def test_it_reads_titles_whatever_their_case_marks_and_apostrophes() -> None:
    plain = normalize("Notice Explaining USCIS Actions Was Mailed")

    assert normalize(" notice explaining USCIS&#39; actions was mailed. ").code is plain.code
    assert normalize("<b>CASO APROBADO</b>").code is StatusCode.APPROVED


def test_it_reads_the_language_of_the_text_whatever_the_hint() -> None:
    assert normalize("Caso Reabierto", lang="en", titles={}).code is StatusCode.REOPENED
    assert normalize("Case Was Reopened", lang="es", titles={}).code is StatusCode.REOPENED


def test_it_names_its_version_and_rule() -> None:
    result = normalize("Case Was Approved")

    assert result.rule == "known title"
    assert result.version.count(".") == 2


def test_it_suggests_the_nearest_known_titles() -> None:
    suggestions = nearest("Case Was Aproved")

    assert suggestions[0].title_key == "case was approved"
    assert suggestions[0].code is StatusCode.APPROVED
    assert len(suggestions) <= 3
    assert nearest("zzz") == ()


TOLD = [
    "You have until June 5, 2026 to send us the missing documents.",
    "You must attend an interview on June 5, 2026 at 9:00 AM.",
    "Please send us Form I-693 by June 5, 2026.",
    "You have 30 days to respond to our letter of May 1, 2026.",
    "Debe responder dentro de 15 días.",
    "Tiene 30 días para responder a nuestra carta.",
    "Por favor envíe el Formulario I-693.",
]


@pytest.mark.parametrize("told", TOLD)
def test_no_calm_title_hides_what_the_reader_is_told_to_do(told: str) -> None:
    calm = [title for title in TITLES if not normalize(title).client_action]
    assert len(calm) > 50
    read = {title: normalize(title, told) for title in calm}

    assert [title for title, found in read.items() if not (found.needs_review or found.client_action)] == []


@pytest.mark.parametrize("asked", ["notice of intent to deny", "request for evidence"])
@pytest.mark.parametrize(
    "beside", ["We rejected your Form G-28.", "We refunded your fee.", "We cancelled your interview."]
)
def test_a_request_beside_another_event_starts_its_clock_and_asks(beside: str, asked: str) -> None:
    found = normalize("", f"{beside} On May 1, 2026, we sent you a {asked}.")

    assert found.code in {StatusCode.NOID_ISSUED, StatusCode.RFE_ISSUED}
    assert (found.needs_review, found.client_action) == (True, True)


@pytest.mark.parametrize(
    "said",
    [
        "If you move, you must tell us within 10 days.",
        "There is nothing you need to send us now.",
    ],
)
def test_what_is_asked_on_a_condition_or_not_at_all_tells_nobody_to_do_anything(said: str) -> None:
    found = normalize("Case Was Received", f"We received your Form I-90. {said}")

    assert (found.code, found.needs_review) == (StatusCode.RECEIVED, False)


def test_what_only_one_language_doubts_or_dates_earlier_is_heeded_when_both_read_the_same() -> None:
    calm = normalize("Case Was Received", "On May 4, 2026, we received your Form I-485.")
    doubted = normalize(
        "Caso Recibido", "El 3 de mayo de 2026, recibimos su Formulario I-485. La cita ya no va."
    )

    both = heeding(calm, doubted)

    assert not calm.needs_review
    assert both.needs_review
    assert both.facts.event_date == date(2026, 5, 3)
    assert not heeding(calm, calm).needs_review


def test_of_two_days_to_answer_by_the_earlier_counts() -> None:
    said = "We sent you a request for evidence. We need your answer by {day}, 2026."
    later, earlier = (normalize("", said.format(day=day)) for day in ("June 4", "June 3"))

    assert heeding(later, earlier).facts.deadline == date(2026, 6, 3)
