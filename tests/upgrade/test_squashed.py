"""A new database and one that took every step end alike."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader

LOOKED_AT = ("core", "practice", "tracking", "workflows", "portal")


def tables(*, squashed: bool) -> dict[tuple[str, str], Any]:
    """Return the fields, options, indexes and constraints of each model as the migrations leave them."""
    loader = MigrationLoader(None, replace_migrations=squashed)
    # The long way ends beside the short one: what an app makes there would be made a second time.
    ends = [node for node in loader.graph.leaf_nodes() if squashed or node not in loader.replacements]
    state = loader.project_state(ends)
    told = {}
    for (app, name), model in state.models.items():
        if app in LOOKED_AT:
            named = {
                key: {one.name: one for one in model.options.pop(key, [])}
                for key in ("indexes", "constraints")
            }
            model.options.pop("abstract", None)  # Left by a model that once had another base.
            fields = {field: kind.deconstruct()[1:] for field, kind in model.fields.items()}
            told[app, name] = (fields, model.options, named)
    return told


def test_the_short_way_ends_where_the_long_one_does() -> None:
    assert tables(squashed=True) == tables(squashed=False)


@pytest.mark.parametrize("app", ["core", "practice", "tracking", "workflows"])
def test_a_new_database_takes_the_short_way(app: str) -> None:
    loader = MigrationLoader(None)
    taken = {name for owner, name in loader.graph.nodes if owner == app}
    replaced = {
        name for (owner, _), one in loader.replacements.items() if owner == app for _, name in one.replaces
    }
    assert replaced
    assert not taken & replaced
