"""An import killed with -9 goes on where its last chunk was committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.processes import Installation, install, upload
from tests.factories.tracking import numbers

pytestmark = pytest.mark.process

# Dies while the second chunk is written, after its receipts and before its commit.
KILLED = """
import os, signal
from pathlib import Path
from legist.core.actors import Actor
from legist.core.clock import utc_now
from tracking import importing
from tracking.importing import batches

actor = Actor.command("tests")
batches.CHUNK = 10
advance = batches._advance

def die(batch, *, start, **given):
    if start == 10:
        os.kill(os.getpid(), signal.SIGKILL)
    return advance(batch, start=start, **given)

batches._advance = die
content = Path({path!r}).read_bytes()
batch = importing.upload_import(content, filename="receipts.csv", actor=actor, now=utc_now())
importing.check_import(batch.pk, actor=actor, now=utc_now())
importing.start_import(batch.pk, actor=actor, now=utc_now())
importing.run_import(batch.pk, actor=actor, now=utc_now())
"""
STATE = """
from tracking.models import ImportBatch, ImportRow, Receipt
batch = ImportBatch.objects.get()
answer = [batch.state, batch.position, Receipt.objects.count(), ImportRow.objects.count()]
"""
RESUME = """
from datetime import timedelta
from legist.core.actors import Actor
from legist.core.clock import utc_now
from tracking import importing
from tracking.importing.claims import LEASE
actor, now = Actor.system("importer"), utc_now()
waits_for_the_lease = importing.list_waiting(importing.IMPORT, now=now)
now += LEASE + timedelta(seconds=1)
left = importing.list_waiting(importing.IMPORT, now=now)
answer = [len(waits_for_the_lease), len(left), importing.run_import(left[0], actor=actor, now=now)]
"""


def test_an_import_survives_the_death_of_its_worker(tmp_path: Path) -> None:
    installation: Installation = install(tmp_path, {})
    path = upload(tmp_path, [*numbers(25), numbers(1)[0]])
    assert installation.run(KILLED.format(path=path)) == -9
    assert installation.ask(STATE) == ["running", 10, 10, 10]
    assert installation.ask(RESUME) == [0, 1, True]
    assert installation.ask(STATE) == ["done", 26, 25, 26]
    assert installation.json("import_receipts", path)["duplicates"] == 26
