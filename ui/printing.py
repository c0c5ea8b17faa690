"""Printing a dossier: plain content laid out by Qt as a PDF, in a process of its own.

``python -m ui.printing`` reads a ``Job`` as JSON from standard input and tells on standard output,
a JSON line each, how far it has come: laying out some hundred facts takes the better part of a
second, which no screen may wait for (pitfalls.md 30). Ending the process ends the work; what it
writes appears whole or not at all.
"""

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct
from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QBrush,
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QApplication

from commandcenter.domain.facts import Fact
from commandcenter.domain.hall import Hall
from commandcenter.reporting import casefile
from commandcenter.reporting.casefile import Casefile
from commandcenter.reporting.dossier import Dossier, Section, Table, Told
from ui import wording
from ui.theme import application, hall_font, install_fonts

Say = Callable[[int, int], object]
"""Is told how much of how much is done."""

_DPI: Final = 300
_MARGIN_MM: Final = 15.0
_EDGE_MM: Final = 9.0  # what head and foot of a page take, with the air beside them
_BODY_POINTS, _SMALL_POINTS, _TITLE_POINTS, _HEADING_POINTS = 9.0, 7.5, 16.0, 11.5
_INK, _QUIET, _SHADE = QColor(20, 20, 20), QColor(90, 90, 90), QColor(240, 242, 245)
_LINE: Final = QColor(190, 195, 200)


class Job(Struct, frozen=True, kw_only=True):
    """What is to be printed where; with ``files`` everything is packed as a ZIP."""

    dossier: Dossier
    out: str
    files: Casefile | None = None


def tell(hall: Hall, lang: str) -> Callable[[Fact], Told]:
    """Return how a dossier puts a fact into words: as the screens do."""

    def told(fact: Fact) -> Told:
        deed = wording.deed(hall, fact, lang)
        return Told(deed.who, deed.what, deed.details)

    return told


def carry_out(job: Job, say: Say) -> None:
    """Print, and pack, what a job says.

    Raises:
        OSError: the file cannot be written.
    """
    out = Path(job.out)
    if job.files is None:
        print_pdf(job.dossier, out, say)
        return
    pdf = out.with_name(out.name + ".pdf.part")
    try:
        print_pdf(job.dossier, pdf, say)
        casefile.pack(out, pdf, job.files, say)
    finally:
        pdf.unlink(missing_ok=True)


def clear(out: Path) -> None:
    """Remove what an ended process has left of a file it was still writing."""
    for left in (".part", ".pdf.part", ".pdf.part.part"):
        with suppress(OSError):
            out.with_name(out.name + left).unlink(missing_ok=True)


def print_pdf(dossier: Dossier, out: Path, say: Say) -> None:
    """Write a dossier as PDF with its letters in it; ``say`` is told after each page.

    Raises:
        OSError: the file cannot be written.
    """
    part = out.with_name(out.name + ".part")
    try:
        part.open("wb").close()  # or Qt would only warn
        writer = _writer(part, dossier)
        edge = round(_EDGE_MM / 25.4 * _DPI)
        whole = writer.pageLayout().paintRectPixels(_DPI)
        room = QSizeF(whole.width(), whole.height() - 2 * edge)
        document = _document(dossier, writer)
        document.setPageSize(room)
        pages = document.pageCount()
        with QPainter(writer) as painter:
            sheet = _Sheet(painter, room, edge)
            for page in range(pages):
                if page:
                    writer.newPage()
                sheet.draw(document, page)
                number = dossier.page.format(n=page + 1, m=pages)
                sheet.draw_edge(0, dossier.hall, f"{dossier.title} {dossier.number}")
                sheet.draw_edge(room.height() + edge, dossier.printed, number)
                say(page + 1, pages)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)


def _writer(path: Path, dossier: Dossier) -> QPdfWriter:
    writer = QPdfWriter(str(path))
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _EDGE_MM, _MARGIN_MM, _EDGE_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    writer.setTitle(f"{dossier.title} {dossier.number}")
    writer.setCreator(dossier.hall)
    return writer


def _document(dossier: Dossier, writer: QPdfWriter) -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.documentLayout().setPaintDevice(writer)
    document.setDefaultFont(_font(_BODY_POINTS))
    document.setDocumentMargin(0)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()  # or the whole table is laid out anew for each cell: minutes
    _write(cursor, f"{dossier.title}　{dossier.number}", _TITLE_POINTS, bold=True)
    for section in dossier.sections:
        _write_section(cursor, section)
    cursor.endEditBlock()
    return document


def _font(points: float, *, bold: bool = False) -> QFont:
    font = hall_font(QApplication.font().family(), points)
    font.setBold(bold)
    return font


def _ink(points: float, *, bold: bool = False, colour: QColor = _INK) -> QTextCharFormat:
    ink = QTextCharFormat()
    ink.setFont(_font(points, bold=bold))
    ink.setForeground(QBrush(colour))
    return ink


def _write(
    cursor: QTextCursor,
    text: str,
    points: float = _BODY_POINTS,
    *,
    bold: bool = False,
    colour: QColor = _INK,
    above: float = 0,
) -> None:
    """Write a paragraph: always as text, whatever it looks like."""
    block = QTextBlockFormat()
    block.setTopMargin(above)
    block.setBottomMargin(4)
    block.setPageBreakPolicy(QTextBlockFormat.PageBreakFlag.PageBreak_Auto)
    if cursor.position():
        cursor.insertBlock(block)
    else:
        cursor.setBlockFormat(block)
    cursor.insertText(text, _ink(points, bold=bold, colour=colour))


def _write_section(cursor: QTextCursor, section: Section) -> None:
    _write(cursor, section.title, _HEADING_POINTS, bold=True, above=12)
    for line in section.lines:
        _write(cursor, line)
    if section.table is not None and section.table.rows:
        _write_table(cursor, section.table)
        cursor.movePosition(QTextCursor.MoveOperation.End)


def _write_table(cursor: QTextCursor, table: Table) -> None:
    heads = 1 if table.heads else 0
    form = QTextTableFormat()
    form.setHeaderRowCount(heads)
    form.setBorderCollapse(True)
    form.setBorder(1)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(QBrush(_LINE))
    form.setCellPadding(3)
    form.setCellSpacing(0)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    percent = QTextLength.Type.PercentageLength
    form.setColumnWidthConstraints([QTextLength(percent, width) for width in table.widths])
    made = cursor.insertTable(len(table.rows) + heads, len(table.widths), form)
    small = _BODY_POINTS if not heads else _SMALL_POINTS
    inks = {head: _ink(small, bold=head) for head in (True, False)}
    for row, cells in enumerate((*([table.heads] if heads else []), *table.rows)):
        for column, text in enumerate(cells):
            is_head = row < heads or (not heads and column == 0)
            _write_cell(made, row, column, text, inks[is_head], shaded=is_head)


def _write_cell(
    made: QTextTable, row: int, column: int, text: str, ink: QTextCharFormat, *, shaded: bool
) -> None:
    cell = made.cellAt(row, column)
    if shaded:
        ground = QTextCharFormat()
        ground.setBackground(QBrush(_SHADE))
        cell.setFormat(ground)
    cell.firstCursorPosition().insertText(text.replace("\n", "\u2028"), ink)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page being drawn: its ``room`` lies between two edges, in pixels of the writer."""

    painter: QPainter
    room: QSizeF
    edge: int

    def draw(self, document: QTextDocument, page: int) -> None:
        """Draw a page of the document."""
        top = page * self.room.height()
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(0, top, self.room.width(), self.room.height())
        self.painter.save()
        self.painter.translate(0, self.edge - top)
        self.painter.setClipRect(context.clip)
        document.documentLayout().draw(self.painter, context)
        self.painter.restore()

    def draw_edge(self, top: float, left: str, right: str) -> None:
        """Draw what stands on every page above or below."""
        self.painter.setFont(_font(_SMALL_POINTS))
        self.painter.setPen(_QUIET)
        area = QRectF(0, top, self.room.width(), self.edge)
        for side, text in (
            (Qt.AlignmentFlag.AlignLeft, left),
            (Qt.AlignmentFlag.AlignRight, right),
        ):
            self.painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, text)


def print_alone(job: Job, say: Say = lambda _done, _of: None) -> None:
    """Carry out a job in a process without windows.

    Raises:
        OSError: the file cannot be written.
    """
    install_fonts(application(job.dossier.hall))
    carry_out(job, say)


def main() -> int:
    """Carry out the job of standard input; 0, or 1 and the reason as the last line."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    try:
        print_alone(job, lambda done, of: _put({"done": done, "of": of}))
    except OSError as error:
        _put({"failed": error.strerror or str(error)})
        return 1
    return 0


def _put(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
