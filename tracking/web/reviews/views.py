"""The review queue: what a person must look at, why, and what was found and done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, require
from tracking import reviews as service
from tracking import selectors
from tracking.mapping.current import current_mapping
from tracking.web.answers import done, form_again, is_panel
from tracking.web.labels import status_words
from tracking.web.mapping import deciding
from tracking.web.mapping.deciding import Decided
from tracking.web.mapping.forms import MeaningForm
from tracking.web.reviews import page as review_page
from tracking.web.reviews.page import ResolutionForm, ReviewQuery

CHANGED = "reviews-changed"


@require_GET
@login_required
def reviews(request: HttpRequest) -> HttpResponse:
    """List the questions, the oldest first."""
    query = ReviewQuery.of(request.GET)
    context = review_page.listing(
        request_actor(request), query, cursor=request.GET.get("cursor"), now=utc_now()
    )
    return render(request, "tracking/reviews/page.html", context)


@require_GET
@login_required
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show one question as a page or in the side panel."""
    actor = request_actor(request)
    item = selectors.access_review(actor, review_id)
    context = review_page.page(item, actor=actor, now=utc_now())
    return render(
        request,
        "tracking/reviews/panel.html" if is_panel(request) else "tracking/reviews/review.html",
        context,
    )


@require_POST
@login_required
def resolve(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Close a question with what was found and done."""
    actor = request_actor(request)
    item = selectors.access_review(actor, review_id, work=True)
    form = ResolutionForm(request.POST, kind=item.kind)
    if not form.is_valid():
        return form_again(request, "tracking/reviews/resolve.html", {"resolution_form": form, "item": item})
    service.resolve_review(item.pk, actor=actor, **form.cleaned_data, now=utc_now())
    return done(request, _("The question is settled."), back=reverse("tracking:reviews"), event=CHANGED)


@require_POST
@login_required
def decide(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Say what the status of a question means, for every case under its title."""
    actor, now = request_actor(request), utc_now()
    item = selectors.access_review(actor, review_id)
    require(actor, Capability.EDIT_VOCABULARY)
    form = MeaningForm(request.POST, vocabulary=current_mapping())
    if not form.is_valid():
        context = review_page.page(item, actor=actor, now=now) | {"decide_form": form}
        return form_again(request, "tracking/reviews/decide.html", context)
    code = form.cleaned_data["code"]
    return _decided(request, code, deciding.decide(item, code=code, actor=actor, now=now))


def _decided(request: HttpRequest, code: str, decided: Decided) -> HttpResponse:
    """Say how far the decision reaches, with the way back."""
    reach = ngettext(
        "“%(label)s” counts for %(n)s case under this title, and from now on.",
        "“%(label)s” counts for %(n)s cases under this title, and from now on.",
        decided.cases,
    )
    said = reach % {"label": status_words(code).label, "n": decided.cases}
    undo, label = reverse("tracking:vocabulary_restore", args=[decided.version - 1]), _("Take it back")
    if htmx.is_fragment(request):
        toast = {"message": said, "tone": "good", "url": undo, "label": label}
        return htmx.trigger(htmx.trigger(HttpResponse(status=204), "toast", toast), CHANGED)
    messages.success(request, format_html('{} <a href="{}">{}</a>', said, undo, label))
    return htmx.redirect(request, reverse("tracking:reviews"))


@require_POST
@login_required
def assign(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Give a question to a person, or back to everybody."""
    actor, given = request_actor(request), request.POST.get("assignee", "")
    assignee = review_page.person_id(given)
    if given and assignee is None:
        selectors.access_review(actor, review_id, work=True)
        raise InvalidInput(_("Choose a person of the firm."))
    item = service.assign_review(review_id, actor=actor, assignee_id=assignee, now=utc_now())
    message = _("The question is open to everybody again.")
    if item.assigned_to:
        message = _("The question is with %(name)s now.") % {"name": item.assigned_to.name}
    return done(request, message, back=reverse("tracking:review", args=[review_id]), event=CHANGED)
