"""Facts in a text become data, and nothing is taken for what it is not."""

from __future__ import annotations

from datetime import date, time

import pytest

from tracking.normalizer import Appointment, Facts, OfficeRole, normalize

TO, AT_WORK = OfficeRole.TRANSFERRED_TO, OfficeRole.PROCESSING


def facts(text: str, title: str = "") -> Facts:
    return normalize(title, text).facts


def test_it_takes_no_lost_letter_date_for_a_deadline() -> None:
    late = "If you do not receive your request for evidence by May 19, 2021, ask."
    stated = facts(f"On May 4, 2021, we sent a request. {late}")

    assert stated.event_date == date(2021, 5, 4)
    assert stated.followup_date == date(2021, 5, 19)
    assert stated.deadline is None


@pytest.mark.parametrize(
    "text",
    [
        "We will destroy your card if we do not receive an address update by May 9, 2022.",
        "We will hold your document until May 9, 2022.",
        "If you do not contact us by May 9, 2022, we will destroy it.",
        "If you do not update your address by May 9, 2022, we will destroy it.",
        "You may file a motion by May 9, 2022.",
        "Retendremos su documento hasta el 9 de mayo de 2022.",
        "You must respond no later than May 9, 2022.",
        "Your response is due by 05/09/2022.",
        "Debe responder antes del 10 de mayo de 2022.",
    ],
)
def test_it_finds_the_day_the_client_must_act_by(text: str) -> None:
    assert facts(text).deadline == date(2022, 5, 9)


def test_it_takes_no_scheduling_date_for_an_appointment() -> None:
    stated = facts("On May 2, 2025, we scheduled an interview. We will mail you an interview notice.")

    assert stated.event_date == date(2025, 5, 2)
    assert stated.appointment is None


@pytest.mark.parametrize(
    "text",
    [
        "Your interview was completed on May 2, 2025.",
        "You did not appear for your interview on May 2, 2025.",
        "We completed your interview on Friday, May 2, 2025.",
        "Completamos su entrevista el 2 de mayo de 2025.",
        "We did not hold your interview on May 2, 2025.",
    ],
)
def test_it_takes_no_meeting_that_is_over_for_an_appointment(text: str) -> None:
    assert facts(text).appointment is None
    assert facts(text).event_date == date(2025, 5, 2)


@pytest.mark.parametrize(
    "text",
    [
        "Your interview is on Friday, May 2, 2025 at 9:00 AM.",
        "Interview date: May 2, 2025 at 9:00 AM.",
        "Date and time of your hearing: May 2, 2025, at 9:00 AM.",
        "You must appear before an immigration judge on May 2, 2025, at 9:00 AM.",
        "Fecha de la audiencia: 2 de mayo de 2025 a las 9:00 a.m.",
        "Debe comparecer ante el juez el 2 de mayo de 2025 a las 9:00 a.m.",
        "We rescheduled your biometrics appointment to May 2, 2025, at 9 a.m.",
        "Su entrevista es el viernes 2 de mayo de 2025 a las 9:00 a.m.",
    ],
)
def test_it_reads_the_day_of_a_meeting_to_come(text: str) -> None:
    assert facts(text).appointment == Appointment(date(2025, 5, 2), time(9, 0))
    assert facts(text).event_date is None


def test_it_reads_an_appointment_with_time_and_place() -> None:
    stated = facts("Your interview is scheduled for March 3, 2022 at 1:30 PM at the Houston Field Office.")

    assert stated.appointment == Appointment(date(2022, 3, 3), time(13, 30), "Houston Field Office")
    assert stated.event_date is None


@pytest.mark.parametrize(
    "written",
    [
        "May 4, 2021",
        "May 04 2021",
        "4 May 2021",
        "05/04/2021",
        "2021-05-04",
        "Mayo 4, 2021",
        "04 de Mayo de 2021",
    ],
)
def test_it_reads_dates_in_every_usual_form(written: str) -> None:
    assert facts(f"On {written}, we approved your case.").event_date == date(2021, 5, 4)


@pytest.mark.parametrize("written", ["February 30, 2021", "13/45/2021", "2021-00-10", "Smarch 1, 2021"])
def test_it_takes_no_impossible_day(written: str) -> None:
    assert facts(f"On {written}, we approved your case.").event_date is None


def test_it_keeps_the_form_still_to_be_filed_apart() -> None:
    stated = facts("We destroyed your document. You will need to file a new Form I-131 with fee.")

    assert (stated.form, stated.other_forms) == (None, ("I-131",))


def test_it_reads_forms_with_and_without_hyphen_and_from_the_title() -> None:
    assert facts("We approved your Form I765.").form == "I-765"
    assert facts("We approved your I-129F petition; see Form I-797.").form is None
    assert facts("We approved your I-129F petition.").form == "I-129F"
    assert facts("", "Special Immigrant Juvenile Form I-360 Approved").form == "I-360"


def test_it_takes_the_clients_own_form_for_the_form_of_the_case() -> None:
    stated = facts("We asked for a Form I-693 for your Form I-485.")

    assert (stated.form, stated.other_forms) == ("I-485", ("I-693",))


def test_it_reads_forms_as_old_texts_write_them() -> None:
    assert facts("We received this I130 IMMIGRANT PETITION FOR RELATIVE.").form == "I-130"


def test_it_notices_a_receipt_other_than_the_one_asked_for() -> None:
    stated = facts("We received your case, Receipt Number EAC-21-123-45678.")

    assert stated.receipt_number == "EAC2112345678"
    assert stated.names_another_receipt("IOE0912345678")
    assert not stated.names_another_receipt("EAC2112345678")
    assert not Facts().names_another_receipt("IOE0912345678")


@pytest.mark.parametrize(
    ("text", "office", "role"),
    [
        ("We sent your case to the Department of State.", "Department of State", OfficeRole.TRANSFERRED_TO),
        ("The Department of State returned your case.", "Department of State", OfficeRole.TRANSFERRED_FROM),
        ("We transferred your case to another USCIS office.", None, OfficeRole.TRANSFERRED_TO),
        (
            "We transferred your case to the Houston Field Office.",
            "Houston Field Office",
            OfficeRole.TRANSFERRED_TO,
        ),
        ("We moved your case to an asylum office.", "asylum office", OfficeRole.TRANSFERRED_TO),
        ("It is at our Texas Service Center location.", "Texas Service Center", OfficeRole.PROCESSING),
        ("Recibimos su caso en su oficina local.", "local office", OfficeRole.PROCESSING),
        (
            "The Administrative Appeals Office (AAO) transferred your case back.",
            "Administrative Appeals Office (AAO)",
            OfficeRole.TRANSFERRED_FROM,
        ),
        ("The California Service Center sent it to the Texas Service Center.", "Texas Service Center", TO),
        ("We received it when it was transferred from another office.", None, OfficeRole.TRANSFERRED_FROM),
        ("Se transfirió su caso a otra oficina.", None, TO),
        ("It is at our Irving, TX Field Office.", "Irving, TX Field Office", AT_WORK),
        ("It is being processed at our NEBRASKA SERVICE CENTER.", "NEBRASKA SERVICE CENTER", AT_WORK),
        (
            "Nuestra oficina del Centro de Servicio de California lo tiene.",
            "California Service Center",
            AT_WORK,
        ),
        ("We sent it to the Board of Immigration Appeals (BIA).", "Board of Immigration Appeals (BIA)", TO),
        ("Está en nuestro Centro de Servicio de Vermont. Espere.", "Vermont Service Center", AT_WORK),
        ("Lo enviamos al Centro Nacional de Beneficios.", "National Benefits Center", TO),
        ("Lo transferimos a una oficina de asilo.", "asylum office", TO),
        ("It was approved as ordered by the Administrative Appeals Office.", None, None),
        (
            "We certified our decision to the Administrative Appeals Office.",
            "Administrative Appeals Office",
            TO,
        ),
        ("Your interview is on May 2, 2025 at 9 a.m. at the Newark Field Office.", None, None),
        ("We approved your Form I-526E, Petition by Regional Center Investor, at last.", None, None),
        ("The Post Office returned your card.", None, None),
        ("Call the USCIS Contact Center.", None, None),
    ],
)
def test_it_names_the_office_and_its_role(text: str, office: str | None, role: OfficeRole | None) -> None:
    stated = facts(text)

    assert (stated.office, stated.office_role) == (office, role)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("9205590179168812731640", "9205590179168812731640"),
        ("EA123456789US", "EA123456789US"),
        ("EA 123456789 US", "EA123456789US"),
        ("9205 5901 7916 8812 7316 40", "9205590179168812731640"),
        ("UNAVAILABLE", None),
    ],
)
def test_it_reads_a_tracking_number_that_is_one(number: str, expected: str | None) -> None:
    assert facts(f"The tracking number assigned is {number}. Use it.").tracking_number == expected


def test_it_reads_the_same_facts_through_html() -> None:
    bare = facts(
        "On May 4, 2021, we approved your Form I-765, Receipt Number IOE0912345678. Visit www.uscis.gov."
    )
    tagged = facts(
        "<p>On May&nbsp;4, 2021,  we approved your <b>Form I-765</b>, Receipt Number IOE0912345678. "
        'Visit <a href="https://www.uscis.gov/forms/form-i-485" target="_blank">www.uscis.gov</a>.</p>'
    )

    assert tagged == bare


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (
            "On March 1, 2026, we issued a Notice to Appear. Your hearing is on June 5 at 8:30 AM.",
            (2026, 6, 5),
        ),
        (
            "On March 1, 2026, we issued a Notice to Appear. You must appear before a judge on January 5.",
            (2027, 1, 5),
        ),
        ("On November 1, 2026, we scheduled an interview for January 5.", (2027, 1, 5)),
        (
            "El 1 de marzo de 2026 emitimos un aviso de comparecencia. Su audiencia es el 5 de junio.",
            (2026, 6, 5),
        ),
    ],
)
def test_an_appointment_without_a_year_is_on_the_next_such_day_and_asked_about(
    text: str, day: tuple[int, int, int]
) -> None:
    result = normalize("", text)

    assert result.facts.appointment is not None
    assert result.facts.appointment.day == date(*day)
    assert result.needs_review


@pytest.mark.parametrize(
    "text",
    [
        "On March 1, 2026, we cancelled the interview that was scheduled for March 5.",
        "On March 1, 2026, we sent a request for evidence. Your response is due June 5.",
        "We issued a Notice to Appear. Your hearing is on June 5.",
    ],
)
def test_a_day_without_a_year_is_no_appointment_where_none_is_set_or_nothing_dates_it(text: str) -> None:
    assert normalize("", text).facts.appointment is None
