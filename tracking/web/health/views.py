"""Source health: is it fresh, is it within budget, what is stuck, what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from legist.core import given_up, heartbeat, instants, tasks
from legist.core.actors import Actor
from legist.core.clock import is_recent, utc_now
from legist.core.errors import NotFound
from legist.core.states import BreakerState
from legist.core.web import htmx, moments, request_actor
from legist.practice.permissions import Capability, can, require
from tracking import selectors
from tracking.mapping_editor.pages import team_names
from tracking.polling import dials
from tracking.polling.dials import OperatorReason
from tracking.polling.leasing import FULL
from tracking.selectors import SourceHealth, Window
from tracking.selectors.health import LaneHealth
from tracking.sources import POLLED, label_of, lanes_of
from tracking.states import ReviewKind, Tier
from tracking.web import labels
from tracking.web.answers import done, form_again
from tracking.web.suggestions import views as assistant_page

SILENT_AFTER: Final = timedelta(minutes=2)
NEARLY: Final = 0.9
HALF: Final = 50


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the machinery: its name, one word, why, and its last sign of life."""

    name: str
    word: str
    tone: str
    detail: str
    at: datetime | None = None
    source: str = ""


def page(found: SourceHealth, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return what the page shows."""
    assistant = [Part(*words) for words in assistant_page.health_parts(now)]
    left, healed = given_up.list_given_up(), instants.list_healed(now=now)
    windows = (("hour", found.hour), ("day", found.day))
    workers = heartbeat.list_workers(now=now)
    more = [*assistant, *left, *map(sign_of, workers), *((row.column, row.healed_at) for row in healed)]
    return {
        "now": now,
        "health": found,
        "parts": [source_part(found), worker_part(found, now), *lane_parts(found, now), *assistant],
        "quota_tone": "action" if found.quota and found.calls_today >= NEARLY * found.quota else "",
        **{f"{span}_errors": errors(window) for span, window in windows},
        **{f"{span}_rate": rate(window) for span, window in windows},
        "tiers": [(tier, str(tier.label), found.by_tier.get(tier, 0)) for tier in Tier],
        "waiting": waiting(found),
        "waiting_total": sum(found.waiting_for_person.values()),
        "may_operate": can(actor, Capability.OPERATE_POLLER),
        "switch_form": SwitchForm(initial={"on": "0" if found.is_polling_on else "1"}, auto_id="switch_%s"),
        "reset_form": ResetForm(auto_id="reset_%s"),
        "dial_form": DialForm(auto_id="dial_%s", initial={"percent": percent_of_all(found)}),
        "turned_down": turned_down(found),
        "is_held": found.is_held_back,
        "healed": healed,
        "token": token(found, actor, more),
        **given_up_part(left, actor),
        **waiting_part(workers, now),
    }


def percent_of_all(found: SourceHealth) -> int:
    """Return how far polling as a whole is turned down now; half where it is not, to begin with."""
    of_all = (each.dial for each in found.turned_down)
    return next((dial.percent for dial in of_all if not (dial.tier or dial.team_id or dial.lane)), HALF)


def given_up_part(left: list[given_up.Listing], actor: Actor) -> dict[str, Any]:
    """Return what was given up, and whether the actor may have it tried again or mark it as seen."""
    return {
        "given_up": left,
        "given_up_unseen": sum(listing.unseen for listing in left),
        "may_settle": can(actor, Capability.SETTLE_GIVEN_UP),
    }


def token(found: SourceHealth, actor: Actor, more: list[Any]) -> str:
    """Return what changes when the page would look different; signs of life count by the minute."""
    beats = [
        at and at.replace(second=0, microsecond=0) for at in (found.poller_seen_at, found.worker_seen_at)
    ]
    counts = (found.calls_today, found.watched, found.due, found.held, found.put_off, found.overdue)
    turned = [(each.dial.pk, each.waiting) for each in found.turned_down]
    states = (
        found.state,
        [(lane.breaker.state, lane.blocked_until, lane.calls_today) for lane in found.lanes],
        found.waiting_for_person,
        found.hour.calls,
        found.day.failed,
    )
    return htmx.change_token(
        actor.key, *counts, found.by_tier, *states, *turned, found.last_good_at, *beats, *more
    )


def source_part(found: SourceHealth) -> Part:
    """Say how the source answers."""
    name, word, tone = label_of(found.source), str(found.state.label), found.state.tone
    if not found.last_good_at:
        return Part(name, word, tone, _("Nothing was read yet."))
    detail = _("%(n)s calls in the last hour, %(rate)s failed") % {
        "n": thousands(found.hour.calls),
        "rate": rate(found.hour),
    }
    return Part(name, word, tone, detail, found.last_good_at, _("last good read"))


def worker_part(found: SourceHealth, now: datetime) -> Part:
    """Say whether the background worker lives."""
    seen = found.worker_seen_at
    if seen is None:
        return Part(_("Worker"), _("Never seen"), "bad", _("Start it with: manage.py worker"))
    if not is_recent(seen, now=now, within=SILENT_AFTER):
        words = _("Nothing is checked until it runs again. Last sign of life: %(when)s.")
        return Part(_("Worker"), _("Silent"), "bad", words % {"when": moments.relative_words(seen, now)})
    words = _("Polls, imports and sends. Sign of life: %(when)s.")
    return Part(_("Worker"), _("Running"), "good", words % {"when": moments.relative_words(seen, now)})


def sign_of(worker: heartbeat.Worker) -> tuple[object, ...]:
    """Return what changes when the line of a worker would look different."""
    seen_at = worker.process.seen_at.replace(second=0, microsecond=0)
    return worker.process.pk, worker.process.release, worker.is_silent, seen_at


def waiting_part(workers: list[heartbeat.Worker], now: datetime) -> dict[str, Any]:
    """Return whose release is another than that of this page, and how many minutes work has waited."""
    names = {tasks.Queue.WORK: _("Background work"), tasks.Queue.POLLING: _("Polling")}
    waits = tasks.waits(now)
    return {
        "workers": workers,
        "release": heartbeat.release(),
        "others": [worker for worker in workers if worker.is_other and not worker.is_silent],
        "waits": [(name, waits[queue] // timedelta(minutes=1)) for queue, name in names.items()],
    }


def lane_parts(found: SourceHealth, now: datetime) -> list[Part]:
    """Say of each lane whether calls are held back."""
    return [lane_part(lane, now, is_only=len(found.lanes) == 1) for lane in found.lanes]


def lane_part(lane: LaneHealth, now: datetime, *, is_only: bool) -> Part:
    """Say whether calls of a lane are held back, why, and until when; of several each by its name."""
    name = _("Calls") if is_only else _("Calls of %(lane)s") % {"lane": label_of(lane.key)}
    held = lane.breaker
    if held.state != BreakerState.CLOSED:
        until = (
            moments.relative_words(held.retry_at, now)
            if held.retry_at
            else _("when somebody lets them through")
        )
        reason = labels.error_words(held.reason)
        return Part(
            name, _("Held back"), "bad", _("%(why)s; again %(when)s") % {"why": reason, "when": until}
        )
    if lane.blocked_until and lane.blocked_until > now:
        until = moments.relative_words(lane.blocked_until, now)
        return Part(
            name, _("Waiting"), "waiting", _("The source asked us to wait; again %(when)s") % {"when": until}
        )
    if lane.quota and not lane.calls_left:
        return Part(name, _("Used up"), "bad", _("No call is left today. Checks go on at midnight UTC."))
    return Part(name, _("Going through"), "good", _("%(n)s left today") % {"n": thousands(lane.calls_left)})


def turned_down(found: SourceHealth) -> list[dict[str, Any]]:
    """Return what is turned down in words, with the fields that turn it back."""
    return [
        {
            "what": turned.words,
            "percent": turned.dial.percent,
            "calls": thousands(found.quota) if turned.is_on_whole else "",
            "waiting": turned.waiting,
            "by": turned.dial.by.name if turned.dial.by else _("a command"),
            "since": turned.dial.since,
            "until": turned.dial.until,
            "why": str(dict(OperatorReason.choices).get(turned.dial.reason, "")),
            "fields": {
                "percent": 100,
                "tier": turned.dial.tier,
                "team": turned.dial.team_id or "",
                "lane": turned.dial.lane,
                "reason": OperatorReason.MENDED,
            },
        }
        for turned in found.turned_down
    ]


def errors(window: Window) -> list[tuple[str, int]]:
    """Return the errors of a span of time in words, the most frequent first."""
    return [(labels.error_words(code), count) for code, count in window.codes.items()]


def rate(window: Window) -> str:
    """Return the share of failed calls as people say it."""
    return f"{window.error_rate * 100:.1f}%" if window.failed else "0%"


def thousands(number: int) -> str:
    """Return a count as people write it."""
    return str(number_format(number, force_grouping=True))


def waiting(found: SourceHealth) -> list[tuple[str, str, int]]:
    """Return (kind, words, count) of what waits for a person."""
    counts = found.waiting_for_person
    return [(kind, str(kind.label), counts[kind]) for kind in ReviewKind if counts.get(kind)]


class ResetForm(forms.Form):
    """Why somebody turns what all polling hangs on."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It stays on the record."),
        choices=[("", gettext_lazy("Choose a reason")), *OperatorReason.choices],
    )


class SwitchForm(ResetForm):
    """The master switch of polling."""

    on = forms.ChoiceField(choices=[("1", "on"), ("0", "off")], widget=forms.HiddenInput)


HOURS: Final = (
    ("", gettext_lazy("Somebody turns it back")),
    ("1", gettext_lazy("An hour has passed")),
    ("4", gettext_lazy("Four hours have passed")),
    ("24", gettext_lazy("A day has passed")),
    ("168", gettext_lazy("A week has passed")),
)


# The harshest comes last, and whoever turns down what nobody has turned down begins with half.
PERCENTS: Final[dict[str, Any]] = {
    **{str(share): f"{share} %" for share in (FULL, 75, HALF, 25, 10)},
    "0": gettext_lazy("Nothing: no receipt of it is asked about"),
}


class DialForm(ResetForm):
    """How far polling of something goes on, why, and until when."""

    percent = forms.TypedChoiceField(label=gettext_lazy("What goes on"), coerce=int)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), required=False)
    team = forms.TypedChoiceField(label=gettext_lazy("Team"), required=False, coerce=UUID, empty_value=None)
    lane = forms.ChoiceField(label=gettext_lazy("Lane"), required=False)
    until = forms.ChoiceField(label=gettext_lazy("Until"), required=False, choices=HOURS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = str(self.initial.get("percent", FULL))
        offered: dict[str, list[tuple[str, str]]] = {
            "percent": sorted(
                ({standing: f"{standing} %"} | PERCENTS).items(), key=lambda choice: -int(choice[0])
            ),
            "tier": [(tier, str(tier.label)) for tier in Tier if tier != Tier.PAUSED],
            "team": list(team_names().items()),
            "lane": [(lane, label_of(lane)) for lane in lanes_of(POLLED)],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
            field.choices = [*([] if field.required else [("", _("All"))]), *choices]

    def turned(self, *, actor: Actor, now: datetime) -> bool:
        """Turn it as it was filled in; False when it stood so already."""
        given = self.cleaned_data
        hours = given["until"]
        return dials.turn(
            given["percent"],
            scope=dials.Scope(lane=given["lane"], tier=given["tier"], team=given["team"]),
            actor=actor,
            now=now,
            reason=given["reason"],
            until=now + timedelta(hours=int(hours)) if hours else None,
        )


CHANGED = "health-changed"


@never_cache
@require_GET
@login_required
def health(request: HttpRequest) -> HttpResponse:
    """Show how the source and the poller are doing; the page asks again by itself."""
    actor, now = request_actor(request), utc_now()
    context = page(selectors.view_source_health(actor, now=now), actor=actor, now=now)
    if htmx.is_unchanged(request, context["token"]):
        return htmx.unchanged()
    is_refresh = htmx.is_fragment(request) and "since" in request.GET
    return render(
        request, "tracking/health/live.html" if is_refresh else "tracking/health/page.html", context
    )


@require_POST
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """Turn the master switch of polling, for a reason."""
    actor, form = request_actor(request), SwitchForm(request.POST, auto_id="switch_%s")
    require(actor, Capability.OPERATE_POLLER)
    if not form.is_valid():
        return form_again(request, "tracking/health/switch.html", {"switch_form": form})
    on = form.cleaned_data["on"] == "1"
    dials.switch_polling(on=on, actor=actor, now=utc_now(), reason=form.cleaned_data["reason"])
    message = (
        _("Polling is on: due receipts are asked about.") if on else _("Polling is off: nothing is asked.")
    )
    return done(request, message, back=reverse("tracking:health"), event=CHANGED)


@require_POST
@login_required
def turn(request: HttpRequest) -> HttpResponse:
    """Turn polling of a tier, a team, a lane or all of it down or back, for a reason."""
    actor, form = request_actor(request), DialForm(request.POST, auto_id="dial_%s")
    require(actor, Capability.OPERATE_POLLER)
    if not form.is_valid():
        return form_again(request, "tracking/health/dial.html", {"dial_form": form})
    was_turned = form.turned(actor=actor, now=utc_now())
    message = _("It holds from the next check on.") if was_turned else _("It stood so already.")
    return done(request, message, back=reverse("tracking:health"), event=CHANGED)


@require_POST
@login_required
def reset(request: HttpRequest) -> HttpResponse:
    """Let calls to the source through again, for a reason."""
    actor, form = request_actor(request), ResetForm(request.POST, auto_id="reset_%s")
    require(actor, Capability.OPERATE_POLLER)
    if not form.is_valid():
        return form_again(request, "tracking/health/reset.html", {"reset_form": form})
    was_held = dials.reset_source(POLLED, actor=actor, now=utc_now(), reason=form.cleaned_data["reason"])
    message = _("Calls go through again.") if was_held else _("Calls were not held back.")
    return done(request, message, back=reverse("tracking:health"), event=CHANGED)


@require_POST
@login_required
def try_again(request: HttpRequest, source: str) -> HttpResponse:
    """Give what was given up (one thing, or all of its kind) another chance."""
    actor = request_actor(request)
    require(actor, Capability.SETTLE_GIVEN_UP)
    count = given_up.try_again(source, ids=_chosen(request), actor=actor, now=utc_now())
    message = ngettext("%(n)d is tried again.", "%(n)d are tried again.", count) % {"n": count}
    nothing = _("Nothing could be tried again: it is settled already, or somebody has to decide about it.")
    return done(request, message if count else nothing, back=reverse("tracking:health"), event=CHANGED)


@require_POST
@login_required
def mark_seen(request: HttpRequest, source: str) -> HttpResponse:
    """Say that somebody knows of what was given up (one thing, or all of its kind)."""
    actor = request_actor(request)
    require(actor, Capability.SETTLE_GIVEN_UP)
    given_up.mark_seen(source, ids=_chosen(request), actor=actor, now=utc_now())
    message = _("Marked as seen. It stays on the list until it is settled.")
    return done(request, message, back=reverse("tracking:health"), event=CHANGED)


def _chosen(request: HttpRequest) -> list[UUID] | None:
    """Return the one thing that was asked about; None means all of its kind."""
    asked = request.POST.get("thing", "")
    try:
        return [UUID(asked)] if asked else None
    except ValueError:
        raise NotFound from None
