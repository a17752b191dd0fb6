"""The import wizard: upload, see what would happen, import, read the report; left and found again at will."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor, sheets
from legist.core.web.pagination import paginate
from legist.practice.permissions import Capability, require
from legist.practice.web import lists, looks
from legist.practice.web.lists import Column, Filter, Listing, Words
from tracking import importing, selectors
from tracking.importing.reports import COUNTERS, as_line, why
from tracking.selectors import ImportDetail, ImportProgress, import_progress
from tracking.states import ImportState, RowOutcome
from tracking.tables.columns import COLUMNS
from tracking.tables.limits import BYTES, ROWS
from tracking.web.answers import done, form_again

if TYPE_CHECKING:
    from tracking.models import ImportBatch


PREVIEW_ROWS: Final = 200
SKIPPED_LINES: Final = 50
_WRITTEN: Final = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.WAITING)
# Its number is none, so that nobody has the made-up line imported with their own.
SAMPLE_LINE: Final = (
    "IOE##########",
    "I-485",
    "M-2026-0101",
    "Dana Sample",
    "dana@mail.example",
    "es",
    "attorney@firm.example",
    "paralegal@firm.example",
    "normal",
)
_COLUMN_WORDS: Final = {
    "receipt_number": gettext_lazy("Required. Any spelling: IOE-09-123-45678, with spaces, in lower case."),
    "form": gettext_lazy("Such as I-485; otherwise learned from USCIS."),
    "matter_reference": gettext_lazy("Your own number. Found, or opened together with the client."),
    "client_name": gettext_lazy("Compared with the name you have; another one waits for a person."),
    "client_email": gettext_lazy("Finds a client you have, or adds one."),
    "language": gettext_lazy("en or es; what the client reads."),
    "attorney_email": gettext_lazy("Who works on a new matter."),
    "paralegal_email": gettext_lazy("Who works on a new matter."),
    "priority": gettext_lazy("high, normal or low: how often USCIS is asked."),
}
_STEP_OF: Final = {
    ImportState.CHECKING: 2,
    ImportState.REFUSED: 2,
    ImportState.PREVIEWED: 2,
    ImportState.QUEUED: 3,
    ImportState.RUNNING: 3,
    ImportState.FAILED: 3,
}


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One upload in the list."""

    batch: ImportBatch
    progress: ImportProgress

    @property
    def pk(self) -> UUID:
        return self.batch.pk


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of a file and what becomes of it."""

    line: int
    value_masked: str
    outcome: RowOutcome
    reason: str
    sheet: str = ""


def find(actor: Actor, given: Mapping[str, str], _now: datetime) -> QuerySet[ImportBatch]:
    """Return the uploads that the filters of the list leave."""
    found = selectors.list_imports(actor)
    return found.filter(state=given["state"]) if "state" in given else found


def rows(_actor: Actor, batches: Iterable[ImportBatch]) -> list[ImportLine]:
    """Return the uploads with their progress; no query."""
    now = utc_now()
    return [ImportLine(batch, import_progress(batch, now=now)) for batch in batches]


def counter(key: str, label: Words) -> tuple[Words, Callable[[ImportLine], sheets.Value]]:
    """Return how many rows of an upload became this, for a file."""
    return label, lambda row: getattr(row.batch, key)


CELLS: Final = "tracking/imports/cells"
LIST: Final = lists.register(
    Listing(
        key="imports",
        label=gettext_lazy("Imports"),
        url_name="tracking:imports",
        capability=Capability.IMPORT_RECEIPTS,
        find=find,
        drawn=rows,
        columns=(
            Column(
                "file",
                gettext_lazy("File"),
                (
                    (gettext_lazy("File"), lambda row: row.batch.filename),
                    counter("total", gettext_lazy("Rows")),
                ),
                f"{CELLS}/file.html",
                fixed=True,
                css="card-first",
            ),
            Column(
                "state",
                gettext_lazy("State"),
                ((gettext_lazy("State"), lambda row: row.batch.get_state_display()),),
                f"{CELLS}/state.html",
                sort="state",
            ),
            Column(
                "result",
                gettext_lazy("Result"),
                (
                    counter("created", gettext_lazy("New")),
                    counter("updated", gettext_lazy("Updated")),
                    counter("waiting", gettext_lazy("Waiting")),
                    counter("rejected", gettext_lazy("Not imported")),
                ),
                f"{CELLS}/result.html",
            ),
            Column(
                "by",
                gettext_lazy("By"),
                (
                    (
                        gettext_lazy("By"),
                        lambda row: row.batch.uploaded_by.name if row.batch.uploaded_by else _("a command"),
                    ),
                ),
                css="wide-only",
            ),
            Column(
                "uploaded",
                gettext_lazy("Uploaded"),
                ((gettext_lazy("Uploaded"), lambda row: row.batch.uploaded_at),),
                sort="uploaded_at",
                css="end",
            ),
        ),
        filters=(Filter("state", gettext_lazy("State"), lambda _actor: ImportState.choices),),
    )
)


def page(found: ImportDetail, outcome: str, *, cursor: str | None, now: datetime) -> dict[str, Any]:
    """Return what the page of one upload shows at the step it has reached."""
    batch = found.batch
    context = {
        "now": now,
        "batch": batch,
        "progress": found.progress,
        "outcome": outcome,
        "steps": steps(),
        "step": 2 if found.is_unseen else _STEP_OF.get(ImportState(batch.state), 4),
        "is_unseen": found.is_unseen,
        "token": htmx.change_token(batch.pk, batch.state, batch.position, batch.total, outcome),
        "waits_for_me": found.waits_for_actor,
        "refusal": importing.refusal_of(batch),
        "skipped_lines": skipped_lines(batch.preview or {}),
    }
    if batch.state == ImportState.PREVIEWED:
        return context | preview(batch, outcome)
    listed = paginate(found.rows, order=("sheet", "line"), cursor=cursor)
    sheets = tuple(batch.sheets or ())
    counts = {name: getattr(batch, COUNTERS[name]) for name in RowOutcome}
    shown = [_line(as_line(row, sheets), row.outcome) for row in listed.items]
    return context | {"page": listed, "lines": shown, "tabs": tabs(counts, outcome)}


def preview(batch: ImportBatch, outcome: str) -> dict[str, Any]:
    """Return what importing the file would do."""
    report = batch.preview or {}
    counts = {
        RowOutcome.CREATED: report.get("created", 0),
        RowOutcome.UPDATED: report.get("updated", 0),
        RowOutcome.ALREADY_TRACKED: report.get("already_tracked", 0),
        RowOutcome.DUPLICATE: report.get("repeated_in_file", 0),
        RowOutcome.WAITING: len(report.get("waiting", [])),
        RowOutcome.REJECTED: len(report.get("rejected", [])),
    }
    shown = [row for row in preview_rows(report) if outcome in {"", row["outcome"]}]
    lines = [_line(row, row["outcome"]) for row in shown]
    return {
        "lines": lines,
        "tabs": tabs(counts, outcome),
        "counts": counts,
        "to_import": sum(counts[each] for each in _WRITTEN),
        "waiting": counts[RowOutcome.WAITING],
        "created": counts[RowOutcome.CREATED],
        "updated": counts[RowOutcome.UPDATED],
        "unassigned": report.get("unassigned", 0),
        "rejected": counts[RowOutcome.REJECTED],
        "skipped": counts[RowOutcome.ALREADY_TRACKED] + counts[RowOutcome.DUPLICATE],
        "unknown_columns": report.get("unknown_columns", []),
        "is_cut": not outcome and batch.total > len(lines),
    }


def preview_rows(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows that are shown before an import: what needs a hand comes first."""
    refused = [row | {"outcome": str(RowOutcome.REJECTED)} for row in report.get("rejected", [])]
    others = [row for row in report.get("rows_shown", []) if row["outcome"] != RowOutcome.REJECTED]
    others.sort(key=lambda row: row["outcome"] != RowOutcome.WAITING)
    return (refused + others)[:PREVIEW_ROWS]


def skipped_lines(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lines and sheets that hold no rows: how many, and the first of them."""
    skipped = report.get("skipped", [])
    shown = [line | {"reason": why(line)} for line in skipped[:SKIPPED_LINES]]
    return {"count": len(skipped), "shown": shown}


def tabs(counts: Mapping[RowOutcome, int], outcome: str) -> list[dict[str, Any]]:
    """Return the outcomes as tabs with how many rows have each; empty ones are left out."""
    listed: list[tuple[str, str, int | None]] = [("", _("Every row"), sum(counts.values()))]
    listed += [(str(name), str(name.label), counts[name]) for name in RowOutcome if counts[name]]
    return [
        {
            "label": label,
            "url": f"?outcome={key}" if key else "?",
            "count": count,
            "current": key == outcome,
        }
        for key, label, count in listed
    ]


def steps() -> list[str]:
    """Return the steps of the wizard."""
    return [_("Upload"), _("Check"), _("Import"), _("Done")]


def described_columns() -> list[tuple[str, str]]:
    """Return the columns of a file with what each is for."""
    return [(column, str(_COLUMN_WORDS[column])) for column in COLUMNS]


def _line(row: Mapping[str, Any], outcome: str) -> RowLine:
    return RowLine(row["line"], row["value_masked"], RowOutcome(outcome), why(row), row.get("sheet", ""))


@require_GET
@login_required
def imports(request: HttpRequest) -> HttpResponseBase:
    """List the person's uploads, newest first, running ones with their progress."""
    actor = request_actor(request)
    require(actor, Capability.IMPORT_RECEIPTS)
    here = looks.look(LIST, request.GET, actor=actor, now=utc_now())
    if looks.is_wanted(request):
        return here.export(request)
    return render(request, "tracking/imports/page.html", here.context(request.GET.get("cursor")))


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
    lists.expect(request.GET, {"outcome": RowOutcome.values}, beside=("since",))
    outcome = request.GET.get("outcome", "")
    found = selectors.import_detail(actor, batch_id, now=now, outcome=outcome)
    context = page(found, outcome, cursor=request.GET.get("cursor"), now=now)
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
    csv.writer(out).writerows([COLUMNS, SAMPLE_LINE])
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
        "columns": described_columns(),
        "steps": steps(),
        "megabytes": BYTES.most // BYTES.unit,
        "rows": ROWS.most,
    }
