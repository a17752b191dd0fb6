"""Turn the sentences that were stored into codes with values; resumable, commits in chunks.

A sentence that nobody knows stays readable as it was written then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from tracking.statuses import CODES

CHUNK = 1000
STEPS = {
    "address": "Check which address USCIS has for this case, the client's and the attorney's; correct it at once",
    "account": "Look for the notice in the client's USCIS online account, under Documents",
    "client": "Ask the client whether the notice came to them, and for a photo of every page of it",
    "call": (
        "Call the USCIS Contact Center (800-375-5283): ask when and where the notice was mailed, "
        "note the answer"
    ),
    "request": "Send the e-request “Did not receive notice by mail” (egov.uscis.gov/e-request); keep its number",
    "resend": "Ask the USCIS Contact Center to mail the returned notice again, to the right address",
    "get_returned": "Get the returned notice",
}
_CODES = {text: code for code, text in STEPS.items()}
_FIND = "Find the missing paper: "
_LABELS = {info.label: str(code) for code, info in CODES.items()}
_WINDOW = re.compile(
    r"The answer is due (?P<due>\w+ \d+, \d+) as known so far, "
    r"(?:(?P<left>\d+) days are left|(?P<one>one)? ?(?:no )?day is left): plan without the paper"
)
FAILURES = {
    "unexpected": (
        r"An unexpected error stopped this step, and operations know of it\. "
        r"Do it by hand if it cannot wait; then try the step again\."
    ),
    "no_attorney": r"The matter has no attorney\. Assign one, then repeat the step\.",
    "no_message": r"There is no active message template '(?P<key>.+)'\. Switch one on, then repeat the step\.",
    "no_document": r"There is no active document template '(?P<key>.+)'\. Switch one on, then repeat the step\.",
    "bad_template": r"A template cannot be filled \((?P<error>\w+)\); check its placeholders\.",
    "bad_document": r"The Word template cannot be filled \((?P<error>\w+)\); check its placeholders\.",
}
NEW_APPOINTMENT = "USCIS has set another appointment."


def read_step(text: str) -> tuple[str, dict[str, Any]] | None:
    """Return the code and values of a step about a missing paper, or None where nobody knows it."""
    if text in _CODES:
        return _CODES[text], {}
    if text.startswith(_FIND):
        code = _LABELS.get(text.removeprefix(_FIND))
        return ("find", {"status": code}) if code else None
    if match := _WINDOW.fullmatch(text):
        due = datetime.strptime(match["due"], "%B %d, %Y").date()  # noqa: DTZ007  a day
        return "window", {"due": due.isoformat(), "left": int(match["left"] or bool(match["one"]))}
    return None


def read_failure(text: str) -> tuple[str, dict[str, Any]]:
    """Return the code and values of why a step failed."""
    for code, pattern in FAILURES.items():
        if match := re.fullmatch(pattern, text):
            return code, match.groupdict()
    return "as_written", {"text": text}


def _chunks(rows: Any) -> Iterator[list[Any]]:
    after: Any = None
    while chunk := list((rows if after is None else rows.filter(pk__gt=after)).order_by("pk")[:CHUNK]):
        with transaction.atomic():
            yield chunk
        after = chunk[-1].pk


def papers(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    runs = apps.get_model("workflows", "ChecklistRun").objects.filter(key="missing_paper")
    items = apps.get_model("workflows", "ChecklistItem").objects.filter(checklist__in=runs.values("pk"))
    for rows, column in ((runs, "title"), (items, "text")):
        for chunk in _chunks(rows.filter(code="")):
            for row in chunk:
                if found := read_step(getattr(row, column)):
                    row.code, row.values = found
                    setattr(row, column, "")
                    row.save(update_fields=["code", "values", column])


def failures(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    failed = apps.get_model("workflows", "ActionRun").objects.exclude(reason="")
    for chunk in _chunks(failed.exclude(reason__in=[*FAILURES, "as_written"])):
        for row in chunk:
            row.reason, row.values = read_failure(row.reason)
            row.save(update_fields=["reason", "values"])


def deadlines(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for chunk in _chunks(apps.get_model("workflows", "Deadline").objects.filter(state="moved", closing="")):
        for row in chunk:
            if row.reason == NEW_APPOINTMENT:
                row.reason, row.closing = "", "new_appointment"
                row.save(update_fields=["reason", "closing"])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("workflows", "0019_reasons_are_codes")]
    operations = [
        migrations.RunPython(papers, migrations.RunPython.noop),
        migrations.RunPython(failures, migrations.RunPython.noop),
        migrations.RunPython(deadlines, migrations.RunPython.noop),
    ]
