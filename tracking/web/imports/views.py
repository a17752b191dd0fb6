"""The import wizard: upload, see what would happen, import, read the report; left and found again at will."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.core.web.pagination import paginate
from legist.practice.permissions import Capability, require
from tracking import importing, selectors
from tracking.tables.columns import COLUMNS
from tracking.tables.limits import BYTES, ROWS
from tracking.web.answers import done, form_again
from tracking.web.imports import page as import_page


@require_GET
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """List the person's uploads, newest first, running ones with their progress."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.IMPORT_RECEIPTS)
    page = paginate(selectors.list_imports(actor), order=("-id",), cursor=request.GET.get("cursor"))
    context = {"now": now, "page": page, "rows": import_page.rows(page.items, now=now)}
    return render(request, "tracking/imports/page.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Take a file for the worker to look at; nothing is read or imported here."""
    actor = request_actor(request)
    require(actor, Capability.IMPORT_RECEIPTS)
    if request.method == "GET":
        return render(request, "tracking/imports/new.html", upload_context(UploadForm()))
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return form_again(request, "tracking/imports/new.html", upload_context(form))
    upload = form.cleaned_data["file"]
    batch = importing.upload_import(upload.read(), filename=upload.name, actor=actor, now=utc_now())
    return htmx.redirect(request, reverse("tracking:import", args=[batch.pk]))


@require_GET
@login_required
def detail(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Show an upload where it stands: what would happen, how far it is, or what became of each row."""
    actor, now = request_actor(request), utc_now()
    outcome = import_page.outcome_of(request.GET)
    found = selectors.import_detail(actor, batch_id, now=now, outcome=outcome)
    context = import_page.page(found, outcome, cursor=request.GET.get("cursor"), now=now)
    if htmx.is_unchanged(request, context["token"]):
        return htmx.unchanged()
    is_refresh = htmx.is_fragment(request) and "since" in request.GET
    return render(
        request, "tracking/imports/live.html" if is_refresh else "tracking/imports/import.html", context
    )


@require_POST
@login_required
def start(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Import what the preview showed."""
    importing.start_import(batch_id, actor=request_actor(request), now=utc_now())
    return htmx.redirect(request, reverse("tracking:import", args=[batch_id]))


@require_POST
@login_required
def retry(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Have an import that an error stopped go on."""
    importing.retry_import(batch_id, actor=request_actor(request), now=utc_now())
    return htmx.redirect(request, reverse("tracking:import", args=[batch_id]))


@require_POST
@login_required
def cancel(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Stop an import before its next rows."""
    importing.cancel_import(batch_id, actor=request_actor(request), now=utc_now())
    message = _("The import is cancelled. What was imported before stays.")
    return done(request, message, back=reverse("tracking:import", args=[batch_id]), event="import-changed")


@require_GET
@login_required
def template_csv(request: HttpRequest) -> HttpResponse:
    """Give an empty list with the right columns and one made-up line."""
    require(request_actor(request), Capability.IMPORT_RECEIPTS)
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, import_page.SAMPLE_LINE])
    headers = {"Content-Disposition": 'attachment; filename="receipts.csv"'}
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


class UploadForm(forms.Form):
    """A list of receipt numbers."""

    file = forms.FileField(
        label=gettext_lazy("List of receipts"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,text/csv"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > BYTES.most:
            raise forms.ValidationError(BYTES.refusal)
        return upload


def upload_context(form: UploadForm) -> dict[str, Any]:
    """Return what the upload page shows."""
    return {
        "form": form,
        "columns": import_page.described_columns(),
        "steps": import_page.steps(),
        "megabytes": BYTES.most // BYTES.unit,
        "rows": ROWS.most,
    }
