"""Probes of the process and of the system, the shell's live counts, and the gallery of components.

It reads no data of the firm, counts apart.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from legist.core import canary, flags, given_up, heartbeat, incidents, storage
from legist.core.actors import Actor, ActorKind
from legist.core.clock import utc_now
from legist.core.errors import NotFound
from legist.core.tasks import Queue, schedules, waits
from legist.core.web import request_actor
from legist.core.web.htmx import is_unchanged, unchanged
from legist.core.web.navigation import NavigationItem, Place, Shell, Signal
from legist.core.web.pagination import Page

SAMPLES = json.loads((Path(__file__).parent / "gallery.json").read_text(encoding="utf-8"))
PAGES = ("list", "detail", "wizard", "approval", "portal", "empty", "panel")
CHIPS = [("Form", "I-485"), ("Owner", "Me")]
FIXED = {
    "pages": PAGES,
    "page": Page(items=[], next_cursor="more"),
    "left": timedelta(minutes=2),
    "steps": ["Upload", "Check", "Import", "Done"],
    "chips": [{"name": name, "value": value, "remove_url": "#"} for name, value in CHIPS],
    **{key: SAMPLES[key] for key in ("stages", "raw", "texts")},
}
CHOICES = [("mail", "By e-mail"), ("portal", "In the portal"), ("both", "Both")]


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="What everybody in the firm will call it.")
    due = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date", "class": "control-short"}), required=False
    )
    owner = forms.ChoiceField(choices=[("", "Choose a person"), ("p", "Paul Osei"), ("a", "Alice Moreno")])
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), help_text="It stays on the record.")
    channel = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, label="How to tell the client")
    urgent = forms.BooleanField(required=False, label="Show above everything else")


class SampleFileForm(forms.Form):
    """A form with a file to drop."""

    upload = forms.FileField(label="List of receipts")


def wrong_file_form() -> SampleFileForm:
    """Return the file form as it comes back when the file was empty."""
    files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict(
        {"upload": [SimpleUploadedFile("empty.csv", b"")]}
    )
    return SampleFileForm({}, files, auto_id="wrong_%s")


@dataclass
class SampleShell(Shell):
    """The shell with made-up places, so that the gallery needs neither data nor a signed-in person."""

    is_live = False
    made_up: list[Place] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        return Actor(kind=ActorKind.USER, id="sample", label="Paul Osei")

    @property
    def places(self) -> list[Place]:
        return self.made_up

    @property
    def signal(self) -> Signal:
        return Signal(label="Read 40 s ago", tone="good", url="#")

    @property
    def search_url(self) -> str:
        return "#"


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    refuse_strangers(request)
    return render(request, "components/gallery/index.html", sample_context(request))


@require_safe
def specimen(request: HttpRequest, page: str) -> HttpResponse:
    """Show a page made of the components, as a model for real ones."""
    refuse_strangers(request)
    if page not in PAGES:
        raise NotFound
    return render(request, f"components/gallery/{page}.html", sample_context(request))


def refuse_strangers(request: HttpRequest) -> None:
    """In production only staff may look; anybody else finds nothing."""
    if settings.IS_PRODUCTION and not getattr(request.user, "is_staff", False):
        raise NotFound


def sample_context(request: HttpRequest) -> dict[str, Any]:
    """Return everything the gallery's templates show."""
    now = utc_now()
    today = now.date()
    rows = [sample_row(row, now) for row in SAMPLES["rows"]]
    days = {"near": 5, "far": 76, "past": -3}
    return {
        "shell": SampleShell(request, made_up=sample_places(request)),
        "now": now,
        "today": today,
        "rows": rows,
        "row": rows[0],
        "dates": {name: today + timedelta(days=count) for name, count in days.items()},
        "times": {"fresh": now - timedelta(minutes=4), "old": now - timedelta(hours=31)},
        "tasks": sample_tasks(today),
        "tabs": sample_tabs(),
        **sample_forms(),
        **FIXED,
    }


def sample_forms() -> dict[str, Any]:
    """Return each form as it opens and as it comes back refused."""
    refused = {"title": "", "due": "", "owner": "p", "reason": "", "channel": "fax"}
    return {
        "form": SampleForm(),
        "wrong_form": SampleForm(refused, auto_id="wrong_%s"),
        "reason_form": SampleForm(auto_id="dialog_%s"),
        "file_form": SampleFileForm(),
        "wrong_file_form": wrong_file_form(),
    }


def sample_row(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Turn a row's relative times into real ones."""
    due = row["due"]
    day = now.date() + timedelta(days=due) if due is not None else None
    return {**row, "at": now - timedelta(minutes=row["minutes"]), "due_on": day}


def sample_places(request: HttpRequest) -> list[Place]:
    """Return the places of the made-up shell: a client's on the portal's page, else those of staff."""
    entries: list[list[Any]] = SAMPLES["portal_places" if request.path.endswith("/portal/") else "places"]
    return [
        Place(
            NavigationItem(key=key, label=label, url_name="", icon=icon, section=section, letter=letter),
            url=f"#{key}",
            count=count,
            is_current=index == 0,
        )
        for index, (key, label, icon, count, section, letter) in enumerate(entries)
    ]


def sample_tabs() -> list[dict[str, Any]]:
    """Return saved views, the first one open."""
    views = (("Mine", 12), ("Unread", 5), ("All of the team", 48), ("Denied this month", 2))
    return [
        {"label": label, "url": "#", "count": count, "current": label == "Mine"} for label, count in views
    ]


def sample_tasks(today: date) -> list[dict[str, Any]]:
    """Return a checklist with something done, something due and something to press."""
    return [
        {"label": "Tell the client the date and place", "done": True, "who": "Paul Osei", "due": today},
        {
            "label": "Check the spelling of the name",
            "done": False,
            "who": "Paul Osei",
            "due": today + timedelta(days=3),
            "url": "#",
        },
        {
            "label": "Remind a week before",
            "done": False,
            "note": "Sent by Legist",
            "due": today + timedelta(days=14),
        },
    ]


@require_safe
def rail(request: HttpRequest) -> HttpResponse:
    """Return the places with fresh counts and the dot of the top bar, or nothing when none has changed."""
    request_actor(request)
    shell = Shell(request, recounts=True)
    if is_unchanged(request, shell.token):
        return unchanged()
    return render(
        request, "staff/sidebar.html", {"sections": shell.sections, "shell": shell, "is_answer": True}
    )


WORKER_SILENCE = timedelta(seconds=30)
POLLER_SILENCE = timedelta(minutes=5)
QUEUE_DELAY = timedelta(minutes=2)
READY = frozenset({"open", "ok", "off", "idle", "waiting", "turned_down", "used_up", "mixed"})
# Whose work a process of one role does, where it is asked about alone; web does none.
ROLES = {
    "": frozenset(Queue),
    "web": frozenset[Queue](),
    "worker": frozenset({Queue.WORK}),
    "polling": frozenset({Queue.POLLING}),
}
SIGNS = {"worker": heartbeat.WORKER, "polling_worker": heartbeat.POLLING_WORKER}


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Return 200 while this process answers, and 503 once it is to be passed over; touches nothing else.

    Whoever is about to stop it makes the file LEGIST_LEAVING_PATH first; what comes meanwhile is answered.
    """
    path = settings.LEGIST_LEAVING_PATH
    if path and Path(path).exists():
        return JsonResponse({"status": "leaving"}, status=503)
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Return 200 when database, disk, keys, queue, worker and poller are well, otherwise 503; names each.

    So it does while events or tasks were given up that nobody has tried again or seen; `given_up` counts.
    `?role=` asks about `web`, `worker` or `polling` alone: what concerns others makes it fail no longer.
    `incidents` counts what is not working, and fails where no mail about it could go out.
    `waits_s` says for how many seconds the oldest due task of each queue, or event, has waited.
    """
    role, now = request.GET.get("role", ""), utc_now()
    if role not in ROLES:
        known = sorted(name for name in ROLES if name)
        return JsonResponse({"status": "unknown role", "roles": known}, status=400)
    checks, left = check_readiness(now=now, role=role), count_given_up()
    checks |= {"given_up": _given_up(left)} if left and role in {"", "worker"} else {}
    open_now = count_incidents(now)
    checks |= {"incidents": _incidents(open_now)} if open_now and role in {"", "worker"} else {}
    is_ready = all(verdict in READY for verdict in checks.values())
    body = {"status": "ok" if is_ready else "failing", "checks": checks, "given_up": left}
    body |= {"incidents": open_now, "waits_s": _waits_s(now)}
    return JsonResponse(body, status=200 if is_ready else 503)


def check_readiness(*, now: datetime, role: str = "") -> dict[str, str]:
    """Return a verdict for each part: ok, idle (nothing is due), off (by an operator), or what is wrong.

    `polling` is there while an operator has it turned down or the calls of the day are used up,
    `polling_worker` where that role is asked about.
    `releases` is mixed while a living worker runs another release than this process.

    `storage` is full where the disk is, `worker` is clock_ahead where its sign of life lies in the future.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        keys = "wrong" if canary.faults() else "ok"
        verdicts = {"database": "ok", "storage": storage.verdict(), "keys": keys}
        if not ROLES[role]:
            return verdicts
        verdicts |= {"queue": _queue(now, ROLES[role]), "releases": _releases(now)}
        if Queue.WORK in ROLES[role]:
            verdicts["worker"] = _worker("worker", now)
        if Queue.POLLING in ROLES[role]:
            alone = {"polling_worker": _worker("polling_worker", now)} if role else {}
            verdicts |= alone | {"poller": _poller(now)} | heartbeat.verdicts(now)
    except DatabaseError:
        return {"database": "unreachable"}
    return verdicts


def count_given_up() -> dict[str, int]:
    """Return how much of each kind was given up and not seen; empty without a database."""
    try:
        return given_up.counts()
    except DatabaseError:
        return {}


def count_incidents(now: datetime) -> dict[str, int]:
    """Return how many incidents are open, looking for them where no worker does; empty without a database."""
    incidents.watch_if_late(now=now)
    try:
        return incidents.counts()
    except DatabaseError:
        return {}


def _incidents(found: dict[str, int]) -> str:
    if found["untold"]:
        return "untold"
    return "open" if found["open"] else "ok"


def _given_up(left: dict[str, int]) -> str:
    if given_up.is_blocking(left):
        return "unseen"
    return "waiting" if any(left.values()) else "ok"


def _waits_s(now: datetime) -> dict[str, int]:
    try:
        return {queue: round(waited.total_seconds()) for queue, waited in waits(now).items()}
    except DatabaseError:
        return {}


def _queue(now: datetime, queues: frozenset[Queue]) -> str:
    waited = waits(now)
    return "ok" if max(waited[queue] for queue in queues) <= QUEUE_DELAY else "delayed"


def _releases(now: datetime) -> str:
    living = [worker for worker in heartbeat.list_workers(now=now) if not worker.is_silent]
    return "mixed" if any(worker.is_other for worker in living) else "ok"


def _worker(name: str, now: datetime) -> str:
    if heartbeat.is_ahead(SIGNS[name], now=now):
        return "clock_ahead"
    return "ok" if heartbeat.is_alive(SIGNS[name], now=now, within=WORKER_SILENCE) else "silent"


def _poller(now: datetime) -> str:
    if not flags.is_on(flags.POLLING):
        return "off"
    if heartbeat.is_alive(heartbeat.POLLER, now=now, within=POLLER_SILENCE):
        return "ok"
    # It shows no sign of life while no receipt is due, and that is no fault.
    return "silent" if schedules.list_late(now=now, by=POLLER_SILENCE) else "idle"
