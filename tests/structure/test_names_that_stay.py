"""Names that stand in databases, mails and bookmarks stay for ever, whatever the code calls things by then.

A row of the record, a delivery that waits, a signed link in a mail: each was written under a name, and is
read under it years later. Whoever adds a name lists it in `names_that_stay.txt`; nobody takes one out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.urls import reverse

from legist.core import audit, flags, outbox
from legist.core.reasons import Reasons
from legist.core.tasks.base import list_tasks
from tests.structure.test_budgets import ROOT, SOURCE, modules, parsed

LISTED = ROOT / "tests" / "structure" / "names_that_stay.txt"
APPS = ("core", "practice", "tracking", "workflows", "portal")


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in APPS]


def texts_given_as(keyword: str) -> Iterator[str]:
    """Yield the texts that are handed over under a keyword anywhere, those between braces left open."""
    for path in modules(*SOURCE):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.keyword) and node.arg == keyword:
                if isinstance(node.value, ast.Constant):
                    yield str(node.value.value)
                elif isinstance(node.value, ast.JoinedStr):
                    yield "".join(
                        str(part.value) if isinstance(part, ast.Constant) else "{}"
                        for part in node.value.values
                    )


def texts_assigned_to(name: str) -> Iterator[str]:
    """Yield the texts that modules give to a constant of this name."""
    for path in modules(*SOURCE):
        for node in parsed(path).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            is_it = any(isinstance(target, ast.Name) and target.id == name for target in targets)
            value = getattr(node, "value", None)
            if is_it and isinstance(value, ast.Constant):
                yield str(value.value)


def is_code(purpose: str) -> bool:
    """False for the purpose of a playbook, which is a sentence."""
    return not purpose.endswith(".")


def names() -> set[str]:
    """Return what the code calls things by today, each with its kind."""
    addresses = reverse("portal:welcome"), reverse("workflows:calendar_feed", args=["x"])
    return (
        {f"act {action.code}" for action in audit.list_actions() if not action.code.startswith("tests.")}
        | {f"task {task.name}" for task in list_tasks() if not task.name.startswith("tests.")}
        | {f"topic {topic} -> {name}" for topic, name in outbox.list_subscriptions() if "tests." not in name}
        | {f"switch {name}" for name in flags.KNOWN}
        | {f"table {model._meta.db_table} as {audit.name_on_record(model)}" for model in ours()}
        | {f"key {purpose}" for purpose in texts_given_as("purpose") if is_code(purpose)}
        | {f"signature {salt}" for salt in texts_assigned_to("SALT")}
        | {f"address {address}" for address in addresses}
        | {f"reason {name} {code}" for name, family in Reasons.families.items() for code in family.sentences}
    )


def test_it_still_has_every_name_that_was_ever_written_down() -> None:
    assert not set(LISTED.read_text(encoding="utf-8").splitlines()) - names()


def test_it_lists_every_name() -> None:
    assert not names() - set(LISTED.read_text(encoding="utf-8").splitlines())


def test_it_never_gives_the_old_name_of_one_kind_of_subject_to_another() -> None:
    on_record = {audit.name_on_record(model): model for model in ours()}
    taken = {model._meta.label_lower: model for model in on_record.values()}

    assert not {name for name, model in on_record.items() if taken.get(name, model) is not model}
