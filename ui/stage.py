"""What all screens of a window share: desk, picture of open work, clock and selection."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from commandcenter.application.access import may
from commandcenter.application.changes import Delta
from commandcenter.application.commands import Claim, Order
from commandcenter.application.perform import Outcome
from commandcenter.application.picture import VISITED_WITHIN, Picture
from commandcenter.application.questions import OpenWork, Question
from commandcenter.application.seat import Seat
from commandcenter.domain import words
from commandcenter.domain.claim import beat
from commandcenter.domain.errors import Refusal
from commandcenter.domain.place import Point
from commandcenter.domain.roster import Operator
from ui.bridge import Bridge
from ui.wording import refusal_words

Answer = TypeVar("Answer")

_HANDFUL: Final = 50
"""So many cases are looked at within a third of a frame."""


class Stage(QObject):
    """The common ground of the screens; lives in the GUI thread.

    Screens read ``picture``, look at each batch of ``changed`` and decide for themselves; they act
    only through ``submit`` and ``ask``. ``ticked`` comes once a second with the hall's clock, so
    that no screen keeps a clock of its own.
    """

    changed = Signal(object)  # list[Delta], already applied to the picture
    ticked = Signal(object)  # datetime, aware UTC
    selected = Signal(str)  # number of the selected case, "" for none
    compared = Signal(object)  # tuple[Suggestion, ...]: what the selected case is like
    chosen_changed = Signal()  # several cases were chosen together, or no longer
    alert_wanted = Signal(str)  # key of a video alert that somebody wants to judge
    operator_changed = Signal()
    refused = Signal(str)  # a sentence to show, non-modal
    told = Signal(str)  # something went well and a person should know
    pending_changed = Signal()  # a command was sent off or its outcome came
    place_wanted = Signal(bool)  # a place is to be pointed at on the map, or no longer

    def __init__(self, seat: Seat, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.seat = seat
        self.hall = seat.hall
        self.lang = seat.lang
        self.picture = Picture()
        self.operator: Operator = seat.desk.operator
        self.selection = ""
        self.chosen: tuple[str, ...] = ()
        self.pending: dict[str, type[Order]] = {}  # the command under way, by what it is about
        self._pointed: Callable[[Point | None], object] | None = None
        self._attended_at = self.now()
        self._bridge = Bridge(self, weight=_weight)
        self._bridge.delivered.connect(self._on_delivered)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._on_tick)
        self._stop: Callable[[], None] | None = None

    def open(self) -> None:
        """Begin to listen and fill the picture from the store."""
        self._stop = self.seat.desk.listen(self._hear)
        self.ask(OpenWork(visits_since=self.now() - VISITED_WITHIN), self._on_opened)
        self._attend()
        self._clock.start()

    def close(self) -> None:
        """Stop listening; safe to call twice."""
        self._clock.stop()
        if self._stop is not None:
            self._stop()
            self._stop = None

    def now(self) -> datetime:
        """Return the hall's instant, aware UTC."""
        return self.seat.clock.now()

    def local(self, instant: datetime) -> datetime:
        """Return an instant in the hall's zone, for showing."""
        return instant.astimezone(self.hall.zone)

    def select(self, case: str) -> None:
        """Select a case everywhere; an empty number selects nothing."""
        if self.chosen and case not in self.chosen:
            self.choose(())
        if case != self.selection:
            self.selection = case
            self.selected.emit(case)

    def choose(self, cases: Sequence[str]) -> None:
        """Choose several cases together, for what can be done to all of them; one is none."""
        chosen = tuple(cases) if len(cases) > 1 else ()
        if chosen != self.chosen:
            self.chosen = chosen
            self.chosen_changed.emit()

    @property
    def is_picking(self) -> bool:
        """Whether somebody waits for a place to be pointed at on the map."""
        return self._pointed is not None

    def pick_place(self, then: Callable[[Point | None], object]) -> None:
        """Have a place pointed at on the map; ``then`` gets it, or nothing if it was given up."""
        self.point_at(None)
        self._pointed = then
        self.place_wanted.emit(True)

    def point_at(self, point: Point | None) -> None:
        """Hand over the place that was pointed at; without one, that it was given up."""
        then, self._pointed = self._pointed, None
        if then is not None:
            self.place_wanted.emit(False)
            if _is_alive(then):
                then(point)

    def sign_on(self, operator: Operator) -> None:
        """Let another person take the seat, with nothing selected: he has chosen nothing yet."""
        if operator.id != self.operator.id:
            self.select("")
        self.operator = operator
        self._attend()
        self.operator_changed.emit()

    def may(self, command: type[Order]) -> bool:
        """Tell whether the person at the seat may give a command."""
        return may(self.operator, command)

    def submit(
        self,
        command: Order,
        then: Callable[[Outcome], object] | None = None,
        *,
        subject: str = "",
        subjects: Collection[str] = (),
        refused: Callable[[str], object] | None = None,
    ) -> None:
        """Send a command off; ``then`` gets its outcome, a refusal is shown by itself.

        ``refused`` gets the sentence of the refusal as well.

        While it is under way ``subject`` (a case, whistle or alert) and ``subjects`` are in
        ``pending``, so that their buttons can show so and cannot be pressed twice.
        """
        about = frozenset(filter(None, (subject, *subjects)))
        if not about.isdisjoint(self.pending):
            self._refuse(Refusal("still_pending"), refused)
            return
        self.pending |= dict.fromkeys(about, type(command))
        self.pending_changed.emit()
        future = self.seat.desk.submit(command, by=self.operator)
        self._when_done(future, partial(self._on_outcome, about, then, refused))

    def ask(
        self,
        question: Question[Answer],
        then: Callable[[Answer], object],
        refused: Callable[[str], object] | None = None,
    ) -> None:
        """Ask the store; ``then`` gets the answer in the GUI thread, ``refused`` why there is none.

        A refusal is shown by itself.
        """
        self.when_done(self.seat.desk.ask(question, by=self.operator), then, refused)

    def when_done(
        self,
        future: Future[Answer],
        then: Callable[[Answer], object],
        refused: Callable[[str], object] | None = None,
    ) -> None:
        """Hand the outcome of other work on in the GUI thread; a refusal is shown by itself.

        ``refused`` gets its sentence, and is told of a fault of the program as well.
        """
        self._when_done(future, partial(self._settle, then, refused))

    def _when_done(self, future: Future[Any], work: Callable[[Future[Any]], object]) -> None:
        def hand_over(done: Future[Any]) -> None:
            with suppress(RuntimeError):  # the window may be gone before the answer comes
                self._bridge.call(partial(work, done))

        future.add_done_callback(hand_over)

    def _on_outcome(
        self,
        about: frozenset[str],
        then: Callable[[Outcome], object] | None,
        refused: Callable[[str], object] | None,
        done: Future[Outcome],
    ) -> None:
        for number in about:
            self.pending.pop(number, None)
        self.pending_changed.emit()
        self._settle(then, refused, done)

    def _settle(
        self,
        then: Callable[[Any], object] | None,
        refused: Callable[[str], object] | None,
        done: Future[Any],
    ) -> None:
        if done.cancelled():
            return
        try:
            value = done.result()
        except Refusal as refusal:
            self._refuse(refusal, refused)
            return
        except Exception:
            if refused is not None and _is_alive(refused):
                refused(words.sentence(Refusal("program_fault"), self.lang))
            raise
        if then is not None and _is_alive(then):
            then(value)

    def _refuse(self, refusal: Refusal, refused: Callable[[str], object] | None) -> None:
        sentence = refusal_words(refusal, self.hall, self.lang)
        self.refused.emit(sentence)
        if refused is not None and _is_alive(refused):
            refused(sentence)

    def _hear(self, delta: Delta) -> None:
        """Take in what was committed, on the thread that did; a crowd of cases in handfuls.

        Whatever else was committed comes with the last of them.
        """
        cases = delta.cases
        while len(cases) > _HANDFUL:
            self._bridge.post(Delta(cases=cases[:_HANDFUL]))
            cases = cases[_HANDFUL:]
        self._bridge.post(delta if cases is delta.cases else replace(delta, cases=cases))

    def _on_opened(self, work: Any) -> None:
        self.picture.begin(work)
        self.changed.emit([])

    def _on_delivered(self, batch: list[Delta]) -> None:
        for delta in batch:
            self.picture.apply(delta)
        self.changed.emit(batch)

    def _on_tick(self) -> None:
        now = self.now()
        if not self._attended_at <= now < self._attended_at + beat(self.hall.limits):
            self._attend()
        self.ticked.emit(now)

    def _attend(self) -> None:
        """Say that somebody sits here; said by the window itself, so that a frozen one does not."""
        self._attended_at = self.now()
        if self.may(Claim):
            self.seat.desk.attend(by=self.operator)

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""
        QGuiApplication.clipboard().setText(text)


def _weight(delta: Delta) -> int:
    """Return how many things the screens have to look at anew."""
    return 1 + len(delta.cases) + len(delta.whistles) + len(delta.alerts) + len(delta.positions)


def _is_alive(work: Callable[..., object]) -> bool:
    """Tell whether whoever asked is still there: a dialog may be closed before its answer comes."""
    while isinstance(work, partial):
        work = work.func
    owner = getattr(work, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
