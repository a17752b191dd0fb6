"""Which remedies lie against a decision, by form: the right body, and none where the rule bars it.

Reviewed with the table of periods, on its day; a row that does not say where its text was read is not
verified.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from legist.practice.form_numbers import family
from tracking.statuses import StatusCode, acts_as
from workflows.law.kinds import PERIODS
from workflows.law.periods import general

# How a playbook writes a form that nothing names.
UNNAMED = ""


class After(StrEnum):
    """The decision that a remedy is against."""

    DENIAL = "denial"
    REVOCATION = "revocation"
    DISMISSAL = "dismissal"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One remedy: for the forms in `only` (empty: for every form) apart from those in `never`.

    `key` is the step of the playbook that counts it, `kind` its row in the table of periods.
    """

    after: After
    key: str
    kind: str
    title: str
    source: str
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    read: str = ""

    @property
    def when(self) -> dict[str, list[str]]:
        """The condition under which a playbook takes the step."""
        if self.only:
            return {"form_in": list(self.only)}
        return {"form_not_in": list(self.never)} if self.never else {}

    def is_for(self, forms: Collection[str]) -> bool:
        """True when the case may be about a form that has this remedy."""
        named = {family(form) for form in forms} or {UNNAMED}
        return bool(named & set(self.only) if self.only else named - set(self.never))


RELATIVE, WIDOW, NATURALIZATION, HEARING = "I-130", "I-360", "N-400", "N-336"


@dataclass(frozen=True, slots=True)
class Bar:
    """The rule that leaves a form without a remedy, and where it was read; empty means not verified."""

    rule: str
    read: str = ""

    @property
    def citation(self) -> str:
        """The rule, and where it was read."""
        return f"{self.rule} (read in {self.read})" if self.read else f"{self.rule} (not verified)"


# A bar that nobody could read takes a remedy off the board only where another ends no later.
NO_MOTION = {
    "I-601A": Bar("8 CFR 212.7(e)(11)", "nolo.com, August 2025, which tells the same"),
    "I-821D": Bar(
        "8 CFR 236.21(b): 8 CFR part 103, which has the motion, does not apply",
        "8 CFR 236.21, copy at checkoutapi.com, 2024",
    ),
}
_HEARING_INSTEAD = Bar("INA 336(a): a hearing is requested on Form N-336")
# An I-485 has an appeal where it rests on U or T status.
NO_APPEAL = {
    **NO_MOTION,
    "I-290B": Bar("8 CFR 103.3(a)(1): what the AAO decides has no further appeal"),
    "I-539": Bar("8 CFR 214.1(c)(5)"),
    "I-589": Bar("8 CFR 208.14: an asylum claim is renewed before the court"),
    "I-730": Bar("8 CFR 208.21(e)"),
    "I-751": Bar("8 CFR 216.4(d)(2)"),
    "I-765": Bar("8 CFR 274a.13(c)"),
    "I-829": Bar("8 CFR 216.6(d)(2)"),
    RELATIVE: Bar("8 CFR 1003.1(b)(5): the appeal goes to the BIA on Form EOIR-29"),
    NATURALIZATION: _HEARING_INSTEAD,
    HEARING: Bar("INA 310(c): a district court reviews it"),
}
BARS = {
    "i290b_motion": {**NO_MOTION, NATURALIZATION: _HEARING_INSTEAD},
    "i290b_appeal": NO_APPEAL,
}
# Petitions for an immigrant, whose revocation on notice has an appeal of its own. A form that is not known
# might be one of them.
IMMIGRANT_PETITIONS = ("I-130", "I-140", "I-360", "I-526", "I-600", "I-800", UNNAMED)
# Approvals whose revocation or withdrawal goes to the Administrative Appeals Office.
REVOKED_TO_AAO = ("I-129", "I-129F", "I-821", "I-914", "I-918")
_AAO = "Appeal to the AAO"
_BIA = "Appeal to the BIA"
_MOTION = "Motion to reopen or reconsider"
_HEARING = "Request for a hearing"
_COURT = "Review by the district court"
_LIST = "the AAO's own list of its cases, copy at lawofficeofamyghosh.com"

REMEDIES: tuple[Remedy, ...] = (
    Remedy(After.DENIAL, "bia", "eoir29_appeal", _BIA, "8 CFR 1003.1(b)(5)", only=(RELATIVE,)),
    Remedy(After.DENIAL, "hearing", "n336_hearing", _HEARING, "INA 336(a)", only=(NATURALIZATION,)),
    Remedy(
        After.DENIAL,
        "court",
        "court_review",
        _COURT,
        "INA 310(c)",
        only=(HEARING,),
        read="8 U.S.C. 1421(c)",
    ),
    Remedy(
        After.DENIAL,
        "motion",
        "i290b_motion",
        _MOTION,
        "8 CFR 103.5(a)(1)(i)",
        never=(NATURALIZATION, *NO_MOTION),
    ),
    Remedy(
        After.DENIAL, "appeal", "i290b_appeal", _AAO, "8 CFR 103.3(a)(1)", never=tuple(NO_APPEAL), read=_LIST
    ),
    Remedy(
        After.DENIAL,
        "bia_widow",
        "eoir29_appeal",
        f"{_BIA} (widow or widower only)",
        "8 CFR 1003.1(b)(5)",
        only=(WIDOW,),
        read=_LIST,
    ),
    Remedy(
        After.REVOCATION,
        "appeal",
        "revocation_appeal",
        "Appeal of the revocation",
        "8 CFR 205.2(d)",
        only=IMMIGRANT_PETITIONS,
    ),
    Remedy(
        After.REVOCATION,
        "aao",
        "i290b_appeal",
        _AAO,
        "8 CFR 214.2(h)(12), 214.14(h)(3), 244.10(d)",
        only=REVOKED_TO_AAO,
        read=_LIST,
    ),
    # An approval that is taken back before the oath ends in a denial.
    Remedy(
        After.REVOCATION,
        "hearing",
        "n336_hearing",
        _HEARING,
        "8 CFR 335.5, 336.1, 336.2",
        only=(NATURALIZATION,),
    ),
    Remedy(
        After.REVOCATION,
        "motion",
        "i290b_motion",
        _MOTION,
        "8 CFR 103.5(a)(1)(i)",
        never=(NATURALIZATION, *NO_MOTION),
    ),
    Remedy(
        After.DISMISSAL,
        "bia",
        "bia_motion",
        "Motion to the BIA",
        "8 CFR 1003.2(b)(2)",
        only=(RELATIVE, WIDOW, UNNAMED),
    ),
    Remedy(
        After.DISMISSAL,
        "motion",
        "i290b_motion",
        _MOTION,
        "8 CFR 103.5(a)(1)(i)",
        never=(RELATIVE, NATURALIZATION, *NO_MOTION),
    ),
    # Whether it was the hearing that was lost, or something before it, the status does not say.
    Remedy(
        After.DISMISSAL,
        "hearing",
        "n336_hearing",
        f"{_HEARING} (unless it was held)",
        "INA 336(a)",
        only=(NATURALIZATION,),
    ),
    Remedy(
        After.DISMISSAL,
        "court_review",
        "court_review",
        _COURT,
        "INA 310(c)",
        only=(NATURALIZATION, HEARING),
        read="8 U.S.C. 1421(c)",
    ),
)


def remedies(after: After, forms: Collection[str]) -> list[Remedy]:
    """Return the remedies that a case may have after a decision; the form's own come first."""
    return [remedy for remedy in REMEDIES if remedy.after is after and remedy.is_for(forms)]


def remedies_of_kind(kind: str, form: str) -> list[Remedy]:
    """Return the remedies of a kind that a form has, one for each decision."""
    return [remedy for remedy in REMEDIES if remedy.kind == kind and remedy.is_for([form])]


def why_barred(kind: str, form: str) -> str:
    """Return the rule by which a form does not have this remedy, or a period that only another form knows.

    Empty where it has, or where the form is not known.
    """
    rows = [remedy for remedy in REMEDIES if remedy.kind == kind]
    forms = dict.fromkeys(each for remedy in rows for each in remedy.only if each) or [PERIODS[kind].only]
    if not form or remedies_of_kind(kind, form) or family(form) in forms or not (rows or any(forms)):
        return ""
    if bar := BARS.get(kind, {}).get(family(form)):
        return bar.citation
    return f"{rows[0].source if rows else general(kind).source}: only for {', '.join(forms)}"


def leaves_remedies(code: str) -> bool:
    """True for a decision against the client, which may be fought within days for some forms."""
    return acts_as(code) in {StatusCode.DENIED, StatusCode.REVOKED_TERMINATED}
