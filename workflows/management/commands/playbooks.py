"""`manage.py playbooks`: the firm's playbooks as a file, brought in as drafts, and tried on a past period."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from legist.core import plain_yaml
from legist.core.actors import ACTS_AS_SYSTEM, Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput, LegistError
from legist.core.options import day
from legist.practice.people.staff import get_active_staff
from workflows.playbooks import files
from workflows.playbooks.rehearsal import Replay, replay

BAD_USAGE = 2
EVERY = 1_000


class Command(BaseCommand):
    """Exits 2 where a file or a period cannot be used, 1 where somebody's draft stands in the way."""

    help = "Export the firm's playbooks as YAML, bring them in as drafts, or try them on a past period."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="export|import|dry_run")
        export, bring_in = acts.add_parser("export"), acts.add_parser("import")
        dry_run = acts.add_parser("dry_run")
        for name, dest in (("--from", "since"), ("--to", "until")):
            dry_run.add_argument(name, dest=dest, type=day, metavar="DATE", required=True)
        bring_in.add_argument("file", metavar="FILE", help="YAML, as `export` writes it")
        dry_run.add_argument("file", nargs="?", metavar="FILE", help="in place of the firm's")
        for each in (bring_in, dry_run):
            each.add_argument("--as", dest="person", metavar="EMAIL", help="act as this member of staff")
        for each in (export, bring_in, dry_run):
            each.add_argument("--json", action="store_true", dest="as_json", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        act, as_json = options["act"], options["as_json"]
        if act == "export":
            self._export(as_json=as_json)
            return
        contents = _read(options["file"]) if options["file"] else {}
        actor = self._actor(options["person"])
        if act == "import":
            self._import(contents, actor=actor, as_json=as_json)
        else:
            self._dry_run(contents, (options["since"], options["until"]), actor=actor, as_json=as_json)

    def _export(self, *, as_json: bool) -> None:
        known = files.everything()
        self.stdout.write(
            json.dumps({"playbooks": known}) if as_json else plain_yaml.write(known), ending="\n" * as_json
        )

    def _import(self, contents: dict[str, dict[str, Any]], *, actor: Actor, as_json: bool) -> None:
        try:
            done = files.bring_in(contents, actor=actor, now=utc_now())
        except InvalidInput as error:
            message = f"{error.message} Add --as EMAIL. Nothing was changed."
            raise CommandError(message, returncode=BAD_USAGE) from None
        except LegistError as error:
            raise CommandError(f"{error.message} Nothing was changed.") from None
        found = {"drafts": done.drafts, "new": done.new, "unchanged": len(done.unchanged)}
        if as_json:
            self.stdout.write(json.dumps(found))
            return
        self.stdout.write(f"{len(done.unchanged)} playbooks are as they were.")
        if done.new:
            self.stdout.write(f"New, and switched off: {', '.join(done.new)}.")
        if done.drafts:
            self.stdout.write(f"Kept as drafts until somebody publishes them: {', '.join(done.drafts)}.")

    def _dry_run(
        self, contents: dict[str, dict[str, Any]], days: tuple[date, date], *, actor: Actor, as_json: bool
    ) -> None:
        since, until = days
        if until < since:
            raise CommandError("--to is before --from.", returncode=BAD_USAGE)
        period = (_midnight(since), _midnight(until + timedelta(days=1)))
        found = replay(actor, contents, period=period, tell=self._tell)
        self.stdout.write(json.dumps(_as_json(found)) if as_json else _sentences(found))

    def _tell(self, done: int, total: int) -> None:
        if done % EVERY == 0:
            self.stderr.write(f"{done} of {total} changes")

    def _actor(self, email: str | None) -> Actor:
        if email is None:
            self.stderr.write(f"{ACTS_AS_SYSTEM} --as EMAIL narrows that.")
            return Actor.command("playbooks")
        try:
            return Actor.for_user(get_active_staff(email))
        except InvalidInput as error:
            raise CommandError(f"--as: {error.message}", returncode=BAD_USAGE) from None


def _read(file: str) -> dict[str, dict[str, Any]]:
    """Return the playbooks of a file; every fault is named with its line."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        return files.read(text)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}", returncode=BAD_USAGE) from None
    except InvalidInput as error:
        lines = "\n".join([f"{file}: {error.message}", *error.errors.get("file", [])])
        raise CommandError(lines, returncode=BAD_USAGE) from None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _as_json(found: Replay) -> dict[str, Any]:
    return {
        "changes": found.changes,
        "runs": found.runs,
        "really": found.really,
        "steps": dict(found.steps),
        "messages": found.messages,
        "tasks": found.tasks,
        "conflicts": [
            {"playbooks": list(pair), "changes": count} for pair, count in found.conflicts.most_common()
        ],
    }


def _sentences(found: Replay) -> str:
    steps = ", ".join(f"{count} {kind}" for kind, count in found.steps.most_common()) or "none"
    lines = [
        f"{found.changes} changes would have started {found.runs} runs; {found.really} really did something.",
        f"Steps: {steps}. Messages: {found.messages}. Tasks: {found.tasks}.",
    ]
    for (one, other), count in found.conflicts.most_common():
        lines.append(f"Both write to the client: {one} and {other}, about {count} changes.")
    return "\n".join([*lines, "Nothing was done."])
