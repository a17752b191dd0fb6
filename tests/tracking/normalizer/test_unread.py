"""A text is judged whole: what stands beside its event and nobody foresaw is a person's to read."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.normalizer.turned import EVENTS
from tracking.normalizer import normalize
from tracking.statuses import StatusCode as C

# Sentences in words of which no list is complete: they take back, move, doubt or want something.
UNFORESEEN = (
    "We are taking another look at that decision.",
    "The interview is off.",
    "You will want to give us your passport within 30 days.",
    "We have changed our minds.",
    "That decision does not stand.",
    "Our officer no longer agrees with it.",
    "Treat this message as if it had not been sent.",
    "Your case is back where it started.",
    "A supervisor stopped this action.",
    "We will let the petition lapse unless we hear from you soon.",
    "Your answer is due in three weeks.",
    "Some pages of your filing are blank.",
    "We are short of one document.",
    "Your sponsor's tax returns did not arrive.",
    "The photographs do not meet our standards.",
    "We await your medical examination.",
    "The decision has been put aside for now.",
    "The card will not be made after all.",
    "We have second thoughts about this case.",
    "An officer wants to see you next Tuesday.",
    "Be at our office on Monday at 9 AM.",
    "Your birth certificate needs a translation.",
    "The above applies to another person's case.",
    "This was meant for a different case.",
    "Kindly pay no attention to the above.",
    "We reconsidered and came to the opposite conclusion.",
    "The outcome may change.",
    "The approval is only provisional.",
    "Your status ends on May 3, 2026.",
    "We learned of facts that speak against you.",
    "We doubt that your marriage is genuine.",
    "Your fingerprints could not be read.",
    "The fee was short by ten dollars.",
    "Your bank turned down the payment.",
    "It was later undone.",
    "That appointment will not take place.",
    "Nobody needs to come on that day.",
    "We took it off the calendar.",
    "Stay home on that day.",
    "Tell us why we should not end your status.",
    "You get 30 days to explain.",
    "Let us have your tax records by June 3, 2026.",
    "We would like to see your original passport.",
    "Expect a letter about what we find lacking.",
    "Part of your claim fails.",
    "This ends your case with us.",
    "A judge will hear your case now.",
    "You are out of status.",
    "Leave the United States by June 3, 2026.",
)
IMPREVISTO = (
    "Estamos mirando otra vez esa decisión.",
    "La entrevista ya no va.",
    "Querrá darnos su pasaporte dentro de 30 días.",
    "Hemos cambiado de opinión.",
    "Esa decisión no se mantiene.",
    "Su caso vuelve a donde empezó.",
    "Un supervisor detuvo esta acción.",
    "Su respuesta vence en tres semanas.",
    "Algunas páginas de su solicitud están en blanco.",
    "No llegó la declaración de impuestos de su patrocinador.",
    "Las fotografías no cumplen con nuestros requisitos.",
    "Esperamos su examen médico.",
    "La tarjeta al final no se hará.",
    "Un oficial quiere verlo el próximo martes.",
    "Venga a nuestra oficina el lunes a las 9.",
    "Su acta de nacimiento necesita una traducción.",
    "Esto se refiere al caso de otra persona.",
    "No preste atención a lo anterior.",
    "El resultado puede cambiar.",
    "La aprobación es solo provisional.",
    "Dudamos de que su matrimonio sea genuino.",
    "Sus huellas no se pudieron leer.",
    "Esa cita no tendrá lugar.",
    "Díganos por qué no debemos terminar su estatus.",
    "Tiene 30 días para explicarse.",
    "Nos gustaría ver su pasaporte original.",
    "Un juez verá ahora su caso.",
    "Salga de los Estados Unidos antes del 3 de junio de 2026.",
)
# What is added to the event in one breath.
ADDED = (
    ", but only for a trial period",
    ", subject to your sending us proof",
    " in part",
    ", pending a further check of your background",
    " and now want to see you in person",
    ", a step we regret",
    ", which we have since undone",
    " on condition that you marry within 90 days",
    " by mistake of our office",
    ", and your answer is due by June 3, 2026",
)
# What a letter may say besides and mean no more by.
CALM = (
    "If you move, tell us your new address.",
    "If your address changes, update it online at www.uscis.gov/addresschange.",
    "You can check your case status online at any time.",
    "Please keep this notice for your records.",
    "For questions, call the USCIS Contact Center.",
    "We will send you a notice when we make a decision.",
    "Thank you for your patience.",
    "Processing times can be found on our website.",
    "Please allow 30 days for the card to arrive.",
    "The notice explains how we will process your case.",
    "We sent you a notice.",
)
CALMO = (
    "Si se muda, díganos su nueva dirección.",
    "Por favor, siga las instrucciones de la notificación.",
    "Gracias por su paciencia.",
    "Le enviaremos una notificación cuando tomemos una decisión.",
    "Puede consultar el estado de su caso en nuestro sitio web.",
    "La notificación explica cómo procesaremos su caso.",
    "Recibirá una notificación por correo.",
    "Si se mudó, actualice su dirección.",
)
SPANISH = [event for event in EVENTS if event[1].split()[0].endswith("mos")]
ENGLISH = [event for event in EVENTS if event not in SPANISH]


@pytest.mark.parametrize("sentence", UNFORESEEN)
def test_no_english_sentence_beside_an_event_is_passed_over(sentence: str) -> None:
    for title, text in ENGLISH:
        for description in (f"{text} {sentence}", f"{sentence} {text}"):
            assert normalize(title, description).needs_review, title


@pytest.mark.parametrize("sentence", IMPREVISTO)
def test_no_spanish_sentence_beside_an_event_is_passed_over(sentence: str) -> None:
    for title, text in SPANISH:
        assert normalize(title, f"{text} {sentence}").needs_review, title
        assert normalize(title, f"{sentence} {text}").needs_review, title


@pytest.mark.parametrize("added", ADDED)
def test_nothing_added_to_an_event_is_passed_over(added: str) -> None:
    for title, text in ENGLISH:
        assert normalize(title, f"{text.rstrip('.')}{added}.").needs_review, title


@pytest.mark.parametrize(("sentence", "event"), [*product(CALM, ENGLISH), *product(CALMO, SPANISH)])
def test_advice_that_changes_nothing_is_not_asked_about(sentence: str, event: tuple[str, str]) -> None:
    title, text = event

    assert not normalize(title, f"{text} {sentence}").needs_review


@given(st.sampled_from(EVENTS), st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12))
def test_a_word_that_nobody_knows_is_asked_about(event: tuple[str, str], word: str) -> None:
    title, text = event

    assert normalize(title, f"{text} We {word}ed {word}s.").needs_review
    assert normalize(title, f"{text.rstrip('.')} {word}q.").needs_review


def test_that_nothing_is_needed_is_calm_unless_something_was_asked() -> None:
    request = "On May 4, 2026, we sent you a request for evidence for your Form I-485."
    nothing = "There is nothing you need to send us now."

    assert not normalize("Case Was Received", f"We received your Form I-485. {nothing}").needs_review
    assert normalize("Request for Additional Evidence Was Sent", f"{request} {nothing}").needs_review


# Each in the words of advice, and none.
NEWS = [
    (title, text, sentence)
    for (title, text), sentences in {
        ("Case Was Transferred And A New Office Has Jurisdiction", "We transferred your Form I-589."): (
            "Your case is now located at the immigration court.",
        ),
        ("Expedite Request Received", "We received your request to expedite your Form I-485."): (
            "Your bank returned your payment.",
        ),
        ("Case Was Received", "We received your Form I-485."): (
            "Please visit our office on December 8, 2026.",
            "Please keep the appointment on December 3, 2026.",
            "The notice describes the evidence we need.",
            "Please see the letter for what we still need.",
            "We will mail your case back to you.",
        ),
        ("Case Was Approved", "We approved your Form I-485."): (
            "USCIS is reviewing the approval.",
            "We will schedule a new interview.",
            "Unless you pay the fee by December 3, 2026, you may see your case closed.",
            "Mail your card to us.",
        ),
        ("Card Was Mailed To Me", "We mailed your card."): (
            "Update your address by December 5, 2026, or we will destroy your card.",
            "We mailed your new card to another person.",
        ),
        ("Request for Additional Evidence Was Sent", "We sent you a request for evidence."): (
            "The time to respond is over.",
            "The 87 days have passed.",
            "We now have your documents.",
            "We must receive the evidence on April 3, 2026.",
        ),
        ("Interview Was Scheduled", "We scheduled an interview for your Form I-485."): (
            "You will be notified of the new date.",
            "Le notificaremos la nueva fecha.",
        ),
        ("Interview Was Completed And My Case Must Be Reviewed", "Your interview was completed."): (
            "We scheduled a second interview for December 20, 2026.",
        ),
        ("Case Was Denied", "We denied your Form I-485."): (
            "USCIS is reviewing your case again.",
            "You must return your card.",
        ),
    }.items()
    for sentence in sentences
]


@pytest.mark.parametrize(("title", "text", "sentence"), NEWS)
def test_news_in_the_words_of_advice_is_asked_about(title: str, text: str, sentence: str) -> None:
    assert not normalize(title, text).needs_review
    assert normalize(title, f"{text} {sentence}").needs_review


def test_what_is_wanted_within_a_sentence_of_advice_is_seen() -> None:
    for wanted in ("give us your passport", "bring your passport", "pay the fee", "sign the form"):
        text = f"We received your Form I-485. Please follow the instructions in the notice and {wanted}."

        result = normalize("Case Was Received", text)

        assert (result.code, result.needs_review) == (C.RECEIVED, True), wanted
