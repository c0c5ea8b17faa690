"""A sheet of words to be read out, copied, printed or kept; any of them may be changed first."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from widgets.dress import Kind, Size, dress
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.saving import offered_file

_LINES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """What the sheet's own parts say."""

    copy: str
    print: str
    save: str
    leave: str
    copied: str
    saved: str  # with {file}
    not_saved: str  # with {file} and {reason}


class TextSheet(QFrame):
    """One sheet; Ctrl+P prints, Ctrl+S keeps it as a file, Esc leaves."""

    told = Signal(str)
    failed = Signal(str)
    left = Signal()

    def __init__(self, words: SheetWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        dress(self, Kind.RAISED)
        self._words = words
        self._file = "sheet.txt"
        self._title = PlainLabel(size=Size.TITLE, elide=True)
        self._text = QPlainTextEdit()
        self._text.setMinimumHeight(self._text.fontMetrics().lineSpacing() * _LINES)
        self._text.installEventFilter(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        for label, act, kind in (
            (words.copy, self.copy, Kind.PRIMARY),
            (words.print, self.print, Kind.PLAIN),
            (words.save, self.save, Kind.PLAIN),
            (words.leave, self.left.emit, Kind.QUIET),
        ):
            button = QPushButton(label)
            button.setAccessibleName(label)
            dress(button, kind)
            button.clicked.connect(partial(_without_checked, act))
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(row)

    def show_sheet(self, title: str, text: str, file: str) -> None:
        """Show words under a title; ``file`` is how they would be called when kept."""
        self._title.setText(title)
        self.setAccessibleName(title)
        self._text.setAccessibleName(title)
        self._text.setPlainText(text)
        self._file = file
        self.show()
        self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def text(self) -> str:
        """The words as they are now."""
        return self._text.toPlainText()

    def copy(self) -> None:
        """Put the words on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)
        self.told.emit(self._words.copied)

    def print(self) -> None:
        """Ask for a printer, or a PDF, and print."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(partial(self.print_on, printer))
        QDialog.open(dialog)  # its own would not open without a slot by name

    def print_on(self, printer: QPrinter) -> None:
        """Print the words."""
        self._text.print_(printer)

    def save(self) -> None:
        """Ask where, and keep the words as a text file."""
        dialog = QFileDialog(self, self._words.save)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(offered_file(self._file))
        dialog.fileSelected.connect(self.save_as)
        dialog.open()

    def save_as(self, name: str) -> None:
        """Keep the words in a file, as UTF-8 with a mark, as office programs like it."""
        try:
            Path(name).write_text(self.text, encoding="utf-8-sig")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.failed.emit(self._words.not_saved.format(file=name, reason=reason))
        else:
            self.told.emit(self._words.saved.format(file=Path(name).name))

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or (act := self._means(event)) is None:
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()  # neither the window's Esc nor another's key may take it
            return False
        if event.type() is QEvent.Type.KeyPress:
            act()
            return True
        return False

    def _means(self, event: QKeyEvent) -> Callable[[], object] | None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            return self.left.emit
        if control and event.key() == Qt.Key.Key_P:
            return self.print
        return self.save if control and event.key() == Qt.Key.Key_S else None


def _without_checked(act: Callable[[], object], _checked: bool = False) -> None:
    act()
