"""A button that must be pressed and held, for what cannot be taken back."""

from typing import Final

from PySide6.QtCore import QEasingCurve, QEvent, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from widgets.paint import RADIUS, unit
from widgets.safe import safe_override
from widgets.tone import Tone, tone_colour

_HOLDING_KEYS: Final[set[int]] = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
_REPEATS_IN: Final = 80  # ms; a repeat's press follows its release at once, but is read later
_NO_KEY: Final = 0


class HoldButton(QPushButton):
    """Fires ``held`` after it was held down, by mouse or key, for ``hold_ms`` without a break.

    How long it was held is told by the times of the press and the release where they have one: a
    busy screen reads both late. X11 repeats a key that is held by releasing and pressing it, and
    does not always say so; only a release that no press follows counts.
    """

    held = Signal()
    let_go = Signal()  # released too early

    def __init__(self, text: str, parent: QWidget | None = None, *, hold_ms: int = 1000) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self._key, self._pressed_at, self._released_at = _NO_KEY, 0, 0
        self._fill = QVariantAnimation(self)
        self._fill.setStartValue(0.0)
        self._fill.setEndValue(1.0)
        self._fill.setDuration(hold_ms)
        self._fill.setEasingCurve(QEasingCurve.Type.Linear)
        self._fill.valueChanged.connect(self._on_filled_further)
        self._fill.finished.connect(self._on_full)
        self._lapse = QTimer(self, singleShot=True, interval=_REPEATS_IN)
        self._lapse.timeout.connect(self._on_released)
        self.pressed.connect(self._fill.start)
        self.released.connect(self._on_released)

    @property
    def progress(self) -> float:
        """How far the hold has come, 0 to 1."""
        running = self._fill.state() is QVariantAnimation.State.Running
        return float(self._fill.currentValue()) if running else 0.0

    def hold_with(self, press: QKeyEvent) -> None:
        """Be held by a key that was pressed elsewhere: it is this button's from now on."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.keyPressEvent(press)

    def _on_filled_further(self, _value: object) -> None:
        self.update()

    def _on_full(self) -> None:
        if not self._lapse.isActive():  # else it is about to be known whether it was let go
            self._fire()

    def _fire(self) -> None:
        self._end()
        self.held.emit()

    def _on_released(self) -> None:
        """Fire if it was held long enough by the times of its events, however late it is read."""
        was_held = self._released_at - self._pressed_at >= self._fill.duration()
        if self._is_begun() and self._pressed_at and was_held:
            self._fire()
        else:
            self._give_up()

    def _is_begun(self) -> bool:
        running = self._fill.state() is QVariantAnimation.State.Running
        return running or self._key != _NO_KEY

    def _give_up(self) -> None:
        if self._is_begun():
            self._end()
            self.let_go.emit()

    def _end(self) -> None:
        self._key = _NO_KEY
        self._lapse.stop()
        self._fill.stop()
        self.setDown(False)
        self.update()

    @override
    @safe_override(None)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = self._released_at = event.timestamp()
        super().mousePressEvent(event)

    @override
    @safe_override(None)
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._released_at = event.timestamp()
        super().mouseReleaseEvent(event)

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _HOLDING_KEYS:
            super().keyPressEvent(event)
        elif event.key() == self._key:
            self._lapse.stop()
            if self._fill.state() is QVariantAnimation.State.Stopped:
                self._fire()  # it was full while a repeat's press was awaited
        elif not event.isAutoRepeat() and not self.isDown():
            self._key = event.key()
            self._pressed_at = self._released_at = event.timestamp()
            self.setDown(True)
            self._fill.start()

    @override
    @safe_override(None)
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _HOLDING_KEYS:
            super().keyReleaseEvent(event)
        elif event.key() == self._key and not event.isAutoRepeat():
            self._released_at = event.timestamp()
            self._lapse.start()

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
