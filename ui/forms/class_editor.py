"""The control for a class of problem: two levels side by side, found by word, code or pinyin."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QWidget
from typing_extensions import override

from commandcenter.application.pinyin import matches
from ui import wording
from ui.forms.editors import Editor
from ui.forms.field import Choice, Field, Subject
from ui.wording import Both
from widgets.cell_painter import capped
from widgets.dress import Kind as Dress
from widgets.dress import Size, dress
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.safe_text import tip_text
from widgets.tone import Tone

_UPPER_MOST: Final = 0.45
_ROWS: Final = 6.4  # of each list
_FOUND: Final[Both] = ("查找结果 {count}", "Found {count}")
_HINTED: Final[Both] = ("按内容建议 {count}", "Suggested {count}")
_BECAUSE: Final[Both] = ("{text} · 因为说到「{words}」", "{text} · because of “{words}”")
_CHOSEN: Final[Both] = ("已选：{path}", "Chosen: {path}")
_SUGGESTED: Final[Both] = (
    "建议：{path}（说到「{words}」），可改选",
    "Suggested: {path} (it says “{words}”); choose another if it is not",
)
_NONE_FOUND: Final[Both] = ("没有符合的类别", "No category matches")
_UPPER: Final[Both] = ("大类", "Class above")
_LOWER: Final[Both] = ("小类", "Class")
_KEYS: Final = frozenset({Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class _List(QListWidget):
    """A list whose height is that of a few rows."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(True)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setFixedHeight(round(self.fontMetrics().height() * 1.7 * _ROWS))

    def fill(self, texts: Sequence[str]) -> None:
        """Show these lines without telling that anything was chosen."""
        self.blockSignals(True)
        self.clear()
        for text in texts:
            item = QListWidgetItem(capped(text))
            item.setToolTip(tip_text(text))
            self.addItem(item)
        self.blockSignals(False)

    def go_to(self, row: int) -> None:
        """Mark a row without telling."""
        self.blockSignals(True)
        self.setCurrentRow(row)
        self.blockSignals(False)


class ClassEditor(Editor):
    """One class of the catalogue.

    On the left stand the classes above, on the right those of the one that is marked. What is
    typed is looked for in all of them. What the report's own words suggest stands apart at the top,
    with those words; whatever a person chose stays chosen.
    """

    wide = True

    def __init__(self, field: Field, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject = subject
        self._choices: list[Choice] = []
        self._groups: list[tuple[str, list[Choice]]] = []
        self._value: Any = None
        self._line = QLineEdit()
        self._line.setMaxLength(field.most)
        self._line.setClearButtonEnabled(True)
        self._line.setPlaceholderText(subject.say(field.hint))
        self._line.textEdited.connect(self._on_typed)
        self._line.installEventFilter(self)
        self._upper, self._lower = _List(subject.say(_UPPER)), _List(subject.say(_LOWER))
        self._upper.currentRowChanged.connect(self._on_group)
        self._lower.itemClicked.connect(self._on_taken)
        self._lower.itemActivated.connect(self._on_taken)
        self._lower.currentRowChanged.connect(self._on_marked)
        self._said = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION, wrap=True)
        lists = QHBoxLayout()
        lists.setSpacing(8)
        lists.addWidget(self._upper)
        lists.addWidget(self._lower, 1)
        self._box.addWidget(self._line)
        self._box.addLayout(lists)
        self._box.addWidget(self._said)

    @property
    @override
    def control(self) -> QWidget:
        """The line in which one types."""
        return self._line

    @override
    def value(self) -> Any:
        """Return the code of the class, or nothing."""
        return self._value

    @override
    def set_value(self, value: Any) -> None:
        """Show a class; one that is not on offer shows nothing."""
        known = any(it.value == value for it in self._choices)
        self._value = value if known else None
        self._mark()
        self._tell()

    @override
    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these classes and keep the answer as far as it is among them."""
        if self._choices == list(choices):
            return
        self._choices = list(choices)
        self._group()
        self.set_value(self._value)

    @override
    def stray(self) -> str:
        """Return what was typed while none of what it may mean was chosen."""
        typed = self._line.text().strip()
        return "" if any(it.value == self._value for it in self._shown()) else typed

    @override
    def show_wrong(self, wrong: bool) -> None:
        """Mark the line as wrong, or not."""
        dress(self._line, Dress.WRONG if wrong else Dress.PLAIN)

    # -- what is on offer --

    def _group(self) -> None:
        """Sort the classes under those above them; what was typed leaves only what it means."""
        typed = self._line.text().strip()
        found = [it for it in self._choices if matches(typed, f"{it.text} {it.detail}")]
        say = self._subject.say
        groups: dict[str, list[Choice]] = {}
        for it in found:
            groups.setdefault(it.group, []).append(it)
        hinted = sorted((it for it in found if it.note), key=lambda it: it.rank)
        first = []
        if typed:
            first = [(say(_FOUND, count=len(found)), found)]
        elif hinted:
            first = [(say(_HINTED, count=len(hinted)), hinted)]
        self._groups = [*first, *groups.items()]
        self._upper.fill([name for name, _ in self._groups])
        self._share_out()

    def _share_out(self) -> None:
        """Give the left list what its names need, unless that leaves too little for the other."""
        frame = self._upper.width() - self._upper.viewport().width()
        names = self._upper.fontMetrics().height()
        for at in range(self._upper.count()):
            text = self._upper.item(at).text()
            names = max(names, self._upper.fontMetrics().horizontalAdvance(text))
        air = 2 * self._upper.fontMetrics().height()  # around a name, and for the bar beside it
        self._upper.setFixedWidth(
            min(names + air + max(0, frame), round(self.width() * _UPPER_MOST))
        )

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _shown(self) -> list[Choice]:
        row = self._upper.currentRow()
        return self._groups[row][1] if 0 <= row < len(self._groups) else []

    def _mark(self) -> None:
        """Mark the answer in both lists; without one the first group is open and none is marked."""
        row = self._upper.currentRow()
        held = self._groups[row][1] if 0 <= row < len(self._groups) else []
        if not any(it.value == self._value for it in held):
            row = next(
                (
                    at
                    for at, (_, group) in enumerate(self._groups)
                    if any(it.value == self._value for it in group)
                ),
                0,
            )
        self._upper.go_to(row)
        self._fill_lower()

    def _fill_lower(self) -> None:
        shown, say = self._shown(), self._subject.say
        self._lower.fill(
            [say(_BECAUSE, text=it.text, words=it.note) if it.note else it.text for it in shown]
        )
        self._lower.go_to(next((at for at, it in enumerate(shown) if it.value == self._value), -1))

    def _tell(self) -> None:
        say = self._subject.say
        chosen = next((it for it in self._choices if it.value == self._value), None)
        if chosen is None:
            nothing = bool(self._line.text().strip()) and not self._shown()
            self._said.setText(say(_NONE_FOUND) if nothing else "")
        else:
            path = wording.PATH.join(filter(None, (chosen.detail, chosen.text)))
            both = _SUGGESTED if chosen.note else _CHOSEN
            self._said.setText(say(both, path=path, words=chosen.note))
        self._said.setVisible(bool(self._said.text()))

    # -- what a person does --

    def _take(self, value: Any) -> None:
        self._value = value
        self._tell()
        self.changed.emit()

    def _on_typed(self, _text: str) -> None:
        self._group()
        self._upper.go_to(0)
        self._fill_lower()
        shown = self._shown()
        if len(shown) == 1:  # nothing else can be meant
            self._take(shown[0].value)
            self._lower.go_to(0)
        else:
            self._tell()

    def _on_group(self, _row: int) -> None:
        self._fill_lower()

    def _on_marked(self, row: int) -> None:
        if row >= 0 and self._lower.hasFocus():
            self._take(self._shown()[row].value)

    def _on_taken(self, item: QListWidgetItem) -> None:
        self._take(self._shown()[self._lower.row(item)].value)

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self._line
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in _KEYS
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
            and self._lower.count()
        ):
            self._lower.setFocus(Qt.FocusReason.TabFocusReason)
            if self._lower.currentRow() < 0:
                self._lower.setCurrentRow(0)
            return True
        return super().eventFilter(watched, event)
