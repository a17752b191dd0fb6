"""`manage.py bench_reading`: how fast status texts are read, on one core."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.bench.pipeline import Comparison
from legist.core.options import Whole
from tracking.normalizer import normalize

Text = tuple[str, str]
_TEXTS: tuple[Text, ...] = (
    ("Case Was Received", "On {day}, we received your Form {form} and sent your receipt notice {number}."),
    (
        "Request for Additional Evidence Was Sent",
        "On {day}, we sent a request about your Form {form}, {number}.",
    ),
    ("Case Was Approved", "On {day}, we approved your Form {form}, Receipt Number {number}."),
    ("Case Was Transferred", "On {day}, your Form {form} went to another office. Ask by {day}."),
    ("Card Was Mailed To Me", "On {day}, we mailed your new card for {number}, tracking 9{digits}."),
    ("Caso Aprobado", "El {day}, aprobamos su Formulario {form}, número de recibo {number}."),
)
_FORMS = ("I-130", "I-485", "I-765", "I-131", "N-400", "I-90", "I-539")


def reading(*, texts: int, rounds: int) -> Comparison:
    """Compare reading texts that are all new with folding them: both on one core, in processor time."""
    ours, bare = [], []
    for number in range(rounds):
        batch = [_text(number * texts + index) for index in range(texts)]
        bare.append(texts / _spent(partial(_fold, batch)))
        ours.append(texts / _spent(partial(_read, batch)))
    return Comparison(
        name="Texts never seen before, to status and facts",
        reference="Folding the same texts (NFKD, case, spaces)",
        ours_per_s=median(ours),
        reference_per_s=median(bare),
        unit="texts",
    )


def _text(index: int) -> Text:
    title, words = _TEXTS[index % len(_TEXTS)]
    values = {
        "day": f"May {index % 28 + 1}, {2015 + index % 11}",
        "form": _FORMS[index % len(_FORMS)],
        "number": f"IOE{9_000_000_000 + index}",
        "digits": f"{index:021d}",
    }
    return title, f"{words.format(**values)} This concerns batch {index}."


def _read(batch: list[Text]) -> None:
    for title, description in batch:
        normalize(title, description)


def _fold(batch: list[Text]) -> None:
    for title, description in batch:
        " ".join(unicodedata.normalize("NFKD", f"{title} {description}").casefold().split())


def _spent(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


class Command(BaseCommand):
    """Needs no database and no sample: the texts are made on the spot, each a new one."""

    help = "Measure reading status texts against folding the same texts in the same run."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--texts", type=Whole(), default=10_000, help="texts in one round")
        parser.add_argument("--rounds", type=Whole(most=1000), default=3, help="rounds; medians are reported")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        result = reading(texts=options["texts"], rounds=options["rounds"])
        self.stdout.write(result.as_json() if options["json"] else result.as_text())
