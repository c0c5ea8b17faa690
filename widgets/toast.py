"""Short notices that come and go by themselves in a corner, and never take the keyboard."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from widgets.badge import Badge
from widgets.cell_painter import capped
from widgets.dress import Kind, dress
from widgets.paint import Shape
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.shape_mark import ShapeMark
from widgets.tone import Tone

_MOST_AT_ONCE: Final = 4
_WIDTH: Final = 360
_MARGIN: Final = 16
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

    def __init__(self, text: str, tone: Tone, close_words: str) -> None:
        super().__init__()
        dress(self, Kind.RAISED)
        self._times = 1
        self._act: Callable[[], object] | None = None
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        words = PlainLabel(capped(text), wrap=True)
        self._badge = Badge(tone=Tone.QUIET)
        self._button = QPushButton()
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self._on_acted)
        self._button.hide()
        close = QToolButton()
        close.setText("✕")
        close.setAccessibleName(close_words)
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        dress(close, Kind.QUIET)
        close.clicked.connect(self.gone)
        row.addWidget(ShapeMark(TONE_SHAPES.get(tone, Shape.DISC), tone))
        row.addWidget(words, 1)
        for widget in (self._badge, self._button, close):
            row.addWidget(widget)
        self._life = QTimer(self, singleShot=True)
        self._life.timeout.connect(self.gone)

    def live(self, seconds: float) -> None:
        """Stay for so long from now on; zero or less: until closed."""
        if seconds > 0:
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
    """Holds the notices of one window, newest at the bottom; equal ones are counted.

    They stay clear of ``above``, a bar along the lower edge of the window.
    """

    def __init__(self, window: QWidget, *, close_words: str, above: QWidget | None = None) -> None:
        super().__init__(window)
        self._window, self._above = window, above
        self._close_words = close_words
        self._toasts: dict[str, Toast] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        window.installEventFilter(self)
        self.hide()

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
            toast = self._toasts[key] = Toast(text, tone, self._close_words)
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
        """Take the room in the lower right corner of the window, on top of everything."""
        window = self._window
        self.setVisible(bool(self._toasts))
        if not self._toasts:
            return
        width = min(_WIDTH, max(1, window.width() - 2 * _MARGIN))
        self._column.activate()
        height = self._column.heightForWidth(width)
        height = min(height, max(1, window.height() - 2 * _MARGIN))
        bar = self._above.height() if self._above is not None and self._above.isVisible() else 0
        left, top = window.width() - width - _MARGIN, window.height() - height - _MARGIN - bar
        self.setGeometry(left, top, width, height)
        self.raise_()

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
        if event.type() is QEvent.Type.Resize:
            self._settle()
        return super().eventFilter(watched, event)
