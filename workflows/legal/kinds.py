"""The periods the law sets, one row a kind, each with its source.

CHECKED is the day on which the rows were last compared with the sources they name. The notice in
hand always wins over this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

CHECKED = date(2026, 11, 24)

DAY = "8 CFR 1.2"
MAILING = "8 CFR 103.8(b)"
POLICY = "USCIS Policy Manual, vol. 1, part E, ch. 6"
HOLIDAYS = "5 U.S.C. 6103"
EVIDENCE_ABROAD = 14


@dataclass(frozen=True, slots=True)
class Period:
    """One kind of period.

    `days` is None when only the notice knows the date. `by_form` holds another number of days, with its
    source, for some forms. `abroad` are the mailing days for somebody outside the United States: 14 by
    policy for evidence, 3 by regulation for everything else. `counts_from` names the day the count
    starts from where it is not the date of the notice.
    """

    label: str
    citation: str
    days: int | None = None
    by_form: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    business_days: bool = False
    mailing: int = 3
    abroad: int = 3
    remark: str = ""
    counts_from: str = ""

    def days_for(self, form: str | None) -> int | None:
        """The days of the period for a form such as "I-539" (also "I539")."""
        return self._own(form)[0]

    def citation_for(self, form: str | None) -> str:
        """The source of the days for a form."""
        return self._own(form)[1]

    def _own(self, form: str | None) -> tuple[int | None, str]:
        return self.by_form.get(form_key(form or ""), (self.days, self.citation))


def form_key(form: str) -> str:
    """Return a form's name as the table knows it: "i-539" and "I 539" are "I539"."""
    return form.upper().replace("-", "").replace(" ", "")


# Forms whose requests for evidence run shorter than twelve weeks.
_SHORT_EVIDENCE = MappingProxyType(
    {
        "I539": (30, f"8 CFR 103.2(b)(8)(iv); {POLICY}"),
        "I539A": (30, f"8 CFR 103.2(b)(8)(iv); {POLICY}"),
        "I601A": (30, "8 CFR 103.2(b)(8)(iv); USCIS Policy Memorandum on I-601A requests, 2013"),
        "N400": (30, "8 CFR 335.7"),
    }
)

PERIODS: Mapping[str, Period] = MappingProxyType(
    {
        "rfe": Period(
            "answer to a request for evidence",
            f"8 CFR 103.2(b)(8)(iv); {POLICY}",
            84,
            by_form=_SHORT_EVIDENCE,
            abroad=EVIDENCE_ABROAD,
            remark="At most 84 days, never extended; USCIS may set fewer.",
        ),
        "noid": Period(
            "answer to a notice of intent to deny",
            f"8 CFR 103.2(b)(8)(iv); {POLICY}",
            30,
            abroad=EVIDENCE_ABROAD,
            remark="At most 30 days, never extended; USCIS may set fewer.",
        ),
        "noir": Period(
            "answer to a notice of intent to revoke",
            "8 CFR 205.2(b); 8 CFR 214.2(h)(11)(iii)(B) for H petitions",
            30,
            remark="30 days as a rule; the notice may set another period.",
        ),
        "i290b_motion": Period(
            "motion to reopen or reconsider (I-290B)",
            "8 CFR 103.5(a)(1)(i)",
            30,
            remark="A late motion to reopen may be excused; a late motion to reconsider may not.",
        ),
        "i290b_appeal": Period(
            "appeal to the AAO (I-290B)",
            "8 CFR 103.3(a)(2)(i)",
            30,
            remark="No appeal lies from a denial for abandonment, 8 CFR 103.2(b)(15); a motion does.",
        ),
        "revocation_appeal": Period(
            "appeal of a revocation on notice (I-290B; EOIR-29 for an I-130)",
            "8 CFR 205.2(d)",
            15,
            remark="Half the usual time to appeal.",
        ),
        "eoir29_appeal": Period(
            "appeal to the BIA on a relative petition (EOIR-29)",
            "8 CFR 1003.3(a)(2)",
            30,
            remark="Filed with the USCIS office that decided; it must be received there in time.",
        ),
        "n336_hearing": Period(
            "request for a hearing on a denied naturalization application (N-336)",
            "8 CFR 336.2(a)",
            30,
        ),
        "court_review": Period(
            "review by a district court after a hearing on naturalization (N-336)",
            "8 CFR 336.9(b)",
            120,
            mailing=0,
            abroad=0,
            remark="The court's own rules decide what counts as filed in time.",
        ),
        "n400_absence": Period(
            "explaining a missed naturalization interview",
            "8 CFR 335.6(a)",
            30,
            mailing=0,
            abroad=0,
            counts_from="The missed interview was on",
            remark="Without an explanation in time the application counts as abandoned.",
        ),
        "returned_mail": Period(
            "asking for a returned card before it is destroyed",
            "USCIS announcement on undeliverable cards, 2018",
            60,
            business_days=True,
            mailing=0,
            abroad=0,
            counts_from="The card came back on",
            remark="The status text often names an earlier day; the earlier one counts.",
        ),
        "biometrics": Period(
            "biometrics appointment",
            "8 CFR 103.2(b)(13)(ii)",
            remark="Missing it without asking for another day counts as abandonment.",
        ),
        "interview": Period(
            "interview",
            "8 CFR 103.2(b)(9)",
            remark="Missing it without asking for another day counts as abandonment, 8 CFR 103.2(b)(13)(ii).",
        ),
        "oath": Period(
            "oath ceremony",
            "8 CFR 337.2",
            remark="Missing it more than once without a good reason counts as abandonment, 8 CFR 337.10.",
        ),
        **{
            f"premium_{days}": Period(
                f"USCIS acts on premium processing ({days} business days)",
                "8 CFR 106.4(e)",
                days,
                business_days=True,
                mailing=0,
                abroad=0,
                remark="Stops at a request for evidence or a notice of intent, starts anew with the answer.",
            )
            for days in (15, 30, 45)
        },
    }
)
