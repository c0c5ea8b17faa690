"""A button that must be pressed and held, for what cannot be taken back."""

from typing import Final

from PySide6.QtCore import QEasingCurve, QEvent, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from widgets.paint import RADIUS, unit
from widgets.safe import safe_override
from widgets.tone import Tone, tone_colour

_HOLDING_KEYS: Final[set[int]] = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class HoldButton(QPushButton):
    """Fires ``held`` after it was held down, by mouse or key, for ``hold_ms`` without a break."""

    held = Signal()
    let_go = Signal()  # released too early

    def __init__(self, text: str, parent: QWidget | None = None, *, hold_ms: int = 1000) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self._fill = QVariantAnimation(self)
        self._fill.setStartValue(0.0)
        self._fill.setEndValue(1.0)
        self._fill.setDuration(hold_ms)
        self._fill.setEasingCurve(QEasingCurve.Type.Linear)
        self._fill.valueChanged.connect(self._on_filled_further)
        self._fill.finished.connect(self._on_full)
        self.pressed.connect(self._fill.start)
        self.released.connect(self._give_up)

    @property
    def progress(self) -> float:
        """How far the hold has come, 0 to 1."""
        running = self._fill.state() is QVariantAnimation.State.Running
        return float(self._fill.currentValue()) if running else 0.0

    def _on_filled_further(self, _value: object) -> None:
        self.update()

    def _on_full(self) -> None:
        self.setDown(False)
        self.update()
        self.held.emit()

    def _give_up(self) -> None:
        if self._fill.state() is QVariantAnimation.State.Running:
            self._fill.stop()
            self.update()
            self.let_go.emit()

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _HOLDING_KEYS:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat() and not self.isDown():
            self.setDown(True)
            self._fill.start()

    @override
    @safe_override(None)
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _HOLDING_KEYS:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self.setDown(False)
            self._give_up()

    @override
    @safe_override(None)
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.setDown(False)
        self._give_up()
        super().focusOutEvent(event)

    @override
    @safe_override(None)
    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.EnabledChange and not self.isEnabled():
            self._give_up()
        super().changeEvent(event)

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        share = self.progress
        if share <= 0:
            return
        one = unit(self.font())
        room = QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(room, RADIUS * one, RADIUS * one)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipPath(clip)
            wash = tone_colour(self.palette(), Tone.PLAIN)
            wash.setAlphaF(0.25)
            painter.fillRect(QRectF(0, 0, room.width() * share, room.height()), wash)
            line = QRectF(0, room.height() - 3 * one, room.width() * share, 3 * one)
            painter.fillRect(line, tone_colour(self.palette(), Tone.PLAIN))
