"""The review queue: what a person must look at, why, and what was found and done."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import request_actor
from tracking import reviews as service
from tracking import selectors
from tracking.web import review_page
from tracking.web.answers import done, form_again, is_panel
from tracking.web.review_page import ResolutionForm, ReviewQuery

CHANGED = "reviews-changed"


@require_GET
@login_required
def reviews(request: HttpRequest) -> HttpResponse:
    """List the questions, the oldest first."""
    query = ReviewQuery.of(request.GET)
    context = review_page.listing(
        request_actor(request), query, cursor=request.GET.get("cursor"), now=utc_now()
    )
    return render(request, "tracking/reviews.html", context)


@require_GET
@login_required
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show one question as a page or in the side panel."""
    actor = request_actor(request)
    item = selectors.access_review(actor, review_id)
    context = review_page.page(item, actor=actor, now=utc_now())
    return render(
        request, "tracking/review_panel.html" if is_panel(request) else "tracking/review.html", context
    )


@require_POST
@login_required
def resolve(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Close a question with what was found and done."""
    actor, form = request_actor(request), ResolutionForm(request.POST, auto_id="resolve_%s")
    if not form.is_valid():
        context = {"resolution_form": form, "item": selectors.access_review(actor, review_id, work=True)}
        return form_again(request, "tracking/review_resolve.html", context)
    service.resolve_review(review_id, actor=actor, resolution=form.cleaned_data["resolution"], now=utc_now())
    return done(request, _("The question is settled."), back=reverse("tracking:reviews"), event=CHANGED)


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
