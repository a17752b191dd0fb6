"""`normalize`: read status texts from stdin, one JSON object a line, and say what they mean."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from tracking.normalizer import normalize
from tracking.normalizer.results import as_record


class Command(BaseCommand):
    """Needs no database; a line that cannot be read is answered with an error and the run goes on."""

    help = "Read JSON lines with title and description on stdin; write one JSON line each."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        for number, line in enumerate(sys.stdin.buffer, 1):
            if line.strip():
                self.stdout.write(json.dumps(answer(line, number), ensure_ascii=False))


def answer(line: bytes, number: int) -> dict[str, Any]:
    """Return the decision for one line, or an error that names the line and the remedy."""
    try:
        record = json.loads(line.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return {"error": f"Line {number} is not valid JSON; write one object a line."}
    if problem := _problem(record):
        return {"error": f"Line {number} {problem}; write an object with title, description and maybe lang."}
    return as_record(
        normalize(record["title"] or "", record.get("description") or "", record.get("lang") or None)
    )


def _problem(record: object) -> str | None:
    """What is wrong with the shape of a line; a null stands for a text that USCIS left out."""
    if not isinstance(record, dict):
        return "is not an object"
    if "title" not in record:
        return "has no title"
    wrong = [
        name for name in ("title", "description", "lang") if not isinstance(record.get(name), str | None)
    ]
    return f"has a {wrong[0]} that is no text" if wrong else None
