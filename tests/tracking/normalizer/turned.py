"""Nouns, verbs and turns, from which texts about what was undone are made, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from tracking.statuses import StatusCode as C

MESES = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)


@dataclass(frozen=True)
class Family:
    """An event that can be called off or moved: its nouns and a title of it while it stands."""

    nouns: tuple[str, ...]
    title: str
    cancelled: C
    moved: C | None = None


ENGLISH = (
    Family(
        ("oath ceremony", "naturalization oath ceremony", "naturalization ceremony"),
        "Oath Ceremony Notice Was Mailed",
        C.OATH_CANCELLED,
        C.OATH_RESCHEDULED,
    ),
    Family(
        ("interview", "naturalization interview", "interview appointment"),
        "Interview Was Scheduled",
        C.INTERVIEW_CANCELLED,
        C.INTERVIEW_RESCHEDULED,
    ),
    Family(
        (
            "biometrics appointment",
            "fingerprint appointment",
            "biometric services appointment",
            "appointment",
        ),
        "Fingerprint and Biometrics Appointment Was Scheduled",
        C.BIOMETRICS_CANCELLED,
        C.BIOMETRICS_RESCHEDULED,
    ),
    Family(
        ("request for evidence", "request for additional evidence", "request for more information"),
        "Request for Additional Evidence Was Sent",
        C.REQUEST_CANCELLED,
    ),
)
SPANISH = (
    Family(
        ("ceremonia de juramento", "ceremonia de naturalización"),
        "Notificación Para La Ceremonia De Juramentación Fue Enviada Por Correo",
        C.OATH_CANCELLED,
        C.OATH_RESCHEDULED,
    ),
    Family(
        ("entrevista", "entrevista de naturalización"),
        "Entrevista Programada",
        C.INTERVIEW_CANCELLED,
        C.INTERVIEW_RESCHEDULED,
    ),
    Family(
        ("cita de huellas dactilares", "cita de datos biométricos", "cita biométrica", "cita"),
        "Cita De Huellas Dactilares Programada",
        C.BIOMETRICS_CANCELLED,
        C.BIOMETRICS_RESCHEDULED,
    ),
    Family(
        ("solicitud de evidencia", "solicitud de evidencia adicional", "petición de pruebas"),
        "Solicitud De Evidencia Enviada",
        C.REQUEST_CANCELLED,
    ),
)

CANCELLED = (
    "On May 4, 2026, we cancelled your {noun} for your Form I-485.",
    "We canceled the {noun} that we had sent you word of on May 4, 2026.",
    "Your {noun} was cancelled.",
    "Your {noun} of May 4, 2026, has been canceled.",
    "We had to cancel your {noun}.",
    "USCIS cancels your {noun}.",
    "Your {noun} is void.",
    "We had set your {noun} for May 4, 2026. We have since cancelled it.",
    "We sent you word of your {noun}, but it was cancelled.",
    "We sent you a notice that your {noun} was cancelled.",
    "We sent you a notice. The notice says that we cancelled your {noun}.",
    "We cancelled your {noun}. We will reschedule it.",
    "We had your {noun} on our list for May 4, 2026. That day was called off.",
)
MOVED = (
    "On May 4, 2026, we rescheduled your {noun} for your Form N-400.",
    "Your {noun} was rescheduled.",
    "We cancelled your {noun} and rescheduled it for June 4, 2026.",
    "We changed the date of your {noun}.",
    "We sent you a notice that your {noun} has been rescheduled.",
    "We sent you word of your {noun}. It was later rescheduled.",
)
TAKEN_BACK = (
    "We withdrew the {noun} that we sent you on May 4, 2026.",
    "Your {noun} was withdrawn.",
    "USCIS withdraws the {noun}.",
    "Please disregard the {noun}.",
    "We sent you a {noun} and have since rescinded it.",
    "We sent you a {noun}. Please disregard it.",
    "We sent you a {noun} in error.",
    "We sent you a {noun}. You no longer need to respond.",
)
CANCELADA = (
    "El 4 de mayo de 2026, cancelamos su {noun} para su Formulario I-485.",
    "Cancelamos la {noun} que le habíamos comunicado.",
    "Su {noun} fue cancelada.",
    "Su {noun} del 4 de mayo de 2026 ha sido cancelada.",
    "Tuvimos que cancelar su {noun}.",
    "USCIS cancela su {noun}.",
    "Le comunicamos su {noun}. Después la cancelamos.",
    "Le comunicamos su {noun}, pero esta fue cancelada.",
    "Le enviamos una notificación de que su {noun} fue cancelada.",
    "Le enviamos una notificación. La notificación dice que cancelamos su {noun}.",
)
REPROGRAMADA = (
    "El 4 de mayo de 2026, reprogramamos su {noun}.",
    "Su {noun} fue reprogramada.",
    "Cambiamos la fecha de su {noun}.",
    "Cancelamos su {noun} y la reprogramamos para el 4 de junio de 2026.",
    "Le comunicamos su {noun}. Esta fue reprogramada.",
)
RETIRADA = (
    "Retiramos la {noun} que le enviamos.",
    "Su {noun} quedó sin efecto.",
    "Por favor, haga caso omiso de la {noun}.",
    "Le enviamos una {noun}. Después la retiramos.",
    "Le enviamos una {noun}. No tiene que responder; quedó cancelada.",
    "Le enviamos una {noun} por error.",
    "Le enviamos una {noun}. Por favor, ignore ese aviso.",
)


STANDS = ("Your {noun} was not cancelled.", "We have not cancelled your {noun}.")
SIGUE = ("Su {noun} no fue cancelada.", "No cancelamos su {noun}.")
REFUSED = (
    "We denied your request to withdraw our {noun}.",
    "We declined to cancel your {noun}.",
    "We refused to rescind the {noun}.",
    "We rejected the withdrawal of the {noun}.",
    "We rejected the cancellation of the {noun}.",
)
NEGADA = (
    "Denegamos su petición de retirar la {noun}.",
    "Negamos la cancelación de su {noun}.",
    "Rechazamos cancelar su {noun}.",
    "USCIS denegó su petición de anular la {noun}.",
)
TITLES = ("{noun} Was Cancelled", "{noun} Was Not Cancelled", "{noun} Was Rescheduled")
DECISIONS = (
    "approval approved",
    "denial denied",
    "rejection rejected",
    "revocation revoked",
    "closure closed",
)
TAKEN = (
    "The {noun} of your case was vacated.",
    "We vacated the {noun} of your case.",
    "Your case was {verb} last year; we have since vacated that.",
)
DECISIONES = (
    "aprobación aprobado",
    "denegación denegado",
    "rechazo rechazado",
    "revocación revocado",
    "cierre cerrado",
)
ANULADA = (
    "La {noun} de su caso fue anulada.",
    "Anulamos la {noun} de su caso.",
    "Su caso fue {verb} el año pasado; después lo anulamos.",
)

IGNORED = ("Please disregard the {noun} notice that we sent you.",)
IGNORADA = ("Haga caso omiso de la notificación de {noun}.",)


def decided(pairs: tuple[str, ...], phrases: tuple[str, ...]) -> list[str]:
    words = [pair.split() for pair in pairs]
    return [phrase.format(noun=noun, verb=verb) for noun, verb in words for phrase in phrases]


def standing(families: tuple[Family, ...], phrases: tuple[str, ...]) -> list[str]:
    return [phrase.format(noun=noun) for family in families for noun in family.nouns for phrase in phrases]


def texts(
    families: tuple[Family, ...], phrases: tuple[str, ...], *, moved: bool = False
) -> list[tuple[str, C, str]]:
    """Every phrase about every noun: the title while it stood, what must be read, the text."""
    return [
        (family.title, code, phrase.format(noun=noun))
        for family in families
        if (code := family.moved if moved else family.cancelled)
        for noun, phrase in product(family.nouns, phrases)
    ]


REQUESTS = {"en": ENGLISH[3:], "es": SPANISH[3:]}
UNDONE = [
    *texts(ENGLISH, CANCELLED),
    *texts(SPANISH, CANCELADA),
    *texts(REQUESTS["en"], TAKEN_BACK),
    *texts(REQUESTS["es"], RETIRADA),
]
ELSEWHERE = [*texts(ENGLISH, MOVED, moved=True), *texts(SPANISH, REPROGRAMADA, moved=True)]

# What was planned and will not be done.
NO_LONGER = (
    "We no longer intend to deny your Form I-485.",
    "USCIS does not intend to revoke your case.",
    "We planned to deny your case, but decided not to deny it.",
    "We planned to deny your case, but will not do so.",
    "We decided not to deny your case.",
    "Decidimos no denegar su caso.",
    "Ya no tenemos la intención de denegar su caso.",
    "USCIS ya no propone revocar su caso.",
    "No tenemos la intención de denegar su caso.",
    "Teníamos la intención de denegar su caso, pero decidimos no denegarlo.",
    "Planeamos revocar su caso. Hemos decidido no hacerlo.",
)
NO_LONGER_TITLES = (
    "USCIS No Longer Intends To Deny My Case",
    "USCIS Does Not Intend To Deny My Case",
    "USCIS Intended To Deny My Case And Decided Not To",
    "USCIS Decided Not To Deny My Case",
)

# Every form that the rules know, for whoever asks whether each is needed.
TITLE_FORMS = [
    *standing(ENGLISH, TITLES),
    *(f"{pair.split()[0]} Was Vacated" for pair in DECISIONS),
    *NO_LONGER_TITLES,
]
TEXT_FORMS = [
    *(text for _, _, text in (*UNDONE, *ELSEWHERE)),
    *standing(ENGLISH, (*STANDS, *REFUSED)),
    *standing(SPANISH, (*SIGUE, *NEGADA)),
    *decided(DECISIONS, TAKEN),
    *decided(DECISIONES, ANULADA),
    *decided(DECISIONS, IGNORED),
    *decided(DECISIONES, IGNORADA),
    *NO_LONGER,
]

# Events with a title that agrees; whatever turns them must at least be asked about.
EVENTS = (
    ("Case Was Received", "We received your Form I-485."),
    ("Case Was Approved", "We approved your Form I-485."),
    ("Case Was Denied", "We denied your Form I-485."),
    ("Case Was Rejected Because It Was Improperly Filed", "We rejected your Form I-485."),
    ("Case Was Reopened", "We reopened your Form I-485."),
    ("Case Closed Benefit Received By Other Means", "We closed your Form I-485."),
    ("Case Was Withdrawn", "We received your request to withdraw your Form I-485."),
    ("Case Was Transferred And A New Office Has Jurisdiction", "We transferred your Form I-485."),
    ("Case Is On Hold", "Your Form I-485 is on hold."),
    ("Case Remains Pending", "Your Form I-485 is still pending."),
    ("Response To USCIS Request For Evidence Was Received", "We received your response to our request."),
    ("Interview Was Scheduled", "We scheduled an interview for your Form I-485."),
    ("Interview Was Completed And My Case Must Be Reviewed", "Your interview was completed."),
    ("Oath Ceremony Notice Was Mailed", "We mailed you a notice of your oath ceremony."),
    ("Case Was Updated To Show Fingerprints Were Taken", "Your fingerprints were taken."),
    ("New Card Is Being Produced", "We ordered your new card."),
    ("Card Was Mailed To Me", "We mailed your card."),
    ("Card Was Delivered To Me By The Post Office", "The Post Office delivered your card."),
    ("Card Was Destroyed", "We destroyed your card."),
    ("Case Was Sent To The Department of State", "We sent your Form I-130 to the Department of State."),
    ("Caso Recibido", "Recibimos su Formulario I-485."),
    ("Caso Fue Aprobado", "Aprobamos su Formulario I-485."),
    ("Caso Fue Denegado", "Rechazamos su Formulario I-485."),
    ("Entrevista Programada", "Programamos una entrevista para su Formulario I-485."),
    ("Tarjeta Producida", "Ordenamos su nueva tarjeta."),
    ("Caso Enviado Al Departamento De Estado", "Enviamos su Formulario I-130 al Departamento de Estado."),
    ("Caso Fue Recibido En Mi Oficina Local", "Transferimos su Formulario I-485 a otra oficina."),
)
TURNS = (
    "We did this in error.",
    "However, we have since cancelled it.",
    "We then revoked that decision.",
    "We later withdrew it.",
    "This is no longer so.",
    "That was not correct.",
    "Please disregard this.",
)
VUELTAS = (
    "Esto fue por error.",
    "Sin embargo, después lo cancelamos.",
    "Luego revocamos esa decisión.",
    "Esto ya no es así.",
    "Por favor, ignore este aviso.",
    "Eso quedó sin efecto.",
)
ADVICE = (
    "If you move, tell us your new address.",
    "Please follow the instructions in the notice.",
    "Si se muda, díganos su nueva dirección.",
)
