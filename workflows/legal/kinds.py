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

    `days` is None when only the notice knows the date. `abroad` are the mailing days for somebody
    outside the United States: 14 by policy for evidence, 3 by regulation for everything else.
    """

    label: str
    citation: str
    days: int | None = None
    by_form: Mapping[str, int] = field(default_factory=dict)
    business_days: bool = False
    mailing: int = 3
    abroad: int = 3
    remark: str = ""

    def days_for(self, form: str | None) -> int | None:
        """The days of the period for a form such as "I-539" (also "I539")."""
        return self.by_form.get(_form_key(form), self.days) if form else self.days


def _form_key(form: str) -> str:
    return form.upper().replace("-", "").replace(" ", "")


_SHORT_EVIDENCE = MappingProxyType({"I539": 30, "I539A": 30})

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
        "i290b_appeal": Period("appeal to the AAO (I-290B)", "8 CFR 103.3(a)(2)(i)", 30),
        "revocation_appeal": Period(
            "appeal of a revocation on notice (I-290B)",
            "8 CFR 205.2(d)",
            15,
            remark="Half the usual time to appeal.",
        ),
        "eoir29_appeal": Period(
            "appeal to the BIA on a relative petition (EOIR-29)", "8 CFR 1003.3(a)(2)", 30
        ),
        "n336_hearing": Period(
            "request for a hearing on a denied naturalization application (N-336)",
            "8 CFR 336.2(a)",
            30,
        ),
        "returned_mail": Period(
            "asking for a returned card before it is destroyed",
            "USCIS announcement on undeliverable cards, 2018",
            60,
            business_days=True,
            mailing=0,
            abroad=0,
            remark="Counted from the day the card came back; a date in the status text wins.",
        ),
        "biometrics": Period(
            "biometrics appointment",
            "8 CFR 103.2(b)(13)(ii)",
            remark="Missing it without asking for another day counts as abandonment.",
        ),
        "interview": Period("interview", "8 CFR 103.2(b)(9)"),
        "oath": Period("oath ceremony", "8 CFR 337.2"),
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
