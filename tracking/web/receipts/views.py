"""The list of receipts, and adding one by hand."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from tracking import services
from tracking.receipts import ReceiptNumber, ReceiptNumberError
from tracking.web.answers import form_again
from tracking.web.receipts import page as receipts_list


@require_GET
@login_required
def receipts(request: HttpRequest) -> HttpResponse:
    """List the receipts the person may see, newest first; every filter is part of the address."""
    cursor = request.GET.get("cursor")
    shown = receipts_list.read(request_actor(request), request.GET, cursor=cursor, now=utc_now())
    context = shown.as_context() | {"form": TrackForm(auto_id="track_%s")}
    return render(request, "tracking/receipts/page.html", context)


@require_POST
@login_required
def track(request: HttpRequest) -> HttpResponse:
    """Begin to watch one receipt number that somebody typed."""
    form = TrackForm(request.POST, auto_id="track_%s")
    if not form.is_valid():
        return form_again(request, "tracking/receipts/new.html", {"form": form})
    receipt = services.track_receipt(
        form.cleaned_data["receipt_number"], actor=request_actor(request), now=utc_now()
    )
    messages.success(request, _("The receipt is watched. Its first check is due now."))
    return htmx.redirect(request, reverse("tracking:receipt", args=[receipt.pk]))


class TrackForm(forms.Form):
    """One receipt number as typed."""

    receipt_number = forms.CharField(
        label=gettext_lazy("Receipt number"),
        help_text=gettext_lazy("As printed on the notice; dashes and spaces do no harm."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono", "spellcheck": "false"}),
    )

    def clean_receipt_number(self) -> str:
        try:
            return ReceiptNumber.parse(self.cleaned_data["receipt_number"]).canonical
        except ReceiptNumberError as error:
            raise forms.ValidationError(error.message) from None
