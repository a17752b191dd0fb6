"""The one table of periods: how many days the law gives, for which kind of notice and which form.

Every date is counted from here. Each row says where its text was read, or that it was not: a row that could
not be read in its source takes the shortest period known for it. The notice in hand always wins.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from legist.practice.form_numbers import family, read_form

CHECKED = date(2026, 11, 30)

DAY = "8 CFR 1.2"
MAILING = "8 CFR 103.8(b)"
POLICY = "USCIS Policy Manual, vol. 1, part E, ch. 6"
HOLIDAYS = "5 U.S.C. 6103"
EVIDENCE_ABROAD = 14
EVERY_FORM = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: how long a kind of period runs for one form (`EVERY_FORM`: for those without a row).

    `days` is None where no rule gives a number and only the notice does. `mailing` are the days added when
    the notice was served by mail, `abroad` those for somebody outside the United States. `read` says where
    the text was read; empty means not verified. `note` is what a person has to know about this form. A period
    that `runs_on` ends on a business day: not one that only a manual sets, since 8 CFR 1.2 speaks of those of
    the regulations.
    """

    kind: str
    form: str
    days: int | None
    source: str
    read: str = ""
    mailing: int = 3
    abroad: int = 3
    note: str = ""
    runs_on: bool = True

    @property
    def citation(self) -> str:
        """The source, where it was read, and when the row was last reviewed."""
        how = f"read in {self.read}" if self.read else "not verified"
        return f"{self.source} ({how}; checked {CHECKED.isoformat()})"

    def total(self, *, by_mail: bool, from_abroad: bool = False) -> int | None:
        """All days together for this way of service."""
        if self.days is None:
            return None
        return self.days + ((self.abroad if from_abroad else self.mailing) if by_mail else 0)


_MEMO_2007 = "USCIS memorandum AD07-05 on 72 FR 19100, abstract at hsdl.org"
_MEMO_2011 = "USCIS memorandum PM-602-0040 of July 7, 2011, as quoted by nafsa.org"
_MANUAL_10 = "USCIS Policy Manual, vol. 1, part E, ch. 10, copy at usciss.us"
_MANUAL_VAWA = "USCIS Policy Manual, vol. 3, part D, ch. 6, copy at usciss.us"
_QUESTIONS = "USCIS questions and answers on appeals, copy at usnook.com, 2013"
_AAO_LIST = "the AAO's own list of its cases, copy at lawofficeofamyghosh.com"
_EVIDENCE = "8 CFR 103.2(b)(8)(iv)"
_NO_MEMO = "PM-602-0040 leaves asylum and NACARA out, so the shortest standard period is kept."
_BY_DATE = "Counted from the date of the notice, so no days are added for mail."
_IN_ALL = (
    "16 days in all, from the date of the notice to the day the asylum office has the answer. The manual "
    "sets them, and does not say that a weekend adds any."
)
_UNPAID = "8 CFR 205.1(a)(2)"
_READ_UNPAID = "the same words of 8 CFR 1205.1(a)(2), copy at checkoutapi.com, 2024"
_AFTER_GRANT = "8 CFR 335.5; USCIS Policy Manual, vol. 12, part B, ch. 5"
_READ_AFTER_GRANT = "8 CFR 335.5, copy at law.lawstack.com, and the chapter at uscis.gov"
_REOPENED = (
    "Naturalization knows such a notice as a motion to reopen after the grant, which gives 15 days; the text "
    "does not say that mail adds any."
)
_PETITIONS = ("I-130", "I-140", "I-360", "I-526", "I-600", "I-800")

RULES: tuple[Rule, ...] = (
    # Requests for evidence.
    Rule("rfe", EVERY_FORM, 84, f"{_EVIDENCE}; {POLICY}", _MEMO_2011, abroad=EVIDENCE_ABROAD),
    Rule("rfe", "I-539", 30, f"{_EVIDENCE}; {POLICY}", _MEMO_2011, abroad=EVIDENCE_ABROAD),
    Rule(
        "rfe",
        "I-601A",
        30,
        f"{_EVIDENCE}; USCIS Policy Memorandum on I-601A requests, 2013",
        abroad=EVIDENCE_ABROAD,
    ),
    Rule(
        "rfe", "N-400", 30, "8 CFR 335.7", "8 CFR 335.7, copy at casetext.com, 2024", abroad=EVIDENCE_ABROAD
    ),
    Rule("rfe", "I-589", 30, _EVIDENCE, note=_NO_MEMO),
    Rule("rfe", "I-881", 30, _EVIDENCE, note=_NO_MEMO),
    # Notices of intent.
    Rule("noid", EVERY_FORM, 30, f"{_EVIDENCE}; {POLICY}", _MEMO_2007, abroad=EVIDENCE_ABROAD),
    Rule(
        "noid",
        "I-589",
        16,
        "USCIS Affirmative Asylum Procedures Manual; 8 CFR 103.2(b)(16)(i)",
        mailing=0,
        abroad=0,
        note=_IN_ALL,
        runs_on=False,
    ),
    Rule(
        "noid",
        "I-881",
        16,
        "USCIS asylum procedures, as for Form I-589",
        mailing=0,
        abroad=0,
        note=_IN_ALL,
        runs_on=False,
    ),
    Rule("noid", "N-400", 15, _AFTER_GRANT, _READ_AFTER_GRANT, mailing=0, abroad=0, note=_REOPENED),
    Rule(
        "noir",
        EVERY_FORM,
        30,
        "8 CFR 205.2(b); 8 CFR 214.2(h)(11)(iii)(B) for H petitions",
        _MANUAL_10,
    ),
    Rule(
        "noir",
        "I-765",
        15,
        "8 CFR 274a.14(b)(2)",
        "findlaw.com, January 2025 (in part), and as quoted at immig-chicago.com",
        note="From the day of service.",
    ),
    Rule("noir", "N-400", 15, _AFTER_GRANT, _READ_AFTER_GRANT, mailing=0, abroad=0, note=_REOPENED),
    Rule("noir", "I-821", 30, "8 CFR 244.14(b)(1)", "8 CFR 244.14, copy at federal.elaws.us"),
    Rule("noir", "I-485", 30, "8 CFR 246.1", "8 CFR 246.1, copy at law.cornell.edu"),
    Rule("noir", "I-918", 30, "8 CFR 214.14(h)(2)(i)", mailing=0, abroad=0, note=_BY_DATE),
    Rule("noir", "I-914", 30, "8 CFR 214.11; 8 CFR 214.213", mailing=0, abroad=0, note=_BY_DATE),
    # A fee that was not honored: only petitions for immigrants have days to pay.
    *(Rule("fee_payment", form, 14, _UNPAID, _READ_UNPAID, mailing=0, abroad=0) for form in _PETITIONS),
    Rule(
        "fee_payment",
        EVERY_FORM,
        None,
        "8 CFR 103.2(a)(7)(ii); 8 CFR 106.1",
        "former 8 CFR 103.7(a)(2), copy of the eCFR of 2021",
        note="No rule gives days to pay for this form: read the notice and pay today.",
    ),
    # Remedies.
    Rule("i290b_motion", EVERY_FORM, 30, "8 CFR 103.5(a)(1)(i)"),
    Rule("i290b_appeal", EVERY_FORM, 30, "8 CFR 103.3(a)(2)(i)", _QUESTIONS),
    Rule(
        "i290b_appeal",
        "I-485",
        30,
        "8 CFR 103.3(a)(2)(i); 8 CFR 245.23(i), 245.24(f)(2)",
        _AAO_LIST,
        note="Only where the adjustment rests on U or T status; other denials have the motion alone.",
    ),
    Rule(
        "i290b_appeal",
        "I-360",
        30,
        "8 CFR 103.3(a)(2)(i)",
        _AAO_LIST,
        note="Not for a widow or widower, whose appeal goes to the BIA on Form EOIR-29.",
    ),
    Rule(
        "i290b_appeal",
        "I-918",
        30,
        "8 CFR 103.3(a)(2)(i); 8 CFR 214.14(h)(3)",
        mailing=0,
        abroad=0,
        note=_BY_DATE,
    ),
    Rule(
        "i290b_appeal",
        "I-914",
        30,
        "8 CFR 103.3(a)(2)(i); 8 CFR 214.11, 214.213",
        mailing=0,
        abroad=0,
        note=_BY_DATE,
    ),
    Rule("revocation_appeal", EVERY_FORM, 15, "8 CFR 205.2(d)", _MANUAL_VAWA),
    Rule("eoir29_appeal", EVERY_FORM, 30, "8 CFR 1003.3(a)(2)"),
    Rule(
        "eoir29_appeal",
        "I-360",
        30,
        "8 CFR 1003.1(b)(5), 1003.3(a)(2)",
        _AAO_LIST,
        note="Only for a widow or widower; every other I-360 is appealed to the AAO.",
    ),
    Rule("bia_motion", EVERY_FORM, 30, "8 CFR 1003.2(b)(2)", mailing=0, abroad=0),
    Rule("n336_hearing", EVERY_FORM, 30, "8 CFR 336.2(a)"),
    Rule("court_review", EVERY_FORM, 120, "8 CFR 336.9(b)", mailing=0, abroad=0),
    # Naturalization and the courts.
    Rule("n400_absence", EVERY_FORM, 30, "8 CFR 335.6(a)", mailing=0, abroad=0),
    Rule(
        "oath_absence",
        EVERY_FORM,
        15,
        "8 CFR 337.10, 335.5; USCIS Policy Manual, vol. 12, part J, ch. 4",
        "8 CFR 337.10, copy of the eCFR of March 2026 at lexbuild.dev, and the chapter at uscis.gov",
        mailing=0,
        abroad=0,
    ),
    Rule("n400_reopen", EVERY_FORM, 365, "8 CFR 335.6(b)", mailing=0, abroad=0),
    Rule("court_address", EVERY_FORM, 5, "8 CFR 1003.15(d)(1)", mailing=0, abroad=0),
    Rule("court_hearing", EVERY_FORM, None, "8 CFR 1003.18(b); INA 239(a)(1)(G)"),
    # What the notice or USCIS itself sets.
    Rule(
        "returned_mail",
        EVERY_FORM,
        60,
        "USCIS announcement on undeliverable cards, 2018",
        mailing=0,
        abroad=0,
    ),
    Rule("biometrics", EVERY_FORM, None, "8 CFR 103.2(b)(13)(ii)"),
    Rule("interview", EVERY_FORM, None, "8 CFR 103.2(b)(9)"),
    Rule("oath", EVERY_FORM, None, "8 CFR 337.2"),
    *(
        Rule(f"premium_{days}", EVERY_FORM, days, "8 CFR 106.4(e)", mailing=0, abroad=0)
        for days in (15, 30, 45)
    ),
)
_TABLE = {(rule.kind, rule.form): rule for rule in RULES}


def general(kind: str) -> Rule:
    """The row of a kind for every form that has none of its own."""
    return _TABLE[kind, EVERY_FORM]


def rule_of(kind: str, form: str) -> Rule:
    """The row of a kind for one form as it stands today: its own, or the general one."""
    return _TABLE.get((kind, form), general(kind))


def rules_for(kind: str, forms: Collection[str]) -> list[Rule]:
    """Return the rows that may apply: of each form given, or every row of the kind where none is known.

    A form is named as people write it; one that cannot be read is not known. `EVERY_FORM` asks for the
    general row.
    """
    named = dict.fromkeys(family(read_form(form)) if form else EVERY_FORM for form in forms)
    if not named or any(form and not read_form(form) for form in forms):
        return [rule for rule in RULES if rule.kind == kind]
    return list(dict.fromkeys(rule_of(kind, form) for form in named))


def shortest(kind: str, forms: Collection[str], *, by_mail: bool, from_abroad: bool) -> Rule:
    """Return the row whose last day comes first; one that gives no number only where all of them do."""
    rows = rules_for(kind, forms)
    totals = {rule: rule.total(by_mail=by_mail, from_abroad=from_abroad) for rule in rows}
    return min(rows, key=lambda rule: (totals[rule] is None, totals[rule] or 0))
