"""The dialog that has the slips of a whistle printed: a page for each body still called."""

import logging
import sys
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QProcess, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from commandcenter.application.messages import WhistleBlown
from commandcenter.application.questions import WhistleCopies
from commandcenter.application.sheets import sheet
from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.domain.whistle import Whistle
from commandcenter.reporting.slip import Slip, slip
from ui import slip as drawing
from ui.crash import impersonal
from ui.stage import Stage
from widgets.dress import Kind, dress
from widgets.paint import unit
from widgets.plain_label import PlainLabel
from widgets.saving import offered_file
from widgets.tone import Tone

log = logging.getLogger(__name__)

_HERE: Final = Path(drawing.__file__).parent.parent


class SlipDialog(QDialog):
    """Asks what each body may read, and hands it to a process that draws it; it blocks nothing."""

    def __init__(self, stage: Stage, whistle: Whistle, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._stage, self._number = stage, whistle.no
        self._printer = self._warned = ""
        title = self.tr("打印哨单 {no}").format(no=whistle.no)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._process = QProcess(self)
        self._process.setWorkingDirectory(str(_HERE))
        self._process.started.connect(self._process.closeWriteChannel)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._build()

    def _build(self) -> None:
        self.path = QLineEdit(offered_file(f"{self._number}.pdf"))
        self.path.setAccessibleName(self.tr("保存到"))
        about = PlainLabel(
            self.tr("每个还没撤离的单位一页，只有该单位能看的内容，带扫码报到的二维码。"),
            tone=Tone.QUIET,
            wrap=True,
        )
        self.words = PlainLabel(wrap=True)
        self.save_button = QPushButton(self.tr("保存 PDF"))
        dress(self.save_button, Kind.PRIMARY)
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.save)
        self.print_button = QPushButton(self.tr("打印…"))
        self.print_button.clicked.connect(self._on_print)
        self.open_button = QPushButton(self.tr("打开文件"))
        self.open_button.clicked.connect(self._on_open)
        self.open_button.hide()
        close = QPushButton(self.tr("关闭"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        for button in (close, self.print_button, self.save_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for widget in (about, self.path, self.words):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(buttons)
        self.resize(round(560 * unit(self.font())), self.sizeHint().height())

    def save(self) -> None:
        """Write the slips as a PDF, unless that would write over a file without a word."""
        out = Path(self.path.text().strip()).expanduser()
        if not out.is_absolute():
            self._say(self.tr("请写出完整路径。"), Tone.OVER)
            return
        if out.exists() and self._warned != str(out):
            self._warned = str(out)
            said = self.tr("{name} 已经存在，再按一次将覆盖它。").format(name=out.name)
            self._say(said, Tone.NEAR)
            return
        self._warned = ""
        self._begin("")

    def _on_print(self) -> None:
        chooser = QPrintDialog(QPrinter(QPrinter.PrinterMode.ScreenResolution), self)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.accepted.connect(self._on_printer_chosen)
        chooser.setWindowModality(Qt.WindowModality.WindowModal)
        chooser.show()

    def _on_printer_chosen(self) -> None:
        chooser = self.sender()
        if isinstance(chooser, QPrintDialog):
            self._begin(chooser.printer().printerName())

    def _begin(self, printer: str) -> None:
        self._printer = printer
        self.open_button.hide()
        self._show_busy(busy=True)
        self._say(self.tr("正在准备…"), Tone.QUIET)
        asked = self._stage.seat.desk.ask(
            WhistleCopies(whistle=self._number), by=self._stage.operator
        )
        self._stage.when_done(asked, self._on_copies, self._on_refused)

    def _on_refused(self, sentence: str) -> None:
        if isValid(self):
            self._end(sentence, Tone.OVER)

    def _on_copies(self, found: tuple[Whistle, tuple[WhistleBlown, ...]]) -> None:
        if not isValid(self):  # it was closed meanwhile
            return
        try:
            slips = self._slips(*found)
        except Exception:
            self._on_fault()  # whoever waits is told; the fault itself goes where all of them go
            raise
        if not slips:
            self._end(self.tr("这个哨的单位都已撤离或撤回，没有要打印的。"), Tone.NEAR)
            return
        out = "" if self._printer else str(Path(self.path.text().strip()).expanduser())
        job = drawing.Job(slips=slips, out=out, printer=self._printer)
        self._process.start(sys.executable, ["-m", "ui.slip"])
        self._process.write(msgspec.json.encode(job))

    def _slips(self, whistle: Whistle, copies: tuple[WhistleBlown, ...]) -> tuple[Slip, ...]:
        stage, links = self._stage, self._stage.seat.links
        sheets = [sheet(stage.hall, whistle, copy) for copy in copies]
        return tuple(
            slip(
                item,
                links.to(whistle.no, item.body, whistle.blown_at) if links else "",
                until=links.expiry(whistle.blown_at) if links else whistle.blown_at,
                by=stage.operator.name,
                at=stage.now(),
                zone=stage.hall.zone,
            )
            for item in sheets
            if not item.is_over
        )

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if code == 0 and status is QProcess.ExitStatus.NormalExit:
            if self._printer:
                said = self.tr("已送到打印机 {name}").format(name=self._printer)
            else:
                said = self.tr("已保存：{file}").format(file=self.path.text().strip())
                self.open_button.show()
            self._end(said, Tone.GOOD)
            return
        told = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
        if not told.strip():
            said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            log.error("the printing process ended with %s: %s", code, impersonal(said))
            self._on_fault()
            return
        why = words.trouble(told.strip()[:200], self._stage.lang)
        self._end(self.tr("没有打印成：{why}").format(why=why), Tone.OVER)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            log.error("the printing process did not start: %s", self._process.errorString())
            self._on_fault()

    def _on_fault(self) -> None:
        self._end(words.sentence(Refusal("program_fault"), self._stage.lang), Tone.OVER)

    def _on_open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.path.text().strip()))

    def _end(self, said: str, tone: Tone) -> None:
        self._show_busy(busy=False)
        self._say(said, tone)

    def _show_busy(self, *, busy: bool) -> None:
        for widget in (self.path, self.save_button, self.print_button):
            widget.setEnabled(not busy)

    def _say(self, said: str, tone: Tone) -> None:
        self.words.set_tone(tone)
        self.words.setText(said)
