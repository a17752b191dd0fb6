"""A setting that cannot be read ends with one sentence: which one it is, and what it may be."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from legist import environment
from tests.support.commands import run_manage


@pytest.mark.parametrize("value", ["abc", "-1", "1.5", "1e3", "٣", "nan", "99999999999"])
def test_a_count_is_a_whole_number(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_COUNT", value)

    with pytest.raises(
        ImproperlyConfigured, match=r"SOME_COUNT is .* a whole number of 0 or more, such as 5"
    ):
        environment.integer("SOME_COUNT", 5)


@pytest.mark.parametrize("value", ["abc", "-1", "0", "0.0", "nan", "inf", "1,5"])
def test_a_measure_is_above_zero(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_MEASURE", value)

    with pytest.raises(ImproperlyConfigured, match=r"SOME_MEASURE is .* a number above 0, such as 2.5"):
        environment.number("SOME_MEASURE", 2.5)


def test_a_slip_switches_nothing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SWITCH", "yess")

    with pytest.raises(ImproperlyConfigured, match=r"SOME_SWITCH is not usable. Set it to yes or no"):
        environment.boolean("SOME_SWITCH", default=True)


@pytest.mark.parametrize(("value", "read"), [("12", 12), (" 12\n", 12)])
def test_it_reads_what_is_right(value: str, read: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_COUNT", value)

    assert environment.integer("SOME_COUNT", 5) == environment.number("SOME_COUNT", 5) == read


def test_a_file_with_personal_data_is_its_owners_alone(tmp_path: Path) -> None:
    new, old = tmp_path / "new.sqlite3", tmp_path / "old.sqlite3"
    old.write_text("data")
    old.chmod(0o644)

    for file in (new, old, tmp_path / "no such folder" / "file"):
        environment.keep_private(file)

    assert [oct(file.stat().st_mode & 0o777) for file in (new, old)] == ["0o600", "0o600"]
    assert old.read_text() == "data"


@pytest.mark.process
def test_a_database_and_what_sqlite_puts_beside_it_are_the_owners_alone(tmp_path: Path) -> None:
    database = tmp_path / "legist.sqlite3"
    made = {"LEGIST_DATABASE_URL": f"sqlite:///{database}"}
    done = run_manage("migrate", "contenttypes", "--verbosity", "0", **made)  # as good as every table

    assert done.returncode == 0
    with closing(sqlite3.connect(database)) as reader:
        reader.execute("SELECT count(*) FROM django_migrations").fetchone()
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()}
    assert set(modes.values()) == {"0o600"}


@pytest.mark.parametrize("value", ["", "+1 305 555 0100", "(305) 555-0100, +52 55 1234 5678"])
def test_a_telephone_number_has_its_digits(value: str) -> None:
    assert ", ".join(environment.telephone_numbers("SOME_PHONE", value)) == value


@pytest.mark.parametrize("value", ["555", "call us", "305 555 0100 ext 7", "３０５５５５０１００", "1" * 16])
def test_what_cannot_be_dialled_is_none(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"SOME_PHONE is .* with its area code"):
        environment.telephone_numbers("SOME_PHONE", value)


@pytest.mark.parametrize(
    "value", ["", "https://firm.example", "https://firm.example, https://a.firm.example/b"]
)
def test_a_page_has_an_https_address(value: str) -> None:
    assert ", ".join(environment.links("SOME_LINKS", value)) == value


@pytest.mark.parametrize(
    "value",
    [
        "firm.example",
        "http://firm.example",
        "https://firm.example:8443",
        "https://a@firm.example",
        "https://firm.example/?to=x",
        "https://fírm.example",
        "https://localhost",
    ],
)
def test_anything_else_is_no_page(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"SOME_LINKS is .* an https address"):
        environment.links("SOME_LINKS", value)


@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_what_is_empty_is_not_set(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", empty)

    assert environment.text("SOME", "default") == "default"
    assert environment.words("SOME", "a,b") == ["a", "b"]
    assert environment.integer("SOME", 5) == environment.number("SOME", 5) == 5
    assert environment.boolean("SOME", default=True)
    assert environment.choice("SOME", "red", {"red", "blue"}, such_as="red") == "red"


def test_an_empty_file_is_not_set_either(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "some").write_text("\n")
    monkeypatch.setenv("SOME_EMPTY_FILE", str(tmp_path / "some"))

    assert environment.text("SOME_EMPTY", "default") == "default"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "some").write_bytes(content)
    monkeypatch.setenv("SOME_LOST_FILE", str(tmp_path / "some"))

    with pytest.raises(ImproperlyConfigured, match="SOME_LOST_FILE names a file that cannot be read"):
        environment.text("SOME_LOST")


@pytest.mark.parametrize("value", ["$HOME", "$", "$$a", r"\$x", "a$PATH", "%s {x} ~"])
def test_a_value_is_taken_as_it_stands(value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "some").write_text(f"{value}\n")
    monkeypatch.setenv("SOME_PLAIN", value)
    monkeypatch.setenv("SOME_HELD_FILE", str(tmp_path / "some"))

    assert environment.text("SOME_PLAIN") == environment.text("SOME_HELD") == value


def test_what_is_given_both_ways_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "some").write_text("one")
    monkeypatch.setenv("SOME_FILE", str(tmp_path / "some"))
    monkeypatch.setenv("SOME", "other")

    with pytest.raises(ImproperlyConfigured, match="SOME and SOME_FILE are both given"):
        environment.text("SOME")

    monkeypatch.setenv("SOME", "")
    assert environment.text("SOME") == "one"
    monkeypatch.setenv("SOME", "other")
    monkeypatch.setenv("SOME_FILE", "")
    assert environment.text("SOME") == "other"


WRONG = [
    ("USCIS_TPS", "abc"),
    ("USCIS_TIMEOUT_S", "soon"),
    ("USCIS_DAILY_QUOTA", "0"),
    ("LEGIST_WORKERS", "two"),
    ("LEGIST_REAUTH_MINUTES", "4h"),
    ("LEGIST_TRUSTED_PROXIES", "nginx"),
    ("LEGIST_REQUIRE_MFA", "maybe"),
    ("LEGIST_TIME_ZONE", "Springfield"),
    ("LEGIST_LOG_LEVEL", "LOUD"),
    ("LEGIST_TIER_INTERVALS", "often"),
    ("LEGIST_FIRM_PHONE", "call us"),
    ("LEGIST_FIRM_LINKS", "firm.example"),
]


@pytest.mark.process
@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_command_names_the_setting_without_a_trace(name: str, value: str) -> None:
    done = run_manage("poll", "--once", **{name: value})

    assert done.returncode in {1, 2}
    assert name in done.stderr
    assert "Traceback" not in done.stderr
