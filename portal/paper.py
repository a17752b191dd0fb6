"""A report as a PDF: drawn by our own hand from the same values as the page, with no browser in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from django.utils import translation
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from legist.core.errors import InvalidInput
from legist.core.web.moments import day_words
from portal.cases import Case
from portal.report import Report

FONTS: Final = Path(__file__).parent / "fonts"
FACE: Final = "DejaVu"
Weight = Literal["", "B"]
# Kind of line -> weight, size in points, and space above in millimetres.
LOOKS: Final[Mapping[str, tuple[Weight, int, int]]] = {
    "firm": ("B", 14, 0),
    "head": ("B", 16, 6),
    "form": ("B", 12, 5),
    "strong": ("B", 11, 1),
    "": ("", 11, 1),
}
HEIGHT: Final = 0.5


def pdf_of(report: Report) -> bytes:
    """Return a report as a PDF; raise InvalidInput for a sign that its face does not have."""
    with translation.override(report.language):
        lines = list(_lines(report))
    paper = FPDF(format="letter", unit="mm")
    paper.set_margin(22)
    paper.set_lang(report.language)
    paper.add_font(FACE, "", FONTS / "DejaVuSans.ttf")
    paper.add_font(FACE, "B", FONTS / "DejaVuSans-Bold.ttf")
    paper.add_page()
    face = paper.fonts[FACE.lower()]
    assert isinstance(face, TTFFont)  # noqa: S101  added above
    if any(ord(sign) not in face.cmap for _look, text in lines for sign in text):
        message = _("A name has signs that the PDF cannot draw. Show the page, and print it from there.")
        raise InvalidInput.at("format", message)
    for look, text in lines:
        weight, size, above = LOOKS[look]
        paper.set_font(FACE, weight, size)
        paper.ln(above)
        paper.multi_cell(0, size * HEIGHT, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(paper.output())


def _lines(report: Report) -> Iterator[tuple[str, str]]:
    """Yield each line and how it looks."""
    yield "firm", report.reach.firm
    yield "", " · ".join([*report.reach.phones, *filter(None, [report.reach.open_hours])])
    yield "form", report.name
    yield "", day_words(report.at)
    yield "head", _("Where the case stands")
    if not report.is_for_client:
        yield "", report.matter.client.greeted_as
    for case, number in report.cases:
        yield from _case(case, number, is_for_client=report.is_for_client)
    if not report.cases:
        yield "", _("There is nothing to report yet.")


def _case(case: Case, number: str, *, is_for_client: bool) -> Iterator[tuple[str, str]]:
    yield "form", case.form
    yield "", f"{_('Receipt number')}: {number}"
    yield "strong", case.stage
    if case.is_being_checked or case.is_in_doubt:
        yield "", _("USCIS wrote something new. We are reading it.")
    if is_for_client:
        yield "", case.meaning
        yield "strong", f"{_('What you need to do')}:"
        yield from (("", todo) for todo in case.todos)
    if case.read_at:
        moment = day_words(case.read_at)
        yield "", _("Last checked with USCIS on %(moment)s") % {"moment": moment}
