"""The last day to act, counted by the rules and explained step by step.

Whatever is counted here is provisional: an online status does not carry the date, and the date
printed on the notice decides. What is not known takes its shortest value, and the steps name what was
assumed. Pure module: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from legist.practice.form_numbers import read_form
from workflows.law import business_days as calendar
from workflows.law.kinds import PERIODS, Period
from workflows.law.periods import (
    CHECKED,
    DAY,
    EVERY_FORM,
    EVIDENCE_ABROAD,
    HOLIDAYS,
    MAILING,
    POLICY,
    Rule,
    rules_for,
    shortest,
)

KINDS = tuple(PERIODS)
# The forms of a question about the general rule; no forms at all mean that the form is not known.
GENERAL = (EVERY_FORM,)


class Service(StrEnum):
    """How the notice reached the person."""

    MAIL = "mail"
    PERSONAL = "personal"
    ELECTRONIC = "electronic"


class Known(StrEnum):
    """How the day that a count starts from is known.

    `stated`: the notice or the status text names it. `after`: only that it is not before this day, the
    last one on which USCIS still said something else. `seen`: only that it is not after this day.
    """

    STATED = "stated"
    AFTER = "after"
    SEEN = "seen"


class DeadlineError(ValueError):
    """A kind, service or date that no rule knows; the message says what is possible."""


@dataclass(frozen=True, slots=True)
class DeadlineResult:
    """A counted deadline with its reasons.

    `due` is None for appointments, whose day only the notice gives. `checked` is the day the rule
    was last compared with its source; the citation says where it was read, or that it was not.
    """

    kind: str
    due: date | None
    rule: str
    citation: str
    steps: tuple[str, ...]
    status: str = "provisional"
    checked: date = CHECKED


def compute(
    kind: str,
    issued: date,
    served: str = "",
    *,
    from_abroad: bool = False,
    forms: Collection[str] = GENERAL,
    closed: Collection[date] = (),
    known: Known = Known.STATED,
) -> DeadlineResult:
    """Count the last day for `kind` from the day the notice was issued.

    `served` is empty where nobody knows how the notice came: no days are added then. `forms` are those that
    the case may be about: of several the shortest period counts, and of none the shortest there is for this
    kind; without the argument it is the general rule. `from_abroad`: the person is outside the United
    States. `closed` are days on which federal offices were closed by order. `known` says how `issued` is
    known: a day that the notice can only be older than gives no date, but the latest possible one in the
    steps. Raises DeadlineError for an unknown kind or service, or a date beyond the calendar.
    """
    period, service = _period(kind), _service(served)
    rule = shortest(kind, forms, by_mail=service is Service.MAIL, from_abroad=from_abroad)
    if rule.days is None:
        return _from_notice(period, rule, issued)
    count = _Count(period, rule, issued, known=known, closed=closed)
    mailing = _Mailing.of(rule, service, from_abroad=from_abroad)
    try:
        due, steps = count.run(mailing)
    except OverflowError:
        raise DeadlineError(f"{issued.isoformat()} is too late for the calendar; check the year.") from None
    is_open = known is Known.SEEN
    return DeadlineResult(
        kind=kind,
        due=None if is_open else due,
        rule=f"{_amount(period, rule.days)}, {period.label}",
        citation=rule.citation,
        steps=(
            *steps,
            *_assumed(rule, forms, service),
            *((_at_the_latest(due),) if is_open else ()),
            *_closing(period, rule),
        ),
    )


def _assumed(rule: Rule, forms: Collection[str], service: Service | None) -> Iterator[str]:
    """Name what was taken for granted because nobody knows it."""
    rows = rules_for(rule.kind, forms)
    differ = len({row.total(by_mail=True) for row in rows}) > 1
    unread = [form for form in forms if form and not read_form(form)]
    if differ and (unread or not forms):
        why = (
            f"no rule knows {', '.join(map(repr, unread))}"
            if unread
            else "nothing names the form of the case"
        )
        yield f"Assumed: {_named(rule)}, because {why}; no form has a shorter period. The notice names it."
    elif differ:
        yield f"Assumed: {_named(rule)}, the shorter period; the texts name {', '.join(forms)}."
    elif tuple(forms) == GENERAL and len(rules_for(rule.kind, ())) > 1:
        yield "This is the general rule; some forms have rules of their own."
    if service is None and max(rule.mailing, rule.abroad):
        yield (
            "Assumed: not served by mail, so no days are added; nothing tells how the notice came. Say under "
            f"“How the notice came” that it was mailed, and {rule.mailing} days are added ({MAILING})."
        )


def _named(rule: Rule) -> str:
    return f"Form {rule.form}" if rule.form else "a form under the general rule"


@dataclass(frozen=True, slots=True)
class _Mailing:
    """The days added for mail, and why."""

    days: int
    reason: str

    @classmethod
    def of(cls, rule: Rule, service: Service | None, *, from_abroad: bool) -> _Mailing:
        if service is None:
            return cls(0, "")
        if service is not Service.MAIL:
            return cls(0, f"No days are added for {service} service.")
        days = rule.abroad if from_abroad else rule.mailing
        if not days:
            return cls(0, "")
        if from_abroad and days > rule.mailing:
            return cls(days, f"{days} days added for mail from or to abroad ({POLICY}; not verified)")
        why = f"{days} days added for service by mail ({MAILING})"
        more = f"; the {EVIDENCE_ABROAD} days for abroad are for evidence only" if from_abroad else ""
        return cls(days, why + more)


@dataclass(frozen=True, slots=True)
class _Count:
    """One count at work."""

    period: Period
    rule: Rule
    issued: date
    known: Known
    closed: Collection[date]

    def run(self, mailing: _Mailing) -> tuple[date, list[str]]:
        """Return the last day, and how it was reached."""
        days, source = self.rule.days or 0, self.rule.source
        steps = [f"{self._start()}; that day is not counted ({DAY})."]
        if self.period.business_days:
            last = calendar.add_business_days(self.issued, days, self.closed)
            steps.append(f"{days} business days ({source}; holidays: {HOLIDAYS}): {_long(last)}.")
            return last, steps
        last = self.issued + timedelta(days=days)
        steps.append(f"{days} days ({source}): {_long(last)}.")
        if mailing.days:
            last += timedelta(days=mailing.days)
            steps.append(f"{mailing.reason}: {_long(last)}.")
        elif mailing.reason:
            steps.append(mailing.reason)
        due = calendar.roll_forward(last, self.closed)
        return due, [*steps, _rolling(last, due, self.closed)]

    def _start(self) -> str:
        day = _long(self.issued)
        if self.known is Known.AFTER:
            return (
                f"The status text names no day. On {day} USCIS still said something else, so the notice "
                "cannot be older; counted from then, the earliest day possible"
            )
        if self.known is Known.SEEN:
            return (
                f"The status text names no day, and the status stood already when it was first read on {day}"
                "; counted from then for comparison only"
            )
        return f"{self.period.counts_from or 'The notice is dated'} {day}"


def _at_the_latest(due: date) -> str:
    return (
        f"The notice is that old or older, so the last day is {_long(due)} or earlier. No date is set until "
        "a person reads it from the notice: find it today."
    )


def _rolling(last: date, due: date, closed: Collection[date]) -> str:
    if last == due:
        return f"{_long(last)} is a business day, so the period ends then."
    skipped = [last + timedelta(days=offset) for offset in range((due - last).days)]
    reasons = ", ".join(f"{day:%B} {day.day} ({calendar.why_closed(day, closed)})" for day in skipped)
    return (
        f"Not a business day: {reasons}. The period runs to the next one, {_long(due)} ({DAY}; {HOLIDAYS})."
    )


def _closing(period: Period, rule: Rule) -> tuple[str, ...]:
    remarks = [remark for remark in (rule.note, period.remark) if remark]
    return (*remarks, "Provisional: the date printed on the notice decides.")


def _from_notice(period: Period, rule: Rule, issued: date) -> DeadlineResult:
    return DeadlineResult(
        kind=rule.kind,
        due=None,
        rule=f"the date on the notice, {period.label}",
        citation=rule.citation,
        steps=(
            f"No rule counts this date from {_long(issued)}; the notice tells it.",
            *_closing(period, rule),
        ),
    )


def _period(kind: str) -> Period:
    try:
        return PERIODS[kind]
    except KeyError:
        raise DeadlineError(f"No rule for the kind {kind!r}. Known kinds: {', '.join(KINDS)}.") from None


def _service(served: str) -> Service | None:
    try:
        return Service(served) if served else None
    except ValueError:
        raise DeadlineError(f"No rule for service by {served!r}. Use {', '.join(Service)}.") from None


def _amount(period: Period, days: int) -> str:
    return f"{days} business days" if period.business_days else f"{days} days"


def _long(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"
