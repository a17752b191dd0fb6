"""Receipts entered by hand: one, or a paste of many, with the matter and the client they are for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput, WrongState
from legist.core.web import htmx, request_actor
from legist.practice.form_numbers import FORMS
from legist.practice.permissions import Capability, can, require
from legist.practice.web.intake import MatterFields
from tracking.registration import LONGEST_PASTE, Entered, Registered, register_receipts
from tracking.states import EntryOutcome, Priority
from tracking.web.answers import matter_url, promised
from tracking.web.inbox.page import ids_of
from tracking.web.receipts.receipt import matter_choices, workable_matters


class TrackForm(forms.Form):
    """A receipt number as typed, in a dialog, or a few; the page also takes what they are for."""

    receipt_number = forms.CharField(
        label=gettext_lazy("Receipt number"),
        help_text=gettext_lazy("As printed on the notice; dashes and spaces do no harm."),
        max_length=LONGEST_PASTE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono", "spellcheck": "false"}),
    )


class ReceiptsForm(MatterFields):
    """Everything about new receipts at once; only the numbers are needed."""

    receipt_number = forms.CharField(
        label=gettext_lazy("Receipt numbers"),
        help_text=gettext_lazy(
            "One or many, as printed on the notices: one a line, or with anything between."
        ),
        max_length=LONGEST_PASTE,
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "autocomplete": "off",
                "class": "mono",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    matter_reference = forms.CharField(
        label=gettext_lazy("Matter reference"),
        help_text=gettext_lazy("Of a matter you work on, or for the new one; empty: the next free number."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "matter-references", "autocomplete": "off"}),
    )
    form = forms.CharField(
        label=gettext_lazy("Form"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"list": "form-numbers", "autocomplete": "off", "placeholder": "I-485"}),
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"), choices=Priority.choices, initial=Priority.NORMAL, required=False
    )

    @property
    def entered(self) -> Entered:
        given = self.cleaned_data
        return Entered(
            numbers=given["receipt_number"],
            form=given["form"],
            priority=given["priority"] or Priority.NORMAL,
            reference=given["matter_reference"].strip(),
            opens=self.opens,
        )


@require_http_methods(["GET", "POST"])
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """Ask for receipts and what they are for, or begin to watch them: every number is answered."""
    actor = request_actor(request)
    require(actor, Capability.TRACK_RECEIPT)
    into = workable_matters(actor).filter(pk__in=ids_of([request.GET.get("matter", "")])).first()
    initial = {
        "client": request.GET.get("client", "")[:40],
        "matter_reference": into.reference if into else "",
    }
    form = ReceiptsForm(request.POST if request.method == "POST" else None, initial=initial, actor=actor)
    registered = None
    if request.method == "POST" and form.is_valid():
        try:
            registered = register_receipts(form.entered, actor=actor, now=utc_now())
        except InvalidInput as error:
            form.refuse(error)
    if request.method == "POST" and htmx.is_fragment(request):
        return _in_dialog(request, form, registered)
    context = _context(actor, form, registered)
    is_refused = request.method == "POST" and (
        registered is None or not (registered.added or registered.matter)
    )
    return render(request, "tracking/receipts/add.html", context, status=422 if is_refused else 200)


def _in_dialog(request: HttpRequest, form: ReceiptsForm, registered: Registered | None) -> HttpResponse:
    """Answer the dialog: go to the receipt of its one number, or say why not; answer each of several."""
    if registered and len(registered.lines) > 1:
        return render(request, "tracking/receipts/added.html", {"registered": registered})
    line = registered.lines[0] if registered else None
    if line is not None and line.outcome in {EntryOutcome.HERE, EntryOutcome.HIDDEN}:
        raise WrongState(line.said)
    if line is not None and line.receipt is not None:
        said = _("The receipt is watched. Its first check is due now.")
        messages.success(request, promised(said, [line.receipt.pk], now=utc_now()))
        return htmx.redirect(request, reverse("tracking:receipt", args=[line.receipt.pk]))
    small = TrackForm(form.data, auto_id="track_%s")
    for error in [line.said] if line else form.errors.get("receipt_number", []):
        small.add_error("receipt_number", error)
    return render(request, "tracking/receipts/new.html", {"form": small}, status=422)


def _context(actor: Actor, form: ReceiptsForm, registered: Registered | None) -> dict[str, Any]:
    context: dict[str, Any] = {
        "form": form,
        "form_numbers": sorted(FORMS),
        "matters": matter_choices(actor),
        "may_open": can(actor, Capability.OPEN_MATTER),
        "registered": registered,
    }
    if registered is not None and registered.matter is not None:
        context["matter_url"] = matter_url(registered.matter.pk)
    return context
