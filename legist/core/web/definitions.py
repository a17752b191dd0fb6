"""The one page of whatever a firm edits: what holds, its draft, what ours offers, and every version of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.definitions import services
from legist.core.definitions.drafts import Draft
from legist.core.definitions.kinds import Kind, kind_of
from legist.core.definitions.merging import Change, Merge, Place, fingerprint, merge
from legist.core.definitions.services import Decision, Unchanged
from legist.core.definitions.standing import Standing, Version
from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.web import htmx, request_actor

OURS, THEIRS = "ours", "theirs"
Said = list[tuple[str, str, str]]


class WhyForm(forms.Form):
    """Why something is published, and what was shown: the hashes of what holds, of ours, and of the draft."""

    seen = forms.CharField(widget=forms.HiddenInput(), required=False)
    merges = forms.CharField(widget=forms.HiddenInput(), required=False)
    token = forms.CharField(widget=forms.HiddenInput(), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class OfferForm(forms.Form):
    """For each part that ours changed, whose is to hold."""

    def __init__(self, data: Any = None, *, kind: Kind, offer: Merge) -> None:
        super().__init__(data)
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
        say = self.kind.say
        return [
            (
                self.kind.part(each.place),
                self[name],
                each,
                [say(each.place, said) for said in (each.base, each.ours, each.theirs)],
            )
            for name, each in self.changes.items()
        ]


class DefinitionForm(forms.Form):
    """The parts of a definition as a person writes them; a topic names its own fields.

    `written` is what it said before; `content` is that with what was sent in its place.
    """

    def __init__(self, data: Any = None, files: Any = None, *, written: Any) -> None:
        super().__init__(data, files, initial=written)
        self.written = written

    @property
    def trial(self) -> dict[str, Any]:
        """How the dry run is to be made; what was sent is valid."""
        return {}

    @property
    def content(self) -> Any:
        sent = {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
        }
        return {**self.written, **sent}


@dataclass
class Here:
    """One definition, and who asks what of it; each part of it is read once."""

    request: HttpRequest
    actor: Actor
    kind: Kind
    key: Any

    def __post_init__(self) -> None:
        # What an editor changes in its form, before anything is tried or kept, it says behind a colon.
        self.sent, self.act = self.request.POST, str(self.request.POST.get("act", "take")).partition(":")[0]
        self.standing: Standing = self.kind.topic.read(self.key)
        self.draft: Draft | None = self.kind.drafts.read(self.kind, self.key)
        self.history: list[Version] = list(self.kind.topic.history(self.key))

    @property
    def can_edit(self) -> bool:
        try:
            self.kind.require(self.actor)
        except (Forbidden, NotFound):
            return False
        return True

    def decision(self, content: Any) -> Decision:
        """Return who decides and why, and whether just this content was tried before."""
        is_tried = self.sent.get("tried") == _tried_mark(content)
        return Decision(self.sent.get("reason", ""), self.actor, utc_now(), is_tried)

    def seen(self, *names: str) -> dict[str, str]:
        """Return by name what the person was shown."""
        return {name: self.sent.get(name, "") for name in names}

    @cached_property
    def form(self) -> DefinitionForm | None:
        """What writes the definition: with what was sent, else the draft, else what the firm has."""
        if self.kind.form is None or self.standing.held is None:
            return None
        sent = (self.sent, self.request.FILES) if self.act in WRITING else ()
        form: DefinitionForm = self.kind.form(*sent, written=(self.draft or self.standing.held).content)
        return form

    def written(self) -> Any:
        """Return the definition that was sent. Raises InvalidInput for what is none; the form says why."""
        if self.form is None:
            raise NotFound
        if not self.form.is_valid():
            raise InvalidInput(_("This cannot be published as it is."))
        return self.form.content


def take(here: Here) -> str:
    """Publish what was chosen of the offer."""
    form = OfferForm(here.sent, kind=here.kind, offer=here.standing.offer or Merge(None))
    merged = here.standing.merged(form.takes)
    decision = here.decision(merged.content if merged else None)
    made = here.kind.take(here.key, form.takes, **here.seen("seen", "merges"), decision=decision)
    return here.kind.tell(made)


def publish(here: Here) -> str:
    """Publish what was written."""
    content, shown = here.written(), here.seen("seen", "token")
    decision = here.decision(content)
    made = here.kind.drafts.publish(
        here.kind, here.key, content, expected=shown["seen"], token=shown["token"], decision=decision
    )
    return here.kind.tell(made)


def keep(here: Here) -> str:
    """Keep what was written as the draft."""
    content, shown = here.written(), here.seen("seen", "token")
    here.kind.drafts.keep(here.kind, here.key, content, **shown, actor=here.actor, now=utc_now())
    return _("Kept as a draft. Nothing is different for anybody until it is published.")


def discard(here: Here) -> str:
    """Throw the draft away."""
    here.kind.drafts.discard(here.kind, here.key, **here.seen("token"), actor=here.actor, now=utc_now())
    return _("The draft is discarded. Nothing has changed.")


def restore(here: Here) -> str:
    """Go back to the version that is shown."""
    number, seen = _number(here.sent.get("version", "")), here.seen("seen")["seen"]
    # What going back would do stands on the page that asks for it.
    decision = replace(here.decision(None), is_tried=True)
    made = here.kind.restore(here.kind.topic, here.key, number, decision=decision, expected=seen)
    return here.kind.tell(made)


ACTS: dict[str, Callable[[Here], str]] = {
    "take": take,
    "publish": publish,
    "keep": keep,
    "discard": discard,
    "restore": restore,
}
TRIALS, WRITING = ("try", "check", "edit"), ("publish", "keep", "check", "edit")
FORMS = {"take": ("take", "try"), "publish": WRITING, "restore": ("restore",)}


@require_http_methods(["GET", "POST"])
@login_required
def definition(request: HttpRequest, definition_kind: str, definition: str) -> HttpResponse:
    """Show one definition or one of its versions; do what was asked of it, or say what that would do."""
    actor, kind = request_actor(request), kind_of(definition_kind)
    is_act = request.method == "POST"
    (kind.require if is_act else kind.see or kind.require)(actor)
    key = kind.find(definition)
    here = Here(request, actor, kind, key)
    if "file" in request.GET and kind.file:
        return _download(here)
    if not is_act or here.act in TRIALS:
        return _page(here)
    try:
        said = ACTS.get(here.act, take)(here)
    except Unchanged as error:
        messages.info(request, error.message)
    except InvalidInput as error:
        return _page(Here(request, actor, kind, key), status=422, errors=error.errors)
    except WrongState as error:
        return _page(Here(request, actor, kind, key), status=409, errors={"": [error.message]})
    else:
        messages.success(request, said)
    return htmx.redirect(request, kind.address(key))


@require_GET
@login_required
def moved(
    request: HttpRequest, *, definition_kind: str, definition: str, number: int | None = None
) -> HttpResponse:
    """Lead from the address that a definition or a version of it had before."""
    kind = kind_of(definition_kind)
    (kind.see or kind.require)(request_actor(request))
    address = kind.address(kind.find(definition))
    return redirect(address if number is None else f"{address}?version={number}", permanent=True)


def _page(here: Here, *, status: int = 200, errors: dict[str, list[str]] | None = None) -> HttpResponse:
    """Show the definition as it stands now, with what was sent."""
    kind, key, standing, found = here.kind, here.key, here.standing, errors or {}
    chosen = here.request.GET.get("version") or here.sent.get("version")
    context: dict[str, Any] = {
        "kind": kind,
        "what": kind.call(key),
        "page": kind.page(key),
        "address": kind.address(key),
        "editor": kind.editor(key) if kind.editor else "",
        "has_file": kind.file is not None,
        "can_edit": here.can_edit,
        "standing": standing,
        "draft": here.draft,
        "now": utc_now(),
        "errors": [line for name, lines in found.items() if name != "reason" for line in lines],
        "meanwhile": standing.own if status == 409 and here.sent.get("seen") != standing.hash else None,
        "forms": {form: _why(here, form, found.get("reason", [])) for form in FORMS},
    }
    context |= _version(here, _number(chosen)) if chosen else _listed(here)
    context["tried"] = _tried_mark(context["tried_content"]) if context.get("is_tried") else ""
    context |= kind.about(here.actor, key, context.get("version"))
    template = "staff/definition/version.html" if chosen else "staff/definition/page.html"
    return render(here.request, template, context, status=status)


def _why(here: Here, name: str, faults: list[str]) -> WhyForm:
    shipped = here.standing.shipped
    shown = {
        "seen": here.standing.hash,
        "merges": shipped.hash if shipped else "",
        "token": here.draft.token if here.draft else "",
    }
    is_sent = here.act in FORMS[name]
    data = shown | {"reason": here.sent.get("reason", "")} if is_sent else None
    form = WhyForm(data, initial=shown, auto_id=f"{name}_%s")
    if is_sent and faults:
        form.add_error("reason", faults)
    return form


def _listed(here: Here) -> dict[str, Any]:
    """Return every version, and for whoever edits it what writes it and what is offered."""
    notes = zip(here.history, here.kind.notes(here.history), strict=True)
    holds = here.kind.holds(here.standing, here.history)
    versions = [{"version": each, "is_in_force": each == holds, "note": note} for each, note in notes]
    return {"versions": versions, "holds": holds} | (_edited(here) | _offered(here) if here.can_edit else {})


def _offered(here: Here) -> dict[str, Any]:
    if (offered := here.standing.offer) is None:
        return {}
    form = OfferForm(here.sent if here.act in FORMS["take"] else None, kind=here.kind, offer=offered)
    merged = here.standing.merged(form.takes) if here.act == "try" else None
    return {"offer": form} | (_tried(here, merged.content) if merged else {})


def _edited(here: Here) -> dict[str, Any]:
    form, held = here.form, here.standing.held
    if form is None or held is None:
        return {}
    is_whole = not form.is_bound or form.is_valid()
    content = form.content if form.is_bound and is_whole else form.written
    is_tried = is_whole and (here.act == "check" or (here.draft and here.act != "edit"))
    return {
        "form": form,
        "is_whole": is_whole,
        "preview": () if here.kind.topic.faults(here.key, content) else here.kind.preview(here.key, content),
        "changes": _changes(here.kind, held.content, content),
    } | (_tried(here, content) if is_tried else {"faults": () if here.act == "edit" else held.faults})


def _tried(here: Here, content: Any) -> dict[str, Any]:
    """Say what is wrong with a content, or what it would do."""
    if faults := here.kind.topic.faults(here.key, content):
        return {"faults": faults}
    how = here.form.trial if here.form and here.form.is_bound else {}
    rehearsal = here.kind.dry_run(here.actor, here.key, content, **how)
    return {"rehearsal": rehearsal, "is_tried": True, "tried_content": content}


def _tried_mark(content: Any) -> str:
    """Name a content that was tried, in a way that only this page writes."""
    return Signer(salt="definition tried").signature(fingerprint(content))


def _version(here: Here, number: int) -> dict[str, Any]:
    """Return what is shown of one version: what it changed, and what going back to it would."""
    standing, history = here.standing, here.history
    notes = here.kind.notes(history)
    place = next((n for n, each in enumerate(history) if each.number == number), -1)
    shown = standing.shipped if number == services.OURS else history[place] if place >= 0 else None
    if shown is None:
        raise NotFound
    before = history[place + 1].content if 0 <= place < len(history) - 1 else shown.base
    holds = here.kind.holds(standing, history)
    held = holds.content if holds else before
    is_newest = standing.in_force == shown
    may_hold = here.can_edit and not is_newest and not shown.faults
    return {
        "version": shown,
        "is_in_force": holds == shown,
        "is_newest": is_newest,
        "note": notes[place] if place >= 0 else (),
        "did": _changes(here.kind, before, shown.content),
        "changes": _changes(here.kind, held, shown.content),
        "preview": here.kind.preview(here.key, shown.content) if not shown.faults else (),
        "rehearsal": here.kind.dry_run(here.actor, here.key, shown.content) if may_hold else (),
    }


def _download(here: Here) -> HttpResponse:
    """Hand out the file of a version, else of the draft, else of what the firm has."""
    given = here.request.GET.get("version", "")
    chosen: Any = here.draft or here.standing.held
    if given:
        number = _number(given)
        is_ours = number == services.OURS
        chosen = here.standing.shipped if is_ours else here.kind.topic.find(here.key, number)
    if chosen is None or here.kind.file is None:
        raise NotFound
    name, file = here.kind.file(here.key, chosen.content)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(file, content_type="application/octet-stream", headers=headers)


def _changes(kind: Kind, before: Any, after: Any) -> Said:
    """Return the parts in which `after` differs: what each is called, said before, and says."""
    parts = merge(before, before, after).changes if before is not None else ()
    return [
        (kind.part(each.place), kind.say(each.place, each.ours), kind.say(each.place, each.theirs))
        for each in parts
    ]


def _number(given: str) -> int:
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise NotFound
    return int(given)


def _name(place: Place) -> str:
    """Name the field of a part, whatever stands before it in the list."""
    return "part-" + sha256("\x1f".join(place).encode()).hexdigest()[:12]
