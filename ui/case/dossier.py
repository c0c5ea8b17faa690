"""The dialog that has a case printed: where to, with what, how far it is, and a way to stop it."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from commandcenter.application import commands as c
from commandcenter.domain.case import Case
from ui.case.press import DossierPress
from ui.stage import Stage
from widgets.dress import Kind, dress
from widgets.paint import unit
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.saving import offered_file
from widgets.tone import Tone

_SHORTEST_REASON: Final = 2
_LONGEST_REASON: Final = 2000


class DossierDialog(QDialog):
    """Prints one case; it blocks nothing, and closing it stops the printing."""

    def __init__(self, stage: Stage, case: Case, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._stage, self._case = stage, case
        self._press: DossierPress | None = None
        self._warned = ""
        title = self.tr("一案一档 {no}").format(no=case.no)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._build()
        self._show_state()

    def _build(self) -> None:
        self.path = QLineEdit(offered_file(f"{self._case.no}.pdf"))
        self.path.setAccessibleName(self.tr("保存到"))
        self._browse = QPushButton(self.tr("浏览…"))
        self._browse.clicked.connect(self._on_browse)
        self.packed = QCheckBox(self.tr("打包成 ZIP：附全部记录、本厅保存的媒体和清单"))
        self.packed.toggled.connect(self._on_packed)
        self.named = QCheckBox(self.tr("写明上报人姓名和电话（须填理由，会记入本案）"))
        self.reason = QLineEdit()
        self.reason.setAccessibleName(self.tr("查看理由"))
        self.reason.setPlaceholderText(self.tr("例如：县纪委调阅，函号…"))
        self.reason.setMaxLength(_LONGEST_REASON)
        may_name = self._stage.may(c.Disclose)
        self.named.setVisible(may_name)
        self.reason.setVisible(may_name)
        for changed in (self.named.toggled, self.reason.textChanged, self.path.textChanged):
            changed.connect(self._show_state)
        self.masked = PlainLabel(self.tr("上报人姓名和电话默认脱敏。"), tone=Tone.QUIET, wrap=True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("进度"))
        self.words = PlainLabel(wrap=True)
        self.start_button = QPushButton()
        self.start_button.setDefault(True)
        dress(self.start_button, Kind.PRIMARY)
        self.start_button.clicked.connect(self.start)
        self.open_button = QPushButton(self.tr("打开所在文件夹"))
        self.open_button.clicked.connect(self._on_open)
        self.stop_button = QPushButton()
        self.stop_button.clicked.connect(self._on_stop)
        self._lay_out()

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.addWidget(self.path, 1)
        where.addWidget(self._browse)
        form = QFormLayout()
        form.addRow(self.tr("保存到"), where)
        form.addRow("", self.packed)
        form.addRow("", self.named)
        form.addRow("", self.reason)
        form.addRow("", self.masked)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        buttons.addWidget(self.stop_button)
        buttons.addWidget(self.start_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(form)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        column.addStretch(1)
        column.addLayout(buttons)
        self.resize(round(620 * unit(self.font())), self.sizeHint().height())
        self.open_button.hide()
        self.bar.hide()

    # -- what a person does --

    def start(self) -> None:
        """Print, unless something is missing or a file would be written over without a word."""
        out = Path(self.path.text().strip()).expanduser()
        if not out.is_absolute():
            self._say(
                self.tr("请写出完整路径，例如 {path}").format(path="/home/…/1.pdf"), Tone.OVER
            )
            return
        if out.exists() and self._warned != str(out):
            self._warned = str(out)
            self._say(
                self.tr("{name} 已经存在，再按一次将覆盖它。").format(name=out.name), Tone.NEAR
            )
            return
        self.open_button.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        self._say(self.tr("正在准备…"), Tone.QUIET)
        self._press = DossierPress(self._stage, out, packed=self.packed.isChecked())
        self._press.moved.connect(self._on_moved)
        self._press.done.connect(self._on_done)
        self._press.unwritten.connect(self._on_unwritten)
        self._press.refused.connect(self._on_refused)
        self._press.start(self._case, self._given_reason())
        self._show_state()

    def _given_reason(self) -> str:
        return self.reason.text().strip() if self.named.isChecked() else ""

    def _on_stop(self) -> None:
        if self._press is None:
            self.close()
            return
        self._drop_press()
        self._end(self.tr("已取消，没有留下文件。"), Tone.QUIET)

    def _drop_press(self) -> None:
        press, self._press = self._press, None
        if press is not None and isValid(press):
            press.disconnect(self)
            press.cancel()

    def _on_browse(self) -> None:
        chooser = QFileDialog(self, self.tr("保存到"), self.path.text())
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setOption(QFileDialog.Option.DontConfirmOverwrite)  # told before it is printed
        chooser.setNameFilters(["ZIP (*.zip)" if self.packed.isChecked() else "PDF (*.pdf)"])
        chooser.setDefaultSuffix("zip" if self.packed.isChecked() else "pdf")
        chooser.fileSelected.connect(self.path.setText)
        chooser.open()

    def _on_packed(self, packed: bool) -> None:
        path = Path(self.path.text())
        self.path.setText(str(path.with_suffix(".zip" if packed else ".pdf")))
        self._show_state()  # a path that had that ending already tells of no change

    def _on_open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.path.text()).parent)))

    # -- what happens --

    def _on_moved(self, done: int, of: int) -> None:
        self.bar.setRange(0, of)
        self.bar.setValue(done)
        self._say(self.tr("第 {n} 页，共 {m} 页").format(n=done, m=of), Tone.QUIET)

    def _on_done(self, file: str) -> None:
        self._press = None
        self._warned = ""
        self._end(self.tr("已保存：{file}").format(file=file), Tone.GOOD)
        self.open_button.show()
        self._stage.told.emit(self.tr("{no} 的一案一档已保存").format(no=self._case.no))

    def _on_unwritten(self, why: str) -> None:
        self._on_refused(self.tr("没有存成：{why}。请换一个文件夹再试。").format(why=why))

    def _on_refused(self, sentence: str) -> None:
        self._press = None
        self._end(sentence, Tone.OVER)

    def _end(self, words: str, tone: Tone) -> None:
        self.bar.hide()
        self._say(words, tone)
        self._show_state()

    def _say(self, words: str, tone: Tone) -> None:
        self.words.set_tone(tone)
        self.words.setText(words)

    def _show_state(self) -> None:
        busy = self._press is not None
        naming = self.named.isChecked()
        for widget in (self.path, self._browse, self.packed, self.named):
            widget.setEnabled(not busy)
        self.reason.setEnabled(naming and not busy)
        self.masked.setVisible(not naming)
        complete = not naming or len(self._given_reason()) >= _SHORTEST_REASON
        self.start_button.setEnabled(not busy and complete and bool(self.path.text().strip()))
        made = self.tr("保存 ZIP") if self.packed.isChecked() else self.tr("保存 PDF")
        self.start_button.setText(self.tr("正在保存…") if busy else made)
        self.stop_button.setText(self.tr("取消保存") if busy else self.tr("关闭"))

    # -- Qt --

    @override
    @safe_override(None)
    def reject(self) -> None:  # Esc, and every way of closing it: QDialog's closeEvent comes here
        self._drop_press()
        super().reject()
