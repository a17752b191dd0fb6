"""What stands in a case: decisions, what undoes them, what lies behind them, what answers a request. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tracking.statuses import CODES, Bucket, StatusCode, acts_as

REQUESTS: Final = frozenset({StatusCode.RFE_ISSUED, StatusCode.NOID_ISSUED, StatusCode.NOIR_ISSUED})
# What is to be answered, paid or fought: its clock runs, whether or not anybody has confirmed the reading.
CLOCKS: Final = REQUESTS | {
    StatusCode.DENIED,
    StatusCode.REVOKED_TERMINATED,
    StatusCode.APPEAL_MOTION,
    StatusCode.PAYMENT_DISHONORED,
    StatusCode.NTA_ISSUED,
    StatusCode.COURT_REFERRAL,
    StatusCode.CLOSED,
    StatusCode.NO_SHOW,
}
# The longest period to answer, with mail from abroad.
LONGEST_PERIOD: Final = timedelta(days=98)
# How long after its day a status may still start its work when it is the first word about a case: what has
# days to answer or to fight, and mail. What is older is a person's to decide about.
STILL_STARTS: Final = {
    **dict.fromkeys(REQUESTS, LONGEST_PERIOD),
    StatusCode.DENIED: timedelta(days=60),
    StatusCode.REVOKED_TERMINATED: timedelta(days=60),
    StatusCode.APPEAL_MOTION: timedelta(days=60),
    StatusCode.NTA_ISSUED: timedelta(days=90),
    StatusCode.COURT_REFERRAL: timedelta(days=90),
    StatusCode.MAIL_RETURNED: timedelta(days=90),
    **dict.fromkeys(
        (
            *(StatusCode.FEE_PAYMENT, StatusCode.PAYMENT_DISHONORED, StatusCode.NO_SHOW),
            *(StatusCode.BIOMETRICS_SCHEDULED, StatusCode.INTERVIEW_SCHEDULED, StatusCode.OATH_CEREMONY),
        ),
        timedelta(days=45),
    ),
}
# What tells of a day to appear; what has a day by which something is to be done, by a rule of its own.
APPOINTMENTS: Final = frozenset(
    {StatusCode.BIOMETRICS_SCHEDULED, StatusCode.INTERVIEW_SCHEDULED, StatusCode.OATH_CEREMONY}
)
APPEARANCES: Final = APPOINTMENTS | {StatusCode.NTA_ISSUED, StatusCode.COURT_REFERRAL}
ANSWERABLE: Final = CLOCKS | {StatusCode.MAIL_RETURNED}
DECIDED: Final = frozenset({Bucket.APPROVED, Bucket.DOCUMENT, Bucket.DENIED, Bucket.REJECTED, Bucket.CLOSED})
_BEFORE: Final = frozenset(
    {Bucket.RECEIVED, Bucket.BIOMETRICS, Bucket.IN_REVIEW, Bucket.ACTION_REQUESTED, Bucket.INTERVIEW_OATH}
)
# These follow a decision by their nature: an approval in danger, a letter, what is called off because of it,
# the oath of a new citizen.
_FOLLOWING: Final = frozenset(
    {
        "NOIR_ISSUED",
        "NOTICE_MAILED",
        "NTA_ISSUED",
        "BIOMETRICS_CANCELLED",
        "INTERVIEW_CANCELLED",
        "REQUEST_CANCELLED",
    }
)
_OATH: Final = "OATH_"
_CARD: Final = "DOC_"
# What calls off an appointment, and the code of the appointment.
CALLED_OFF: Final = {
    "BIOMETRICS_CANCELLED": "BIOMETRICS_SCHEDULED",
    "INTERVIEW_CANCELLED": "INTERVIEW_SCHEDULED",
    "OATH_CANCELLED": "OATH_CEREMONY",
}
# What says of an appointment, missed or not, that it is over, and of the rest that it was taken care of.
SETTLED_BY: Final = {
    "BIOMETRICS_SCHEDULED": frozenset({"BIOMETRICS_DONE", "BIOMETRICS_CANCELLED", "NO_SHOW"}),
    "INTERVIEW_SCHEDULED": frozenset(
        {"INTERVIEW_COMPLETED", "INTERVIEW_CANCELLED", "NO_SHOW", "OATH_CEREMONY", "OATH_RESCHEDULED"}
    ),
    "OATH_CEREMONY": frozenset({"OATH_CANCELLED", "NO_SHOW"}),
    "NO_SHOW": frozenset(
        {
            *("BIOMETRICS_SCHEDULED", "BIOMETRICS_RESCHEDULED", "BIOMETRICS_DONE"),
            *("INTERVIEW_SCHEDULED", "INTERVIEW_RESCHEDULED", "INTERVIEW_COMPLETED"),
            *("OATH_CEREMONY", "OATH_RESCHEDULED"),
        }
    ),
    "NOTICE_MAILED": REQUESTS,
}
# What tells of a request that it wants no answer any more.
ANSWERS: Final = frozenset({"RESPONSE_RECEIVED", "REQUEST_CANCELLED"})
_NAMED: Final = {
    "RFE_ISSUED": re.compile(r"\brfes?\b|\b(?:evidence|evidencias?|pruebas?)\b"),
    "NOID_ISSUED": re.compile(
        r"\bnoids?\b|\binten(?:t|ds?|tion) to (?:deny|reject)"
        r"|\b(?:intencion|intento) de (?:denegar|negar|rechazar)"
    ),
    "NOIR_ISSUED": re.compile(
        r"\bnoi[rt]s?\b|\binten(?:t|ds?|tion) to (?:revoke|rescind|terminate)"
        r"|\b(?:intencion|intento) de (?:revocar|rescindir|terminar|cancelar)"
    ),
}


def starts_clock(code: str) -> bool:
    """True for a code whose deadline does not wait for a person to confirm the reading."""
    return not CLOCKS.isdisjoint({code, acts_as(code)})


def is_settled_by(code: str, later: str) -> bool:
    """True where a later status has taken care of one that is no request: decided, set anew, or done."""
    if is_decision(later) or undoes_decision(later):
        return True
    older = acts_as(code)
    is_set_anew = older in CALLED_OFF.values() and acts_as(later) == older
    return is_set_anew or later in SETTLED_BY.get(code, SETTLED_BY.get(older, ()))


def is_decision(code: str) -> bool:
    """True for a code that says how the case ended, cards and documents included."""
    return _bucket(code) in DECIDED


def named_requests(words: str) -> frozenset[str]:
    """Return the requests that the words of an answer name, in English or Spanish; empty for none."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().casefold()
    return frozenset(code for code, pattern in _NAMED.items() if pattern.search(plain))


def answers_request(code: str, words: str, *, request: str) -> bool:
    """True for what leaves a request of USCIS with nothing to answer: the answer came, or it has decided.

    An answer to another kind of request is none; one whose words name no kind may be to any. A card that is
    made meanwhile does not decide about an approval that USCIS intends to revoke.
    """
    if code in ANSWERS:
        return not answers_another(code, words, request=request)
    if request == StatusCode.NOIR_ISSUED and code.startswith(_CARD):
        return False
    return is_decision(code)


def answers_another(code: str, words: str, *, request: str) -> bool:
    """True for an answer whose words name other requests, but not this one."""
    named = named_requests(words) if code in ANSWERS else frozenset()
    return bool(named) and request not in named


def calls_off(code: str, words: str, *, notice: str) -> bool:
    """True for what says of a notice with this code that it counts no more, so that it may be sent anew."""
    if code == StatusCode.REQUEST_CANCELLED:
        return notice in REQUESTS and not answers_another(code, words, request=notice)
    return acts_as(notice) == CALLED_OFF.get(code)


def calls_off_what_is_set(code: str, earlier: Iterable[str]) -> bool:
    """True for what calls off an appointment that is still to come; earlier codes, the newest first."""
    appointment = CALLED_OFF.get(code)
    for each in earlier:
        if each == code or is_decision(each) or each in SETTLED_BY.get(appointment or "", ()):
            return False
        if acts_as(each) == appointment:
            return True
    return False


def called_off_since(notice: str, codes: Iterable[str]) -> str:
    """Return what called an appointment off, unless it was set anew since, or an empty text; newest first."""
    appointment = acts_as(notice)
    for code in codes:
        if acts_as(code) == appointment:
            break
        if CALLED_OFF.get(code) == appointment:
            return code
    return ""


def naming(title: str, text: str) -> str:
    """Return the words that name what a status is about: its title, or else its text."""
    return title if named_requests(title) else text


def standing_decision(codes: Iterable[str]) -> str:
    """Return the latest decision that nothing has undone since, or an empty text; newest code first."""
    for code in codes:
        if is_decision(code):
            return code
        if undoes_decision(code):
            break
    return ""


def undoes_decision(code: str) -> bool:
    """True for what opens a decided case again."""
    return _bucket(code) == Bucket.APPEAL_REOPEN


def may_lie_behind(code: str) -> bool:
    """True for a status that comes before a decision, so that it contradicts one that stands."""
    return _bucket(code) in _BEFORE and code not in _FOLLOWING and not code.startswith(_OATH)


def _bucket(code: str) -> Bucket:
    return CODES[StatusCode(code)].bucket if code in StatusCode.__members__ else Bucket.NO_STAGE


# The zone of the public site, and that of answers in ISO form.
_ZONES: Final = (ZoneInfo("America/New_York"), UTC)


def is_surely_before(given: datetime, known: datetime) -> bool:
    """True when `given` can only be earlier than `known`; both are modification times of the source.

    The source states no zone, so that one hour of autumn comes twice, and where it knows the day only it
    gives midnight. Neither says that an answer is older.
    """
    for zone in _ZONES:
        here, there = given.astimezone(zone), known.astimezone(zone)
        if time() in (here.time(), there.time()):
            return here.date() < there.date()
    return _latest(given) < _earliest(known)


def source_day(moment: datetime) -> date:
    """Return the day of a modification time of the source; where it knows the day only it gives midnight."""
    for zone in _ZONES:
        if moment.astimezone(zone).time() == time():
            return moment.astimezone(zone).date()
    return moment.astimezone(_ZONES[0]).date()


def _earliest(moment: datetime) -> datetime:
    return moment - _repeated(moment) * moment.astimezone(_ZONES[0]).fold


def _latest(moment: datetime) -> datetime:
    return moment + _repeated(moment) * (1 - moment.astimezone(_ZONES[0]).fold)


def _repeated(moment: datetime) -> timedelta:
    """How much later the same time of the clock comes again, or came the first time; nothing on most days."""
    local = moment.astimezone(_ZONES[0])
    first, second = (local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return max(first - second, timedelta())
