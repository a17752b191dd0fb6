"""Rows of imports that wait: what each says, what the firm has, and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import request_actor
from legist.core.web.pagination import paginate
from legist.practice.permissions import Capability, require
from tracking import importing, selectors
from tracking.importing import Decision
from tracking.importing.placing import Cause
from tracking.web.answers import done, form_again

if TYPE_CHECKING:
    from tracking.models import WaitingRow

CHANGED: Final = "waiting-changed"
CAUSES: Final = {
    Cause.CLOSED: gettext_lazy("Whoever uploaded the list may not see what the row names."),
    Cause.NAMES: gettext_lazy(
        "The name differs from that of the client you have. If two people share the address, open a client "
        "of their own: without an address, until they have given you one."
    ),
    Cause.TWO_CLIENTS: gettext_lazy("The reference and the address belong to different clients."),
    Cause.FILE: gettext_lazy("Another row of the list says otherwise."),
}
CHOICES: Final = (
    (Decision.LINK, gettext_lazy("Put the receipt into a matter")),
    (Decision.SEPARATE, gettext_lazy("Open a client and a matter of their own for it")),
    (Decision.KEEP, gettext_lazy("Leave it without a matter; it is watched on")),
    (Decision.REFUSE, gettext_lazy("Refuse the row and stop watching its receipt")),
)
_SAID: Final = {
    "client_name": gettext_lazy("Client"),
    "client_email": gettext_lazy("Address"),
    "reference": gettext_lazy("Reference"),
    "form": gettext_lazy("Form"),
    "attorney_email": gettext_lazy("Attorney"),
    "paralegal_email": gettext_lazy("Paralegal"),
}


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One row in the list."""

    waiting: WaitingRow
    causes: list[str]

    @property
    def title(self) -> str:
        said = self.waiting.said
        return said.get("client_name") or said.get("client_email") or self.waiting.receipt.masked


class DecisionForm(forms.Form):
    """What becomes of the row."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Where does it belong?"), choices=CHOICES, widget=forms.RadioSelect
    )
    reference = forms.CharField(
        label=gettext_lazy("Matter"),
        help_text=gettext_lazy("The reference of the matter, to put the receipt there."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "waiting-matters"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Needed to refuse a row; it stays on the record."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_GET
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List the rows that wait for the person, the oldest first."""
    actor = request_actor(request)
    require(actor, Capability.VIEW_MATTER)
    waiting = selectors.list_waiting_rows(actor)
    page = paginate(waiting, order=("opened_at",), cursor=request.GET.get("cursor"))
    lines = [WaitingLine(row, causes_of(row)) for row in page.items]
    context = {"now": utc_now(), "page": page, "lines": lines}
    return render(request, "tracking/imports/waiting_list.html", context)


@require_GET
@login_required
def detail(request: HttpRequest, waiting_id: UUID) -> HttpResponse:
    """Show one row that waits beside what the firm has."""
    context = _context(request_actor(request), waiting_id)
    return render(request, "tracking/imports/waiting.html", context)


@require_POST
@login_required
def decide(request: HttpRequest, waiting_id: UUID) -> HttpResponse:
    """Settle one row."""
    actor, form = request_actor(request), DecisionForm(request.POST)
    context = _context(actor, waiting_id) | {"form": form}
    if form.is_valid() and _decided(form, waiting_id, actor=actor):
        return done(
            request, _("The row is settled."), back=reverse("tracking:imports_waiting"), event=CHANGED
        )
    return form_again(request, "tracking/imports/waiting.html", context)


def _decided(form: DecisionForm, waiting_id: UUID, *, actor: Actor) -> bool:
    """Settle the row, or say at the field what is wrong with what was entered."""
    given = form.cleaned_data
    decision, reference, reason = (given[name] for name in ("decision", "reference", "reason"))
    try:
        importing.decide_waiting(
            waiting_id, Decision(decision), reference=reference, reason=reason, actor=actor, now=utc_now()
        )
    except InvalidInput as error:
        for field, messages in error.errors.items():
            form.add_error(field, messages)
        return False
    return True


def causes_of(waiting: WaitingRow) -> list[str]:
    """Say why a row waits, for those who decide."""
    return [str(CAUSES[Cause(code)]) for code in waiting.causes.split(",") if code in set(Cause)]


def _context(actor: Actor, waiting_id: UUID) -> dict[str, Any]:
    found = selectors.waiting_detail(actor, waiting_id)
    waiting = found.waiting
    first = found.candidates[0].reference if len(found.candidates) == 1 else ""
    return {
        "now": utc_now(),
        "waiting": waiting,
        "receipt": waiting.receipt,
        "causes": causes_of(waiting),
        "said": [(str(_SAID[key]), value) for key in _SAID if (value := waiting.said.get(key))],
        "candidates": found.candidates,
        "form": DecisionForm(initial={"reference": first}),
    }
