"""Short notices that come and go by themselves in a corner, and never take the keyboard."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from widgets.badge import Badge
from widgets.cell_painter import capped
from widgets.dress import Kind, dress
from widgets.paint import Shape
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.safe_text import to_the_letter
from widgets.shape_mark import ShapeMark
from widgets.tone import Tone

_MOST_AT_ONCE: Final = 4
_WIDTH: Final = 360
_AT_ONCE: Final = 300  # characters; the rest on a press
_LINES: Final = 12  # of the rest that are seen without scrolling
_MARGIN: Final = 16
_MOVES: Final = frozenset(
    {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide}
)
TONE_SHAPES: Final = {
    Tone.GOOD: Shape.TICK,
    Tone.NEAR: Shape.DISC,
    Tone.URGENT: Shape.TRIANGLE,
    Tone.OVER: Shape.DIAMOND,
    Tone.SIGNAL: Shape.DIAMOND,
}


class Toast(QFrame):
    """One notice: a mark, words, how often it was said, perhaps something to do."""

    gone = Signal()

    def __init__(self, text: str, tone: Tone, close_words: str, more_words: str) -> None:
        super().__init__()
        dress(self, Kind.RAISED)
        self._times = 1
        self._act: Callable[[], object] | None = None
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        self._all = text
        self._words = words = PlainLabel(capped(text, _AT_ONCE), wrap=True)
        self._badge = Badge(tone=Tone.QUIET)
        self._button = self._pressed("", self._on_acted)
        self._button.hide()
        close = QToolButton()
        close.setText("✕")
        close.setAccessibleName(close_words)
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        dress(close, Kind.QUIET)
        close.clicked.connect(self.gone)
        row.addWidget(ShapeMark(TONE_SHAPES.get(tone, Shape.DISC), tone))
        self._said = QVBoxLayout()
        self._said.addWidget(words)
        row.addLayout(self._said, 1)
        row.addWidget(self._badge)
        if len(words.text()) >= _AT_ONCE:
            self._more = self._pressed(more_words, self._on_more)
            self._said.addWidget(self._more)
        row.addWidget(self._button)
        row.addWidget(close)
        self._life = QTimer(self, singleShot=True)
        self._life.timeout.connect(self.gone)

    def _pressed(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words, self)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(act)
        return button

    def _on_more(self) -> None:
        """Tell all of it, and stay until closed: somebody reads it."""
        self._life.stop()
        self._more.hide()
        whole = QPlainTextEdit(to_the_letter(self._all), self)
        whole.setReadOnly(True)
        whole.setFrameShape(QFrame.Shape.NoFrame)
        whole.setMinimumHeight(whole.fontMetrics().lineSpacing() * _LINES)
        for widget in (whole, *whole.findChildren(QWidget)):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._said.replaceWidget(self._words, whole)
        self._words.hide()

    def live(self, seconds: float) -> None:
        """Stay for so long from now on; zero or less: until closed."""
        if seconds > 0 and not self.findChild(QPlainTextEdit):
            self._life.start(round(seconds * 1000))

    def say_again(self) -> None:
        """Count one more of the same."""
        self._times += 1
        self._badge.show_text(f"×{self._times}")

    def offer(self, words: str, act: Callable[[], object]) -> None:
        """Show a button that acts and closes the notice."""
        self._act = act
        self._button.setText(words)
        self._button.setAccessibleName(words)
        self._button.show()

    def _on_acted(self) -> None:
        if self._act:
            self._act()
        self.gone.emit()


class ToastStack(QWidget):
    """Holds the notices of one window, newest at the bottom; equal ones are counted."""

    def __init__(self, window: QWidget, *, close_words: str, more_words: str) -> None:
        super().__init__(window)
        self._window = window
        self._bars: list[QWidget] = []
        self._words = close_words, more_words
        self._toasts: dict[str, Toast] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        window.installEventFilter(self)
        self.hide()

    def stay_clear_of(self, *bars: QWidget) -> None:
        """Stand above these wherever they lie in the lower half of the window."""
        for bar in bars:
            self._bars.append(bar)
            bar.installEventFilter(self)
        self._settle()

    def say(
        self,
        text: str,
        *,
        tone: Tone = Tone.PLAIN,
        key: str = "",
        seconds: float = 6.0,
        action: tuple[str, Callable[[], object]] | None = None,
    ) -> Toast:
        """Show a notice; one with the same ``key`` (else the same text) is counted instead.

        ``action`` is the words of a button and what it does. ``seconds`` of zero: until closed.
        """
        key = key or text
        toast = self._toasts.get(key)
        if toast is None:
            toast = self._toasts[key] = Toast(text, tone, *self._words)
            toast.gone.connect(self._on_gone)
            self._column.addWidget(toast)
            toast.show()  # what the layout would show later has no height until then
            if action:
                toast.offer(*action)
            while len(self._toasts) > _MOST_AT_ONCE:
                self._drop(next(iter(self._toasts.values())))
        else:
            toast.say_again()
        toast.live(seconds)
        self._settle()
        return toast

    @property
    def texts(self) -> list[str]:
        """What is being said now, oldest first."""
        return [toast.accessibleName() for toast in self._toasts.values()]

    def _on_gone(self) -> None:
        toast = self.sender()
        if isinstance(toast, Toast):
            self._drop(toast)
            self._settle()

    def _drop(self, toast: Toast) -> None:
        self._toasts = {key: it for key, it in self._toasts.items() if it is not toast}
        self._column.removeWidget(toast)
        toast.hide()
        toast.deleteLater()

    def _settle(self) -> None:
        """Take the lower left corner over all bars: the buttons of forms are at the right."""
        window = self._window
        self.setVisible(bool(self._toasts))
        if not self._toasts:
            return
        width = min(_WIDTH, max(1, window.width() - 2 * _MARGIN))
        foot = self._foot(QRect(_MARGIN, 0, width, window.height()))
        most = max(1, foot - 2 * _MARGIN)
        while (height := self._height(width)) > most and len(self._toasts) > 1:
            self._drop(next(iter(self._toasts.values())))  # the newest is read whole
        height = min(height, most)
        self.setGeometry(_MARGIN, foot - height - _MARGIN, width, height)
        self.raise_()

    def _foot(self, column: QRect) -> int:
        """Return where the bars begin that a column of the window meets in its lower half."""
        window = self._window
        rooms = (
            QRect(bar.mapTo(window, QPoint()), bar.size())
            for bar in self._bars
            if bar.isVisible() and bar.window() is window.window()
        )
        low = column.adjusted(0, column.height() // 2, 0, 0)
        tops = (it.top() for it in rooms if it.intersects(low) and it.top() > low.top())
        return min(tops, default=column.height())

    def _height(self, width: int) -> int:
        self._column.activate()
        return self._column.heightForWidth(width)

    @override
    @safe_override(False)
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._settle()  # words became longer, or the letters larger
        return done

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._settle()
        return super().eventFilter(watched, event)
