"""A request or a decision is found in words that nobody listed, and no event beside it hides it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.normalizer import normalize
from tracking.statuses import StatusCode as C

REQUESTS = frozenset({C.RFE_ISSUED, C.NOID_ISSUED, C.NOIR_ISSUED})
DECISIONS = frozenset({C.DENIED, C.REJECTED, C.REVOKED_TERMINATED, C.CLOSED, C.APPEAL_MOTION})

ASKED = [
    *(
        f"{who} {how} {what}."
        for who, (how, what) in product(
            ("On June 4, 2026, we", "USCIS"),
            [
                *product(
                    ("asked you to", "requested that you"), ("send documents", "provide missing evidence")
                ),
                *product(
                    ("asked you for", "mailed you a letter asking for", "sent you a notice requesting"),
                    ("more evidence", "additional documents", "proof of your marriage"),
                ),
            ],
        )
    ),
    "We need more information from you before we can decide your case.",
    "We are requesting more evidence.",
    "We will need you to send us initial evidence.",
    "Additional evidence has been requested.",
    "On June 4, 2026, we issued an RFE.",
    "On June 4, 2026, we resent the request for evidence.",
    "We received back from the Post Office the request we sent on June 4, 2026.",
    "Our request for evidence was returned to us by the post office.",
    "We have not received your response to our request for evidence.",
]
PEDIDO = [
    *(
        f"El 4 de junio de 2026, {how} {what}."
        for how, what in product(
            ("le pedimos", "le solicitamos", "le requerimos", "le enviamos una carta pidiéndole"),
            ("más evidencia", "documentos adicionales", "otras pruebas de su matrimonio"),
        )
    ),
    "Le pedimos que enviara documentos.",
    "Le solicitamos que presente su examen médico.",
    "Necesitamos más información de usted antes de decidir su caso.",
    "Se solicitó evidencia adicional.",
    "Emitimos un requerimiento de evidencia.",
    "El correo nos devolvió la solicitud de evidencia que le enviamos.",
]
INTENDED = [
    *(
        f"We {how} {what}."
        for how, what in [
            *product(("plan to", "propose to", "are going to"), ("deny your case", "revoke your approval")),
            *product(("are considering",), ("denying your case", "revoking your approval")),
        ]
    ),
    "We intend to deny your case.",
    "We issued a NOID.",
]
PENSADO = [
    f"{how} {what}."
    for how, what in product(
        ("Planeamos", "Pensamos", "Tenemos la intención de", "Estamos considerando"),
        ("denegar su caso", "revocar su aprobación"),
    )
]
DECIDED = [
    *(
        f"We {how} {what}."
        for how, what in [
            *product(
                ("are", "are now"), ("denying your case", "rejecting your case", "revoking your approval")
            ),
            *product(("must", "had to", "have to"), ("deny your Form I-485", "reject your case")),
            *product(("cannot", "did not", "decided not to"), ("approve your Form I-485",)),
        ]
    ),
    "We issued a denial on June 4, 2026.",
    "We sent you a notice of denial.",
    "We found you ineligible.",
    "We have made an unfavorable decision.",
    "We returned your application because the fee was missing.",
    "We upheld the denial of your case.",
    "We terminated your status.",
]
DECIDIDO = [
    *(
        f"{how} su caso."
        for how in ("Estamos denegando", "Tenemos que denegar", "Tuvimos que denegar", "No podemos aprobar")
    ),
    "Decidimos no aprobar su solicitud.",
    "Se denegó su caso.",
    "Tomamos una decisión desfavorable.",
    "Emitimos una denegación.",
    "Devolvimos su solicitud porque faltaba la tarifa.",
    "Terminamos su estatus.",
]
CALM = [
    ("", ""),
    ("Case Was Updated", ""),
    ("Case Was Transferred", "On May 3, 2026, we transferred your case to another office."),
    ("Case Was Received", "On May 3, 2026, we received your Form I-485."),
    ("Interview Cancelled", "On May 3, 2026, we cancelled your interview."),
    ("Oath Ceremony Was Cancelled", "We cancelled your oath ceremony."),
    ("Name Was Updated", "On May 3, 2026, we updated your name."),
    ("Expedite Request Denied", "We denied your expedite request."),
    ("Fingerprints Were Taken", "We took your fingerprints."),
    ("Fee Refund Was Mailed", "We mailed your fee refund."),
    ("Case Is Being Actively Reviewed By USCIS", "We are actively reviewing your case."),
]
CALMA = [
    ("", ""),
    ("Caso Actualizado", ""),
    ("Caso Fue Transferido", "El 3 de mayo de 2026 transferimos su caso a otra oficina."),
    ("Caso Recibido", "El 3 de mayo de 2026 recibimos su Formulario I-485."),
    ("Entrevista Cancelada", "Cancelamos su entrevista."),
    ("Nombre Fue Actualizado", "Actualizamos su nombre."),
    ("Huellas Dactilares Tomadas", "Tomamos sus huellas dactilares."),
    ("Caso en Revisión Activa", "Estamos revisando su caso."),
]
TOLD = [
    *((words, REQUESTS, CALM) for words in (*ASKED, *INTENDED)),
    *((words, REQUESTS, CALMA) for words in (*PEDIDO, *PENSADO)),
    *((words, DECISIONS, CALM) for words in DECIDED),
    *((words, DECISIONS, CALMA) for words in DECIDIDO),
]


@pytest.mark.parametrize(("words", "codes", "calm"), TOLD, ids=[told[0] for told in TOLD])
def test_it_starts_its_clock_alone_and_beside_any_calm_event(
    words: str, codes: frozenset[C], calm: list[tuple[str, str]]
) -> None:
    for title, text in calm:
        for said in {f"{text} {words}".strip(), f"{words} {text}".strip()}:
            assert normalize(title, said).code in codes, (title, said)


@given(st.sampled_from(TOLD), st.sampled_from([*CALM, *CALMA]), st.sampled_from(["en", "es", None]))
def test_it_is_never_passed_over_in_silence(
    told: tuple[str, frozenset[C], list[tuple[str, str]]], calm: tuple[str, str], lang: str | None
) -> None:
    words, codes, _calm = told
    result = normalize(calm[0], words, lang)

    assert result.code in codes or result.needs_review


def test_a_case_that_is_closed_beside_something_else_is_asked_about() -> None:
    for title, text in CALM[2:]:
        assert normalize(title, f"{text} We closed your case because you did not respond.").needs_review


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        ("Case Remains Pending", "Your Form I-130 is pending. We need no evidence from you.", C.IN_REVIEW),
        ("Case Was Received", "We received your Form I-130. We require no further documents.", C.RECEIVED),
        ("Interview Was Scheduled", "We scheduled your interview. Bring all requested documents.", None),
        ("Case Was Updated", "We received all the evidence we asked for.", C.RESPONSE_RECEIVED),
        ("Caso Actualizado", "Recibimos los documentos que le pedimos.", C.RESPONSE_RECEIVED),
        ("Case On Hold", "We cannot approve your case until a visa number is available.", C.ON_HOLD),
        ("Caso en Espera", "No podemos aprobar su caso hasta que haya una visa disponible.", C.ON_HOLD),
        ("Case Was Received", "We received it. We will write to you if we need more evidence.", C.RECEIVED),
        ("Name Was Updated", "We updated your name as you requested in the documents.", C.ADMIN_UPDATE),
        (
            "Request for Evidence Withdrawn",
            "We no longer need the documents we asked for.",
            C.REQUEST_CANCELLED,
        ),
    ],
)
def test_words_that_ask_for_nothing_ask_for_nothing(title: str, text: str, code: C | None) -> None:
    found = normalize(title, text).code

    assert found is code if code else found not in REQUESTS


@pytest.mark.parametrize(
    "text",
    [
        "We did not ask you for evidence.",
        "We asked the FBI for information.",
        "We requested your records from the National Records Center.",
        "We are no longer considering revoking your approval.",
        "We do not plan to deny your case.",
        "We asked you for evidence by mistake. You do not need to send it.",
        "We returned your application fee.",
        "No le pedimos documentos.",
        "Usted nos pidió documentos.",
        "Solicitamos su expediente y documentos a otra agencia.",
        "Ya no pensamos denegar su caso.",
        "Le pedimos pruebas por error. No tiene que enviarlas.",
    ],
)
def test_words_that_take_it_back_or_ask_others_start_no_clock(text: str) -> None:
    result = normalize("", text)

    assert result.code not in REQUESTS | DECISIONS
    assert result.needs_review


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("We Need More Evidence", C.RFE_ISSUED),
        ("Request For Evidence Was Returned By The Post Office", C.RFE_ISSUED),
        ("Faltan Documentos", C.RFE_ISSUED),
        ("Intención de Denegar", C.NOID_ISSUED),
        ("We Denied Your Case", C.DENIED),
        ("Case Is Being Denied", C.DENIED),
        ("Fee Was Refunded And Case Was Denied", C.DENIED),
        ("Fee Was Refunded As We Rejected Your Case", C.REJECTED),
        ("Your Petition Was Returned Because It Was Not Signed", C.REJECTED),
        ("Se Rechazó Su Caso y Se Reembolsó la Tarifa", C.DENIED),
    ],
)
def test_a_title_alone_starts_its_clock_and_is_asked_about(title: str, code: C) -> None:
    result = normalize(title)

    assert (result.code, result.needs_review) == (code, True)


@pytest.mark.parametrize(
    "text",
    [
        "We approved your fee waiver request but need evidence for your Form I-485.",
        "We have received part of your response to our request for evidence.",
        "Necesitamos que nos mande su acta de nacimiento antes del 3 de abril de 2026.",
        "Necesitamos que nos haga llegar su pasaporte.",
    ],
)
@pytest.mark.parametrize("title", ["", "Case Was Received", "Fees Were Waived"])
def test_a_request_in_passing_starts_its_clock_under_any_title(title: str, text: str) -> None:
    result = normalize(title, text)

    assert (result.code, result.needs_review) == (C.RFE_ISSUED, True)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("New Card Is Being Produced", "Your card was to be mailed, but production has been halted."),
        ("Interview Was Scheduled", "Your interview was moved from March 20, 2026 to April 2, 2026."),
        ("Interview Was Scheduled", "Your interview was postponed."),
        ("Interview Was Scheduled", "Su entrevista fue aplazada."),
    ],
)
def test_what_was_halted_or_moved_under_a_known_title_is_asked_about(title: str, text: str) -> None:
    assert normalize(title, text).needs_review


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Case Was Approved", "We approved your Form I-765. That decision has since been set aside."),
        ("Case Was Denied", "We denied your Form I-485. That decision was set aside."),
        ("Case Was Received", "We received your Form I-485. Kindly furnish your birth certificate."),
        ("Case Was Received", "We received your Form I-485. Your birth certificate is missing."),
        ("Case Was Received", "We received your Form I-485. We lack your birth certificate."),
        ("Case Was Received", "Recibimos su Formulario I-485. Falta su acta de nacimiento."),
        ("Case Was Received", "Recibimos su Formulario I-485. Háganos llegar su acta de nacimiento."),
        ("New Card Is Being Produced", "We ordered production of your new card. Production has been paused."),
        ("Case Was Updated To Show Fingerprints Were Taken", "Tomamos sus huellas. Salieron ilegibles."),
    ],
)
def test_a_last_sentence_that_undoes_or_wants_something_is_asked_about(title: str, text: str) -> None:
    assert normalize(title, text).needs_review
