"""The controls in which the answers of a form are entered; each speaks in values, not in texts."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, Final
from unicodedata import category

from PySide6.QtCore import QDate, QDateTime, QSize, QStringListModel, Qt, QTime, QTimeZone, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPalette, QShortcut, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDateTimeEdit,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from commandcenter.application.pinyin import matches
from ui.forms.field import Choice, Field, Subject
from ui.wording import Both
from widgets.calm_calendar import use_calm_calendar
from widgets.cell_painter import capped
from widgets.dress import Kind as Dress
from widgets.dress import Size, dress
from widgets.flow_layout import FlowLayout
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.safe_text import tip_text
from widgets.tone import Tone

_MARGIN: Final = 2  # pixels that a line leaves beside its words
_NO_CHOICE: Final = object()  # equal to no value, not even to none
_ROWS_SHOWN: Final = 6
_NONE_FOUND: Final[Both] = (
    "没有符合「{text}」的选项，请换个词或拼音首字母。",
    'Nothing matches "{text}": try another word.',
)


class Editor(QWidget):
    """One answer being entered; ``changed`` comes only when a person changed it.

    ``grew`` comes when it says something that must be seen, wherever the form is scrolled to. A
    ``wide`` one has lists that can be read only where they have room.
    """

    changed = Signal()
    grew = Signal()
    wide = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)

    @property
    def control(self) -> QWidget:
        """The widget that takes the keyboard."""
        raise NotImplementedError

    def value(self) -> Any:
        """Return the answer; an empty one is ``None``, ``""``, ``()`` or ``False``."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show an answer without telling that anything changed."""
        raise NotImplementedError

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these choices; an answer that is no longer among them is dropped."""

    def stray(self) -> str:
        """Return what was typed and is none of the choices, so that it can be refused."""
        return ""

    def told(self) -> tuple[str, ...]:
        """Return in words what was answered, where a list may have it out of sight."""
        return ()

    def show_wrong(self, wrong: bool) -> None:
        """Mark the control as wrong, or not."""
        dress(self.control, Dress.WRONG if wrong else Dress.PLAIN)


class LineEditor(Editor):
    """One line of text."""

    def __init__(self, field: Field, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QLineEdit()
        self._line.setMaxLength(field.most)
        self._line.setPlaceholderText(subject.say(field.hint))
        self._line.textEdited.connect(self.changed)
        self._box.addWidget(self._line)

    @property
    @override
    def control(self) -> QWidget:
        """The line."""
        return self._line

    @override
    def value(self) -> str:
        """Return the text without the blanks around it."""
        return _typed(self._line.text())

    @override
    def set_value(self, value: Any) -> None:
        """Show a text."""
        self._line.setText(value or "")


def _typed(text: str) -> str:
    """Return a text without blanks around it, and without what a paste brings that no one sees."""
    return "".join(it for it in text if it in "\n\t" or category(it) != "Cc").strip()


class WordsEditor(Editor):
    """Several lines of text; Tab leaves it."""

    def __init__(self, field: Field, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QPlainTextEdit()
        self._text.setTabChangesFocus(True)
        self._text.setPlaceholderText(subject.say(field.hint))
        line = self._text.fontMetrics().lineSpacing()
        self._text.setFixedHeight(round(line * field.lines + line * 0.9))
        self._text.textChanged.connect(self.changed)
        self._box.addWidget(self._text)

    @property
    @override
    def control(self) -> QWidget:
        """The text."""
        return self._text

    @override
    def value(self) -> str:
        """Return the text without the blanks around it."""
        return _typed(self._text.toPlainText())

    @override
    def set_value(self, value: Any) -> None:
        """Show a text."""
        self._text.blockSignals(True)
        self._text.setPlainText(value or "")
        self._text.blockSignals(False)


class _ShortLine(QLineEdit):
    """The line of a box: words it has no room for end in dots while nobody types in it."""

    @property
    def shown(self) -> str:
        """The words as they are drawn."""
        if self.hasFocus():
            return self.text()
        room = self.contentsRect().width() - 2 * _MARGIN
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.shown
        if shown == self.text():
            super().paintEvent(event)
            return
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        room = self.contentsRect().adjusted(_MARGIN, 0, -_MARGIN, 0)
        with QPainter(self) as painter:  # the box draws the frame and the ground
            painter.setPen(self.palette().color(group, QPalette.ColorRole.Text))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class _Combo(QComboBox):
    """A box that the mouse wheel scrolls past: an answer must not change by scrolling the form."""

    @override
    @safe_override(None)
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class PickEditor(Editor):
    """One of a list: typing finds it anywhere in its words, the arrow opens the whole list."""

    def __init__(self, field: Field, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: list[Choice] = []
        self._combo = _Combo()
        self._combo.setEditable(True)
        self._combo.setLineEdit(_ShortLine())
        self._combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._combo.setMaxVisibleItems(_ROWS_SHOWN * 2)
        self._combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._combo.setMinimumContentsLength(8)
        self._subject = subject
        self._found = QStringListModel(self)  # what the typed words mean, also by how it is said
        completer = QCompleter(self._found, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(_ROWS_SHOWN * 2)
        self._combo.setCompleter(completer)
        if line := self._combo.lineEdit():
            line.setPlaceholderText(subject.say(field.hint))
            line.setMaxLength(field.most)
            line.textEdited.connect(self._on_typed)
            line.textChanged.connect(self._tell_none_found)
        self._combo.activated.connect(self.changed)
        completer.activated.connect(self.changed)
        self._none_found = PlainLabel(tone=Tone.NEAR, size=Size.CAPTION, wrap=True)
        self._none_found.hide()
        self._box.addWidget(self._combo)
        self._box.addWidget(self._none_found)

    @property
    @override
    def control(self) -> QWidget:
        """The box."""
        return self._combo

    @override
    def value(self) -> Any:
        """Return the choice that the words in the line mean, or nothing."""
        found = self._meant()
        return None if found is None else found.value

    @override
    def set_value(self, value: Any) -> None:
        """Show a choice; one that is not on offer shows nothing."""
        at = next((at for at, it in enumerate(self._choices) if it.value == value), -1)
        self._combo.blockSignals(True)
        self._combo.setCurrentIndex(at)
        if at < 0:
            self._combo.setEditText("")
        if line := self._combo.lineEdit():
            line.setCursorPosition(0)  # the start of a long title says more than its end
        self._combo.blockSignals(False)

    @override
    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these choices and keep what was typed or chosen."""
        if self._choices == list(choices):
            return
        kept, held = self._combo.currentText(), self._meant()
        self._choices = list(choices)
        self._combo.blockSignals(True)
        self._combo.clear()
        self._combo.addItems([it.text for it in self._choices])
        self._combo.blockSignals(False)
        self.set_value(held.value if held else _NO_CHOICE)
        if held is None:
            self._combo.setEditText(kept)

    @override
    def show_wrong(self, wrong: bool) -> None:
        """Mark the box; its line is styled by the box and has to look again as well."""
        super().show_wrong(wrong)
        if line := self._combo.lineEdit():
            line.style().unpolish(line)
            line.style().polish(line)

    @override
    def stray(self) -> str:
        """Return what was typed and can mean no choice, or several."""
        return self._typed() if self._meant() is None else ""

    def _typed(self) -> str:
        return self._combo.currentText().strip()

    def _meant(self) -> Choice | None:
        """Return the choice with just these words, else the only one they can mean."""
        typed = self._typed().casefold()
        if not typed:
            return None
        exact = next((it for it in self._choices if it.text.casefold() == typed), None)
        found = self._matching()
        return exact or (found[0] if len(found) == 1 else None)

    def _matching(self) -> list[Choice]:
        """Return the choices that hold the typed words; where none does, those that sound so."""
        typed = self._typed().casefold()
        written = [it for it in self._choices if typed in it.text.casefold()]
        return written or [it for it in self._choices if matches(typed, it.text)]

    def _on_typed(self, _text: str) -> None:
        self._found.setStringList([it.text for it in self._matching()])
        self.changed.emit()

    def _tell_none_found(self, _text: str) -> None:
        typed = self._typed()
        none = bool(typed and self._choices) and not self._matching()
        said = self._subject.say(_NONE_FOUND, text=capped(typed)) if none else ""
        self._none_found.setText(said)
        self._none_found.setVisible(none)


class _OpenList(QListWidget):
    """A list so high, in lines, that gives way down to its least height where room is scarce."""

    def __init__(self, height: float, least: float) -> None:
        super().__init__()
        line = self.fontMetrics().lineSpacing()
        self._wanted = round(line * height)
        self.setMinimumHeight(round(line * least))
        self.setMaximumHeight(self._wanted)

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._wanted)


class ListEditor(Editor):
    """One of a list that stays open below a line that narrows it."""

    wide = True
    _between = "\n"  # a choice and its details stand on two lines
    _height, _least = 9.6, 4.4  # of the list, in lines

    def __init__(self, field: Field, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject = subject
        self._choices: list[Choice] = []
        self._filter = QLineEdit()
        self._filter.setMaxLength(field.most)
        self._filter.setClearButtonEnabled(True)
        self._filter.setPlaceholderText(subject.say(field.hint))
        self._filter.textChanged.connect(self._narrow)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self._filter)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self._enter_list)
        self._list = _OpenList(self._height, self._least)
        self._list.setAccessibleName(subject.say(field.label))
        self._list.setWordWrap(True)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.itemSelectionChanged.connect(self._on_changed)
        self._none_found = PlainLabel(tone=Tone.NEAR, size=Size.CAPTION, wrap=True)
        self._none_found.hide()
        self._box.addWidget(self._filter)
        self._box.addWidget(self._none_found)
        self._box.addWidget(self._list)

    @property
    @override
    def control(self) -> QWidget:
        """The line that narrows the list."""
        return self._filter

    @override
    def value(self) -> Any:
        """Return the chosen one, unless the filter hides it."""
        chosen = [it for it in self._list.selectedItems() if not it.isHidden()]
        return self._choices[self._list.row(chosen[0])].value if chosen else None

    @override
    def set_value(self, value: Any) -> None:
        """Choose one."""
        self._list.blockSignals(True)
        self._list.clearSelection()
        for at, choice in enumerate(self._choices):
            if choice.value == value:
                self._list.setCurrentRow(at)
        self._list.blockSignals(False)

    @override
    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these choices and keep the answer as far as it is among them."""
        if self._choices == list(choices):
            return
        held = self.value()
        self._choices = list(choices)
        self._list.blockSignals(True)
        self._list.clear()
        for choice in self._choices:
            self._list.addItem(self._item(choice))
        self._list.blockSignals(False)
        self.set_value(held)

    def _item(self, choice: Choice) -> QListWidgetItem:
        words = self._between.join(filter(None, (choice.text, choice.group, choice.detail)))
        item = QListWidgetItem(capped(words))
        item.setToolTip(tip_text(words))
        return item

    def _enter_list(self) -> None:
        """Go from the filter into the list, to the first that it shows."""
        shown = next((it for it in self._items() if not it.isHidden()), None)
        if shown is not None:
            self._list.setFocus(Qt.FocusReason.TabFocusReason)
            self._list.setCurrentItem(shown)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(at) for at in range(self._list.count())]

    def _narrow(self, text: str) -> None:
        items = self._items()
        for item in items:
            item.setHidden(not matches(text, item.text()))
        self._tell_none_found()
        self.changed.emit()

    def _tell_none_found(self) -> None:
        none = bool(self._choices) and all(it.isHidden() for it in self._items())
        said = self._subject.say(_NONE_FOUND, text=capped(self._filter.text())) if none else ""
        self._none_found.setText(said)
        self._none_found.setVisible(none)
        self._list.setAccessibleDescription(said)

    def _on_changed(self) -> None:
        self.changed.emit()


class ManyEditor(ListEditor):
    """Several of a list; the form names those that are ticked, wherever it is scrolled to."""

    _between = "  ·  "
    _height = _least = 6.4

    def __init__(self, field: Field, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(field, subject, parent)
        self._order: list[Any] = []  # the first one ticked first
        self._list.itemChanged.connect(self._on_ticked)

    @override
    def value(self) -> tuple[Any, ...]:
        """Return all that are ticked, in the order they were, hidden ones too."""
        return tuple(it.value for it in self._ticked())

    @override
    def set_value(self, value: Any) -> None:
        """Tick what the value names."""
        self._list.blockSignals(True)
        for item, choice in zip(self._items(), self._choices, strict=True):
            on = choice.value in (value or ())
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self._list.blockSignals(False)
        self._order = list(value or ())

    @override
    def _item(self, choice: Choice) -> QListWidgetItem:
        item = super()._item(choice)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Unchecked)
        return item

    def _ticked(self) -> list[Choice]:
        """Return what is ticked; what was ticked first comes first."""
        pairs = zip(self._items(), self._choices, strict=True)
        found = [it for item, it in pairs if item.checkState() is Qt.CheckState.Checked]
        return sorted(found, key=lambda it: self._order.index(it.value))

    def _on_ticked(self, item: QListWidgetItem) -> None:
        value = self._choices[self._list.row(item)].value
        if value in self._order:
            self._order.remove(value)
        if item.checkState() is Qt.CheckState.Checked:
            self._order.append(value)
        self.changed.emit()

    @override
    def _on_changed(self) -> None:
        """Overlook which line the keyboard is on: only ticks count."""

    @override
    def told(self) -> tuple[str, ...]:
        """Return the names of all that are ticked."""
        return tuple(it.text for it in self._ticked())


class SwitchEditor(Editor):
    """Yes or no; its words are the label of the field."""

    def __init__(self, field: Field, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._switch = QCheckBox(subject.say(field.label))
        self._switch.toggled.connect(self.changed)
        self._box.addWidget(self._switch)

    @property
    @override
    def control(self) -> QWidget:
        """The box to tick."""
        return self._switch

    @override
    def value(self) -> bool:
        """Return whether it is ticked."""
        return self._switch.isChecked()

    @override
    def set_value(self, value: Any) -> None:
        """Tick it, or not."""
        self._switch.blockSignals(True)
        self._switch.setChecked(bool(value))
        self._switch.blockSignals(False)


class MomentEditor(Editor):
    """A date and time in the hall's zone; unticked it says nothing."""

    def __init__(self, field: Field, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone: tzinfo = subject.hall.zone
        self._open = QCheckBox(subject.say(field.hint))
        self._open.setAccessibleName(subject.say(field.hint))
        self._moment = QDateTimeEdit()
        self._moment.setDisplayFormat("yyyy-MM-dd HH:mm")
        use_calm_calendar(self._moment)
        self._moment.setTimeZone(QTimeZone(QTimeZone.Initialization.UTC))  # shown as it is given
        self._show(subject.now)
        self._moment.dateTimeChanged.connect(self.changed)
        self._open.toggled.connect(self._on_opened)
        self._open.setChecked(bool(subject.say(field.hint)))
        holder = QWidget()
        row = FlowLayout(holder, spacing=8)  # two lines where the pane is narrow
        row.addWidget(self._moment)
        row.addWidget(self._open)
        self._box.addWidget(holder)
        self._open.setVisible(
            bool(subject.say(field.hint))
        )  # without a parent it would be a window

    @property
    @override
    def control(self) -> QWidget:
        """The date and time."""
        return self._moment

    @override
    def value(self) -> datetime | None:
        """Return the instant, aware, in the hall's zone."""
        if self._open.isChecked():
            return None
        shown = self._moment.dateTime()
        day, time = shown.date(), shown.time()
        return datetime(
            day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=self._zone
        )

    @override
    def set_value(self, value: Any) -> None:
        """Show an instant in the hall's zone."""
        self._moment.blockSignals(True)
        self._open.blockSignals(True)
        if value is not None:
            self._open.setChecked(False)
            self._show(value)
        self._moment.setEnabled(not self._open.isChecked())
        self._open.blockSignals(False)
        self._moment.blockSignals(False)

    def _show(self, at: datetime) -> None:
        local = at.astimezone(self._zone)
        self._moment.setDateTime(
            QDateTime(
                QDate(local.year, local.month, local.day),
                QTime(local.hour, local.minute),
                QTimeZone(QTimeZone.Initialization.UTC),
            )
        )

    def _on_opened(self, is_open: bool) -> None:
        self._moment.setEnabled(not is_open)
        self.changed.emit()
