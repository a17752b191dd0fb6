"""Whether a client is protected: the page on which a person decides."""

from __future__ import annotations

from uuid import UUID

from django import forms
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
from legist.practice.clients.protection import SafeContact
from workflows.clients import contacts
from workflows.clients.contacts import ContactPage, Corrected
from workflows.web.clients.contacts import FaultsBesideFields, history_of
from workflows.web.forms import ReasonForm, checked


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
    form = SafeContactForm(request.POST or None, initial=_initial(page))
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
            return _back(request, matter_id, _said(done))
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


def _initial(page: ContactPage) -> dict[str, str]:
    """Nothing is taken over from the ordinary contact: a person says anew what is safe."""
    return {"seen": page.contact.version}


def _said(done: Corrected) -> str:
    said = _("The client is protected. Everything goes to the safe contact only.")
    if not done.messages:
        return said
    called_back = ngettext(
        "%(n)d message was called back and waits for approval.",
        "%(n)d messages were called back and wait for approval.",
        done.messages,
    )
    return f"{said} {called_back % {'n': done.messages}}"
