"""Every command keeps what scripts rely on: `--json` where it reports, and no number that makes no sense."""

from __future__ import annotations

from argparse import Action, ArgumentParser
from argparse import _SubParsersAction as Parts

import pytest
from django.core.management import CommandError, get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandParser
from hypothesis import given
from hypothesis import strategies as st

from legist.core.options import MILLION, Decimal, Whole

OURS = ("legist.", "tracking", "workflows", "portal")
COMMANDS = {name: app for name, app in get_commands().items() if app.startswith(OURS)}
# They run until stopped, or speak JSON lines only.
REPORT_NOTHING = {"worker", "simulate_uscis", "normalize", "makemessages"}
NUMBERS = {int, float}


def parser_of(name: str) -> CommandParser:
    command: BaseCommand = load_command_class(COMMANDS[name], name)
    return command.create_parser("manage.py", name)


def forms_of(name: str) -> list[ArgumentParser]:
    """Return the command's parser, or those of what it can be told to do."""
    parser = parser_of(name)
    parts = [
        part for action in parser._actions if isinstance(action, Parts) for part in action.choices.values()
    ]
    return parts or [parser]


def actions_of(name: str) -> list[Action]:
    """Return the options of the command itself, without those that every command of Django has."""
    common = {action.dest for action in BaseCommand().create_parser("manage.py", name)._actions}
    return [action for form in forms_of(name) for action in form._actions if action.dest not in common]


BOUNDED = [
    (name, action.option_strings[0], action.type)
    for name in sorted(COMMANDS)
    for action in actions_of(name)
    if isinstance(action.type, Whole | Decimal)
]


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - REPORT_NOTHING))
def test_a_command_that_reports_takes_json(name: str) -> None:
    for form in forms_of(name):
        assert "--json" in {option for action in form._actions for option in action.option_strings}


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"makemessages"}))
def test_a_number_has_bounds(name: str) -> None:
    assert not [action.dest for action in actions_of(name) if action.type in NUMBERS]


def test_it_looks_at_numbers() -> None:
    assert {name for name, _option, _type in BOUNDED} >= {"worker", "poll", "simulate_uscis", "rotate_keys"}


@pytest.mark.parametrize(("name", "option", "bounds"), BOUNDED)
def test_a_number_out_of_range_is_refused_by_name(name: str, option: str, bounds: Whole | Decimal) -> None:
    nonsense = ["", "ten", "nan", "inf", "-inf", "1e3", "1_0", "٣", "9" * 5_000]
    for text in [f"{bounds.least - 1:.0f}", f"{bounds.most + 1:.0f}", *nonsense]:
        with pytest.raises(CommandError, match=f"{option}: .* cannot be used; give a .*number from"):
            parser_of(name).parse_args([f"{option}={text}"])


@given(st.integers())
def test_a_whole_number_is_read_or_refused(number: int) -> None:
    bounds = Whole(-5, MILLION)
    if -5 <= number <= MILLION:
        assert bounds(str(number)) == number
    else:
        with pytest.raises(Exception, match="from -5 to 1,000,000"):
            bounds(str(number))


@given(st.decimals(0, MILLION, places=6))
def test_a_number_with_a_point_is_read(number: object) -> None:
    assert Decimal()(str(number)) == float(str(number))
