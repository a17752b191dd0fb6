"""Keys may be removed only once nothing is under them and nobody writes with them; a lost key is named."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from legist.core import heartbeat
from legist.core.checks import check_environment
from legist.core.clock import utc_now
from legist.core.crypto import current_key_id
from legist.environment import RESTORE, development_key, secret
from tests.factories.practice import Firm
from tests.support.commands import run_manage

NEW = development_key("another one")


def rotated() -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("rotate_keys", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def new_first(settings: LazySettings, firm: Firm) -> str:
    """The firm has written with its key; a new one comes first now. Returns the old one's id."""
    session = SessionStore()
    session["typed"] = "dana@example.org"
    session.create()
    old = current_key_id()
    settings.LEGIST_FIELD_KEYS = [NEW, *settings.LEGIST_FIELD_KEYS]
    return old


@pytest.mark.usefixtures("new_first")
def test_only_a_run_that_finds_nothing_says_that_keys_may_go() -> None:
    first, said = rotated()
    assert "may now be removed" not in first
    assert "run this again" in said

    second, said = rotated()
    assert "0 rows re-encrypted" in second
    assert "may now be removed" in second
    assert said == ""


def test_sessions_come_along(new_first: str, settings: LazySettings) -> None:
    rotated()
    settings.LEGIST_FIELD_KEYS = [NEW]

    (key,) = SessionStore.get_model_class().objects.values_list("pk", flat=True)
    assert SessionStore(key)["typed"] == "dana@example.org"
    assert new_first != current_key_id()


def test_a_worker_that_still_seals_with_the_old_key_is_named(new_first: str) -> None:
    rotated()
    heartbeat.beat(heartbeat.WRITES_WITH + new_first, now=utc_now() - timedelta(seconds=30))

    with pytest.raises(CommandError, match=new_first):
        rotated()


@pytest.mark.usefixtures("new_first")
def test_it_says_so_in_one_document() -> None:
    out = StringIO()
    call_command("rotate_keys", "--json", stdout=out, stderr=StringIO())

    document = json.loads(out.getvalue())
    assert document["rows"] > 0
    assert document["may_remove"] is False


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_lost_or_empty_key_file_says_what_to_restore(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("LEGIST_LOST_KEY_FILE", str(file))

    for is_production in (True, False):
        with pytest.raises(ImproperlyConfigured) as refused:
            secret("LEGIST_LOST_KEY", "field", is_production=is_production)
        assert "LEGIST_LOST_KEY_FILE" in str(refused.value)
        assert RESTORE in str(refused.value)
        assert "make" not in str(refused.value).lower()


@pytest.mark.parametrize(
    "kept", [[], ["abc"], [development_key("field")[:-5]], [development_key("field"), "x"]]
)
def test_a_damaged_key_is_restored_and_no_other_is_made(kept: list[str], settings: LazySettings) -> None:
    settings.LEGIST_FIELD_KEYS = kept

    (refused,) = check_environment()

    assert "LEGIST_FIELD_KEYS" in refused.msg
    assert str(refused.hint) in RESTORE
    assert "make" not in f"{refused.msg} {refused.hint}".lower()


@pytest.mark.process
@pytest.mark.parametrize("command", ["migrate", "worker", "stats"])
def test_every_command_ends_with_2_and_no_trace(command: str, tmp_path: Path) -> None:
    done = run_manage(command, LEGIST_FIELD_KEYS_FILE=str(tmp_path / "gone"))

    assert done.returncode == 2
    assert "LEGIST_FIELD_KEYS_FILE" in done.stderr
    assert "Traceback" not in done.stderr
