"""No day after the notice is lost, whatever it is for: where no fact carries it, it stands beside them."""

from __future__ import annotations

from datetime import date

import pytest

from tracking.normalizer import Normalized, heeding, normalize

OLD, NEW = date(2027, 1, 20), date(2026, 12, 15)
OATH, BIOMETRICS = "Oath Ceremony Notice Was Mailed", "Biometrics Appointment Was Scheduled"
INTERVIEW = "Interview Was Scheduled"


def days_of(read: Normalized) -> set[date]:
    return {*read.facts.days, *read.facts.other_days}


@pytest.mark.parametrize("title", [OATH, BIOMETRICS, INTERVIEW, "Case Was Received", ""])
@pytest.mark.parametrize(
    "text",
    [
        "Your {thing} on {old} was moved to {new}.",
        "Your {thing} scheduled for {old} is now set for {new}.",
        "Your {thing} has been brought forward from {old} to {new}.",
        "We advanced your {thing} from {old} to {new}.",
        "Your {thing} of {old} was updated to {new}.",
        "Instead of {old}, your {thing} will be on {new}.",
    ],
)
def test_a_moved_appointment_keeps_both_days_and_asks(title: str, text: str) -> None:
    things = {OATH: "oath ceremony", BIOMETRICS: "biometrics appointment"}
    said = text.format(thing=things.get(title, "interview"), old="January 20, 2027", new="December 15, 2026")

    read = normalize(title, said)

    assert {OLD, NEW} <= days_of(read)
    assert read.needs_review


@pytest.mark.parametrize(
    "text",
    [
        "Adelantamos su ceremonia de juramento del 20 de enero de 2027 al 15 de diciembre de 2026.",
        "Su entrevista del 20 de enero de 2027 se cambió al 15 de diciembre de 2026.",
        "Su ceremonia de juramento pasa del 20 de enero de 2027 al 15 de diciembre de 2026.",
    ],
)
def test_so_it_is_in_spanish(text: str) -> None:
    read = normalize("", text, "es")

    assert {OLD, NEW} <= days_of(read)
    assert read.needs_review


def test_what_only_one_language_names_is_not_lost() -> None:
    english = normalize(INTERVIEW, "Your interview is on January 20, 2027.")
    spanish = normalize("", "Su entrevista es el 15 de diciembre de 2026.", "es")

    assert {OLD, NEW} <= days_of(heeding(english, spanish))
    assert heeding(english, spanish).needs_review


@pytest.mark.parametrize(
    "text",
    [
        "On November 3, 2026, we approved your Form I-765. Your card is valid until November 2, 2028.",
        "On November 3, 2026, we mailed your card. It expires on November 2, 2028.",
    ],
)
def test_until_when_something_holds_is_no_day_to_do_anything(text: str) -> None:
    facts = normalize("Case Was Approved", text).facts

    assert (facts.deadline, facts.other_days) == (None, ())


@pytest.mark.parametrize(
    "text",
    [
        "You have 14 days from November 23, 2026 to send us your medical examination.",
        "Within 14 days of November 23, 2026, send us your medical examination.",
        "Send us your medical exam no later than 14 days after November 23, 2026.",
        "Counting from November 23, 2026, you have 14 days to submit Form I-693.",
        "From November 23, 2026, you have two weeks to send us your birth certificate.",
        "Please come to our field office within 14 days of this notice dated November 23, 2026.",
        "Tiene 14 días desde el 23 de noviembre de 2026 para enviarnos su examen médico.",
        "Dispone de 14 días a partir del 23 de noviembre de 2026 para hacernos llegar su examen médico.",
        "Debe presentarse en nuestra oficina dentro de 14 días desde el 23 de noviembre de 2026.",
        "Envíe su examen médico a más tardar 14 días después del 23 de noviembre de 2026.",
    ],
)
def test_a_time_counted_from_a_day_beside_it_ends_on_a_day(text: str) -> None:
    assert normalize("", text).facts.deadline == date(2026, 12, 7)


def test_the_time_that_mail_takes_ends_on_no_day() -> None:
    text = "On November 2, 2026, we mailed your card. Please allow 30 days from November 2, 2026 to arrive."

    assert normalize("Card Was Mailed", text).facts.deadline is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Case Was Approved", "On November 20, 2026, your case was approved and then closed."),
        ("Card Was Delivered To Me By The Post Office", "Your card was delivered to another address."),
        (BIOMETRICS, "On November 20, 2026, your biometrics appointment was removed."),
        (BIOMETRICS, "Su cita biométrica pasó a otro día."),
        ("Request for Additional Evidence Was Sent", "Our request for evidence was mailed and returned."),
        (
            "Request for Additional Evidence Was Sent",
            "Nuestra solicitud de evidencia fue a otra dirección.",
        ),
        ("Case Was Received", "Your Form I-485 was received and closed."),
        ("New Card Is Being Produced", "Your new card was produced and returned."),
    ],
)
def test_what_is_taken_back_in_the_same_breath_is_asked_about(title: str, text: str) -> None:
    assert normalize(title, text).needs_review
