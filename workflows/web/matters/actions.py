"""What people do with a matter from its page: its stage, its people, its end, and who is shut out of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.ids import uuid7
from legist.core.web import htmx, request_actor
from legist.practice import measures
from legist.practice.permissions import Capability
from workflows.documents import uploads
from workflows.documents.uploads import look_at
from workflows.matters import by_hand, services, tasks_by_hand
from workflows.matters import services as matters
from workflows.messages.correspondence import Written, mark_answered, mark_unanswered, write_by_hand
from workflows.web import go_back, staff_actor
from workflows.web.forms import (
    AssignForm,
    ChangeTaskForm,
    DocumentForm,
    NoteForm,
    TaskForm,
    WallForm,
    WordsForm,
    checked,
)


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """List the walls, those first whose reach a person has to decide."""
    found = services.list_walls(staff_actor(request, Capability.MANAGE_MATTER))
    return render(request, "workflows/matters/walls/page.html", {"found": found})


@require_POST
@login_required
def raise_wall(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Shut a person out of the client, or of the matter only."""
    given = checked(WallForm(request.POST))
    actor, person = request_actor(request), str(given["person"])
    whole = given["reach"] != WallForm.MATTER
    services.shut_out(
        matter_id, person=person, reason=given["reason"], whole_client=whole, actor=actor, now=utc_now()
    )
    said = _("The person is shut out of this matter and of those below it.")
    if whole:
        said = _("The person is shut out of this client: of every matter, and of those opened later.")
    return done(request, matter_id, said)


@require_POST
@login_required
def lower(request: HttpRequest, matter_id: UUID, wall_id: UUID) -> HttpResponse:
    """Take a wall down."""
    services.let_in(matter_id, wall_id=wall_id, actor=request_actor(request), now=utc_now())
    said = _("The wall is down. Assign the person to the matter if they are to work on it.")
    return done(request, matter_id, said)


@require_POST
@login_required
def widen(request: HttpRequest, matter_id: UUID, wall_id: UUID) -> HttpResponse:
    """Put a wall on the whole client."""
    services.widen(matter_id, wall_id=wall_id, actor=request_actor(request), now=utc_now())
    said = _("The person is shut out of this client: of every matter, and of those opened later.")
    return done(request, matter_id, said)


@require_POST
@login_required
def keep(request: HttpRequest, matter_id: UUID, wall_id: UUID) -> HttpResponse:
    """Leave a wall on its one matter."""
    services.keep(matter_id, wall_id=wall_id, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("The wall stays on its matter."))


@require_POST
@login_required
def stage(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Move the firm's own stage."""
    wanted = request.POST.get("stage", "")
    moved = matters.move_stage(matter_id, stage=wanted, actor=request_actor(request), now=utc_now())
    said = _("The stage of the matter was moved.") if moved else _("The matter was at this stage already.")
    return done(request, matter_id, said)


@require_POST
@login_required
def log_contact(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Note that the client called or asked, and how long it took."""
    kind, minutes = (request.POST.get(name, "") for name in ("kind", "minutes"))
    measures.log_contact(matter_id, kind=kind, minutes=minutes, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("Noted, with the minutes it took."))


@require_POST
@login_required
def close(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Close the matter."""
    reason = request.POST.get("reason", "")[:2000]
    unsent = request.POST.get("unsent", "")
    closed = matters.close(
        matter_id, actor=request_actor(request), now=utc_now(), reason=reason, unsent=unsent
    )
    said = [_("The matter is closed. It can be reopened.")]
    if closed.withdrawn:
        said.append(_("Messages withdrawn: %(n)s.") % {"n": closed.withdrawn})
    if closed.on_way:
        said.append(_("Messages that had left already: %(n)s.") % {"n": closed.on_way})
    return done(request, matter_id, " ".join(said))


@require_POST
@login_required
def reopen(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Open the matter again."""
    matters.reopen(matter_id, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("The matter is open again."))


@require_POST
@login_required
def assign(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Give the matter to people or a team."""
    given = checked(AssignForm(request.POST))
    to = matters.Assignment(**{name: str(value or "") for name, value in given.items()})
    matters.assign(matter_id, to=to, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("The matter was assigned."))


@require_POST
@login_required
def unshare(request: HttpRequest, matter_id: UUID, team_id: UUID) -> HttpResponse:
    """Take the matter back from a team."""
    matters.unshare(matter_id, team_id, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("The team has no access any more. Whoever has a seat keeps theirs."))


@require_POST
@login_required
def add_task(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Set somebody a task."""
    given = checked(TaskForm(request.POST))
    new = tasks_by_hand.NewTask(given["key"] or uuid7(), given["text"], given["owner"], given["due"])
    tasks_by_hand.add_task(matter_id, new, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("The task stands among what is to be done."))


@require_http_methods(["GET", "POST"])
@login_required
def task(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show a task with what stood there before; save other words, another owner or another day."""
    actor = request_actor(request)
    page = tasks_by_hand.read_task(actor, item_id)
    form = ChangeTaskForm(request.POST if request.method == "POST" else None, page=page)
    if form.is_bound and form.is_valid():
        try:
            changed = tasks_by_hand.change_task(item_id, form.given, actor=actor, now=utc_now())
        except InvalidInput as error:
            form.refuse(error)
            form.data = {**dict(form.data.items()), "seen": page.item.version}
        else:
            said = _("The task is changed. What stood there before is kept.")
            messages.success(request, said if changed else _("Nothing was changed: it stood so already."))
            work = reverse("workflows:matter", args=[page.item.checklist.matter_id]) + "?section=work"
            return htmx.redirect(request, work)
    context = {"page": page, "form": form, "matter": page.item.checklist.matter}
    return render(request, "workflows/matters/task.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def write_message(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Write to the client in one's own words; an attorney decides about them."""
    given = checked(WordsForm(request.POST))
    written = Written(given["key"] or uuid7(), matter_id, given["text"])
    draft = write_by_hand(written, actor=request_actor(request), now=utc_now())
    messages.success(request, _("The message waits for an attorney. Nothing has left."))
    return htmx.redirect(request, reverse("workflows:draft", args=[draft.pk]))


@require_POST
@login_required
def add_document(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Add a file to the matter, or the next version of one that was added."""
    actor, now = request_actor(request), utc_now()
    known = uploads.list_brought(matter_id, actor=actor)
    given = checked(DocumentForm(request.POST, request.FILES, documents=known))
    looked = look_at(given["file"].read(), given["name"] or given["file"].name)
    replaces = UUID(given["replaces"]) if given["replaces"] else None
    uploads.add_document(
        matter_id, looked, key=given["key"] or uuid7(), replaces=replaces, actor=actor, now=now
    )
    messages.success(request, _("The document is added."))
    return htmx.redirect(request, reverse("workflows:matter", args=[matter_id]) + "?section=documents")


@require_POST
@login_required
def answered(request: HttpRequest, incoming_id: UUID) -> HttpResponse:
    """Do what the pressed button said of a client's message: answered, or `?answered=0` not after all."""
    is_answered = request.GET.get("answered") != "0"
    mark = mark_answered if is_answered else mark_unanswered
    found = mark(incoming_id, actor=request_actor(request), now=utc_now())
    messages.success(request, _("Marked as answered.") if is_answered else _("It waits for an answer again."))
    return htmx.redirect(request, reverse("workflows:matter", args=[found.matter_id]) + "?section=messages")


@require_POST
@login_required
def write_note(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Write a note."""
    given = checked(NoteForm(request.POST))
    note = by_hand.NewNote(given["key"] or uuid7(), given["text"], given["is_pinned"])
    named = by_hand.write_note(matter_id, note, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, said_of(named))


@require_http_methods(["GET", "POST"])
@login_required
def note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Show a note with what stood there before; save other words."""
    actor = request_actor(request)
    found, earlier = by_hand.read_note(actor, note_id)
    initial = {"text": found.text, "seen": found.version}
    form = NoteForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
        try:
            named = by_hand.change_note(note_id, text, seen=seen, actor=actor, now=utc_now())
        except InvalidInput as error:
            form.add_error("text", error.message)
            form.data = {**dict(form.data.items()), "seen": found.version}
        else:
            messages.success(request, said_of(named))
            return htmx.redirect(request, notes_of(found.matter_id))
    context = {"note": found, "earlier": earlier, "form": form}
    return render(request, "workflows/matters/note.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def pin_note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Do what the pressed button said, `?pinned=1` or `?pinned=0`, not its opposite."""
    is_pinned = request.GET.get("pinned") == "1"
    found = by_hand.pin_note(note_id, is_pinned=is_pinned, actor=request_actor(request), now=utc_now())
    return htmx.redirect(request, notes_of(found.matter_id))


@require_POST
@login_required
def delete_note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Delete a note."""
    matter = by_hand.delete_note(note_id, actor=request_actor(request), now=utc_now())
    messages.success(request, _("The note is deleted. That there was one stays on the record."))
    return htmx.redirect(request, notes_of(matter.pk))


def notes_of(matter_id: UUID) -> str:
    """Return where the notes of a matter stand."""
    return reverse("workflows:matter", args=[matter_id]) + "?section=notes"


def said_of(named: by_hand.Named) -> str:
    """Say that a note was saved, who is told of it, and what named nobody."""
    said = [_("The note is saved.")]
    if named.told:
        said.append(_("Told of it: %(people)s.") % {"people": ", ".join(p.name for p in named.told)})
    if named.unknown:
        said.append(_("Nobody here is called %(names)s.") % {"names": ", ".join(named.unknown)})
    return " ".join(said)


def done(request: HttpRequest, matter_id: UUID, said: str) -> HttpResponse:
    """Say what was done, on the page it was asked for from."""
    messages.success(request, said)
    return htmx.redirect(request, go_back(request, reverse("workflows:matter", args=[matter_id])))
