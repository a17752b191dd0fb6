"""The pages about paper: what came, what is missing, and logging a notice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import htmx, request_actor
from legist.core.web.pagination import paginate
from legist.practice.permissions import Capability, can
from workflows.notices import selectors as notice_selectors
from workflows.notices.intake import log_notice
from workflows.notices.scans import open_scan
from workflows.web import staff_actor
from workflows.web.notices import page as notice_page
from workflows.web.notices.forms import NewForm
from workflows.web.notices.labels import logged_words


@require_GET
@login_required
def papers(request: HttpRequest) -> HttpResponse:
    """List the notices to match, missing, logged or set aside."""
    actor = staff_actor(request, Capability.VIEW_RECEIPT)
    shown = notice_page.read(request.GET)
    context: dict[str, Any] = {
        "shown": shown,
        "tabs": notice_page.tabs(actor, shown),
        "chips": notice_page.chips(shown),
        "may_log": can(actor, Capability.WORK_RECEIPT),
        "may_see_clients": can(actor, Capability.VIEW_MATTER),
        "now": utc_now(),
        "today": timezone.localdate(utc_now()),
    }
    cursor = request.GET.get("cursor")
    if shown.tab == "missing":
        page = paginate(notice_selectors.list_missing(actor, shown.filters), order=("-id",), cursor=cursor)
        context |= {"page": page, "rows": notice_selectors.missing_rows(actor, page.items)}
    else:
        context["page"] = paginate(
            notice_selectors.list_notices(actor, shown.filters), order=("-id",), cursor=cursor
        )
    return render(request, "workflows/notices/page.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Bring the form, from a receipt, a deadline or a matter already half filled in; or log a notice."""
    actor = staff_actor(request, Capability.WORK_RECEIPT)
    if request.method == "GET":
        context = notice_page.new_page(actor, request.GET, now=utc_now())
        return render(request, "workflows/notices/new.html", context)
    form = NewForm(request.POST, request.FILES)
    try:
        notice = log_notice(form.new, actor=actor, now=utc_now()) if form.is_valid() else None
    except InvalidInput as error:
        form.refuse(error)
        notice = None
    if notice is None:
        context = notice_page.form_page(actor, form, now=utc_now())
        return render(request, "workflows/notices/new.html", context, status=422)
    messages.success(request, logged_words(notice))
    return htmx.redirect(request, reverse("workflows:paper_notice", args=[notice.pk]))


@never_cache
@require_POST
@login_required
def find(request: HttpRequest) -> HttpResponse:
    """Say while a notice is keyed in which case it belongs to, and how its date compares."""
    actor = staff_actor(request, Capability.WORK_RECEIPT)
    return render(request, "workflows/notices/found.html", notice_page.found(actor, request.POST))


@never_cache
@require_GET
@login_required
def notice(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Show one notice, what it has led to, and what can be done about it."""
    actor = request_actor(request)
    detail = notice_selectors.paper_detail(actor, paper_id)
    return render(request, "workflows/notices/notice.html", notice_page.notice_page(detail))


@never_cache
@require_GET
@login_required
def scan(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Hand over the picture of a notice; who opened it goes on the record.

    A picture is shown, a PDF is saved; neither can run anything, whatever is hidden in it.
    """
    file = open_scan(paper_id, actor=request_actor(request), now=utc_now())
    shown = content_disposition_header(as_attachment=not file.is_picture, filename=file.name)
    headers = {
        "Content-Disposition": str(shown),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)
