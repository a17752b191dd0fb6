"""Turn the sentences that were stored into codes with values; resumable, commits in chunks.

A sentence that nobody knows stays readable as it was written then.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from tracking.statuses import CODES

CHUNK = 1000
Found = tuple[str, dict[str, Any]]

_TIER = r"(?P<tier>near real time|standard|low) tier: "
_EVERY = r"every (?P<every>\d+ (?:second|minute|hour|week)s?)"
_PERSON = " while a person looks"
NEXT_CHECKS = {
    "first_check": f"(?:{_TIER})?first check",
    "by_tier": _TIER + _EVERY,
    "by_tier_interview": f"{_TIER}{_EVERY}, twice as often around an interview or oath",
    "by_tier_document": f"{_TIER}{_EVERY}, twice as often while a card or document is on its way",
    "by_tier_returned": f"{_TIER}{_EVERY}, twice as often while mail is being returned",
    "by_tier_over": f"{_TIER}{_EVERY}, less often because the case is over",
    "matter_closed": f"{_EVERY} while the matter is closed",
    "matter_reopened": "its matter was reopened",
    "person_asked": "a person asked for it",
    "try_failed": r"try (?P<attempts>\d+) of (?P<most>\d+) failed: again after a pause",
    "no_answer": rf"no answer after (?P<attempts>\d+) tries: {_EVERY}{_PERSON}",
    "not_recognised": f"USCIS does not recognise the number: {_EVERY}{_PERSON}",
    "refused": f"USCIS refuses the number: {_EVERY}{_PERSON}",
    "not_answered": f"USCIS refuses to answer about this receipt alone: {_EVERY}{_PERSON}",
    "unreadable": f"an answer we cannot use: {_EVERY}{_PERSON}",
    "set_aside": "it could not be handled: again in a day, while a person looks",
    "asked_to_wait": "the source asked us to wait",
    "access_refused": "waiting: the source refuses our access",
    "everybody_waits": "waiting: the source refuses or fails everybody",
}
CLOSINGS = {
    "answered_again": r"The source answered again\.",
    "accepted_again": r"The source accepts our access again\.",
    "not_about_this": r"Others met the same in a row: it was not about this receipt\.",
    "became_statuses": r"Each of these has become a status of the case\.",
    "looked_through": r"Looked through\.",
    "decided": r"Decided: the title means (?P<status>.+)\.",
    "read_anew": r"Read anew as: (?P<status>.+)\.",
}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "week": 604_800}
_LABELS = {info.label: str(code) for code, info in CODES.items()}
_COUNTS = re.compile(r"(?P<unmapped>\d+) not understood, (?P<ambiguous>\d+) ambiguous, (?P<fresh>\d+) new")


def _seconds(text: str) -> int:
    count, unit = text.split()
    return int(count) * _SECONDS[unit.removesuffix("s")]


VALUES: dict[str, Callable[[str], Any]] = {
    "tier": lambda text: text.replace(" ", "_"),
    "every": _seconds,
    "attempts": int,
    "most": int,
    "status": _LABELS.__getitem__,
}


def read(sentences: dict[str, str], text: str) -> Found | None:
    """Return the code and values of a sentence, or None where nobody knows it."""
    for code, pattern in sentences.items():
        if match := re.fullmatch(pattern, text):
            try:
                said = {name: VALUES[name](value) for name, value in match.groupdict().items() if value}
            except KeyError:
                return None
            return code, {"tier": "standard", **said} if code == "first_check" else said
    return None


def _chunks(rows: Any) -> Iterator[list[Any]]:
    after: Any = None
    while chunk := list((rows if after is None else rows.filter(pk__gt=after)).order_by("pk")[:CHUNK]):
        yield chunk
        after = chunk[-1].pk


def next_checks(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    receipts = apps.get_model("tracking", "Receipt").objects
    known = [*NEXT_CHECKS, "as_written", ""]
    for chunk in _chunks(receipts.exclude(next_poll_reason__in=known).only("pk", "next_poll_reason")):
        same: dict[str, list[Any]] = defaultdict(list)
        for receipt in chunk:
            same[receipt.next_poll_reason].append(receipt.pk)
        with transaction.atomic():
            for text, ids in same.items():
                code, values = read(NEXT_CHECKS, text) or ("as_written", {"text": text})
                receipts.filter(pk__in=ids, next_poll_reason=text).update(
                    next_poll_reason=code, next_poll_values=values
                )


def reviews(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    items = apps.get_model("tracking", "ReviewItem").objects
    for chunk in _chunks(items.filter(state="resolved", closing="", resolution__isnull=False)):
        with transaction.atomic():
            for item in chunk:
                if found := read(CLOSINGS, item.resolution):
                    item.closing, item.values, item.resolution = *found, None
                    item.save(update_fields=["closing", "values", "resolution"])
    for chunk in _chunks(items.filter(kind="vocabulary", detail__isnull=False)):
        with transaction.atomic():
            for item in chunk:
                if match := _COUNTS.fullmatch(item.detail):
                    counts = {name: int(count) for name, count in match.groupdict().items()}
                    item.values, item.detail = item.values | counts, None
                    item.save(update_fields=["values", "detail"])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tracking", "0011_reasons_are_codes")]
    operations = [
        migrations.RunPython(next_checks, migrations.RunPython.noop),
        migrations.RunPython(reviews, migrations.RunPython.noop),
    ]
