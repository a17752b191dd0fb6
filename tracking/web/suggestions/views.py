"""The page Assistant: what leaves the house and to whom, the firm's agreement, and how the questions go."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, require
from tracking.suggestions import consent
from tracking.suggestions import services as suggestions
from tracking.web.suggestions import page as assistant_page
from tracking.web.suggestions.page import AgreementForm


@require_GET
@login_required
def assistant(request: HttpRequest) -> HttpResponse:
    """Show what the assistant is, and how it stands."""
    require(request_actor(request), Capability.MANAGE_ASSIST)
    return render(request, "tracking/suggestions/page.html", assistant_page.page(now=utc_now()))


@require_POST
@login_required
def agree(request: HttpRequest) -> HttpResponse:
    """Agree for the firm to the model that the page showed."""
    actor, form = request_actor(request), AgreementForm(request.POST)
    require(actor, Capability.MANAGE_ASSIST)
    if not form.is_valid():
        return render(
            request,
            "tracking/suggestions/page.html",
            assistant_page.page(now=utc_now(), form=form),
            status=422,
        )
    consent.give(target=form.cleaned_data["target"], actor=actor, now=utc_now())
    return _back(request, _("The firm has agreed. Unknown statuses get a suggestion within a minute."))


@require_POST
@login_required
def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw the agreement."""
    consent.revoke(actor=request_actor(request), now=utc_now())
    return _back(request, _("The agreement is withdrawn. Nothing is sent any more."))


@require_POST
@login_required
def again(request: HttpRequest) -> HttpResponse:
    """Have the questions that failed put again."""
    count = suggestions.ask_again(actor=request_actor(request), now=utc_now())
    words = ngettext("%(n)s question is asked again.", "%(n)s questions are asked again.", count)
    return _back(request, words % {"n": count})


def _back(request: HttpRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return htmx.redirect(request, reverse("tracking:assistant"))
