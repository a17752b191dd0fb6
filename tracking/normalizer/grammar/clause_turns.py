"""English descriptions that turn a meaning: events beside the case, appeals, reversals, negations.

Rules read the statements of a description; the object of the verb decides.
"""

from __future__ import annotations

from tracking.normalizer.grammar.refused import REFUSED
from tracking.normalizer.grammar.rules import Rule, rule
from tracking.statuses import StatusCode as C

_COURT = r"(?:an? |the |your )?(?:immigration (?:judge|court)|executive office for immigration|eoir\b)"
# Nothing that only may come, or is not so.
_UNCONDITIONED = (
    r"(?:^|\. )(?:(?!\b(?:if|unless|may|might|could|not|never|no longer|before we|xnot\w*|xmay\w*"
    r"|cancel\w*|terminat\w*|dismiss\w*|vacat\w*|clos(?:ed|ing))\b)[^.])*"
)
_ATTORNEY = r"(?:xappearance|entry of appearance|attorney|representative)"
_PERSONAL = r"(?:name|date of birth|address|country of|gender|sex|photo|information|a-number|alien)"
_UNDECIDED = r"(?:(?!rejected|denied|accepted the|received your xform|waived)[^.])*\b"
# Nothing was decided: what was intended or answered is the news.
_UNDECIDED_YET = (
    r"(?!.*\b(?:deci(?:ded|sion) to|denied|approved|revoked|terminated|reopened|rescinded|withdrew)"
    r" (?:your|the|our|xform|deny|approve|revoke)\b).*\b"
)
_BE = r"(?:was|were|is|are|has been|have been)"
# What is wanted and not done yet: an approval that is to be taken back.
_WISH = r"(?:inten(?:t|ds?|tion)|wants?|wish(?:es)?|plans?|propos(?:e|es|al)|going|mean)"
_OUR = r"(?:(?:the|our|your|its|this|that) )?(?:\w+ )?"
_UNDO_APPROVAL = rf"(?:revoke|rescind|take back|undo|withdraw|cancel) {_OUR}approval\b"
# What follows from a visa that is not there is no denial.
_SO_NOT_YET = r"(?:[^.]{0,20}\b(?:cannot|unable to) (?:\w+ )?(?:approve|grant)[^.]*)?"
# Another day for an appointment is no decision.
_NO_DAY = r"(?! (?:[\w-]+ ){0,4}reschedul)"
_DONE = r"(?:approved|granted|denied|rejected|accepted|received|returned|closed|withdrawn)"
_DISHONORED = (
    r"(?:xnotACCEPT|(?:not|xnot\w+|never|refused to|failed to|unable to|declined to)(?: \w+)? "
    r"(?:honou?r|pay|accept|process|clear|honou?red|paid))"
)
_BOUNCED = (
    r"(?:returned|not (?:be )?(?:xnotACCEPTED|honored|processed|paid)|declined|dishonored|unpaid|rejected)"
)

BESIDE_THE_CASE: tuple[Rule, ...] = (
    rule(
        "en.no-information",
        C.UNKNOWN,
        r"cannot provide (?:you )?(?:with )?information",
        r"already have an account",
    ),
    rule(
        "en.refund",
        C.FEE_PAYMENT,
        r"refund(?:ed|ing)? (?:of )?(?:the|your) [\w -]*fee",
        r"mailed (?:the|your) refund",
    ),
    rule("en.expedite-answer", C.EXPEDITE, r"\bexpedit(?:e|ed|ing)\b"),
    rule(
        "en.premium",
        C.EXPEDITE,
        r"request (?:for|to upgrade to) premium.processing",
        r"(?:upgraded?|converted) .*premium.processing",
        r"premium.processing clock",
        r"xpremium[^.]{0,40} for (?:your|the) xform",
        rf"{_DONE} (?:your |the |a )?xpremium(?! and)",
        rf"^(?:(?!\bxform\b).)*xpremium[^.]* {_BE} {_DONE}",
    ),
    rule(
        "en.fee-waiver-granted",
        C.RECEIVED,
        r"(?:approved|granted|accepted) (?:your |the )?(?:xfeewaiver"
        r"|(?:request for (?:a )?)?fee waiver)(?! and)",
        r"(?:xfeewaiver|fee waiver)[^.]* (?:was|were|has been) (?:approved|granted|accepted)",
    ),
    rule(
        "en.fee-waiver",
        C.FEE_PAYMENT,
        rf"{_DONE} (?:your |the |a )?(?:xfeewaiver|(?:request for (?:a )?)?fee waiver)(?! and)",
        rf"(?:xfeewaiver|fee waiver)[^.]* {_BE} {_DONE}",
        weak=True,
    ),
    rule(
        "en.along-with-the-case",
        C.ADMIN_UPDATE,
        rf"{_DONE} (?:your |the |a )?xalong(?! and)",
        rf"^(?:(?!\bxform\b).)*xalong[^.]* {_BE} {_DONE}",
        weak=True,
    ),
    rule("en.pre-certification", C.INITIAL_REVIEW, r"pre-?certification"),
    rule(
        "en.representative-refused",
        C.ADMIN_UPDATE,
        r"(?:rejected|denied|returned) (?:your |the )?(?:xappearance|notice of entry of appearance)",
        r"(?:xappearance|entry of appearance)[^.]* (?:rejected|denied|xnotACCEPTED)",
        r"xnotACCEPT (?:your |the )?(?:xappearance|notice of entry of appearance)",
        action=True,
    ),
    rule(
        "en.representative",
        C.ADMIN_UPDATE,
        rf"(?:received|accepted|approved|processed|updated|withdr[ae]w) .{{0,40}}{_ATTORNEY}",
    ),
    rule(
        "en.personal-data",
        C.ADMIN_UPDATE,
        rf"(?:updated|corrected|changed) (?:your|the) (?:\w+ ){{0,2}}{_PERSONAL}",
    ),
    rule(
        "en.copy-of-notice",
        C.ADMIN_UPDATE,
        r"(?:duplicate|amended|corrected) (?:\w+ ){0,2}notice",
        r"copy of (?:your|the) notice",
    ),
    rule(
        "en.payment-problem",
        C.PAYMENT_DISHONORED,
        rf"^(?:(?!rejected|denied).)*\b(?:check|payment|fee)\b{_UNDECIDED}(?:was|were|is|could) {_BOUNCED}",
        r"^(?:(?!rejected|denied).)*\bbank (?:has |have )?(?:returned|declined|refused|dishonou?red|rejected)"
        r" [^.]*(?:payment|check|fee)",
        rf"^(?:(?!rejected|denied).)*{_DISHONORED} (?:\w+ ){{0,4}}(?:payment|check|fee)\b",
        r"(?:payment|check|fee)\b[^.]{0,40}\b(?:bounced|insufficient funds)",
        weak=True,
    ),
    rule("en.immigrant-fee", C.FEE_PAYMENT, r"immigrant fee"),
    rule("en.fax-reply", C.ADMIN_UPDATE, r"request for information", r"fax(?:ed)? (?:you )?(?:a )?reply"),
    REFUSED,
)

APPEALS: tuple[Rule, ...] = (
    rule(
        "en.court-referral",
        C.COURT_REFERRAL,
        r"\breferr(?:ed|ing|al)\b[^.]*(?:immigration (?:judge|court)|executive office|\beoir\b)",
        r"\b(?:transferred|moved|sent|forwarded) [^.]{0,60}\bto (?:the |an )?immigration (?:court|judge)\b",
    ),
    rule("en.notice-to-appear", C.NTA_ISSUED, r"\bnotices? to appear\b", r"\bxsummons\b"),
    # Summoned in other words: where, by whom, or to what kind of case.
    rule(
        "en.summons",
        C.NTA_ISSUED,
        rf"{_UNCONDITIONED}\b(?:must|have to|need to|required to|ordered to|directed to|shall|will)"
        rf" (?:appear|report|be present|come|go)(?: in person)? (?:before|to|in|at) {_COURT}",
        rf"\bsummon\w* [^.]{{0,40}}{_COURT}",
        rf"{_UNCONDITIONED}\b(?:placed|put) [^.]{{0,40}}\bin(?:to)? (?:removal|deportation) proceedings",
        rf"{_UNCONDITIONED}\b(?:began|begun|started|initiated|opened|commenced|instituted)"
        r" (?:\w+ ){0,2}(?:removal|deportation) proceedings",
        rf"{_UNCONDITIONED}\b(?:removal|deportation) proceedings (?:\w+ ){{0,3}}"
        r"(?:begun|started|initiated|opened|commenced|instituted)",
        rf"{_UNCONDITIONED}\bhearing (?:\w+ ){{0,3}}(?:before|in|at) {_COURT}",
        weak=True,
    ),
    rule(
        "en.certified-denial-upheld",
        C.DENIED,
        r"(?:affirmed|upheld) (?:our|the) (?:\w+ )?denial",
        r"denial (?:was|has been) (?:affirmed|upheld)",
    ),
    rule(
        "en.certified-approval-falls",
        C.DENIED,
        r"(?:reversed|overturned) (?:our|the) (?:certified )?approval",
    ),
    rule(
        "en.certified-denial-falls",
        C.APPROVED,
        r"(?:reversed|overturned) (?:our|the) (?:certified )?denial [^.]*\bapproved",
        weak=True,
    ),
    rule(
        "en.certified",
        C.APPEAL_MOTION,
        r"certif(?:ied|ying) (?:the|our|your|this) (?:\w+ ){0,2}(?:approval|denial|decision|case)",
    ),
    rule(
        "en.appeal-lost",
        C.APPEAL_MOTION,
        r"(?:appeal|motion) (?:was|has been|is) (?:dismissed|denied|rejected|terminated)",
        r"(?:dismissed|denied|rejected|terminated|dismisses|denies) (?:your |the |this )?(?:appeal|motion)",
        action=True,
        terminal=True,
    ),
    rule(
        "en.appeal-withdrawn",
        C.APPEAL_MOTION,
        r"withdraw(?:al)? (?:of )?your (?:appeal|motion)",
        terminal=True,
    ),
    rule(
        "en.reopened-and-asked",
        C.RFE_ISSUED,
        r"\bre-?open(?:ed|ing)\b.*(?:request(?:s|ed)? (?:for )?(?:[\w-]+ ){0,3}(?:evidence"
        r"|information|documents)"
        r"|ask(?:ed|ing)? (?:you )?(?:for|to (?:submit|send|provide)))",
        weak=True,
    ),
    rule("en.reopened", C.REOPENED, r"\bre-?opened\b", r"\breopening your", r"(?:are|is) reconsidering"),
    rule("en.motion-granted", C.REOPENED, r"(?:granted|approved) your motion", weak=True),
    rule(
        "en.decided-on-appeal",
        C.APPEAL_MOTION,
        r"(?:approved|denied|reversed|affirmed) [^.]*\bby the (?:appellate|administrative appeals|board of)",
        weak=True,
    ),
    rule(
        "en.appeal",
        C.APPEAL_MOTION,
        r"\b(?:your|the|this) (?:appeal|motion)\b",
        r"appellate authority",
        r"administrative appeals",
        r"board of immigration appeals",
        r"executive office (?:of|for) immigration review",
    ),
)

REVERSALS: tuple[Rule, ...] = (
    rule(
        "en.not-current",
        C.ON_HOLD,
        r"visa (?:numbers? )?(?:\w+ )?(?:(?:is|are|was|were) )?(?:\w+ )?(?:not|no longer) (?:\w+ )?"
        rf"(?:available|current){_SO_NOT_YET}",
        rf"\bno visa (?:numbers? )?(?:is|are) (?:\w+ )?available{_SO_NOT_YET}",
        rf"priority date[^.]* (?:not|no longer) (?:\w+ ){{0,2}}current{_SO_NOT_YET}",
        weak=True,
    ),
    rule(
        "en.withdrawal-refused",
        C.IN_REVIEW,
        r"(?:denied|declined|refused|rejected|(?:cannot|unable to|not able to) (?:accept|approve|grant)"
        r"|xnot(?:ACCEPT|APPROVE|GRANT))"
        r" (?:your |the )?(?:\w+ ){0,2}(?:to withdraw|withdrawal)",
        r"\b(?:to withdraw|withdrawal)\b[^.]{0,60} xnot(?:ACCEPTED|APPROVED|GRANTED)",
        weak=True,
    ),
    rule(
        "en.response-to-notice",
        C.RESPONSE_RECEIVED,
        rf"^{_UNDECIDED_YET}received your (?:response|reply|answer) to (?:\w+ ){{0,2}}"
        r"(?:notice|intent|no(?:id|ir)\b)",
    ),
    rule(
        "en.intent-to-revoke",
        C.NOIR_ISSUED,
        rf"^{_UNDECIDED_YET}(?:inten(?:t|d|ds|tion) to (?:revoke|rescind|terminate)|noir\b"
        rf"|(?<!not )\b{_WISH} to {_UNDO_APPROVAL})",
    ),
    # What was approved before is in danger: the approval is the older news.
    rule(
        "en.approval-in-danger",
        C.NOIR_ISSUED,
        rf"\b(?:approved|granted|approval)\b.{{0,300}}(?<!not )(?<!longer )\b{_WISH} to (?:(?:revoke"
        r"|rescind|terminate"
        rf"|take back|withdraw) (?:it|this|that|them)\b|{_UNDO_APPROVAL})(?!.*\b(?:revoked|rescinded"
        r"|withdrew|terminated"
        r"|reopened|reaffirm\w*|decided|changed our|no longer|received your (?:response|reply|answer))\b)",
        weak=True,
    ),
    rule("en.intent-to-deny", C.NOID_ISSUED, rf"^{_UNDECIDED_YET}(?:inten(?:t|d|ds|tion) to deny|noid\b)"),
    rule("en.intended-action", C.NOID_ISSUED, r"action (?:that )?(?:we|uscis) (?:intend|plan|propose)"),
    rule(
        "en.approval-reaffirmed-dos",
        C.SENT_TO_DOS,
        r"department of state.*(?:affirming|affirmed|reaffirmed)",
        r"(?:reaffirm|affirm)\w* .*department of state",
    ),
    rule(
        "en.approval-reaffirmed",
        C.APPROVED,
        r"(?:affirm|reaffirm)(?:ed|ing) (?:our|the|your) (?:\w+ )?approval",
    ),
    rule("en.not-revoked", C.APPROVED, r"xnotREVOKED|\bnot (?:\w+ )?cancell?ed", action=True, weak=True),
    rule(
        "en.not-granted",
        C.DENIED,
        rf"\b(?:declined to|decided not to|cannot|unable to) grant\b{_NO_DAY}"
        rf"|(?<!yet )(?<!yet been )xnotGRANT(?:ED)?\b{_NO_DAY}",
        r"\b(?:(?:cannot|unable to|not able to|decided not to|decided against) approv(?:e|ing)"
        r"|(?:did|could) not xnotAPPROVE) "
        r"(?:your |the |this )?(?:xform|case|application|petition)\b(?![^.]*\b(?:until|yet|before"
        r"|at this time)\b)",
        weak=True,
    ),
    rule("en.bona-fide", C.IN_REVIEW, r"\bbona fide\b", weak=True),
    rule("en.deferred-action-ended", C.REVOKED_TERMINATED, r"terminated .*deferred action"),
    rule("en.deferred-action", C.APPROVED, r"granted .*deferred action", weak=True),
    rule(
        "en.revoked",
        C.REVOKED_TERMINATED,
        r"(?:automatically |have |has )?revoked (?:the|your|our)",
        r"revocation notice",
        r"was (?:automatically )?revoked",
    ),
    rule(
        "en.status-terminated",
        C.REVOKED_TERMINATED,
        r"\b(?<!request to )withdr(?:ew|awn) (?:your|the|our) (?:[\w-]+ ){0,4}?(?:status|approval|parole)\b",
        r"terminat(?:ed|ing) your (?:\w+ )?(?:status|xform|case|parole|participation|employment)",
        r"\btermination notice",
        r"(?:automatically|was|has been) terminated",
    ),
)
