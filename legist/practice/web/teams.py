"""The teams of the firm: the list, a new one, and one of them with its members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.ids import uuid7
from legist.core.web import htmx, request_actor
from legist.practice.people import teams as domain
from legist.practice.permissions import Capability, require
from legist.practice.selectors import list_staff
from legist.practice.web.intake import FaultsBesideFields


class TeamForm(FaultsBesideFields):
    """A team's name and members. `seen` is how the team stood when the form was shown."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=domain.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    members = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Members"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple()
    )
    key = forms.UUIDField(initial=uuid7, required=False, widget=forms.HiddenInput())
    seen_name = forms.CharField(required=False, widget=forms.HiddenInput())
    seen_members = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = self.fields["members"]
        assert isinstance(members, forms.ChoiceField)  # noqa: S101  declared above
        staff = list_staff().order_by("name", "pk")
        members.choices = [
            (str(each.pk), f"{each.display_name}, {each.get_role_display()}") for each in staff
        ]

    @property
    def entered(self) -> domain.Entered:
        return domain.Entered(self.cleaned_data["name"], frozenset(self.cleaned_data["members"]))

    @property
    def seen(self) -> domain.Entered:
        """Return how the team stood; raises InvalidInput for a form that nobody was shown."""
        given = self.cleaned_data
        try:
            members = frozenset(UUID(each) for each in given["seen_members"].split())
        except ValueError:
            raise InvalidInput(_("This form is not whole. Open the team again.")) from None
        return domain.Entered(given["seen_name"], members)


@require_GET
@login_required
def teams(request: HttpRequest) -> HttpResponse:
    """List the teams with their members and how many open matters they share."""
    found = domain.read_teams(request_actor(request))
    return render(request, "practice/teams/list.html", {"teams": found})


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Ask for the name and the members of a new team, or make it."""
    actor = request_actor(request)
    require(actor, Capability.MANAGE_TEAMS)
    form = TeamForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = domain.make_team(form.entered, key=form.cleaned_data["key"], actor=actor, now=utc_now())
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("The team %(name)s is there. Give it matters.") % {"name": made.name})
            return htmx.redirect(request, reverse("practice:teams"))
    return render(request, "practice/teams/team.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@login_required
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Show one team, or rename it and change who belongs to it."""
    actor = request_actor(request)
    found = domain.read_team(team_id, actor)
    stands = domain.entered_of(found)
    seen = {"seen_name": stands.name, "seen_members": " ".join(sorted(map(str, stands.members)))}
    initial = {"name": stands.name, "members": [str(each) for each in stands.members], **seen}
    form = TeamForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            done = domain.change_team(team_id, form.entered, seen=form.seen, actor=actor, now=utc_now())
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, said_of(done))
            return htmx.redirect(request, reverse("practice:teams"))
    context = {"form": form, "team": found}
    return render(request, "practice/teams/team.html", context, status=422 if form.is_bound else 200)


def said_of(done: domain.Changed) -> str:
    """Return what was done, in one line."""
    joined, left = len(done.joined), len(done.left)
    parts = [
        (joined, ngettext("%(n)d person joined.", "%(n)d people joined.", joined)),
        (left, ngettext("%(n)d person left.", "%(n)d people left.", left)),
        (
            done.returned,
            ngettext(
                "%(n)d piece of their work is everybody's again.",
                "%(n)d pieces of their work are everybody's again.",
                done.returned,
            ),
        ),
    ]
    return " ".join([_("The team is saved."), *(words % {"n": count} for count, words in parts if count)])
