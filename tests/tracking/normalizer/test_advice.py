"""Advice is known by its kind and asked about no more; what only looks like it goes to a person."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.normalizer.turned import EVENTS
from tracking.normalizer import normalize

# How to reach the office, what to keep, how to follow a case: beside any event.
ADVICE = """
Keep a copy of everything you send us.
Sign up for text alerts about your case.
Create an online account to follow your case.
Do not call us about the status of your case.
Wait times vary by office.
Fees are not refundable.
Filing fees will not be refunded.
Translations must be certified.
Visit our website for current processing times.
Call the USCIS Contact Center at 1-800-375-5283 if you have questions.
Report a change of address online.
Beware of scams.
USCIS will never ask you for money over the phone.
Forms are free on our website.
You may be eligible for a fee waiver.
We take your privacy seriously.
For help in other languages, call our contact center.
If you are deaf or hard of hearing, use TTY 1-800-767-1833.
You can sign up for email updates at any time.
Keep this notice in a safe place.
Make a copy of this notice for your records.
Check your email, including your spam folder.
Our offices are closed on federal holidays.
Mail from USCIS cannot be forwarded.
We thank you for using our online services.
Follow us on social media for news.
Please do not reply to this message.
If you have an attorney, ask them about your case.
You can print this page for your records.
Save this page as a bookmark.
Download our free app.
Do not send original documents unless we ask for them.
Do not send cash.
You can ask a question through your online account.
Information about your rights is on our website.
Only use official government websites.
Allow time for the mail to reach you.
You will receive a notice by mail.
""".strip().splitlines()
# What to bring to an appointment, and how to come there: beside one that the event announces.
VISIT = """
Bring a photo ID.
Bring this notice and a government-issued photo ID.
Please arrive 15 minutes before your appointment.
Arrive early to allow time for security screening.
Do not arrive more than 15 minutes early.
Parking is limited.
Masks are optional.
Do not bring weapons or food into the building.
Cell phones must be turned off inside the building.
You may bring your attorney with you.
Bring an interpreter if you do not speak English.
Wear comfortable clothing.
Children should stay at home if possible.
The appointment takes about 30 minutes.
Plan to spend two hours at our office.
Bring your passport and green card.
If you feel sick, please stay home and reschedule your appointment.
Do not visit our office without an appointment.
You do not need to bring a translator.
There is no parking at this location.
""".strip().splitlines()
CONSEJOS = """
Guarde una copia de todo lo que nos envíe.
Inscríbase para recibir mensajes de texto sobre su caso.
Cree una cuenta en línea para seguir su caso.
No nos llame para preguntar por el estado de su caso.
Los tiempos de espera varían según la oficina.
Las tarifas no son reembolsables.
Las traducciones deben estar certificadas.
Visite nuestro sitio web para conocer los tiempos de procesamiento.
Cuídese de las estafas.
Los formularios son gratuitos en nuestro sitio web.
Guarde esta notificación en un lugar seguro.
Haga una copia de esta notificación para sus archivos.
Revise su correo electrónico, incluida la carpeta de correo no deseado.
Nuestras oficinas están cerradas los días feriados federales.
Síganos en las redes sociales.
Por favor, no responda a este mensaje.
No envíe dinero en efectivo.
Descargue nuestra aplicación gratuita.
Imprima esta página para sus archivos.
""".strip().splitlines()
CITA = """
Traiga una identificación con foto.
Llegue 15 minutos antes de su cita.
El estacionamiento es limitado.
Las mascarillas son opcionales.
No traiga armas ni comida al edificio.
Puede traer a su abogado.
Traiga un intérprete si no habla inglés.
Use ropa cómoda.
""".strip().splitlines()
# Each begins as advice does, and takes something back, wants something or threatens.
DANGERS = """
Bring the original of your birth certificate or we will deny your case.
Wait no longer than 10 days to send us your passport.
Keep your appointment or your case will be closed.
Bring proof that you paid the fee again.
Do not come to the appointment.
Do not bring anyone, because the interview is off.
Keep in mind that the approval may be taken back.
Remember that your status ends soon.
Note that the card is not valid.
Please note the interview has moved to Tuesday.
Call us today about your case.
Call the officer who denied your case.
Visit our office on Monday to see an officer.
Arrive on June 3 instead.
You may no longer work.
You may not travel.
Do not use your card.
Stop working at once.
Make arrangements to depart the United States.
Keep away from the office.
Check that you still qualify.
Use this notice to withdraw your petition.
Do not rely on this approval.
Expect another request from us.
Be ready to prove your marriage.
Your fee was too low.
Your translation is missing.
Sign the form again.
Sign up again with a new form.
Create a new petition.
Ask your employer to file again.
If you want to keep your case alive, answer us.
Unless you call us, we will close your case.
Please return the card to us.
Do not keep the card we mailed you.
Forget the appointment in the notice.
Parking at the office is closed, so your interview is moved.
The office is closed on your appointment day.
Your appointment is at another office.
Translations of your papers are missing.
Fees for your form are due.
Fees were not paid.
The fee must be paid again.
Follow the instructions or lose your case.
Save your answer for the judge.
Report to the immigration court.
Report to our office for removal.
Bring your passport and your plane ticket to leave.
Have your bags packed for departure.
Do not file anything more, your case is over.
Please do not reply, your case is closed.
Only reply with proof of your income.
Print and sign the enclosed withdrawal.
Download the form and send it to us.
Check your mail for a request and answer it.
Call us to reschedule, the officer is away.
You may be eligible again only if you marry.
You can ask us to reconsider until May.
Visit a doctor and send us the results.
See a civil surgeon before we can go on.
Wear the ankle monitor.
Stay in the United States until we decide.
Bring two photographs and mail them to us first.
Information about your arrest reached us.
Our records show a different birth date.
Mail from us came back.
We take fraud seriously and found some in your case.
We thank you for withdrawing your petition.
Beware, the approval is in doubt.
USCIS will never approve this case.
Keep this notice, which ends your permission to work.
Make a copy of your passport for us.
Keep a copy of your green card and mail the card to us.
Sign up for a new appointment.
Create an account to pay the missing fee.
Do not call us before you leave the country.
Bring a witness who can prove the marriage.
You do not need to come.
You do not need the card.
Children of yours were left out of the petition.
There is no appointment.
There is no record of your payment.
Plan to leave by summer.
The appointment takes place elsewhere.
Masks were found in your mail, and it was destroyed.
Wait for a new date.
Allow us to correct our decision.
Allow the officer into your home.
Keep your bags packed and report to the nearest ICE office.
Retain a lawyer at once.
Have your passport ready to surrender.
You can find the charges against you on our website.
Opt in to voluntary departure.
Call us at once at 1-800-375-5283.
The best time to answer is before May ends.
Be careful, you have no status.
Notarios filed your case, so it is void.
You are not required to stay in the country.
You are not required to come.
Do not mail us your card yet.
Please print, sign and send the enclosed page.
This page replaces our approval.
If you have lost your status, contact us.
Visit uscis.gov to pay what you owe.
Learn more about why we refused you at uscis.gov.
Use a new form, as this one is out of date.
Make sure you leave by Friday.
Sign up for removal.
Write to us why you qualify.
We are here to stop your case.
Interpreters found that your papers are forged.
Help us find you; your notice came back.
See the judge.
This message was sent to the wrong person.
Bring your own evidence that you live together.
Have this notice with you when you are deported.
Leave your green card at our office.
Allow us one month to undo this.
Do not wear out your welcome.
Be prepared to be detained.
You may be asked to leave.
Enter a plea before the court.
Family members may be left out of the approval.
Keep a copy, since we lost yours.
Keep a copy of this notice, the original of which is void.
Sign up for updates about your new denial.
Check your account for the fee you still owe.
Check your mailbox for a new appointment.
Report your change of address to the court.
Use your account to send what we miss.
Follow us to the interview room.
Do not call us about your interview, it is off.
Our offices are open, but your case is not.
Thank you for your withdrawal.
You may create a new account for your next petition.
Bring your spouse.
Bring the card you no longer may use.
Arrive 15 minutes early on the new date.
Wear your uniform and surrender your weapon.
Plan to spend two hours and then leave the country.
The interview may take 20 minutes longer because of your arrest.
Your attorney received a copy of the order against you.
Information about the order against you is on our website.
Allow time for the officers to search your home.
Beware of fraud in your own petition.
USCIS will never contact you again about money.
You may be eligible for a fee waiver, which we refused.
If you are sick of waiting, call us to give up your case.
If we refuse you, call us.
For a hearing, contact us.
When you are removed, contact our office.
Ask your attorney why you lost.
Download our app to see your removal order.
""".strip().splitlines()
PELIGROS = """
Traiga el original de su acta de nacimiento o negaremos su caso.
No venga a la cita.
Guarde silencio hasta que hable con un juez.
Llámenos hoy sobre su caso.
Recuerde que su estatus termina pronto.
Tenga en cuenta que la aprobación puede retirarse.
No use su tarjeta.
Deje de trabajar.
Use este aviso para retirar su petición.
Firme el formulario otra vez.
Inscríbase de nuevo con un formulario nuevo.
La oficina está cerrada el día de su cita.
La cita es en otra oficina.
Las tarifas no se pagaron.
Faltan traducciones.
Devuelva la tarjeta.
No guarde la tarjeta que le enviamos.
Preséntese ante la corte.
Haga una copia de su pasaporte y envíela.
Descargue el formulario y envíelo.
No tiene que venir.
No hay cita.
Espere otra solicitud nuestra.
Visite a un médico y envíe los resultados.
""".strip().splitlines()
SPANISH = [event for event in EVENTS if event[1].split()[0].endswith("mos")]
ENGLISH = [event for event in EVENTS if event not in SPANISH]
APPOINTMENTS = [
    ("Interview Was Scheduled", "We scheduled an interview for your Form I-485."),
    ("Biometrics Appointment Was Scheduled", "We scheduled you for a biometrics appointment."),
    ("Oath Ceremony Notice Was Mailed", "We mailed you a notice of your oath ceremony."),
]
CITAS = [("Entrevista Programada", "Programamos una entrevista para su Formulario I-485.")]
TAILS = (
    ", or we will deny your case",
    ", or your case will be closed",
    " within 10 days",
    " by June 3, 2026",
    " and send it to us",
    ", because the interview is off",
    " unless you withdraw",
    " until we decide otherwise",
)


def is_asked(event: tuple[str, str], *sentences: str) -> bool:
    title, text = event
    return normalize(title, " ".join([text, *sentences])).needs_review


@pytest.mark.parametrize("sentence", ADVICE)
def test_advice_is_not_asked_about_beside_any_event(sentence: str) -> None:
    assert [event[0] for event in ENGLISH if is_asked(event, sentence)] == []


@pytest.mark.parametrize("sentence", CONSEJOS)
def test_spanish_advice_is_not_asked_about_beside_any_event(sentence: str) -> None:
    assert [event[0] for event in SPANISH if is_asked(event, sentence)] == []


@pytest.mark.parametrize(("event", "sentence"), [*product(APPOINTMENTS, VISIT), *product(CITAS, CITA)])
def test_how_to_come_is_not_asked_about_beside_an_appointment(event: tuple[str, str], sentence: str) -> None:
    assert not is_asked(event, sentence)


@pytest.mark.parametrize("sentence", ["Bring a photo ID.", "Arrive early.", "Wear comfortable clothing."])
def test_how_to_come_is_asked_about_where_nothing_announces_an_appointment(sentence: str) -> None:
    for title, text in [*ENGLISH[:3], ("Interview Was Cancelled", "We cancelled your interview.")]:
        assert is_asked((title, text), sentence), title


@pytest.mark.parametrize("sentence", DANGERS)
def test_what_only_looks_like_advice_is_asked_about(sentence: str) -> None:
    assert [event[0] for event in [*ENGLISH, *APPOINTMENTS] if not is_asked(event, sentence)] == []


@pytest.mark.parametrize("sentence", PELIGROS)
def test_what_only_looks_like_spanish_advice_is_asked_about(sentence: str) -> None:
    assert [event[0] for event in [*SPANISH, *CITAS] if not is_asked(event, sentence)] == []


def test_an_order_to_do_what_was_done_is_no_repetition_of_it() -> None:
    taken = ("Case Was Updated To Show Fingerprints Were Taken", "Your fingerprints were taken.")

    assert is_asked(taken, "Have your fingerprints taken again.")


@given(st.sampled_from([*ADVICE, *VISIT]), st.sampled_from(TAILS), st.sampled_from([*ENGLISH, *APPOINTMENTS]))
def test_no_advice_hides_a_threat_a_day_or_a_wish(sentence: str, tail: str, event: tuple[str, str]) -> None:
    assert is_asked(event, f"{sentence.rstrip('.')}{tail}.")
