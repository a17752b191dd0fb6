"""Statuses set by hand, and taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.web import request_actor
from legist.practice.permissions import Capability
from tracking import overrides, selectors
from tracking.web.answers import done, form_again
from tracking.web.receipts.receipt import url_of
from tracking.web.receipts.receipt_page import OverrideForm, ReasonForm


@require_POST
@login_required
def override(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Set the status of a receipt by hand, for a reason."""
    actor, form = request_actor(request), OverrideForm(request.POST, auto_id="override_%s")
    if not form.is_valid():
        receipt = selectors.access_receipt(actor, receipt_id, capability=Capability.OVERRIDE_STATUS)
        context = {"override_form": form, "receipt": receipt}
        return form_again(request, "tracking/receipts/override.html", context)
    given = form.cleaned_data
    overrides.override_status(
        receipt_id, actor=actor, code=given["code"], reason=given["reason"], now=utc_now()
    )
    message = _("The status is set by hand. It holds until USCIS says something new, or you take it back.")
    return done(request, message, back=url_of(receipt_id))


@require_http_methods(["GET", "POST"])
@login_required
def revert(request: HttpRequest, override_id: UUID) -> HttpResponse:
    """Ask why a correction is taken back, or take it back: the receipt shows again what the source said."""
    actor, posted = request_actor(request), request.method == "POST"
    form = ReasonForm(request.POST if posted else None, auto_id="revert_%s")
    if not form.is_valid():
        context = {"form": form, "override": selectors.access_override(actor, override_id)}
        return render(
            request, "tracking/receipts/override_revert.html", context, status=422 if posted else 200
        )
    change = overrides.revert_override(
        override_id, actor=actor, reason=form.cleaned_data["reason"], now=utc_now()
    )
    return done(request, _("The correction is taken back."), back=url_of(change.receipt_id))
