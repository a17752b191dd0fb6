"""`manage.py add_staff`: let a member of staff sign in."""

from __future__ import annotations

from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.practice.roles import Role
from legist.practice.services import add_staff

STAFF_ROLES = [role.value for role in Role if role != Role.CLIENT]


class Command(BaseCommand):
    """Asks for a first password; with LEGIST_REQUIRE_MFA they set up a second factor when they sign in."""

    help = "Add a member of staff."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=STAFF_ROLES)

    def handle(self, *_args: Any, **options: Any) -> None:
        password = getpass("First password: ")
        try:
            validate_password(password)
            add_staff(
                options["email"],
                password=password,
                name=options["name"],
                role=Role(options["role"]),
                actor=Actor.command("add_staff"),
                now=utc_now(),
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from None
        except InvalidInput as error:
            raise CommandError(error.message, returncode=2) from None
        self.stdout.write(f"{options['email']} can sign in as {options['role']}.")
