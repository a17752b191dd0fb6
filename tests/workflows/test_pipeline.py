"""One pass from the change to the client's mailbox, by hand and by the worker."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from auditlog.models import LogEntry
from django.core.management import call_command

from legist.core.tasks.schedules import list_schedules
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, make_deadline, make_draft, make_news
from tests.support.earlier import models_after
from tests.support.mailserver import MailServer
from workflows import tasks
from workflows.apps import install_builtin
from workflows.models import Draft, Notification, Playbook
from workflows.pipeline import run_pass
from workflows.playbooks.builtin import DEFINITIONS, Definition
from workflows.playbooks.store import install_definitions

LATER = NOW + timedelta(minutes=1)


def test_a_change_reaches_the_client_only_after_the_attorney(firm: Firm, mailserver: MailServer) -> None:
    make_news(firm.danas_matter, "APPROVED")
    first = run_pass(now=LATER, actor=SYSTEM)
    assert (first.playbook_runs, first.actions, first.deliveries["sent"]) == (1, 5, 0)
    assert mailserver.accepted == []

    approve(firm, Draft.objects.get(), now=LATER)

    assert run_pass(now=LATER, actor=SYSTEM).deliveries["sent"] == 2
    assert mailserver.messages[0]["To"] == "dana@mail.example"
    assert run_pass(now=LATER, actor=SYSTEM).is_idle


def test_the_command_prints_its_counts(firm: Firm, mailserver: MailServer) -> None:
    make_news(firm.danas_matter, "BIOMETRICS_SCHEDULED")
    out = StringIO()
    call_command("deliver", "--once", "--json", stdout=out)

    counts = json.loads(out.getvalue())
    assert (counts["playbook_runs"], counts["actions"], counts["events"]["failed"]) == (1, 3, 0)


def test_the_command_speaks_to_people_too(firm: Firm) -> None:
    out = StringIO()
    call_command("deliver", "--once", stdout=out)

    assert "0 playbook runs" in out.getvalue()


def test_the_worker_delivers_and_reminds(firm: Firm, mailserver: MailServer) -> None:
    assert {"workflows.deliver", "workflows.reminders"} <= {each.task.name for each in list_schedules()}
    make_deadline(firm, NOW.date())

    tasks.deliver()
    tasks.remind()

    assert Notification.objects.filter(user=firm.paul).exists()


def test_installing_playbooks_again_changes_nothing(firm: Firm) -> None:
    assert install_definitions(DEFINITIONS) == 0


def newer(enabled: bool) -> Playbook:
    Playbook.objects.filter(key="rfe").update(enabled=enabled)
    second = Definition(
        key="rfe", name="RFE", purpose="x", codes=("RFE_ISSUED",), actions=(), position=20, version=9
    )
    assert install_definitions([second]) == 1
    return Playbook.objects.get(key="rfe", version=9)


def test_a_newer_version_replaces_the_enabled_one(firm: Firm) -> None:
    assert newer(enabled=True).enabled
    assert not Playbook.objects.get(key="rfe", version__lt=9).enabled


def test_what_the_firm_switched_off_stays_off(firm: Firm) -> None:
    assert not newer(enabled=False).enabled


@pytest.mark.parametrize("state", [("practice", "0001_initial"), ("workflows", "0001_initial")])
def test_it_waits_with_installing_until_its_tables_are_todays(state: tuple[str, str], firm: Firm) -> None:
    Playbook.objects.all().delete()
    install_builtin(apps=models_after(state))
    assert not Playbook.objects.exists()

    install_builtin()

    assert Playbook.objects.count() == len(DEFINITIONS)


def test_the_history_of_a_draft_keeps_no_words_of_it(firm: Firm) -> None:
    approve(firm, make_draft(firm))

    changes = [entry.changes for entry in LogEntry.objects.filter(content_type__model="draft")]
    assert any("state" in change for change in changes)
    assert not any({"texts", "recipients", "facts"} & set(change) for change in changes)
