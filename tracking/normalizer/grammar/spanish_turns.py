"""Spanish texts that turn a meaning: events beside the case, appeals, reversals.

USCIS translates "denied" as "rechazamos", "parole" as "libertad condicional", and writes "recibo"
for a receipt as well as for an acknowledgement: the object decides here too.
"""

from __future__ import annotations

from tracking.normalizer.grammar.refused import REFUSED
from tracking.normalizer.grammar.rules import Rule, rule
from tracking.statuses import StatusCode as C

_FEE = r"(?:(?:la|el|las|los|su) )?(?:tarifas?|cargos?|cuotas?)"
_COURT = r"(?:ante|a|en|con) (?:un |una |el |la )?(?:juez|jueza|corte|tribunal)\b"
# Nothing that only may come, or is not so.
_UNCONDITIONED = (
    r"(?:^|\. )(?:(?!\b(?:si|a menos que|salvo que|puede|podria|podrian|no|nunca|antes de|xnot\w*|xmay\w*"
    r"|cancel\w*|termin\w*|desestim\w*|cerr\w*)\b)[^.])*"
)
_WAIVER = r"(?:exencion|exoneracion|reduccion|dispensa)"
_CASE = r"(?:(?:su|el|la|este|esta) )?(?:xform|caso|solicitud|peticion|formulario)"

BESIDE_THE_CASE: tuple[Rule, ...] = (
    rule(
        "es.payment-problem",
        C.PAYMENT_DISHONORED,
        r"^(?:(?!rechazamos|denegamos|\bcaso\b).)*\bbanco\b[^.]*(?:devolvio|rechazo|devuelt|declino)",
        r"^(?:(?!rechazamos|denegamos|\bcaso\b|exencion|reembols).)*\b(?:pago|cheque)\b[^.]*"
        r"(?:devuelt|rechazad|declinad|sin fondos"
        r"|no (?:fue |pudo ser |xnot)*(?:acept|pagad|procesad|honrad))",
        r"\bno (?:se |le |ha |hemos |pudo |quiso )*(?:xnot\w*|honr\w+|pag\w+|acept\w+|proces\w+)"
        r" (?:su |el |la |este )?(?:pago|cheque|tarifa|cuota)\b",
        weak=True,
    ),
    rule(
        "es.refund",
        C.FEE_PAYMENT,
        r"reembols\w*",
        r"problema (?:con|de) (?:el |su )?pago",
        r"tarifa (?:de )?inmigrante",
    ),
    rule(
        "es.expedite-answer",
        C.EXPEDITE,
        r"\b(?:acelerad[oa]|agilizar|agilizacion|agilizad[oa]|acelerar|expedit\w*|urgente)\b",
        r"procesamiento (?:prioritario|premium)",
        r"(?:formulario )?\bi ?907\b",
        r"premium",
    ),
    rule(
        "es.fee-waiver-form-granted",
        C.RECEIVED,
        r"(?:aprobamos|otorgamos|aceptamos) (?:su |el )?xfeewaiver",
        r"(?:xfeewaiver|\bi ?(?:912|942)\b)[^.]*(?:aprobad|otorgad|aceptad)",
        weak=True,
    ),
    rule(
        "es.fee-waiver-form",
        C.FEE_PAYMENT,
        r"amos (?:su |el )?xfeewaiver",
        r"(?:^(?:(?:su|el|mi) )?xfeewaiver|\bi ?(?:912|942)\b)",
        weak=True,
    ),
    rule(
        "es.along-with-the-case",
        C.ADMIN_UPDATE,
        r"amos (?:su |el )?xalong",
        r"^(?:(?:su|el|mi) )?(?:xalong|formulario (?:i ?(?:864\w*|693|134\w?)|g ?(?:1450|1650|1145)"
        r"|ar ?11)\b)",
        weak=True,
    ),
    rule(
        "es.fee-waiver-refused",
        C.FEE_PAYMENT,
        rf"{_WAIVER} de {_FEE}[^.]* (?:(?:deneg|neg|rechaz)ad|xnot)",
        rf"(?:negamos|rechazamos|xnot(?:APROB|OTORG|CONCED|ACEPT)\w+|\bno (?:aprobar|otorgar|conceder))"
        rf" [^.]*{_WAIVER} de {_FEE}",
        action=True,
        weak=True,
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
        rf"{_FEE} (?:de|por|para) (?:\w+ ){{0,4}}(?:huellas|datos biometricos)[^.]* (?:recibid|aceptad)",
        rf"(?:aceptamos|recibimos) {_FEE}",
    ),
    rule(
        "es.representative-refused",
        C.ADMIN_UPDATE,
        r"(?:g ?28|xappearance)[^.]*rechaz",
        r"rechaz[^.]*(?:g ?28|xappearance)",
        action=True,
    ),
    rule("es.representative", C.ADMIN_UPDATE, r"g ?28", r"xappearance", r"\b(?:abogado|representante)\b"),
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
    REFUSED,
)

APPEALS: tuple[Rule, ...] = (
    rule(
        "es.court-referral",
        C.COURT_REFERRAL,
        r"\b(?:refer|remit|deriv|transfer)\w+ [^.]*(?:juez|corte|tribunal|oficina ejecutiva)",
    ),
    rule(
        "es.notice-to-appear",
        C.NTA_ISSUED,
        r"(?:notificacion|aviso|citacion|orden) (?:de comparecencia|para comparecer)",
        r"comparecer ante (?:un |una |el |la )?(?:juez|corte|tribunal)",
        r"\bxsummons\b",
    ),
    rule(
        "es.summons",
        C.NTA_ISSUED,
        rf"{_UNCONDITIONED}\b(?:debe|debera|tiene que|tendra que|se le ordena)"
        rf" (?:presentarse|acudir|asistir|ir) (?:\w+ ){{0,2}}{_COURT}",
        rf"{_UNCONDITIONED}\b(?:presentese|acuda|comparezca) (?:\w+ ){{0,2}}{_COURT}",
        rf"{_UNCONDITIONED}\b(?:puesto|puesta|colocad[oa]|pusimos|colocamos|inici\w+|abrimos|abiert[oa]s?)"
        r"(?: [^.]{0,40})? (?:proceso|procesos|procedimientos?) de (?:deportacion|expulsion|remocion)",
        rf"{_UNCONDITIONED}\baudiencia (?:\w+ ){{0,3}}{_COURT}",
        weak=True,
    ),
    rule(
        "es.reopened-and-asked",
        C.RFE_ISSUED,
        r"\b(?:reabiert|reabrimos|reapertura).*(?:(?:solicitud|pedido"
        r"|peticion) de (?:\w+ ){0,2}(?:evidencia|pruebas)"
        r"|le pedimos|solicitamos que)",
        weak=True,
    ),
    rule(
        "es.appeal-lost",
        C.APPEAL_MOTION,
        r"(?:apelacion|mocion)[^.]* (?:desestimad|denegad|rechazad|terminad)",
        r"\b(?:desestim(?:amos|o|aron|a)|deneg(?:amos|o|aron)|rechaz(?:amos|o|aron)|neg(?:amos|o|aron)"
        r"|termin(?:amos|o))(?: \w+){0,2} (?:apelacion|mocion)",
        action=True,
        terminal=True,
    ),
    rule("es.reopened", C.REOPENED, r"\b(?:reabiert|reabrimos|reapertura|reconsider)"),
    rule(
        "es.appeal",
        C.APPEAL_MOTION,
        r"\b(?:apelacion|mocion|apelaciones)\b",
        r"oficina ejecutiva (?:de|para)",
        r"certificad[oa] por",
    ),
)

REVERSALS: tuple[Rule, ...] = (
    rule(
        "es.response-missing",
        C.RFE_ISSUED,
        r"xnotRECIB\w+ (?:su|la|una|ninguna) (?:respuesta|evidencia)"
        r"(?!.*\b(?:denegamos|negamos|rechazamos|cerramos|revocamos) (?:su|el|la)\b)",
        weak=True,
    ),
    rule(
        "es.response",
        C.RESPONSE_RECEIVED,
        r"\brespuesta\b",
        r"recibimos (?:todos |todas |toda )?(?:su|sus|la|las|los) "
        r"(?:correspondencia|evidencias?|carta|pruebas|documentos|documentacion|informacion)",
        r"correspondencia[^.]* recibid",
    ),
    rule(
        "es.from-dos",
        C.IN_REVIEW,
        r"departamento de estado (?:nos )?(?:envio|devolvio|regreso)",
        r"por el departamento de estado",
    ),
    rule("es.reaffirmed", C.APPROVED, r"aprobacion [^.]*\b(?:re)?(?:afirmad|confirmad)a"),
    rule(
        "es.intent-to-revoke",
        C.NOIR_ISSUED,
        r"(?:intencion|intento) de (?:revocar|rescindir|terminar)"
        r"|(?<!no )\b(?:queremos|quiere|deseamos|desea|pensamos|planeamos|proponemos|pretendemos"
        r"|vamos a) (?:revocar"
        r"|rescindir|retirar|anular|quitar|dejar sin efecto) (?:(?:la|su|nuestra|dicha|esa|esta) "
        r")?aprobacion",
    ),
    rule(
        "es.intent-to-deny",
        C.NOID_ISSUED,
        r"(?:intencion|intento) de (?:denegar|negar|rechazar)",
        r"(?:medida|accion) que (?:tenemos la intencion|pretendemos|planeamos)",
        r"(?:explica|explicando) las acciones de uscis",
    ),
    rule("es.revoked", C.REVOKED_TERMINATED, r"\brevoc(?:ad|amos|acion)"),
    rule("es.status-withdrawn", C.REVOKED_TERMINATED, r"retir[^.]*\bestatus", r"estatus[^.]* retirad"),
    rule(
        "es.withdrawal-refused",
        C.IN_REVIEW,
        r"(?:\b(?:deneg|neg|rechaz)(?:amos|o)|xnotA(?:CEPT|PROB)\w+) (?:su |la |el )?(?:\w+ ){0,2}"
        r"(?:de|para|a) (?:retir\w+|desist\w+)",
        r"(?:solicitud|peticion) (?:de|para) (?:retir|desist)\w+[^.]{0,60} (?:(?:deneg|rechaz)ad[oa]"
        r"|xnotA(?:CEPT|PROB)AD[OA])",
        weak=True,
    ),
    rule("es.withdrawn", C.WITHDRAWN, r"\bretir(?:ar|o|ad[oa])\b", r"\bdesist"),
    rule(
        "es.sent-back",
        C.REJECTED,
        r"devolvimos su caso",
        r"\bpaquete\b[^.]{0,30} devuelto",
        r"rechaz(?:amos|ado)[^.]* porque",
        r"tarifa incorrecta",
        r"volver a presentar",
    ),
    rule("es.reviewed-and-denied", C.DENIED, rf"(?:rechazamos|denegamos|negamos) {_CASE}(?! (?:de|para) )"),
    rule("es.case-terminated", C.REVOKED_TERMINATED, r"^(?:el )?caso (?:fue |ha sido )?terminado", weak=True),
    rule(
        "es.terminated",
        C.REVOKED_TERMINATED,
        r"\bterminacion",
        r"\b(?<!hayamos )terminad[oa]",
        r"\btermina(?:mos|ndo) su",
    ),
)
