"""`playbooks`: all of the firm's in one file, brought in as drafts, tried on a past period."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from legist.core import plain_yaml
from legist.core.models import DefinitionDraft
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_news, run
from workflows.models import Playbook, PlaybookRun
from workflows.playbooks import files

MARY = "--as=mary@firm.example"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What the firm has, as `export` writes it."""
    place = tmp_path / "playbooks.yaml"
    place.write_text(answer("export"))
    return place


def answer(*line: str) -> str:
    out = StringIO()
    call_command("playbooks", *line, stdout=out, stderr=StringIO())
    return out.getvalue()


def changed(file: Path, **parts: Any) -> Path:
    """Change the request for evidence in a file, and one word of it alone."""
    known = plain_yaml.read(file.read_text(), longest=files.LONGEST).value
    rfe = next(each for each in known if each["key"] == "rfe")
    rfe.update(parts)
    file.write_text(plain_yaml.write(known))
    return file


def rows() -> list[tuple[Any, ...]]:
    return list(Playbook.objects.order_by("pk").values_list("pk", "version", "enabled", "name"))


def test_an_unchanged_file_makes_nothing(firm: Firm, file: Path) -> None:
    before = rows()

    done = json.loads(answer("import", str(file), "--json"))

    assert (done["drafts"], done["new"]) == ([], [])
    assert done["unchanged"] == len(files.everything())
    assert rows() == before
    assert not DefinitionDraft.objects.exists()


def test_what_differs_becomes_a_draft_in_somebodys_name(firm: Firm, file: Path) -> None:
    before = rows()
    changed(file, name="As we do it")

    for _twice in range(2):
        assert json.loads(answer("import", str(file), MARY, "--json"))["drafts"] == ["rfe"]

    draft = DefinitionDraft.objects.get()
    assert (draft.content["name"], draft.updated_by) == ("As we do it", firm.mary)
    assert rows() == before


def test_nobody_brings_in_what_differs_without_a_name(firm: Firm, file: Path) -> None:
    changed(file, name="As we do it")

    with pytest.raises(CommandError, match="--as EMAIL") as refused:
        answer("import", str(file))

    assert refused.value.returncode == 2
    assert not DefinitionDraft.objects.exists()


def test_somebodys_draft_stands_in_the_way_of_another(firm: Firm, file: Path) -> None:
    answer("import", str(changed(file, name="As we do it")), MARY)
    before = rows()
    known = plain_yaml.read(file.read_text(), longest=files.LONGEST).value
    new = next(each for each in known if each["key"] == "rfe") | {"key": "of-ours", "name": "Ours"}
    file.write_text(plain_yaml.write([new, *known]))

    with pytest.raises(CommandError, match="There is a draft of “Another”") as refused:
        answer("import", str(changed(file, name="Another")), MARY)

    assert refused.value.returncode == 1
    assert rows() == before


def test_a_new_one_is_taken_in_switched_off(firm: Firm, file: Path) -> None:
    rfe = next(each for each in files.everything() if each["key"] == "rfe")
    file.write_text(plain_yaml.write(rfe | {"key": "of-ours", "name": "Ours"}))

    done = json.loads(answer("import", str(file), MARY, "--json"))

    made = Playbook.objects.get(key="of-ours")
    assert (done["new"], made.mode, made.published_by) == (["of-ours"], "off", firm.mary)
    assert DefinitionDraft.objects.get(name="of-ours").content["mode"] == "active"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("codes:\n  - RFE_ISSUED", "codes:\n  - RFE_ISSUD", "RFE_ISSUD"),
        ("kind: deadline", "kind: dedline", "dedline"),
        ("first_reading_max_age_days:", "first_reading_age:", "first_reading_age"),
        ("purpose:", "porpose:", "porpose"),
        ("template: rfe_received", "template: rfe_recieved", "rfe_recieved"),
    ],
)
def test_a_word_that_is_not_known_is_refused_with_its_line(
    firm: Firm, file: Path, before: str, after: str, says: str
) -> None:
    text, kept = file.read_text(), rows()
    begins = text.index("key: rfe\n")
    at = text.index(before, begins)
    file.write_text(text[:at] + after + text[at + len(before) :])
    line = text[:at].count("\n") + 1 + before.count("\n")

    with pytest.raises(CommandError) as refused:
        answer("import", str(file), MARY)

    assert refused.value.returncode == 2
    assert f"line {line}: " in str(refused.value)
    assert says in str(refused.value)
    assert rows() == kept
    assert not DefinitionDraft.objects.exists()


@pytest.mark.parametrize(
    "content",
    ["", "just words", "5", "- [a]", "- 5", "a: 1\na: 2", "key: [a]", "key: x", "[{key: rfe}, {key: rfe}]"],
)
def test_what_is_no_playbook_is_refused(firm: Firm, file: Path, content: str) -> None:
    file.write_text(content)

    with pytest.raises(CommandError) as refused:
        answer("import", str(file), MARY)

    assert refused.value.returncode == 2


def test_a_period_is_tried_and_nothing_is_written(firm: Firm, file: Path) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    make_news(firm.eves_matter, "RFE_ISSUED")
    before = (rows(), PlaybookRun.objects.count())
    days = (f"--from={NOW.date()}", f"--to={NOW.date()}")

    today = json.loads(answer("dry_run", *days, "--json"))
    silent = json.loads(answer("dry_run", *days, str(changed(file, mode="off")), "--json"))

    assert (today["changes"], today["runs"], today["really"]) == (2, 2, 1)
    assert today["messages"] == today["steps"]["message"] == 2
    assert today["tasks"] > 0
    assert (silent["changes"], silent["runs"], silent["messages"]) == (2, 0, 0)
    assert (rows(), PlaybookRun.objects.count()) == before
