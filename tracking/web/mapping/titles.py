"""The mapping of titles: what each means to the firm, rules of its own, questions that lead to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.uow import unit_of_work
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can
from legist.practice.roles import CAPABILITIES, Role
from legist.practice.selectors import list_staff
from tracking.mapping.current import current_mapping
from tracking.mapping.edits import DropRule
from tracking.mapping_editor.checkup import complete_checkup, decide_status, title_of, view_checkup
from tracking.mapping_editor.pages import count_cases_under
from tracking.mapping_editor.reprocessing import ABOUT_MEANING
from tracking.mapping_editor.titles import get_title, slug_of
from tracking.mapping_editor.versions import add_edits, view_draft
from tracking.normalizer import Suggestion, title_key
from tracking.states import ReviewKind, ReviewState
from tracking.suggestions.services import settle_suggestion, suggestion_for
from tracking.web.answers import done, is_panel
from tracking.web.mapping import page
from tracking.web.mapping.forms import MeaningForm, NewRuleForm, RuleForm, rule_values

if TYPE_CHECKING:
    from tracking.models import ReviewItem


@require_http_methods(["GET", "POST"])
@login_required
def checkup(request: HttpRequest) -> HttpResponse:
    """Show what is not understood, doubtful or new; note that a person has looked through it."""
    actor, now = request_actor(request), utc_now()
    if request.method == "POST":
        complete_checkup(actor=actor, now=now)
        messages.success(request, _("Noted. You are asked again when the next look is due."))
        return htmx.redirect(request, reverse("tracking:vocabulary_checkup"))
    draft, found = view_draft(actor), view_checkup(actor)
    unclear = {line.key for line in (*found.unmapped, *found.ambiguous)}
    fresh = [line for line in found.fresh if line.key not in unclear]
    context = page.frame(draft, "checkup", now=now) | {
        "checkup": found,
        "is_due": found.due_at is not None and found.due_at <= now,
        "parts": [
            (_("Not understood"), page.rows(found.unmapped, draft)),
            (_("Ambiguous"), page.rows(found.ambiguous, draft)),
            (_("New, and understood"), page.rows(fresh, draft)),
        ],
    }
    return render(request, "tracking/mapping/checkup.html", context)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision led to: the version it made, and how many cases waited under the title."""

    version: int
    cases: int


def decide(item: ReviewItem, *, code: str, actor: Actor, now: datetime) -> Decided:
    """Make the firm's rule of a decision, and mark what a model suggested by it."""
    cases = count_cases_under(title_of(item))
    with unit_of_work(actor=actor):
        version = decide_status(item.pk, code=code, actor=actor, now=now)
        if item.change_id:
            settle_suggestion(item.change_id, code, actor=actor, now=now)
    return Decided(version.number, cases)


def offer(item: ReviewItem, nearest: tuple[Suggestion, ...], *, actor: Actor) -> dict[str, Any]:
    """Return what a question shows of deciding: the choices, or who has them."""
    if item.state != ReviewState.OPEN or item.kind not in {*ABOUT_MEANING, ReviewKind.VOCABULARY}:
        return {}
    if not can(actor, Capability.EDIT_VOCABULARY):
        return {"deciders": deciders()}
    if item.kind == ReviewKind.VOCABULARY:
        return {"may_check": True}
    title = title_of(item)
    if not title:
        return {}
    return {
        "may_decide": True,
        "decide_cases": count_cases_under(title),
        "decide_codes": [near.code for near in page.likely(nearest)],
        "decide_form": MeaningForm(vocabulary=current_mapping()),
        "suggestion": suggestion_for(item, actor),
    }


def deciders() -> str:
    """Name the people who may say what a status means for the whole firm."""
    roles = [Role(role) for role, held in CAPABILITIES.items() if Capability.EDIT_VOCABULARY in held]
    *others, latest = ["", *(person.name for person in list_staff(*roles).order_by("name"))]
    named = ", ".join(filter(None, others))
    return _("%(names)s and %(latest)s") % {"names": named, "latest": latest} if named else latest


# What the side panel holds has this id, so that it is told apart from the same part on a page.
SIDE = "title-side"


@require_http_methods(["GET", "POST"])
@login_required
def titles(request: HttpRequest) -> HttpResponse:
    """List the titles; what is searched for is sent by POST, so that no address holds it."""
    actor, now = request_actor(request), utc_now()
    draft = view_draft(actor)
    show = request.GET.get("show", "")
    context = page.frame(draft, "titles", now=now) | page.titles(
        draft,
        page.lines_of(actor, draft),
        show=show if show in page.VIEWS else "",
        words=request.POST.get("q", "")[:300],
        every=request.GET.get("all") == "1",
    )
    return render(request, "tracking/mapping/titles.html", context)


@require_GET
@login_required
def title(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one title as a page or in the side panel."""
    return _title(request, slug)


@require_POST
@login_required
def set_rule(request: HttpRequest, slug: str) -> HttpResponse:
    """Add the firm's reading of a title to the draft."""
    actor = request_actor(request)
    draft = view_draft(actor)
    line = get_title(actor, slug, vocabulary=draft.result)
    form = RuleForm(request.POST, vocabulary=draft.result, about=line.title)
    if not form.add(actor=actor, now=utc_now()):
        return _title(request, slug, form=form, status=422)
    return done(request, _in_draft(), back=url_of(slug), event=page.CHANGED)


@require_POST
@login_required
def drop_rule(request: HttpRequest, slug: str) -> HttpResponse:
    """Go back to Legist's own reading of a title, in the draft."""
    actor = request_actor(request)
    line = get_title(actor, slug, vocabulary=view_draft(actor).result)
    add_edits([DropRule(line.title)], actor=actor, now=utc_now())
    back = url_of(slug) if line.changes else reverse("tracking:vocabulary")
    return done(request, _in_draft(), back=back, event=page.CHANGED)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a rule for a title nobody has seen yet; shows first how it is read today."""
    actor, now = request_actor(request), utc_now()
    draft = view_draft(actor)
    form = NewRuleForm(request.POST or None, vocabulary=draft.result)
    is_look = request.method == "POST" and request.POST.get("act") == "look"
    if request.method == "POST" and not is_look and form.add(actor=actor, now=now):
        messages.success(request, _in_draft())
        return htmx.redirect(request, url_of(slug_of(title_key(form.cleaned_data["title"]))))
    context = page.frame(draft, "titles", now=now) | {"form": form}
    words = request.POST.get("title", "").strip()
    if is_look:
        form = NewRuleForm(initial=request.POST.dict(), vocabulary=draft.result)
        context |= {"form": form, "words": words}
    if words:
        reads = page.reading_today(words, draft.result)
        context |= {"reads": reads, "stage": page.stage_of(str(reads.code), draft.result)}
    status = 422 if form.is_bound else 200
    return render(request, "tracking/mapping/new.html", context, status=status)


def url_of(slug: str) -> str:
    """Return the page of a title."""
    return reverse("tracking:vocabulary_title", args=[slug])


def _title(
    request: HttpRequest, slug: str, *, form: RuleForm | None = None, status: int = 200
) -> HttpResponse:
    actor, now = request_actor(request), utc_now()
    draft = view_draft(actor)
    line = get_title(actor, slug, vocabulary=draft.result)
    shown: dict[str, Any] = page.frame(draft, "titles", now=now) | page.title(actor, draft, line)
    initial = rule_values(line.rule)
    shown["form"] = form or RuleForm(initial=initial, vocabulary=draft.result, about=line.title)
    shown["is_side"] = is_side = is_panel(request) or request.headers.get("HX-Target") == SIDE
    is_part = is_side or (status != 200 and htmx.is_fragment(request))
    name = "tracking/mapping/title_panel.html" if is_part else "tracking/mapping/title.html"
    return render(request, name, shown, status=status)


def _in_draft() -> str:
    return _("It is in the draft. Nothing changes before the draft is published.")
