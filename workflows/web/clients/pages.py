"""Clients by hand: the list, somebody new, one of them with their history, and a new matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import htmx, request_actor
from legist.practice.clients.conflicts import ConflictFound
from legist.practice.clients.contacts import Contact
from legist.practice.clients.intake import NewMatter, NewParty, add_client, open_by_hand
from legist.practice.clients.merging import MergedAlready
from legist.practice.permissions import Capability, can, require
from legist.practice.search.finders import list_clients_named
from legist.practice.states import ClientKind, MatterKind, PartyRole, RelationKind
from legist.practice.web import lists, looks
from legist.practice.web.intake import MatterFields, PersonForm
from legist.practice.web.lists import Column, Filter, Listing
from workflows.clients import contacts
from workflows.web import staff_actor
from workflows.web.clients.views import ContactForm, compared, history_of, initial_of, said_of

if TYPE_CHECKING:
    from legist.practice.models import Client


PARTIES: Final = 2
PARTY_PARTS: Final = ("role", "name", "client", "seen")


def party_fields(row: str, at: int) -> dict[str, forms.Field]:
    """Return the fields of somebody else who has a role in the matter; each row begins with another role."""
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=PartyRole.choices, initial=PartyRole.values[at], required=False
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    return {
        f"{row}_role": role,
        f"{row}_name": name,
        f"{row}_client": forms.CharField(max_length=40, required=False, widget=forms.HiddenInput()),
        f"{row}_seen": forms.CharField(max_length=100, required=False, widget=forms.HiddenInput()),
    }


class NewMatterForm(MatterFields):
    """A matter, for somebody new or for a client who is there."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("What the firm calls it; empty: the client's name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=MatterKind.choices, initial=MatterKind.CASE, required=False
    )
    party_conflict: ConflictFound | None = None
    party_asked: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(PARTIES):
            self.fields |= party_fields(f"party_{at}", at)

    @property
    def party_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each further party: role, name, who was chosen, what was told."""
        return [[self[f"party_{at}_{part}"] for part in PARTY_PARTS] for at in range(PARTIES)]

    @property
    def opens(self) -> NewMatter | None:
        """The matter to open, with its parties."""
        found, rows = super().opens, []
        for at in range(PARTIES):
            role, name, client, seen = (self.cleaned_data[f"party_{at}_{part}"] for part in PARTY_PARTS)
            if name.strip():
                chosen = UUID(client) if lists.is_id(client) else None
                rows.append(NewParty(role or PartyRole.BENEFICIARY, name.strip(), chosen, seen))
        return replace(found, parties=tuple(rows)) if found else None

    def refuse(self, error: InvalidInput) -> None:
        """Show a conflict of a party as a choice beside its row."""
        if isinstance(error, ConflictFound) and error.party is not None:
            filled = [at for at in range(PARTIES) if self.cleaned_data[f"party_{at}_name"].strip()]
            self.party_conflict, self.party_asked = error, f"party_{filled[error.party]}"
            self.data = {**dict(self.data.items()), f"{self.party_asked}_seen": error.seen}
            return
        super().refuse(error)


def find_clients(actor: Actor, given: Mapping[str, str], _now: datetime) -> QuerySet[Client]:
    """Return the clients whom the filters of the list leave."""
    return contacts.list_clients(actor, kind=given.get("kind", ""), language=given.get("language", ""))


CELLS: Final = "workflows/clients/cells"
LIST: Final = lists.register(
    Listing(
        key="clients",
        label=gettext_lazy("Clients"),
        url_name="workflows:clients",
        capability=Capability.VIEW_MATTER,
        find=find_clients,
        columns=(
            Column(
                "client",
                gettext_lazy("Client"),
                ((gettext_lazy("Client"), lambda row: row.name),),
                f"{CELLS}/client.html",
                fixed=True,
                css="card-first",
            ),
            Column(
                "reached",
                gettext_lazy("Reached by"),
                (
                    (gettext_lazy("E-mail"), lambda row: row.email),
                    (gettext_lazy("Telephone"), lambda row: row.phone),
                ),
                f"{CELLS}/reached.html",
            ),
            Column(
                "language",
                gettext_lazy("Language"),
                ((gettext_lazy("Language"), lambda row: row.get_language_display()),),
                sort="language",
            ),
            Column(
                "kind",
                gettext_lazy("Kind"),
                ((gettext_lazy("Kind"), lambda row: row.get_kind_display()),),
                sort="kind",
                shown=False,
            ),
            Column(
                "matters",
                gettext_lazy("Open matters"),
                ((gettext_lazy("Open matters"), lambda row: row.open_matters),),
                sort="open_matters",
                css="end",
            ),
        ),
        filters=(
            Filter("kind", gettext_lazy("Kind"), lambda _actor: ClientKind.choices),
            Filter("language", gettext_lazy("Language"), lambda _actor: settings.LANGUAGES),
        ),
        views=((gettext_lazy("All"), {}), (gettext_lazy("Companies"), {"kind": ClientKind.COMPANY.value})),
    )
)


@require_GET
@login_required
def clients(request: HttpRequest) -> HttpResponseBase:
    """List the clients whom the person may see, the newest first."""
    actor = staff_actor(request)
    here = looks.look(LIST, request.GET, actor=actor, now=utc_now())
    if looks.is_wanted(request):
        return here.export(request)
    context = here.context(request.GET.get("cursor")) | {
        "may_open": can(actor, Capability.OPEN_MATTER),
        "may_see_conflicts": can(actor, Capability.SEE_CONFLICTS),
    }
    return render(request, "workflows/clients/list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Ask who is new, or take them on, after a look at everybody who is alike."""
    actor = staff_actor(request, Capability.OPEN_MATTER)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            chosen = (
                form.chosen
                or add_client(
                    form.person or Contact("", "", "", "en"),
                    key=form.once,
                    seen=form.cleaned_data["seen"],
                    actor=actor,
                    now=utc_now(),
                ).pk
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            return htmx.redirect(request, reverse("workflows:client", args=[chosen]))
    return render(request, "workflows/clients/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
@login_required
def client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Show a client: how to reach them, their matters, and what was done about them."""
    actor = staff_actor(request)
    page = contacts.client_file(actor, client_id)
    context = {
        "page": page,
        "client": page.client,
        "may_open": can(actor, Capability.OPEN_MATTER),
        "kinds": RelationKind.choices,
        "may_merge": page.can_correct and can(actor, Capability.MANAGE_MATTER),
        "now": utc_now(),
    }
    return render(request, "workflows/clients/client.html", context)


@require_POST
@login_required
def relate(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Ask which client is meant by a name, or note what they are to this one."""
    actor, now = request_actor(request), utc_now()
    page = contacts.editable_client(actor, client_id)
    if other := request.POST.get("other"):
        contacts.relate(
            client_id, other=checked_id(other), kind=request.POST.get("kind", ""), actor=actor, now=now
        )
        messages.success(request, _("Noted, for both of them."))
        return htmx.redirect(request, reverse("workflows:client", args=[client_id]))
    context = {
        "client": page.client,
        "heading": _("Who is it?"),
        "action": reverse("workflows:client_relate", args=[client_id]),
        "verb": _("Note it"),
        "text": request.POST.get("q", ""),
        "kept": {"kind": request.POST.get("kind", "")},
        "found": [
            each
            for each in list_clients_named(actor, request.POST.get("q", ""), now=now)
            if each != page.client
        ],
    }
    return render(request, "workflows/clients/choose.html", context)


@require_POST
@login_required
def unrelate(request: HttpRequest, client_id: UUID, relation_id: UUID) -> HttpResponse:
    """Take back what two clients are to each other."""
    contacts.unrelate(client_id, relation_id, actor=request_actor(request), now=utc_now())
    messages.success(request, _("Taken back, for both of them."))
    return htmx.redirect(request, reverse("workflows:client", args=[client_id]))


@require_POST
@login_required
def duplicates(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Ask which client is the same person by a name, or lead on to what merging them would do."""
    actor, now = request_actor(request), utc_now()
    page = contacts.editable_client(actor, client_id)
    require(actor, Capability.MANAGE_MATTER)
    if other := request.POST.get("other"):
        return htmx.redirect(request, reverse("workflows:client_merge", args=[client_id, checked_id(other)]))
    context = {
        "client": page.client,
        "heading": _("Which record is the same client?"),
        "action": reverse("workflows:client_duplicates", args=[client_id]),
        "verb": _("Look at both"),
        "found": [
            each
            for each in list_clients_named(actor, request.POST.get("q") or page.client.name, now=now)
            if each != page.client
        ],
    }
    return render(request, "workflows/clients/choose.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def merge(request: HttpRequest, client_id: UUID, gone_id: UUID) -> HttpResponse:
    """Show what merging two clients would do, or do it."""
    actor = request_actor(request)
    try:
        page = contacts.merge_page(actor, client_id, gone_id)
        if request.method == "POST":
            seen = request.POST.get("seen", "")
            done = contacts.merge(client_id, gone_id, seen=seen, actor=actor, now=utc_now())
    except MergedAlready as merged:
        messages.info(request, merged.message)
        return htmx.redirect(request, reverse("workflows:client", args=[merged.into.pk]))
    if request.method == "POST":
        said = _("They are one client now. Messages that wait for approval again: %(n)d.")
        messages.success(request, said % {"n": done.messages})
        return htmx.redirect(request, reverse("workflows:client", args=[client_id]))
    context = {
        "page": page,
        "plan": page.plan,
        "lines": compared(kept=page.kept, gone=page.gone, after=page.plan.result),
    }
    return render(request, "workflows/clients/merge.html", context)


def checked_id(text: str) -> str:
    """Return an id that a form sent back; raise InvalidInput for what is none."""
    try:
        return str(UUID(text))
    except ValueError:
        raise InvalidInput.at("other", _("Choose another client whom you may see.")) from None


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Show how a client is reached and what stood there before; save a correction."""
    actor = request_actor(request)
    page = contacts.editable_client(actor, client_id)
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial_of(page))
    if form.is_bound and form.is_valid():
        seen, told = form.cleaned_data["seen"], form.cleaned_data["told"]
        try:
            done = contacts.correct(page.client, form.given, seen=seen, told=told, actor=actor, now=utc_now())
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, said_of(done))
            return htmx.redirect(request, reverse("workflows:client", args=[client_id]))
    context = {"page": page, "form": form, "history": history_of(page)}
    return render(request, "workflows/clients/edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@login_required
def new_matter(request: HttpRequest) -> HttpResponse:
    """Ask whose matter it is and who works on it, or open it."""
    actor = staff_actor(request, Capability.OPEN_MATTER)
    initial = {"client": request.GET.get("client", "")[:40]}
    form = NewMatterForm(request.POST if request.method == "POST" else None, initial=initial, actor=actor)
    if form.is_bound and form.is_valid():
        try:
            matter = open_by_hand(form.opens, actor=actor, now=utc_now())
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("The matter is open, and yours to work on."))
            return htmx.redirect(request, reverse("workflows:matter", args=[matter.pk]))
    return render(
        request, "workflows/clients/new_matter.html", {"form": form}, status=422 if form.is_bound else 200
    )
