"""The firm's words for clients: all codes, the editor, what waits for an attorney, versions, the glossary."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput, WrongState
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can, require
from tracking.states import bucket_label
from workflows.plain_language import Wording, proposals, shipped
from workflows.plain_language.avoided import AVOIDED
from workflows.plain_language.glossary import REVIEWED, TERMS
from workflows.plain_language.pending import (
    is_only_attorney,
    proposal_detail,
    read_waiting,
)
from workflows.plain_language.proposals import propose
from workflows.plain_language.selectors import (
    WordingDetail,
    WordingRow,
    access_version,
    list_wordings,
    proposed_texts,
    wording_detail,
)
from workflows.plain_language.unseen import read_changed, seen_token
from workflows.web import authenticated_at, staff_actor
from workflows.web.forms import ReasonForm, checked
from workflows.web.plain_language.forms import WordingForm, posted_texts
from workflows.web.plain_language.labels import examine, shipped_words


@require_http_methods(["GET", "POST"])
@login_required
def wording(request: HttpRequest, code: str) -> HttpResponse:
    """Show the words of one status; put what was sent before an attorney."""
    actor = request_actor(request)
    if request.method == "POST":
        return _propose(request, code, actor=actor)
    detail = wording_detail(actor, code)
    texts = proposed_texts(detail.waiting) if detail.waiting else dict(detail.texts)
    form = WordingForm(texts=texts, upon=detail, readonly=not detail.can_edit)
    return _editor(request, detail, form, texts=texts)


@require_POST
@login_required
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Measure and compare the words as they stand in the editor."""
    detail = wording_detail(request_actor(request), code)
    found = examine(code, posted_texts(request.POST), detail.texts)
    return render(request, "workflows/plain_language/check.html", {"check": found, "detail": detail})


def _propose(request: HttpRequest, code: str, *, actor: Actor) -> HttpResponse:
    require(actor, Capability.EDIT_WORDING)
    detail = wording_detail(actor, code)
    form = WordingForm(request.POST, texts=detail.texts, upon=detail)
    if not form.is_valid():
        return _editor(request, detail, form, status=422)
    try:
        made = propose(form.publication(code), actor=actor, now=utc_now())
    except InvalidInput as error:
        form.name_faults(error.errors)
        return _editor(request, detail, form, status=422)
    except WrongState as error:
        return _overtaken(request, code, form, error=error, actor=actor)
    if hasattr(made, "version"):  # words that are all ours again are in force at once
        said = _("Published as version %(version)s. Clients read it from now on; drafts keep their text.")
        messages.success(request, said % {"version": made.version})
        return htmx.redirect(request, reverse("workflows:wording", args=[code]))
    messages.success(request, _("Clients read nothing of it yet: it waits for an attorney's approval."))
    return htmx.redirect(request, reverse("workflows:wording_proposal", args=[made.pk]))


def _overtaken(
    request: HttpRequest, code: str, form: WordingForm, *, error: WrongState, actor: Actor
) -> HttpResponse:
    """Keep what the person wrote, beside what somebody else wrote meanwhile."""
    detail = wording_detail(actor, code)
    over = detail.waiting.content_hash if detail.waiting else ""
    if (detail.standing.hash, over) == (form.cleaned_data["seen"], form.cleaned_data["over"]):
        form.add_error(None, error.message)
        return _editor(request, detail, form, status=409)
    data = request.POST.copy()
    data["seen"], data["over"] = detail.standing.hash, over
    again = WordingForm(data, texts=detail.texts, upon=detail)
    theirs = detail.waiting or (detail.versions[0] if detail.versions else None)
    return _editor(request, detail, again, theirs=theirs, status=409)


def _editor(
    request: HttpRequest,
    detail: WordingDetail,
    form: WordingForm,
    *,
    texts: dict[str, Wording] | None = None,
    status: int = 200,
    **extra: object,
) -> HttpResponse:
    written = texts or posted_texts(request.POST)
    context = {
        "detail": detail,
        "code": detail.row.code,
        "form": form,
        "check": examine(detail.row.code, written, detail.texts),
        "approves_alone": detail.can_edit and is_only_attorney(request_actor(request)),
        "now": utc_now(),
        **extra,
    }
    return render(request, "workflows/plain_language/editor.html", context, status=status)


@require_GET
@login_required
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Show exactly the words that are asked for, beside those that clients read now."""
    detail = proposal_detail(request_actor(request), proposal_id)
    context = {
        "detail": detail,
        "proposal": detail.proposal,
        "code": detail.proposal.code,
        "check": examine(detail.proposal.code, detail.texts, detail.in_force),
        "reason_form": ReasonForm(),
        "now": utc_now(),
    }
    return render(request, "workflows/plain_language/proposal.html", context)


@require_POST
@login_required
def approve(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Put exactly the words that the person read in force."""
    version = proposals.approve(
        proposal_id,
        version_hash=request.POST.get("version_hash", ""),
        actor=request_actor(request),
        now=utc_now(),
        authenticated_at=authenticated_at(request),
    )
    said = _("Published as version %(version)s. Clients read it from now on; drafts keep their text.")
    messages.success(request, said % {"version": version.version})
    return htmx.redirect(request, reverse("workflows:wording", args=[version.code]))


@require_POST
@login_required
def reject(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Send the words back with a reason."""
    reason = checked(ReasonForm(request.POST))["reason"]
    proposals.reject(
        proposal_id,
        reason=reason,
        version_hash=request.POST.get("version_hash", ""),
        actor=request_actor(request),
        now=utc_now(),
    )
    messages.success(request, _("Sent back with your reason. Clients read what they read before."))
    return htmx.redirect(request, reverse("workflows:wording_proposal", args=[proposal_id]))


@require_POST
@login_required
def withdraw(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Take one's own words back."""
    proposals.withdraw(proposal_id, actor=request_actor(request), now=utc_now())
    messages.success(request, _("Withdrawn. Clients read what they read before."))
    return htmx.redirect(request, reverse("workflows:wording_proposal", args=[proposal_id]))


@require_POST
@login_required
def approve_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Approve words that were published before approvals were asked for."""
    version = proposals.approve_afterwards(
        version_id,
        version_hash=request.POST.get("version_hash", ""),
        actor=request_actor(request),
        now=utc_now(),
        authenticated_at=authenticated_at(request),
    )
    messages.success(request, _("Approved. Clients go on reading these words."))
    return htmx.redirect(request, reverse("workflows:wording_version", args=[version.pk]))


@require_http_methods(["GET", "POST"])
@login_required
def upgrade(request: HttpRequest) -> HttpResponse:
    """Show which of our own texts an upgrade changed; note that somebody has seen them."""
    actor = request_actor(request)
    if request.method == "POST":
        shipped.mark_seen(request.POST.get("token", ""), actor=actor, now=utc_now())
        messages.success(request, _("Noted. The list is empty until the next upgrade changes something."))
        return htmx.redirect(request, reverse("workflows:wordings"))
    rows = read_changed(actor)
    context = {
        "rows": [(row, *shipped_words(row.key)) for row in rows],
        "token": seen_token(rows),
        "can_edit": can(actor, Capability.EDIT_WORDING),
        "now": utc_now(),
    }
    return render(request, "workflows/plain_language/upgrade.html", context)


SHOWN = {"own": "is_own", "look": "needs_a_look"}


@require_GET
@login_required
def wordings(request: HttpRequest) -> HttpResponse:
    """List every status with the state of its words in both languages."""
    actor = request_actor(request)
    rows, show = list_wordings(actor), request.GET.get("show", "")
    shown = [row for row in rows if show not in SHOWN or getattr(row, SHOWN[show])]
    stages = [(bucket_label(bucket), list(each)) for bucket, each in groupby(shown, lambda row: row.bucket)]
    context = {
        "stages": stages,
        "show": show,
        "tabs": _tabs(rows, show),
        "waiting": read_waiting(actor),
        "can_edit": can(actor, Capability.EDIT_WORDING),
        "now": utc_now(),
    }
    return render(request, "workflows/plain_language/list.html", context)


def _tabs(rows: list[WordingRow], show: str) -> list[dict[str, object]]:
    here = reverse("workflows:wordings")
    views = (
        ("", _("All statuses"), here, len(rows)),
        ("own", _("The firm's words"), f"{here}?show=own", sum(row.is_own for row in rows)),
        ("look", _("Need a look"), f"{here}?show=look", sum(row.needs_a_look for row in rows)),
    )
    return [
        {"label": label, "url": url, "count": count, "current": key == (show if show in SHOWN else "")}
        for key, label, url, count in views
    ]


@require_GET
@login_required
def version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Lead to one version on the page of its words."""
    found = access_version(request_actor(request), version_id)
    address = reverse("definition", args=["wording", found.code])
    return redirect(f"{address}?version={found.version}")


@require_GET
@login_required
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the terms in both languages, what USCIS writes, and the words to avoid."""
    staff_actor(request, Capability.VIEW_PLAYBOOKS)
    context = {"terms": sorted(TERMS, key=lambda term: term.name.lower()), "avoided": AVOIDED}
    return render(request, "workflows/plain_language/glossary.html", context | {"reviewed": REVIEWED})
