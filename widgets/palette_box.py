"""A box over the window in which everything is found by typing: commands, and things looked up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon, QInputMethodEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from widgets.cell_painter import draw_icon, draw_line, draw_row_ground
from widgets.dress import Kind, dress
from widgets.paint import SMALL, scaled, unit
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.tone import RAISED_ROLE, Tone, tone_colour

_ROWS_SHOWN: Final = 9
_MOST_ROWS: Final = 1000
_WHOLE: Final = 5  # the score of a word that is all of a name, or the key itself
_GAPS: Final = 2  # the score of a word whose letters are there with others between them
_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_MOVES: Final[dict[int, int]] = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -_ROWS_SHOWN,
    Qt.Key.Key_PageDown: _ROWS_SHOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that can be found; ``key`` is what the caller gets when it is chosen.

    ``keywords`` are further spellings (initials, a code); ``shortcut`` is shown at the right.
    """

    key: Any
    title: str
    subtitle: str = ""
    shortcut: str = ""
    keywords: tuple[str, ...] = ()
    icon: QIcon | None = field(default=None, compare=False)


def found(query: str, entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that match every word of ``query``, best first, else in their order.

    A word matches a title or keyword from its start (best), anywhere, or with gaps, a subtitle
    anywhere, and the whole of a shortcut. An empty query matches everything.
    """
    words = query.casefold().split()
    scored = [
        (sum(score), entry) for entry in entries if min(score := _scores(words, entry), default=1)
    ]
    return [entry for _score, entry in sorted(scored, key=_best_first)]


def _best_first(scored: tuple[int, Entry]) -> int:
    return -scored[0]


def _scores(words: Sequence[str], entry: Entry) -> list[int]:
    names = [text.casefold() for text in (entry.title, *entry.keywords)]
    subtitle, shortcut = entry.subtitle.casefold(), entry.shortcut.casefold()
    return [
        max(
            _WHOLE * (word == shortcut),
            int(word in subtitle),
            *(_score(word, name) for name in names),
        )
        for word in words
    ]


def _has_gaps(query: str, entry: Entry) -> bool:
    return _GAPS in _scores(query.casefold().split(), entry)


def _score(word: str, name: str) -> int:
    if name == word:
        return _WHOLE
    if name.startswith(word):
        return 4
    if word in name:
        return 3
    letters = iter(name)
    return _GAPS if all(letter in letters for letter in word) else 0


def _nothing_read(_query: str) -> tuple[()]:
    return ()


class _Rows(QAbstractListModel):
    """What was found, as Qt sees it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self._first = 0  # how many stand before the likenesses

    def add_entries(self, entries: list[Entry]) -> None:
        """Add some at the end, but before the likenesses; what is chosen stays."""
        fresh = entries[: max(0, _MOST_ROWS - len(self.entries))]
        if fresh:
            first, before = self._first, self.entries
            self.beginInsertRows(_ROOT, first, first + len(fresh) - 1)
            self.entries = before[:first] + fresh + before[first:]
            self._first += len(fresh)
            self.endInsertRows()

    def show_entries(self, entries: list[Entry], likenesses: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = (entries + likenesses)[:_MOST_ROWS]
        self._first = min(len(entries), _MOST_ROWS)
        self.endResetModel()

    @override
    @safe_override(0)
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    @override
    @safe_override(None)
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return entry.title
        return entry if role == Qt.ItemDataRole.UserRole else None


class _RowPainter(QStyledItemDelegate):
    """Two lines, an icon before them and a shortcut behind."""

    @override
    @safe_override(QSize())
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        one = unit(option.font)
        lines = 1.9 if index.data(Qt.ItemDataRole.UserRole).subtitle else 1
        return QSize(0, round(option.fontMetrics.height() * lines + 12 * one))

    @override
    @safe_override(None)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        one, palette, side = unit(option.font), option.palette, round(18 * unit(option.font))
        draw_row_ground(painter, option, RAISED_ROLE)
        room = option.rect.adjusted(round(12 * one), 0, -round(12 * one), 0)
        if entry.icon is not None:
            draw_icon(
                painter, QRect(room.left(), room.top(), side, room.height()), entry.icon, side
            )
        words = room.adjusted(side + round(12 * one), 0, 0, 0)
        painter.setFont(scaled(option.font, SMALL))
        if entry.shortcut:
            right = Qt.AlignmentFlag.AlignRight
            quiet = tone_colour(palette, Tone.QUIET)
            draw_line(painter, words, entry.shortcut, quiet, right)
            taken = painter.fontMetrics().horizontalAdvance(entry.shortcut)
            words.setRight(words.right() - taken - round(12 * one))
        upper, lower = QRect(words), QRect(words)
        if entry.subtitle:
            inset, split = round(6 * one), round(option.fontMetrics.height() + 5 * one)
            upper.setTop(words.top() + inset)
            upper.setHeight(option.fontMetrics.height())
            lower.setTop(words.top() + split)
            lower.setBottom(words.bottom() - round(4 * one))
            draw_line(painter, lower, entry.subtitle, tone_colour(palette, Tone.QUIET))
        painter.setFont(option.font)
        draw_line(painter, upper, entry.title, tone_colour(palette, Tone.PLAIN))


class PaletteBox(QFrame):
    """Type, arrows, Enter; Escape or a click elsewhere leaves. Nothing else takes the keyboard.

    Nothing is chosen until something is typed or an arrow pressed.

    ``set_entries`` are searched here; for what must be asked for, listen to ``query_changed`` and
    answer with ``show_more``.
    """

    chosen = Signal(object)  # the key of an entry
    query_changed = Signal(str)
    end_reached = Signal()  # the last rows are looked at: more may be added with ``add_more``

    def __init__(self, window: QWidget, *, hint: str, nothing: str) -> None:
        super().__init__(window)
        self._window = window
        dress(self, Kind.RAISED)
        self._entries: tuple[Entry, ...] = ()
        self._more: tuple[Entry, ...] = ()
        self._more_for = ""
        self._before: QWidget | None = None
        self._read: Callable[[str], Iterable[Entry]] = _nothing_read
        self._composed = ""
        self.setAccessibleName(hint)
        self._field = QLineEdit()
        self._field.setPlaceholderText(hint)
        self._field.setAccessibleName(hint)
        self._field.setMaxLength(200)
        self._field.textChanged.connect(self._on_typed)
        self._field.installEventFilter(self)
        self._rows = _Rows(self)
        self._list = QListView()
        self._list.setAccessibleName(hint)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        dress(self._list, Kind.QUIET)
        self._list.setMouseTracking(True)
        self._list.setModel(self._rows)
        self._list.setItemDelegate(_RowPainter(self._list))
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.clicked.connect(self._on_clicked)
        self._list.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._nothing = PlainLabel(nothing, tone=Tone.QUIET)
        self._nothing.setContentsMargins(12, 8, 12, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self._field, self._list, self._nothing):
            column.addWidget(widget)
        self.hide()

    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Set what can be found at once."""
        self._entries = tuple(entries)
        if self.isVisible():
            self._look()

    def set_reader(self, read: Callable[[str], Iterable[Entry]]) -> None:
        """Have what is typed read as a whole; what it may mean stands before all that is found."""
        self._read = read

    def show_more(self, query: str, entries: Iterable[Entry]) -> None:
        """Add answers to ``query``, in their own order; too late ones are dropped.

        They stand after the entries that hold what was typed, before those that hold it with gaps.
        """
        if query == self._query():
            self._more, self._more_for = tuple(entries), query
            self._look()

    def add_more(self, query: str, entries: Iterable[Entry]) -> None:
        """Add further answers to ``query`` after the others; what is chosen and looked at stays.

        The first row is chosen for being the first: another that comes before it is chosen instead.
        """
        if query == self._query() and query == self._more_for:
            fresh = list(entries)
            self._more += tuple(fresh)
            is_first = self._list.currentIndex().row() == 0
            self._rows.add_entries(fresh)
            if is_first:
                self._list.setCurrentIndex(self._rows.index(0, 0))
            self._settle_rows()

    def _on_scrolled(self, value: int) -> None:
        bar = self._list.verticalScrollBar()
        if value and value + bar.pageStep() >= bar.maximum():
            self.end_reached.emit()

    def open(self, query: str = "") -> None:
        """Show the box over the upper middle of its window, with the keyboard in it."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self._composed = ""
        self._field.setText(query)
        self._look()
        self.show()
        self.raise_()
        self._field.setFocus()
        self._field.selectAll()

    def leave(self) -> None:
        """Hide the box and give the keyboard back."""
        before, self._before = self._before, None
        self.hide()
        if before is not None and before.isVisible():
            before.setFocus()

    @property
    def shown(self) -> list[Entry]:
        """What the list shows now."""
        return self._rows.entries

    def _on_typed(self) -> None:
        self._look()
        self.query_changed.emit(self._query())

    def _query(self) -> str:
        """Return what is typed, with what an input method has not handed over yet.

        So that ``pd`` finds while a Chinese keyboard is still thinking about it.
        """
        text, at = self._field.text(), self._field.cursorPosition()
        return text[:at] + self._composed.replace("'", "") + text[at:]

    def _on_composed(self, composed: str) -> None:
        if composed != self._composed:
            self._composed = composed
            self._on_typed()

    def _look(self) -> None:
        query = self._query()
        more = self._more if query == self._more_for else ()
        read = list(self._read(query)) if query.strip() else []
        hits = found(query, self._entries)
        close = [it for it in hits if not _has_gaps(query, it)]
        # an answer holds what was typed, so that it goes before what is only like it
        likenesses = [it for it in hits if _has_gaps(query, it)]
        self._rows.show_entries([*read, *close, *more], likenesses)
        self._settle_rows()

    def _settle_rows(self) -> None:
        # before anything is typed Enter must not do the first of all that is possible
        if self._query().strip() and not self._list.currentIndex().isValid():
            self._list.setCurrentIndex(self._rows.index(0, 0))
        self._list.setVisible(bool(self._rows.entries))
        self._nothing.setVisible(not self._rows.entries)
        self._settle()

    def _settle(self) -> None:
        one, window = unit(self.font()), self._window
        width = min(round(560 * one), max(1, window.width() - round(32 * one)))
        shown = range(min(_ROWS_SHOWN, len(self._rows.entries)))
        self._list.setFixedHeight(sum(self._list.sizeHintForRow(row) for row in shown) + 2)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((window.width() - width) // 2, max(8, window.height() // 8))

    def _on_clicked(self, index: QModelIndex) -> None:
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        self.leave()
        self.chosen.emit(entry.key)

    def _press(self, key: int) -> bool:
        """Act on a key typed into the field; tell whether it was one of ours."""
        current = self._list.currentIndex()
        if key in _MOVES and self._rows.entries:
            row = current.row() + _MOVES[key]
            last = len(self._rows.entries) - 1
            self._list.setCurrentIndex(self._rows.index(max(0, min(row, last)), 0))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if current.isValid():
                self._on_clicked(current)
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return key in _MOVES
        return True

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):
            self._on_composed(event.preeditString())
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            # while an input method composes, every key is its own
            return not self._composed and self._press(event.key())
        if (
            event.type() is QEvent.Type.FocusOut
            and self.isVisible()
            and self.window().isActiveWindow()
        ):
            self._before = None  # the keyboard has gone where it was sent
            self.hide()
        return super().eventFilter(watched, event)
