"""What somebody asks for beside a case, in both languages, and that it was refused.

It is refused in the words in which a case is: the object decides. A case that was refused with it is read on.
"""

from __future__ import annotations

import re

from tracking.normalizer.grammar.rules import rule
from tracking.statuses import StatusCode

_FEES = r"(?:\w+ ){0,2}(?:tarifas?|cargos?|cuotas?|pagos?)"
ASKED_BESIDE = (
    r"(?:expedit\w*|premium|xpremium|\bi ?(?:907|912|942)\b|xfeewaiver|fee (?:waiver|reduction|exemption)"
    r"|(?:waive|reduce)\w* (?:(?:the|your|a|this) )?(?:\w+ )?fees?|reschedul\w*|accommodation|refund"
    r"|(?:change of|new) address|address change|xappearance|(?:earlier|another|new) (?:date|day|appointment)"
    r"|acelerad[oa]|aceler\w+|agiliz\w+|urgente|prioritario"
    rf"|(?:exencion|exoneracion|reduccion|dispensa) de {_FEES}"
    r"|reprogram\w+|acomodo|reembolso|cambio de direccion|nueva direccion|(?:otra|nueva) (?:fecha|cita))"
)
# The same and what goes along with a case; a day that is to be moved has rules of its own.
_ALONG = (
    rf"(?:(?!reschedul|reprogram){ASKED_BESIDE}|entry of appearance|g ?28|expedicion"
    r"|(?:more|additional|extra) time|extension of time|adaptacion|mas tiempo|tiempo adicional"
    r"|prorroga (?:para|del plazo))"
)
_REFUSED = (
    r"(?:denied|den(?:y|ying)|rejected|refused|declined|returned|denegamos|negamos|rechazamos|devolvimos"
    r"|xnot(?:(?:ACCEPT|APPROVE|GRANT)(?:ED)?|(?:ACEPT|APROB|OTORG|CONCED)\w+)"
    r"|(?:not|no|against|declined|decided|cannot|unable|podemos) (?:to )?"
    r"(?:approv(?:e|ing)|grant(?:ing)?|aprobar|otorgar|conceder))"
)
_WAS_REFUSED = (
    r"(?:denied|rejected|refused|declined|returned|xnot(?:ACCEPTED|APPROVED|GRANTED)"
    r"|(?:deneg|neg|rechaz)ad[oa]|xnot(?:ACEPTAD|APROBAD|OTORGAD|CONCEDID)[OA])"
)
_CASES = r"(?:xform|case|application|petition|caso|solicitud|peticion)"
_NO_CASE = r"(?:(?!(?:xform|case|application|petition|caso|and|or|nor|y|o|ni)\b)[\w-]+ )"
_AND = r"(?:and|or|nor|y|ni|as well as|along with|asi como|junto con)"
_AND_THE_CASE = (
    rf"[^.;,]{{0,40}}? {_AND} (?=(?:(?:also|tambien|your|the|this|su|el|la|este|esta) ){{0,2}}{_CASES}\b)"
)
_REFUSED_BESIDE = (
    rf"\b{_REFUSED} {_NO_CASE}{{0,5}}?{_ALONG}\b(?!{_AND_THE_CASE})",
    rf"\b{_ALONG}\b[^.;]{{0,40}}? (?:was|were|is|has been|fue|ha sido|es)(?: not)? {_WAS_REFUSED}",
)
_BESIDE = re.compile("|".join(_REFUSED_BESIDE))
_TOGETHER = re.compile(rf"\b({_REFUSED}) {_NO_CASE}{{0,5}}?{_ALONG}\b{_AND_THE_CASE}")

REFUSED = rule("refused-beside-the-case", StatusCode.ADMIN_UPDATE, *_REFUSED_BESIDE, weak=True)
TITLE_REFUSED = rule("title.refused-beside-the-case", StatusCode.ADMIN_UPDATE, _REFUSED_BESIDE[1], weak=True)


def without_refused_beside(said: str) -> str:
    """The text without what was refused beside the case; a case that was refused with it stays refused."""
    return _BESIDE.sub(" ", _TOGETHER.sub(r"\1 ", said))
