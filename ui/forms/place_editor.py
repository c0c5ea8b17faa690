"""The controls for a place and for a caller's telephone."""

from typing import Any, Final, cast

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSignalBlocker,
    Qt,
    QTimer,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCompleter,
    QLineEdit,
    QPushButton,
    QWidget,
)
from typing_extensions import override

from commandcenter.domain import words
from commandcenter.domain.gazetteer import NamedPlace
from commandcenter.domain.place import Point
from commandcenter.domain.privacy import masked_phone
from ui import wording
from ui.forms.editors import Editor, LineEditor
from ui.forms.field import Field, Subject
from ui.forms.placing import UNPLACED, Spot, placing, spot_of, typed_point
from ui.icons import wear_icon
from ui.theme import theme_of
from ui.wording import Both
from widgets.cell_painter import capped
from widgets.dress import Kind as Dress
from widgets.dress import Size, dress
from widgets.flow_layout import FlowLayout
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.tone import Tone

_SHOWN: Final = 8
_WIDE: Final = 60  # letters: a name, what it is, and its grid; more end in dots
_MAP_KEY: Final = "Ctrl+M"
_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_PLACED: Final = {QEvent.Type.Show, QEvent.Type.Move, QEvent.Type.Resize}
_TAKES: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})

_ON_MAP: Final[Both] = ("在地图上点选  {key}", "Point on the map  {key}")
_DROP: Final[Both] = ("去掉位置", "Forget the point")
_POINT: Final[Both] = ("位置：{name}", "Place: {name}")
_POINTED: Final[Both] = (
    "位置仍是先前在地图上所选的点：{name}",
    "Still the point chosen on the map before: {name}",
)
_ONLY_GRID: Final[Both] = ("{name}（只知道网格）", "{name} (its grid alone is known)")
_NEAR: Final[Both] = ("{name}附近约 {metres} 米", "about {metres} m from {name}")


class _Offers(QAbstractListModel):
    """The places that what was typed may mean; a line says what and where each of them is."""

    def __init__(self, subject: Subject, parent: QObject) -> None:
        super().__init__(parent)
        self._subject = subject
        self.places: list[NamedPlace] = []

    def offer(self, places: list[NamedPlace]) -> None:
        self.beginResetModel()
        self.places = places
        self.endResetModel()

    @override
    @safe_override(0)
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.places)

    @override
    @safe_override(None)
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        place = self.places[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            return place.name  # what the line says once it is chosen
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            hall, lang = self._subject.hall, self._subject.lang
            parts = (words.word(place.kind, lang), wording.grid_name(hall, place.grid))
            said = wording.SEPARATOR.join(filter(None, parts))
            return capped(f"{place.name}   {said}", _WIDE)
        return None


class PlaceEditor(Editor):
    """A place: typed, chosen from the gazetteer while typing, given in degrees, or pointed at.

    Of the places on offer one is marked from the start if it is the only one, or if what was typed
    is how it is spelt and not what it is called; Enter and Tab take the marked one, Esc keeps the
    words. What was chosen stays while the words still name it; a point of the map stays until it
    is dropped, whatever the words say.
    """

    def __init__(self, field: Field, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject = subject
        self._spot: Spot | None = None
        self._chosen = ""  # the name that a chosen place goes by; empty for a point of the map
        self._words = ""  # what the line said when the point of the map was chosen
        self._line = QLineEdit()
        self._line.setMaxLength(field.most)
        self._line.setPlaceholderText(subject.say(field.hint))
        self._line.textEdited.connect(self._on_typed)
        self._line.editingFinished.connect(self._on_left)
        self._line.installEventFilter(self)
        self._offers = _Offers(subject, self)
        completer = QCompleter(self._offers, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCompletionRole(Qt.ItemDataRole.EditRole)
        completer.setMaxVisibleItems(_SHOWN)
        completer.setWrapAround(False)  # going down from the last leads to none
        self._completer = completer
        self._popup = cast("QAbstractItemView", completer.popup())  # made on first use
        self._popup.installEventFilter(self)
        self._marking = QTimer(self, singleShot=True, interval=0)  # once the list is on show
        self._marking.timeout.connect(self._mark)
        completer.activated[QModelIndex].connect(self._on_chosen)  # type: ignore[index]  # stub
        self._line.setCompleter(completer)
        self._map = QPushButton(subject.say(_ON_MAP, key=_MAP_KEY))
        self._map.setAccessibleName(subject.say(_ON_MAP, key="").strip())
        self._map.clicked.connect(self.pick_on_map)
        self._said = PlainLabel(tone=Tone.ACCENT, size=Size.CAPTION, wrap=True)
        self._drop = QPushButton(subject.say(_DROP))
        self._drop.setAccessibleName(subject.say(_DROP))
        dress(self._drop, Dress.QUIET)
        self._drop.clicked.connect(self._on_dropped)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            wear_icon(self._map, theme_of(app), "place")
        self._box.addWidget(self._line)
        self._told = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION, wrap=True)
        self._told.setAccessibleName(subject.say(field.label))
        self._box.addWidget(self._said)
        self._box.addWidget(self._told)
        holder = QWidget()
        row = FlowLayout(holder, spacing=8)  # two lines where the pane is narrow
        row.addWidget(self._map)
        row.addWidget(self._drop)
        self._box.addWidget(holder)
        self._map.setVisible(subject.pick is not None)
        self._show()

    @property
    @override
    def control(self) -> QWidget:
        """The line."""
        return self._line

    @override
    def value(self) -> Spot | None:
        """Return the place, or nothing."""
        text = self._line.text().strip()
        typed = typed_point(text, self._subject.hall.datum)
        if typed is not None:
            return Spot(point=typed)
        if self._spot is None:
            return Spot(address=text) if text else None
        return Spot(address=text, point=self._spot.point, grid=self._spot.grid)

    @override
    def set_value(self, value: Any) -> None:
        """Show a place; words alone will do."""
        spot = Spot(address=value) if isinstance(value, str) and value else value
        known = isinstance(spot, Spot) and (spot.point is not None or spot.grid is not None)
        self._spot = spot if known else None
        self._chosen = spot.address if isinstance(spot, Spot) and known else ""
        self._words = ""
        self._line.setText(spot.address if isinstance(spot, Spot) else "")
        self._show()

    def pick_on_map(self) -> None:
        """Let a person point at the place on the map."""
        if self._subject.pick is not None:
            self._subject.pick(self._on_pointed)

    def _on_typed(self, text: str) -> None:
        if (not text.strip() and self._chosen) or (self._chosen and self._chosen not in text):
            self._forget()
        self._offers.offer(self._subject.gazetteer.find(text, _SHOWN) if text.strip() else [])
        self._marking.start()
        self._show()
        self.changed.emit()

    def _marked(self) -> int | None:
        """Return the row that Enter takes: the one that is gone to, else the one that is meant."""
        current, places = self._popup.currentIndex(), self._offers.places
        if current.isValid() and self._popup.isVisible():
            return current.row()
        typed = self._line.text().strip()
        is_spelt = typed.isascii() and any(map(str.isalpha, typed))
        return 0 if len(places) == 1 or (places and is_spelt) else None

    def _mark(self) -> None:
        row = self._marked()
        if row is not None and self._popup.isVisible():
            with QSignalBlocker(self._completer):  # else its name would stand in the line
                self._popup.setCurrentIndex(self._popup.model().index(row, 0))

    def _on_chosen(self, index: QModelIndex) -> None:
        self._take(self._offers.places[index.row()])

    def _on_left(self) -> None:
        """Take the one place that is called just so, if it was typed and not chosen."""
        text = self._line.text().strip()
        if self._spot is not None or not text:
            return
        named = [it for it in self._subject.gazetteer.find(text) if text in (it.name, *it.aliases)]
        if len(named) == 1:
            self._take(named[0])

    def _take(self, place: NamedPlace) -> None:
        self._spot, self._chosen = spot_of(place), place.name
        self._line.setText(place.name)
        self._show()
        self.changed.emit()

    def _on_pointed(self, point: Point | None) -> None:
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        if point is None:
            return
        near = self._subject.gazetteer.near(point)
        if near is not None and (not self._line.text().strip() or self._chosen):
            place, metres = near
            told = self._subject.say(_NEAR, name=place.name, metres=f"{metres:.0f}")
            self._line.setText(told)
        elif self._chosen:
            self._line.clear()  # the words named another place
        self._spot, self._chosen, self._words = Spot(point=point), "", self._line.text()
        self._show()
        self.changed.emit()

    def _on_dropped(self) -> None:
        self._forget()
        self._show()
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _forget(self) -> None:
        self._spot, self._chosen = None, ""

    def _show(self) -> None:
        spot, say = self._spot, self._subject.say
        if spot is not None and spot.point is not None:
            degrees = f"{spot.point.lon:.5f}, {spot.point.lat:.5f}"
            name = wording.SEPARATOR.join(filter(None, (self._chosen, degrees, spot.point.datum)))
            is_reworded = not self._chosen and self._words not in {"", self._line.text()}
            self._said.set_tone(Tone.NEAR if is_reworded else Tone.ACCENT)
            self._said.setText(say(_POINTED if is_reworded else _POINT, name=name))
        elif spot is not None:
            self._said.set_tone(Tone.ACCENT)
            self._said.setText(say(_POINT, name=say(_ONLY_GRID, name=self._chosen)))
        for widget in (self._said, self._drop):
            widget.setVisible(spot is not None)
        told = placing(self._subject, self.value())
        unknown = say(UNPLACED) in told
        self._told.set_tone(Tone.NEAR if unknown else Tone.QUIET)
        self._told.setText("\n".join(told))
        self._told.setVisible(bool(told))
        if unknown:
            self.grew.emit()

    def _lay_popup(self) -> None:
        """Have the list as wide as what it offers, and inside the window."""
        left = self._line.mapTo(self.window(), QPoint()).x()
        frame = 2 * self._popup.frameWidth()
        wanted = max(self._line.width(), self._popup.sizeHintForColumn(0) + frame)
        width = min(wanted, self.window().width())
        across = min(left, self.window().width() - width)
        corner = self.window().mapToGlobal(QPoint(across, 0)).x()
        self._popup.setFixedWidth(width)
        self._popup.move(corner, self._popup.y())

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._popup and event.type() in _PLACED:
            self._lay_popup()  # Qt knows the screen, and the line it belongs to
            return False
        if watched is self._popup:
            return isinstance(event, QKeyEvent) and self._takes_marked(event)
        if isinstance(event, QKeyEvent) and _means_map(event) and not self._map.isHidden():
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
            elif event.type() is QEvent.Type.KeyPress:
                self.pick_on_map()
                return True
        return super().eventFilter(watched, event)

    def _takes_marked(self, event: QKeyEvent) -> bool:
        """Take the marked place at a key that goes on, and go on; tell whether there was one."""
        if event.type() is not QEvent.Type.KeyPress or event.key() not in _TAKES:
            return False
        row = self._marked()
        if row is None:
            return False
        self._popup.hide()
        self._take(self._offers.places[row])
        if event.key() == Qt.Key.Key_Tab:
            self.focusNextChild()
        return True


def _means_map(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_M and event.modifiers() == Qt.KeyboardModifier.ControlModifier


class PhoneEditor(LineEditor):
    """A caller's telephone: in clear only while it is typed, masked as soon as one goes on."""

    def __init__(self, field: Field, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(field, subject, parent)
        self._number = ""
        self._line.textEdited.connect(self._on_edited)
        self._line.installEventFilter(self)

    @override
    def value(self) -> str:
        """Return the number as it was typed."""
        return self._number.strip()

    @override
    def set_value(self, value: Any) -> None:
        """Show a number, masked unless it is being typed."""
        self._number = value or ""
        self._show(clear=self._line.hasFocus())

    def _on_edited(self, text: str) -> None:
        self._number = text

    def _show(self, *, clear: bool) -> None:
        self._line.setText(self._number if clear else masked_phone(self._number.strip()))

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn:
            self._show(clear=True)
        elif event.type() is QEvent.Type.FocusOut:
            self._show(clear=False)
        return super().eventFilter(watched, event)
