"""`manage.py normalizer_report`: the figures of the sample, and whether the promises hold."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from tests.tracking.normalizer.corpus import folder

TITLE: dict[str, Any] = {"title": "Case Was Approved", "code": "APPROVED", "lang": "en", "ambiguous": False}
READ: dict[str, Any] = {
    "title": "Case Was Approved",
    "description": "On May 4, 2021, we approved your Form I-765.",
    "lang": "en",
    "event_date": "2021-05-04",
    "form": "I-765",
    "other_forms": [],
    "receipt_number": None,
    "followup_date": None,
    "deadline": None,
    "office": None,
    "office_role": None,
    "appointment": None,
    "tracking_number": None,
}


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("normalizer_report", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def sample(tmp_path: Path, settings: LazySettings) -> Path:
    settings.LEGIST_CORPUS = str(tmp_path)
    write(tmp_path, "status_titles", TITLE)
    write(tmp_path, "status_texts", TITLE)
    write(tmp_path, "extractions", READ)
    return tmp_path


def write(sample: Path, name: str, record: dict[str, Any]) -> None:
    (sample / f"{name}.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")


def test_it_holds_its_promises_on_the_real_sample(settings: LazySettings) -> None:
    settings.LEGIST_CORPUS = str(folder())

    report = json.loads(run("--json"))

    assert report["broken"] == []
    assert all(line["wrong_and_silent"] == 0 for line in report["readings"])
    assert min(report["facts"]["each"].values()) == 1.0


def test_it_prints_a_table(sample: Path) -> None:
    printed = run()

    assert "titles, each hidden" in printed
    assert "100.00%" in printed
    assert "Every promise holds." in printed


def test_it_ends_with_1_for_a_reading_that_is_wrong_and_silent(
    sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(sample, "status_titles", TITLE | {"code": "DENIED"})

    with pytest.raises(SystemExit, match="1"):
        call_command("normalizer_report")

    assert "wrong and not flagged, 'Case Was Approved': APPROVED, not DENIED" in capsys.readouterr().out


def test_it_ends_with_1_for_facts_that_are_wrong(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(sample, "extractions", READ | {"form": "I-485"})

    with pytest.raises(SystemExit, match="1"):
        call_command("normalizer_report")

    assert "facts: 0.9000, below 0.98" in capsys.readouterr().out


def test_it_says_where_the_sample_should_be(tmp_path: Path, settings: LazySettings) -> None:
    settings.LEGIST_CORPUS = str(tmp_path)

    with pytest.raises(CommandError, match=r"status_titles\.jsonl; set LEGIST_CORPUS") as caught:
        run()

    assert caught.value.returncode == 2
