"""What the county, those beside the hall and the mediators still owe, the most pressing first."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from commandcenter.application.changes import Delta
from commandcenter.domain import words
from commandcenter.domain.timers import ABOVE, Phase, Timer, case_timers
from ui import wording
from ui.focus import focus_of
from ui.stage import Stage
from ui.whistle.brief import FOLDS, OPENS
from ui.wording import Both, headed, phrase
from widgets.card import FoldingCard
from widgets.cell_painter import capped
from widgets.countdown import CountdownBar
from widgets.dress import Kind, dress
from widgets.plain_label import PlainLabel
from widgets.tone import Tone

_TITLE: Final[Both] = ("等县级和外单位", "Waiting for others")
_LATE: Final[Both] = ("{count} 项 · {late} 项逾期", "{count} · {late} late")
_ALL_IN_TIME: Final[Both] = ("{count} 项", "{count}")
_OPEN: Final[Both] = ("看案卷", "The case")
_SHOWN: Final = 5
_LINES: Final = 3
# line, column and columns taken: of the name, the case, the clock and the button
_IN_ONE_LINE: Final = ((0, 0, 1), (0, 1, 1), (0, 2, 1), (0, 3, 1))
_IN_THREE_LINES: Final = ((1, 0, 4), (0, 0, 3), (2, 0, 4), (0, 3, 1))
_MORE: Final[Both] = ("还有 {n} 项，见队列「超时」「全部」", "{n} more; see the queue")

Owed = tuple[Timer, str, str]  # the clock, the number of its case, its title


class AboveCard(FoldingCard):
    """A row for each word that is owed: what, on which case, how long still."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        lang = stage.lang
        super().__init__(phrase(_TITLE, lang), phrase(OPENS, lang), phrase(FOLDS, lang), parent)
        self._stage = stage
        self._owed: list[Owed] = []
        self._rows: list[tuple[PlainLabel, PlainLabel, CountdownBar, QPushButton]] = []
        self._numbers: list[str] = []
        self._is_narrow = False
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self.body.addWidget(inside)
        self._more = PlainLabel(tone=Tone.QUIET)
        self.body.addWidget(self._more)
        self._focus = focus_of(stage)
        stage.changed.connect(self._on_changed)
        stage.ticked.connect(self._on_ticked)
        self._focus.changed.connect(self._show)
        self._focus.grown.connect(self._show)
        self._show()

    def _on_changed(self, batch: Sequence[Delta]) -> None:
        if not batch or any(delta.cases for delta in batch):
            self._show()

    def _on_ticked(self, now: datetime) -> None:
        if self.isVisible():
            self._tick(now)

    def _show(self) -> None:
        """Look anew at what is owed on the open cases, or on the one in focus."""
        held, limits = self._stage.picture.cases, self._stage.hall.limits
        self._owed = sorted(
            (
                (timer, case.no, case.title)
                for case in held.values()
                if case.went_above and self._focus.holds(case.no)
                for timer in case_timers(case, limits)
                if timer.kind in ABOVE
            ),
            key=lambda it: (it[0].due_at, it[1], it[0].part),
        )
        self.show_if(bool(self._owed))
        self._tick(self._stage.now())

    def _tick(self, now: datetime) -> None:
        """Let the clocks go on."""
        shown, lang = self._owed[:_SHOWN], self._stage.lang
        late = sum(timer.phase(now) is Phase.OVER for timer, _, _ in self._owed)
        both = _LATE if late else _ALL_IN_TIME
        self.set_hint(phrase(both, lang).format(count=len(self._owed), late=late))
        self._fit(shown)
        for (timer, _no, title), row in zip(shown, self._rows, strict=False):
            name, about, bar, _button = row
            count = wording.countdown(timer, now, self._stage.hall, lang)
            name.setText(headed(count.name))
            about.setText(capped(words.case_title(title, lang)))
            bar.show_left(count.left, count.text)
            bar.setAccessibleName(count.name)
        self._more.setText(phrase(_MORE, lang).format(n=len(self._owed) - _SHOWN))
        self._more.setVisible(len(self._owed) > _SHOWN)

    def _fit(self, shown: Sequence[Owed]) -> None:
        """Have a row for each, and its button lead to its case."""
        while len(self._rows) < len(shown):
            self._rows.append(self._row(len(self._rows)))
        for at, row in enumerate(self._rows):
            for widget in row:
                widget.setVisible(at < len(shown))
        self._numbers = [no for _, no, _ in shown]
        for (_timer, no, _), row in zip(shown, self._rows, strict=False):
            row[3].setAccessibleName(f"{phrase(_OPEN, self._stage.lang)} {no}")

    def _row(self, at: int) -> tuple[PlainLabel, PlainLabel, CountdownBar, QPushButton]:
        button = QPushButton(phrase(_OPEN, self._stage.lang))
        dress(button, Kind.QUIET)
        button.clicked.connect(partial(self._on_clicked, at))
        about = PlainLabel(tone=Tone.QUIET, wrap=True)
        made = (PlainLabel(), about, CountdownBar(), button)
        self._place(at, made)
        return made

    def _place(self, at: int, row: Sequence[QWidget]) -> None:
        """Put a row in one line, in a narrow card in three."""
        places = _IN_THREE_LINES if self._is_narrow else _IN_ONE_LINE
        for widget, (line, column, span) in zip(row, places, strict=True):
            self._grid.addWidget(widget, at * _LINES + line, column, 1, span)

    def be_narrow(self, *, narrow: bool) -> None:
        """Lay the rows for little width, or for enough of it."""
        if narrow is not self._is_narrow:
            self._is_narrow = narrow
            for at, row in enumerate(self._rows):
                self._place(at, row)

    def _on_clicked(self, at: int) -> None:
        if at < len(self._numbers):
            self._stage.select(self._numbers[at])
