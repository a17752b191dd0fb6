"""What Spanish titles and descriptions say, labelled as their English twins.

USCIS translates "denied" as "rechazamos", "parole" as "libertad condicional", and writes "recibo"
for a receipt as well as for an acknowledgement: the object decides here too.
"""

from __future__ import annotations

import re

from tracking.normalizer.rules import Rule, rule
from tracking.statuses import StatusCode as C

IS_SPANISH = re.compile(
    r"\b(?:caso|tarjeta|entrevista|notificacion|notificaciones|aviso|solicitud|peticion|respuesta|recibo|huellas|documento"
    r"|formulario|su|fue|fueron|enviad[oa]|enviamos|aprobad[oa]|denegad[oa]|rechazad[oa]|ceremonia|oficina|correo"
    r"|cita|apelacion|mocion|evidencia|tarifas?|tarifa|pago|nombre|estatus|permiso|certificado|numero|viaje)\b"
)

_CASE = r"(?:(?:su|el|la|este|esta) )?(?:xform|caso|solicitud|peticion|formulario)"
_DOC = r"(?:su |la |el |una |un )?(?:nuev[oa] )?(?:[\w]+ ){0,3}?(?:tarjeta|documentos?|permiso|certificado)"

_BESIDE_THE_CASE: tuple[Rule, ...] = (
    rule(
        "es.expedite-answer",
        C.EXPEDITE,
        r"\b(?:acelerad[oa]|agilizar|agilizacion|agilizad[oa]|acelerar|expedit\w*|urgente)\b|procesamiento (?:prioritario|premium)|premium",
    ),
    rule(
        "es.fees-waived",
        C.RECEIVED,
        r"(?:exoner|exim|eximi|dispens|exencion)\w* (?:de )?(?:\w+ ){0,3}(?:tarifas?|cuotas?|pago)|tarifas? (?:\w+ ){0,2}(?:exoneradas?|eximidas?|exentas?)",
    ),
    rule(
        "es.fingerprint-fee",
        C.RECEIVED,
        r"tarifas? (?:de|por|para) (?:\w+ ){0,4}(?:huellas|datos biometricos)[^.]* (?:recibid|aceptad)|(?:aceptamos|recibimos) la tarifa",
    ),
    rule(
        "es.refund",
        C.FEE_PAYMENT,
        r"reembols\w*|problema (?:con|de) (?:el |su )?pago|tarifa (?:de )?inmigrante",
    ),
    rule("es.representative-refused", C.ADMIN_UPDATE, r"g ?-?28[^.]*rechaz|rechaz[^.]*g ?-?28", action=True),
    rule("es.representative", C.ADMIN_UPDATE, r"g ?-?28|\b(?:abogado|representante)\b"),
    rule(
        "es.personal-data",
        C.ADMIN_UPDATE,
        r"actualiz\w+ (?:su |el |la )?(?:nombre|fecha de nacimiento|direccion|genero)|(?:nombre|fecha de nacimiento|direccion)\b[^.]* (?:actualizad|cambiad|corregid)",
    ),
    rule(
        "es.copy-of-notice",
        C.ADMIN_UPDATE,
        r"(?:notificacion|aviso) (?:duplicad|enmendad|corregid)|duplicado de (?:la |su )?(?:notificacion|aviso)|copia de (?:la )?notificacion",
    ),
)

_APPEALS: tuple[Rule, ...] = (
    rule(
        "es.appeal-lost",
        C.APPEAL_MOTION,
        r"(?:apelacion|mocion)[^.]* (?:desestimad|denegad|rechazad|terminad)|(?:desestimamos|denegamos|rechazamos) su (?:apelacion|mocion)",
        action=True,
        terminal=True,
    ),
    rule("es.reopened", C.REOPENED, r"\b(?:reabiert|reabrimos|reapertura|reconsider)"),
    rule(
        "es.appeal",
        C.APPEAL_MOTION,
        r"\b(?:apelacion|mocion|apelaciones)\b|autoridad de apelacion|oficina ejecutiva (?:de|para)|certificad[oa] por",
    ),
)

_REVERSALS: tuple[Rule, ...] = (
    rule(
        "es.response",
        C.RESPONSE_RECEIVED,
        r"\brespuesta\b|recibimos su (?:correspondencia|evidencia|carta)|correspondencia[^.]* recibid",
    ),
    rule("es.intent-to-revoke", C.NOIR_ISSUED, r"(?:intencion|intento) de (?:revocar|rescindir|terminar)"),
    rule(
        "es.intent-to-deny",
        C.NOID_ISSUED,
        r"(?:intencion|intento) de (?:denegar|negar|rechazar)|(?:medida|accion) que (?:tenemos la intencion|pretendemos|planeamos)|(?:explica|explicando) las acciones de uscis",
    ),
    rule(
        "es.negated-decision",
        C.UNKNOWN,
        r"\bno (?:fue|ha sido|hemos|esta|se ha)(?: \w+)? (?:aprobad|denegad|rechazad|revocad|terminad|cerrad)",
        weak=True,
    ),
    rule("es.revoked", C.REVOKED_TERMINATED, r"\brevoc(?:ad|amos|acion)"),
    rule("es.withdrawn", C.WITHDRAWN, r"\bretir(?:ar|o|ad[oa])\b|\bdesist"),
    rule(
        "es.sent-back",
        C.REJECTED,
        r"devolvimos su caso|rechaz(?:amos|ado)[^.]* porque|tarifa incorrecta|volver a presentar",
    ),
    rule("es.reviewed-and-denied", C.DENIED, r"(?:rechazamos|denegamos|negamos) " + _CASE),
    rule("es.case-terminated", C.REVOKED_TERMINATED, r"^(?:el )?caso (?:fue |ha sido )?terminado", weak=True),
    rule("es.terminated", C.REVOKED_TERMINATED, r"terminacion|\bterminad[oa]|terminamos su"),
)

_MAIL: tuple[Rule, ...] = (
    rule(
        "es.destroyed-on-return",
        C.DOC_DESTROYED,
        r"destru\w+[^.]*(?:usted (?:nos )?devolvio|su carta)",
        action=False,
    ),
    rule("es.destroyed", C.DOC_DESTROYED, r"(?<!ser )\bdestru(?:id|imos|yo)"),
    rule(
        "es.notice-returned",
        C.MAIL_RETURNED,
        r"(?:notificacion|aviso)[^.]* (?:devuelt|no (?:se )?pudo)|devolvio (?:la|una|el|un) (?:notificacion|aviso)",
        terminal=False,
    ),
    rule(
        "es.document-returned",
        C.MAIL_RETURNED,
        r"devuelt[oa]|devolvio|no (?:se )?pudo (?:ser )?entreg|imposible de entregar|retenid[oa]",
    ),
    rule(
        "es.returned-with-letter",
        C.RESPONSE_RECEIVED,
        r"recib(?:imos|id)[^.]*tarjeta[^.]*carta|tarjeta[^.]*recibid[^.]*carta",
    ),
    rule("es.delivered", C.DOC_DELIVERED, r"\bentreg(?:o|ad[oa]|amos)\b|certificado[^.]* emitido"),
    rule(
        "es.in-the-mail",
        C.DOC_MAILED,
        rf"recogio|recogid[oa]|enviamos(?: por correo)? {_DOC}|(?:tarjeta|documento|permiso)\b[^.]* (?:enviad[oa])",
    ),
    rule(
        "es.produced",
        C.DOC_PRODUCTION,
        rf"(?:produjimos|ordenamos|pedimos|imprimimos) {_DOC}|(?:tarjeta|documento|permiso)\b[^.]* (?:producid[oa]|producida|en produccion|produciendo|produciend)",
    ),
)

_STEPS: tuple[Rule, ...] = (
    rule(
        "es.evidence-requested",
        C.RFE_ISSUED,
        r"(?:pedido|peticion|solicitud) de (?:\w+ ){0,2}(?:evidencia|pruebas)",
    ),
    rule(
        "es.no-show",
        C.NO_SHOW,
        r"nadie (?:se presento|comparecio|vino|asistio)|no (?:se presento|comparecio|asistio)",
    ),
    rule("es.oath", C.OATH_CEREMONY, r"\bjura(?:mento|mentacion)\b"),
    rule(
        "es.interview-cancelled",
        C.INTERVIEW_CANCELLED,
        r"entrevista[^.]* cancelad|cancelamos [^.]*entrevista",
    ),
    rule(
        "es.interview-held",
        C.INTERVIEW_COMPLETED,
        r"entrevista[^.]* (?:completad|realizad|finaliz)|completamos su entrevista",
    ),
    rule(
        "es.interview-ready",
        C.INTERVIEW_READY,
        r"list[oa]s? para (?:ser )?program[^.]*entrevista|list[oa]s? para [^.]*entrevista",
    ),
    rule(
        "es.interview-scheduled",
        C.INTERVIEW_SCHEDULED,
        r"entrevista[^.]* (?:re)?programad|(?:re)?programamos[^.]* entrevista",
    ),
    rule(
        "es.biometrics-scheduled",
        C.BIOMETRICS_SCHEDULED,
        r"cita [^.]*(?:huellas|biometric)|(?:huellas|biometric)[^.]* (?:cita|programad)|programamos [^.]*(?:huellas|biometric)",
    ),
    rule(
        "es.biometrics-done",
        C.BIOMETRICS_DONE,
        r"huellas[^.]* (?:tomad|aplicad|tomaron|revis)|tomaron [^.]*huellas|biometric[^.]* (?:tomad|aplicad)",
    ),
    rule(
        "es.transferred",
        C.TRANSFERRED,
        r"transfer(?:id|imos)|traslad(?:ad|amos)|reubicad|en (?:mi|su|esta|otra) oficina(?: local)?|otra oficina",
    ),
    rule("es.from-dos", C.IN_REVIEW, r"departamento de estado (?:nos )?(?:envio|devolvio|regreso)"),
    rule(
        "es.to-dos", C.SENT_TO_DOS, r"envia(?:do|mos)[^.]* al departamento de estado|centro nacional de visas"
    ),
    rule("es.hold", C.ON_HOLD, r"en (?:espera|suspenso)|suspendid[oa]"),
)

_PLAIN: tuple[Rule, ...] = (
    rule("es.closed", C.CLOSED, r"\bcerrad[oa]\b|\bcerramos\b"),
    rule("es.denied", C.DENIED, r"denegad[oa]|denegamos|\bnegamos\b|rechazamos|\bdenegacion\b"),
    rule("es.rejected", C.REJECTED, r"rechazad[oa]", weak=True),
    rule(
        "es.approved",
        C.APPROVED,
        rf"aprobamos (?:su|la|el) |{_CASE}[^.]{{0,40}} aprobad[oa]|^aprobad[oa]|aprobad[oa]$",
    ),
    rule(
        "es.received",
        C.RECEIVED,
        rf"(?:recibimos|aceptamos) {_CASE}|{_CASE}[^.]{{0,40}} (?:recibid[oa]|aceptad[oa])",
    ),
    rule(
        "es.in-review",
        C.IN_REVIEW,
        r"(?:siendo|esta siendo) (?:\w+ )?(?:procesad|revisad)|(?:estamos|comenzamos a|empezamos a) (?:\w+ )?(?:revis|proces)|pendiente|en revision|bajo revision",
    ),
    rule(
        "es.notice",
        C.NOTICE_MAILED,
        r"(?:notificacion|aviso)[^.]* (?:enviad|fue)|enviamos [^.]*(?:notificacion|aviso)",
        weak=True,
    ),
)

SPANISH: tuple[Rule, ...] = _BESIDE_THE_CASE + _APPEALS + _REVERSALS + _MAIL + _STEPS + _PLAIN
