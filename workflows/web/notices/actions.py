"""What people do with a notice, with a missing paper, and with the days each paper is given."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can
from tracking.services import track_receipt
from tracking.states import code_label
from workflows.access import access_notice, require_logging
from workflows.notices import actions, grace_periods, watch
from workflows.notices.expected import EXPECTED
from workflows.notices.intake import correct_notice
from workflows.notices.kinds import APPOINTMENTS, WITH_RESPONSE
from workflows.states import NoticeState
from workflows.web import go_back, staff_actor
from workflows.web.forms import ReasonForm, checked
from workflows.web.notices.forms import NumberForm, correct_form
from workflows.web.notices.labels import logged_words

if TYPE_CHECKING:
    from workflows.models import UscisNotice


@require_POST
@login_required
def match(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Match a stranger to its receipt; with `track` its number is tracked first."""
    actor, now = request_actor(request), utc_now()
    require_logging(actor)
    number = checked(NumberForm(request.POST))["number"]
    if request.POST.get("track"):
        stranger = access_notice(actor, paper_id, work=True)
        if stranger.state == NoticeState.TO_MATCH:
            track_receipt(stranger.number, actor=actor, now=now)
    notice = actions.match_notice(paper_id, number=number, actor=actor, now=now)
    return _done(request, notice, logged_words(notice))


@require_POST
@login_required
def set_aside(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Put a notice aside that is not ours."""
    actor = request_actor(request)
    require_logging(actor)
    reason = checked(ReasonForm(request.POST))["reason"]
    notice = actions.set_aside(paper_id, reason=reason, actor=actor, now=utc_now())
    return _done(request, notice, _("Set aside. It can be taken back."))


@require_POST
@login_required
def take_back(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Put a notice that was set aside among those to match again."""
    notice = actions.take_back(paper_id, actor=request_actor(request), now=utc_now())
    return _done(request, notice, _("It waits to be matched again."))


@require_POST
@login_required
def keep(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Keep a duplicate as another copy."""
    actor = request_actor(request)
    require_logging(actor)
    reason = checked(ReasonForm(request.POST))["reason"]
    notice = actions.keep_copy(paper_id, reason=reason, actor=actor, now=utc_now())
    return _done(request, notice, _("Kept as another copy."))


@require_POST
@login_required
def enter_date(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Enter the printed date that nobody could enter before."""
    notice = actions.enter_date(paper_id, actor=request_actor(request), now=utc_now())
    return _done(request, notice, logged_words(notice))


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def correct(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Bring the form with what was read so far, or replace it by what the paper says."""
    actor = request_actor(request)
    require_logging(actor)
    notice = access_notice(actor, paper_id, work=True)
    form = correct_form(notice, request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            notice = correct_notice(
                paper_id,
                entry=form.entry,
                version=given["version"],
                reason=given["reason"],
                actor=actor,
                now=utc_now(),
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _done(request, notice, _("Corrected. What was read before is kept."))
    kinds = {"with_response": " ".join(WITH_RESPONSE), "appointments": " ".join(APPOINTMENTS)}
    context = {"form": form, "notice": notice, **kinds}
    status = 422 if form.is_bound else 200
    return render(request, "workflows/notices/correct.html", context, status=status)


@require_POST
@login_required
def take(request: HttpRequest, watch_id: UUID) -> HttpResponse:
    """Note that the person is looking for a missing paper."""
    watch.take(watch_id, actor=staff_actor(request, Capability.VIEW_RECEIPT), now=utc_now())
    messages.success(request, _("Noted. Nobody else is told for a week."))
    return htmx.redirect(request, go_back(request, reverse("workflows:paper") + "?tab=missing"))


@require_POST
@login_required
def dismiss(request: HttpRequest, watch_id: UUID) -> HttpResponse:
    """Stop looking for a paper, with the reason."""
    actor = staff_actor(request, Capability.VIEW_RECEIPT)
    reason = checked(ReasonForm(request.POST))["reason"]
    watch.dismiss(watch_id, reason=reason, actor=actor, now=utc_now())
    messages.success(request, _("Nobody waits for this paper any more; the reason is on the record."))
    return htmx.redirect(request, go_back(request, reverse("workflows:paper") + "?tab=missing"))


@require_http_methods(["GET", "POST"])
@login_required
def days(request: HttpRequest) -> HttpResponse:
    """Show how many days each paper is given, or set them."""
    actor = staff_actor(request, Capability.VIEW_RECEIPT)
    if request.method == "GET":
        rows = [(wait, code_label(wait.code)) for wait in grace_periods.list_waits()]
        context = {"rows": rows, "may_edit": can(actor, Capability.EDIT_DEADLINE_RULES)}
        return render(request, "workflows/notices/days.html", context)
    grace_periods.set_waits(_chosen_days(request.POST), actor=actor, now=utc_now())
    messages.success(request, _("Saved. It holds for news that comes from now on."))
    return htmx.redirect(request, reverse("workflows:paper_watch"))


def _chosen_days(given: QueryDict) -> dict[str, tuple[int, bool]]:
    """Return the days of each status that the form names; what is no number is none that is allowed."""
    named = {str(code): str(given[f"days_{code}"]) for code in EXPECTED if f"days_{code}" in given}
    return {
        code: (int(value) if value.isdecimal() and len(value) < 5 else -1, f"on_{code}" in given)
        for code, value in named.items()
    }


def _done(request: HttpRequest, notice: UscisNotice, said: str) -> HttpResponse:
    messages.success(request, said)
    return htmx.redirect(request, reverse("workflows:paper_notice", args=[notice.pk]))
