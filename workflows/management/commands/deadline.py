"""`deadline KIND --issued DATE`: count a deadline and say how."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from legist.core.options import day
from legist.practice.form_numbers import nearest_form, read_form
from workflows.labels import count_step
from workflows.law.counting import KINDS, DeadlineError, DeadlineResult, Service, compute
from workflows.law.kinds import PERIODS
from workflows.law.periods import CHECKED
from workflows.law.remedies import REMEDIES, After, remedies, remedies_of_kind, why_barred

NO_SUCH_REMEDY = 1
BAD_USAGE = 2


class Command(BaseCommand):
    """Needs no database; ends with 1 where the form does not have the remedy that was asked for."""

    help = "Count the last day to act on a notice, with every step and its source."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
        parser.add_argument("--issued", required=True, type=day, help="date on the notice, YYYY-MM-DD")
        parser.add_argument(
            "--served",
            default="",
            choices=[service.value for service in Service],
            help="how the notice came; without it no days are added for mail",
        )
        parser.add_argument(
            "--from-abroad", action="store_true", help="the person is outside the United States"
        )
        parser.add_argument(
            "--form",
            default="",
            type=_form,
            help="form of the case, such as I-539; without it the general rule",
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        form = read_form(options["form"])
        if rule := why_barred(options["kind"], form):
            answer = barred(options["kind"], form, rule)
            self.stdout.write(json.dumps(answer) if options["as_json"] else "\n".join(answer["steps"]))
            sys.exit(NO_SUCH_REMEDY)
        try:
            result = compute(
                options["kind"],
                options["issued"],
                options["served"],
                from_abroad=options["from_abroad"],
                forms=[options["form"]],
            )
        except DeadlineError as error:
            raise CommandError(str(error), returncode=BAD_USAGE) from error
        lies = lies_after(options["kind"], form)
        self.stdout.write(json.dumps(as_dict(result, lies)) if options["as_json"] else as_text(result, lies))


def barred(kind: str, form: str, rule: str) -> dict[str, Any]:
    """Return the JSON document for a remedy that the form does not have; `steps` say so."""
    label = PERIODS[kind].label
    others = dict.fromkeys(
        each.kind for after in After for each in remedies(after, [form]) if each.kind != kind
    )
    instead = (
        f"What {form} may have: {', '.join(others)}." if others else f"No other remedy is listed for {form}."
    )
    steps = [
        f"No date: for {form} there is no {label}.",
        f"Source: {rule}; checked {CHECKED.isoformat()}.",
        f"{instead} The decision in hand names what may be filed.",
    ]
    return {
        "kind": kind,
        "due": None,
        "rule": f"none, {label}",
        "citation": rule,
        "steps": steps,
        "status": "barred",
        "checked": CHECKED.isoformat(),
    }


def lies_after(kind: str, form: str) -> str:
    """Say after which decisions a form has a remedy; empty where it has it after each, or for no form."""
    of_kind = {remedy.after for remedy in REMEDIES if remedy.kind == kind}
    own = {remedy.after for remedy in remedies_of_kind(kind, form)} if form else of_kind
    if own == of_kind:
        return ""
    return f"{form} has it after {' or '.join(f'a {each}' for each in After if each in own)} only."


def as_dict(result: DeadlineResult, lies: str = "") -> dict[str, Any]:
    """Return the JSON document; `due` is null when only the notice knows the day."""
    return {
        "kind": result.kind,
        "due": result.due.isoformat() if result.due else None,
        "rule": result.rule,
        "citation": result.citation,
        "steps": said(result, lies),
        "status": result.status,
        "checked": result.checked.isoformat(),
    }


def said(result: DeadlineResult, lies: str) -> list[str]:
    """Return how it was counted, in words."""
    return [*filter(None, [lies]), *(count_step(step) for step in result.steps)]


def as_text(result: DeadlineResult, lies: str = "") -> str:
    """Return the answer for a person: the day first, then how it was counted."""
    day = result.due.isoformat() if result.due else "the day on the notice"
    lines = [f"Due {day} ({result.status})", f"Rule: {result.rule}", f"Source: {result.citation}"]
    return "\n".join([*lines, *(f"  {number}. {step}" for number, step in enumerate(said(result, lies), 1))])


def _form(text: str) -> str:
    """Take a form that the rules know; a date for another form than the one meant would be false."""
    if not text or read_form(text):
        return text
    near = nearest_form(text)
    meant = f" Did you mean {near}?" if near else ""
    raise ArgumentTypeError(
        f"{text!r} names no form that USCIS decides on.{meant} Leave --form out for the general rule."
    )
