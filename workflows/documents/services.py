"""Documents: a Word template filled in a sandbox, kept encrypted with its matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import BadZipFile

from jinja2 import TemplateError

from legist.core.actors import Actor
from legist.core.reasons import Unable
from legist.core.uow import acting, unit_of_work
from legist.practice.models import Matter
from workflows import audit_actions as actions
from workflows.access import access_document
from workflows.messages.templates.rendering import environment
from workflows.models import Document, DocumentTemplate, PlaybookRun
from workflows.states import STEP_FAILURE, StepFailure

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand to a browser; `is_safe` where it was looked into, so that it may be shown in place."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    is_safe: bool = False


def make_document(
    template: DocumentTemplate,
    *,
    values: Mapping[str, Any],
    matter: Matter,
    run: PlaybookRun | None,
    actor: Actor,
    now: datetime,
) -> Document:
    """Fill a template and keep the result in the matter. Nothing is sent anywhere."""
    content = render(bytes(template.content), values)
    with unit_of_work(actor=actor, now=now) as unit:
        document = Document(
            matter=matter,
            template=template,
            run=run,
            kind=template.key,
            title=template.name,
            filename=f"{template.key.replace('_', '-')}.docx",
            content_type=WORD,
            size=len(content),
            created_at=now,
        )
        document.content = content
        document.save(force_insert=True)
        unit.record(actions.DOCUMENT_MADE, document, matter.pk, kind=document.kind)
    return document


def render(template: bytes, values: Mapping[str, Any]) -> bytes:
    """Return the Word file with its placeholders filled and escaped; raise InvalidInput when it cannot be."""
    from docxtpl import DocxTemplate  # only who fills one waits for it

    target = BytesIO()
    try:
        word = DocxTemplate(BytesIO(template))
        word.render(dict(values), jinja_env=environment(escape=True), autoescape=True)
        word.save(target)
    except (TemplateError, RecursionError, BadZipFile, KeyError) as error:
        raise Unable(STEP_FAILURE, StepFailure.BAD_DOCUMENT, error=type(error).__name__) from None
    return target.getvalue()


def fields_of(template: bytes) -> set[str]:
    """Return the placeholders that a Word file names; raise InvalidInput for one that cannot be read."""
    from docxtpl import DocxTemplate  # as above

    try:
        word = DocxTemplate(BytesIO(template))
        return set(word.get_undeclared_template_variables(jinja_env=environment(escape=True)))
    except (TemplateError, RecursionError, BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise Unable(STEP_FAILURE, StepFailure.BAD_DOCUMENT, error=type(error).__name__) from None


def text_of(file: bytes) -> str:
    """Return the words of a Word file, a line for each paragraph and row; raise Unable for none."""
    import docx  # as above
    from docx.table import Table

    lines: list[str] = []
    try:
        for block in docx.Document(BytesIO(file)).iter_inner_content():
            rows = [row.cells for row in block.rows] if isinstance(block, Table) else [[block]]
            lines += (" | ".join(part.text for part in row) for row in rows)
    except (BadZipFile, KeyError, ValueError) as error:
        raise Unable(STEP_FAILURE, StepFailure.BAD_DOCUMENT, error=type(error).__name__) from None
    return "\n".join(line for line in lines if line.strip())


def get_template(key: str, language: str) -> DocumentTemplate:
    """Return the active template in the language, or else in English; raise InvalidInput without one."""
    active = {
        template.language: template for template in DocumentTemplate.objects.filter(key=key, active=True)
    }
    template = active.get(language) or active.get("en")
    if template is None:
        raise Unable(STEP_FAILURE, StepFailure.NO_DOCUMENT, key=key)
    return template


def count_made(key: str, language: str) -> int:
    """Count the documents that were made from any version of a template."""
    return Document.objects.filter(template__key=key, template__language=language).count()


def open_document(document_id: UUID | str, *, actor: Actor, now: datetime) -> File:
    """Return a document's file; who opened it goes on the record."""
    document = access_document(actor, document_id)
    acting(actor=actor, now=now).record(actions.DOCUMENT_READ, document, kind=document.kind)
    return File(document.filename, document.content_type, document.content, is_safe=document.was_brought)
