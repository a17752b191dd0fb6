"""The last day to act, counted by the rules and explained step by step.

Whatever is counted here is provisional: an online status does not carry the date, and the date
printed on the notice decides. What is not known takes its shortest value, and the steps name what was
assumed. Steps are codes with values; `labels.COUNT_STEP` says them. Pure module: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

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
class Step:
    """One step of a count, or what was assumed for it, as it is kept: days are ISO dates."""

    code: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, code: str, **values: Any) -> Step:
        """Return a step with its values."""
        kept = {
            name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()
        }
        return cls(code, kept)


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
    steps: tuple[Step, ...]
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
    within: int | None = None,
) -> DeadlineResult:
    """Count the last day for `kind` from the day the notice was issued.

    `served` is empty where nobody knows how the notice came: no days are added then. `forms` are those that
    the case may be about: of several the shortest period counts, and of none the shortest there is for this
    kind; without the argument it is the general rule. `from_abroad`: the person is outside the United
    States. `closed` are days on which federal offices were closed by order. `known` says how `issued` is
    known: a day that the notice can only be older than gives no date, but the latest possible one in the
    steps. `within` are the days that the status text itself gives: where they end earlier, that day counts,
    and it is not moved past a weekend, as nobody knows whether the law's rule for that holds. Raises
    DeadlineError for an unknown kind or service, or a date beyond the calendar.
    """
    period, service = _period(kind), _service(served)
    rule = shortest(kind, forms, by_mail=service is Service.MAIL, from_abroad=from_abroad)
    runs_on = all(row.runs_on for row in rules_for(kind, forms))
    count = _Count(period, rule, issued, known=known, closed=closed, runs_on=runs_on)
    mailing = _Mailing.of(rule, service, from_abroad=from_abroad)
    try:
        due, steps = count.run(mailing)
        last = issued + timedelta(days=within) if within else None
    except OverflowError:
        raise DeadlineError(f"{issued.isoformat()} is too late for the calendar; check the year.") from None
    if last and (due is None or last < due):
        due = last
        steps.append(Step.of("text_period", days=within, last=last))
    is_open = due is not None and known is Known.SEEN
    return DeadlineResult(
        kind=kind,
        due=None if is_open else due,
        rule=f"{_amount(period, rule)}, {period.label}",
        citation=rule.citation,
        steps=(
            *steps,
            *(_assumed(rule, forms, service) if rule.days is not None else ()),
            *((Step.of("at_the_latest", due=due),) if is_open else ()),
            *_closing(period, rule),
        ),
    )


def given_days(facts: Mapping[str, Any] | None) -> int | None:
    """Return the days to answer that a status text itself gives, by the stored facts of its change."""
    return int(facts["answer_days"]) if facts and facts.get("answer_days") else None


def _assumed(rule: Rule, forms: Collection[str], service: Service | None) -> Iterator[Step]:
    """Name what was taken for granted because nobody knows it."""
    rows = rules_for(rule.kind, forms)
    differ = len({row.total(by_mail=True) for row in rows}) > 1
    unread = [form for form in forms if form and not read_form(form)]
    if differ and unread:
        yield Step.of("form_unread", form=rule.form, forms=unread)
    elif differ and not forms:
        yield Step.of("form_unnamed", form=rule.form)
    elif differ:
        yield Step.of("shorter_period", form=rule.form, forms=list(forms))
    elif tuple(forms) == GENERAL and len(rules_for(rule.kind, ())) > 1:
        yield Step.of("general_rule")
    if service is None and max(rule.mailing, rule.abroad):
        yield Step.of("not_by_mail", days=rule.mailing, source=MAILING)


@dataclass(frozen=True, slots=True)
class _Mailing:
    """The days added for mail, and the code of why; without days only why none are added."""

    days: int
    code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, rule: Rule, service: Service | None, *, from_abroad: bool) -> _Mailing:
        if service is None:
            return cls(0)
        if service is not Service.MAIL:
            return cls(0, "no_days_added", {"service": str(service)})
        days = rule.abroad if from_abroad else rule.mailing
        if not days:
            return cls(0)
        if from_abroad and days > rule.mailing:
            return cls(days, "mailed_abroad", {"added": days, "source": POLICY})
        known = {"added": days, "source": MAILING}
        if from_abroad:
            return cls(days, "mailed_not_abroad", {**known, "abroad": EVIDENCE_ABROAD})
        return cls(days, "mailed", known)


@dataclass(frozen=True, slots=True)
class _Count:
    """One count at work."""

    period: Period
    rule: Rule
    issued: date
    known: Known
    closed: Collection[date]
    runs_on: bool

    def run(self, mailing: _Mailing) -> tuple[date | None, list[Step]]:
        """Return the last day, and how it was reached; none where only the notice tells it."""
        if self.rule.days is None:
            return None, [Step.of("on_the_notice", day=self.issued)]
        days, source = self.rule.days, self.rule.source
        steps = [Step.of(f"from_{self.known}", what=self.rule.kind, day=self.issued, source=DAY)]
        if self.period.business_days:
            last = calendar.add_business_days(self.issued, days, self.closed)
            known = {"days": days, "source": source, "holidays": HOLIDAYS}
            return last, [*steps, Step.of("business_days", **known, last=last)]
        last = self.issued + timedelta(days=days)
        steps.append(Step.of("days", days=days, source=source, last=last))
        if mailing.days:
            last += timedelta(days=mailing.days)
            steps.append(Step.of(mailing.code, **mailing.values, last=last))
        elif mailing.code:
            steps.append(Step.of(mailing.code, **mailing.values))
        after = calendar.roll_forward(last, self.closed)
        if last == after:
            return last, [*steps, Step.of("ends", last=last)]
        passed = [last + timedelta(days=offset) for offset in range((after - last).days)]
        skipped = [[day.isoformat(), calendar.why_closed(day, self.closed)] for day in passed]
        if not self.runs_on:
            return last, [*steps, Step.of("stands", skipped=skipped, last=last)]
        return after, [*steps, Step.of("runs_on", skipped=skipped, due=after, source=DAY, holidays=HOLIDAYS)]


def _closing(period: Period, rule: Rule) -> Iterator[Step]:
    if rule.note:
        yield Step.of("note", row=[rule.kind, rule.form])
    if period.remark:
        yield Step.of("remark", kind=rule.kind)
    yield Step.of("provisional")


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


def _amount(period: Period, rule: Rule) -> str:
    if rule.days is None:
        return "the date on the notice"
    return f"{rule.days} business days" if period.business_days else f"{rule.days} days"
