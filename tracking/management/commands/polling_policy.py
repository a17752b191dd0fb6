"""`manage.py polling_policy`: the firm's polling policy as a file, what it costs, and how calls are used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.core import plain_yaml
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from tracking.polling import placing, planning, policies
from tracking.polling.policy import read

TURNS = {"share": True, "fixed": False}


class Command(BaseCommand):
    """`share` shares the calls out by weight and believed change, `fixed` keeps the tiers' intervals."""

    help = "Export or import the polling policy, say what it costs, or turn sharing out the calls on or off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=("cost", "export", "import", *TURNS), help="what to do")
        parser.add_argument("file", nargs="?", help="the policy to import, or to say the cost of, as YAML")
        parser.add_argument("--reason", default="Imported from a file.", help="why, for the record")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        act, file, now = options["act"], options["file"], utc_now()
        if (act == "import") != bool(file) and act != "cost":
            raise CommandError(f"`{act}` takes {'a FILE' if act == 'import' else 'no FILE'}.", returncode=2)
        if act == "export":
            self._export(as_json=options["json"])
        elif act == "import":
            is_new = self._import(file, reason=options["reason"])
            own = policies.TOPIC.read().own
            version, state = (own.number, own.content["state"]) if own else (0, "")
            said = (
                policies.published_words(version, state)
                if is_new
                else "This is the newest version already: nothing was done."
            )
            self.stdout.write(
                json.dumps({"published": is_new, "version": version}) if options["json"] else said
            )
        else:
            turned = act in TURNS and planning.share_out(on=TURNS[act], actor=self._actor(), now=now)
            policy = read(self._content(file)) if file else None
            self._cost(placing.cost(now=now, policy=policy), turned=turned, as_json=options["json"])

    def _export(self, *, as_json: bool) -> None:
        held = policies.TOPIC.read().held
        content = held.content if held else {}
        if as_json:
            self.stdout.write(json.dumps(content))
            return
        self.stdout.write(plain_yaml.write(content), ending="")

    def _actor(self) -> Actor:
        return Actor.command("polling_policy", say=self.stderr.write)

    def _import(self, file: str, *, reason: str) -> bool:
        content = self._content(file)
        try:
            return placing.import_policy(content, reason=reason, actor=self._actor(), now=utc_now())
        except InvalidInput as error:
            raise CommandError(f"{file}: {error.message}", returncode=2) from None

    def _content(self, file: str) -> Any:
        """Return the policy of a file; every fault is named, and nothing is changed."""
        try:
            content = plain_yaml.read(Path(file).read_text(encoding="utf-8")).value
        except (OSError, UnicodeDecodeError, plain_yaml.NoYaml) as error:
            raise CommandError(f"{file} cannot be read as YAML: {error}", returncode=2) from None
        content = policies.tidied(content)
        if faults := policies.TOPIC.faults(policies.KEY, content):
            lines = "\n".join(faults)
            raise CommandError(f"{file} is no polling policy; nothing was changed.\n{lines}", returncode=2)
        return content

    def _cost(self, cost: placing.Cost, *, turned: bool, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"shared": cost.is_shared, "turned": turned} | cost.as_json()))
            return
        way = "shared out by weight and believed change" if cost.is_shared else "at fixed intervals by tier"
        self.stdout.write(
            f"Receipts are asked about {way}: {cost.calls_per_day:.0f} of {cost.quota} calls a day."
        )
        if cost.floors_kept < 1:
            share = f"{cost.floors_kept:.0%}"
            self.stdout.write(
                f"The longest intervals ask for more than the quota: each gets {share} of its calls."
            )
        if cost.down:
            self.stdout.write(f"Not counted, for it has been down for long: {cost.down_words}.")
        if cost.turned_off:
            self.stdout.write(f"Turned off at present, and not asked about: {cost.turned_off} receipts.")
        delays = cost.expected_delay_hours
        for name, tier in cost.tiers.items():
            seen = (
                f"a change is seen after {delays[name]:.1f} hours"
                if name in delays
                else "not asked by itself"
            )
            self.stdout.write(f"{name}: {tier.receipts} receipts, {seen}")
