"""Playbooks in plain words, and what their runs did."""

from __future__ import annotations

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can, works_on_what_it_sees
from workflows.playbooks import resuming
from workflows.playbooks.selectors import get_playbook, list_playbooks
from workflows.playbooks.store import TOPIC, copy_playbook
from workflows.web import go_back
from workflows.web.playbooks.words import explain


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
    context = {
        "detail": detail,
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
