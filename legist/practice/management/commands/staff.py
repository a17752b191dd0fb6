"""`manage.py staff`: who works at the firm, and how they get in or out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput, WrongState
from legist.practice.models import Matter, User
from legist.practice.people import staff
from legist.practice.people.leaving import Held, deactivate_staff, held_by
from legist.practice.roles import Role

STAFF_ROLES = [role.value for role in Role if role != Role.CLIENT]
COMMAND = Actor.command("staff")
# What is done, as one JSON document, and the lines a person reads.
Answer = tuple[dict[str, Any], list[str]]
REFUSED, BAD_USAGE = 1, 2
NO_MANAGER = (
    "Nobody is left who manages, so nobody is told of what waits. "
    "Make somebody a manager: manage.py staff role EMAIL manager"
)


class Command(BaseCommand):
    """Each act is on the record. A password is never an argument: it is chosen by a link, or typed twice."""

    help = "List, add and let go the people who work here; change their role; reset their second factor."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        for name, (_act, says, wants) in ACTS.items():
            act = acts.add_parser(name, help=says, description=says)
            act.add_argument("--json", action="store_true", help="Print one JSON document.")
            if name != "list":
                act.add_argument("email", metavar="EMAIL", help="The address they sign in with.")
            if "name" in wants:
                act.add_argument("--name", required=True)
                act.add_argument("--role", required=True, choices=STAFF_ROLES)
            if "role" in wants:
                act.add_argument("role", choices=STAFF_ROLES)
            if "password" in wants:
                asks = "Ask for a password, twice, instead of mailing a link; two lines of standard input."
                act.add_argument("--ask-password", action="store_true", help=asks)
            if "dry-run" in wants:
                act.add_argument("--dry-run", action="store_true", help="Only list what they hold.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            options["password"] = _ask_twice() if options.get("ask_password") else None
            document, lines = ACTS[options["act"]][0](options)
        except InvalidInput as error:
            raise CommandError(error.message, returncode=BAD_USAGE) from None
        except WrongState as error:
            raise CommandError(error.message, returncode=REFUSED) from None
        if options["json"]:
            lines = [json.dumps(document, ensure_ascii=False)]
        for line in lines:
            self.stdout.write(line)


def _ask_twice() -> str:
    typed = [_read(prompt) for prompt in ("Password: ", "The same again: ")]
    if typed[0] != typed[1]:
        message = "The two passwords differ. Nothing was changed: run the command again."
        raise InvalidInput(message)
    return typed[0]


def _read(prompt: str) -> str:
    """What is typed is not shown; where nobody types, it is the next line of standard input."""
    try:
        return getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    except EOFError:
        return ""


def _list(_options: dict[str, Any]) -> Answer:
    people = [_about(person) for person in staff.list_staff()]
    lines = ["  ".join(filter(None, _words(person))) for person in people]
    return {"staff": people}, lines or ["Nobody yet. Add the first person: manage.py staff add --help"]


def _about(person: User) -> dict[str, Any]:
    return {
        "email": person.email,
        "name": person.name,
        "role": str(person.role),
        "active": person.is_active,
        "has_password": person.has_usable_password(),
        "has_second_factor": bool(getattr(person, "has_second_factor", False)),
        "last_signed_in": person.last_login.isoformat() if person.last_login else None,
    }


def _words(person: dict[str, Any]) -> list[str]:
    if not person["active"]:
        return [person["email"], person["name"], person["role"], "has left"]
    waits = "" if person["has_password"] else "has chosen no password yet"
    factor = "" if person["has_second_factor"] else "no second factor"
    return [person["email"], person["name"], person["role"], waits, factor]


def _add(options: dict[str, Any]) -> Answer:
    person = staff.add_staff(
        options["email"],
        name=options["name"],
        role=Role(options["role"]),
        password=options["password"],
        actor=COMMAND,
        now=utc_now(),
    )
    return _let_in(person, options, f"{person.email} is on the staff as {person.role}.")


def _invite(options: dict[str, Any]) -> Answer:
    person = staff.find_any_staff(options["email"])
    staff.invite_staff(person, password=options["password"], actor=COMMAND, now=utc_now())
    return _let_in(person, options, f"What let {person.email} in before has ended.")


def _reactivate(options: dict[str, Any]) -> Answer:
    person = staff.find_any_staff(options["email"])
    staff.reactivate_staff(person, password=options["password"], actor=COMMAND, now=utc_now())
    done = f"{person.email} is on the staff again, as {person.role}, without what they held before."
    return _let_in(person, options, done)


def _reset(options: dict[str, Any]) -> Answer:
    person = staff.find_any_staff(options["email"])
    removed = staff.reset_second_factor(person, password=options["password"], actor=COMMAND, now=utc_now())
    done = f"{removed} second factors of {person.email} were taken away, and the password with them."
    document, lines = _let_in(person, options, done)
    return document | {"removed": removed}, lines


def _let_in(person: User, options: dict[str, Any], done: str) -> Answer:
    is_invited = options["password"] is None
    next_step = (
        "The worker mails them a link to choose a password; it works once."
        if is_invited
        else "They can sign in with this password."
    )
    return {"email": person.email, "role": str(person.role), "invited": is_invited}, [done, next_step]


def _role(options: dict[str, Any]) -> Answer:
    person = staff.find_any_staff(options["email"])
    before = str(person.role)
    returned = staff.change_role(person, Role(options["role"]), actor=COMMAND, now=utc_now())
    document = {"email": person.email, "from": before, "role": str(person.role), "given_back": returned}
    lines = [f"{person.email} was {before} and is {person.role} now."]
    return document, lines + _given_back(returned)


def _deactivate(options: dict[str, Any]) -> Answer:
    person = staff.find_any_staff(options["email"])
    if options["dry_run"]:
        held, done = held_by(person), f"Nothing was changed. What {person.email} holds:"
    else:
        held = deactivate_staff(person, actor=COMMAND, now=utc_now())
        done = f"The access of {person.email} has ended. What they held:"
    managers = User.objects.filter(role=Role.MANAGER, is_active=True).exclude(pk=person.pk).count()
    document = {
        "email": person.email,
        "dry_run": options["dry_run"],
        "managers_left": managers,
        "seats": [{"matter": matter.reference, "seat": _seat(matter, held)} for matter in held.seats],
        "shared": [matter.reference for matter in held.shared],
        "teams": list(held.teams),
        "given_back": held.given_back,
    }
    return document, [done, *_hand_over(held), *([] if managers else [NO_MANAGER])]


def _seat(matter: Matter, held: Held) -> str:
    return "attorney" if matter.attorney_id == held.person.pk else "paralegal"


def _hand_over(held: Held) -> list[str]:
    lines = [f"  {matter.reference}  {_seat(matter, held)}" for matter in held.seats]
    lines += [f"  {matter.reference}  shared with them" for matter in held.shared]
    lines += [f"  team {name}" for name in held.teams]
    if held.seats:
        lines.append("Seats of somebody who has left wait for others: Matters, Left behind.")
    return [*(lines or ["  nothing"]), *_given_back(held.given_back)]


def _given_back(number: int) -> list[str]:
    return [f"Work that named them and is everybody's again: {number}."] if number else []


# What each act does, what --help says of it, and what it asks for.
ACTS: dict[str, tuple[Callable[[dict[str, Any]], Answer], str, tuple[str, ...]]] = {
    "list": (_list, "List everybody who works here, or did.", ()),
    "add": (_add, "Add a person and mail them a link to choose a password.", ("name", "password")),
    "invite": (_invite, "End a person's password and sessions and mail them a new link.", ("password",)),
    "role": (_role, "Give a person another role.", ("role",)),
    "reset-second-factor": (
        _reset,
        "Take away the second factors of somebody who lost them; the password ends with them.",
        ("password",),
    ),
    "deactivate": (_deactivate, "End a person's access and list what they held.", ("dry-run",)),
    "reactivate": (_reactivate, "Let somebody in again who has left.", ("password",)),
}
