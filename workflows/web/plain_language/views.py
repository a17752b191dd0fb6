"""The firm's words for clients: the list of all codes, one published version, the glossary."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from legist.core.clock import utc_now
from legist.core.web import request_actor
from legist.practice.permissions import Capability, can
from workflows.labels import LANGUAGES as LANGUAGE_NAMES
from workflows.labels import bucket_label
from workflows.plain_language import LANGUAGES, TEXTS
from workflows.plain_language.avoided import AVOIDED
from workflows.plain_language.glossary import REVIEWED, TERMS
from workflows.plain_language.pending import may_approve_version, read_waiting
from workflows.plain_language.selectors import (
    WordingRow,
    access_version,
    list_wordings,
    published_texts,
    wording_detail,
)
from workflows.web import staff_actor
from workflows.web.plain_language.labels import whole

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
    """Show one version: the words, who published them and why, and what it changed."""
    actor = request_actor(request)
    found = access_version(actor, version_id)
    detail = wording_detail(actor, found.code)
    before = next((each for each in detail.versions if each.version == found.version - 1), None)
    texts, now_texts = published_texts(found), detail.texts
    old = published_texts(before) if before else {each: TEXTS[each][found.code] for each in LANGUAGES}
    context = {
        "version": found,
        "detail": detail,
        "is_in_force": found.version == detail.version,
        "before": before,
        "languages": [
            {
                "code": each,
                "name": LANGUAGE_NAMES[each],
                "text": texts[each],
                "is_own": each in found.own,
                "before": whole(old[each]),
                "whole": whole(texts[each]),
                "in_force": whole(now_texts[each]),
            }
            for each in LANGUAGES
        ],
        "can_approve": may_approve_version(actor, found),
        "is_own": str(found.published_by_id) == actor.id,
        "now": utc_now(),
    }
    return render(request, "workflows/plain_language/version.html", context)


@require_GET
@login_required
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the terms in both languages, what USCIS writes, and the words to avoid."""
    staff_actor(request, Capability.VIEW_PLAYBOOKS)
    context = {"terms": sorted(TERMS, key=lambda term: term.name.lower()), "avoided": AVOIDED}
    return render(request, "workflows/plain_language/glossary.html", context | {"reviewed": REVIEWED})
