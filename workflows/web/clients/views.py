"""How a client is reached, and whether they are protected: the forms on which staff decide."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import htmx, request_actor
from legist.practice.clients.conflicts import ConflictFound, list_checks
from legist.practice.clients.contacts import Contact
from legist.practice.clients.protection import SafeContact
from legist.practice.permissions import Capability
from legist.practice.states import ClientKind
from legist.practice.web.intake import DetailsForm, FaultsBesideFields, details_of
from workflows.clients import contacts
from workflows.clients.contacts import (
    ContactPage,
    Corrected,
    contact_page,
    correct_contact,
    dismiss_offer,
    take_offer,
)
from workflows.matters import services as matters
from workflows.web import staff_actor
from workflows.web.forms import ReasonForm, checked
from workflows.web.matters.actions import done

LABELS = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Telephone"),
    "language": gettext_lazy("Language"),
    "note": gettext_lazy("What to know before one writes or calls"),
    "kind": gettext_lazy("Person or company"),
    "a_number": gettext_lazy("A-number"),
    "names": gettext_lazy("Other names"),
    "ways": gettext_lazy("Further ways"),
}
PROTECTION = gettext_lazy("Protected")


class ContactForm(DetailsForm):
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
    told = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())

    @property
    def given(self) -> Contact:
        """What was entered."""
        fields = ("name", "email", "phone", "language", "note")
        return self.complete(Contact(**{name: self.cleaned_data[name] for name in fields}))


@require_http_methods(["GET", "POST"])
@login_required
def contact(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Show how a matter's client is reached and what stood there before; save a correction."""
    actor = request_actor(request)
    page = contact_page(actor, matter_id)
    form = ContactForm(request.POST or None, initial=initial_of(page))
    if request.method == "POST" and form.is_valid():
        seen, told = form.cleaned_data["seen"], form.cleaned_data["told"]
        try:
            done = correct_contact(matter_id, form.given, seen=seen, told=told, actor=actor, now=utc_now())
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, said_of(done))
            return htmx.redirect(request, reverse("workflows:matter", args=[matter_id]) + "?section=people")
    return show_contact(request, matter_id, page=page, form=form)


def show_contact(
    request: HttpRequest, matter_id: UUID, *, page: ContactPage, form: ContactForm
) -> HttpResponse:
    """Show a form on how a matter's client is reached, with all that belongs to it."""
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
    page = contact_page(actor, matter_id)
    if decision == "take":
        seen = request.POST.get("seen", "")
        try:
            said = said_of(take_offer(matter_id, offer_id, seen=seen, actor=actor, now=utc_now()))
        except ConflictFound as conflict:
            value = next(each.value for each in page.offers if each.pk == offer_id)
            return ask_about(request, matter_id, page, name=value, conflict=conflict)
    elif decision == "dismiss":
        dismiss_offer(matter_id, offer_id, actor=actor, now=utc_now())
        said = _("Dismissed. No list asks for the same again.")
    else:
        raise InvalidInput(_("Say whether to take it over or to dismiss it."))
    messages.success(request, said)
    return htmx.redirect(request, reverse("workflows:matter_contact", args=[matter_id]))


@require_POST
@login_required
def client_name(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Correct the name of the matter's client; where somebody is alike, ask on the page of contact data."""
    actor, name = request_actor(request), request.POST.get("name", "")
    try:
        changed = matters.correct_client_name(matter_id, name=name, actor=actor, now=utc_now())
    except ConflictFound as conflict:
        page = contact_page(actor, matter_id)
        return ask_about(request, matter_id, page, name=name, conflict=conflict)
    return done(request, matter_id, _("The name was corrected.") if changed else _("The name is so already."))


def ask_about(
    request: HttpRequest, matter_id: UUID, page: ContactPage, *, name: str, conflict: ConflictFound
) -> HttpResponse:
    """Show who is alike before a client is called by another name; saved again, it goes on."""
    form = ContactForm({**initial_of(page), "name": name}, initial=initial_of(page))
    form.refuse(conflict)
    return show_contact(request, matter_id, page=page, form=form)


def initial_of(page: ContactPage) -> dict[str, Any]:
    """Return what stands there, as a form shows it."""
    known = page.contact
    fields = ("name", "email", "phone", "language", "note")
    return {name: getattr(known, name) for name in fields} | details_of(known) | {"seen": known.version}


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


def said_of(done: Corrected) -> str:
    """Say what a correction changed."""
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
    return [
        {
            "label": LABELS.get(name, PROTECTION),
            "value": said_value(name, value),
            "by": change.by,
            "at": change.at,
            "reason": change.reason,
        }
        for change in page.changes
        for name, value in change.before.items()
    ]


def compared(**held: Contact) -> list[dict[str, object]]:
    """What is known of several contacts, each under what it is called, where anything is known of any."""
    rows = [
        (LABELS[name], [(head, said_value(name, asdict(each)[name])) for head, each in held.items()])
        for name in LABELS
    ]
    return [
        {"label": label, "values": pairs} for label, pairs in rows if any(value for _head, value in pairs)
    ]


def said_value(name: str, value: Any) -> str:
    """Put a field of the contact data into words."""
    said = {"yes": _("yes"), "no": _("no"), **dict(settings.LANGUAGES), **dict(ClientKind.choices)}
    if name in {"language", "protected", "kind"}:
        return str(said.get(value, value))
    parts = [part["value"] if isinstance(part, dict) else part for part in value or ()]
    return ", ".join(parts) if name in {"ways", "names"} else value


class SafeContactForm(FaultsBesideFields):
    """Where a protected client is reached; the practice judges each field."""

    email = forms.CharField(
        label=gettext_lazy("Safe e-mail address"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Nobody else reads mail here. Empty: nothing is mailed at all."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Safe telephone"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=gettext_lazy("What to know before one writes or calls"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("Such as: mornings only, ask for the advocate, never leave a message."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Kept in the history, encrypted."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(widget=forms.HiddenInput())


@require_http_methods(["GET", "POST"])
@login_required
def protection(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Show whether a matter's client is protected, and why it is proposed; mark them as protected."""
    actor = request_actor(request)
    page = contacts.contact_page(actor, matter_id)
    # Nothing is taken over from the ordinary contact: a person says anew what is safe.
    form = SafeContactForm(request.POST or None, initial={"seen": page.contact.version})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("email", "phone", "note")}
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
        try:
            done = contacts.protect(
                matter_id, SafeContact(**given), reason=reason, seen=seen, actor=actor, now=utc_now()
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _back(request, matter_id, _words_of(done))
    context = {
        "page": page,
        "form": form,
        "reason_form": ReasonForm(),
        "matter_id": matter_id,
        "history": history_of(page),
    }
    status = 422 if form.is_bound else 200
    return render(request, "workflows/matters/protection.html", context, status=status)


@require_POST
@login_required
def end(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """End the protection of a matter's client."""
    reason, seen = checked(ReasonForm(request.POST))["reason"], request.POST.get("seen", "")
    contacts.end_protection(matter_id, reason=reason, seen=seen, actor=request_actor(request), now=utc_now())
    return _back(request, matter_id, _("The protection has ended. The safe contact stays in use."))


@require_POST
@login_required
def decline(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Note that no protection is needed."""
    seen = request.POST.get("seen", "")
    contacts.decline_protection(matter_id, seen=seen, actor=request_actor(request), now=utc_now())
    return _back(request, matter_id, _("Noted. These forms do not ask again."))


def _back(request: HttpRequest, matter_id: UUID, said: str) -> HttpResponse:
    messages.success(request, said)
    return htmx.redirect(request, reverse("workflows:matter", args=[matter_id]) + "?section=people")


def _words_of(done: Corrected) -> str:
    said = _("The client is protected. Everything goes to the safe contact only.")
    if not done.messages:
        return said
    called_back = ngettext(
        "%(n)d message was called back and waits for approval.",
        "%(n)d messages were called back and wait for approval.",
        done.messages,
    )
    return f"{said} {called_back % {'n': done.messages}}"


@require_GET
@login_required
def conflict_checks(request: HttpRequest) -> HttpResponse:
    """List the latest conflict checks that found somebody alike, and with whom; for managers."""
    lines = list_checks(staff_actor(request, Capability.SEE_CONFLICTS))
    return render(request, "workflows/clients/conflicts.html", {"lines": lines, "now": utc_now()})
