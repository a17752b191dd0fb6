"""What did not happen, only may, or happened to a paper beside the case, is not taken for what happened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.normalizer import normalize
from tracking.statuses import StatusCode as C

CALM = ("", "Case Was Received", "Caso Recibido")
# What is said of the case, and the code it would have if it had happened.
HAPPENED = {
    "approved": C.APPROVED,
    "denied": C.DENIED,
    "rejected": C.REJECTED,
    "revoked": C.REVOKED_TERMINATED,
    "closed": C.CLOSED,
    "transferred": C.TRANSFERRED,
    "reopened": C.REOPENED,
}
OCURRIO = {
    "aprobado": C.APPROVED,
    "denegado": C.DENIED,
    "rechazado": C.REJECTED,
    "revocado": C.REVOKED_TERMINATED,
    "cerrado": C.CLOSED,
    "transferido": C.TRANSFERRED,
    "reabierto": C.REOPENED,
}
NOT = (
    "Your Form I-485 was not {}.",
    "Your Form I-485 is not yet {}.",
    "Your case has never been {}.",
    "Your case has not been formally {}.",
    "It is not true that your case was {}.",
    "We have no record that your case was {}.",
    "Your case may be {} later.",
    "Your case might have been {}.",
    "Your case could be {}.",
    "Your case would have been {} otherwise.",
)
NO = (
    "Su Formulario I-485 no fue {}.",
    "Su caso todavía no está {}.",
    "Su caso no ha sido aún {}.",
    "Su caso nunca fue {}.",
    "Su caso podría ser {}.",
    "Su caso puede ser {} más adelante.",
)


@given(st.sampled_from(NOT), st.sampled_from(sorted(HAPPENED)), st.sampled_from(CALM))
def test_what_is_denied_or_only_possible_has_not_happened(said: str, verb: str, title: str) -> None:
    result = normalize(title, said.format(verb))

    assert result.needs_review
    assert result.code != HAPPENED[verb]


@given(st.sampled_from(NO), st.sampled_from(sorted(OCURRIO)), st.sampled_from(CALM))
def test_lo_que_se_niega_o_solo_puede_ser_no_ha_ocurrido(said: str, verb: str, title: str) -> None:
    result = normalize(title, said.format(verb))

    assert result.needs_review
    assert result.code != OCURRIO[verb]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We did not issue a Notice to Appear.", C.NTA_ISSUED),
        ("We may issue a Notice to Appear.", C.NTA_ISSUED),
        ("You do not have to appear before an immigration judge.", C.NTA_ISSUED),
        ("You may be placed in removal proceedings if you do not leave.", C.NTA_ISSUED),
        ("We terminated the removal proceedings that were started.", C.NTA_ISSUED),
        ("No tiene que presentarse ante un juez de inmigración.", C.NTA_ISSUED),
        ("We have not sent you a request for evidence.", C.RFE_ISSUED),
        ("There was no interview scheduled.", C.INTERVIEW_SCHEDULED),
        ("We have not made a decision to deny your case.", C.DENIED),
        ("No le enviamos una solicitud de evidencia.", C.RFE_ISSUED),
        ("Podríamos emitir una notificación de comparecencia.", C.NTA_ISSUED),
        ("No remitimos su caso a un juez de inmigración.", C.COURT_REFERRAL),
        ("Si denegamos su caso, le avisaremos.", C.DENIED),
        ("No estamos denegando su caso.", C.DENIED),
        ("We never planned to deny your case.", C.NOID_ISSUED),
        ("A visa number is not available, so we cannot approve your Form I-485.", C.DENIED),
        ("No hay visas disponibles, así que no podemos aprobar su Formulario I-485.", C.DENIED),
    ],
)
def test_neither_has_a_letter_that_was_not_sent(text: str, code: C) -> None:
    for title in CALM:
        result = normalize(title, text)

        assert result.needs_review
        assert result.code != code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We did not deny your Form I-485; we approved it. We approved your Form I-485.", C.APPROVED),
        ("Your case could have been approved, but we denied your Form I-485.", C.DENIED),
        ("No aprobamos su caso. Denegamos su Formulario I-485.", C.DENIED),
        ("Your case may be denied unless you answer.", C.NOID_ISSUED),
        ("Su caso podría ser denegado a menos que responda.", C.NOID_ISSUED),
        ("We did not accept your Form I-485 and returned your package.", C.REJECTED),
        ("We could not accept your application.", C.REJECTED),
        ("No aceptamos su solicitud y le devolvimos su paquete.", C.REJECTED),
        ("No aceptamos su solicitud de retirar su caso.", C.IN_REVIEW),
        ("Your package was sent back to you.", C.REJECTED),
        ("Su paquete le fue devuelto.", C.REJECTED),
        ("We decided not to deny your Form I-485.", C.REQUEST_CANCELLED),
        ("Decidimos no denegar su caso.", C.REQUEST_CANCELLED),
        ("Habíamos planeado revocar su aprobación, pero no lo haremos.", C.REQUEST_CANCELLED),
        ("Your approval will be revoked unless you explain.", C.NOIR_ISSUED),
        ("Su solicitud de retiro no fue aceptada.", C.IN_REVIEW),
        ("We did not grant your request to withdraw your Form I-485.", C.IN_REVIEW),
    ],
)
def test_what_happened_beside_it_and_what_a_denial_itself_says_are_read(text: str, code: C) -> None:
    result = normalize("", text)

    assert (result.code, result.needs_review) == (code, True)


ENDED = ("Case Was Denied", "Caso Fue Denegado", "Your Application Has Been Denied")
BACK = (
    *(f"{verb} our denial of your Form I-485." for verb in ("We vacated", "We rescinded", "We set aside")),
    "On June 4, 2026, we withdrew the denial of your Form I-485, and your case is pending.",
    "The denial of your Form I-485 was vacated.",
    "Our decision denying your Form I-485 was vacated.",
    "We denied your Form I-485 and have since rescinded that.",
    "Please disregard the denial notice.",
    "Dejamos sin efecto la denegación de su caso.",
    "Anulamos la denegación de su Formulario I-485.",
    "Haga caso omiso de la notificación de denegación.",
)


@pytest.mark.parametrize("text", BACK)
def test_a_decision_that_its_own_text_takes_back_starts_no_clock_and_is_asked_about(text: str) -> None:
    for title in ENDED:
        result = normalize(title, text)

        assert (result.code, result.needs_review) == (C.REOPENED, True), title


@pytest.mark.parametrize("title", ENDED)
@pytest.mark.parametrize(
    "text",
    [
        "We vacated our denial of May 4 and denied your Form I-485 anew.",
        "Anulamos la denegación y denegamos otra vez su Formulario I-485.",
        "We did not vacate the denial of your Form I-485.",
        "We denied your Form I-912 and your Form I-485.",
        "We denied your Form I-907. We denied your Form I-485.",
    ],
)
def test_one_that_was_taken_again_or_stands_does(title: str, text: str) -> None:
    result = normalize(title, text)

    assert (result.code, result.needs_review) == (C.DENIED, True)


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        ("Case Approval Was Revoked", "We rescinded the revocation of your approval.", C.APPROVED),
        ("Case Approval Was Revoked", "Anulamos la revocación de su aprobación.", C.APPROVED),
        ("Termination Notice Sent", "We withdrew the termination of your status.", C.APPROVED),
        (
            "Case Rejected For Incorrect Fee",
            "We vacated the rejection of your Form I-485.",
            C.RECEIVED,
        ),
        ("Case Was Approved", "We vacated the approval of your Form I-485.", C.REVOKED_TERMINATED),
    ],
)
def test_of_two_decisions_that_are_named_it_is_the_one_that_was_taken_back(
    title: str, text: str, code: C
) -> None:
    result = normalize(title, text)

    assert (result.code, result.needs_review) == (code, True)


PAPERS = {
    "Form I-912, Request for Fee Waiver": C.FEE_PAYMENT,
    "Form I-907, Request for Premium Processing Service": C.EXPEDITE,
    "Form G-28, Notice of Entry of Appearance": C.ADMIN_UPDATE,
}
REFUSED = ("On June 4, 2026, we denied your {}.", "We rejected your {}.", "Your {} was denied.")
RECHAZADO = ("Denegamos su {}.", "Rechazamos su {}.", "Su {} fue denegado.")


@pytest.mark.parametrize("title", [*ENDED, "", "Case Was Rejected Because It Was Improperly Filed"])
@pytest.mark.parametrize(("paper", "code"), PAPERS.items())
def test_what_is_refused_beside_the_case_is_not_the_case(title: str, paper: str, code: C) -> None:
    papel = paper.split(",", maxsplit=1)[0].replace("Form", "Formulario")
    results = [normalize(title, said.format(paper)) for said in REFUSED]
    results += [normalize(title, said.format(papel)) for said in RECHAZADO]

    assert {result.code for result in results} == {code}
    assert all(result.needs_review for result in results if title)
