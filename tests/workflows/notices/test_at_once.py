"""Two tabs, a double click: whatever is sent at the same moment is logged once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from tests.factories.practice import NOW, Firm, make_firm
from tests.factories.tracking import make_receipt
from tests.workflows.notices.sheets import DUE, NUMBER, PDF, log, make_entry
from workflows.models import Deadline, UscisNotice
from workflows.notices.entries import NewNotification
from workflows.notices.intake import log_notice


def send(firm: Firm, submission: UUID) -> str:
    try:
        new = NewNotification(entry=make_entry(response_due=DUE), submission=submission, scan=PDF)
        return log_notice(new, actor=firm.actor("paul"), now=NOW).state
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("forms", [1, 4], ids=["double-click", "four-tabs"])
@pytest.mark.parametrize("tracked", [True, False])
def test_it_is_logged_once_however_it_is_sent(forms: int, tracked: bool) -> None:
    firm = make_firm()
    if tracked:
        make_receipt(NUMBER, matter=firm.danas_matter)
    submissions = [uuid4() for _ in range(forms)] * (4 // forms)
    with ThreadPoolExecutor(4) as pool:
        states = list(pool.map(lambda submission: send(firm, submission), submissions))

    live = UscisNotice.objects.exclude(state="duplicate")
    assert live.count() == 1
    assert states.count("duplicate") == forms - 1
    assert Deadline.objects.count() == (1 if tracked else 0)


@pytest.mark.parametrize("tracked", [True, False])
def test_the_database_itself_refuses_the_second(firm: Firm, tracked: bool) -> None:
    if tracked:
        make_receipt(NUMBER, matter=firm.danas_matter)
    first, other = log(firm, scan=PDF), log(firm, notice_date=DUE - timedelta(days=90))
    same_sheet = {"kind": first.kind, "notice_date": first.notice_date}

    for values in (same_sheet, {"scan_digest": first.scan_digest}, {"submission": first.submission}):
        with pytest.raises(IntegrityError), transaction.atomic():
            UscisNotice.objects.filter(pk=other.pk).update(**values)
