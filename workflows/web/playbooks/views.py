"""Playbooks in plain words, what their runs did, and what one would have done."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can, works_on_what_it_sees
from workflows.labels import playbook_label
from workflows.playbooks import resuming
from workflows.playbooks.rehearsal import PERIOD, Rehearsal, rehearse
from workflows.playbooks.selectors import get_playbook, list_playbooks
from workflows.playbooks.store import TOPIC, copy_playbook, unsaved
from workflows.states import PlaybookMode
from workflows.web import go_back
from workflows.web.playbooks.words import explain, explain_run


def on_the_past(
    actor: Actor, key: tuple[str, ...], content: Any, *, since: date | None = None, until: date | None = None
) -> list[str]:
    """Say what a playbook would have done about the changes of a period, and does from now on.

    Without one it is that of the last 90 days.
    """
    now = utc_now()
    begins = _midnight(since) if since else (_midnight(until) if until else now) - PERIOD
    ends = _midnight(until + timedelta(days=1)) if until else now
    days = {"since": date_format(begins), "until": date_format(until or now)}
    when = _("From %(since)s to %(until)s") % days if since or until else _("In the last 90 days")
    found = rehearse(actor, key[0], content, now=now, period=(begins, ends))
    from_now = str(FROM_NOW[content.get("mode", PlaybookMode.ACTIVE)])
    if not found.found:
        nothing = _("%(time)s no case that you may see had a status which it names: nothing to try it on.")
        return [nothing % {"time": when}, from_now]
    return [*_tried(found, when), *_counted(found, key[0], content), from_now]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _tried(found: Rehearsal, when: str) -> list[str]:
    looked = _(
        "%(time)s %(found)d changes on cases that you may see had a status which it names. Of the "
        "%(n)d newest of them, %(now)d would have started it; what holds now, %(today)d. It was really at "
        "work on %(really)d."
    )
    told = {"time": when, "n": found.looked_at, "found": found.found, "now": found.started}
    costs = _("In all: %(messages)d messages to approve, %(tasks)d tasks, %(dates)d dates.")
    return [
        looked % (told | {"today": found.started_today, "really": found.really}),
        costs % {"messages": found.messages, "tasks": found.tasks, "dates": found.dates},
    ]


def _counted(found: Rehearsal, key: str, content: Any) -> list[str]:
    times = {step.text: found.steps[step.key] for step in explain(unsaved(key, content)).steps}
    done = [
        ngettext("%(n)d time: %(what)s", "%(n)d times: %(what)s", n) % {"n": n, "what": what}
        for what, n in times.items()
        if n
    ]
    waits = ngettext(
        "%(n)d step would have waited for a person.",
        "%(n)d steps would have waited for a person.",
        found.held,
    ) % {"n": found.held}
    rivals = [
        ngettext(
            "About %(n)d change “%(name)s” writes to the client as well.",
            "About %(n)d changes “%(name)s” writes to the client as well.",
            n,
        )
        % {"n": n, "name": playbook_label(other)}
        for other, n in found.rivals.items()
    ]
    return [*done, *([waits] if found.held else []), *rivals]


FROM_NOW: dict[str, Any] = {
    PlaybookMode.ACTIVE: gettext_lazy(
        "It starts by the next change of a case; what runs already goes on as it began."
    ),
    PlaybookMode.SHADOW: gettext_lazy(
        "In shadow it does none of this: no date is counted, nobody told. The record says what it would do."
    ),
    PlaybookMode.OFF: gettext_lazy("Switched off it does none of this: no date is counted, nobody is told."),
}


class CopyForm(forms.Form):
    """That somebody wants a copy, so that the same sent twice makes one."""

    submission = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)


@require_GET
@login_required
def playbooks(request: HttpRequest) -> HttpResponse:
    """List the playbooks: what starts each, and what waits for a person."""
    known = TOPIC.standings()
    found = [(row, explain(row), known[row.identity].state) for row in list_playbooks(request_actor(request))]
    return render(request, "workflows/playbooks/page.html", {"playbooks": found, "now": utc_now()})


@require_GET
@login_required
def playbook(request: HttpRequest, key: str) -> HttpResponse:
    """Show one playbook, read-only, with what its latest runs did."""
    actor = request_actor(request)
    detail = get_playbook(actor, key)
    versions = {run.playbook_id: run.playbook for run in detail.runs}
    said = {pk: explain(version) for pk, version in versions.items()}
    context = {
        "detail": detail,
        "runs": [(run, explain_run(run, said[run.playbook_id])) for run in detail.runs],
        "playbook": detail.playbook,
        "words": explain(detail.playbook),
        "copy_form": CopyForm() if can(actor, Capability.EDIT_WORDING) else None,
        "can_work": works_on_what_it_sees(actor),
        "now": utc_now(),
    }
    return render(request, "workflows/playbooks/playbook.html", context)


@require_POST
@login_required
def copy(request: HttpRequest, key: str) -> HttpResponse:
    """Copy a playbook, and go on to write the copy."""
    form = CopyForm(request.POST)
    sent = form.cleaned_data["submission"] if form.is_valid() else None
    copied = copy_playbook(key, sent=sent, actor=request_actor(request), now=utc_now())
    messages.success(request, _("Copied. The copy is off until you say what it does and publish it."))
    return htmx.redirect(request, reverse("definition", args=["playbooks", copied]))


@require_POST
@login_required
def repeat(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Try the failed steps of a run again."""
    summary = resuming.repeat_run(run_id, now=utc_now(), actor=request_actor(request))
    if summary.failed:
        messages.warning(request, _("A step could still not be done. Its reason is beside it."))
    else:
        messages.success(request, _("Every step of the run is done now."))
    return htmx.redirect(request, go_back(request, reverse("workflows:playbooks")))
