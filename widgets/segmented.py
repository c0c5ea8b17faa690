"""A row of segments, one of them chosen, each with a live count."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from widgets.paint import (
    RADIUS,
    badge_width,
    paint_badge,
    paint_focus_ring,
    scaled,
    unit,
)
from widgets.safe import safe_override
from widgets.tone import Tone, blend, tone_colour

_STEPS: Final[dict[int, int]] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class _Segment(QAbstractButton):
    """One segment: its words, its count, a line under the chosen one."""

    def __init__(self, text: str, size: float) -> None:
        super().__init__()
        self._size = size
        self._count, self._tone = "", Tone.QUIET
        self.setText(text)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_count(self, count: str, tone: Tone) -> None:
        """Show a count in a tone; an empty one hides it."""
        if (count, tone) == (self._count, self._tone):
            return
        before = self.sizeHint()
        self._count, self._tone = count, tone
        self.setAccessibleDescription(count)
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def _is_whole(self) -> bool:
        """Tell whether all of it is in sight: half a number would be another number."""
        seen = self.visibleRegion().boundingRect().width()
        return seen >= self.width() or not self.isVisible()  # only drawn, for a picture

    def _letters(self) -> QFont:
        return scaled(self.font(), self._size)

    def _words_width(self) -> int:
        return QFontMetrics(self._letters()).horizontalAdvance(self.text())

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        one = unit(self.font())
        room = badge_width(self._count, self._letters()) + 5 * one if self._count else 0
        width = self._words_width() * 1.04 + room + 14 * one
        return QSize(round(width), self.fontMetrics().height() + round(14 * one))

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        one = unit(self.font())
        return QSize(self.sizeHint().width() - round(18 * one), self.sizeHint().height())

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        one, palette, room = unit(self.font()), self.palette(), QRectF(self.rect())
        count = self._count if self._is_whole() else ""
        badge = badge_width(count, self._letters()) if count else 0
        gap = 5 * one if badge else 0
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse() and not self.isChecked():
                painter.setPen(Qt.PenStyle.NoPen)
                ground = palette.color(palette.ColorRole.Window)
                painter.setBrush(blend(palette.color(palette.ColorRole.Text), ground, 0.06))
                painter.drawRoundedRect(
                    room.adjusted(0, 1, 0, -4 * one), RADIUS * one, RADIUS * one
                )
            painter.setFont(scaled(self.font(), self._size, bold=self.isChecked()))
            width = painter.fontMetrics().horizontalAdvance(self.text())
            left = max(2 * one, (room.width() - width - gap - badge) / 2)
            painter.setPen(tone_colour(palette, Tone.PLAIN if self.isChecked() else Tone.QUIET))
            line = QRectF(left, 0, width + 1, room.height() - 3 * one)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self.text())
            if count:
                painter.setFont(self._letters())
                spot = QRectF(left + width + gap, 0, badge, line.height())
                paint_badge(painter, spot, count, self._tone, palette)
            if self.isChecked():
                under = QRectF(6 * one, room.bottom() - 2 * one, room.width() - 12 * one, 2 * one)
                painter.fillRect(under, tone_colour(palette, Tone.ACCENT))
            if self.hasFocus():
                paint_focus_ring(painter, room.adjusted(0, 0, 0, -3 * one), palette, RADIUS * one)


class Segmented(QWidget):
    """Tabs without pages: the caller shows what belongs to the chosen key.

    ``size`` is that of the letters, as a part of the font's.
    """

    chosen = Signal(str)

    def __init__(
        self,
        segments: Iterable[tuple[str, str]] = (),
        parent: QWidget | None = None,
        *,
        size: float = 1.0,
    ) -> None:
        super().__init__(parent)
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._buttons: dict[str, _Segment] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_clicked)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        for key, text in segments:
            self.add(key, text)

    @property
    def key(self) -> str:
        """The key of the chosen segment; empty if there is none."""
        button = self._group.checkedButton()
        return next((key for key, it in self._buttons.items() if it is button), "")

    def choose(self, key: str) -> None:
        """Choose a segment, and tell if that changed anything."""
        if key != self.key:
            self._buttons[key].setChecked(True)
            self.chosen.emit(key)

    def segment(self, key: str) -> QAbstractButton:
        """Return the button of a segment."""
        return self._buttons[key]

    def set_count(self, key: str, count: str, tone: Tone = Tone.QUIET) -> None:
        """Show a live count on a segment; an empty one hides it."""
        self._buttons[key].show_count(count, tone)

    def add(self, key: str, text: str) -> None:
        """Add a segment at the end; the first there is is chosen."""
        button = _Segment(text, self._size)
        button.setChecked(not self._buttons)
        self._buttons[key] = button
        self._group.addButton(button)
        self._row.insertWidget(self._row.count() - 1, button)

    def remove(self, key: str) -> None:
        """Take a segment away; if it is the chosen one, another is chosen first by the caller."""
        button = self._buttons.pop(key)
        self._group.removeButton(button)
        self._row.removeWidget(button)
        button.hide()
        button.deleteLater()

    def _on_clicked(self, _button: QAbstractButton) -> None:
        self.chosen.emit(self.key)

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(event.key(), 0)
        keys = list(self._buttons)
        if not step or not keys:
            super().keyPressEvent(event)
            return
        key = keys[(keys.index(self.key) + step) % len(keys)]
        self._buttons[key].setFocus()
        self.choose(key)
