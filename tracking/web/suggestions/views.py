"""The page Assistant: what leaves the house and to whom, the firm's agreement, and how the questions go."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from legist.core import language_model
from legist.core.clock import utc_now
from legist.core.resilience import breaker
from legist.core.states import BreakerState
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, require
from tracking.states import SuggestionState
from tracking.suggestions import asking, consent
from tracking.suggestions import services as suggestions
from tracking.suggestions.redaction import Known, redact

# Nobody's case: a number that the simulator uses, and made-up people.
EXAMPLE: Final = (
    "Evidence Was Asked For Once More. Dear Ms. Ramírez, on March 3, 2026, we asked for more evidence for "
    "your Form I-485, Receipt Number IOE0987600012. We mailed it to 12 Main Street, Newark, NJ 07102. "
    "Answer by May 26, 2026, or call 800-555-0143."
)
KNOWN: Final = Known(names=("Ana Ramírez",), values=(("RECEIPT", "IOE0987600012"),))
REASONS: Final = {
    "not_installed": gettext_lazy("The package is missing; install requirements-ai.txt for the worker"),
    "unauthorized": gettext_lazy("The provider refuses the key"),
    "unknown_model": gettext_lazy("The provider does not know the model"),
    "unknown_provider": gettext_lazy("The provider in LEGIST_MODEL is not known, or its package is missing"),
    "account_exhausted": gettext_lazy("The account with the provider is used up"),
    "timeout": gettext_lazy("No answer in time"),
    "connection": gettext_lazy("The connection failed"),
    "rate_limited": gettext_lazy("The provider asked for a pause"),
    "provider_error": gettext_lazy("The provider has a fault"),
    "unexpected_error": gettext_lazy("Something unexpected went wrong"),
}


class AgreementForm(forms.Form):
    """The firm's agreement to the model that was shown."""

    target = forms.CharField(max_length=200, widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label=gettext_lazy("I have read this and agree to it for the firm."),
        error_messages={"required": gettext_lazy("Tick the box to agree, or leave the page as it is.")},
    )


def page(*, now: datetime, form: AgreementForm | None = None) -> dict[str, Any]:
    """Return what the page shows; the caller has authorised it."""
    target, example = language_model.target(), redact(EXAMPLE, KNOWN)
    current, found = consent.in_force(), suggestions.figures(target)
    return {
        "now": now,
        "target": target,
        "is_on": language_model.is_on(),
        "is_installed": language_model.is_installed(),
        "consent": current,
        "ended": consent.ended()[:5],
        "agreement": current.text if current else consent.wording(target),
        "example": EXAMPLE,
        "redacted": example.text,
        "daily_calls": settings.LEGIST_MODEL_DAILY_CALLS,
        "calls_left": asking.calls_left(now) if current else settings.LEGIST_MODEL_DAILY_CALLS,
        "form": form or AgreementForm(initial={"target": target}),
        "waiting": found.states[SuggestionState.WAITING],
        "suggested": found.states[SuggestionState.SUGGESTED],
        "confirmed": found.states[SuggestionState.CONFIRMED],
        "rejected": found.states[SuggestionState.REJECTED],
        "failing": found.failing,
        "failures": [(reason_words(code), count) for code, count in found.failures.most_common()],
    }


def reason_words(code: str) -> str:
    """Say in words why a question is not answered."""
    return str(REASONS.get(code, code.replace("_", " ")))


def health_parts(now: datetime) -> list[tuple[str, str, str, str]]:
    """Return (name, word, tone, detail) for source health while an agreement is in force."""
    current = consent.in_force()
    return [(_("Assistant"), *_standing(current.target, now))] if current else []


def _standing(target: str, now: datetime) -> tuple[str, str, str]:
    lane, failed = breaker.status(asking.LANE), suggestions.figures(target).states[SuggestionState.FAILED]
    if lane.state != BreakerState.CLOSED:
        why = reason_words(lane.reason)
        return _("Held back"), "action", _("%(why)s. Reviews go on by hand.") % {"why": why}
    if failed:
        return _("Failing"), "action", _("%(n)s questions without an answer") % {"n": failed}
    left = asking.calls_left(now)
    word, tone = (_("Ready"), "good") if left else (_("Used up"), "neutral")
    return word, tone, _("%(n)s questions left today") % {"n": left}


@require_GET
@login_required
def assistant(request: HttpRequest) -> HttpResponse:
    """Show what the assistant is, and how it stands."""
    require(request_actor(request), Capability.MANAGE_ASSIST)
    return render(request, "tracking/suggestions/page.html", page(now=utc_now()))


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
            page(now=utc_now(), form=form),
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
