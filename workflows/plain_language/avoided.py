"""Words that clients of ours do not get to read, reviewed by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.plain_language.glossary import find_starts


@dataclass(frozen=True, slots=True)
class Avoided:
    """A word clients do not get to read, why, and what to say instead."""

    language: str
    word: str
    starts: tuple[str, ...]
    why: str
    instead: str


A = Avoided

AVOIDED: tuple[Avoided, ...] = (
    A("en", "alien", ("alien",), "A word of the law that clients read as an insult.", "you, the person"),
    A(
        "en",
        "illegal",
        ("illegal",),
        "It frightens, and seldom says what is meant.",
        "what exactly is missing",
    ),
    A(
        "en",
        "invalid",
        ("invalid",),
        "A number that USCIS does not know need not be wrong.",
        "we cannot see it yet",
    ),
    A("en", "deport, removal", ("deport", "removal"), "No status of USCIS says so; it frightens.", "call us"),
    A("en", "adjudicate", ("adjudicat",), "Nobody outside of the office says it.", "decide"),
    A("en", "biometrics", ("biometric",), "It does not say what happens there.", "fingerprints and photo"),
    A(
        "en",
        "RFE, NOID, NOIR",
        ("RFE", "NOID", "NOIR"),
        "The office's own short words.",
        "a letter that asks for papers",
    ),
    A(
        "en",
        "petitioner, beneficiary",
        ("petitioner", "beneficiary"),
        "Clients mix them up.",
        "you, your family member",
    ),
    A(
        "en",
        "pursuant, hereby",
        ("pursuant", "hereby", "aforesaid"),
        "Law office language.",
        "because of, with this",
    ),
    A("en", "evidence", ("evidence",), "It sounds like a court of law.", "papers, proof"),
    A(
        "es",
        "rechazar",
        ("rechaz",),
        "USCIS's Spanish says it for “denied” and it means “rejected”.",
        "denegar; devolver",
    ),
    A(
        "es",
        "libertad condicional",
        ("libertad condicional",),
        "It is release from prison.",
        "permiso para viajar",
    ),
    A(
        "es",
        "aplicar, aplicación",
        ("aplica", "aplico", "aplique"),
        "From English “apply”: here it is soap or software.",
        "solicitar, solicitud",
    ),
    A(
        "es",
        "llenar la forma",
        ("llenar la forma", "la forma I-", "la forma N-"),
        "From English “form”.",
        "formulario",
    ),
    A(
        "es",
        "notario",
        ("notario",),
        "In Latin America a lawyer, here seldom one: swindlers use the word.",
        "abogado",
    ),
    A("es", "récord", ("récord",), "From English “record”.", "registro, antecedentes"),
    A(
        "es",
        "ilegal, inválido",
        ("ilegal", "inválid"),
        "It frightens, and seldom says what is meant.",
        "lo que falta",
    ),
    A(
        "es",
        "extranjero",
        ("extranjero",),
        "A word of the law (“alien”) that shuts people out.",
        "usted, la persona",
    ),
    A(
        "es",
        "deportar, remoción, expulsar",
        ("deport", "remoción", "removid", "expuls"),
        "It frightens.",
        "llámenos",
    ),
    A("es", "datos biométricos", ("biométric",), "It does not say what happens there.", "huellas y foto"),
    A("es", "evidencia", ("evidencia",), "From English; it sounds like a court of law.", "papeles, pruebas"),
    A(
        "es",
        "convicción, ofensa",
        ("convicción", "ofensa"),
        "From English: here a belief and an insult.",
        "condena, delito",
    ),
    A("es", "eventualmente", ("eventualmente",), "It means “perhaps”, not “in the end”.", "con el tiempo"),
)


def avoided_in(texts: Iterable[str], language: str) -> list[Avoided]:
    """Return the words in the texts that we would not use with a client."""
    whole = "\n".join(texts)
    return [
        each
        for each in AVOIDED
        if each.language == language and find_starts(each.starts, whole=False).search(whole)
    ]
