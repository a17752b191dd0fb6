"""The roles that the operations page describes: each can do its work, and nothing of the others'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from legist.core import outbox
from legist.core.housekeeping import housekeeping
from legist.core.tasks import run_due
from legist.core.tasks.worker import Ticker
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import later, make_receipt
from tests.factories.workflows import approve, make_draft
from tests.security.test_access_matrix import DATA, OURS, ask
from tests.security.world import build
from tests.support.simulator import RunningSimulator
from tracking.importing import import_now
from tracking.models import Receipt, StatusQuery
from tracking.polling import run
from workflows.deadlines import reminders
from workflows.messages import sending
from workflows.models import Delivery, Draft
from workflows.playbooks import resuming
from workflows.states import DeliveryState
from workflows.tasks import look_for_paper

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
WEB, WORKER = "legist_web", "legist_worker"
REVOKED = re.compile(
    r"^REVOKE (?P<rights>[A-Z, ]+) ON (?P<tables>[a-z_, ]+) FROM (?P<roles>[a-z_, ]+);$", re.MULTILINE
)
ATTEMPTS = {
    "INSERT": "INSERT INTO {table} SELECT * FROM {table} LIMIT 0",
    "UPDATE": "UPDATE {table} SET {column} = {column} WHERE false",
    "DELETE": "DELETE FROM {table} WHERE false",
}


def statements() -> str:
    """Return the page's statements, with the owner that this database has."""
    found = re.search(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return found.group(1).replace("FOR ROLE legist ", f"FOR ROLE {connection.settings_dict['USER']} ")


@pytest.fixture
def roles(firm: Firm) -> None:
    """Make the roles as the page says; they are gone with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(statements().replace("%", "%%"))


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Have the database see this role; what it refuses ends the test."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def revoked() -> list[tuple[str, str, str]]:
    """Return (role, right, table) for everything that the page takes away."""
    return [
        (role, right, table)
        for found in REVOKED.finditer(PAGE.read_text())
        for role in found["roles"].split(", ")
        for right in found["rights"].split(", ")
        for table in found["tables"].split(", ")
    ]


@pytest.mark.parametrize(("role", "right", "table"), revoked())
def test_a_role_is_refused_what_the_page_takes_away(roles: None, role: str, right: str, table: str) -> None:
    with connection.cursor() as cursor:
        column = connection.introspection.get_table_description(cursor, table)[0].name
    with (
        acting_as(role),
        pytest.raises(ProgrammingError, match=f"permission denied for table {table}"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(ATTEMPTS[right].format(table=table, column=column))


def test_web_can_show_and_do_everything_that_a_page_offers(roles: None, firm: Firm) -> None:
    with time_machine.travel(NOW, tick=False):
        known = build(firm)
        clients = {person: Client() for person in ("alice", "paul", "olga", "mary", "dana")}
        for person, client in clients.items():
            client.force_login(
                getattr(firm, person), backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        with acting_as(WEB):
            for name, given in OURS.items():
                address = reverse(name, kwargs={key: known[key] for key in given})
                for client in clients.values():
                    ask(client, "get", address, {})
                    ask(client, "post", address, DATA)


def test_the_worker_can_poll_import_and_deliver(
    roles: None, firm: Firm, simulator: RunningSimulator, settings: LazySettings
) -> None:
    settings.USCIS_TPS = 100_000
    receipt = make_receipt("IOE0987654321", matter=firm.danas_matter)
    simulator.set_status(receipt.number, "rfe_initial")
    draft = make_draft(firm)
    approve(firm, draft)

    with simulator.source() as source, acting_as(WORKER):
        import_now(
            b"receipt_number,client_name\nIOE0912345670,Nadia Nimmer\n",
            filename="a.csv",
            actor=SYSTEM,
            now=NOW,
        )
        run.poll_due(source=source, now=NOW)
        outbox.drain(now=later())
        sending.deliver_due(now=later(), actor=SYSTEM)
        reminders.run_due(now=later(), actor=SYSTEM)
        resuming.resume_ready(now=later(), actor=SYSTEM)
        look_for_paper()
        housekeeping()
        Ticker().turn(now=later())
        run_due(now=later())

    assert StatusQuery.objects.count() == Receipt.objects.count() == 2
    assert Draft.objects.filter(change__receipt=receipt).exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
