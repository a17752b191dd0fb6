"""The firm's stages: their order, names, colours, owners, and which statuses belong to each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.errors import NotFound
from legist.core.web import htmx, request_actor
from tracking.mapping.content import FirmBucket
from tracking.mapping.edits import Move
from tracking.mapping_editor.pages import count_by_stage_code, team_names
from tracking.mapping_editor.versions import DraftView, add_edits, view_draft
from tracking.web.answers import done, is_panel
from tracking.web.labels import StatusWords
from tracking.web.mapping import labels as mapping_labels
from tracking.web.mapping import page
from tracking.web.mapping.forms import MergeForm, RegroupForm, SplitForm, StageForm, StepForm


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage in the list. `url` leads to its cases; empty while the stage is only in the draft."""

    stage: FirmBucket
    words: StatusWords
    codes: list[str]
    team: str
    cases: int
    url: str
    is_first: bool
    is_last: bool


@require_GET
@login_required
def stages(request: HttpRequest) -> HttpResponse:
    """List the stages in the firm's order, as the draft would have them."""
    actor, now = request_actor(request), utc_now()
    draft = view_draft(actor)
    context = page.frame(draft, "stages", now=now)
    context["rows"] = _rows(draft, count_by_stage_code(actor), team_names())
    return render(request, "tracking/mapping/stages.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def stage(request: HttpRequest, stage_key: str) -> HttpResponse:
    """Show one stage with all that can be done to it; rename, recolour or give it to a team."""
    return _act(request, stage_key, "stage")


@require_POST
@login_required
def merge(request: HttpRequest, stage_key: str) -> HttpResponse:
    """Put everything of a stage into another."""
    return _act(request, stage_key, "merge")


@require_POST
@login_required
def split(request: HttpRequest, stage_key: str) -> HttpResponse:
    """Make a stage of some statuses of another."""
    return _act(request, stage_key, "split")


@require_POST
@login_required
def regroup(request: HttpRequest, stage_key: str) -> HttpResponse:
    """Move one status to another stage."""
    return _act(request, stage_key, "regroup")


@require_POST
@login_required
def move(request: HttpRequest, stage_key: str) -> HttpResponse:
    """Put a stage one place further up or down."""
    actor = request_actor(request)
    stage_in(view_draft(actor), stage_key)
    add_edits([Move(stage_key, -1 if request.POST.get("to") == "up" else 1)], actor=actor, now=utc_now())
    back = f"{reverse('tracking:vocabulary_stages')}#row-{stage_key}"
    return done(request, _("The new order is in the draft."), back=back, event=page.CHANGED)


def stage_in(draft: DraftView, key: str) -> FirmBucket:
    """Return a stage of the draft; raises NotFound when it is gone."""
    found = next((bucket for bucket in draft.result.buckets if bucket.key == key), None)
    if found is None:
        raise NotFound
    return found


def _act(request: HttpRequest, stage_key: str, act: str) -> HttpResponse:
    actor, now = request_actor(request), utc_now()
    draft = view_draft(actor)
    found, teams = stage_in(draft, stage_key), team_names()
    data = request.POST if request.method == "POST" else None
    forms = _forms(draft, found, teams=teams, given={act: data})
    if data is not None and forms[act].add(actor=actor, now=now):
        messages.success(request, _("It is in the draft. Nothing changes before the draft is published."))
        return htmx.redirect(request, reverse("tracking:vocabulary_stages"))
    context = page.frame(draft, "stages", now=now) | {
        "stage": found,
        "words": mapping_labels.stage_words(found),
        "may_split": len(found.codes) > 1,
        "is_only": len(draft.result.buckets) == 1,
        **{f"{name}_form": form for name, form in forms.items()},
    }
    is_part = is_panel(request) or (data is not None and htmx.is_fragment(request))
    name = "tracking/mapping/stage_panel.html" if is_part else "tracking/mapping/stage.html"
    return render(request, name, context, status=200 if data is None else 422)


def _forms(
    draft: DraftView, stage: FirmBucket, *, teams: Mapping[str, str], given: Mapping[str, Any]
) -> dict[str, StepForm]:
    return {
        "stage": StageForm(given.get("stage"), stage=stage, teams=teams),
        "merge": MergeForm(given.get("merge"), stage=stage, vocabulary=draft.result),
        "split": SplitForm(given.get("split"), stage=stage),
        "regroup": RegroupForm(given.get("regroup"), stage=stage, vocabulary=draft.result),
    }


def _rows(draft: DraftView, counts: Counter[str], teams: Mapping[str, str]) -> list[StageRow]:
    known = {bucket.key for bucket in draft.base.buckets}
    receipts, last = reverse("tracking:receipts"), len(draft.result.buckets) - 1
    return [
        StageRow(
            stage=bucket,
            words=mapping_labels.stage_words(bucket),
            codes=[str(code) for code in bucket.codes],
            team=teams.get(bucket.team, ""),
            cases=sum(counts[str(code)] for code in bucket.codes),
            url=f"{receipts}?bucket={bucket.key}" if bucket.key in known else "",
            is_first=place == 0,
            is_last=place == last,
        )
        for place, bucket in enumerate(draft.result.buckets)
    ]
