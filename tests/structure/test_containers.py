"""What Dockerfile, compose.yaml and the Caddyfile promise; tests/deploy/ carries their commands out."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.support.containers import ROOT, compose, instructions, interpolate, is_ignored

GIVEN = {
    "LEGIST_BASE_URL": "https://legist.firm.example",
    "LEGIST_ALLOWED_HOSTS": "legist.firm.example",
    "LEGIST_FROM_EMAIL": "office@firm.example",
    "USCIS_API_URL": "https://api-int.uscis.gov",
    "USCIS_TOKEN_URL": "https://api-int.uscis.gov/oauth/accesstoken",
}
OURS = ("migrate", "web", "web2", "worker", "worker2", "polling")
SCALE = {"web2", "worker2", "valkey"}
# Settings that have no place in a container, and why.
LEFT_OUT = {
    "LEGIST_DEBUG": "its pages show data to everybody",
    "LEGIST_FAILPOINT": "only tests set it, and production refuses it",
    "LEGIST_CORPUS": "only tests and normalizer_report read it, and neither is for an installation",
    "USCIS_CLIENT_ID_2": "a file beside compose.yaml adds a second lane",
    "USCIS_CLIENT_SECRET_2": "a file beside compose.yaml adds a second lane",
    "LEGIST_BACKUP_PATH": "the containers are backed up from outside, into a folder that none of them sees",
    "LEGIST_TARGET_DATABASE_URL": "one command reads it, once; the containers begin on PostgreSQL",
}
CADDYFILE = (ROOT / "deploy/Caddyfile").read_text()
DEPLOY = (ROOT / "docs/howto/deploy.md").read_text()
MANY = (ROOT / "docs/howto/run-on-several-machines.md").read_text()


def services(**given: str) -> dict[str, Any]:
    found: dict[str, Any] = compose(GIVEN | given)["services"]
    return found


def documented() -> set[str]:
    words = re.findall(r"`([A-Z][A-Z_0-9]+)`", (ROOT / "docs/reference/settings.md").read_text())
    return {word for word in words if word.startswith(("LEGIST_", "USCIS_"))}


def test_every_setting_reaches_the_containers_or_has_a_reason_not_to() -> None:
    passed = {name.removesuffix("_FILE") for name in services()["polling"]["environment"]}

    assert documented() - passed == set(LEFT_OUT)
    assert not passed - documented()


@pytest.mark.parametrize("name", sorted(documented() - set(LEFT_OUT)))
def test_what_stands_in_the_settings_file_arrives_under_the_same_name(name: str) -> None:
    given = services(**{name: "as given"})
    fixed = {"LEGIST_ENV", "LEGIST_ALIVE_PATH", "LEGIST_LEAVING_PATH", "LEGIST_POLLS"}
    secret = f"{name}_FILE" in given["polling"]["environment"]

    for service in OURS:
        arrived = given[service]["environment"]
        assert secret or name in fixed or arrived[name] == "as given"


def test_each_secret_is_a_file_that_the_instructions_make() -> None:
    read = compose(GIVEN)
    files = {name: value["file"] for name, value in read["secrets"].items()}
    used = {name for service in read["services"].values() for name in service.get("secrets", [])}
    named = {
        value.removeprefix("/run/secrets/")
        for service in read["services"].values()
        for value in service.get("environment", {}).values()
        if value.startswith("/run/secrets/")
    }

    assert used == set(files) == named
    assert set(re.findall(r"> secrets/(\w+)", DEPLOY.partition("## A second lane")[0])) == set(files)
    assert all(file == f"./secrets/{name}" for name, file in files.items())


def test_a_second_lane_is_a_file_of_its_own_and_reaches_only_the_worker_that_polls() -> None:
    lane = yaml.safe_load((ROOT / "deploy/second-lane.yaml").read_text())
    polling = lane["services"].pop("polling")
    files = {name: value["file"] for name, value in lane["secrets"].items()}

    assert not lane["services"]
    assert set(polling["environment"]) == {"USCIS_CLIENT_ID_2_FILE", "USCIS_CLIENT_SECRET_2_FILE"}
    assert {path.removeprefix("/run/secrets/") for path in polling["environment"].values()} == set(files)
    assert files == {name: f"./secrets/{name}" for name in polling["secrets"]}
    assert all(f"> secrets/{name}\n" in DEPLOY for name in files)
    assert "COMPOSE_FILE=compose.yaml:deploy/second-lane.yaml" in DEPLOY


def test_only_the_worker_that_polls_holds_credentials_of_uscis() -> None:
    found = services()
    holders = {
        name
        for name, service in found.items()
        if "USCIS_CLIENT" in str(service.get("environment")) or "uscis_client" in str(service.get("secrets"))
    }

    assert holders == {"polling"}
    assert {name: found[name]["environment"]["LEGIST_POLLS"] for name in OURS} == dict.fromkeys(
        OURS, "no"
    ) | {"polling": "yes"}
    assert found["polling"]["command"][-1].endswith("&& exec python manage.py worker --only polling")
    assert found["worker"]["command"][-3:] == ["worker", "--except", "polling"]


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_a_setting_it_cannot_do_without_is_asked_for(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        compose({name: value for name, value in GIVEN.items() if name != missing})


def test_it_pins_every_image_to_a_release() -> None:
    bases = [rest for name, rest in instructions((ROOT / "Dockerfile").read_text()) if name == "FROM"]
    images = [service["image"] for service in services().values() if "build" not in service]

    assert all(re.fullmatch(r"python:3[.][0-9]+[.][0-9]+-slim", base) for base in bases)
    assert all(re.fullmatch(r"(valkey/)?\w+:[0-9]+([.][0-9]+){1,2}", image) for image in images)


@pytest.mark.parametrize("name", ["caddy", "postgres", "valkey", *OURS])
def test_it_gives_each_container_no_more_rights_than_it_needs(name: str) -> None:
    service = services()[name]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


def test_it_runs_as_nobody_in_particular() -> None:
    users = [rest for name, rest in instructions((ROOT / "Dockerfile").read_text()) if name == "USER"]

    assert re.fullmatch(r"[1-9][0-9]+:[1-9][0-9]+", users[-1])
    assert services()["postgres"]["user"] == "postgres"


def test_only_caddy_is_reached_from_outside() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}

    assert published == {"caddy": ["80:80", "443:443", "443:443/udp"]}
    assert services()["postgres"]["networks"] == services()["valkey"]["networks"] == ["data"]
    assert compose(GIVEN)["networks"]["data"]["internal"]


def test_it_migrates_once_and_before_anything_runs() -> None:
    found = services()
    migrating = [
        name for name, service in found.items() if "migrate --no-input" in str(service.get("command"))
    ]

    assert migrating == ["migrate"]
    assert found["migrate"]["restart"] == "no"
    for name in OURS[1:]:
        assert found[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_web_and_workers_have_a_probe() -> None:
    found = services()
    built = dict(instructions((ROOT / "Dockerfile").read_text()))

    assert '"legist.probes", "web", "8000"' in built["HEALTHCHECK"]
    assert "healthcheck" not in found["web"]
    for name in ("worker", "worker2", "polling"):
        assert found[name]["healthcheck"]["test"] == ["CMD", "python", "-m", "legist.probes", "worker"]
        assert found[name]["stop_grace_period"] == "40s"
    assert found["caddy"]["depends_on"]["web"]["condition"] == "service_healthy"


def test_it_trusts_the_one_proxy_that_it_brings() -> None:
    assert services()["web"]["environment"]["LEGIST_TRUSTED_PROXIES"] == "1"
    assert services(LEGIST_TRUSTED_PROXIES="2")["web"]["environment"]["LEGIST_TRUSTED_PROXIES"] == "2"


def test_caddy_serves_the_hosts_that_legist_answers_to() -> None:
    caddy = services()["caddy"]
    lines = [
        line.strip() for line in CADDYFILE.splitlines() if line.strip() and not line.strip().startswith("#")
    ]

    assert CADDYFILE.count("{") == CADDYFILE.count("}")
    assert "./deploy/Caddyfile:/etc/caddy/Caddyfile:ro" in caddy["volumes"]
    names = {"LEGIST_ALLOWED_HOSTS", "CADDY_PROXY", "CADDY_HEALTH_HOST"}
    assert set(re.findall(r"\{\$(\w+)(?::\w+)?\}", CADDYFILE)) == set(caddy["environment"]) == names
    assert lines[-4:] == ["{$LEGIST_ALLOWED_HOSTS} {", "log", "import {$CADDY_PROXY:alone}", "}"]
    assert "(alone) {\n\treverse_proxy web:8000\n}" in CADDYFILE


def test_the_profile_scale_adds_a_second_of_each_and_a_broker_and_changes_nothing_without_it() -> None:
    found = services()

    assert {name for name, service in found.items() if service.get("profiles") == ["scale"]} == SCALE
    assert {name for name, service in found.items() if "profiles" in service} == SCALE
    for second in ("web", "worker"):
        twin = {key: value for key, value in found[f"{second}2"].items() if key != "profiles"}
        assert twin == found[second]
    assert found["caddy"]["environment"]["CADDY_PROXY"] == "alone"
    assert "reverse_proxy web:8000 web2:8000 {" in CADDYFILE


def test_the_settings_of_the_page_make_it_run_on_the_broker_it_brings() -> None:
    written = dict(re.findall(r"^   ([A-Z_]+)=(.+)$", MANY, re.MULTILINE))
    found = services(**written)

    assert written["COMPOSE_PROFILES"] == "scale"
    for name in OURS:
        environment = found[name]["environment"]
        assert environment["LEGIST_TASK_ENGINE"] == "celery"
        assert environment["LEGIST_BROKER_URL"] == "redis://valkey:6379/0"
        assert environment["LEGIST_CACHE_URL"] == "redis://valkey:6379/1"
    assert found["caddy"]["environment"]["CADDY_PROXY"] == "scale"
    assert found["caddy"]["environment"]["CADDY_HEALTH_HOST"] == GIVEN["LEGIST_ALLOWED_HOSTS"]


def test_a_web_process_is_passed_over_before_it_is_stopped() -> None:
    for name in ("web", "web2"):
        service = services()[name]
        (hook,) = service["pre_stop"]
        assert service["environment"]["LEGIST_LEAVING_PATH"] == "/tmp/leaving"  # noqa: S108  of a container
        assert hook["command"] == ["sh", "-c", "touch /tmp/leaving && sleep 5"]
    assert re.search(r"health_uri /healthz\n\s*health_interval 1s", CADDYFILE)


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/matters/", "/matters/"),
        ("/portal/welcome/?token=abc", "/portal/welcome/"),
        ("/calendar/abc.ics", "/calendar/"),
        ("/calendar/abc.ics?x=abc", "/calendar/"),
        ("/search/?q=/calendar/", "/search/"),
        ("/?", "/"),
    ],
)
def test_caddy_logs_neither_queries_nor_the_secret_of_a_calendar(address: str, logged: str) -> None:
    match = re.search(r'request>uri regexp "(.+)" "\$1"', CADDYFILE)
    assert match is not None

    assert re.sub(match[1], lambda found: found[1] or "", address) == logged


@pytest.mark.parametrize(
    "path", ["secrets/field_keys", ".env", "var/legist.sqlite3", ".git/config", "a/__pycache__/b.pyc"]
)
def test_what_is_secret_or_ours_does_not_get_into_the_image(path: str) -> None:
    patterns = (ROOT / ".dockerignore").read_text().split("\n")

    assert is_ignored(path, [each for each in patterns if each and not each.startswith("#")])


@pytest.mark.parametrize(
    ("text", "filled"),
    [("${A:-b}", "b"), ("${B:-b}", "given"), ("${A}", ""), ("$$A", "$A"), ("x ${B:?say it} y", "x given y")],
)
def test_the_reader_of_compose_files_fills_in_as_compose_does(text: str, filled: str) -> None:
    assert interpolate(text, {"B": "given", "A": ""}) == filled
