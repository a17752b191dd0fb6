"""Editing matters by hand: what one is called, its parties, the tags of the firm, and many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput, WrongState
from legist.core.web import htmx, request_actor
from legist.practice import editing
from legist.practice.clients.conflicts import ConflictFound
from legist.practice.permissions import Capability, can, visible_clients, visible_matters
from legist.practice.roles import Role
from legist.practice.search.finders import list_clients_named
from legist.practice.selectors import correctable_matters, list_staff, list_teams
from legist.practice.states import MatterKind, MatterState, PartyRole
from legist.practice.web.intake import FaultsBesideFields
from legist.practice.web.lists import Act, Options, Tally, one_by_one
from workflows.matters import services
from workflows.matters.services import EditPage
from workflows.web import staff_actor

if TYPE_CHECKING:
    from legist.practice.models import Matter, Tag

LABELS = {
    "reference": gettext_lazy("Reference"),
    "title": gettext_lazy("Title"),
    "kind": gettext_lazy("Kind"),
    "tags": gettext_lazy("Tags"),
    "attorney": gettext_lazy("Attorney"),
    "paralegal": gettext_lazy("Paralegal"),
}


class EditForm(FaultsBesideFields):
    """What a matter is called, of what kind it is, and its tags; `seen` counts the changes that were read."""

    reference = forms.CharField(
        label=LABELS["reference"], max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    title = forms.CharField(
        label=LABELS["title"], max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=LABELS["kind"], choices=MatterKind.choices)
    tags = forms.MultipleChoiceField(
        label=LABELS["tags"], required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, page: EditPage) -> None:
        held = page.details
        initial = {"reference": held.reference, "title": held.title, "kind": held.kind}
        super().__init__(
            data, initial=initial | {"tags": list(held.tags), "seen": len(page.changes)}, auto_id="edit_%s"
        )
        tags = self.fields["tags"]
        assert isinstance(tags, forms.MultipleChoiceField)  # noqa: S101  declared above
        tags.choices = choices_of(page.tags)
        if not page.tags:
            del self.fields["tags"]

    @property
    def given(self) -> editing.Details:
        """What was entered."""
        found = self.cleaned_data
        return editing.Details(
            found["reference"], found["title"], found["kind"], frozenset(found.get("tags", ()))
        )


def choices_of(tags: Iterable[Tag]) -> list[tuple[str, str]]:
    """Return tags as a form or a filter offers them."""
    return [(str(tag.pk), tag.name) for tag in tags]


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Show what a matter is called, and was called before; save what it is called from now on."""
    actor = request_actor(request)
    page = services.edit_page(actor, matter_id)
    form = EditForm(request.POST if request.method == "POST" else None, page=page)
    if form.is_bound and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            changed = services.edit(matter_id, form.given, seen=seen, actor=actor, now=utc_now())
        except InvalidInput as error:
            form.refuse(error)
        else:
            said = _("Saved. What stood there before is kept.")
            messages.success(request, said if changed else _("Nothing was changed: it stood so already."))
            return htmx.redirect(request, reverse("workflows:matter", args=[matter_id]))
    context = {"page": page, "matter": page.matter, "form": form, "history": _history(page)}
    return render(request, "workflows/matters/edit.html", context, status=422 if form.is_bound else 200)


def _history(page: EditPage) -> list[dict[str, object]]:
    """What stood there before, field by field, with who replaced it and when."""
    people = {str(person.pk): person.name for person in list_staff()}
    kinds = {str(value): str(label) for value, label in MatterKind.choices}
    said: dict[str, Callable[[Any], str]] = {
        "kind": lambda value: kinds.get(value, value),
        "tags": ", ".join,
        "attorney": lambda value: people.get(value, ""),
        "paralegal": lambda value: people.get(value, ""),
    }
    return [
        {"label": LABELS[name], "value": said.get(name, str)(value), "by": change.by, "at": change.at}
        for change in page.changes
        for name, value in change.before.items()
    ]


@require_POST
@login_required
def party(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Ask which client is meant by a name, or note them as a party of the matter."""
    actor, role, other = request_actor(request), request.POST.get("role", ""), request.POST.get("other", "")
    matter = services.access_correctable(actor, matter_id)
    context: dict[str, Any] = {
        "matter": matter,
        "role": role,
        "role_label": dict(PartyRole.choices).get(role, ""),
        "roles": PartyRole.choices,
        "text": request.POST.get("q", ""),
    }
    if other:
        seen = request.POST.get("seen", "")
        try:
            joined = services.add_party(matter_id, _id(other), role, seen=seen, actor=actor, now=utc_now())
        except ConflictFound as conflict:
            context |= {"conflict": conflict, "found": _named(other, actor=actor)}
            return render(request, "workflows/matters/party.html", context, status=422)
        messages.success(request, _said_of(joined.shut_out))
        return htmx.redirect(request, reverse("workflows:matter", args=[matter_id]) + "?section=people")
    context["found"] = list_clients_named(actor, context["text"], now=utc_now())
    return render(request, "workflows/matters/party.html", context)


def _named(other: str, *, actor: Actor) -> list[Any]:
    return list(visible_clients(actor).filter(pk=_id(other)))


def _said_of(shut_out: int) -> str:
    said = _("Noted. Nothing is sent to them for it: the firm goes on writing to the matter's client.")
    if not shut_out:
        return said
    walls = ngettext(
        "A wall on them shuts %(n)d person out of this matter from now on.",
        "Walls on them shut %(n)d people out of this matter from now on.",
        shut_out,
    )
    return f"{said} {walls % {'n': shut_out}}"


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput.at("other", _("Choose another client whom you may see.")) from None


@require_POST
@login_required
def end_party(request: HttpRequest, matter_id: UUID, party_id: UUID) -> HttpResponse:
    """Take a party back."""
    services.end_party(matter_id, party_id, actor=request_actor(request), now=utc_now())
    messages.success(request, _("Taken back. They stay a client of the firm."))
    return htmx.redirect(request, reverse("workflows:matter", args=[matter_id]) + "?section=people")


@require_http_methods(["GET", "POST"])
@login_required
def tags(request: HttpRequest) -> HttpResponse:
    """Show the tags of the firm; add one, call one otherwise, or remove it."""
    actor, now = staff_actor(request), utc_now()
    context: dict[str, Any] = {"tags": editing.list_tags_for_keeping(actor)}
    if request.method == "POST":
        tag, name = request.POST.get("tag", ""), request.POST.get("name", "")
        try:
            tag_id = _id(tag) if tag else ""
            if request.POST.get("act") == "remove":
                editing.remove_tag(_id(tag), actor=actor, now=now)
            else:
                editing.keep_tag(name, tag_id=tag_id, actor=actor, now=now)
        except InvalidInput as error:
            context |= {"fault": error.message, "name": name}
            return render(request, "workflows/matters/tags.html", context, status=422)
        messages.success(request, _("Saved."))
        return htmx.redirect(request, reverse("workflows:tags"))
    return render(request, "workflows/matters/tags.html", context)


# What is done with several matters of the list at once: each through the act that one matter has.
NOT_YOURS: Final = gettext_lazy("not yours to manage")


def manages(actor: Actor) -> bool:
    return can(actor, Capability.MANAGE_MATTER)


def edits(actor: Actor) -> bool:
    return manages(actor) or can(actor, Capability.WORK_MATTER)


def managed(rows: QuerySet[Matter], actor: Actor) -> QuerySet[Matter]:
    return rows.filter(pk__in=visible_matters(actor, Capability.MANAGE_MATTER).values("pk"))


def editable(rows: QuerySet[Matter], actor: Actor) -> QuerySet[Matter]:
    """Return those that the person works on or manages."""
    return rows.filter(pk__in=correctable_matters(actor).values("pk"))


def closable(rows: QuerySet[Matter], actor: Actor) -> QuerySet[Matter]:
    """Return the open ones that the person manages and in which nothing is open."""
    return services.without_open_work(managed(rows, actor).filter(state=MatterState.OPEN))


def seats(_actor: Actor) -> Options:
    """Return to whom a matter can be given: people with the seat they would have, and teams."""
    staff = list(list_staff(Role.ATTORNEY, Role.PARALEGAL).order_by("role", "name"))
    people = [(f"{each.role}:{each.pk}", f"{each.name} ({each.get_role_display()})") for each in staff]
    teams = [(f"team:{each.pk}", f"{each.name} ({_('Team')})") for each in list_teams().order_by("name")]
    return [*people, *teams]


def assign_many(ids: Sequence[UUID], value: str, *, actor: Actor, now: datetime) -> Tally:
    """Give each matter, and those below it, to a person or a team; see `services.assign`."""
    if value not in {str(key) for key, _label in seats(actor)}:
        raise InvalidInput.at("value", _("Choose a person or a team."))
    seat, _colon, pk = value.partition(":")
    to = services.Assignment(**{seat: pk})
    return one_by_one(ids, lambda matter: services.assign(matter, to=to, actor=actor, now=now))


def tag_options(_actor: Actor) -> Options:
    return [(str(tag.pk), tag.name) for tag in editing.list_tags()]


def tagging(*, bears: bool) -> Callable[..., Tally]:
    """Return the act that puts a tag on matters, or takes it off."""

    def run(ids: Sequence[UUID], value: str, *, actor: Actor, now: datetime) -> Tally:
        if value not in dict(tag_options(actor)):
            raise InvalidInput.at("value", _("One of the tags is gone. Reload the page and choose again."))

        def change(pk: UUID) -> None:
            found = services.edit_page(actor, pk)
            held = found.details.tags
            given = replace(found.details, tags=held | {value} if bears else held - {value})
            if not services.edit(pk, given, seen=len(found.changes), actor=actor, now=now):
                raise WrongState(_("it stood so already."))

        return one_by_one(ids, change)

    return run


def close_many(ids: Sequence[UUID], _value: str, *, actor: Actor, now: datetime) -> Tally:
    return one_by_one(ids, lambda pk: services.close(pk, actor=actor, now=now))


ACTS: Final = (
    Act(
        "assign",
        gettext_lazy("Give to a person or team"),
        "user-check",
        manages,
        managed,
        NOT_YOURS,
        assign_many,
        about=gettext_lazy("Matters below go along, and whoever is given one is told what waits."),
        ask=gettext_lazy("Give it to"),
        options=seats,
    ),
    Act(
        "tag",
        gettext_lazy("Add a tag"),
        "tags",
        edits,
        editable,
        gettext_lazy("not yours to work on"),
        tagging(bears=True),
        ask=gettext_lazy("Tag"),
        options=tag_options,
    ),
    Act(
        "untag",
        gettext_lazy("Take a tag off"),
        "circle-x",
        edits,
        editable,
        gettext_lazy("not yours to work on"),
        tagging(bears=False),
        ask=gettext_lazy("Tag"),
        options=tag_options,
    ),
    Act(
        "close",
        gettext_lazy("Close"),
        "archive",
        manages,
        closable,
        gettext_lazy("closed, not yours to manage, or something is still open in it"),
        close_many,
        about=gettext_lazy(
            "Nothing more is sent to their clients, and USCIS is asked less often. They can be reopened."
        ),
    ),
)
