"""Which later words of USCIS may have met a deadline or left it without a point, or steps without an aim.

No date is closed by this: a person is shown what USCIS has since reported, and decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tracking.statuses import StatusCode as S
from tracking.statuses import older, with_newer

ENDS = frozenset(
    {
        S.APPROVED,
        S.SENT_TO_DOS,
        S.DOC_PRODUCTION,
        S.DOC_MAILED,
        S.DOC_DELIVERED,
        S.DENIED,
        S.REJECTED,
        S.WITHDRAWN,
        S.CLOSED,
        S.REVOKED_TERMINATED,
    }
)
_EVIDENCE = ENDS | {S.RESPONSE_RECEIVED, S.REQUEST_CANCELLED}
_REMEDY = frozenset({S.APPEAL_MOTION, S.REOPENED, S.APPROVED, S.SENT_TO_DOS, S.DOC_PRODUCTION, S.DOC_MAILED})
_PREMIUM = ENDS | {S.RFE_ISSUED, S.NOID_ISSUED}

_OUTCOMES: Mapping[str, frozenset[S]] = MappingProxyType(
    {
        "rfe": _EVIDENCE,
        "noid": _EVIDENCE,
        "noir": _EVIDENCE,
        "i290b_motion": _REMEDY,
        "i290b_appeal": _REMEDY,
        "revocation_appeal": _REMEDY,
        "eoir29_appeal": _REMEDY,
        "n336_hearing": _REMEDY | {S.INTERVIEW_SCHEDULED},
        "bia_motion": _REMEDY,
        "court_review": _REMEDY,
        "n400_absence": ENDS | {S.INTERVIEW_SCHEDULED},
        "oath_absence": ENDS | {S.OATH_CEREMONY},
        "n400_reopen": _REMEDY | {S.INTERVIEW_SCHEDULED, S.INTERVIEW_READY},
        "fee_payment": frozenset({S.RECEIVED, S.REJECTED, S.DENIED, S.REVOKED_TERMINATED, S.WITHDRAWN}),
        "court_address": frozenset({S.REOPENED, S.APPROVED}),
        "court_hearing": frozenset({S.REOPENED, S.APPROVED}),
        "returned_mail": frozenset({S.DOC_PRODUCTION, S.DOC_MAILED, S.DOC_DELIVERED, S.DOC_DESTROYED}),
        "biometrics": ENDS | {S.BIOMETRICS_DONE, S.BIOMETRICS_SCHEDULED, S.NO_SHOW},
        "interview": ENDS
        | {S.INTERVIEW_COMPLETED, S.INTERVIEW_CANCELLED, S.INTERVIEW_SCHEDULED, S.NO_SHOW, S.OATH_CEREMONY},
        "oath": ENDS | {S.OATH_CEREMONY, S.NO_SHOW},
        "premium_15": _PREMIUM,
        "premium_30": _PREMIUM,
        "premium_45": _PREMIUM,
    }
)
OUTCOMES: Mapping[str, frozenset[S]] = MappingProxyType(
    {kind: with_newer(codes) for kind, codes in _OUTCOMES.items()}
)
# What leaves a deadline without a point, without having met it: a person decides what becomes of it.
MOOT = with_newer(
    {
        S.REQUEST_CANCELLED,
        S.BIOMETRICS_CANCELLED,
        S.INTERVIEW_CANCELLED,
        S.OATH_CANCELLED,
        S.NO_SHOW,
        S.DENIED,
        S.REJECTED,
        S.WITHDRAWN,
        S.CLOSED,
        S.REVOKED_TERMINATED,
        S.DOC_DESTROYED,
        S.RFE_ISSUED,
        S.NOID_ISSUED,
    }
)
# A new appointment of the same kind takes the place of the one before it; so does what refines one of these.
REPLACED_BY: Mapping[str, S] = MappingProxyType(
    {
        "biometrics": S.BIOMETRICS_SCHEDULED,
        "interview": S.INTERVIEW_SCHEDULED,
        "oath": S.OATH_CEREMONY,
    }
)

# What leaves the steps that a status began without an aim, where no date says more: the status -> later ones.
_AGAIN = frozenset({S.BIOMETRICS_SCHEDULED, S.INTERVIEW_SCHEDULED, S.OATH_CEREMONY})
_GRANTED = frozenset({S.APPROVED, S.SENT_TO_DOS, S.DOC_PRODUCTION, S.DOC_MAILED, S.DOC_DELIVERED})
_ENDED_BY: Mapping[S, frozenset[S]] = MappingProxyType(
    {
        **dict.fromkeys((S.RFE_ISSUED, S.NOID_ISSUED, S.NOIR_ISSUED), _EVIDENCE),
        S.BIOMETRICS_SCHEDULED: _OUTCOMES["biometrics"],
        S.INTERVIEW_SCHEDULED: _OUTCOMES["interview"],
        S.OATH_CEREMONY: _OUTCOMES["oath"],
        S.INTERVIEW_CANCELLED: ENDS | _AGAIN | {S.INTERVIEW_COMPLETED},
        S.NO_SHOW: ENDS | _AGAIN | {S.BIOMETRICS_DONE, S.INTERVIEW_COMPLETED},
        S.NOTICE_MAILED: ENDS | _AGAIN | {S.RFE_ISSUED, S.NOID_ISSUED, S.NOIR_ISSUED, S.RESPONSE_RECEIVED},
        S.DENIED: _REMEDY,
        S.REVOKED_TERMINATED: _REMEDY,
        S.APPEAL_MOTION: _REMEDY - {S.APPEAL_MOTION},
        S.CLOSED: _OUTCOMES["n400_reopen"],
        S.REJECTED: _GRANTED | {S.RECEIVED, S.DENIED, S.WITHDRAWN},
        **dict.fromkeys((S.FEE_PAYMENT, S.PAYMENT_DISHONORED), _OUTCOMES["fee_payment"]),
        **dict.fromkeys((S.COURT_REFERRAL, S.NTA_ISSUED), _OUTCOMES["court_hearing"]),
        S.MAIL_RETURNED: ENDS | {S.DOC_DESTROYED},
        S.DOC_DESTROYED: frozenset({S.DOC_PRODUCTION, S.DOC_MAILED, S.DOC_DELIVERED}),
        # A card that comes ends nothing of what an approval asks for: its dates are still to be entered.
        **dict.fromkeys(_GRANTED, frozenset({S.DENIED, S.REVOKED_TERMINATED})),
    }
)


def leaves_without_aim(code: str, later: Iterable[str]) -> bool:
    """Say whether later statuses leave the steps without an aim that a status began."""
    known = S.__members__
    began = known.get(code if code in _ENDED_BY else older(code))
    ends = with_newer(_ENDED_BY.get(began, ENDS - {began}) if began else ENDS)
    return any(each in ends for each in later)
