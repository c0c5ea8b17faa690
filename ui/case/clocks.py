"""The clocks of a case: what runs, till when, and why the deadline falls when it falls."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.case import Case, Stop
from commandcenter.domain.hall import Hall
from commandcenter.domain.timers import Timer, case_timers
from commandcenter.domain.why import explained
from ui import wording
from ui.actions import ACTIONS, actions_of, key_text
from ui.case.calls import standing
from ui.stage import Stage
from ui.wording import Both, headed, phrase
from widgets.countdown import CountdownBar
from widgets.dress import Kind, Size, dress
from widgets.plain_label import PlainLabel
from widgets.tone import Tone

_WHY: Final[Both] = ("为什么", "Why")
_DUE: Final[Both] = ("{at} 截止", "due {at}")
_DONE: Final[Both] = ("✓ {name} {at} 完成", "✓ {name} done {at}")
_DONE_LATE: Final[Both] = ("✓ {name} {at} 完成（超时）", "✓ {name} done {at} (late)")
_STATUTORY: Final[Both] = ("法定期限 {at}，{left}", "By law {at}, {left}")
_KEPT: Final[Both] = ("法定期限 {at}，未超", "By law {at}, kept")
_MISSED: Final[Both] = ("法定期限 {at}，结案时超 {span}", "By law {at}, closed {span} late")
_BY_LAW: Final[Both] = ("法定期限 {at}", "By law {at}")
_SETTLED: Final[Both] = ("承诺办结期限 {at}", "Promised to be done by {at}")


def why(case: Case, timer: Timer, hall: Hall, now: datetime, lang: str) -> list[str]:
    """Return why a clock of a case ends when it ends, line by line."""
    return wording.why_lines(explained(case, timer, hall, now), hall.zone, lang)


def notes(case: Case, hall: Hall, now: datetime, lang: str) -> list[str]:
    """Return what stands beside the clocks: milestones reached, and the limit of the law."""
    return list(_notes(case, hall, now, lang))


def _notes(case: Case, hall: Hall, now: datetime, lang: str) -> Iterator[str]:
    def at(instant: datetime) -> str:
        return wording.local_time(instant, hall.zone, now)

    for stop in case.stops:
        if stop.done_at is not None:
            yield phrase(_DONE_LATE if _was_late(stop) else _DONE, lang).format(
                name=stop.name, at=at(stop.done_at)
            )
    if case.statutory_due_at is not None:
        yield _law(case, case.statutory_due_at, at(case.statutory_due_at), now, lang)
    if case.due_at is not None and not case.is_open:
        yield phrase(_SETTLED, lang).format(at=at(case.due_at))


def _law(case: Case, due_at: datetime, at: str, now: datetime, lang: str) -> str:
    """Say what is left by law; once a case is settled it no longer runs."""
    if case.is_open:
        left = wording.time_left(due_at, now, lang)
        return phrase(_STATUTORY, lang).format(at=at, left=left)
    if case.closed_at is None:
        return phrase(_BY_LAW, lang).format(at=at)
    if case.closed_at <= due_at:
        return phrase(_KEPT, lang).format(at=at)
    late = wording.span(case.closed_at - due_at, lang)
    return phrase(_MISSED, lang).format(at=at, span=late)


def _was_late(stop: Stop) -> bool:
    return stop.done_at is not None and stop.done_at > stop.due_at


@dataclass(slots=True, kw_only=True)
class _Line:
    """One clock on the screen."""

    name: PlainLabel
    bar: CountdownBar
    due: PlainLabel


class CaseClocks(QWidget):
    """The running clocks of a case, with「为什么」below them; ``unfolded`` when that is opened."""

    unfolded = Signal()

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._case: Case | None = None
        self._lines: list[_Line] = []
        self._why_open = False
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._notes = PlainLabel(tone=Tone.QUIET, wrap=True)
        why_ = ACTIONS["why"]
        self._button = QPushButton(f"{phrase(_WHY, stage.lang)}  {key_text(why_.key)}")
        self._button.setAccessibleName(why_.label(stage.lang))
        self._button.setCheckable(True)
        dress(self._button, Kind.QUIET)
        self._button.toggled.connect(self._on_toggled)
        self._reasons = PlainLabel(wrap=True, selectable=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._grid)
        row = QHBoxLayout()
        row.addWidget(self._notes, 1)
        row.addWidget(self._button)
        column.addLayout(row)
        self._standing = PlainLabel(wrap=True, selectable=True)
        column.addWidget(self._standing)
        sheet = ACTIONS["call_sheet"]
        self._call = QPushButton(f"{sheet.label(stage.lang)}  {key_text(sheet.key)}")
        self._call.setAccessibleName(sheet.label(stage.lang))
        dress(self._call, Kind.QUIET)
        self._call.clicked.connect(partial(actions_of(stage).trigger, "call_sheet"))
        column.addWidget(self._call, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._reasons)

    def show_case(self, case: Case, now: datetime) -> None:
        """Show the clocks of a case."""
        if self._case is None or case.no != self._case.no:
            self._button.setChecked(False)
        self._case = case
        self.tick(now)

    def toggle_why(self) -> None:
        """Say why the clocks end when they end, or no longer."""
        self._button.toggle()

    def tick(self, now: datetime) -> None:
        """Let the clocks go on."""
        if self._case is None:
            return
        hall, lang = self._stage.hall, self._stage.lang
        timers = sorted(case_timers(self._case, hall.limits), key=lambda it: it.due_at)
        while len(self._lines) < len(timers):
            self._lines.append(self._line())
        for at, line in enumerate(self._lines):
            for widget in (line.name, line.bar, line.due):
                widget.setVisible(at < len(timers))
            if at < len(timers):
                shown = wording.countdown(timers[at], now, hall, lang)
                line.name.setText(headed(shown.name))
                line.bar.show_left(shown.left, shown.text)
                line.bar.setAccessibleName(shown.name)
                due = wording.local_time(timers[at].due_at, hall.zone, now)
                line.due.setText(phrase(_DUE, lang).format(at=due))
        said = notes(self._case, hall, now, lang)
        self._notes.setText("\n".join(said))
        self._button.setVisible(bool(timers))
        self._reasons.setVisible(self._why_open and bool(timers))
        if self._why_open:
            self._reasons.setText(
                "\n".join(
                    f"{headed(wording.timer_name(timer, hall, lang))}\n"
                    + "\n".join(f"  · {line}" for line in why(self._case, timer, hall, now, lang))
                    for timer in timers
                )
            )
            self._standing.setText("\n".join(standing(self._case, hall, now, lang)))
        self._standing.setVisible(self._why_open and bool(timers))
        self._call.setVisible(self._why_open and bool(timers))
        self._call.setEnabled(self._case.is_open)
        self.setVisible(bool(timers) or bool(said))

    def _line(self) -> _Line:
        made = _Line(
            name=PlainLabel(),
            bar=CountdownBar(),
            due=PlainLabel(tone=Tone.QUIET, size=Size.CAPTION),
        )
        for column, widget in enumerate((made.name, made.bar, made.due)):
            self._grid.addWidget(widget, len(self._lines), column)
        return made

    def _on_toggled(self, is_open: bool) -> None:
        self._why_open = is_open
        self.tick(self._stage.now())
        if is_open:
            self.unfolded.emit()

    @property
    def why_button(self) -> QWidget:
        """What the reasons stand under."""
        return self._button
