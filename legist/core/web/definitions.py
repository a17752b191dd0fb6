"""What a newer version of ours offers beside the firm's: shown part by part, tried, and taken."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.definitions.kinds import Kind, kind_of
from legist.core.definitions.merging import Change, Merge, Place
from legist.core.definitions.services import Decision
from legist.core.definitions.standing import Standing
from legist.core.errors import InvalidInput, WrongState
from legist.core.web import htmx, request_actor

OURS, THEIRS = "ours", "theirs"


class OfferForm(forms.Form):
    """For each part that ours changed, whose is to hold; and why. `seen` and `merges` name what was shown."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput())
    merges = forms.CharField(max_length=64, widget=forms.HiddenInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, kind: Kind, standing: Standing, offer: Merge) -> None:
        shown = {"seen": standing.hash, "merges": standing.shipped.hash if standing.shipped else ""}
        super().__init__(data, initial=shown)
        self.kind, self.changes = kind, {_name(each.place): each for each in offer.changes}
        for name, each in self.changes.items():
            self.fields[name] = forms.ChoiceField(
                label=_("Which is to hold?"),
                choices=[(OURS, _("Keep the firm's")), (THEIRS, _("Take Legist's"))],
                widget=forms.RadioSelect,
                initial=THEIRS if each.is_taken else OURS,
                required=False,
            )

    @property
    def takes(self) -> dict[Place, bool]:
        """What was chosen so far; a part nobody chose is left to the merge."""
        chosen = {each.place: self.data.get(name) for name, each in self.changes.items()}
        return {place: side == THEIRS for place, side in chosen.items() if side in (OURS, THEIRS)}

    @property
    def parts(self) -> list[tuple[str, forms.BoundField, Change, list[str]]]:
        """Return each part by its label, with what it said at first, with the firm, and with Legist."""
        say, label = self.kind.say, partial(_label, self.kind)
        return [
            (
                label(each.place),
                self[name],
                each,
                [say(each.place, said) for said in (each.base, each.ours, each.theirs)],
            )
            for name, each in self.changes.items()
        ]


@require_http_methods(["GET", "POST"])
@login_required
def offer(request: HttpRequest, definition_kind: str, definition: str) -> HttpResponse:
    """Show what is offered for one definition, say what a choice would do, and publish it."""
    actor, kind = request_actor(request), kind_of(definition_kind)
    kind.require(actor)
    key = kind.find(definition)
    if request.method == "POST" and request.POST.get("act") != "try":
        return _take(request, kind, key, actor=actor)
    return _page(request, kind, key, actor=actor)


def _take(request: HttpRequest, kind: Kind, key: Any, *, actor: Actor) -> HttpResponse:
    standing = kind.topic.read(key)
    form = OfferForm(request.POST, kind=kind, standing=standing, offer=standing.offer or Merge(None))
    try:
        decision = Decision(request.POST.get("reason", ""), actor, utc_now())
        seen, merges = request.POST.get("seen", ""), request.POST.get("merges", "")
        made = kind.take(key, form.takes, seen=seen, merges=merges, decision=decision)
    except InvalidInput as error:
        return _page(request, kind, key, actor=actor, status=422, errors=error.errors)
    except WrongState as error:
        return _page(request, kind, key, actor=actor, status=409, errors={"": [error.message]})
    messages.success(request, kind.tell(made))
    return htmx.redirect(request, kind.page(key))


def _page(
    request: HttpRequest,
    kind: Kind,
    key: Any,
    *,
    actor: Actor,
    status: int = 200,
    errors: dict[str, list[str]] | None = None,
) -> HttpResponse:
    """Show the offer as it stands now, with the choices and the reason that were sent."""
    standing = kind.topic.read(key)
    context = {"kind": kind, "what": kind.call(key), "page": kind.page(key), "standing": standing}
    found = errors or {}
    if (offered := standing.offer) is not None:
        data = request.POST.copy() if request.method == "POST" else None
        if data is not None:
            data["seen"], data["merges"] = standing.hash, standing.shipped.hash if standing.shipped else ""
        form = OfferForm(data, kind=kind, standing=standing, offer=offered)
        merged = standing.merged(form.takes)
        if request.POST.get("act") == "try" and merged is not None:
            found = {"": list(kind.topic.faults(key, merged.content))}
            context["effects"] = () if found[""] else kind.dry_run(actor, key, merged.content)
            form.fields["reason"].required = False
        context["form"] = form
        if "reason" in found:
            form.add_error("reason", found["reason"])
    context["errors"] = [line for name, lines in found.items() if name != "reason" for line in lines]
    return render(request, "staff/offer.html", context, status=status)


def _name(place: Place) -> str:
    """Name the field of a part, whatever stands before it in the list."""
    return "part-" + sha256("\x1f".join(place).encode()).hexdigest()[:12]


def _label(kind: Kind, place: Place) -> str:
    return " › ".join(str(kind.parts.get(each, each)) for each in place)
