"""What the units for systemd promise, and that the page shows them as they are."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.support.settings import new_key, verdict

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/howto/run-with-systemd.md").read_text()
UNITS = sorted((ROOT / "deploy/systemd").iterdir())
MANY_PAGE = (ROOT / "docs/howto/run-on-several-machines.md").read_text()
MANY = sorted((ROOT / "deploy/systemd-many").iterdir())
ANALYZE = shutil.which("systemd-analyze")
SERVICES = [unit for unit in (*UNITS, *MANY) if unit.suffix == ".service"]


def read(unit: Path) -> ConfigParser:
    found = ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string(unit.read_text())
    return found


@pytest.mark.parametrize("unit", [*UNITS, *MANY], ids=lambda unit: unit.name)
def test_the_page_shows_each_file_as_it_is(unit: Path) -> None:
    page = MANY_PAGE if unit in MANY else PAGE

    assert f"`{unit.name}`\n\n```ini\n{unit.read_text()}```" in page


@pytest.mark.parametrize("analyze", [ANALYZE] if ANALYZE else [])
def test_systemd_finds_nothing_to_say_about_them(analyze: str, tmp_path: Path) -> None:
    """As on a machine that has the virtual environment; an instance of each template."""
    names = {unit: unit.name.replace("@.", "@8000.") for unit in (*UNITS, *MANY)}
    for unit, name in names.items():
        text = unit.read_text()
        for program in ("python", "gunicorn"):
            text = text.replace(f"/opt/legist/.venv/bin/{program}", "/bin/true")
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [analyze, "verify", "--man=no", *(tmp_path / name for name in names.values())],
        capture_output=True,
        text=True,
        check=False,
    )

    about_ours = [line for line in done.stderr.splitlines() if "legist" in line]
    assert (done.returncode, about_ours) == (0, [])


@pytest.mark.parametrize("name", ["worker", "web"])
def test_the_template_is_the_unit_of_one_machine_but_for_what_tells_its_instances_apart(name: str) -> None:
    one, many = (
        set((ROOT / "deploy" / folder / unit).read_text().splitlines())
        for folder, unit in (
            ("systemd", f"legist-{name}.service"),
            ("systemd-many", f"legist-{name}@.service"),
        )
    )

    own = one ^ many
    assert {line.partition("=")[0] for line in own} <= {
        "Description", "ExecStart", "ExecStop", "Environment", "RuntimeDirectory",
    }  # fmt: skip
    assert all("%i" in line for line in many - one)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_each_service_is_a_user_of_its_own_whose_files_nobody_else_reads(unit: Path) -> None:
    service = read(unit)["Service"]

    assert (service["User"], service["UMask"], service["NoNewPrivileges"]) == ("legist", "0077", "yes")
    assert service["ProtectSystem"] == "strict"


def test_only_the_polling_worker_reads_the_credentials_of_uscis() -> None:
    holders = {unit.name for unit in SERVICES if "/etc/legist/uscis.env" in unit.read_text()}
    others = {unit.name for unit in SERVICES if "Environment=LEGIST_POLLS=no" in unit.read_text()}

    assert holders == {"legist-polling.service"}
    assert others == {unit.name for unit in SERVICES} - holders


def test_each_process_checks_its_settings_before_it_starts() -> None:
    for unit in SERVICES:
        if "backup" not in unit.name:
            assert read(unit)["Service"]["ExecStartPre"].endswith("check --deploy --fail-level WARNING")


def test_the_settings_on_the_page_are_those_of_the_file_and_pass_the_check(tmp_path: Path) -> None:
    lines = (ROOT / "deploy/legist.env").read_text().splitlines()
    for name in ("field_keys", "index_key", "secret_key"):
        (tmp_path / name).write_text(new_key() * (2 if name == "secret_key" else 1))
    given = dict(shlex.split(line)[0].split("=", 1) for line in lines)
    here = {name: value.replace("/etc/legist/", f"{tmp_path}/") for name, value in given.items()}

    assert all(f"   {line}\n" in PAGE for line in lines)
    assert "LEGIST_SECRET_KEY is weak" in verdict(here | {"LEGIST_POLLS": "no"})
    (tmp_path / "secret_key").write_text(new_key() + new_key())
    assert verdict(here | {"LEGIST_POLLS": "no"}) == ""
    assert verdict(here | {"USCIS_CLIENT_ID": "id", "USCIS_CLIENT_SECRET": "secret"}) == ""
