"""What a workbook unpacks into, counted in one pass before anything of it is built."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from typing import IO, Final
from xml.parsers import expat

from django.utils.translation import gettext as _

from tracking.tables.limits import (
    CELLS,
    DEPTH,
    ELEMENTS,
    PARTS,
    RATIO,
    RATIO_FROM,
    SHEETS,
    STRINGS,
    UNPACKED,
    Limit,
    UnreadableError,
)

_MANIFEST: Final = "xl/workbook.xml"
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 1
_PIECE: Final = 1 << 16
_BEFORE_MARKUP: Final = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
# The elements that cost most to build.
_COSTLY: Final[Mapping[str, Limit]] = {"c": CELLS, "si": STRINGS, "sheet": SHEETS}


def check_archive(content: bytes) -> None:
    """Refuse what is no workbook, or costs more than one may. Raises UnreadableError.

    Sizes are first believed, then counted while unpacking: a header may say anything.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            scan = _Scan()
            for part in parts:
                with archive.open(part) as unpacked:
                    scan.read(unpacked, packed=part.compress_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError):
        raise UnreadableError(_("The workbook is damaged. Save it again as XLSX.")) from None


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    PARTS.check(len(parts))
    if not any(part.filename == _MANIFEST for part in parts):
        message = _("This is an archive or another kind of document. Save the list as CSV or XLSX.")
        raise UnreadableError(message)
    if any(part.flag_bits & _ENCRYPTED or part.compress_type not in _METHODS for part in parts):
        message = _("The workbook could not be opened. Save it again as XLSX, without a password.")
        raise UnreadableError(message)
    UNPACKED.check(sum(part.file_size for part in parts))


class _Scan:
    """Counts what the parts of one workbook unpack into, and what their markup would build."""

    def __init__(self) -> None:
        self._unpacked = 0
        self._elements = 0
        self._costly: Counter[str] = Counter()
        self._depth = 0

    def read(self, part: IO[bytes], *, packed: int) -> None:
        """Unpack a part piece by piece and count it in."""
        size, parser = 0, None
        while piece := part.read(_PIECE):
            if not size and piece.lstrip(_BEFORE_MARKUP).startswith(b"<"):
                parser = self._parser()
            size += len(piece)
            self._unpacked += len(piece)
            UNPACKED.check(self._unpacked)
            if size > RATIO_FROM:
                RATIO.check(size // max(packed, 1))
            parser = parser and self._feed(parser, piece)

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        self._depth = 0
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.StartDoctypeDeclHandler = _refuse_entities
        return parser

    def _feed(self, parser: expat.XMLParserType, piece: bytes) -> expat.XMLParserType | None:
        """Parse on; malformed markup ends the counting, as it will end the reading."""
        try:
            parser.Parse(piece, False)  # noqa: FBT003  expat takes no names
        except expat.ExpatError:
            return None
        return parser

    def _open(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH.most or self._elements > ELEMENTS.most:
            DEPTH.check(self._depth)
            ELEMENTS.check(self._elements)
        local = name.rpartition(":")[2]
        if local in _COSTLY:
            self._costly[local] += 1
            _COSTLY[local].check(self._costly[local])

    def _close(self, _name: str) -> None:
        self._depth -= 1


def _refuse_entities(*_declared: object) -> None:
    raise UnreadableError(
        _("The workbook declares a document type of its own, which no list needs. Save it again as XLSX.")
    )
