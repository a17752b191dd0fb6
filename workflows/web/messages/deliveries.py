"""Settling a delivery of which the machine cannot tell whether it went out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from workflows.messages.resolving import (
    BY_CALL,
    BY_POST,
    SEND_AGAIN,
    WAS_SENT,
    record_by_hand,
    resolve_delivery,
)
from workflows.web import go_back
from workflows.web.forms import DecisionForm, checked


@require_POST
@login_required
def resolve(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Note that the message was sent, posted or read out, or send it again."""
    given = checked(DecisionForm(request.POST))
    decision, reason, actor = given["decision"], given["reason"], request_actor(request)
    if decision in {BY_POST, BY_CALL}:
        record_by_hand(delivery_id, how=decision, reason=reason, actor=actor, now=utc_now())
    else:
        was_sent = decision == WAS_SENT
        resolve_delivery(delivery_id, was_sent=was_sent, reason=reason, actor=actor, now=utc_now())
    messages.success(request, SAID[decision])
    return htmx.redirect(request, go_back(request, reverse("workflows:deliveries")))


SAID = {
    WAS_SENT: _("Noted as sent. It will not go out again."),
    BY_POST: _("Noted as posted."),
    BY_CALL: _("Noted as read out on the telephone."),
    SEND_AGAIN: _("The message goes out again, as it was approved."),
}
