"""The line under the tabs in which a view gets its name and its order, or is deleted."""

from collections.abc import Callable, Collection
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from ui.queue.sorting import SORTS
from ui.queue.views import LONGEST_NAME, View
from ui.wording import Both, phrase
from widgets.dress import Kind, dress
from widgets.flow_layout import FlowLayout
from widgets.own_letters import OwnLetters
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.tone import Tone

_NAME: Final[Both] = ("视图名称", "Name of the view")
_SORT: Final[Both] = ("排序", "Order")
_SAVE: Final[Both] = ("保存视图  Enter", "Save the view  Enter")
_CHANGE: Final[Both] = ("保存修改  Enter", "Save changes  Enter")
_ANOTHER: Final[Both] = ("另存为新视图", "Save as another")
_DELETE: Final[Both] = ("删除视图", "Delete the view")
_LEAVE: Final[Both] = ("离开  Esc", "Leave  Esc")
_WHAT: Final[Both] = ("视图记住：{tab}{words}", "The view keeps: {tab}{words}")
_FILTERED: Final[Both] = ("，筛选「{words}」", ', filtered by "{words}"')
_NAMELESS: Final[Both] = ("请给视图起个名字。", "Give the view a name.")
_TAKEN: Final[Both] = ("已有视图叫「{name}」。", 'There is a view called "{name}" already.')
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ViewForm(QFrame):
    """Asks for a name and an order; Enter saves, Esc leaves."""

    saved = Signal(str, str)  # name, order: the view that is open, or a new one
    added = Signal(str, str)
    deleted = Signal()
    left = Signal()

    def __init__(self, lang: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lang = lang
        self._taken: frozenset[str] = frozenset()
        self._open: View | None = None
        dress(self, Kind.RAISED)
        OwnLetters(self)
        self.setAccessibleName(phrase(_NAME, lang))
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText(phrase(_NAME, lang))
        self.name.setAccessibleName(phrase(_NAME, lang))
        self.name.setMinimumWidth(self.fontMetrics().height() * 9)
        self.sort = QComboBox()
        self.sort.setAccessibleName(phrase(_SORT, lang))
        for key, sort in SORTS.items():
            self.sort.addItem(phrase(sort.name, lang), key)
        self._what = PlainLabel(tone=Tone.QUIET, wrap=True)
        self._fault = PlainLabel(tone=Tone.OVER, wrap=True)
        self.save = self._button(_SAVE, self._on_save, Kind.PRIMARY)
        self.another = self._button(_ANOTHER, self._on_another, Kind.PLAIN)
        self.delete = self._button(_DELETE, self.deleted.emit, Kind.DANGER)
        leave = self._button(_LEAVE, self.left.emit, Kind.QUIET)
        held = QWidget()
        fields = FlowLayout(held, spacing=8)
        for widget in (self.name, self.sort, self.save, self.another, self.delete, leave):
            fields.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self._what)
        column.addWidget(held)
        column.addWidget(self._fault)
        self.hide()

    def _button(self, both: Both, act: Callable[[], object], kind: Kind) -> QPushButton:
        button = QPushButton(phrase(both, self._lang))
        button.setAccessibleName(phrase(both, self._lang).split("  ")[0])
        button.setAutoDefault(False)
        button.clicked.connect(act)
        dress(button, kind)
        return button

    def open(
        self, view: View | None, *, tab: str, words: str, sort: str, taken: Collection[str]
    ) -> None:
        """Ask about a view that is open, or about a new one of this tab, these words and order."""
        self._open, self._taken = view, frozenset(taken)
        filtered = phrase(_FILTERED, self._lang).format(words=words) if words else ""
        self._what.setText(phrase(_WHAT, self._lang).format(tab=tab, words=filtered))
        self.name.setText(view.name if view else words[:LONGEST_NAME])
        self.sort.setCurrentIndex(self.sort.findData(sort))
        self.save.setText(phrase(_CHANGE if view else _SAVE, self._lang))
        self.another.setVisible(view is not None)
        self.delete.setVisible(view is not None)
        self._tell("")
        self.show()
        self.name.setFocus()
        self.name.selectAll()

    def _on_save(self) -> None:
        own = {self._open.name} if self._open else set()
        if name := self._good_name(self._taken - own):
            self.saved.emit(name, self.sort.currentData())

    def _on_another(self) -> None:
        if name := self._good_name(self._taken):
            self.added.emit(name, self.sort.currentData())

    def _good_name(self, taken: Collection[str]) -> str:
        name = " ".join(self.name.text().split())
        if not name:
            self._tell(phrase(_NAMELESS, self._lang))
        elif name in taken:
            self._tell(phrase(_TAKEN, self._lang).format(name=name))
        else:
            return name
        self.name.setFocus()
        return ""

    def _tell(self, fault: str) -> None:
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self.name.setAccessibleDescription(fault)

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _ENTER and isinstance(focus, QPushButton):
            focus.click()
        elif event.key() in _ENTER:
            self._on_save()
        else:
            super().keyPressEvent(event)

    @override
    @safe_override(False)
    def event(self, event: QEvent) -> bool:
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # the window's Esc may not take it
            return True
        return super().event(event)
