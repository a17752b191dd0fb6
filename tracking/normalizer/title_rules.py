"""What English titles say. The subject of the title comes first, then its verb.

Rules read a title key (lower-case words). The order is the grammar: what is not about the case,
then appeals, reversals and negations, mail and documents, the steps of a case, plain decisions.
"""

from __future__ import annotations

from tracking.normalizer.rules import Rule, rule
from tracking.statuses import StatusCode as C

_CASE = (
    r"^(?:your |my |the |this )?(?:case|application|petition|petition application|form [a-z]{1,4} ?\d+\w*"
    r"|[\w ]*benefits?|[\w ]*form i ?\d+\w*)\b"
)
_DOC = r"^(?:your |my |the |a )?(?:[\w ]{0,40} )?(?:card|documents?|permit|certificate|booklet|authorization|parole)\b"
_NOTICE = r"\b(?:notice|letter|mail|correspondence)\b"

_BESIDE_THE_CASE: tuple[Rule, ...] = (
    rule(
        "en.title.not-a-status", C.UNKNOWN, r"^(?:check )?case status(?: online)?$|log ?in|validation error"
    ),
    rule(
        "en.title.expedite-answer",
        C.EXPEDITE,
        r"\bexpedite|^premium processing(?! fee| case)|request (?:for|to) (?:upgrade|premium)|upgraded? to premium",
    ),
    rule("en.title.pre-certification", C.INITIAL_REVIEW, r"pre ?certification"),
    rule(
        "en.title.fees-waived",
        C.RECEIVED,
        r"^fees? (?:was |were )?waived|fee waiver (?:request )?(?:was )?(?:granted|approved|accepted)",
    ),
    rule(
        "en.title.fingerprint-fee",
        C.RECEIVED,
        r"^(?:fingerprint|biometrics?)[\w ]* fees? (?:was |were )?(?:received|accepted|paid)",
    ),
    rule(
        "en.title.fee",
        C.FEE_PAYMENT,
        r"^(?:[\w]+ ){0,3}(?:fees?|refund|payment|check)\b|^issues? with (?:your |my )?payment|\brefund(?:ed)?\b|suspended because (?:my|your) fee|immigrant fee",
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
        r"^(?:form )?g ?28\b|\b(?:attorney|representative|appearance of counsel)\b",
    ),
    rule(
        "en.title.personal-data",
        C.ADMIN_UPDATE,
        r"\b(?:name|date of birth|address|gender|country of \w+|biographic \w+|information)\b(?: (?:was|has been|is))? (?:updated|changed|corrected)",
    ),
    rule(
        "en.title.copy-of-notice",
        C.ADMIN_UPDATE,
        r"^(?:\w+ )?(?:duplicate|amended|corrected|replacement) (?:\w+ )?notice",
    ),
    rule("en.title.fax-reply", C.ADMIN_UPDATE, r"request for information was received|fax reply|inquiry was"),
    rule("en.title.signature-card", C.ADMIN_UPDATE, r"^signature card", weak=True),
)

_APPEALS: tuple[Rule, ...] = (
    rule("en.title.denial-stands", C.DENIED, r"denial\b.*\b(?:affirmed|upheld|sustained)"),
    rule(
        "en.title.certified-approval-falls",
        C.DENIED,
        r"certified approval\b.*\b(?:reversed|overturned|withdrawn)",
    ),
    rule("en.title.approval-stands-on-review", C.APPROVED, r"certified approval\b.*\baffirmed"),
    rule(
        "en.title.appeal-lost",
        C.APPEAL_MOTION,
        r"^(?:your |my |the )?(?:appeal|motion)\b.*\b(?:dismissed|denied|rejected|terminated)",
        action=True,
        terminal=True,
    ),
    rule(
        "en.title.appeal-withdrawn",
        C.APPEAL_MOTION,
        r"withdraw\w* of (?:my |your |the )?(?:appeal|motion)|^(?:appeal|motion) (?:was )?withdrawn",
        terminal=True,
    ),
    rule("en.title.reopened", C.REOPENED, r"\bre ?open(?:ed|ing)\b|\breconsidered\b"),
    rule(
        "en.title.appeal",
        C.APPEAL_MOTION,
        r"\b(?:appeals?|motion|certified|aao|bia)\b|appellate authority|executive office (?:for|of) immigration review|immigration (?:court|judge)",
    ),
)

_REVERSALS: tuple[Rule, ...] = (
    rule("en.title.response-to-notice", C.RESPONSE_RECEIVED, r"^response to\b"),
    rule("en.title.intent-to-revoke", C.NOIR_ISSUED, r"\bintent(?:ion)? to (?:revoke|rescind|terminate)"),
    rule("en.title.intent-to-deny", C.NOID_ISSUED, r"\bintent(?:ion)? to deny|\bnoid\b"),
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
        r"\bno longer on hold|hold (?:was |has been )?(?:lifted|removed|released)",
    ),
    rule("en.title.litigation", C.NOTICE_MAILED, r"^(?:termination of )?litigation notice", weak=True),
    rule("en.title.reaffirmed-dos", C.SENT_TO_DOS, r"affirmed\b.*\bdepartment of state"),
    rule("en.title.reaffirmed", C.APPROVED, r"approval\b.*\b(?:re)?affirmed"),
    rule("en.title.revoked", C.REVOKED_TERMINATED, r"\brevoked\b|\brevocation notice|\brescinded\b"),
    rule("en.title.case-terminated", C.REVOKED_TERMINATED, r"^case (?:was )?terminated", weak=True),
    rule(
        "en.title.terminated",
        C.REVOKED_TERMINATED,
        r"\bterminated\b|\btermination (?:\w+ )?notice|^(?:\w+ )?termination\b",
    ),
)

_MAIL: tuple[Rule, ...] = (
    rule(
        "en.title.destroyed-on-return", C.DOC_DESTROYED, r"destroyed\b.*\bletter was received", action=False
    ),
    rule("en.title.destroyed", C.DOC_DESTROYED, r"\bdestroyed\b"),
    rule(
        "en.title.returned-with-letter",
        C.RESPONSE_RECEIVED,
        r"(?:card|document|permit)\b.*\breceived\b.*\bletter|letter\b.*\breceived",
    ),
    rule(
        "en.title.notice-returned",
        C.MAIL_RETURNED,
        r"\b(?:notice|letter|mail|request|rfe)\b.*\b(?:returned|undeliverable|could not (?:be )?deliver(?:ed)?)",
        terminal=False,
    ),
    rule(
        "en.title.document-returned",
        C.MAIL_RETURNED,
        _DOC
        + r".*\b(?:return(?:ed|ing)?|undeliverable|could not (?:be )?deliver(?:ed)?|(?:being|be) held|lost)\b",
    ),
)

_DOCUMENTS: tuple[Rule, ...] = (
    rule(
        "en.title.duplicate-card",
        C.DOC_PRODUCTION,
        r"request for (?:a )?(?:duplicate|replacement) (?:\w+ )?(?:card|document).*\bapproved",
    ),
    rule("en.title.produced", C.DOC_PRODUCTION, _DOC + r".*\b(?:produced|production|printed|ordered)\b"),
    rule("en.title.in-the-mail", C.DOC_MAILED, _DOC + r".*\b(?:mailed|picked up|shipped|sent)\b"),
    rule("en.title.delivered", C.DOC_DELIVERED, _DOC + r".*\b(?:delivered|issued|handed)\b"),
    rule("en.title.parole-decision", C.NOTICE_MAILED, r"decision (?:was )?posted", weak=True),
)

_STEPS: tuple[Rule, ...] = (
    rule(
        "en.title.response",
        C.RESPONSE_RECEIVED,
        r"^(?:response|correspondence|(?:\w+ )?evidence|documents?)\b.*\breceived|\bevidence response\b.*\breceived|request for (?:\w+ ){0,3}evidence (?:was )?received",
    ),
    rule(
        "en.title.more-information",
        C.RESPONSE_RECEIVED,
        r"request for (?:\w+ ){0,2}information (?:was )?received",
        weak=True,
    ),
    rule(
        "en.title.evidence-requested",
        C.RFE_ISSUED,
        r"^requests? for (?:\w+ ){0,4}(?:evidence|documents|information)\b.*\b(?:sent|mailed|issued|emailed)|^rfe\b.*\b(?:sent|mailed|issued)|^request for (?:\w+ ){0,3}evidence$",
    ),
    rule(
        "en.title.reschedule-asked", C.INTERVIEW_SCHEDULED, r"^request to reschedule", weak=True, action=False
    ),
    rule(
        "en.title.no-show",
        C.NO_SHOW,
        r"no one appeared|did not appear|failed to appear|\bno show\b|(?:appointment|interview|oath\w*) (?:was )?missed",
    ),
    rule("en.title.oath", C.OATH_CEREMONY, r"\boath\b|naturalization ceremony"),
    rule("en.title.interview-cancelled", C.INTERVIEW_CANCELLED, r"interview\b.*\b(?:cancell?ed|descheduled)"),
    rule("en.title.interview-held", C.INTERVIEW_COMPLETED, r"interview\b.*\b(?:completed|conducted|held)"),
    rule(
        "en.title.interview-ready",
        C.INTERVIEW_READY,
        r"ready to be scheduled for (?:an )?interview|(?:waiting|in line|placed in line) (?:for|to)\b.*interview|ready for interview",
    ),
    rule("en.title.sent-for-interview", C.TRANSFERRED, r"transferred to schedule an interview"),
    rule(
        "en.title.interview-scheduled",
        C.INTERVIEW_SCHEDULED,
        r"interview\b.*\b(?:re)?scheduled|\bscheduled for (?:an )?interview|interview (?:appointment )?notice",
    ),
    rule(
        "en.title.biometrics-scheduled",
        C.BIOMETRICS_SCHEDULED,
        r"(?:fingerprint|biometric)\w*\b.*(?:appointment|(?:re)?scheduled)(?!.*cancell?ed)",
    ),
    rule(
        "en.title.biometrics-done",
        C.BIOMETRICS_DONE,
        r"(?:fingerprint|biometric)\w*\b.*\b(?:taken|completed|applied|captured|collected|reused|reviewed|received)",
    ),
    rule(
        "en.title.appointment-notice",
        C.BIOMETRICS_SCHEDULED,
        r"appointment (?:notice )?(?:was )?(?:mailed|sent|scheduled)",
        weak=True,
    ),
    rule(
        "en.title.from-dos",
        C.IN_REVIEW,
        r"department of state (?:sent|returned)|returned\b.*\bby (?:the )?department of state",
    ),
    rule(
        "en.title.to-dos",
        C.SENT_TO_DOS,
        r"\b(?:sent|mailed|forwarded|returned)\b.*\bto (?:the )?(?:department of state|national visa center|nvc)",
    ),
    rule(
        "en.title.transferred",
        C.TRANSFERRED,
        r"\b(?:transferred|relocated|moved)\b|received (?:at|by) (?:another|my|your|a|the) (?:\w+ )?(?:local )?office",
    ),
    rule("en.title.hold", C.ON_HOLD, r"\bon hold\b|\bsuspended\b"),
)

_PLAIN: tuple[Rule, ...] = (
    rule("en.title.abandoned", C.DENIED, r"\babandon(?:ed|ment)\b"),
    rule("en.title.recommended", C.IN_REVIEW, r"quality review|approval recommendation"),
    rule("en.title.closed", C.CLOSED, _CASE + r".*\bclosed\b"),
    rule("en.title.withdrawn", C.WITHDRAWN, r"\bwithdrawal\b|\bwithdrawn\b"),
    rule("en.title.denied", C.DENIED, _CASE + r"(?: (?:was|were|is|has been|have been))? denied\b"),
    rule("en.title.rejected", C.REJECTED, _CASE + r"(?: (?:was|were|is|has been))? rejected\b"),
    rule("en.title.approved", C.APPROVED, _CASE + r"(?: (?:was|were|is|has been))? (?:approved|granted)\b"),
    rule("en.title.deferred-action", C.APPROVED, r"deferred action (?:was )?granted", weak=True),
    rule("en.title.report", C.REJECTED, r"\breport (?:was )?rejected", weak=True),
    rule("en.title.report-received", C.RECEIVED, r"\breport (?:was )?received", weak=True),
    rule(
        "en.title.received",
        C.RECEIVED,
        _CASE + r"(?: (?:was|were|is|has been))? (?:received|accepted|filed)\b|^filed under",
    ),
    rule(
        "en.title.in-review",
        C.IN_REVIEW,
        r"\b(?:pending|processed by|being processed|being (?:actively )?reviewed|under (?:\w+ )?review|in process|visa bulletin|awaiting|assigned to an? officer)\b",
    ),
    rule("en.title.test-passed", C.IN_REVIEW, r"^proficiency|english|civics", weak=True),
    rule(
        "en.title.denial-notice",
        C.DENIED,
        r"^(?:my |your )?denial (?:decision )?notice (?:was )?(?:sent|mailed)",
        weak=True,
    ),
    rule(
        "en.title.rejection-notice",
        C.REJECTED,
        r"^(?:my |your )?rejection notice (?:was )?(?:sent|mailed)",
        weak=True,
    ),
    rule(
        "en.title.approval-notice",
        C.APPROVED,
        r"^(?:my |your )?approval notice (?:was )?(?:sent|mailed|emailed)",
        weak=True,
    ),
    rule(
        "en.title.receipt-notice",
        C.RECEIVED,
        r"^(?:my |your )?(?:receipt|acceptance) notice (?:was )?(?:sent|mailed|emailed)",
        weak=True,
    ),
    rule(
        "en.title.transfer-notice",
        C.TRANSFERRED,
        r"^(?:my |your )?transfer notice (?:was )?(?:sent|mailed)",
        weak=True,
    ),
    rule(
        "en.title.notice",
        C.NOTICE_MAILED,
        _NOTICE + r".*\b(?:sent|mailed|emailed|issued|ordered)\b|send a notice|notice explaining",
        weak=True,
    ),
)

ENGLISH_TITLES: tuple[Rule, ...] = (
    _BESIDE_THE_CASE + _APPEALS + _REVERSALS + _MAIL + _DOCUMENTS + _STEPS + _PLAIN
)

# A title is read with confidence only when each of its words is one of these: a word that nobody
# thought of may turn the meaning around.
UNDERSTOOD = frozenset(
    """
    a abandoned acceptance accepted acknowledged acknowledgement acknowledgment action actions actively additional
    administrative advance affirmed after along amended an ancillary and another appeal appeals appellate application
    applied appointment approval approved are as asylum at authority authorization automatically back based be because
    been being benefit benefits biometric biometrics birth bureau business by cancelled canceled card case center
    certificate certified changed circumstance closed collected completed conducted consideration consulate correct
    corrected correspondence could court date decision delivered denial denied department descheduled destroyed
    determined document documents duplicate dismissed emailed employment evidence executive expedite
    fee fees field filed filing fingerprint fingerprints for form forwarded from granted had has have held hold i
    immigration improperly in incorrect initial insufficient intent international interview is issued it
    jurisdiction juvenile letter line local lockbox mail mailed me means moved my name national new no not notice of
    office on opened or order ordered originating other over parole pending permanent permit personally petition
    picked placed policy post postal premium primary processed processing produced production program ready reaffirmed
    reason received reconsideration reconsidered reentry refugee refund refunded rejected relocated remanded remains
    reopened replacement representative request requested requests reschedule rescheduled resident response returned
    returning review reviewed reviewing revocation revoke revoked rescind schedule scheduled section sent service services
    set shipped show showed showing signed special state states status still submitted taken temporary terminate
    terminated termination that the their they this to transferred travel undeliverable under unit united updated upheld
    uscis usps visa waived waiver was we were will with withdrawal withdrawn without you your
    """.split()
)
