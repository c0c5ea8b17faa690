"""Drawing the slips of a whistle: a page a body, as PDF or on paper, in a process of its own.

``python -m ui.slip`` reads a ``Job`` as JSON from standard input, as ``ui.printing`` does.
"""

import os
import sys
from pathlib import Path
from typing import Final

import msgspec
import segno
from msgspec import Struct
from PySide6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication

from commandcenter.reporting.slip import Slip
from ui.theme import hall_font, install_fonts

_DPI: Final = 300
_MARGIN_MM: Final = 16.0
_INK, _QUIET, _LINE = QColor(20, 20, 20), QColor(90, 90, 90), QColor(190, 195, 200)
_CODE_MM: Final = 46.0
_NAME_MM: Final = 24.0
_ROW_MM: Final = 7.0
_MOST_MM: Final = 28.0  # of one row: a longer message is cut, the page on the telephone has it all
_BLANK_MM: Final = 11.5  # less where the rows above need the room
_FOOT_MM: Final = 8.0
_CUT: Final = "……（未完，请扫码看全文）"
_QUIET_ZONE: Final = 4  # modules of white around a code (ISO/IEC 18004)
_WRAPPED: Final = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWrapAnywhere


class Job(Struct, frozen=True, kw_only=True):
    """What is to be printed: into the file ``out``, or on the printer of a name."""

    slips: tuple[Slip, ...]
    out: str = ""
    printer: str = ""


def carry_out(job: Job) -> None:
    """Print what a job says; a file appears whole or not at all.

    Raises:
        OSError: the file cannot be written, or the printer does not take it.
    """
    if job.printer:
        _print(job.slips, QPrinter(QPrinterInfo.printerInfo(job.printer)))
        return
    out = Path(job.out)
    part = out.with_name(out.name + ".part")
    try:
        part.open("wb").close()  # or Qt would only warn
        writer = QPdfWriter(str(part))
        writer.setResolution(_DPI)
        writer.setTitle(job.slips[0].title)
        writer.setCreator(job.slips[0].hall)
        _print(job.slips, writer)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)


def _print(slips: tuple[Slip, ...], device: QPagedPaintDevice) -> None:
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    device.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    painter = QPainter()
    if not painter.begin(device):
        raise OSError("the printer does not answer")
    try:
        for number, slip in enumerate(slips):
            if number:
                device.newPage()
            dots = device.logicalDpiX() / 25.4
            draw_slip(painter, QRectF(0, 0, device.width(), device.height()), dots, slip)
    finally:
        painter.end()


def draw_slip(painter: QPainter, area: QRectF, mm: float, slip: Slip) -> None:
    """Draw a slip into an area whose millimetre is so many units; every text as text."""
    page = _Sheet(painter, area, mm)
    page.head(slip)
    for name, text in slip.rows:
        page.row(name, text)
    page.top += 4 * mm
    room = (area.bottom() - _FOOT_MM * mm - page.top) / max(1, len(slip.blanks))
    for name in slip.blanks:
        page.blank(name, min(_BLANK_MM * mm, room))
    page.foot(slip.foot)


class _Sheet:
    """A page being drawn from its top down."""

    def __init__(self, painter: QPainter, area: QRectF, mm: float) -> None:
        self._painter, self._area, self._mm = painter, area, mm
        self.top = area.top()

    def _write(
        self, rect: QRectF, text: str, points: float, *, bold: bool = False, quiet: bool = False
    ) -> None:
        font = hall_font(QApplication.font().family(), points)
        font.setBold(bold)
        self._painter.setFont(font)
        self._painter.setPen(_QUIET if quiet else _INK)
        self._painter.drawText(rect, _WRAPPED, text)

    def head(self, slip: Slip) -> None:
        """Draw who calls whom, and the code at the right."""
        mm, width = self._mm, self._area.width()
        left = width - (_CODE_MM + 6) * mm
        self._write(QRectF(0, 0, left, 8 * mm), slip.hall, 11, quiet=True)
        self._write(QRectF(0, 8 * mm, left, 14 * mm), slip.title, 22, bold=True)
        self._write(QRectF(0, 24 * mm, left, 20 * mm), slip.body, 16, bold=True)
        self._write(QRectF(0, 44 * mm, left, 8 * mm), slip.lead, 12)
        code = QRectF(width - _CODE_MM * mm, 0, _CODE_MM * mm, _CODE_MM * mm)
        if slip.link:
            draw_code(self._painter, code, slip.link)
        below = QRectF(0, (_CODE_MM + 5) * mm, width, 13 * mm)
        self._write(below, slip.about_link, 9.5, quiet=True)
        self.top = below.bottom() + 2 * mm

    def _rule(self) -> None:
        self._painter.setPen(QPen(_LINE, 0.2 * self._mm))
        self._painter.drawLine(
            self._area.topLeft() + _down(self.top), self._area.topRight() + _down(self.top)
        )

    def row(self, name: str, text: str) -> None:
        """Draw a name and what it says, as high as that needs."""
        mm, width = self._mm, self._area.width()
        self._rule()
        self._painter.setFont(hall_font(QApplication.font().family(), 11))
        room = QRectF(_NAME_MM * mm, self.top + 1.2 * mm, width - _NAME_MM * mm, _MOST_MM * mm)
        needed = self._painter.boundingRect(room, _WRAPPED, text).height()
        if needed > room.height():
            text = text[: max(0, int(len(text) * room.height() / needed) - 2 * len(_CUT))] + _CUT
        height = min(max(needed, _ROW_MM * mm - 2 * mm), room.height())
        self._write(QRectF(0, room.top(), _NAME_MM * mm, height), name, 11, quiet=True)
        self._painter.save()
        room.setHeight(height)
        self._painter.setClipRect(room)
        self._write(room, text, 11)
        self._painter.restore()
        self.top = room.bottom() + 1.2 * mm

    def blank(self, name: str, height: float) -> None:
        """Draw a line to be filled in by hand."""
        self._rule()
        rect = QRectF(0, self.top + height / 5, 60 * self._mm, height)
        self._write(rect, f"{name}：", 11, quiet=True)
        self.top += height

    def foot(self, text: str) -> None:
        """Draw who printed it, at the bottom."""
        mm = self._mm
        self._rule()
        rect = QRectF(0, self._area.bottom() - 6 * mm, self._area.width(), 6 * mm)
        self._write(rect, text, 9, quiet=True)


def _down(by: float) -> QPointF:
    return QPointF(0, by)


def draw_code(painter: QPainter, area: QRectF, text: str) -> None:
    """Draw a QR code of a text, as large as the area with its quiet zone."""
    rows = list(segno.make(text, error="m", micro=False).matrix)
    side = area.width() / (len(rows) + 2 * _QUIET_ZONE)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.fillRect(area, QColor("white"))
    edge = _QUIET_ZONE * side
    for at_row, row in enumerate(rows):
        for at_column, dark in enumerate(row):
            if dark:
                left, top = area.left() + edge + at_column * side, area.top() + edge + at_row * side
                painter.fillRect(QRectF(left, top, side, side), _INK)
    painter.restore()


def main() -> int:
    """Carry out the job of standard input; 0, or 1 and the reason on standard output."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    app = QApplication([job.slips[0].hall])
    install_fonts(app)
    try:
        carry_out(job)
    except OSError as error:
        sys.stdout.write((error.strerror or str(error)) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
