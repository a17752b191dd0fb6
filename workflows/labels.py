"""The words for our codes, where people read them; nothing here is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format, localize
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from legist.core.reasons import Reasons
from legist.core.web.moments import day_words
from legist.practice.states import MatterStage
from tracking.sources import label_of
from tracking.states import QueryOutcome, ReviewKind, Tier, code_label
from workflows.law.counting import Step
from workflows.law.kinds import PERIODS
from workflows.law.periods import rule_of
from workflows.playbooks.builtin import DEFINITIONS
from workflows.states import Channel, DateSource, EscalationLevel, NoticeKind, NoticeState, WatchEnd

Words = str | Promise

PURPOSES: dict[str, Words] = {
    "approval_news": _("News of the approval"),
    "petition_approved": _("News of the approval of a petition"),
    "naturalization_approved": _("News of the approval, before the oath"),
    "biometrics_instructions": _("Instructions for the fingerprints appointment"),
    "by_hand": _("Message by hand"),
    "joined": _("Several updates in one message"),
    "intent_received": _("Notice of intent: what happens now"),
    "rfe_received": _("Request for evidence: what happens now"),
    "status_update": _("Update on the case"),
}
DOCUMENTS: dict[str, Words] = {
    "approval_letter": _("Approval letter"),
    "denial_letter": _("Letter after a denial"),
    "intent_response": _("Response to a notice of intent"),
    "rfe_response": _("Response to a request for evidence"),
}
CHECKLISTS: dict[str, Words] = {
    action["params"]["key"]: _(action["params"]["title"])
    for definition in DEFINITIONS
    for action in definition.actions
    if action["kind"] == "checklist"
}
CALENDAR: dict[str, Words] = {
    "rfe": _("RFE answer due"),
    "noid": _("NOID answer due"),
    "noir": _("NOIR answer due"),
    "i290b_motion": _("Motion (I-290B) due"),
    "i290b_appeal": _("Appeal (I-290B) due"),
    "revocation_appeal": _("Appeal of a revocation due"),
    "eoir29_appeal": _("Appeal to the BIA (EOIR-29) due"),
    "n336_hearing": _("Request for a hearing (N-336) due"),
    "court_review": _("Petition to the district court due"),
    "n400_absence": _("Explanation of a missed interview due"),
    "oath_absence": _("Explanation of a missed oath ceremony due"),
    "n400_reopen": _("Reopen the N-400"),
    "fee_payment": _("Pay the fee that was returned"),
    "bia_motion": _("Motion to the BIA due"),
    "court_address": _("Address to the court (EOIR-33)"),
    "court_hearing": _("Immigration court hearing"),
    "returned_mail": _("Ask for the returned card"),
    "biometrics": _("Biometrics appointment"),
    "interview": _("Interview"),
    "oath": _("Oath ceremony"),
    "premium_15": _("Premium processing ends"),
    "premium_30": _("Premium processing ends"),
    "premium_45": _("Premium processing ends"),
}
RUNGS: dict[str, Words] = {rung.name.lower(): rung.label for rung in EscalationLevel}
SERVED_BY: dict[str, Words] = {
    "": _("in a way nobody knows yet"),
    "mail": _("by mail"),
    "personal": _("in person"),
    "electronic": _("electronically"),
}
SERVICES: dict[str, Words] = {"personal": _("personal"), "electronic": _("electronic")}
HOLD_REASONS: dict[str, Words] = {
    "needs_review": _("a person has to confirm the reading first"),
    "superseded": _("a newer status has overtaken it"),
    "same_notice": _("a person has to say whether it is a new notice"),
    "behind_decision": _("a person has to say whether this stage, behind a decision, is real"),
    "overtaken": _("a newer status has overtaken it"),
    "repeated": _("it was done for the same notice already"),
    "no_matter": _("the receipt has no matter yet"),
    "failed": _("a step could not be done"),
    "invalid": _("the playbook cannot be read; it starts when somebody has corrected it"),
    "not_called_for": _("the corrected playbook is not about this change"),
    "switched_off": _("the playbook was switched off"),
    "walled": _("who published the playbook may not see this matter; start it by hand if it fits"),
}
DECISIONS: dict[str, Words] = {
    "was_sent": _("it was sent"),
    "send_again": _("send it again"),
    "by_post": _("it was sent by post"),
    "by_call": _("it was read out on the telephone"),
}
FACTS: dict[str, Words] = {
    "client": _("Client"),
    "language": _("Language"),
    "code": _("New status"),
    "previous_code": _("Status before"),
    "form": _("Form"),
    "event_date": _("Date of the event"),
    "source": _("Source"),
    "deadline": _("Deadline, as counted"),
    "wording": _("The firm's words, version"),
}
SOURCES: dict[str, Words] = {"manual": _("entered by hand")}
LANGUAGES: dict[str, Words] = {"en": _("English"), "es": _("Spanish")}
DELIVERY_ERRORS: dict[str, Words] = {
    "changed": _("the text or the client's address is no longer the approved one"),
    "interrupted": _("the hand-over was interrupted"),
    "unsealed": _(
        "the approval was written past the application: do not send it, and have the record verified"
    ),
    "unrecorded": _("the record does not tell of this approval as the latest decision: have it verified"),
    "approver": _(
        "whoever approved it may approve messages of this matter no longer: it needs a new approval"
    ),
    "repeated": _("the record says that it went out already"),
    "moved": _("the case it tells of was moved to another matter: withdraw it"),
    "closed": _("the matter is closed: reopen it, or withdraw the message"),
    "unreadable": _("the message cannot be read or put into a mail: write it anew"),
    "by_hand": _("nothing reaches the client: no e-mail address, and no way into the portal"),
    "left_portal": _("the client has left the portal and has no e-mail address"),
    "no_way_in": _("the client has no e-mail address and no passkey, so the portal is closed to them"),
    "unforeseen": _("an error nobody foresaw stopped the hand-over"),
}
STATUS_FACTS = frozenset({"code", "previous_code"})


def purpose_label(purpose: str) -> str:
    """Return what a message is about."""
    return str(PURPOSES.get(purpose, _plain(purpose)))


def playbook_label(key: str) -> str:
    """Return the name of a playbook by its key."""
    return str(next((_(each.name) for each in DEFINITIONS if each.key == key), _plain(key)))


def deadline_label(kind: str) -> str:
    """Return what a deadline of this kind is."""
    return gettext(PERIODS[kind].label) if kind in PERIODS else _plain(kind)


def calendar_label(kind: str) -> str:
    """Return what a deadline of this kind is called where there is room for a few words only."""
    return str(CALENDAR.get(kind, deadline_label(kind)))


def document_label(kind: str) -> str:
    """Return the name of a document by its template's key."""
    return str(DOCUMENTS.get(kind, _plain(kind)))


def source_label(source: str) -> str:
    """Return where a status comes from."""
    return str(SOURCES.get(source) or label_of(source))


def fact_words(row: dict[str, str]) -> tuple[str, str]:
    """Return name and value of a fact that a message rests on."""
    key, value = row["key"], row["value"]
    name = str(FACTS.get(key, _plain(key)))
    if key in STATUS_FACTS:
        return name, code_label(value)
    if key == "language":
        return name, str(LANGUAGES.get(value, value))
    if key == "source":
        return name, source_label(value)
    return name, _day(value)


def difference_words(days: int) -> str:
    """Say how far a printed date lies from the counted one; `days` is negative for an earlier one."""
    if days > 0:
        return ngettext("%(n)d day later than counted", "%(n)d days later than counted", days) % {"n": days}
    return ngettext("%(n)d day earlier than counted", "%(n)d days earlier than counted", -days) % {"n": -days}


def entry_words(action: str, key: str, value: Any) -> str:
    """Return the words for a value that an entry of the record carries."""
    text = str(localize(value))
    if key in {"from", "to"}:
        return _stage_or_code(action, text)
    if key in {"kind", "key"}:
        return f"“{_named(action, text)}”"
    words = ENTRY_WORDS.get(key)
    return words(text) if words else text


def _named(action: str, code: str) -> str:
    if "deadline" in action or action.startswith("workflows.remind"):
        return deadline_label(code)
    if "document" in action:
        return document_label(code)
    if action.startswith("tracking.review"):
        return str(ReviewKind(code).label) if code in ReviewKind else _plain(code)
    return str(CHECKLISTS.get(code, _plain(code)))


def _stage_or_code(action: str, text: str) -> str:
    if action.startswith("practice."):
        return f"“{MatterStage(text).label}”" if text in MatterStage else text
    if text in Tier:
        return str(Tier(text).label)
    return code_label(text) if text else str(pgettext_lazy("status before the first", "nothing"))


def _status_words(text: str) -> str:
    return gettext("provisional") if text == "provisional" else gettext("confirmed")


def _day(text: str) -> str:
    try:
        return day_words(date.fromisoformat(text))
    except ValueError:
        return text


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()


ENTRY_WORDS: dict[str, Callable[[str], str]] = {
    "purpose": lambda text: f"“{purpose_label(text)}”",
    "playbook": lambda text: f"“{playbook_label(text)}”",
    "action": _plain,
    "channel": lambda text: str(Channel(text).label) if text in Channel else text,
    "due": lambda text: _day(text) if text else gettext("on a day that the notice tells"),
    "until": _day,
    "past": _day,
    "status": _status_words,
    "rung": lambda text: str(RUNGS.get(text, text)),
    "served": lambda text: str(SERVED_BY.get(text, text)),
    "reason": lambda text: str(HOLD_REASONS.get(text, text)),
    "decision": lambda text: str(DECISIONS.get(text, text)),
    "source": lambda text: str(DateSource(text).label) if text in DateSource else source_label(text),
    "paper": lambda text: f"“{NoticeKind(text).label}”" if text in NoticeKind else text,
    "state": lambda text: str(NoticeState(text).label).lower() if text in NoticeState else text,
    "why": lambda text: str(WatchEnd(text).label) if text in WatchEnd else text,
    "code": lambda text: f"“{code_label(text)}”",
    "other": source_label,
    "stands": lambda text: f"“{code_label(text)}”",
    "outcome": lambda text: str(QueryOutcome(text).label).lower() if text in QueryOutcome else text,
    "tier": lambda text: str(Tier(text).label) if text in Tier else text,
}


def _skipped(days: Iterable[tuple[str, str]]) -> str:
    """Name days on which nobody works, each with why."""
    named = ((date.fromisoformat(day), why) for day, why in days)
    return ", ".join(f"{date_format(day, 'F j')} ({gettext(why)})" for day, why in named)


def _form(form: str) -> str:
    return gettext("Form %(form)s") % {"form": form} if form else gettext("a form under the general rule")


COUNT_STEP = Reasons(
    "count_step",
    {
        "from_stated": _("%(what)s %(day)s; that day is not counted (%(source)s)."),
        "from_after": _(
            "The status text names no day. On %(day)s USCIS still said something else, so the notice cannot "
            "be older; counted from then, the earliest day possible; that day is not counted (%(source)s)."
        ),
        "from_seen": _(
            "The status text names no day, and the status stood already when it was first read on %(day)s; "
            "counted from then for comparison only; that day is not counted (%(source)s)."
        ),
        "days": _("%(days)s days (%(source)s): %(last)s."),
        "business_days": _("%(days)s business days (%(source)s; holidays: %(holidays)s): %(last)s."),
        "mailed": _("%(added)s days added for service by mail (%(source)s): %(last)s."),
        "mailed_abroad": _(
            "%(added)s days added for mail from or to abroad (%(source)s; not verified): %(last)s."
        ),
        "mailed_not_abroad": _(
            "%(added)s days added for service by mail (%(source)s); the %(abroad)s days for abroad are for "
            "evidence only: %(last)s."
        ),
        "no_days_added": _("No days are added for %(service)s service."),
        "ends": _("%(last)s is a business day, so the period ends then."),
        "runs_on": _(
            "Not a business day: %(skipped)s. The period runs to the next one, %(due)s (%(source)s; "
            "%(holidays)s)."
        ),
        "stands": _(
            "Not a business day: %(skipped)s. Nothing moves this period past it: have the answer there "
            "before."
        ),
        "form_unread": _(
            "Assumed: %(form)s, because no rule knows “%(forms)s”; no form has a shorter period. The notice "
            "names it."
        ),
        "form_unnamed": _(
            "Assumed: %(form)s, because nothing names the form of the case; no form has a shorter period. "
            "The notice names it."
        ),
        "shorter_period": _("Assumed: %(form)s, the shorter period; the texts name %(forms)s."),
        "general_rule": _("This is the general rule; some forms have rules of their own."),
        "not_by_mail": _(
            "Assumed: not served by mail, so no days are added; nothing tells how the notice came. Say under "
            "“How the notice came” that it was mailed, and %(days)s days are added (%(source)s)."
        ),
        "at_the_latest": _(
            "The notice is that old or older, so the last day is %(due)s or earlier. No date is set until a "
            "person reads it from the notice: find it today."
        ),
        "on_the_notice": _("No rule counts this date from %(day)s; the notice tells it."),
        "note": "%(row)s",
        "remark": "%(kind)s",
        "provisional": _("Provisional: the date printed on the notice decides."),
        "text_period": _(
            "The status text itself gives %(days)s days: %(last)s, which is earlier; it drives until the "
            "notice is read."
        ),
        "text_alone": _("The status text itself names %(stated)s; it drives until the notice is read."),
        "text_same_day": _("The status text itself names %(stated)s, the same day."),
        "text_earlier": _(
            "The status text itself names %(stated)s, %(apart)s earlier; it drives until the notice is read."
        ),
        "text_later": _(
            "The status text itself names %(stated)s, %(apart)s later; the counted day drives until the "
            "notice is read."
        ),
        "became_later": _(
            "Until now %(before)s was kept; it is %(apart)s later for what has been said since."
        ),
    },
    **dict.fromkeys(
        ("day", "last", "due", "stated", "before"),
        lambda day: date_format(date.fromisoformat(day), "l, F j, Y"),
    ),
    what=lambda kind: gettext(PERIODS[kind].counts_from or "The notice is dated"),
    service=lambda served: SERVICES.get(served, served),
    form=_form,
    forms=", ".join,
    skipped=_skipped,
    apart=lambda days: ngettext("%(n)d day", "%(n)d days", days) % {"n": days},
    row=lambda row: gettext(rule_of(*row).note),
    kind=lambda kind: gettext(PERIODS[kind].remark),
)


def count_step(step: Step | Mapping[str, Any] | str) -> str:
    """Say a step of a count, or as it is kept; an earlier release kept its words."""
    if isinstance(step, str):
        return step
    code, values = (step.code, step.values) if isinstance(step, Step) else (step["code"], step["values"])
    return COUNT_STEP.say(code, values)
