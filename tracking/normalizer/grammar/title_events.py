"""English titles about what happened to the case: mail, documents, steps, decisions.

Rules read a title key (lower-case words); the subject comes first, then its verb.
"""

from __future__ import annotations

from tracking.normalizer.grammar.rules import Rule, rule
from tracking.statuses import StatusCode as C

_CASE = (
    r"^(?:your |my |the |this )?(?:case|application|petition|petition application|form [a-z]{1,4} ?\d+\w*"
    r"|[\w ]*benefits?|[\w ]*form i ?\d+\w*)\b"
)
_DOC = (
    r"^(?:your |my |the |a )?(?:(?!was|is|were|and)\w+ ){0,6}"
    r"(?:card|documents?|permit|certificate|booklet|authorization|parole)\b"
)
_BE = r"(?: (?:was|were|is|has been|have been))?"
_BENEFIT = (
    r"^(?:your |my )?(?:employment authorization|advance parole|travel authorization|naturalization|asylum"
    r"|temporary protected status|waiver"
    r"|(?:application|petition) for (?:\w+ ){0,5}?\w+)"
)
_NOTICE = r"\b(?:notice|letter|mail|correspondence)\b"

MAIL: tuple[Rule, ...] = (
    rule(
        "en.title.destroyed-on-return",
        C.DOC_DESTROYED,
        r"destroyed\b.*\bletter was received",
        action=False,
        weak=True,
    ),
    rule("en.title.destroyed", C.DOC_DESTROYED, r"\bdestroyed\b"),
    rule(
        "en.title.returned-with-letter",
        C.RESPONSE_RECEIVED,
        r"(?:card|document|permit)\b.*\breceived\b.*\bletter",
        r"letter\b.*\breceived",
        r"(?:card|document|permit)\b.*\breturned with (?:my |your |a )?(?:letter|correspondence)",
    ),
    rule(
        "en.title.notice-returned",
        C.MAIL_RETURNED,
        r"\b(?:notice|letter|mail|request(?! for)|(?<!case )correspondence)\b.*\b(?:returned"
        r"|undeliverable|not (?:be )?deliver(?:ed)?)",
        terminal=False,
        whole=True,
    ),
    rule(
        "en.title.document-returned",
        C.MAIL_RETURNED,
        rf"{_DOC}.*\b(?:return(?:ed|ing)?|undeliverable|not (?:be )?deliver(?:ed)?|be(?:ing)? held|lost)\b",
        whole=True,
    ),
)

DOCUMENTS: tuple[Rule, ...] = (
    rule(
        "en.title.duplicate-card",
        C.DOC_PRODUCTION,
        r"request for (?:a )?(?:duplicate|replacement) (?:\w+ )?(?:card|document).*\bapproved",
    ),
    rule("en.title.produced", C.DOC_PRODUCTION, rf"{_DOC}.*\b(?:produced|production|printed|ordered)\b"),
    rule("en.title.in-the-mail", C.DOC_MAILED, rf"{_DOC}.*\b(?:mailed|picked up|shipped|sent)\b"),
    rule("en.title.delivered", C.DOC_DELIVERED, rf"{_DOC}.*\b(?:delivered|issued|handed|given)\b"),
    rule("en.title.parole-decision", C.NOTICE_MAILED, r"decision (?:was )?posted", weak=True),
)

STEPS: tuple[Rule, ...] = (
    rule(
        "en.title.response",
        C.RESPONSE_RECEIVED,
        r"^(?:response|correspondence|(?:\w+ )?evidence|documents?)\b.*\breceived",
        r"\bevidence response\b.*\breceived",
        r"request for (?:\w+ ){0,3}evidence (?:was )?received",
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
        r"^requests? for (?:\w+ ){0,4}(?:evidence|documents|information)\b.*\b(?:sent|mailed|issued|emailed)",
        r"^rfe\b.*\b(?:sent|mailed|issued)",
        r"^request for (?:\w+ ){0,3}evidence$",
        r"\bevidence (?:was |were )?requested\b",
        r"\bevidence request (?:notice )?(?:was )?(?:sent|mailed|issued|emailed|ordered)",
    ),
    rule(
        "en.title.biometrics-reschedule-asked",
        C.BIOMETRICS_RESCHEDULED,
        r"^request to reschedule .*(?:fingerprint|biometric)",
        weak=True,
        action=False,
    ),
    rule(
        "en.title.oath-reschedule-asked",
        C.OATH_RESCHEDULED,
        r"^request to reschedule .*(?:oath|ceremony)",
        weak=True,
        action=False,
    ),
    rule(
        "en.title.reschedule-asked",
        C.INTERVIEW_RESCHEDULED,
        r"^request to reschedule",
        weak=True,
        action=False,
    ),
    rule(
        "en.title.no-show",
        C.NO_SHOW,
        r"no one appeared",
        r"did not appear",
        r"failed to appear",
        r"\bno show\b",
        r"(?:appointment|interview|oath\w*) (?:was )?missed",
        whole=True,
    ),
    rule("en.title.oath", C.OATH_CEREMONY, r"\boath\b", r"naturalization ceremony"),
    rule(
        "en.title.interview-held",
        C.INTERVIEW_COMPLETED,
        r"(?:interview|hearing)\b.*\b(?:completed|conducted|held)",
    ),
    rule(
        "en.title.interview-ready",
        C.INTERVIEW_READY,
        r"ready to be scheduled for (?:an )?interview",
        r"(?:waiting|in line|placed in line) (?:for|to)\b.*interview",
        r"interview (?:queue|line)\b",
        r"ready for interview",
    ),
    rule("en.title.sent-for-interview", C.TRANSFERRED, r"transferred to schedule an interview", weak=True),
    rule(
        "en.title.interview-scheduled",
        C.INTERVIEW_SCHEDULED,
        r"(?:interview|hearing)\b.*\b(?:re)?scheduled",
        r"\bscheduled for (?:an )?interview",
        r"interview (?:appointment )?notice",
    ),
    rule(
        "en.title.biometrics-scheduled",
        C.BIOMETRICS_SCHEDULED,
        r"(?:fingerprint|biometric)\w*\b.*(?:appointment|(?:re)?scheduled)(?!.*(?:cancell?ed|completed))",
    ),
    rule(
        "en.title.biometrics-unreadable",
        C.BIOMETRICS_DONE,
        r"(?:fingerprint|biometric)\w*\b.*\b(?:rejected|unreadable|unclassifiable|not (?:be )?read)",
        action=True,
        weak=True,
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
        r"department of state (?:sent|returned)",
        r"returned\b.*\bby (?:the )?department of state",
    ),
    rule(
        "en.title.to-dos",
        C.SENT_TO_DOS,
        r"\b(?:sent|mailed|forwarded|returned|shipped)\b.*\bto (?:the )?department of state",
        r"\b(?:sent|mailed|forwarded|shipped)\b.*\b(?:national visa center|nvc)\b",
    ),
    rule(
        "en.title.transferred",
        C.TRANSFERRED,
        r"\b(?:transferred|relocated|moved)\b",
        r"received (?:at|by) (?:another|my|your|a|the) (?:\w+ )?(?:local )?office",
    ),
    rule(
        "en.title.hold",
        C.ON_HOLD,
        r"\bon hold\b",
        r"\bsuspended\b",
        r"\bhold (?:was )?placed",
        r"visa (?:number )?(?:\w+ )?not available",
    ),
)

PLAIN: tuple[Rule, ...] = (
    rule("en.title.abandoned", C.DENIED, r"\babandon(?:ed|ment)\b"),
    rule("en.title.recommended", C.IN_REVIEW, r"quality review", r"approval recommendation"),
    rule("en.title.closed", C.CLOSED, rf"{_CASE}.*\bclosed\b", r"^administrative(?:ly)? clos"),
    rule(
        "en.title.withdrawn",
        C.WITHDRAWN,
        rf"{_CASE}{_BE} withdrawn",
        r"withdrawal of (?:my |your |the )?(?:case|application|petition)\b.*\backnowledged",
        r"withdrawal (?:acknowledge?ment|(?:request )?(?:was )?(?:received|acknowledged|accepted|approved))",
        r"request to withdraw (?:\w+ ){0,3}received",
    ),
    rule(
        "en.title.denied", C.DENIED, rf"{_CASE}{_BE} denied\b", rf"{_BENEFIT} (?:was|were|has been) denied\b"
    ),
    rule("en.title.rejected", C.REJECTED, rf"{_CASE}{_BE} rejected\b"),
    rule(
        "en.title.approved",
        C.APPROVED,
        rf"{_CASE}{_BE} (?:approved|granted)\b",
        rf"{_BENEFIT} (?:was|were|has been) (?:approved|granted)\b",
    ),
    rule(
        "en.title.status-withdrawn",
        C.REVOKED_TERMINATED,
        r"^(?:your |my )?(?:\w+ ){0,3}(?:status|parole)\b.*\bwithdrawn",
        weak=True,
    ),
    rule("en.title.deferred-action", C.APPROVED, r"deferred action (?:was )?granted", weak=True),
    rule("en.title.report", C.REJECTED, r"\breport (?:was )?rejected", weak=True),
    rule("en.title.report-received", C.RECEIVED, r"\breport (?:was )?received", weak=True),
    rule(
        "en.title.received",
        C.RECEIVED,
        rf"{_CASE}{_BE} (?:received|accepted|filed)\b(?!.*\b(?:rejected|denied|returned|approved))",
        r"^filed under",
        r"^received (?:at|by) (?:the )?(?:uscis )?lockbox",
    ),
    rule(
        "en.title.in-review",
        C.IN_REVIEW,
        r"\b(?:pending|awaiting|in process|processed by|being (?:\w+ )?(?:processed|reviewed))\b",
        r"under (?:\w+ )?review\b",
        r"assigned to an? officer",
        r"visa bulletin",
        r"\bcurrently processing\b",
        r"decision cannot (?:yet )?be made",
    ),
    rule("en.title.resubmitted", C.RECEIVED, r"^(?:case (?:was )?resubmitted|resubmission)\b", weak=True),
    rule("en.title.test-passed", C.IN_REVIEW, r"english", r"civics", weak=True),
    rule(
        "en.title.denial-notice",
        C.DENIED,
        r"^(?:my |your )?denial (?:decision )?(?:notice|letter) (?:was )?(?:sent|mailed)",
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
        r"^(?:my |your )?(?:approval|welcome) (?:notice|letter) (?:was )?(?:sent|mailed|emailed)",
        weak=True,
    ),
    rule(
        "en.title.receipt-notice",
        C.RECEIVED,
        r"^(?:my |your )?(?:receipt|acceptance) (?:notice|letter) (?:was )?(?:sent|mailed|emailed)",
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
        rf"{_NOTICE}.*\b(?:sent|mailed|emailed|issued|ordered)\b",
        r"send a notice",
        r"^(?:my |your )?decision (?:was )?(?:sent|mailed|emailed)",
        weak=True,
    ),
)
