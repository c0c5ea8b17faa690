"""A bar that gives a few seconds to think again."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEasingCurve, QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from widgets.countdown import paint_countdown_bar, phase_of
from widgets.dress import Kind, dress
from widgets.paint import unit
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.tone import Tone

_ON_ITS_WAY_MS: Final = 500  # so long after the bar came a click may be meant for something else


class UndoBar(QFrame):
    """Offers to take back what was just done; hidden when nothing is on offer.

    The offer ends in exactly one of two ways: ``undone`` or ``expired``. A new offer lets the one
    before it expire at once. A click on its way to what lay here before takes nothing back.
    """

    undone = Signal()
    expired = Signal()

    def __init__(self, undo_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        dress(self, Kind.RAISED)
        self._undo: Callable[[], object] | None = None
        self._words = PlainLabel(wrap=True)
        self._seconds = PlainLabel(tone=Tone.QUIET)
        self._seconds.setMinimumWidth(self.fontMetrics().horizontalAdvance("00 s "))
        self._button = QPushButton(undo_words)
        self._button.setAccessibleName(undo_words)
        dress(self._button, Kind.PRIMARY)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 11)
        row.setSpacing(12)
        row.addWidget(self._words, 1)
        row.addWidget(self._seconds)
        row.addWidget(self._button)
        self._clock = QVariantAnimation(self)
        self._clock.setStartValue(1.0)
        self._clock.setEndValue(0.0)
        self._clock.setEasingCurve(QEasingCurve.Type.Linear)
        self._clock.valueChanged.connect(self._on_time_passed)
        self._clock.finished.connect(self.expire)
        self._button.clicked.connect(self._on_clicked)
        self.hide()

    @property
    def on_offer(self) -> bool:
        """Whether there is something to take back now."""
        return self._undo is not None

    def offer(self, text: str, undo: Callable[[], object], *, seconds: float = 8.0) -> None:
        """Show ``text`` and call ``undo`` if the button is pressed within ``seconds``."""
        self.expire()
        self._undo = undo
        self._words.setText(text)
        self.setAccessibleName(text)
        self._clock.setDuration(round(seconds * 1000))
        self._clock.start()
        self._on_time_passed(None)
        self.show()
        self.raise_()

    def take_back(self) -> None:
        """Undo what is on offer."""
        if undo := self._close():
            undo()
            self.undone.emit()

    def expire(self) -> None:
        """End the offer; what was done stays done."""
        if self._close():
            self.expired.emit()

    def _on_clicked(self) -> None:
        if self._clock.currentTime() >= _ON_ITS_WAY_MS:
            self.take_back()

    def _close(self) -> Callable[[], object] | None:
        undo, self._undo = self._undo, None
        self._clock.stop()
        self.hide()
        return undo

    def _on_time_passed(self, _value: object) -> None:
        left = self._clock.duration() - self._clock.currentTime()
        self._seconds.setText(f"{-(-left // 1000)} s")
        self.update()

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._undo is None:
            return
        left = float(self._clock.currentValue())
        one = unit(self.font())
        bar = QRectF(8 * one, self.height() - 6 * one, self.width() - 16 * one, 3 * one)
        with QPainter(self) as painter:
            paint_countdown_bar(painter, bar, self.palette(), left, phase_of(max(left, 0.001)))
