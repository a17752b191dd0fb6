"""The editor of the words for one status: side by side, checked while they are written, then proposed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput, WrongState
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, require
from workflows.plain_language import LANGUAGES, TEXTS, Wording
from workflows.plain_language.pending import is_only_attorney
from workflows.plain_language.proposals import propose
from workflows.plain_language.selectors import WordingDetail, proposed_texts, published_texts, wording_detail
from workflows.web.plain_language.forms import WordingForm, posted_texts
from workflows.web.plain_language.labels import examine


@require_http_methods(["GET", "POST"])
@login_required
def wording(request: HttpRequest, code: str) -> HttpResponse:
    """Show the words of one status; put what was sent before an attorney."""
    actor = request_actor(request)
    if request.method == "POST":
        return _propose(request, code, actor=actor)
    detail = wording_detail(actor, code)
    chosen = request.GET.get("from", "")
    texts = _texts_of(detail, chosen)
    form = WordingForm(texts=texts, upon=detail, readonly=not detail.can_edit)
    is_other = chosen and texts != detail.texts
    return _editor(request, detail, form, texts=texts, chosen=chosen if is_other else "")


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
    if (detail.version, over) == (form.cleaned_data["based_on"], form.cleaned_data["over"]):
        form.add_error(None, error.message)
        return _editor(request, detail, form, status=409)
    data = request.POST.copy()
    data["based_on"], data["over"] = str(detail.version), over
    again = WordingForm(data, texts=detail.texts, upon=detail)
    theirs = detail.waiting or (detail.versions[0] if detail.versions else None)
    return _editor(request, detail, again, theirs=theirs, status=409)


def _texts_of(detail: WordingDetail, chosen: str) -> dict[str, Wording]:
    """Return the words to begin with: those that wait, of an earlier version, ours (version 0), in force."""
    if chosen == "0":
        return {language: TEXTS[language][detail.row.code] for language in LANGUAGES}
    earlier = next((each for each in detail.versions if str(each.version) == chosen), None)
    if earlier:
        return published_texts(earlier)
    return proposed_texts(detail.waiting) if detail.waiting else dict(detail.texts)


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
