"""The one form on which staff correct how a client is reached."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import htmx, request_actor
from legist.practice.clients.contacts import Contact
from workflows.clients.contacts import (
    ContactPage,
    Corrected,
    contact_page,
    correct_contact,
    dismiss_offer,
    take_offer,
)

LABELS = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Telephone"),
    "language": gettext_lazy("Language"),
    "note": gettext_lazy("What to know before one writes or calls"),
}
PROTECTION = gettext_lazy("Protected")


class FaultsBesideFields(forms.Form):
    """A form that shows what the practice refuses beside the field it is about."""

    def refuse(self, error: InvalidInput) -> None:
        """Take over the faults of an act that was refused."""
        for name, lines in error.errors.items():
            self.add_error(name if name in self.fields else None, lines)
        if not error.errors:
            self.add_error(None, error.message)


class ContactForm(FaultsBesideFields):
    """How a client is reached. The practice judges each field; here is only its shape."""

    name = forms.CharField(label=LABELS["name"], max_length=200)
    email = forms.CharField(
        label=LABELS["email"],
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "Another address ends every sign-in, passkey and open invitation of the old one. Messages that "
            "have not left wait for approval again. The old address is not written to."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=LABELS["phone"],
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=LABELS["language"], choices=settings.LANGUAGES)
    note = forms.CharField(
        label=LABELS["note"],
        required=False,
        max_length=600,
        help_text=gettext_lazy("Shown wherever somebody has to write or call by hand."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(widget=forms.HiddenInput())


@require_http_methods(["GET", "POST"])
@login_required
def contact(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Show how a matter's client is reached and what stood there before; save a correction."""
    actor = request_actor(request)
    page = contact_page(actor, matter_id)
    form = ContactForm(request.POST or None, initial=_initial(page))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in LABELS}
        seen = form.cleaned_data["seen"]
        try:
            done = correct_contact(matter_id, Contact(**given), seen=seen, actor=actor, now=utc_now())
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _said(done))
            return htmx.redirect(request, reverse("workflows:matter", args=[matter_id]) + "?section=people")
    context = {
        "page": page,
        "form": form,
        "matter_id": matter_id,
        "history": history_of(page),
        "offers": _offers(page),
        "now": utc_now(),
    }
    return render(request, "workflows/matters/contact.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def offer(request: HttpRequest, matter_id: UUID, offer_id: UUID) -> HttpResponse:
    """Take over what a list says of the client, or dismiss it."""
    actor, decision = request_actor(request), request.POST.get("decision", "")
    # Whoever may not see the client learns nothing, not even that a decision is missing.
    contact_page(actor, matter_id)
    if decision == "take":
        seen = request.POST.get("seen", "")
        said = _said(take_offer(matter_id, offer_id, seen=seen, actor=actor, now=utc_now()))
    elif decision == "dismiss":
        dismiss_offer(matter_id, offer_id, actor=actor, now=utc_now())
        said = _("Dismissed. No list asks for the same again.")
    else:
        raise InvalidInput(_("Say whether to take it over or to dismiss it."))
    messages.success(request, said)
    return htmx.redirect(request, reverse("workflows:matter_contact", args=[matter_id]))


def _initial(page: ContactPage) -> dict[str, str]:
    known = page.contact
    return {name: getattr(known, name) for name in LABELS} | {"seen": known.version}


def _offers(page: ContactPage) -> list[dict[str, object]]:
    """What lists say, beside what stands here."""
    languages = dict(settings.LANGUAGES)
    return [
        {
            "offer": offer,
            "label": LABELS[offer.field],
            "value": languages.get(offer.value, offer.value) if offer.field == "language" else offer.value,
        }
        for offer in page.offers
    ]


def _said(done: Corrected) -> str:
    if not done.fields:
        return _("Nothing was changed: it stood so already.")
    if not done.messages:
        return _("Corrected. What stood there before is kept.")
    return ngettext(
        "Corrected. %(n)d message is addressed anew and waits for approval.",
        "Corrected. %(n)d messages are addressed anew and wait for approval.",
        done.messages,
    ) % {"n": done.messages}


def history_of(page: ContactPage) -> list[dict[str, object]]:
    """What stood there before, field by field, with who replaced it, when and why."""
    said = {"yes": _("yes"), "no": _("no"), **dict(settings.LANGUAGES)}
    return [
        {
            "label": LABELS.get(name, PROTECTION),
            "value": said.get(value, value) if name in {"language", "protected"} else value,
            "by": change.by,
            "at": change.at,
            "reason": change.reason,
        }
        for change in page.changes
        for name, value in change.before.items()
    ]
