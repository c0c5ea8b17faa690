"""One thing about who reported, in clear for half a minute, over a watermark of whoever looks."""

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from commandcenter.application.disclosing import SHOWN_FOR
from commandcenter.domain import words
from commandcenter.domain.report import Personal, Reporter
from ui import wording
from ui.stage import Stage
from ui.wording import Both, phrase
from widgets.countdown import CountdownBar
from widgets.dress import Kind, dress
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.tone import Tone
from widgets.watermarked import Watermarked

_TITLE: Final[Both] = ("上报人{field} · {case}", "The reporter's {field} · {case}")
_RECORDED: Final[Both] = ("本次查看已记入案卷", "That you looked is recorded")
_MARK: Final[Both] = ("{who} · {seat} · {at:%Y-%m-%d %H:%M:%S}",) * 2
_HIDE: Final[Both] = ("收起", "Hide")
_BEAT_MS: Final = 250


class Revealed(QFrame):
    """Hidden and empty but for the time it shows something.

    It ends after ``shown_for`` by the hall's clock or by this machine's own, whichever is first,
    and at once when another case or person is looked at, or the panel goes out of sight.
    """

    def __init__(
        self, stage: Stage, parent: QWidget | None = None, *, shown_for: timedelta = SHOWN_FOR
    ) -> None:
        super().__init__(parent)
        self._stage, self._shown_for = stage, shown_for
        self._until: datetime | None = None
        dress(self, Kind.RAISED)
        self._title = PlainLabel(elide=True)
        self._recorded = PlainLabel(phrase(_RECORDED, stage.lang), tone=Tone.QUIET, elide=True)
        self._text = Watermarked()
        self._bar = CountdownBar()
        hide = QPushButton(phrase(_HIDE, stage.lang))
        hide.setAccessibleName(hide.text())
        dress(hide, Kind.QUIET)
        hide.clicked.connect(self.end)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(hide)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._recorded, 1)
        foot.addWidget(self._bar, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._text)
        column.addLayout(foot)
        self._last = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._last.timeout.connect(self.end)
        self._beat = QTimer(self, interval=_BEAT_MS)
        self._beat.timeout.connect(self._show_left)
        stage.ticked.connect(self._on_ticked)
        stage.selected.connect(self.end)
        stage.operator_changed.connect(self.end)
        self.hide()

    @property
    def is_on(self) -> bool:
        """Whether something is shown in clear now."""
        return self._until is not None

    def show_reporter(self, case: str, reporter: Reporter, field: Personal) -> None:
        """Show one thing about who reported a case."""
        stage, lang, now = self._stage, self._stage.lang, self._stage.now()
        name = words.word(field, lang)
        self._title.setText(phrase(_TITLE, lang).format(field=name, case=case))
        self._bar.setAccessibleName(self._title.text())
        mark = phrase(_MARK, lang).format(
            who=stage.operator.name, seat=stage.seat.name, at=stage.local(now)
        )
        self._text.setAccessibleName(self._title.text())
        self._text.show_text(getattr(reporter, field), mark)
        self._until = now + self._shown_for
        self._last.start(self._shown_for // timedelta(milliseconds=1))
        self._beat.start()
        self._show_left()
        self.show()

    def end(self, _why: object = None) -> None:
        """Take it away; nothing is kept of it."""
        self._until = None
        self._last.stop()
        self._beat.stop()
        self._text.clear()
        self.hide()

    def _show_left(self) -> None:
        left = timedelta(milliseconds=max(0, self._last.remainingTime()))
        said = wording.time_left(self._stage.now() + left, self._stage.now(), self._stage.lang)
        self._bar.show_left(left / self._shown_for, said)

    def _on_ticked(self, now: datetime) -> None:
        if self._until is not None and now >= self._until:  # the machine may have slept
            self.end()

    @override
    @safe_override(None)
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._until is not None:
            self.end()
