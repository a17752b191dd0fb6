"""The Word templates that ship with the product, made from reviewable texts under `texts/`.

Once installed, an attorney edits a template in Word; the texts here are only where it starts.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile, is_zipfile

from django.utils.translation import gettext as _

from legist.core.definitions.rows import RowTopic
from legist.core.reasons import Unable
from workflows import audit_actions as actions
from workflows.documents.services import fields_of
from workflows.messages.facts import FIELDS
from workflows.messages.templates.packaged import PackagedText, read_texts
from workflows.messages.templates.rendering import unknown_fields
from workflows.models import DocumentTemplate

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

TEXTS = Path(__file__).parent / "texts"
MOST_BYTES, MOST_TEXT = 10_000_000, 1_000_000


def _faults(row: DocumentTemplate) -> list[str]:
    return [] if is_zipfile(BytesIO(bytes(row.content))) else [_("This is no Word file.")]


def faults_in(content: bytes) -> list[str]:
    """Return why a Word file can never be filled, for whoever puts it in the place of another."""
    try:
        sizes = {part.filename: part.file_size for part in ZipFile(BytesIO(content)).infolist()}
        text = sum(size for name, size in sizes.items() if name.endswith(".xml"))
        if max(len(content), sum(sizes.values())) > MOST_BYTES or text > MOST_TEXT:
            return [_("This file is too large. A letter has at most 10 MB, and 1 MB of it text.")]
        return unknown_fields(fields_of(content), FIELDS)
    except BadZipFile:
        return [_("This is no Word file.")]
    except Unable as error:
        return [error.message]


TOPIC = RowTopic(DocumentTemplate, action=actions.DEFINITION_PUBLISHED, check=_faults)


def install(*, now: datetime) -> None:
    """Install the shipped letters whose version is missing; see `RowTopic.install` for which then hold."""
    known = TOPIC.known()
    missing = [text for text in read_texts(TEXTS) if (text.key, text.language, text.version) not in known]
    TOPIC.install(_row(text, now=now) for text in missing)


def _row(text: PackagedText, *, now: datetime) -> DocumentTemplate:
    return DocumentTemplate(
        key=text.key,
        language=text.language,
        version=text.version,
        name=text.title,
        content=build(text.body),
        created_at=now,
    )


def build(body: str) -> bytes:
    """Return a Word file: `# ` and `## ` begin headings, `- ` an item, `**` encloses bold."""
    import docx  # only who makes a file waits for it
    from docx.shared import Pt

    word = docx.Document()
    style = word.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(11)
    for line in body.splitlines():
        _add_line(word, line)
    target = BytesIO()
    word.save(target)
    return target.getvalue()


def _add_line(word: WordDocument, line: str) -> None:
    if line.startswith("## "):
        word.add_heading(line.removeprefix("## "), level=2)
    elif line.startswith("# "):
        word.add_heading(line.removeprefix("# "), level=1)
    elif line.startswith("- "):
        word.add_paragraph(line.removeprefix("- "), style="List Bullet")
    else:
        from docx.shared import Pt

        paragraph = word.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(4)
        for index, part in enumerate(line.split("**")):
            paragraph.add_run(part).bold = index % 2 == 1
