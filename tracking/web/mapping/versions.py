"""The versions of the vocabulary: drafting the next, taking ours, putting it into force, going back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.definitions import kinds, services
from legist.core.definitions.standing import State
from legist.core.errors import NotFound
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, require
from tracking.mapping.content import DEFAULT, from_json
from tracking.mapping.current import current_mapping, standing_of, version_of
from tracking.mapping.edits import TakeShipped, edit_from_json
from tracking.mapping_editor.dry_run import dry_run
from tracking.mapping_editor.pages import count_texts, list_runs, team_names
from tracking.mapping_editor.reprocessing import cancel_run, reprocess_everything
from tracking.mapping_editor.versions import (
    MappingTopic,
    discard_draft,
    get_version,
    list_versions,
    publish_draft,
    roll_back,
    undo_edit,
    view_draft,
)
from tracking.web.answers import done
from tracking.web.labels import status_words
from tracking.web.mapping import labels as mapping_labels
from tracking.web.mapping import page
from tracking.web.mapping.forms import WhyForm
from tracking.web.mapping.labels import Step, stage_name

if TYPE_CHECKING:
    from tracking.models import MappingVersion


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


RUNS_CHANGED = "rereadings-changed"


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One published version with its steps in words."""

    version: MappingVersion
    steps: list[Step]
    is_in_force: bool
    state: State | None


@require_GET
@login_required
def versions(request: HttpRequest) -> HttpResponse:
    """List the versions, newest first, and the runs that read history anew."""
    actor, now = request_actor(request), utc_now()
    runs = list_runs(actor, now=now)
    token = htmx.change_token(*((found.run.pk, found.run.state, found.run.position) for found in runs))
    context: dict[str, Any] = {"now": now, "runs": runs, "token": token}
    context["is_running"] = any(found.run.is_open for found in runs)
    if htmx.is_unchanged(request, context["token"]):
        return htmx.unchanged()
    if htmx.is_fragment(request) and "since" in request.GET:
        return render(request, "tracking/mapping/runs.html", context)
    rows = list(_rows(actor))
    context |= page.frame(view_draft(actor), "versions", now=now)
    context |= {"rows": rows, "texts": count_texts()}
    return render(request, "tracking/mapping/versions.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def restore(request: HttpRequest, number: int) -> HttpResponse:
    """Show what going back to a version would change, and go back for a reason."""
    actor, now = request_actor(request), utc_now()
    draft = view_draft(actor)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        version = roll_back(number, reason=form.cleaned_data["reason"], actor=actor, now=now)
        messages.success(request, _("Done; it is on the record as version %(n)s.") % {"n": version.number})
        return htmx.redirect(request, reverse("tracking:vocabulary_versions"))
    if number > draft.base.number:
        raise NotFound
    context = page.frame(draft, "versions", now=now) | {
        "form": form,
        "number": number,
        "is_in_force": number == draft.base.number,
        "rehearsal": dry_run(actor, base=draft.base, result=get_version(number)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "tracking/mapping/restore.html", context, status=status)


@require_POST
@login_required
def reread(request: HttpRequest) -> HttpResponse:
    """Have all of history read anew."""
    reprocess_everything(actor=request_actor(request), now=utc_now())
    messages.success(request, _("All of history is read anew now. You may leave this page."))
    return htmx.redirect(request, reverse("tracking:vocabulary_versions"))


@require_POST
@login_required
def cancel(request: HttpRequest, rereading_id: UUID) -> HttpResponse:
    """Stop a run over history."""
    cancel_run(rereading_id, actor=request_actor(request), now=utc_now())
    message = _("The run is stopped. What it has read stays.")
    return done(request, message, back=reverse("tracking:vocabulary_versions"), event=RUNS_CHANGED)


def _rows(actor: Actor) -> Iterator[VersionRow]:
    found, teams = list_versions(actor), team_names()
    read = ((version.number, version_of(version)) for version in found)
    before = {n + 1: from_json(each.content, number=n) for n, each in read if not each.faults}
    for version in found:
        edits = [edit_from_json(given) for given in version.edits]
        base = before.get(version.number, DEFAULT)
        steps = mapping_labels.describe(edits, on=base, teams=teams)
        is_newest = version == found[0]
        state = standing_of(version).state if is_newest else None
        yield VersionRow(version, steps, is_in_force=is_newest and state != State.INVALID, state=state)


def _publish(_topic: Any, key: str, content: Any, **how: Any) -> Any:
    return services.publish(MappingTopic((TakeShipped(content),)), key, content, **how)


def _effects(actor: Actor, _key: str, content: Any) -> list[str]:
    """Read the firm's past by the content, as a draft is tried."""
    base = current_mapping()
    found = dry_run(actor, base=base, result=from_json(content, number=base.number))
    read = ngettext(
        "%(n)d past change would read differently.",
        "%(n)d past changes would read differently.",
        found.changes,
    )
    moved = [
        _("“%(status)s” would belong to “%(after)s”, no longer to “%(before)s”; cases on it: %(n)d.")
        % {
            "status": status_words(line.code).label,
            "before": stage_name(line.before),
            "after": stage_name(line.after),
            "n": line.cases,
        }
        for line in found.stages
    ]
    return [read % {"n": found.changes}, *moved]


# The firm edits its statuses as one definition.
STATUSES = kinds.Kind(
    slug="stages",
    topic=MappingTopic(),
    require=partial(require, capability=Capability.EDIT_VOCABULARY),
    call=lambda _key: _("Statuses"),
    page=lambda _key: reverse("tracking:vocabulary_versions"),
    parts={
        "buckets": gettext_lazy("Stages"),
        "rules": gettext_lazy("Titles"),
        "name": gettext_lazy("Name"),
        "name_es": gettext_lazy("Name in Spanish"),
        "codes": gettext_lazy("Statuses"),
        "team": gettext_lazy("Team"),
        "tone": gettext_lazy("Color"),
    },
    publish=_publish,
    dry_run=_effects,
)
