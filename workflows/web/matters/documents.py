"""Downloading a matter's document."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from legist.core.clock import utc_now
from legist.core.web import request_actor
from workflows.documents.services import open_document


@never_cache
@require_GET
@login_required
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Hand over the file; who opened it goes on the record."""
    file = open_document(document_id, actor=request_actor(request), now=utc_now())
    headers = {
        "Content-Disposition": str(content_disposition_header(as_attachment=True, filename=file.name)),
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)
