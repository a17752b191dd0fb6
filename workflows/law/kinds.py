"""The kinds of period there are, and how each is called; how long they run stands in `periods`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Period:
    """One kind of period.

    `counts_from` names the day the count starts from where it is not the date of the notice; `only` the one
    form that knows such a period, where it is one.
    """

    label: str
    remark: str = ""
    counts_from: str = ""
    business_days: bool = False
    only: str = ""


_FIXED = "Never extended; USCIS may set fewer days."
_ABANDONED = "Missing it without asking for another day counts as abandonment"

PERIODS: Mapping[str, Period] = MappingProxyType(
    {
        "rfe": Period("answer to a request for evidence", f"{_FIXED} At most 84 days for any form."),
        "noid": Period("answer to a notice of intent to deny", f"{_FIXED} At most 30 days for any form."),
        "noir": Period("answer to a notice of intent to revoke", "The notice may set another period."),
        "fee_payment": Period(
            "paying a fee that the bank did not honor",
            "A receipt given for it is void and the case loses its receipt date, 8 CFR 103.2(a)(7)(ii); an "
            "approval may be revoked upon notice.",
            counts_from="The payer was told on",
        ),
        "i290b_motion": Period(
            "motion to reopen or reconsider (I-290B)",
            "A late motion to reopen may be excused; a late motion to reconsider may not.",
        ),
        "i290b_appeal": Period(
            "appeal to the AAO (I-290B)",
            "No appeal lies from a denial for abandonment, 8 CFR 103.2(b)(15); a motion does.",
        ),
        "revocation_appeal": Period(
            "appeal of a revocation on notice (I-290B; EOIR-29 for an I-130 or a widow's I-360)",
            "Half the usual time to appeal.",
        ),
        "eoir29_appeal": Period(
            "appeal to the BIA on a relative petition (EOIR-29)",
            "Filed with the USCIS office that decided; it must be received there in time.",
        ),
        "bia_motion": Period(
            "motion to the BIA to reconsider its decision",
            "A motion to reopen has 90 days, 8 CFR 1003.2(c)(2); the shorter period is kept.",
        ),
        "n336_hearing": Period("request for a hearing on a denied naturalization application (N-336)"),
        "court_review": Period(
            "review by a district court after a hearing on naturalization (N-336)",
            "The court's own rules decide what counts as filed in time.",
        ),
        "n400_absence": Period(
            "explaining a missed naturalization interview",
            "Without an explanation in time the application counts as abandoned.",
            counts_from="The missed interview was on",
            only="N-400",
        ),
        "oath_absence": Period(
            "explaining a missed oath ceremony",
            "Who misses a second ceremony without good cause is presumed to have given up. USCIS then moves "
            "to reopen, and 15 days run from that motion; counted here from the ceremony, the earliest day: "
            "explain in writing and send back the notice (N-445) whichever ceremony was missed.",
            counts_from="The missed ceremony was on",
            only="N-400",
        ),
        "n400_reopen": Period(
            "asking to reopen an administratively closed naturalization application",
            "One year, without a new fee; afterwards the application counts as abandoned.",
            counts_from="The case was closed on",
            only="N-400",
        ),
        "court_address": Period(
            "telling the immigration court the right address (EOIR-33)",
            "Only where the notice bears none or a wrong one; hearing notices go to the address on file.",
            counts_from="The notice was served on",
        ),
        "court_hearing": Period(
            "hearing before the immigration court",
            "Who misses it may be ordered removed in absence, INA 240(b)(5). The court's own page tells of "
            "another day.",
        ),
        "returned_mail": Period(
            "asking for a returned card before it is destroyed",
            "The status text often names an earlier day; the earlier one counts.",
            counts_from="The card came back on",
            business_days=True,
        ),
        "biometrics": Period("biometrics appointment", f"{_ABANDONED}."),
        "interview": Period("interview", f"{_ABANDONED}, 8 CFR 103.2(b)(13)(ii)."),
        "oath": Period(
            "oath ceremony",
            "Missing it more than once without a good reason counts as abandonment, 8 CFR 337.10.",
        ),
        **{
            f"premium_{days}": Period(
                f"USCIS acts on premium processing ({days} business days)",
                "Stops at a request for evidence or a notice of intent, starts anew with the answer.",
                business_days=True,
            )
            for days in (15, 30, 45)
        },
    }
)
