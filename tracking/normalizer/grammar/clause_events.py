"""English descriptions of what happened to the case: decisions, mail, documents, steps.

Rules read the statements of a description; the object of the verb decides.
"""

from __future__ import annotations

from tracking.normalizer.grammar.rules import Rule, rule
from tracking.statuses import StatusCode as C

_CASE = r"(?:your |the |this |our |my )?(?:xform|case|application|petition|benefit request)"
_MINE = r"(?:your |the |a |an |this )(?:new |replacement )?"
_PAPER = (
    r"\b(?:card|documents?|permit|certificate|parole document|travel authorization|travel booklet|booklet)"
)
_DOC = rf"(?:(?!request|notice|letter|asking|for )[\w-]+ ){{0,3}}?{_PAPER}"
_BE = r"(?:was|were|is|are|has been|have been)"
_SEND = r"(?:sent|mailed|emailed|issued|e-mailed)"
_STATUS = (
    r"(?:your |you )(?:(?!request|fee|motion|appeal)[\w-]+ ){0,4}?"
    r"(?:status|asylum|parole|naturalization|waiver|benefits?|authorization)"
)
_ANSWER = r"(?:response|reply|correspondence|evidence|additional|documents|submission|letter)"

DECISIONS: tuple[Rule, ...] = (
    rule(
        "en.denied",
        C.DENIED,
        rf"denied {_CASE}",
        rf"{_CASE}[^.]{{0,40}} {_BE} denied",
        r"deci(?:ded|sion) to deny",
        r"abandon(?:ed|ment)",
    ),
    # What was approved first, and is named no second time.
    rule(
        "en.denied-now",
        C.DENIED,
        r"(?<!if )(?<!when )(?<!before )(?<!whether )(?<!unless )\b(?:we|uscis|and|but) "
        r"(?:(?:have|now|since|then|therefore|hereby|must|are) ){0,3}(?:deny|denies|denying|denied) "
        r"(?:it|this|that)\b",
        weak=True,
    ),
    rule(
        "en.rejected", C.REJECTED, rf"rejected (?:and \w+ )?{_CASE}", rf"{_CASE}[^.]{{0,40}} {_BE} rejected"
    ),
    rule(
        "en.withdrawn",
        C.WITHDRAWN,
        rf"(?:request to withdraw|withdrawal of) {_CASE}",
        r"withdrawal acknowledge?ment",
        rf"(?:withdrew|withdrawn) {_CASE}",
        rf"{_CASE}[^.]{{0,40}} withdrawn",
    ),
    rule(
        "en.closed", C.CLOSED, rf"closed {_CASE}", rf"{_CASE}[^.]{{0,40}} {_BE} (?:administratively )?closed"
    ),
)

MAIL: tuple[Rule, ...] = (
    rule(
        "en.destroyed-on-return",
        C.DOC_DESTROYED,
        r"destroyed .*(?:you (?:returned|sent)|your letter|letter of explanation)",
        action=False,
    ),
    rule("en.destroyed", C.DOC_DESTROYED, r"(?<!be )\bdestroyed\b"),
    rule(
        "en.document-missing",
        C.MAIL_RETURNED,
        rf"{_PAPER}\b.*\bxnot(?:RECEIVED?|RETURNED)",
        rf"\bxnotRECEIVED? {_MINE}{_DOC}",
        rf"{_PAPER}\b.*(?<!if )(?<!whether )\b(?:you|it) (?:never|(?:did|has|have) not|(?:did|has"
        r"|have)n['’]?t) "
        r"(?:got|gotten|get|arrived?|reach(?:ed)?|come|came)\b",
        weak=True,
    ),
    rule(
        "en.document-faulty",
        C.DOC_PRODUCTION,
        rf"{_PAPER}\b[^.]*\b(?:errors?|mistakes?|defect(?:s|ive)?|misprint\w*|incorrect|wrong)\b",
        rf"(?:errors?|mistakes?|defects?|misprint) (?:on|in) {_MINE}{_DOC}",
        action=True,
        weak=True,
    ),
    rule(
        "en.notice-returned",
        C.MAIL_RETURNED,
        r"(?:post office|postal service|usps) (?:has )?returned (?:a|the|your|our) (?:\w+ ){0,2}"
        r"(?:notice|letter|mail)",
        r"notice [^.]{0,60}(?:returned to us|undeliverable)",
        terminal=False,
    ),
    rule(
        "en.document-returned",
        C.MAIL_RETURNED,
        r"(?:post office|postal service|usps)[^.]{0,40}return(?:ed|ing)",
        rf"{_BE} returned to (?:us|uscis)",
        r"could not (?:be )?deliver(?:ed)?",
        r"undeliverable",
        rf"{_PAPER}[^.]{{0,60}} (?:being|be) held",
        r"lost in the mail",
    ),
    rule(
        "en.returned-with-letter",
        C.RESPONSE_RECEIVED,
        rf"received {_MINE}{_DOC}\b[^.]{{0,60}}\bletter",
        action=False,
    ),
)

DOCUMENTS: tuple[Rule, ...] = (
    rule(
        "en.delivered",
        C.DOC_DELIVERED,
        rf"delivered {_MINE}{_DOC}",
        rf"{_PAPER}[^.]{{0,60}} {_BE} (?:personally )?(?:delivered|handed)",
        rf"issued (?:you )?{_MINE}(?:\w+ )?certificate",
    ),
    rule(
        "en.in-the-mail",
        C.DOC_MAILED,
        r"picked up (?:the )?mail",
        rf"(?:{_SEND}|shipped) (?:you )?{_MINE}{_DOC}",
    ),
    rule(
        "en.produced",
        C.DOC_PRODUCTION,
        rf"(?:produced|producing|ordered|printed|printing) {_MINE}{_DOC}",
        rf"{_PAPER}[^.]{{0,60}} {_BE} (?:being )?(?:produced|printed)",
    ),
    rule(
        "en.duplicate-card",
        C.DOC_PRODUCTION,
        r"request for a (?:duplicate|replacement) .*approved your request",
        r"approved your request for a (?:duplicate|replacement) (?:\w+ )?(?:card|document)",
    ),
)

STEPS: tuple[Rule, ...] = (
    rule(
        "en.response-missing",
        C.RFE_ISSUED,
        rf"xnotRECEIVED? (?:your|the|a|any) (?:\w+ ){{0,2}}{_ANSWER}",
        weak=True,
    ),
    rule(
        "en.response",
        C.RESPONSE_RECEIVED,
        rf"received (?:your|the|a) (?:\w+ ){{0,2}}{_ANSWER}",
        r"\b(?:response|reply|answer) to [^.]* (?:was|has been|were) received\b",
        rf"received (?:all (?:of )?)?(?:the|your) (?:(?!request)\w+ ){{0,2}}(?:documents|information"
        rf"|{_ANSWER})\b",
        r"received (?:additional|more|further) (?:documents|evidence|information)",
    ),
    rule(
        "en.evidence-requested",
        C.RFE_ISSUED,
        rf"(?:{_SEND}|requested|requesting) (?:you )?(?:a |an |our |the )?(?:\w+ ){{0,4}}"
        r"(?:request|notice) (?:for|requesting) (?:\w+ ){0,3}(?:evidence|information|documents)",
        r"requested (?:initial|additional|more) evidence",
        r"request for (?:\w+ )?evidence (?:was|has been) (?:first )?(?:re)?(?:sent|issued|mailed)\b",
    ),
    rule(
        "en.biometrics-reschedule-asked",
        C.BIOMETRICS_RESCHEDULED,
        r"request to reschedule [^.]*(?:fingerprint|biometric)",
        weak=True,
        action=False,
    ),
    rule(
        "en.oath-reschedule-asked",
        C.OATH_RESCHEDULED,
        r"request to reschedule [^.]*(?:oath|ceremony)",
        weak=True,
        action=False,
    ),
    rule(
        "en.reschedule-asked", C.INTERVIEW_RESCHEDULED, r"request to reschedule your", weak=True, action=False
    ),
    rule(
        "en.no-show",
        C.NO_SHOW,
        r"(?:no one|nobody) (?:came|appeared)",
        r"(?:did not|failed to) (?:appear|attend|come|show)",
        r"\bmissed your",
    ),
    rule("en.oath", C.OATH_CEREMONY, r"oath (?:ceremony|notice|appointment)", r"naturalization ceremony"),
    rule(
        "en.interview-held",
        C.INTERVIEW_COMPLETED,
        r"(?:interview|hearing) [^.]{0,80}(?:was|has been) (?:completed|conducted|held)",
        r"(?:completed|conducted) (?:your|the) interview",
    ),
    rule(
        "en.interview-ready",
        C.INTERVIEW_READY,
        r"ready to (?:be )?schedule[^.]{0,80}interview",
        r"(?:waiting|in line|queue)[^.]{0,40}interview",
    ),
    rule(
        "en.transferred",
        C.TRANSFERRED,
        rf"\b(?:transferr?ed|relocated|moved|forwarded) {_CASE}",
        rf"{_CASE}[^.]{{0,60}} {_BE} (?:being )?(?:transferr?ed|relocated|moved)",
        rf"received {_CASE}[^.]* from another (?:uscis )?office",
        r"(?:at|in) (?:this|your|my|our) (?:local )?(?:\w+ )?office\b",
    ),
    rule(
        "en.interview-scheduled",
        C.INTERVIEW_SCHEDULED,
        r"(?:re)?scheduled (?:you for )?(?:an?|your|the) (?:\w+ )?(?:interview|hearing)",
        r"(?:re)?scheduled [^.]{0,60} for an? (?:interview|hearing)",
        r"(?:interview|hearing) [^.]{0,80}(?:re)?scheduled",
        rf"{_SEND} (?:you )?(?:an |your )?interview (?:appointment )?notice",
    ),
    rule(
        "en.biometrics-scheduled",
        C.BIOMETRICS_SCHEDULED,
        r"(?:re)?scheduled [^.]{0,40}(?:fingerprint|biometric)",
        r"(?:fingerprint|biometric)[^.]{0,40}(?:appointment|notice for xdate)",
    ),
    rule(
        "en.fingerprint-fee",
        C.RECEIVED,
        r"(?:accepted|received) (?:the|your) (?:fingerprint|biometrics?)[\w ]* fee",
    ),
    rule(
        "en.biometrics-unreadable",
        C.BIOMETRICS_DONE,
        r"(?:fingerprints?|biometrics?)[^.]{0,60}(?:rejected|unreadable|unclassifiable|not (?:be )?read)",
        action=True,
        weak=True,
    ),
    rule(
        "en.biometrics-done",
        C.BIOMETRICS_DONE,
        r"(?:fingerprints?|biometrics?)[^.]{0,60}(?:applied|taken|captured|collected|re-?used"
        r"|completed|reviewed)",
        r"(?:re-?used?|apply|applied|reviewed|took|collected) [^.]{0,40}(?:fingerprints?|biometrics?)",
    ),
    rule(
        "en.from-dos",
        C.IN_REVIEW,
        r"department of state (?:sent|returned) (?:us )?your",
        r"(?:returned|sent back) [^.]{0,40}by the department of state",
    ),
    rule(
        "en.to-dos",
        C.SENT_TO_DOS,
        r"(?:sent|forwarded|mailed|returned) [^.]{0,60}"
        r"to the (?:u\.?s\.? )?(?:department of state|national visa center|state department)",
    ),
    rule(
        "en.hold-lifted",
        C.IN_REVIEW,
        r"(?:no longer|removed|lifted|released) [^.]{0,40}\bhold\b",
        r"\bresum(?:ed|ing) (?:\w+ ){0,2}(?:processing|work|review)",
    ),
    rule("en.hold", C.ON_HOLD, r"\bon hold\b", r"\bheld in abeyance"),
    rule(
        "en.held-up",
        C.ON_HOLD,
        r"suspended (?:processing|adjudication)",
        weak=True,
    ),
    rule(
        "en.waiting-list",
        C.WAITING_LIST,
        r"\b(?:placed|put|added|moved) [^.]*\b(?:on|to|in) (?:the|a|our) waiting list",
    ),
    rule("en.on-waiting-list", C.WAITING_LIST, r"\bwaiting list\b", weak=True),
)

PLAIN: tuple[Rule, ...] = (
    rule(
        "en.approved",
        C.APPROVED,
        rf"(?<!your )(?:approved|granted) {_CASE}",
        rf"granted {_STATUS}",
        r"granted (?:parole|asylum)",
        rf"{_CASE}[^.]{{0,40}} {_BE} (?:approved|granted)",
        r"registered (?:your|this customer s|the) (?:new )?permanent resident",
    ),
    rule(
        "en.received",
        C.RECEIVED,
        rf"(?:received|accepted) {_CASE}",
        rf"{_CASE}[^.]{{0,40}} {_BE} (?:received|accepted)",
    ),
    rule(
        "en.in-review",
        C.IN_REVIEW,
        r"being (?:actively )?(?:processed|reviewed)",
        r"(?:remains|is|still) (?:\w+ )?(?:pending|under review)",
        r"(?:are|is|began|started) (?:actively |currently |still )?(?:reviewing|processing)",
        r"decision cannot (?:yet )?be made",
        rf"sent {_CASE}[^.]{{0,40}} for (?:an? )?(?:quality|supervisory) review",
    ),
    rule(
        "en.denial-notice",
        C.DENIED,
        r"\bdenial (?:notice|letter|decision)",
        r"notice of (?:the |our |your )?denial",
        weak=True,
    ),
    rule(
        "en.rejection-notice", C.REJECTED, r"\brejection (?:notice|letter)", r"notice of rejection", weak=True
    ),
    rule("en.approval-notice", C.APPROVED, r"\bapproval (?:notice|letter)", r"notice of approval", weak=True),
    rule(
        "en.transfer-notice", C.TRANSFERRED, r"\btransfer (?:notice|letter)", r"notice of transfer", weak=True
    ),
    rule(
        "en.notice",
        C.NOTICE_MAILED,
        rf"{_SEND} (?:you )?(?:a|an|the|your) (?:[\w-]+ ){{0,4}}(?:notice|letter|decision)",
    ),
)
