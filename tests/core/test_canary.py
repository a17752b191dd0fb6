"""Wrong keys are noticed before anything is written, and the notice never mends itself."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import checks
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS
from django.test import Client

from legist.core import canary, uow
from legist.core.apps import plant_canary
from legist.core.models import KeyCanary
from tests.factories.practice import NOW, Firm, make_client
from tests.support.commands import run_manage
from tests.support.migrated import lay_migrated_database

pytestmark = pytest.mark.django_db


def new_key() -> str:
    return urlsafe_b64encode(os.urandom(32)).decode()


def test_it_is_planted_when_the_database_is_new() -> None:
    assert KeyCanary.objects.count() == 1
    assert canary.faults() == []


def test_it_names_the_index_key(settings: LazySettings) -> None:
    settings.LEGIST_INDEX_KEY = new_key()

    assert canary.faults() == [canary.WRONG_INDEX_KEY]


def test_it_names_the_field_keys(settings: LazySettings) -> None:
    settings.LEGIST_FIELD_KEYS = [new_key()]

    assert canary.faults() == [canary.WRONG_FIELD_KEYS]


def test_a_new_key_before_the_old_one_is_right(settings: LazySettings) -> None:
    settings.LEGIST_FIELD_KEYS = [new_key(), *settings.LEGIST_FIELD_KEYS]

    assert canary.faults() == []


@pytest.mark.parametrize("setting", ["LEGIST_INDEX_KEY", "LEGIST_FIELD_KEYS"])
def test_nothing_is_written_with_a_wrong_key(setting: str, settings: LazySettings) -> None:
    fresh = new_key()
    setattr(settings, setting, [fresh] if setting.endswith("S") else fresh)

    with pytest.raises(canary.WrongKeyError, match=setting), uow.unit_of_work():
        pytest.fail("the unit of work began")


def test_the_check_of_migrate_names_key_and_remedy(settings: LazySettings) -> None:
    settings.LEGIST_INDEX_KEY = new_key()

    found = checks.run_checks(tags=[checks.Tags.database], databases=[DEFAULT_DB_ALIAS])

    assert [(error.id, error.msg) for error in found] == [("legist.E008", canary.WRONG_INDEX_KEY)]


def test_the_probe_says_so(client: Client, settings: LazySettings) -> None:
    settings.LEGIST_FIELD_KEYS = [new_key()]
    response = client.get("/readyz")

    assert (response.status_code, response.json()["checks"]["keys"]) == (503, "wrong")


def test_rotation_takes_it_along(settings: LazySettings) -> None:
    fresh = new_key()
    settings.LEGIST_FIELD_KEYS = [fresh, *settings.LEGIST_FIELD_KEYS]
    call_command("rotate_keys")
    settings.LEGIST_FIELD_KEYS = [fresh]

    assert canary.faults() == []


def test_rotation_takes_it_along_last(settings: LazySettings) -> None:
    from legist.core.rotation import rotate

    make_client("Dana", with_user=False)
    settings.LEGIST_FIELD_KEYS = [new_key(), *settings.LEGIST_FIELD_KEYS]

    assert [label for label, _ in rotate(batch=500)][-1] == "core.KeyCanary"


def test_a_removed_one_is_not_planted_again(firm: Firm) -> None:
    KeyCanary.objects.all().delete()

    plant_canary()

    assert not KeyCanary.objects.exists()
    assert canary.faults() == [canary.MISSING]


def test_planting_twice_changes_nothing(settings: LazySettings) -> None:
    before = KeyCanary.objects.values().get()
    settings.LEGIST_INDEX_KEY = new_key()

    canary.plant(now=NOW)

    assert KeyCanary.objects.values().get() == before


@pytest.mark.process
@pytest.mark.parametrize("command", ["worker", "migrate"])
def test_a_process_with_another_key_does_not_start(command: str, tmp_path: Path) -> None:
    database = {"LEGIST_DATABASE_URL": f"sqlite:///{tmp_path / 'firm.sqlite3'}"}
    lay_migrated_database(tmp_path / "firm.sqlite3")

    done = run_manage(command, LEGIST_INDEX_KEY=new_key(), **database)

    assert done.returncode != 0
    assert "LEGIST_INDEX_KEY is not the key" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.process
def test_the_web_process_with_another_key_does_not_start(tmp_path: Path) -> None:
    database = {"LEGIST_DATABASE_URL": f"sqlite:///{tmp_path / 'firm.sqlite3'}"}
    lay_migrated_database(tmp_path / "firm.sqlite3")

    done = run_manage("shell", "-c", "import legist.wsgi", LEGIST_FIELD_KEYS=new_key(), **database)

    assert done.returncode != 0
    assert "LEGIST_FIELD_KEYS lacks the key" in done.stderr
