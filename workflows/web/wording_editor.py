"""The editor of the words for one status: side by side, checked while they are written."""

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
from workflows.publishing import publish
from workflows.selectors.wording import WordingDetail, published_texts, wording_detail
from workflows.web.wording_forms import WordingForm, posted_texts
from workflows.web.wording_words import examine
from workflows.wording import LANGUAGES, TEXTS, Wording


@require_http_methods(["GET", "POST"])
@login_required
def wording(request: HttpRequest, code: str) -> HttpResponse:
    """Show the words of one status; publish what was sent as a new version."""
    actor = request_actor(request)
    if request.method == "POST":
        return _publish(request, code, actor=actor)
    detail = wording_detail(actor, code)
    chosen = request.GET.get("from", "")
    texts = _texts_of(detail, chosen)
    form = WordingForm(texts=texts, based_on=detail.version, readonly=not detail.can_edit)
    is_other = texts != detail.texts
    return _editor(request, detail, form, texts=texts, chosen=chosen if is_other else "")


@require_POST
@login_required
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Measure and compare the words as they stand in the editor."""
    detail = wording_detail(request_actor(request), code)
    found = examine(code, posted_texts(request.POST), detail.texts)
    return render(request, "workflows/wording/check.html", {"check": found, "detail": detail})


def _publish(request: HttpRequest, code: str, *, actor: Actor) -> HttpResponse:
    require(actor, Capability.EDIT_WORDING)
    detail = wording_detail(actor, code)
    form = WordingForm(request.POST, texts=detail.texts, based_on=detail.version)
    if not form.is_valid():
        return _editor(request, detail, form, status=422)
    try:
        version = publish(form.publication(code), actor=actor, now=utc_now())
    except InvalidInput as error:
        form.name_faults(error.errors)
        return _editor(request, detail, form, status=422)
    except WrongState as error:
        return _overtaken(request, code, form, error=error, actor=actor)
    said = _("Published as version %(version)s. Clients read it from now on; drafts keep their text.")
    messages.success(request, said % {"version": version.version})
    return htmx.redirect(request, reverse("workflows:wording", args=[code]))


def _overtaken(
    request: HttpRequest, code: str, form: WordingForm, *, error: WrongState, actor: Actor
) -> HttpResponse:
    """Keep what the person wrote, beside what somebody else published meanwhile."""
    detail = wording_detail(actor, code)
    if detail.version == form.cleaned_data["based_on"]:
        form.add_error(None, error.message)
        return _editor(request, detail, form, status=409)
    data = request.POST.copy()
    data["based_on"] = str(detail.version)
    again = WordingForm(data, texts=detail.texts, based_on=detail.version)
    return _editor(request, detail, again, theirs=detail.versions[0], status=409)


def _texts_of(detail: WordingDetail, chosen: str) -> dict[str, Wording]:
    """Return the words to begin with: those in force, of an earlier version, or ours (version 0)."""
    if chosen == "0":
        return {language: TEXTS[language][detail.row.code] for language in LANGUAGES}
    earlier = next((each for each in detail.versions if str(each.version) == chosen), None)
    return published_texts(earlier) if earlier else dict(detail.texts)


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
        "now": utc_now(),
        **extra,
    }
    return render(request, "workflows/wording/editor.html", context, status=status)
