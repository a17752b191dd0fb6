"""Sealed tables: all they say is covered, the record promises them, and nothing writes past the guard."""

from __future__ import annotations

import re

from django.db import models

from legist.core.crypto import encrypted_fields
from legist.core.promises import list_promises
from legist.core.seals import SealedQuerySet, SealField, sealed_models
from tests.structure.test_budgets import ROOT, SOURCE, modules

# What a seal leaves out, and why.
UNCOVERED = {
    "practice.wall": {"reason", "earlier"},  # explains, and a question to a manager; shuts nobody in or out
    "tracking.override": {"reason", "end_reason"},  # explain
    "workflows.wordingversion": {"reason", "hard_because", "base"},  # explain; upon what it was written
}
# Below the querysets that refuse it: rotation re-encrypts, and no seal covers a ciphertext.
PAST_THE_GUARD = {
    "legist/core/rotation.py",
    "legist/core/seals.py",
    "legist/core/promises.py",
}
PAST = re.compile(
    r"_base_manager|QuerySet\.update\(|QuerySet\.bulk_update\(|Model\.save\(|\.cursor\(\)|RawSQL"
)


def test_the_tables_that_let_something_happen_are_sealed() -> None:
    labels = {model._meta.label_lower for model in sealed_models()}

    assert labels >= {
        "workflows.approval",
        "workflows.wordingversion",
        "tracking.statuschange",
        "tracking.override",
        "practice.wall",
    }


def test_a_seal_covers_all_that_its_row_says() -> None:
    for model in sealed_models():
        seal = model._meta.get_field("seal")
        assert isinstance(seal, SealField)
        said = {field.attname for field in model._meta.concrete_fields if not field.primary_key} - {"seal"}
        assert said - set(seal.covers) == UNCOVERED.get(model._meta.label_lower, set()), model


def test_no_covered_column_is_set_by_the_database_or_while_saving() -> None:
    for model in sealed_models():
        seal = model._meta.get_field("seal")
        assert isinstance(seal, SealField)
        for name in seal.covers:
            field = model._meta.get_field(name)
            assert not getattr(field, "auto_now", False), (model, name)
            assert not getattr(field, "auto_now_add", False), (model, name)
            assert getattr(field, "db_default", models.NOT_PROVIDED) is models.NOT_PROVIDED, (model, name)


def test_every_way_to_a_sealed_row_is_guarded() -> None:
    for model in sealed_models():
        managers = {manager.get_queryset().__class__ for manager in model._meta.managers}
        assert all(issubclass(found, SealedQuerySet) for found in managers), model


def test_the_record_promises_the_rows_of_every_sealed_table() -> None:
    promised = {promise.model for promise in list_promises()}

    assert not set(sealed_models()) - promised


def test_nothing_else_writes_below_the_guard() -> None:
    found = {str(path.relative_to(ROOT)) for path in modules(*SOURCE) if PAST.search(path.read_text())}

    assert found <= PAST_THE_GUARD | READERS


# Two set times of work that waits, of which no sealed table has any; one asks whether the database is there;
# two keep the words of questions, which only read; one copies sealed rows as they stand;
# one sets the days of a bench's own database back; one asks the database who waits for locks.
READERS = {
    *("legist/core/moving.py", "legist/bench/pipeline.py", "legist/bench/virtual.py"),
    *("legist/core/instants.py", "legist/core/leases.py", "legist/core/prepared.py"),
    *("legist/core/web/views.py", "legist/practice/permissions.py"),
}


def test_encrypted_words_are_covered_in_the_clear() -> None:
    """A ciphertext changes when keys are rotated, so what is covered is always what it says."""
    for model in sealed_models():
        seal = model._meta.get_field("seal")
        assert isinstance(seal, SealField)
        covered = [field for field in encrypted_fields(model) if field.attname in seal.covers]
        assert all(field.attname in seal.covers for field in covered)
