"""Requests and decisions in words of which no list is complete.

What must not be lost is read from its verb and its object alone, after every other rule, so that a person is
asked and the clock runs meanwhile: all of these rules are weak.
"""

from __future__ import annotations

from tracking.normalizer.grammar.rules import Rule, rule
from tracking.statuses import StatusCode as C

_CASE = r"(?:your |the |this |our |my )?(?:[\w-]+ )?(?:xform|case|application|petition|benefit request)\b"
_PAPERS = (
    r"(?:evidence|information|documents?|documentation|proof|forms?|xform|xalong|records"
    r"|medical exam\w*|papers"
    r"|materials|photo\w*|translations?|certificates?|passports?)\b"
)
_HAND_IN = r"(?:send|submit|provide|give|furnish|show|complete|sign|upload|file|turn in|mail|prove|explain)\b"
_GIVE = r"(?:send|mail|give|provide|submit|furnish|show|let)"
_WHOM = r"(?:you|(?:the|your) (?:petitioner|applicant|beneficiary|employer|sponsor|attorney|representative))"
_ASKING = (
    r"(?<!not )(?<!never )\b(?:asked|asking|ask|requested|requesting|require|required|requiring"
    r"|urged|told|notified"
    r"|invited|directed)"
)
_MAYBE = r"(?<!if )(?<!when )(?<!case )(?<!should )(?<!whether )(?<!unless )(?<!what )"
# What is wanted, unless it is nothing.
_WANTED = r"(?:(?!no |nothing|your (?:response|answer))[\w-]+ ){0,4}?"
_DOING = r"\b(?:must|had to|have to|has to|are|is|now)(?: now| also)?"
_PLANNING = (
    r"(?<!no longer )(?<!not )(?<!never )(?<!not be )\b(?:(?:plan|plans|planned|planning|propose|proposes"
    r"|proposed|going|about|expect|expects"
    r"|likely|prepared) to"
    r"|(?:considering|contemplating|proposing|planning on))"
)
_ASIDE = r"(?![^.]*\b(?:expedit|premium|pre-?certification|waiver))"

ENGLISH_FREE: tuple[Rule, ...] = (
    rule(
        "en.free-request-needless",
        C.REQUEST_CANCELLED,
        r"\basked you (?:for|to)\b[^.]{0,80}\b(?:by mistake|in error)\b",
        r"\basked you (?:for|to)\b.{0,120}\bno longer (?:need|require) (?:it|them|these|those|this|that)\b",
        weak=True,
    ),
    rule(
        "en.free-intent-to-deny",
        C.NOID_ISSUED,
        r"\bnoid\b|\binten(?:t|d|ds|tion) to (?:deny|reject)",
        rf"{_PLANNING} (?:deny|denying|reject|rejecting|refuse)\b",
        r"\bxmayDENIED (?:unless|if)\b",
        r"\bwill (?:\w+ )?be denied (?:unless|if)\b",
        weak=True,
    ),
    rule(
        "en.free-intent-to-revoke",
        C.NOIR_ISSUED,
        r"\bnoir\b|\binten(?:t|d|ds|tion) to (?:revoke|rescind|terminate)",
        rf"{_PLANNING} (?:revok(?:e|ing)|terminat(?:e|ing)|rescind(?:ing)?|cancel(?:ling)? your "
        r"(?:status|approval))\b",
        r"\bxmay(?:REVOKED|TERMINATED) (?:unless|if)\b",
        r"\bwill (?:\w+ )?be (?:revoked|terminated) (?:unless|if)\b",
        weak=True,
    ),
    rule(
        "en.free-request",
        C.RFE_ISSUED,
        rf"{_ASKING} (?:that )?{_WHOM}(?: must| should| also)? (?:to )?{_HAND_IN}",
        rf"(?<!not )(?<!never )\b(?:asked|asking|ask)(?: {_WHOM})?(?: again)? for "
        rf"(?:[\w-]+ ){{0,5}}?{_PAPERS}",
        rf"\b(?:we|uscis|officer|and|then|also|have|has|are|now) (?:requested|requiring|require)"
        rf" {_WANTED}{_PAPERS}(?![^.]* from (?:the|another|other) )",
        rf"\brequesting {_WANTED}{_PAPERS}",
        rf"{_MAYBE}\b(?:we|but) (?:still |also |now )?need {_WANTED}{_PAPERS}",
        rf"{_MAYBE}\bwe (?:will |still |also |now )?need you to {_HAND_IN}",
        rf"(?<!all the )(?<!all )\b{_PAPERS} (?:that |which |what )?we (?:still |also |have )?"
        r"(?:need|asked|requested|require)",
        rf"(?<!no )(?<!no more )(?<!no further )(?<!no additional )\b{_PAPERS} (?:was|were|is|are|has "
        r"been|have been) (?:still )?(?:requested|needed"
        r"|required|missing)\b",
        r"(?<!response to )(?<!response to our )(?<!response to the )\brequests? for (?:[\w-]+ ){0,3}?"
        r"(?:evidence|documents|documentation|proof)\b",
        r"\brfes?\b",
        r"\b(?:the|our) request (?:that )?we (?:sent|mailed|issued)",
        r"\b(?:response|answer|evidence|documents)\b[^.]{0,60}\b(?:incomplete|insufficient|not "
        r"(?:complete|enough|sufficient))\b",
        r"\breceived only (?:a )?(?:part|some)\b",
        r"\breceived (?:a )?part of your (?:response|answer|evidence|documents)\b",
        r"\b(?:notice of deficienc|deficiency (?:notice|letter))",
        rf"(?:^|[.:;!,] |\band )(?:please |kindly )?(?:now )?{_GIVE} us\b"
        r"(?![^.]*\b(?:address|know|call|email)\b)",
        rf"\byou have (?:until|\w+ (?:calendar |business )?days)\b[^.]{{0,40}}? to {_HAND_IN}",
        weak=True,
    ),
    rule(
        "en.free-denied",
        C.DENIED,
        rf"{_DOING} (?:den(?:y|ying)|refus(?:e|ing)) {_CASE}",
        rf"\b(?:refused|dismissed) {_CASE}",
        rf"\b(?:found|determined|concluded|decided)(?: that)? (?:you|the \w+|your \w+)"
        rf"(?: is| are| were| was| to be| do| does)? (?:not (?:eligible|qualif\w+)|ineligible){_ASIDE}",
        r"\byou (?:did not|failed to|have not) (?:establish|demonstrate|prove"
        rf"|show)\w* [^.]*eligib\w+{_ASIDE}",
        r"\b(?:unfavorable|negative|adverse) decision\b",
        r"\b(?:a|our|the|this) denial\b(?! (?:of (?:your |the )?(?:expedite|fee|premium)))",
        weak=True,
    ),
    rule("en.free-rejected", C.REJECTED, rf"{_DOING} reject(?:ing)? {_CASE}", weak=True),
    rule(
        "en.free-returned",
        C.REJECTED,
        rf"\bwe (?:have )?(?:returned|sent back) {_CASE}"
        r"(?! fee)",
        rf"(?<!yet )\b(?:xnotACCEPT|(?:cannot|could not|unable to) accept) {_CASE}",
        rf"{_CASE}[^.]{{0,40}} (?:not|never) xnotACCEPTED",
        r"\breturned (?:your|the) (?:\w+ )?(?:package|filing)\b",
        r"\b(?:package|filing) (?:was|has been) (?:returned|sent back)\b",
        weak=True,
    ),
    rule(
        "en.free-revoked",
        C.REVOKED_TERMINATED,
        rf"{_DOING} (?:revok(?:e|ing)|terminat(?:e|ing)|rescind(?:ing)?) (?:your|the|our)\b",
        weak=True,
    ),
)

_FILING = r"\b(?:my |your |the )?(?:case|application|petition|form \w+ ?\d+\w*)\b"

ENGLISH_TITLE_FREE: tuple[Rule, ...] = (
    rule(
        "en.title.free-request",
        C.RFE_ISSUED,
        r"\b(?:evidence|documents|documentation) (?:was |were |is |are |has been )?(?:requested"
        r"|needed|required|missing)\b",
        r"\b(?:requested|need|needs|needed|asked for|asking for) (?:more|additional|further|initial"
        r"|missing)\b",
        r"\brequests? for (?:\w+ ){0,2}(?:evidence|documents|documentation)\b",
        r"\brfes?\b",
        weak=True,
    ),
    rule(
        "en.title.free-denied",
        C.DENIED,
        r"\b(?:denying|refused|ineligible|unfavorable|adverse decision|(?:decision|decided) to deny)\b",
        rf"\bdenied {_FILING}",
        rf"{_FILING} (?:was |is |has been |will be )?(?:being )?denied\b",
        weak=True,
    ),
    rule(
        "en.title.free-rejected",
        C.REJECTED,
        rf"\b(?:rejected|rejecting|returned|sent back) {_FILING}",
        rf"{_FILING} (?:was |is |has been )?(?:being )?(?:rejected|sent back to (?:me|you)|returned"
        r"(?! (?:to|by|from)))\b",
        weak=True,
    ),
)

_CASO = (
    r"(?:(?:su|el|la|este|esta) )?(?:\w+ de (?:su|la|el) )?(?:xform|caso|solicitud|peticion"
    r"|formulario|beneficio)\b"
    r"(?! (?:de|para) (?:proces|agiliz|expedit|reprogram|exencion|retir))"
)
_PAPELES = (
    r"(?:evidencias?|pruebas?|informacion|documentos?|documentacion|formularios?|xform|xalong|examen medico"
    r"|traducciones|certificados?|pasaportes?|actas?)\b"
)
_PEDIR = (
    r"(?<!no le )(?<!no )(?<!nos )\b(?:pedimos|pedir(?:le)?|pidiendo(?:le)?|pidio|pidieron|pedido"
    r"|solicit(?:amos|ando(?:le)?|ar(?:le)?|o|aron|ado)"
    r"|requer(?:imos|ir(?:le)?|ido)|requir(?:io|iendo(?:le)?)|exig(?:imos|ir(?:le)?|iendo(?:le)?))"
)
_ENTREGUE = (
    r"(?:envi(?:e|ara|ase|ar)|present(?:e|ara|ase|ar)|proporcion(?:e|ara|ase|ar)|someta|sometiera|complet(?:e|ara)"
    r"|firm(?:e|ara)|entreg(?:ue|ara)|mand(?:e|ara)|haga llegar|muestre|mostrara"
    r"|suba|subiera|explique|explicara|pruebe|probara)\b"
)
_QUIZAS = r"(?<!si )(?<!cuando )(?<!que )(?<!no )"
_HACIENDO = (
    r"\b(?:estamos|esta|tenemos que|tuvimos que|debemos|debimos|hemos tenido que|decidimos|hemos decidido)"
)
_PENSAR = (
    r"(?<!no )\b(?:pensamos|piensa|planeamos|planea|pretendemos|pretende|(?:nos )?proponemos"
    r"|propone|contemplamos"
    r"|consideramos|considerando|vamos a|va a|planeando|pensando(?: en)?|proponiendo)"
)

SPANISH_FREE: tuple[Rule, ...] = (
    rule(
        "es.free-request-needless",
        C.REQUEST_CANCELLED,
        r"\ble (?:pedimos|solicitamos|requerimos)\b[^.]{0,80}\bpor (?:error|equivocacion)\b",
        r"\ble (?:pedimos|solicitamos|requerimos)\b.{0,120}\bya no (?:los|las|lo|la) necesitamos\b",
        weak=True,
    ),
    rule(
        "es.free-intent-to-deny",
        C.NOID_ISSUED,
        rf"{_PENSAR} (?:denegar|negar|rechazar)\b",
        r"\bxmay(?:DENEGAD|NEGAD|RECHAZAD)[OA] (?:a menos que|si)\b",
        weak=True,
    ),
    rule(
        "es.free-intent-to-revoke",
        C.NOIR_ISSUED,
        rf"{_PENSAR} (?:revocar|terminar|rescindir|anular)\b",
        r"\bxmay(?:REVOCAD|TERMINAD)[OA] (?:a menos que|si)\b",
        weak=True,
    ),
    rule(
        "es.free-request",
        C.RFE_ISSUED,
        rf"{_PEDIR} (?:a usted |al \w+ )?que (?:\w+ ){{0,2}}?{_ENTREGUE}",
        rf"{_PEDIR} (?:(?!su respuesta)\w+ ){{0,4}}?{_PAPELES}(?![^.]* (?:a|de) otra )",
        rf"{_QUIZAS}\bnecesitamos (?:(?!ningun|mas de)\w+ ){{0,4}}?{_PAPELES}",
        r"\b(?:explica|informa|indica|dice|comunica|avisa) que necesitamos"
        rf" (?:(?!ningun|mas de)\w+ ){{0,4}}?{_PAPELES}",
        rf"{_QUIZAS}\bnecesitamos que (?:\w+ ){{0,2}}?{_ENTREGUE}",
        rf"(?<!todos los )(?<!toda la )(?<!todas las )\b{_PAPELES} que (?:le )?(?:todavia |aun )?"
        r"(?:pedimos|solicitamos|necesitamos|requerimos|faltan?)\b",
        rf"\b{_PAPELES} (?:\w+ )?(?:fue|fueron|ha sido|han sido|es|son) (?:solicitad|pedid|requerid"
        r"|necesari)",
        rf"\b(?:requerimiento|solicitud|pedido|peticion) de (?:\w+ ){{0,2}}{_PAPELES}",
        r"\brfes?\b",
        r"\b(?:respuesta|evidencia|documentos)\b[^.]{0,60}\b(?:incomplet|insuficiente)",
        r"\b(?:aviso|notificacion|carta) de deficiencia",
        r"\b(?:envie|mande|entregue|presente|proporcione|de)nos\b(?![^.]*\b(?:direccion|saber|llamad\w+)\b)",
        r"\btiene (?:hasta|\w+ dias)\b[^.]{0,40}? para (?:dar|enviar|mandar|entregar|presentar|proporcionar)",
        r"\b(?:faltan?|falto) (?:\w+ ){0,2}(?:documento|evidencia|prueba)",
        r"^(?:evidencias?|pruebas?|documentos?) (?:\w+ )?(?:solicitad|pedid|requerid)",
        weak=True,
    ),
    rule(
        "es.free-denied",
        C.DENIED,
        rf"{_HACIENDO} (?:denega(?:ndo|r)|nega(?:ndo|r)|rechaza(?:ndo|r)) {_CASO}",
        rf"\bse rechazo {_CASO}",
        rf"{_CASO} (?:\w+ ){{0,3}}(?:denegad|negad|rechazad)[oa]\b",
        rf"\b(?:no (?:podemos|pudimos|vamos a)|decid\w+ no) (?:aprobar|otorgar|conceder) {_CASO}"
        r"(?![^.]*\b(?:hasta|todavia|aun|antes|por ahora)\b)",
        rf"(?<!aun no )(?<!todavia no )(?<!hemos )xnot(?:APROB|OTORG|CONCED)\w+ {_CASO}",
        r"\bno es elegible\b(?![^.]*(?:premium|agiliz))",
        r"\binelegible\b",
        r"\bdecision (?:desfavorable|negativa|adversa)\b",
        r"\babandon(?:ad[oa]|o)\b",
        weak=True,
    ),
    rule(
        "es.free-returned",
        C.REJECTED,
        rf"\b(?:le )?(?:devolvimos|hemos devuelto) (?:{_CASO}|su paquete\b)",
        rf"(?<!aun no )(?<!todavia no )\bxnotACEPT\w+ {_CASO}",
        rf"{_CASO}[^.]{{0,40}} xnotACEPTAD[OA]",
        weak=True,
    ),
    rule(
        "es.free-revoked",
        C.REVOKED_TERMINATED,
        rf"{_HACIENDO} (?:revoca(?:ndo|r)|termina(?:ndo|r)|rescindi(?:endo|r)|anula(?:ndo|r)) (?:su|la|el)\b",
        weak=True,
    ),
)
