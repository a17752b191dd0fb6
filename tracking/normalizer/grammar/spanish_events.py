"""Spanish texts about what happened to the case, titles and descriptions alike."""

from __future__ import annotations

from tracking.normalizer.grammar.rules import Rule, rule
from tracking.statuses import StatusCode as C

_CASE = r"(?:(?:su|el|la|este|esta) )?(?:xform|caso|solicitud|peticion|formulario)"
# "Solicitud" is an application and any other request: what is asked for decides.
_ASKED = r"(?:su|la|una|esta) (?:solicitud|peticion) (?:de|para) "
_DOC = (
    r"(?:su |la |el |una |un )?(?:nuev[oa] )?(?:(?!aviso|carta|notificacion|solicitud|pedido"
    r"|para|pid)\w+ ){0,3}?(?:tarjeta|documentos?|permiso|certificado)"
)
# What follows from a visa that is not there is no denial.
_SO_NOT_YET = r"(?:[^.]{0,20}\bno (?:podemos|es posible) (?:aprobar|otorgar)[^.]*)?"

MAIL: tuple[Rule, ...] = (
    rule(
        "es.destroyed-on-return",
        C.DOC_DESTROYED,
        r"destru\w+[^.]*(?:usted (?:nos )?devolvio|su carta)",
        action=False,
    ),
    rule("es.destroyed", C.DOC_DESTROYED, r"(?<!ser )\bdestru(?:id|imos|yo)"),
    rule(
        "es.document-missing",
        C.MAIL_RETURNED,
        r"(?:tarjeta|documento|permiso|certificado)\b.*\bxnotRECIB",
        rf"\bxnotRECIB\w+ {_DOC}",
        weak=True,
    ),
    rule(
        "es.document-faulty",
        C.DOC_PRODUCTION,
        r"(?:tarjeta|documento|permiso|certificado)\b[^.]*\b(?:error|errores|defecto\w*|incorrect\w+|equivocad\w+)\b",
        action=True,
        weak=True,
    ),
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
        r"devolv(?:io|iendo)",
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
    rule(
        "es.delivered",
        C.DOC_DELIVERED,
        r"\bentreg(?:o|ad[oa]|amos)\b",
        r"certificado[^.]* emitido",
        r"emitimos su [^.]*certificado",
    ),
    rule(
        "es.in-the-mail",
        C.DOC_MAILED,
        r"recogio",
        r"recogid[oa]",
        rf"(?:enviamos|se envio)(?: por correo)? {_DOC}",
        r"(?:tarjeta|documento|permiso)\b[^.]* (?:enviad[oa])",
    ),
    rule("es.duplicate-card", C.DOC_PRODUCTION, r"(?:tarjeta|documento) duplicad[oa][^.]* aprob"),
    rule(
        "es.produced",
        C.DOC_PRODUCTION,
        rf"(?:produjimos|producimos|se produjo|ordenamos|(?<!le )pedimos|imprimimos) {_DOC}",
        r"(?:tarjeta|documento|permiso)\b[^.]* (?:producid[oa]|produccion|produciendo)",
    ),
)

STEPS: tuple[Rule, ...] = (
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
        "es.interview-held",
        C.INTERVIEW_COMPLETED,
        r"entrevista[^.]* (?:complet(?:ad|o)|realizad|finaliz)",
        r"completamos su entrevista",
    ),
    rule(
        "es.interview-ready",
        C.INTERVIEW_READY,
        r"list[oa]s? para [^.]*entrevista",
    ),
    rule(
        "es.interview-scheduled",
        C.INTERVIEW_SCHEDULED,
        r"entrevista[^.]* (?:re)?programad",
        r"(?:re)?program(?:amos|o)[^.]* entrevista",
    ),
    rule(
        "es.biometrics-reschedule-asked",
        C.BIOMETRICS_RESCHEDULED,
        r"(?:solicitud|peticion|pedido) (?:para|de) reprogram(?:ar|acion) [^.]*(?:huellas|biometric)",
        weak=True,
        action=False,
    ),
    rule(
        "es.oath-reschedule-asked",
        C.OATH_RESCHEDULED,
        r"(?:solicitud|peticion|pedido) (?:para|de) reprogram(?:ar|acion) [^.]*"
        r"(?:juramento|juramentacion|ceremonia)",
        weak=True,
        action=False,
    ),
    rule(
        "es.reschedule-asked",
        C.INTERVIEW_RESCHEDULED,
        r"(?:solicitud|peticion|pedido) (?:para|de) reprogram(?:ar|acion)",
        action=False,
        weak=True,
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
        r"huellas[^.]* (?:tomad|aplicad|tomaron|anadieron|revis)",
        r"revis\w+ [^.]*huellas",
        r"tomaron [^.]*huellas",
        r"biometric[^.]* (?:tomad|aplicad)",
    ),
    rule(
        "es.transferred",
        C.TRANSFERRED,
        r"transf(?:er(?:id|imos)|irio)",
        r"traslad(?:ad|amos)",
        r"reubicad",
        r"en (?:mi|su|esta|otra) oficina(?: local)?",
        r"otra oficina",
    ),
    rule(
        "es.to-dos",
        C.SENT_TO_DOS,
        r"envia(?:do|mos)[^.]* al departamento de estado",
        r"centro nacional de visas",
    ),
    rule("es.waiting-list", C.WAITING_LIST, r"\b(?:coloc|pus|inclu|agreg|anad)\w+ [^.]*\blista de espera"),
    rule("es.on-waiting-list", C.WAITING_LIST, r"\blista de espera", weak=True),
    rule(
        "es.not-current",
        C.ON_HOLD,
        r"(?:fecha de prioridad|visas?)\b[^.]*\bno (?:esta|estan|es|se encuentran?|hay)(?: \w+){0,2}"
        rf" (?:vigente|actual|disponible|al dia){_SO_NOT_YET}",
        rf"\bno hay (?:\w+ ){{0,2}}visas? (?:\w+ )?disponibles?{_SO_NOT_YET}",
        weak=True,
    ),
    rule("es.hold", C.ON_HOLD, r"en (?:espera|suspenso)", r"suspendid[oa]"),
)

PLAIN: tuple[Rule, ...] = (
    rule("es.request-denied", C.DENIED, rf"(?:denegamos|negamos|rechazamos) {_ASKED}", weak=True),
    rule("es.request-approved", C.APPROVED, rf"(?:aprobamos|se aprobo|otorgamos) {_ASKED}", weak=True),
    rule("es.request-received", C.RECEIVED, rf"(?:recibimos|se recibio|aceptamos) {_ASKED}", weak=True),
    rule("es.closed", C.CLOSED, r"\bcerrad[oa]\b", r"\bcerr(?:amos|o)\b"),
    rule(
        "es.denied",
        C.DENIED,
        r"denegad[oa]",
        r"\b(?:de)?neg(?:amos|o)\b",
        r"rechazamos",
        r"\bdenegacion\b",
    ),
    rule("es.rejected", C.REJECTED, r"rechazad[oa]", weak=True),
    rule(
        "es.approved",
        C.APPROVED,
        r"(?:aprobamos|se aprobo|otorgamos|concedimos) (?:su|la|el) ",
        r"le (?:aprobamos|otorgamos|concedimos) ",
        r"\b(?:otorgad|concedid)[oa]\b",
        rf"{_CASE}[^.]{{0,40}} aprobad[oa]",
        r"^aprobad[oa]",
        r"aprobad[oa]$",
    ),
    rule(
        "es.received",
        C.RECEIVED,
        rf"(?:recibimos|se recibio|aceptamos) {_CASE}",
        rf"{_CASE}[^.]{{0,40}} (?:recibid[oa]|aceptad[oa])",
    ),
    rule(
        "es.in-review",
        C.IN_REVIEW,
        r"(?:siendo|esta siendo) (?:\w+ )?(?:procesad|revisad)",
        r"(?:estamos|comenzamos a|empezamos a) (?:\w+ )?(?:revis|proces)",
        r"\besta (?:revisando|procesando)",
        r"pendiente",
        r"en revision",
        r"bajo revision",
    ),
    rule("es.approval-notice", C.APPROVED, r"(?:notificacion|aviso|carta) de aprobacion", weak=True),
    rule(
        "es.notice",
        C.NOTICE_MAILED,
        r"(?:notificacion|aviso|carta)\b[^.]* (?:enviad|fue)",
        r"enviamos [^.]*(?:notificacion|aviso|carta)\b(?! de deficiencia)",
        weak=True,
    ),
)
