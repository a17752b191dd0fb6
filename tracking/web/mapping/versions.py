"""The statuses as one definition: its draft of steps, what a version would change, history read anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.definitions import kinds, services
from legist.core.definitions.drafts import Draft, Drafts
from legist.core.definitions.services import Decision
from legist.core.definitions.standing import Version
from legist.core.web import htmx, request_actor
from legist.core.web.definitions import DefinitionForm
from legist.practice.permissions import Capability, require
from tracking.mapping.content import DEFAULT, from_json, to_json
from tracking.mapping.current import current_mapping
from tracking.mapping.edits import TakeShipped, edit_from_json
from tracking.mapping_editor.dry_run import DryRun, dry_run
from tracking.mapping_editor.pages import list_runs, team_names
from tracking.mapping_editor.reprocessing import cancel_run, reprocess_everything
from tracking.mapping_editor.versions import (
    EVERYTHING,
    MappingTopic,
    discard_draft,
    publish_draft,
    read_draft,
    roll_back,
    undo_edit,
    view_draft,
)
from tracking.sources.masking import mask_receipts
from tracking.web.answers import done
from tracking.web.mapping import page
from tracking.web.mapping.labels import describe


class Steps(Drafts):
    """The draft of the statuses is kept as steps, which go on top of whichever version is in force."""

    def read(self, _kind: kinds.Kind, _key: str) -> Draft | None:
        found = read_draft()
        if not found.edits or found.updated_at is None:
            return None
        by = found.updated_by.name if found.updated_by else ""
        faults = (found.conflict,) if found.conflict else ()
        return Draft(to_json(found.result), str(found.revision), by, found.updated_at, faults=faults)

    def discard(self, _kind: kinds.Kind, _key: str, *, token: str, actor: Actor, now: datetime) -> None:
        discard_draft(revision=_number(token), actor=actor, now=now)

    def publish(
        self,
        _kind: kinds.Kind,
        _key: str,
        _content: Any,
        *,
        expected: str,
        token: str,
        decision: Decision,
    ) -> Any:
        del expected  # the steps say what they do to any version; what was seen is the draft
        reason, actor = decision.reason, decision.actor
        return publish_draft(revision=_number(token), reason=reason, actor=actor, now=decision.now)


def _rehearse(actor: Actor, _key: str, content: Any) -> DryRun:
    """Read the firm's past by the content."""
    base = current_mapping()
    return dry_run(actor, base=base, result=from_json(content, number=base.number))


def _steps_of(history: Sequence[Version]) -> list[list[str]]:
    """Return the steps of each version in sentences, with the names that held before it."""
    teams = team_names()
    read = {each.number: from_json(each.content, number=each.number) for each in history if not each.faults}
    return [
        [
            mask_receipts(step.text)
            for step in describe(
                [edit_from_json(given) for given in each.row.edits],
                on=read.get(each.number - 1, DEFAULT),
                teams=teams,
            )
        ]
        for each in history
    ]


def _draft_of(_actor: Actor, _key: str, version: Version | None) -> dict[str, Any]:
    found = read_draft()
    frame = {"sections": page.frame(found, "definition", now=utc_now())["sections"]}
    if version or not found.edits:
        return frame
    steps = describe(found.edits, on=found.base, teams=team_names())
    return frame | {"steps": steps, "revision": found.revision}


def _number(token: str) -> int:
    return int(token) if token.isascii() and token.isdigit() and len(token) < 10 else -1


STATUSES = kinds.Kind(
    slug="stages",
    topic=MappingTopic(),
    require=partial(require, capability=Capability.EDIT_VOCABULARY),
    label=gettext_lazy("Statuses"),
    call=lambda _key: _("Stages and titles"),
    page=lambda _key: reverse("tracking:vocabulary"),
    editor=lambda _key: reverse("tracking:vocabulary"),
    form=DefinitionForm,
    drafts=Steps(),
    parts={
        "buckets": gettext_lazy("Stages"),
        "rules": gettext_lazy("Titles"),
        "name": gettext_lazy("Name"),
        "name_es": gettext_lazy("Name in Spanish"),
        "codes": gettext_lazy("Statuses"),
        "team": gettext_lazy("Team"),
        "tone": gettext_lazy("Color"),
    },
    say=lambda place, value: mask_receipts(kinds.in_words(place, value)),
    notes=_steps_of,
    dry_run=_rehearse,
    effects="tracking/mapping/rehearsal.html",
    aside="tracking/mapping/steps.html",
    style="css/pages/mapping.css",
    about=_draft_of,
    publish=lambda _topic, key, content, **how: services.publish(
        MappingTopic((TakeShipped(content),)), key, content, **how
    ),
    restore=lambda _topic, _key, number, *, decision, expected: roll_back(
        number, reason=decision.reason, actor=decision.actor, now=decision.now, expected=expected
    ),
    tell=lambda made: (
        _("Version %(n)s is in force. What it touches in the past is read anew now.") % {"n": made.number}
    ),
)

RUNS_CHANGED = "rereadings-changed"


@require_POST
@login_required
def undo(request: HttpRequest) -> HttpResponse:
    """Take one step out of the draft."""
    actor = request_actor(request)
    seen, position = _number(request.POST.get("revision", "")), _number(request.POST.get("position", ""))
    undo_edit(position, revision=seen, actor=actor, now=utc_now())
    messages.success(request, _("The step is out of the draft."))
    return htmx.redirect(request, STATUSES.address(EVERYTHING))


@require_http_methods(["GET", "POST"])
@login_required
def reread(request: HttpRequest) -> HttpResponse:
    """List the runs that read history anew; have all of it read anew."""
    actor, now = request_actor(request), utc_now()
    if request.method == "POST":
        reprocess_everything(actor=actor, now=now)
        messages.success(request, _("All of history is read anew now. You may leave this page."))
        return htmx.redirect(request, reverse("tracking:vocabulary_reread"))
    runs = list_runs(actor, now=now)
    token = htmx.change_token(*((found.run.pk, found.run.state, found.run.position) for found in runs))
    context: dict[str, Any] = {"now": now, "runs": runs, "token": token}
    context["is_running"] = any(found.run.is_open for found in runs)
    if htmx.is_unchanged(request, context["token"]):
        return htmx.unchanged()
    if htmx.is_fragment(request) and "since" in request.GET:
        return render(request, "tracking/mapping/runs.html", context)
    context |= page.frame(view_draft(actor), "reread", now=now)
    return render(request, "tracking/mapping/reread.html", context)


@require_POST
@login_required
def cancel(request: HttpRequest, rereading_id: UUID) -> HttpResponse:
    """Stop a run over history."""
    cancel_run(rereading_id, actor=request_actor(request), now=utc_now())
    message = _("The run is stopped. What it has read stays.")
    return done(request, message, back=reverse("tracking:vocabulary_reread"), event=RUNS_CHANGED)
