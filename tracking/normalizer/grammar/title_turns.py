"""English titles that turn a meaning: events beside the case, appeals, reversals and negations.

Rules read a title key (lower-case words); the subject comes first, then its verb.
"""

from __future__ import annotations

from tracking.normalizer.grammar.refused import TITLE_REFUSED
from tracking.normalizer.grammar.rules import Rule, rule
from tracking.statuses import StatusCode as C

# Up to three words before the subject, none of which is a subject or verb of its own.
_BEFORE = r"(?:(?!case|application|petition|was|is|for|rejected|denied)\w+ ){0,3}"

BESIDE_THE_CASE: tuple[Rule, ...] = (
    rule(
        "en.title.expedite-answer",
        C.EXPEDITE,
        r"\bexpedite",
        r"^premium processing(?! fee| case)",
        r"request (?:for|to) (?:upgrade|premium)",
        r"upgraded? to premium",
    ),
    rule("en.title.pre-certification", C.INITIAL_REVIEW, r"pre ?certification", whole=True),
    rule(
        "en.title.fees-waived",
        C.RECEIVED,
        r"^fees? (?:was |were )?waived",
        r"^received\b.*\bfees? (?:was |were )?waived",
        r"fee waiver (?:request )?(?:was )?(?:granted|approved|accepted)",
    ),
    rule(
        "en.title.fingerprint-fee",
        C.RECEIVED,
        r"^(?:fingerprint|biometrics?)[\w ]* fees? (?:was |were )?(?:received|accepted|paid)",
    ),
    rule("en.title.fee-waiver-refused", C.FEE_PAYMENT, r"fee waiver", weak=True, action=True),
    rule(
        "en.title.payment-issue",
        C.FEE_PAYMENT,
        r"^issues? with (?:your |my )?payment",
        action=True,
    ),
    rule(
        "en.title.payment-problem",
        C.PAYMENT_DISHONORED,
        rf"^{_BEFORE}(?:fees?|payment|check)\b(?:(?!\b(?:as|because|since|when|after|and)\b).)*"
        r"\b(?:not accepted|returned|declined|rejected|bounced)\b(?! (?:my|your|the) (?:case"
        r"|application|petition))",
        r"suspended because (?:my|your) fee",
        whole=True,
    ),
    rule(
        "en.title.fee",
        C.FEE_PAYMENT,
        rf"^{_BEFORE}(?:fees?|refund|payment)\b(?! waiver)",
        r"^(?:my |your |the |bounced )?check\b(?! case)",
        r"\brefund(?:ed)?\b",
    ),
    rule("en.title.premium-form", C.EXPEDITE, r"^(?:my |your |the )?(?:form )?i ?907\b"),
    rule(
        "en.title.fee-waiver-form-granted",
        C.RECEIVED,
        r"^(?:my |your |the )?(?:form )?i ?(?:912|942)\b.*\b(?:approved|granted|accepted)",
        weak=True,
    ),
    rule(
        "en.title.fee-waiver-form",
        C.FEE_PAYMENT,
        r"^(?:my |your |the )?(?:form )?i ?(?:912|942)\b",
        weak=True,
    ),
    rule(
        "en.title.along-with-the-case",
        C.ADMIN_UPDATE,
        r"^(?:my |your |the )?(?:form )?(?:i ?(?:864\w*|693|134\w?)|g ?(?:1450|1650|1145)|ar ?11)\b",
        weak=True,
    ),
    rule(
        "en.title.representative-refused",
        C.ADMIN_UPDATE,
        r"^(?:form )?g ?28\b.*(?:rejected|denied|returned)",
        action=True,
    ),
    rule(
        "en.title.representative",
        C.ADMIN_UPDATE,
        r"^(?:form )?g ?28\b",
        r"\b(?:attorney|representative|appearance of counsel)\b",
    ),
    rule(
        "en.title.personal-data",
        C.ADMIN_UPDATE,
        r"\b(?:name|date of birth|address|gender|country of \w+|information)(?: was| has been| is)?"
        r" (?:updated|changed|corrected)",
    ),
    rule(
        "en.title.copy-of-notice",
        C.ADMIN_UPDATE,
        r"^(?:\w+ )?(?:duplicate|amended|corrected|replacement) (?:\w+ )?notice(?!.*\breturned)",
    ),
    rule(
        "en.title.fax-reply",
        C.ADMIN_UPDATE,
        r"request for information was received",
        r"fax reply",
        r"inquiry was",
    ),
    rule("en.title.signature-card", C.ADMIN_UPDATE, r"^signature card", weak=True),
    TITLE_REFUSED,
)

APPEALS: tuple[Rule, ...] = (
    rule(
        "en.title.court-referral",
        C.COURT_REFERRAL,
        r"\breferr(?:ed|al)\b.*\b(?:immigration (?:court|judge)|executive office|eoir)",
    ),
    rule("en.title.notice-to-appear", C.NTA_ISSUED, r"\bnotice to appear\b"),
    rule(
        "en.title.summons",
        C.NTA_ISSUED,
        r"^(?!.*\b(?:not|no|cancel\w*|terminat\w*|dismiss\w*|clos(?:ed|ing)|end(?:ed)?)\b).*\b(?:(?:appear|hearing|summon\w*)"
        r"\b.*\bimmigration (?:judge|court)|(?:removal|deportation) proceedings)\b",
        weak=True,
    ),
    rule("en.title.denial-upheld", C.DENIED, r"denial\b.*\b(?:affirmed|upheld|sustained)"),
    rule(
        "en.title.certified-approval-falls",
        C.DENIED,
        r"certified approval\b.*\b(?:reversed|overturned|withdrawn)",
        weak=True,
    ),
    rule("en.title.approval-stands-on-review", C.APPROVED, r"certified approval\b.*\baffirmed"),
    rule(
        "en.title.appeal-lost",
        C.APPEAL_MOTION,
        r"^(?:your |my |the )?(?:appeal|motion)\b.*\b(?:dismissed|denied|rejected|terminated)",
        action=True,
        terminal=True,
        whole=True,
    ),
    rule(
        "en.title.appeal-withdrawn",
        C.APPEAL_MOTION,
        r"withdraw\w* of (?:my |your |the )?(?:appeal|motion)",
        r"^(?:appeal|motion) (?:was )?withdrawn",
        terminal=True,
        weak=True,
    ),
    rule(
        "en.title.certified-denial-falls",
        C.APPROVED,
        r"certified denial\b.*\b(?:reversed|overturned)",
        weak=True,
    ),
    rule("en.title.motion-granted", C.REOPENED, r"^(?:\w+ )?motion\b.*\b(?:granted|approved)", weak=True),
    rule("en.title.reopened", C.REOPENED, r"\bre ?open(?:ed|ing)\b", r"\breconsidered\b"),
    rule(
        "en.title.appeal",
        C.APPEAL_MOTION,
        r"\b(?:appeals?|motion|certified|remanded|aao|bia)\b",
        r"appellate authority",
        r"executive office (?:for|of) immigration review",
        r"immigration (?:court|judge)",
    ),
)

REVERSALS: tuple[Rule, ...] = (
    rule("en.title.not-current", C.ON_HOLD, r"\b(?:not|no longer) (?:\w+ )?current\b", weak=True),
    rule(
        "en.title.waiting-list", C.WAITING_LIST, r"\b(?:placed|put|added) (?:on|to) (?:the |a )?waiting list"
    ),
    rule("en.title.response-to-notice", C.RESPONSE_RECEIVED, r"^response to\b"),
    rule("en.title.intent-to-revoke", C.NOIR_ISSUED, r"\bintent(?:ion)? to (?:revoke|rescind|terminate)"),
    rule("en.title.intent-to-deny", C.NOID_ISSUED, r"\bintent(?:ion)? to deny", r"\bnoid\b"),
    rule("en.title.intended-action", C.NOID_ISSUED, r"^notice explaining uscis actions?", weak=True),
    rule(
        "en.title.not-revoked",
        C.APPROVED,
        r"\bnot (?:automatically )?(?:revoked|cancelled|canceled|terminated)",
        weak=True,
        action=True,
    ),
    rule("en.title.not-granted", C.DENIED, r"\bnot (?:granted|approved)\b", weak=True),
    rule(
        "en.title.hold-lifted",
        C.IN_REVIEW,
        r"\bno longer on hold",
        r"hold (?:was |has been )?(?:lifted|removed|released|cleared)",
        whole=True,
    ),
    rule("en.title.litigation", C.NOTICE_MAILED, r"^(?:termination of )?litigation notice", weak=True),
    rule("en.title.reaffirmed-dos", C.SENT_TO_DOS, r"affirmed\b.*\bdepartment of state", weak=True),
    rule("en.title.reaffirmed", C.APPROVED, r"approval\b.*\b(?:re)?affirmed"),
    rule(
        "en.title.revoked",
        C.REVOKED_TERMINATED,
        r"\brevoked\b",
        r"\b(?:revocation|rescission) notice",
        r"\brescinded\b",
    ),
    rule("en.title.other-means", C.CLOSED, r"\bother means\b"),
    rule("en.title.bona-fide", C.IN_REVIEW, r"\b(?:bona fide|prima facie)\b", weak=True),
    rule("en.title.case-terminated", C.REVOKED_TERMINATED, r"^case (?:was )?terminated", weak=True),
    rule(
        "en.title.terminated",
        C.REVOKED_TERMINATED,
        r"\bterminated\b",
        r"^(?:\w+ )?termination\b",
    ),
)
