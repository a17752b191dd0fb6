"""The draft of the next vocabulary: its steps, what they would change, and putting it into force."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from tracking.mapping_editor.dry_run import dry_run
from tracking.mapping_editor.pages import team_names
from tracking.mapping_editor.versions import discard_draft, publish_draft, undo_edit, view_draft
from tracking.web.mapping import labels as mapping_labels
from tracking.web.mapping import page
from tracking.web.mapping.forms import WhyForm


@require_GET
@login_required
def draft(request: HttpRequest) -> HttpResponse:
    """Show the steps of the draft and what they would change in the firm's own history."""
    return _draft(request)


@require_POST
@login_required
def undo(request: HttpRequest) -> HttpResponse:
    """Take one step out of the draft."""
    actor = request_actor(request)
    seen, position = _number(request, "revision"), _number(request, "position")
    undo_edit(position, revision=seen, actor=actor, now=utc_now())
    return _back(request, _("The step is out of the draft."))


@require_POST
@login_required
def publish(request: HttpRequest) -> HttpResponse:
    """Put the draft into force, as it was seen."""
    actor, form = request_actor(request), WhyForm(request.POST)
    if not form.is_valid():
        return _draft(request, form=form, status=422)
    seen, reason = form.cleaned_data["revision"] or 0, form.cleaned_data["reason"]
    version = publish_draft(revision=seen, reason=reason, actor=actor, now=utc_now())
    said = _("Version %(n)s is in force. What it touches in the past is read anew now.")
    messages.success(request, said % {"n": version.number})
    return htmx.redirect(request, reverse("tracking:vocabulary_versions"))


@require_POST
@login_required
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    discard_draft(revision=_number(request, "revision"), actor=request_actor(request), now=utc_now())
    return _back(request, _("The draft is discarded. Nothing has changed."))


def _draft(request: HttpRequest, *, form: WhyForm | None = None, status: int = 200) -> HttpResponse:
    actor, now = request_actor(request), utc_now()
    found = view_draft(actor)
    context = page.frame(found, "draft", now=now) | {
        "steps": mapping_labels.describe(found.edits, on=found.base, teams=team_names()),
        "form": form or WhyForm(initial={"revision": found.revision}),
    }
    if found.edits and not found.conflict:
        context["rehearsal"] = dry_run(actor, base=found.base, result=found.result)
    return render(request, "tracking/mapping/draft.html", context, status=status)


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def _back(request: HttpRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return htmx.redirect(request, reverse("tracking:vocabulary_draft"))
