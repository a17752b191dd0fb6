"""A text for each phrase that finds a request or a decision in words that nobody listed."""

from __future__ import annotations

from tracking.statuses import StatusCode as C

TITLES: dict[C, tuple[str, ...]] = {
    C.RFE_ISSUED: (
        "Documents Are Missing",
        "We Need More Information",
        "Request For Evidence Was Extended",
        "Your RFE Is Open",
    ),
    C.DENIED: (
        "Application Refused",
        "We Denied Your Case",
        "Fee Was Refunded And Case Was Denied",
        "Case Is Being Denied",
    ),
    C.REJECTED: (
        "We Returned Your Petition",
        "Petition Was Returned",
    ),
}

DESCRIPTIONS: dict[C, tuple[str, ...]] = {
    C.NOID_ISSUED: (
        "Your case will be denied unless you explain.",
        "We denied your wish, and we intend to deny the petition.",
        "We plan to deny your case.",
        "The petition could be denied unless we hear from you.",
    ),
    C.MAIL_RETURNED: ("We mailed your card. You never got it.",),
    C.NOIR_ISSUED: (
        "We approved your Form I-765. We told you that we intend to revoke it.",
        "We want to take back our approval.",
        "Your approval will be revoked unless you explain.",
        "We denied your wish, and we intend to revoke it.",
        "We propose to terminate your status.",
        "The approval could be revoked unless we hear from you.",
    ),
    C.RFE_ISSUED: (
        "We asked you to send the originals.",
        "We asked you for proof.",
        "We requested a translation: documents.",
        "We wrote to you requesting proof.",
        "The officer wrote to you and requested further proof.",
        "We still need proof.",
        "We will need you to send the originals.",
        "Proof that we asked for is open.",
        "We told you what evidence we still need.",
        "Proof is missing.",
        "Our request for evidence is open.",
        "Your RFE is open.",
        "It is about the request we sent.",
        "The evidence is insufficient.",
        "We received only a part.",
        "We received part of your evidence.",
        "There is a notice of deficiency.",
        "Send us your passport.",
        "You have 30 days to send it.",
    ),
    C.DENIED: (
        "We approved your case and then denied it.",
        "We approved your case, but we now deny it.",
        "We are denying your case.",
        "We refused your application.",
        "We cannot approve your case.",
        "We found you ineligible.",
        "You failed to establish that you are eligible.",
        "We made an unfavorable decision.",
        "We made a denial.",
    ),
    C.REJECTED: (
        "We did not accept your case.",
        "We could not accept your filing, and your Form I-485 was not accepted.",
        "We returned your package.",
        "Your package was sent back.",
        "We are rejecting your case.",
        "We returned your application.",
    ),
    C.REVOKED_TERMINATED: ("We must terminate your status.",),
    C.REQUEST_CANCELLED: (
        "We asked you for proof by mistake.",
        "We asked you to send the originals, but we no longer need them.",
    ),
    C.RESPONSE_RECEIVED: (
        "A reply to the letter was received.",
        "We received all of the documents.",
        "We received a letter.",
    ),
}

SPANISH: dict[C, tuple[str, ...]] = {
    C.NOID_ISSUED: (
        "Planeamos denegar su caso.",
        "Su caso podría ser denegado a menos que responda.",
    ),
    C.NOIR_ISSUED: (
        "Planeamos revocar su beneficio.",
        "Su beneficio podría ser revocado a menos que responda.",
    ),
    C.RFE_ISSUED: (
        "Le pedimos que nos enviara los originales.",
        "Le pedimos más pruebas.",
        "Necesitamos más pruebas de usted.",
        "Se le avisa que necesitamos más pruebas.",
        "Necesitamos que usted envíe los originales.",
        "Las pruebas que faltan son de su matrimonio.",
        "Las pruebas fueron requeridas por nosotros.",
        "Emitimos un requerimiento de pruebas.",
        "Emitimos un RFE para usted.",
        "La evidencia estaba incompleta.",
        "Le enviamos una carta de deficiencia.",
        "Envíenos su pasaporte.",
        "Tiene 30 días para enviarlo.",
        "Falta la prueba de su matrimonio.",
        "Documentos Solicitados",
    ),
    C.DENIED: (
        "Estamos denegando su caso.",
        "Se rechazó su caso.",
        "Su solicitud nos ha sido negada.",
        "No podemos aprobar su caso.",
        "No aprobamos su caso.",
        "Usted no es elegible para el beneficio.",
        "Usted es inelegible.",
        "Tomamos una decisión desfavorable.",
        "Consideramos abandonada su solicitud.",
    ),
    C.REQUEST_CANCELLED: (
        "Le pedimos pruebas por error.",
        "Le pedimos los originales, pero ya no los necesitamos.",
    ),
    C.REJECTED: ("Devolvimos su solicitud.", "No aceptamos su solicitud.", "Su solicitud no fue aceptada."),
    C.REVOKED_TERMINATED: ("Tenemos que terminar su estatus.",),
}
