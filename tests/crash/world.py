"""A firm with work of every kind that waits for a worker, and what became of it, judged from outside."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import Message
from io import StringIO
from typing import Any, Final

from django.apps import apps
from django.core.management import call_command
from django.db.models import Q

from legist.core.clock import utc_now
from legist.core.models import (
    AuditEntry,
    Heartbeat,
    PeriodicTask,
    QuotaDay,
    TaskTicket,
    WorkerProcess,
)
from legist.core.outbox import prune
from legist.core.states import TaskState
from legist.core.tasks.schedules import list_schedules
from legist.practice.services import People
from legist.practice.sign_in.services import issue_code
from portal.services import invite
from tests.factories.practice import Firm, make_client, make_firm, make_matter
from tests.factories.tracking import RECEIVED, REVIEW, make_change, make_receipt, numbers, previewed
from tests.factories.workflows import make_deadline, make_delivery
from tests.support.simulator import RunningSimulator
from tracking.importing import start_import, upload_import
from tracking.models import StatusQuery
from workflows.models import Delivery, Notification

APPS: Final = frozenset({"core", "practice", "tracking", "workflows", "portal"})
# What counts attempts, and what comes and goes by the clock, is not the same in any two runs.
ATTEMPTS: Final = frozenset(
    {AuditEntry, Heartbeat, PeriodicTask, QuotaDay, StatusQuery, TaskTicket, WorkerProcess}
)
OF_ATTEMPTS: Final = frozenset({"audit_entries", "queries", "queued_tasks"})
# Where a person is asked about a delivery, its message is not sent yet, and that is told.
TOLD_OF_UNCLEAR: Final = frozenset(
    {"core.GivenUpMark", "core.Incident", "core.OutboxEvent", "core.OutboxDelivery", "practice.MeasuredAct"}
    | {"workflows.DraftEvent", "workflows.Notification", "deliveries", "drafts"}
)
# What was said before, and what USCIS says now. An approval makes the paper of a receipt needless: whoever
# waited for that would be told of it or not, whichever came first.
STATUSES: Final = ((REVIEW, "approved"), (RECEIVED, "rfe_initial"), (RECEIVED, "in_review"))
ACCOUNT_MAILS: Final = 2


def make_world(simulator: RunningSimulator) -> Firm:
    """Let everything wait that a worker does: calls, events, playbooks, mail of each kind, imports."""
    firm, now = make_firm(), utc_now()
    known = numbers(len(STATUSES) + 6)
    for number, (before, status) in zip(known, STATUSES, strict=False):
        receipt = make_receipt(number, matter=firm.danas_matter, due=now, form_type="I-765")
        make_change(receipt, before, at=now - timedelta(days=30))
        simulator.set_status(number, status, form="I-765")
    lists = ["\n".join(["receipt_number", *part]).encode() for part in (known[-6:-3], known[-3:])]
    paul = firm.actor("paul")
    start_import(previewed(lists[0], actor=paul).pk, actor=paul, now=now)
    upload_import(lists[1], filename="more.csv", actor=paul, now=now)
    make_delivery(firm)
    make_delivery(firm)
    make_deadline(firm, (now + timedelta(days=5)).date())
    fay = make_matter(make_client("Fay", with_user=False), "M-2026-0003", People(attorney=firm.alice))
    invite(fay.pk, actor=firm.actor("alice"), now=now)
    issue_code(firm.danas_matter.client.email, now=now)
    return firm


def held() -> list[Any]:
    """Return the rows that somebody holds, of every kind of work under a lease."""
    return [
        model._base_manager.exclude(lease_token=None)
        for model in apps.get_models()
        if {"lease_token", "lease_until"} <= {column.name for column in model._meta.concrete_fields}
    ]


def let_time_pass() -> None:
    """Let leases of the dead run out, pauses end, and what lies at no engine any more be sent again."""
    now = utc_now()
    for rows in held():
        rows.update(lease_until=now)
    TaskTicket.objects.filter(state=TaskState.PENDING).update(run_after=now, dispatched_at=None)
    PeriodicTask.objects.update(next_run_at=now)


def is_drained() -> bool:
    """Say whether nothing waits, nor any event that was given up; let pauses be over, and minutes pass."""
    now, waits = utc_now(), waiting()
    TaskTicket.objects.filter(state=TaskState.PENDING, run_after__gt=now).update(run_after=now)
    # What looks once a minute, and looked before there was anything to see, looks again.
    PeriodicTask.objects.filter(name__in=waits, next_run_at__gt=now).update(next_run_at=now)
    return not waits and not stats()["outbox_pending"] and not waiting()


def waiting() -> list[str]:
    """Name what waits: tasks asked for, rows that are held, tasks that come back and see something to do.

    In the order in which one becomes the other, so that nothing slips by.
    """
    now, periodic = utc_now(), list_schedules()
    comes_back = Q(name__in=[each.task.name for each in periodic], state=TaskState.PENDING)
    asked = TaskTicket.objects.filter(state__in=[TaskState.PENDING, TaskState.RUNNING]).exclude(comes_back)
    return [
        *(f"asked: {name} ({state})" for name, state in asked.values_list("name", "state")),
        *(f"held: {rows.model._meta.label}" for rows in held() if rows.exists()),
        *(each.task.name for each in periodic if each.when is not None and each.when(now)),
    ]


def stats() -> dict[str, Any]:
    out = StringIO()
    call_command("stats", "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What there is at the end: rows of each table, calls for each receipt, states of deliveries, mails.

    Deliveries and mails by their Message-ID; `asked` are the people who are asked about a delivery.
    """

    rows: dict[str, int]
    stats: dict[str, Any]
    calls: dict[str, int]
    deliveries: dict[str, str]
    by_mail: frozenset[str]
    mails: Counter[str]
    asked: int


def outcome(simulator: RunningSimulator, mails: list[Message]) -> Outcome:
    prune(now=utc_now())  # once a day, before or after there was something to prune
    tables = [model for model in apps.get_models() if model._meta.app_label in APPS]
    known = stats()
    by_mail = Delivery.objects.filter(channel="email").values_list("message_id", flat=True)
    return Outcome(
        rows={each._meta.label: each._base_manager.count() for each in tables if each not in ATTEMPTS},
        stats={name: count for name, count in known.items() if name not in OF_ATTEMPTS},
        calls=simulator.calls().by_receipt,
        deliveries=dict(Delivery.objects.values_list("message_id", "state")),
        by_mail=frozenset(by_mail),
        mails=Counter(str(message["Message-ID"]) for message in mails),
        asked=Notification.objects.filter(kind="delivery").values("subject_id").distinct().count(),
    )


@dataclass(slots=True)
class Verdict:
    """Too little of what, too much of what, how many messages may have left, and what else is wrong."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    uncertain: int = 0
    other: list[str] = field(default_factory=list)

    def compare(self, what: str, wanted: int, got: int, *, at_most: int | None = None) -> None:
        """Note a difference; more than wanted is well up to `at_most`."""
        if got < wanted:
            self.lost.append(f"{what}: {got} in the place of {wanted}")
        if got > (wanted if at_most is None else at_most):
            self.doubled.append(f"{what}: {got} in the place of {wanted}")

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.doubled or self.other)


def judge(expected: Outcome, found: Outcome, *, deaths: int, looks: int = 1) -> Verdict:
    """Say what was lost and what was done twice, measured by what nobody disturbed.

    Each receipt was due so many times: `looks`.
    """
    states = Counter(found.deliveries.values())
    verdict = Verdict(uncertain=states["uncertain"])
    if verdict.uncertain > min(deaths, found.asked) or set(states) - {"sent", "uncertain"}:
        verdict.other.append(f"deliveries ended as {dict(states)}, people were asked of {found.asked}")
    for kind in ("rows", "stats"):
        wanted, got = getattr(expected, kind), getattr(found, kind)
        for name in wanted:
            if not (verdict.uncertain and name in TOLD_OF_UNCLEAR):
                _compare_each(verdict, f"{kind} of {name}", wanted[name], got[name])
    for number in expected.calls:
        verdict.compare("calls for one receipt", 1, found.calls.get(number, 0), at_most=looks + deaths)
    _judge_mails(verdict, found, deaths=deaths)
    return verdict


def _compare_each(verdict: Verdict, what: str, wanted: Any, got: Any) -> None:
    """Compare a number, or those that stand below it."""
    if isinstance(wanted, dict):
        for name in wanted | got:
            _compare_each(verdict, f"{what}, {name}", wanted.get(name, 0), got.get(name, 0))
    else:
        verdict.compare(what, wanted or 0, got or 0)


def _judge_mails(verdict: Verdict, found: Outcome, *, deaths: int) -> None:
    """A message to a client leaves once; mail about an account may come again, as the same message."""
    for key in found.by_mail:
        least = 0 if found.deliveries[key] == "uncertain" else 1
        verdict.compare(f"a {found.deliveries[key]} message", least, found.mails[key], at_most=1)
    others = {key: count for key, count in found.mails.items() if key not in found.by_mail}
    incidents = [count for key, count in others.items() if key.startswith("<incident-")]
    account = [count for key, count in others.items() if not key.startswith("<incident-")]
    verdict.compare("mails about accounts", ACCOUNT_MAILS, len(account))
    verdict.compare("the same mail about an account", 1, max(account, default=1), at_most=1 + deaths)
    # A delivery that nobody is sure of is an incident, and its people are told.
    told = len(incidents) if verdict.uncertain else 0
    verdict.compare("mails about incidents", told, len(incidents))
    verdict.compare("the same mail about an incident", 1, max(incidents, default=1), at_most=1 + deaths)
