"""Importing a table into the hall pack: choose a file, look at what it would do, then do it."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from commandcenter.application.importing import Flaw, Import, Importer, PlannedRow
from ui.stage import Stage
from ui.table import Cell, Column, Table
from widgets.dress import Kind, dress
from widgets.paint import Shape, unit
from widgets.plain_label import PlainLabel
from widgets.tone import Tone

_KINDS: Final = ("duties", "bodies", "workers", "standards", "categories", "cameras", "people")
_MARKS: Final = {
    "new": (Tone.GOOD, Shape.TICK),
    "changed": (Tone.ACCENT, Shape.DISC),
    "same": (Tone.QUIET, Shape.RING),
    "faulty": (Tone.OVER, Shape.CROSS),
}
_GRAVE: Final = {"error": (Tone.OVER, Shape.CROSS), "warning": (Tone.NEAR, Shape.DISC)}


class ImportWindow(QDialog):
    """One import; it blocks nothing, and writes nothing before it was looked at."""

    def __init__(self, stage: Stage, importer: Importer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._stage, self._importer = stage, importer
        self._found: Import | None = None
        self.setWindowTitle(self.tr("导入清单和名录"))
        self.setAccessibleName(self.windowTitle())
        self._build()
        one = unit(self.font())
        self.resize(round(980 * one), round(640 * one))
        self._show(None)

    def _build(self) -> None:
        self._kind = QComboBox()
        self._kind.setAccessibleName(self.tr("导入到哪张表"))
        for key, words in self._kinds():
            self._kind.addItem(words, key)
        self._file = QLineEdit()
        self._file.setReadOnly(True)
        self._file.setPlaceholderText(self.tr("CSV 或 XLSX，不超过 20 MB"))
        self._file.setAccessibleName(self.tr("要导入的文件"))
        choose = QPushButton(self.tr("选择文件…"))
        choose.clicked.connect(self._on_choose)
        self._sheet = QComboBox()
        self._sheet.setAccessibleName(self.tr("工作表"))
        self._sheet_label = PlainLabel(self.tr("工作表"), tone=Tone.QUIET)
        top = QGridLayout()
        top.setHorizontalSpacing(12)
        top.setVerticalSpacing(8)
        top.setColumnStretch(1, 1)
        rows: tuple[tuple[PlainLabel, QWidget], ...] = (
            (PlainLabel(self.tr("导入到"), tone=Tone.QUIET), self._kind),
            (PlainLabel(self.tr("文件"), tone=Tone.QUIET), self._file),
            (self._sheet_label, self._sheet),
        )
        for at, (label, widget) in enumerate(rows):
            top.addWidget(label, at, 0)
            top.addWidget(widget, at, 1)
        top.addWidget(choose, 1, 2)
        self._words = PlainLabel(wrap=True)
        self._faults = Table(self._fault_columns(), self.tr("要改的地方"))
        self._faults_head = PlainLabel(self.tr("要改的地方"), tone=Tone.QUIET)
        self._rows = Table(self._row_columns(), self.tr("逐行预览"))
        self._rows_head = PlainLabel(self.tr("逐行预览"), tone=Tone.QUIET)
        self._all = QCheckBox(self.tr("有一行不对就全部不导入"))
        self._go = QPushButton(self.tr("导入"))
        dress(self._go, Kind.PRIMARY)
        self._go.clicked.connect(self._on_go)
        close = QPushButton(self.tr("关闭"))
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self._all)
        foot.addStretch(1)
        foot.addWidget(self._go)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._words)
        column.addWidget(self._faults_head)
        column.addWidget(self._faults, 2)
        column.addWidget(self._rows_head)
        column.addWidget(self._rows, 3)
        column.addLayout(foot)
        self._kind.currentIndexChanged.connect(self._look)
        self._sheet.activated.connect(self._look)
        self._all.toggled.connect(self._on_all)

    def _kinds(self) -> list[tuple[str, str]]:
        words = (
            self.tr("履职事项清单"),
            self.tr("单位"),
            self.tr("网格员"),
            self.tr("立案标准"),
            self.tr("类别"),
            self.tr("摄像机"),
            self.tr("人员"),
        )
        return list(zip(_KINDS, words, strict=True))

    def _fault_columns(self) -> list[Column]:
        def grave(flaw: Flaw) -> Cell:
            tone, mark = _GRAVE.get(flaw.severity, (Tone.QUIET, Shape.RING))
            return Cell(text=str(flaw.row or "—"), tone=tone, mark=mark)

        return [
            Column(self.tr("行"), grave, 4),
            Column(self.tr("列"), lambda flaw: Cell(text=flaw.column or "—"), 6),
            Column(self.tr("问题"), lambda flaw: Cell(text=flaw.problem)),
            Column(self.tr("怎么改"), lambda flaw: Cell(text=flaw.remedy)),
        ]

    def _row_columns(self) -> list[Column]:
        names = {
            "new": self.tr("新增"),
            "changed": self.tr("更新"),
            "same": self.tr("相同"),
            "faulty": self.tr("有错"),
        }

        def change(row: PlannedRow) -> Cell:
            tone, mark = _MARKS[row.change]
            return Cell(text=names[row.change], tone=tone, mark=mark)

        return [
            Column(self.tr("行"), lambda row: Cell(text=str(row.row)), 4),
            Column(self.tr("结果"), change, 8),
            Column(self.tr("内容"), lambda row: Cell(text="  ".join(row.values.values()))),
        ]

    # -- looking --

    def _on_choose(self) -> None:
        dialog = QFileDialog(self, self.tr("选择文件…"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("表格（*.csv *.xlsx）"))
        dialog.fileSelected.connect(self.look_at)
        dialog.open()

    def look_at(self, file: str) -> None:
        """Look at a file: what importing it would do, and what is wrong with it."""
        self._file.setText(file)
        self._sheet.clear()
        self._look()

    def _look(self) -> None:
        if not self._file.text():
            return
        self._busy(self.tr("正在查看…"))
        self._wait_for(
            self._importer.look(
                self._kind.currentData(),
                Path(self._file.text()),
                by=self._stage.operator,
                lang=self._stage.lang,
                sheet=self._sheet.currentText() or None,
            ),
            self._show,
        )

    def _on_go(self) -> None:
        self._busy(self.tr("正在导入…"))
        self._wait_for(
            self._importer.carry_out(
                self._kind.currentData(),
                Path(self._file.text()),
                by=self._stage.operator,
                lang=self._stage.lang,
                sheet=self._sheet.currentText() or None,
                all_or_nothing=self._all.isChecked(),
            ),
            self._show,
        )

    def _wait_for(self, future: Future[Import], then: Callable[[Import | None], object]) -> None:
        self._stage.when_done(future, then, partial(self._on_refused))

    def _on_refused(self, sentence: str) -> None:
        self._show(None)
        self._words.setText(sentence)

    def _busy(self, words: str) -> None:
        self._go.setEnabled(False)
        self._words.setText(words)

    # -- showing --

    def _show(self, found: Import | None) -> None:
        self._found = found
        flaws = found.findings if found else ()
        rows = found.preview if found else ()
        if found is not None:
            self._offer_sheets(found)
        self._faults.show_rows(flaws)
        self._rows.show_rows(rows)
        for widget in (self._faults_head, self._faults):
            widget.setVisible(bool(flaws))
        has_sheets = self._sheet.count() > 1
        self._sheet.setVisible(has_sheets)
        self._sheet_label.setVisible(has_sheets)
        self._words.setText(self._told(found))
        self._on_all()

    def _offer_sheets(self, found: Import) -> None:
        held = [self._sheet.itemText(at) for at in range(self._sheet.count())]
        if list(found.sheets) not in (held, held[1:]):
            self._sheet.clear()
            self._sheet.addItems(["", *found.sheets])
        if found.sheet:
            self._sheet.setCurrentText(found.sheet)

    def _told(self, found: Import | None) -> str:
        if found is None:
            return self.tr("先选择要导入到哪张表，再选择文件；看过预览之后才会写入。")
        said = self.tr(
            "新增 {new} 行，更新 {changed} 行，相同 {same} 行，有错 {faulty} 行。"
        ).format(new=found.new, changed=found.changed, same=found.same, faulty=found.faulty)
        if found.written:
            said += self.tr("已写入，大厅下次打开时生效；原文件保留在资料夹的 backups 里。")
        return said

    def _on_all(self) -> None:
        found = self._found
        useful = found is not None and not found.written and bool(found.new + found.changed)
        whole = found is not None and found.ok
        self._go.setEnabled(useful and (whole or not self._all.isChecked()))
