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
        r"\b(?:acelerad[oa]|agilizar|agilizacion|agilizad[oa]|acelerar|expedit\w*|urgente)\b",
        r"procesamiento (?:prioritario|premium)",
        r"premium",
    ),
    rule(
        "es.fees-waived",
        C.RECEIVED,
        r"(?:exoner|exim|eximi|dispens|exencion)\w* (?:de )?(?:\w+ ){0,3}(?:tarifas?|cuotas?|pago)",
        r"tarifas? (?:\w+ ){0,2}(?:exoneradas?|eximidas?|exentas?)",
    ),
    rule(
        "es.fingerprint-fee",
        C.RECEIVED,
        r"tarifas? (?:de|por|para) (?:\w+ ){0,4}(?:huellas|datos biometricos)[^.]* (?:recibid|aceptad)",
        r"(?:aceptamos|recibimos) la tarifa",
    ),
    rule(
        "es.refund",
        C.FEE_PAYMENT,
        r"reembols\w*",
        r"problema (?:con|de) (?:el |su )?pago",
        r"tarifa (?:de )?inmigrante",
    ),
    rule(
        "es.representative-refused", C.ADMIN_UPDATE, r"g ?-?28[^.]*rechaz", r"rechaz[^.]*g ?-?28", action=True
    ),
    rule("es.representative", C.ADMIN_UPDATE, r"g ?-?28", r"\b(?:abogado|representante)\b"),
    rule(
        "es.personal-data",
        C.ADMIN_UPDATE,
        r"actualiz\w+ (?:su |el |la )?(?:nombre|fecha de nacimiento|direccion|genero)",
        r"(?:nombre|fecha de nacimiento|direccion)\b[^.]* (?:actualizad|cambiad|corregid)",
    ),
    rule(
        "es.copy-of-notice",
        C.ADMIN_UPDATE,
        r"(?:notificacion|aviso) (?:duplicad|enmendad|corregid)",
        r"duplicado de (?:la |su )?(?:notificacion|aviso)",
        r"copia de (?:la )?notificacion",
    ),
)

_APPEALS: tuple[Rule, ...] = (
    rule(
        "es.appeal-lost",
        C.APPEAL_MOTION,
        r"(?:apelacion|mocion)[^.]* (?:desestimad|denegad|rechazad|terminad)",
        r"(?:desestimamos|denegamos|rechazamos) su (?:apelacion|mocion)",
        action=True,
        terminal=True,
    ),
    rule("es.reopened", C.REOPENED, r"\b(?:reabiert|reabrimos|reapertura|reconsider)"),
    rule(
        "es.appeal",
        C.APPEAL_MOTION,
        r"\b(?:apelacion|mocion|apelaciones)\b",
        r"autoridad de apelacion",
        r"oficina ejecutiva (?:de|para)",
        r"certificad[oa] por",
    ),
)

_REVERSALS: tuple[Rule, ...] = (
    rule(
        "es.response",
        C.RESPONSE_RECEIVED,
        r"\brespuesta\b",
        r"recibimos su (?:correspondencia|evidencia|carta)",
        r"correspondencia[^.]* recibid",
    ),
    rule("es.intent-to-revoke", C.NOIR_ISSUED, r"(?:intencion|intento) de (?:revocar|rescindir|terminar)"),
    rule(
        "es.intent-to-deny",
        C.NOID_ISSUED,
        r"(?:intencion|intento) de (?:denegar|negar|rechazar)",
        r"(?:medida|accion) que (?:tenemos la intencion|pretendemos|planeamos)",
        r"(?:explica|explicando) las acciones de uscis",
    ),
    rule(
        "es.negated-decision",
        C.UNKNOWN,
        r"\bno (?:fue|ha sido|hemos|esta|se ha)(?: \w+)? (?:aproba|denega|rechaza|revoca|termina|cerra)d",
        weak=True,
    ),
    rule("es.revoked", C.REVOKED_TERMINATED, r"\brevoc(?:ad|amos|acion)"),
    rule("es.withdrawn", C.WITHDRAWN, r"\bretir(?:ar|o|ad[oa])\b", r"\bdesist"),
    rule(
        "es.sent-back",
        C.REJECTED,
        r"devolvimos su caso",
        r"rechaz(?:amos|ado)[^.]* porque",
        r"tarifa incorrecta",
        r"volver a presentar",
    ),
    rule("es.reviewed-and-denied", C.DENIED, rf"(?:rechazamos|denegamos|negamos) {_CASE}"),
    rule("es.case-terminated", C.REVOKED_TERMINATED, r"^(?:el )?caso (?:fue |ha sido )?terminado", weak=True),
    rule("es.terminated", C.REVOKED_TERMINATED, r"terminacion", r"\bterminad[oa]", r"terminamos su"),
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
        r"(?:notificacion|aviso)[^.]* (?:devuelt|no (?:se )?pudo)",
        r"devolvio (?:la|una|el|un) (?:notificacion|aviso)",
        terminal=False,
    ),
    rule(
        "es.document-returned",
        C.MAIL_RETURNED,
        r"devuelt[oa]",
        r"devolvio",
        r"no (?:se )?pudo (?:ser )?entreg",
        r"imposible de entregar",
        r"retenid[oa]",
    ),
    rule(
        "es.returned-with-letter",
        C.RESPONSE_RECEIVED,
        r"recib(?:imos|id)[^.]*tarjeta[^.]*carta",
        r"tarjeta[^.]*recibid[^.]*carta",
    ),
    rule("es.delivered", C.DOC_DELIVERED, r"\bentreg(?:o|ad[oa]|amos)\b", r"certificado[^.]* emitido"),
    rule(
        "es.in-the-mail",
        C.DOC_MAILED,
        r"recogio",
        r"recogid[oa]",
        rf"enviamos(?: por correo)? {_DOC}",
        r"(?:tarjeta|documento|permiso)\b[^.]* (?:enviad[oa])",
    ),
    rule(
        "es.produced",
        C.DOC_PRODUCTION,
        rf"(?:produjimos|ordenamos|pedimos|imprimimos) {_DOC}",
        r"(?:tarjeta|documento|permiso)\b[^.]* (?:producid[oa]|produccion|produciendo)",
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
        r"nadie (?:se presento|comparecio|vino|asistio)",
        r"no (?:se presento|comparecio|asistio)",
    ),
    rule("es.oath", C.OATH_CEREMONY, r"\bjura(?:mento|mentacion)\b"),
    rule(
        "es.interview-cancelled",
        C.INTERVIEW_CANCELLED,
        r"entrevista[^.]* cancelad",
        r"cancelamos [^.]*entrevista",
    ),
    rule(
        "es.interview-held",
        C.INTERVIEW_COMPLETED,
        r"entrevista[^.]* (?:completad|realizad|finaliz)",
        r"completamos su entrevista",
    ),
    rule(
        "es.interview-ready",
        C.INTERVIEW_READY,
        r"list[oa]s? para (?:ser )?program[^.]*entrevista",
        r"list[oa]s? para [^.]*entrevista",
    ),
    rule(
        "es.interview-scheduled",
        C.INTERVIEW_SCHEDULED,
        r"entrevista[^.]* (?:re)?programad",
        r"(?:re)?programamos[^.]* entrevista",
    ),
    rule(
        "es.biometrics-scheduled",
        C.BIOMETRICS_SCHEDULED,
        r"cita [^.]*(?:huellas|biometric)",
        r"(?:huellas|biometric)[^.]* (?:cita|programad)",
        r"programamos [^.]*(?:huellas|biometric)",
    ),
    rule(
        "es.biometrics-done",
        C.BIOMETRICS_DONE,
        r"huellas[^.]* (?:tomad|aplicad|tomaron|revis)",
        r"tomaron [^.]*huellas",
        r"biometric[^.]* (?:tomad|aplicad)",
    ),
    rule(
        "es.transferred",
        C.TRANSFERRED,
        r"transfer(?:id|imos)",
        r"traslad(?:ad|amos)",
        r"reubicad",
        r"en (?:mi|su|esta|otra) oficina(?: local)?",
        r"otra oficina",
    ),
    rule("es.from-dos", C.IN_REVIEW, r"departamento de estado (?:nos )?(?:envio|devolvio|regreso)"),
    rule(
        "es.to-dos",
        C.SENT_TO_DOS,
        r"envia(?:do|mos)[^.]* al departamento de estado",
        r"centro nacional de visas",
    ),
    rule("es.hold", C.ON_HOLD, r"en (?:espera|suspenso)", r"suspendid[oa]"),
)

_PLAIN: tuple[Rule, ...] = (
    rule("es.closed", C.CLOSED, r"\bcerrad[oa]\b", r"\bcerramos\b"),
    rule(
        "es.denied", C.DENIED, r"denegad[oa]", r"denegamos", r"\bnegamos\b", r"rechazamos", r"\bdenegacion\b"
    ),
    rule("es.rejected", C.REJECTED, r"rechazad[oa]", weak=True),
    rule(
        "es.approved",
        C.APPROVED,
        r"aprobamos (?:su|la|el) ",
        rf"{_CASE}[^.]{{0,40}} aprobad[oa]",
        r"^aprobad[oa]",
        r"aprobad[oa]$",
    ),
    rule(
        "es.received",
        C.RECEIVED,
        rf"(?:recibimos|aceptamos) {_CASE}",
        rf"{_CASE}[^.]{{0,40}} (?:recibid[oa]|aceptad[oa])",
    ),
    rule(
        "es.in-review",
        C.IN_REVIEW,
        r"(?:siendo|esta siendo) (?:\w+ )?(?:procesad|revisad)",
        r"(?:estamos|comenzamos a|empezamos a) (?:\w+ )?(?:revis|proces)",
        r"pendiente",
        r"en revision",
        r"bajo revision",
    ),
    rule(
        "es.notice",
        C.NOTICE_MAILED,
        r"(?:notificacion|aviso)[^.]* (?:enviad|fue)",
        r"enviamos [^.]*(?:notificacion|aviso)",
        weak=True,
    ),
)

SPANISH: tuple[Rule, ...] = _BESIDE_THE_CASE + _APPEALS + _REVERSALS + _MAIL + _STEPS + _PLAIN
