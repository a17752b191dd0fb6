"""Immigration terms in English and Spanish, reviewed by hand. Pure.

`theirs` is what USCIS writes in Spanish, in its status texts and on uscis.gov/es; `ours` is what we write to
clients. `english` and `spanish` are beginnings of words by which either is found in a text: where one of
the English ones stands, one of the Spanish ones has to stand too. REVIEWED is the day of the last review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

REVIEWED = "2026-11-24"


@dataclass(frozen=True, slots=True)
class Term:
    """One term: the word we use in each language, what USCIS writes, and where that misleads."""

    name: str
    ours: str
    theirs: str
    english: tuple[str, ...]
    spanish: tuple[str, ...]
    note: str = ""


T = Term

TERMS: tuple[Term, ...] = (
    # The case and its papers
    T("case", "caso", "caso", ("case",), ("caso",)),
    T("filing", "trámite", "caso, solicitud o petición", ("filing",), ("trámite",)),
    T("form", "formulario", "formulario", ("form", "forms"), ("formulario",), "Never “forma”."),
    T("application", "solicitud", "solicitud", ("application",), ("solicitud",), "Never “aplicación”."),
    T("applicant", "solicitante", "solicitante", ("applicant",), ("solicitante",)),
    T("petition", "petición", "petición", ("petition", "petitions"), ("petición", "peticiones")),
    T("petitioner", "quien presentó la petición", "peticionario", ("petitioner",), ("quien presentó",)),
    T("beneficiary", "la persona beneficiada", "beneficiario", ("beneficiary",), ("benefici",)),
    T(
        "request",
        "solicitud",
        "solicitud, petición o pedido",
        ("request",),
        ("solicitud", "solicit"),
        "USCIS translates it in three ways, one of which also means a petition such as Form I-130.",
    ),
    T("papers", "papeles", "documentos, evidencia", ("papers",), ("papel",)),
    T(
        "evidence",
        "pruebas",
        "evidencia",
        ("evidence",),
        ("prueba",),
        "“Evidencia” is a loan from English; many readers understand “pruebas” or “papeles” better.",
    ),
    T(
        "receipt notice",
        "aviso de recibo",
        "notificación de recibo",
        ("receipt notice",),
        ("aviso de recibo",),
    ),
    T("receipt number", "número de recibo", "número de recibo", ("receipt number",), ("número de recibo",)),
    T(
        "notice",
        "aviso",
        "notificación o aviso",
        ("notice",),
        ("aviso",),
        "The heading of many is “Notificación de acción”: it says that USCIS acted, not that you must.",
    ),
    T("letter", "carta", "notificación, aviso", ("letter",), ("carta",)),
    T("copy", "copia", "copia", ("copy",), ("copia",)),
    T("records", "registros", "registros, expediente", ("record",), ("registro",), "Never “récord”."),
    T("fee", "tarifa", "tarifa", ("fee", "fees"), ("tarifa",)),
    T("fee waiver", "exención de tarifa", "exención de tarifas", ("fee waiver",), ("exención de tarifa",)),
    T("payment", "pago", "pago", ("payment", "paid"), ("pag",)),
    # People and places
    T("USCIS", "USCIS", "USCIS", ("USCIS",), ("USCIS",)),
    T("officer", "oficial", "oficial", ("officer",), ("oficial",)),
    T("office", "oficina", "oficina", ("our office", "the office", "another office"), ("oficina",)),
    T("attorney", "abogada o abogado", "abogado", ("attorney", "lawyer"), ("abogad",), "Never “notario”."),
    T("legal team", "equipo legal", "representante legal", ("legal team",), ("equipo legal",)),
    T("citizen", "con ciudadanía", "ciudadano", ("citizen",), ("ciudadan",)),
    T(
        "State Department",
        "Departamento de Estado",
        "Departamento de Estado",
        ("State Department",),
        ("Departamento de Estado",),
    ),
    T(
        "National Visa Center",
        "Centro Nacional de Visas",
        "Centro Nacional de Visas",
        ("National Visa Center",),
        ("Centro Nacional de Visas",),
    ),
    T("address", "dirección", "dirección, domicilio", ("address",), ("dirección",)),
    # Appointments
    T("appointment", "cita", "cita", ("appointment",), ("cita",)),
    T(
        "fingerprints and photo",
        "huellas y foto",
        "huellas dactilares, servicios biométricos",
        ("fingerprint",),
        ("huella",),
        "“Datos biométricos” tells a client less than what is done there: prints, a photo, a signature.",
    ),
    T("photo", "foto", "fotografía", ("photo",), ("foto",)),
    T(
        "photo ID",
        "identificación con foto",
        "identificación con fotografía",
        ("photo ID",),
        ("identificación con foto",),
    ),
    T("interview", "entrevista", "entrevista", ("interview",), ("entrevista",)),
    T(
        "oath",
        "juramento",
        "juramento, juramentación",
        ("oath",),
        ("juramento",),
        "A status says “ceremonia de juramentación” and its text “ceremonia de juramento”: the same event.",
    ),
    T("naturalization", "naturalización", "naturalización", ("naturaliz",), ("naturaliz",)),
    # What USCIS does
    T("review", "revisión, estudiar", "revisión", ("review", "checking", "first check"), ("revis", "estudi")),
    T("decision", "decisión", "decisión", ("decision",), ("decisión",)),
    T("decide", "decidir", "tomar una decisión", ("decide",), ("decid",)),
    T("approval", "aprobación", "aprobación", ("approv",), ("aprob", "aprueb")),
    T(
        "denial",
        "denegación",
        "denegación; en los textos también “rechazamos”",
        ("denial", "denied", "deny"),
        ("deneg", "denieg"),
        "USCIS's Spanish texts say “rechazamos su caso” where the English says “we denied”. That is the word "
        "for papers sent back unread, after which one files again; after a denial a time limit runs.",
    ),
    T(
        "rejection",
        "devolver sin estudiar",
        "rechazo",
        ("rejection", "rejected"),
        ("devol",),
        "Papers sent back without a look at the case. We say that USCIS sent them back.",
    ),
    T(
        "request for evidence",
        "solicitud de más papeles",
        "solicitud, petición o pedido de evidencia",
        ("request for evidence",),
        ("solicitud de",),
    ),
    T(
        "notice of intent to deny",
        "aviso de que piensa denegar",
        "notificación de intención de denegar",
        ("intent to deny",),
        ("piensa denegar",),
    ),
    T(
        "notice of intent to revoke",
        "aviso de que piensa revocar",
        "notificación de intención de revocar",
        ("intent to revoke",),
        ("piensa revocar",),
    ),
    T(
        "withdrawal",
        "retiro",
        "retiro",
        ("withdraw",),
        ("retir",),
        "“Recibo del retiro” is a receipt for a withdrawal.",
    ),
    T(
        "take back an approval",
        "retirar una aprobación",
        "revocar",
        ("take back an approval", "took back an approval"),
        ("retir",),
    ),
    T("close", "cerrar", "cerrar administrativamente", ("closed", "close your case"), ("cerr", "cierr")),
    T("reopen", "abrir otra vez", "reabrir", ("reopen", "opened your case again"), ("otra vez", "reabr")),
    T("transfer", "pasar a otra oficina", "transferir", ("transfer", "another office"), ("otra oficina",)),
    T("hold", "pausa", "en espera, retenido", ("on hold", "paused"), ("pausa",)),
    T("appeal", "apelación", "apelación", ("appeal",), ("apelación", "apelar")),
    T("motion", "moción", "moción", ("motion",), ("moción",)),
    T(
        "work faster",
        "ir más rápido",
        "procesamiento acelerado",
        ("work faster", "expedite"),
        ("más rápido",),
    ),
    T(
        "due date",
        "fecha límite",
        "fecha límite, plazo",
        ("due date", "time limit", "deadline"),
        ("fecha límite",),
    ),
    # Cards and documents
    T(
        "green card",
        "tarjeta de residente",
        "Tarjeta de Residente Permanente",
        ("green card",),
        ("tarjeta de residente",),
    ),
    T(
        "permanent resident",
        "residente permanente",
        "residente permanente",
        ("permanent resident",),
        ("residente permanente",),
    ),
    T(
        "work permit",
        "permiso de trabajo",
        "Documento de Autorización de Empleo",
        ("work permit",),
        ("permiso de trabajo",),
    ),
    T(
        "advance parole",
        "permiso para viajar",
        "permiso adelantado de viaje; en los textos también “libertad condicional anticipada”",
        ("advance parole",),
        ("permiso para viajar",),
        "“Libertad condicional” is release from prison. The document lets somebody come back after a trip.",
    ),
    T(
        "parole",
        "permiso de permanencia temporal",
        "permiso de permanencia temporal; en los textos también “libertad condicional”",
        ("parole",),
        ("permiso",),
        "See advance parole: nobody was in prison.",
    ),
    T(
        "adjustment of status",
        "ajuste de estatus",
        "ajuste de estatus",
        ("adjustment of status",),
        ("ajuste de estatus",),
    ),
    T(
        "waiver",
        "perdón",
        "exención",
        ("waiver",),
        ("perdón", "exención"),
        "People say “perdón”; the form says “exención de causales de inadmisibilidad”.",
    ),
    T("asylum", "asilo", "asilo", ("asylum",), ("asilo",)),
    T("card", "tarjeta", "tarjeta", ("card",), ("tarjeta",)),
    T("document", "documento", "documento", ("document",), ("documento",)),
    T(
        "tracking number",
        "número de seguimiento",
        "número de seguimiento",
        ("tracking number",),
        ("número de seguimiento",),
    ),
    T("renewal", "renovación", "renovación", ("renew",), ("renov", "renuev")),
    T("travel", "viajar", "viajar", ("travel",), ("viaj",)),
    T(
        "affidavit",
        "declaración jurada",
        "declaración jurada",
        ("affidavit", "sworn statement"),
        ("declaración jurada",),
    ),
    T(
        "priority date",
        "fecha de prioridad",
        "fecha de prioridad",
        ("priority date",),
        ("fecha de prioridad",),
    ),
)


def terms_in(texts: Iterable[str], language: str) -> list[Term]:
    """Return the terms whose words occur in the texts."""
    whole = "\n".join(texts)
    return [
        term
        for term in TERMS
        if find_starts(term.english if language == "en" else term.spanish, whole=language == "en").search(
            whole
        )
    ]


def untranslated(english: Iterable[str], spanish: Iterable[str]) -> list[Term]:
    """Return the terms that the English text uses while the Spanish one has other words for them."""
    found = {term.name for term in terms_in(spanish, "es")}
    return [term for term in terms_in(english, "en") if term.name not in found]


@cache
def find_starts(starts: tuple[str, ...], *, whole: bool) -> re.Pattern[str]:
    """Find words that begin so; `whole` ones may only be in the plural or past as well."""
    end = r"(?:s|es|ed|al|als|ation|ing|d|n)?\b" if whole else ""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, starts))}){end}", re.IGNORECASE)
