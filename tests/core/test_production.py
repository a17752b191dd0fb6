"""Production refuses settings that are not safe for a firm, by name and without showing them."""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legist.core.production import is_weak_key, is_weak_text
from tests.support.commands import ROOT, run_manage
from tests.support.settings import new_key, production, verdict

GIVEN = production()
ORDER = urlsafe_b64encode(bytes(range(100, 132))).decode()
SENTENCE = urlsafe_b64encode(b"Legist keeps the cases of a firm").decode()
REPEATED = urlsafe_b64encode(os.urandom(8) * 4).decode()
# What is wrong, beside the settings of a firm, and the setting that the refusal names.
UNSAFE = [
    ({"LEGIST_ALLOWED_HOSTS": "*"}, "LEGIST_ALLOWED_HOSTS"),
    ({"LEGIST_ALLOWED_HOSTS": "legist.firm.example,.firm.example"}, "LEGIST_ALLOWED_HOSTS"),
    ({"LEGIST_ALLOWED_HOSTS": "legist.firm.example,*.firm.example"}, "LEGIST_ALLOWED_HOSTS"),
    ({"LEGIST_ALLOWED_HOSTS": "https://legist.firm.example"}, "LEGIST_ALLOWED_HOSTS"),
    ({"LEGIST_ALLOWED_HOSTS": "another.firm.example"}, "LEGIST_ALLOWED_HOSTS"),
    ({"LEGIST_ALLOWED_HOSTS": ""}, "LEGIST_ALLOWED_HOSTS"),
    ({"LEGIST_BASE_URL": "http://legist.firm.example"}, "LEGIST_BASE_URL"),
    ({"LEGIST_BASE_URL": "legist.firm.example"}, "LEGIST_BASE_URL"),
    ({"LEGIST_BASE_URL": "https://legist.firm.example/office"}, "LEGIST_BASE_URL"),
    ({"LEGIST_FROM_EMAIL": "office at firm.example"}, "LEGIST_FROM_EMAIL"),
    ({"LEGIST_FROM_EMAIL": ""}, "LEGIST_FROM_EMAIL"),
    ({"LEGIST_EMAIL_URL": ""}, "LEGIST_EMAIL_URL"),
    ({"LEGIST_EMAIL_URL": "file:///tmp/mail-of-clients"}, "LEGIST_EMAIL_URL"),
    ({"LEGIST_EMAIL_URL": "smtp://office:pass-word@mail.firm.example:25"}, "LEGIST_EMAIL_URL"),
    ({"LEGIST_EMAIL_URL": "mail.firm.example"}, "LEGIST_EMAIL_URL"),
    ({"LEGIST_TRUSTED_PROXIES": ""}, "LEGIST_TRUSTED_PROXIES"),
    ({"LEGIST_REQUIRE_MFA": "no"}, "LEGIST_REQUIRE_MFA"),
    ({"LEGIST_DEBUG": "yes"}, "LEGIST_DEBUG"),
    ({"LEGIST_CACHE_URL": "dummycache://"}, "LEGIST_CACHE_URL"),
    ({"LEGIST_TASK_ENGINE": "immediate"}, "LEGIST_TASK_ENGINE"),
    ({"LEGIST_TASK_ENGINE": "some-engine"}, "LEGIST_TASK_ENGINE"),
    ({"USCIS_API_URL": "http://api-int.uscis.gov"}, "USCIS_API_URL"),
    ({"USCIS_TOKEN_URL": "http://api-int.uscis.gov/oauth"}, "USCIS_TOKEN_URL"),
    ({"USCIS_API_URL": "api-int.uscis.gov"}, "USCIS_API_URL"),
    ({"USCIS_CLIENT_ID": ""}, "USCIS_CLIENT_ID"),
    ({"USCIS_CLIENT_SECRET": ""}, "USCIS_CLIENT_SECRET"),
    ({"LEGIST_POLLS": "no"}, "USCIS_CLIENT_SECRET"),
    ({"LEGIST_SECRET_KEY": "tooshort-"}, "LEGIST_SECRET_KEY"),
    ({"LEGIST_SECRET_KEY": "abcd" * 20}, "LEGIST_SECRET_KEY"),
    ({"LEGIST_SECRET_KEY": "0123456789abcdefghij" * 4}, "LEGIST_SECRET_KEY"),
    ({"LEGIST_SECRET_KEY": GIVEN["LEGIST_FIELD_KEYS"] + new_key()}, "LEGIST_FIELD_KEYS"),
    ({"LEGIST_SECRET_KEY": GIVEN["LEGIST_INDEX_KEY"]}, "LEGIST_INDEX_KEY"),
    ({"LEGIST_INDEX_KEY": GIVEN["LEGIST_FIELD_KEYS"]}, "LEGIST_INDEX_KEY"),
    ({"LEGIST_INDEX_KEY": GIVEN["LEGIST_FIELD_KEYS"].rstrip("=")}, "LEGIST_INDEX_KEY"),
    (
        {"LEGIST_FIELD_KEYS": f"{GIVEN['LEGIST_FIELD_KEYS']},{GIVEN['LEGIST_FIELD_KEYS']}"},
        "LEGIST_FIELD_KEYS",
    ),
    ({"LEGIST_FIELD_KEYS": ORDER}, "LEGIST_FIELD_KEYS"),
    ({"LEGIST_FIELD_KEYS": SENTENCE}, "LEGIST_FIELD_KEYS"),
    ({"LEGIST_FIELD_KEYS": new_key()[:20]}, "LEGIST_FIELD_KEYS"),
    ({"LEGIST_INDEX_KEY": REPEATED}, "LEGIST_INDEX_KEY"),
    ({"LEGIST_EMAIL_URL_FILE": "/srv/rehearsal-mail"}, "LEGIST_EMAIL_URL_FILE"),
]
CHECK = ("check", "--deploy", "--fail-level", "WARNING")


@pytest.mark.parametrize(("wrong", "named"), UNSAFE)
def test_it_refuses_what_is_not_safe(wrong: dict[str, str], named: str) -> None:
    said = verdict(GIVEN | wrong)

    assert re.search(rf"\b{named}\b", said)
    assert not [value for value in wrong.values() if len(value) > 3 and value in said]


SIMULATED = {"USCIS_API_URL": "http://127.0.0.1:8701", "USCIS_TOKEN_URL": "http://localhost:8701/token"}
WEB = {"USCIS_CLIENT_ID": "", "USCIS_CLIENT_SECRET": "", "LEGIST_POLLS": "no"}
RELAY = {"LEGIST_EMAIL_URL": "smtp://localhost:25", "LEGIST_SECRET_KEY": os.urandom(32).hex()}


@pytest.mark.parametrize("given_too", [{}, SIMULATED, WEB, RELAY])
def test_it_accepts_what_is_safe(given_too: dict[str, str]) -> None:
    assert verdict(GIVEN | given_too) == ""


@pytest.mark.process
def test_the_command_ends_by_it() -> None:
    well = run_manage(*CHECK, **GIVEN)
    unsafe = run_manage(*CHECK, **GIVEN | {"LEGIST_EMAIL_URL": "file:///srv/mail-of-clients"})
    unreadable = run_manage(*CHECK, **GIVEN | {"LEGIST_DATABASE_URL": "postgres://u:p#ss-word/@:x"})

    assert (well.returncode, unsafe.returncode, unreadable.returncode) == (0, 1, 2), well.stderr
    assert "LEGIST_EMAIL_URL is a folder" in unsafe.stderr
    assert unreadable.stderr.startswith("LEGIST_DATABASE_URL is not usable")
    assert not {"mail-of-clients", "ss-word", "Traceback"} & set(
        re.split(r"[\s/#:]+", well.stderr + unsafe.stderr + unreadable.stderr)
    )


@settings(max_examples=300)
@given(raw=st.randoms(use_true_random=True).map(lambda random: random.randbytes(32)))
def test_a_key_made_by_chance_is_never_weak(raw: bytes) -> None:
    assert not is_weak_key(urlsafe_b64encode(raw).decode())
    assert not is_weak_text(raw.hex())
    assert not is_weak_text(urlsafe_b64encode(raw + os.urandom(8)).decode())


@given(part=st.binary(min_size=1, max_size=16))
def test_a_key_that_repeats_itself_is_weak(part: bytes) -> None:
    assert is_weak_key(urlsafe_b64encode((part * 32)[:32]).decode())


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=32, max_size=32))
def test_a_key_that_somebody_wrote_is_weak(text: str) -> None:
    assert is_weak_key(urlsafe_b64encode(text.encode()).decode())


@pytest.mark.process
def test_a_worker_does_not_poll_where_it_may_not() -> None:
    done = run_manage("worker", "--only", "polling", LEGIST_POLLS="no")

    assert done.returncode == 2
    assert "LEGIST_POLLS is no: start with --except polling" in done.stderr


# What each documented setting is given in vain: it cannot be read, or it means something and is unsafe.
SIGN = "x7Vain"
VAIN = [
    SIGN,
    f"${SIGN}",
    f"://{SIGN}",
    f"mysql://u:{SIGN}@h/d",
    f"https://[{SIGN}",
    f"{SIGN}@",
    f"a:{SIGN}#/@:x",
]
DOCUMENTED = sorted(
    {
        word
        for word in re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text())
        if word.startswith(("LEGIST_", "USCIS_"))
    }
)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_no_wrong_value_is_ever_shown(name: str, tmp_path: Path) -> None:
    held = tmp_path / "held"
    for value in VAIN:
        held.write_text(value)
        for wrong in ({name: value}, {name: "", f"{name}_FILE": str(held)}):
            said = verdict(GIVEN | wrong)
            assert SIGN not in said
            assert said == "" or name in said


def test_a_secret_in_place_of_a_path_is_not_shown_either() -> None:
    said = verdict(GIVEN | {"LEGIST_INDEX_KEY": "", "LEGIST_INDEX_KEY_FILE": SIGN})

    assert "LEGIST_INDEX_KEY_FILE names a file that is missing, empty or not readable" in said
    assert SIGN not in said
