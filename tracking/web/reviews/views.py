"""The review queue: what a person must look at, why, and what was found and done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import htmx, request_actor
from legist.practice.permissions import (
    Capability,
    can,
    require,
)
from legist.practice.web import looks
from tracking import reviews as service
from tracking import selectors
from tracking.mapping.current import current_mapping
from tracking.mapping_editor.versions import EVERYTHING
from tracking.states import ReviewAnswer, ReviewKind, ReviewState
from tracking.web.answers import done, form_again, is_panel
from tracking.web.labels import status_words
from tracking.web.mapping import titles
from tracking.web.mapping.forms import MeaningForm
from tracking.web.mapping.titles import Decided
from tracking.web.reviews.listing import LIST, line, people_names, person_id, staff_for

if TYPE_CHECKING:
    from tracking.models import ReviewItem


ADVICE: Final = {
    ReviewKind.UNKNOWN_STATUS: gettext_lazy(
        "Read the official text. Once it is said what the title means, every case under it is read that way."
    ),
    ReviewKind.CHECK_READING: gettext_lazy(
        "Compare the official text with the status we took it for, and say what it means."
    ),
    ReviewKind.NOT_RECOGNISED: gettext_lazy(
        "Compare the number with the paper notice. New receipts can take days to appear; we go on asking."
    ),
    ReviewKind.REFUSED: gettext_lazy("Compare the number with the paper notice; stop watching a wrong one."),
    ReviewKind.NOT_ANSWERED: gettext_lazy(
        "USCIS answers about other receipts, so our access is in order. Read its words, compare the number "
        "with the paper notice, and ask USCIS if it goes on. We go on asking slowly."
    ),
    ReviewKind.UNREADABLE: gettext_lazy(
        "Look at the raw answer among the calls of the receipt. We go on asking."
    ),
    ReviewKind.KEEPS_FAILING: gettext_lazy(
        "See the source health first; if others fail too, it is not this receipt."
    ),
    ReviewKind.WENT_BACK: gettext_lazy(
        "USCIS shows an older status than before. Settling this means: believe its next answer."
    ),
    ReviewKind.SAME_NOTICE: gettext_lazy(
        "USCIS showed this status before and names no date, sent a copy or a reminder, or has called it off "
        "since. Compare it with the paper notices: is it the same one, or a new one? Until you answer the "
        "shorter clock runs. A date that was put on the board for it stays there until an attorney waives it."
    ),
    ReviewKind.BEHIND_DECISION: gettext_lazy(
        "USCIS had reported a decision and now shows a stage that comes before one. Find out which is so. "
        "Until you answer nothing is prepared; dates of the new status are on the board provisionally."
    ),
    ReviewKind.PAST_REQUEST: gettext_lazy(
        "These are requests and decisions that were old when they were first read, or that only the history "
        "of the case shows, or words of it that nobody can read. They are too old or too doubtful to be "
        "worked on by themselves, or wait until the status is settled: look in the file what became of each, "
        "and act today where one is due. A remedy that is out of time may still be excused."
    ),
    ReviewKind.OTHER_FORM: gettext_lazy(
        "USCIS names another form than the one known for this receipt. Compare them with the receipt notice. "
        "Until you answer, dates are counted by the shorter period of both."
    ),
    ReviewKind.SOURCES_DIFFER: gettext_lazy(
        "One source says another status than the one that stands, be it set by hand or read elsewhere. Find "
        "out which is so: set the right status by hand, take the correction back, or say why it stands."
    ),
    ReviewKind.TURNED_DOWN: gettext_lazy(
        "Receipts wait because somebody turned polling down, and nobody has turned it back for a day. See on "
        "Source health what, by whom and why; turn it back, or say here why it has to stay."
    ),
    ReviewKind.VOCABULARY: gettext_lazy(
        "Look through the titles that are not understood, doubtful or new, and say what they mean."
    ),
    ReviewKind.ACCESS_REFUSED: gettext_lazy(
        "Check the credentials and the approval on the developer portal, then let calls through again."
    ),
}
# What a person may say to a question that work waits for.
ANSWERS: Final = {
    ReviewKind.SAME_NOTICE: [
        (ReviewAnswer.START, gettext_lazy("A new notice: start the work")),
        (ReviewAnswer.LEAVE, gettext_lazy("The same notice: start nothing")),
    ],
    ReviewKind.BEHIND_DECISION: [
        (ReviewAnswer.START, gettext_lazy("The case is at this stage: start the work")),
        (ReviewAnswer.LEAVE, gettext_lazy("The decision stands: start nothing")),
    ],
    ReviewKind.OTHER_FORM: [
        (ReviewAnswer.TAKE, gettext_lazy("It is the form that USCIS names now")),
        (ReviewAnswer.KEEP, gettext_lazy("It is the form that was known before")),
    ],
}


def page(item: ReviewItem, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return what one question shows, and what the reader may do about it."""
    matter = item.receipt.matter if item.receipt else None
    holds = can(actor, selectors.working_capability(actor), matter)
    may_work = holds if item.receipt_id else can(actor, Capability.OPERATE_POLLER)
    names = people_names() if item.state == ReviewState.RESOLVED else {}
    shown = line(item, names)
    return titles.offer(item, shown.suggestions, actor=actor) | {
        "now": now,
        "item": item,
        "receipt": item.receipt,
        "matter": matter,
        "line": shown,
        "advice": ADVICE[ReviewKind(item.kind)],
        "may_work": may_work and item.state == ReviewState.OPEN,
        "may_settle": item.kind != ReviewKind.VOCABULARY,
        "staff": staff_for(matter) if may_work else [],
        "resolution_form": ResolutionForm(kind=item.kind),
    }


class ResolutionForm(forms.Form):
    """What was found and done; with it the answer to a question that work waits for."""

    resolution = forms.CharField(
        label=gettext_lazy("What did you find and do?"),
        help_text=gettext_lazy("It stays on the record."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, kind: str) -> None:
        super().__init__(data, auto_id="resolve_%s")
        if choices := ANSWERS.get(ReviewKind(kind)):
            self.fields["answer"] = forms.ChoiceField(
                label=gettext_lazy("What is it?"), widget=forms.RadioSelect, choices=choices
            )


CHANGED = "reviews-changed"


@require_GET
@login_required
def reviews(request: HttpRequest) -> HttpResponseBase:
    """List the questions, the oldest first."""
    actor = request_actor(request)
    require(actor, Capability.VIEW_RECEIPT)
    here = looks.look(LIST, request.GET, actor=actor, now=utc_now())
    if looks.is_wanted(request):
        return here.export(request)
    return render(request, "tracking/reviews/page.html", here.context(request.GET.get("cursor")))


@require_GET
@login_required
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show one question as a page or in the side panel."""
    actor = request_actor(request)
    item = selectors.access_review(actor, review_id)
    context = page(item, actor=actor, now=utc_now())
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
        context = page(item, actor=actor, now=now) | {"decide_form": form}
        return form_again(request, "tracking/reviews/decide.html", context)
    code = form.cleaned_data["code"]
    return _decided(request, code, titles.decide(item, code=code, actor=actor, now=now))


def _decided(request: HttpRequest, code: str, decided: Decided) -> HttpResponse:
    """Say how far the decision reaches, with the way back."""
    reach = ngettext(
        "“%(label)s” counts for %(n)s case under this title, and from now on.",
        "“%(label)s” counts for %(n)s cases under this title, and from now on.",
        decided.cases,
    )
    said = reach % {"label": status_words(code).label, "n": decided.cases}
    label = _("Take it back")
    undo = f"{reverse('definition', args=['stages', EVERYTHING])}?version={decided.version - 1}"
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
    assignee = person_id(given)
    if given and assignee is None:
        selectors.access_review(actor, review_id, work=True)
        raise InvalidInput(_("Choose a person of the firm."))
    item = service.assign_review(review_id, actor=actor, assignee_id=assignee, now=utc_now())
    message = _("The question is open to everybody again.")
    if item.assigned_to:
        message = _("The question is with %(name)s now.") % {"name": item.assigned_to.name}
    return done(request, message, back=reverse("tracking:review", args=[review_id]), event=CHANGED)
