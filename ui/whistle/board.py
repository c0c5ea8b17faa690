"""One whistle as a board: a row for each body, with its clocks, its proof and what can be done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.questions import DeliveriesOf, Delivery
from commandcenter.domain import words
from commandcenter.domain.timers import Timer, TimerKind, call_timers
from commandcenter.domain.whistle import (
    Summons,
    SummonsState,
    Whistle,
)
from ui import wording
from ui.actions import ACTIONS, key_text
from ui.approach import approaches_of
from ui.beat import Beat
from ui.stage import Stage
from ui.whistle import deliveries, timeline
from ui.whistle.brief import Brief, Clock, More, Room
from ui.whistle.deeds import WhistleDeeds, deeds_of, opens
from ui.whistle.standing import Clocks, all_clocks, coming_words, facts, pressing_clock, standing
from ui.wording import Both, phrase
from widgets.badge import Badge
from widgets.cell_painter import capped
from widgets.dress import Kind, Size, dress
from widgets.flow_layout import FlowLayout
from widgets.lanes import Lanes
from widgets.paint import Shape
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.shape_mark import ShapeMark
from widgets.tone import Tone

_LEAD: Final[Both] = ("牵头", "Lead")
_HEAD: Final[Both] = (
    "{badge} · {kind} · {at} 吹哨（{ago}）",
    "{badge} · {kind} · blown {at} ({ago})",
)
_SHORT_HEAD: Final[Both] = ("{kind} · {at} 吹哨", "{kind} {at}")
_CLOCKS: Final[Mapping[TimerKind, Both]] = {
    TimerKind.ANSWER: ("应哨", "Answer"),
    TimerKind.REPORT_IN: ("报到", "Report in"),
    TimerKind.SUMMONS_RULING: ("裁定", "Ruling"),
    TimerKind.CALL: ("下一级呼叫", "Next call"),
}
_COMING: Final = (
    SummonsState.BLOWN,
    SummonsState.NOTIFIED,
    SummonsState.ANSWERED,
    SummonsState.EN_ROUTE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A button on a row: its words, the action it stands for, and what it answers beforehand."""

    key: str
    text: Both
    action: str
    command: type[c.Order]
    states: tuple[SummonsState, ...]
    answered: bool | None = None  # whether the body must have answered, or must not have
    answers: tuple[tuple[str, Any], ...] = ()
    kind: Kind = Kind.PLAIN


_OFFERS: Final = (
    Offer(
        key="answer", text=("代应哨", "Answer for it"), action="on_behalf", command=c.OnBehalf,
        states=_COMING, answered=False, answers=(("status", "answered"),),
    ),
    Offer(
        key="report_in", text=("代报到", "Report in for it"), action="on_behalf",
        command=c.OnBehalf, states=_COMING, answers=(("status", "reported_in"),),
    ),
    Offer(
        key="progress", text=("代报进展", "Progress"), action="on_behalf", command=c.OnBehalf,
        states=(SummonsState.REPORTED_IN, SummonsState.WORKING),
    ),
    Offer(
        key="urge", text=("催", "Urge"), action="urge_body", command=c.UrgeBody, states=_COMING,
    ),
    Offer(
        key="arbitrate", text=("提请裁定", "Ask for a ruling"), action="arbitrate",
        command=c.Arbitrate, states=(SummonsState.REFUSED,),
    ),
    Offer(
        key="escalate", text=("升级", "Escalate"), action="escalate", command=c.Escalate,
        states=(*_COMING, SummonsState.REFUSED, SummonsState.ARBITRATING),
    ),
    Offer(
        key="rule", text=("裁定", "Rule"), action="rule_summons", command=c.RuleSummons,
        states=(SummonsState.REFUSED, SummonsState.ARBITRATING), kind=Kind.PRIMARY,
    ),
    Offer(
        key="release", text=("同意撤离", "Release"), action="release", command=c.Release,
        states=(SummonsState.REPORTED_IN, SummonsState.WORKING),
    ),
    Offer(
        key="release_finished", text=("同意撤离", "Release"), action="release",
        command=c.Release, states=(SummonsState.FINISHED,), kind=Kind.PRIMARY,
    ),
    Offer(
        key="withdraw", text=("撤哨", "Withdraw"), action="withdraw", command=c.Withdraw,
        states=(*_COMING, SummonsState.REFUSED, SummonsState.ARBITRATING), kind=Kind.DANGER,
    ),
    Offer(
        key="rate", text=("评分", "Rate"), action="rate", command=c.Rate,
        states=(SummonsState.RELEASED,), kind=Kind.PRIMARY,
    ),
    Offer(
        key="rule_rating", text=("裁定申诉", "Rule on the appeal"), action="rule_rating",
        command=c.RuleRating, states=(SummonsState.RATED,), kind=Kind.PRIMARY,
    ),
    Offer(
        key="answer_rating", text=("代答复", "Its answer"), action="answer_rating",
        command=c.AnswerRating, states=(SummonsState.RATED,),
    ),
    Offer(
        key="appeal_rating", text=("代申诉", "Its appeal"), action="appeal_rating",
        command=c.AppealRating, states=(SummonsState.RATED,),
    ),
)  # fmt: skip


def offered(summons: Summons) -> Iterator[Offer]:
    """Yield what the township can do about a body, whoever sits at the seat."""
    for offer in _OFFERS:
        fits = offer.answered is None or offer.answered == (summons.answered_at is not None)
        if summons.state in offer.states and fits and opens(summons, offer.action):
            yield offer


_MARGINS: Final = (12, 8, 12, 8)
_SMALL_MARGINS: Final = (8, 4, 8, 4)
_SENT_EVERY_MS: Final = 1_000
_MESSAGE_MOST: Final = 120  # a reminder; the bodies read all of it


class BodyRow(QFrame):
    """One summoned body; a row is kept and shows another body when another whistle is shown."""

    opened = Signal()  # all of it is wanted, or no longer

    def __init__(self, stage: Stage, deeds: WhistleDeeds) -> None:
        super().__init__()
        dress(self, Kind.CARD)
        self._stage, self._deeds, self.body = stage, deeds, ""
        self._whistle: Whistle | None = None
        self._approaches = approaches_of(stage)
        self._mark = ShapeMark(Shape.RING, Tone.QUIET)
        self._name = PlainLabel(elide=True, size=Size.TITLE)
        self._lead = Badge(phrase(_LEAD, stage.lang), tone=Tone.SIGNAL)
        self._state = PlainLabel()
        who = QWidget()
        row = QHBoxLayout(who)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._mark, self._name, self._lead):
            row.addWidget(widget)
        row.addStretch(1)
        head = FlowLayout(spacing=8, shared=True)  # a long state goes below the name
        head.addWidget(who)
        head.addWidget(self._state)
        self._more = More(stage.lang)
        head.addWidget(self._more)
        self._clocks = {kind: Clock(phrase(both, stage.lang)) for kind, both in _CLOCKS.items()}
        bars = FlowLayout(spacing=16, shared=True)
        for clock in self._clocks.values():
            bars.addWidget(clock)
        self._brief = Brief()
        self._brief.first.clicked.connect(self._on_first)
        self._more.clicked.connect(self._on_more)
        self._is_small = self._is_open = False
        self._first: Offer | None = None
        self._facts = PlainLabel(tone=Tone.QUIET, wrap=True, selectable=True)
        self._buttons: dict[str, QPushButton] = {}
        self._deeds_row = QWidget()
        self._flow = FlowLayout(self._deeds_row, spacing=8)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        self._column.addWidget(self._brief)
        self._column.addLayout(bars)
        self._column.addWidget(self._facts)
        self._column.addWidget(self._deeds_row)
        self.make_small(small=False)

    def show_body(self, body: str) -> None:
        """Be the row of another body."""
        self.body, self._is_open = body, False
        self._name.setText(wording.body_name(self._stage.hall, body, self._stage.lang))
        self.setAccessibleName(self._name.text())
        for button in self._buttons.values():
            button.setAccessibleName(f"{self._name.text()} {button.text()}")

    def _button(self, offer: Offer) -> QPushButton:
        """Return the button of an offer; it is made when it is first needed."""
        button = self._buttons.get(offer.key)
        if button is None:
            button = QPushButton(phrase(offer.text, self._stage.lang), self._deeds_row)
            button.setAccessibleName(f"{self._name.text()} {button.text()}")
            dress(button, offer.kind)
            button.clicked.connect(partial(self._on_clicked, offer))
            self._buttons[offer.key] = button
            self._line_up()
        return button

    def _line_up(self) -> None:
        """Put the buttons into the order of the offers, whenever each was made."""
        while self._flow.takeAt(0) is not None:
            continue
        for offer in _OFFERS:
            if (button := self._buttons.get(offer.key)) is not None:
                self._flow.addWidget(button)

    def show_summons(
        self, whistle: Whistle, now: datetime, running: Clocks, sent: tuple[Delivery, ...] = ()
    ) -> None:
        """Show the body as it stands now.

        ``running`` are the clocks of all bodies, ``sent`` is what was to leave for this one.
        """
        self._whistle, summons = whistle, whistle.of(self.body)
        lang, stage = self._stage.lang, self._stage
        found = standing(whistle, summons, now, lang, running=running)
        self._mark.show_mark(found.shape, found.tone)
        brief = self._is_small and not self._is_open
        self._state.setText((found.beside_clock if brief else "") or found.words)
        self._state.set_tone(found.tone)
        self.setAccessibleDescription(found.words)
        self._lead.setVisible(summons.lead)
        own = {**running[self.body]}
        own |= {it.kind: it for it in call_timers(whistle) if it.part == self.body}
        for kind, clock in self._clocks.items():
            clock.show_timer(None if brief else own.get(kind), now, stage)
        lines = facts(stage.hall, summons, now, lang)
        coming = self._approaches.of(whistle.no, self.body, now)
        if coming is not None:
            lines.insert(0, coming_words(coming, now, lang))
        if not summons.is_over:
            lines += deliveries.lines(sent, stage.hall, now, lang, wired=stage.picture.wired)
        self._facts.setText("\n".join(lines))
        self._facts.setVisible(bool(lines) and not brief)
        offers = [it for it in offered(summons) if stage.may(it.command)]
        on_offer = {it.key: self._button(it) for it in ([] if brief else offers)}
        pending = whistle.no in stage.pending
        for key, button in self._buttons.items():
            button.setVisible(key in on_offer)
            button.setEnabled(not pending)
        self._brief.first.setEnabled(not pending)
        self._deeds_row.setVisible(bool(on_offer))
        if self._is_small:
            self._show_brief(whistle, offers, pressing_clock(running[self.body], now), now)

    def _show_brief(
        self, whistle: Whistle, offers: Sequence[Offer], timer: Timer | None, now: datetime
    ) -> None:
        """Show the one clock that matters and the one button, unless all of it is open."""
        name, lang = self._name.text(), self._stage.lang
        rings = whistle.of(self.body).to_dial is not None
        self._first = next((it for it in offers if it.kind is Kind.PRIMARY), None)
        self._first = self._first or next(iter(offers), None)
        shown = None if self._is_open else self._first
        said, kind = (phrase(shown.text, lang), shown.kind) if shown else ("", Kind.PLAIN)
        self._brief.setVisible(not self._is_open)
        self._brief.show_first(name, said, kind)
        self._more.show_more(name, is_open=self._is_open, rings=rings)
        if timer is not None:
            self._brief.clock.show_name(phrase(_CLOCKS[timer.kind], lang))
        self._brief.clock.show_timer(None if self._is_open else timer, now, self._stage)

    def make_small(self, *, small: bool) -> None:
        """Have two lines where there is little room, and all else one press away."""
        self._is_small = small
        self._brief.setVisible(small)
        self._more.setVisible(small)
        self._column.setContentsMargins(*(_SMALL_MARGINS if small else _MARGINS))
        self._column.setSpacing(0 if small and not self._is_open else 4)

    def _on_first(self) -> None:
        if self._first is not None:
            self._on_clicked(self._first)

    def _on_more(self) -> None:
        self._is_open = not self._is_open
        self.make_small(small=self._is_small)
        self.opened.emit()

    def _on_clicked(self, offer: Offer) -> None:
        if self._whistle is None:
            return
        if offer.action == "urge_body":
            self._deeds.urge(self._whistle, self.body)
        else:
            self._deeds.ask(offer.action, self._whistle, body=self.body, **dict(offer.answers))


class WhistleBoard(QWidget):
    """All bodies of one whistle, the worst first.

    While the pointer or the keyboard is on the board its rows keep their places, and new ones come
    last: a button must not move away from under a click, nor while the pointer is on its way.
    """

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage, self._deeds = stage, deeds_of(stage)
        self.whistle: Whistle | None = None
        self._rows: dict[str, BodyRow] = {}
        self._spare: list[BodyRow] = []
        self._sent: Mapping[str, tuple[Delivery, ...]] = {}
        self._asked = ("", 0)
        self._sent_beat = Beat(self._ask_sent, self, every_ms=_SENT_EVERY_MS)
        stage.changed.connect(self._on_changed)
        self._order: list[str] = []
        self._head = PlainLabel(tone=Tone.SIGNAL, wrap=True)
        self._message = PlainLabel(tone=Tone.QUIET, wrap=True)
        self._lanes = Lanes(phrase(timeline.NAME, stage.lang))
        self._legend = PlainLabel(
            phrase(timeline.LEGEND, stage.lang), tone=Tone.QUIET, size=Size.CAPTION, wrap=True
        )
        self._all: Mapping[str, QPushButton] = {
            "release": self._whole("release", ("全部撤离", "Release all"), Kind.PLAIN),
            "withdraw": self._whole("withdraw", ("全部撤哨", "Withdraw all"), Kind.DANGER),
        }
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._head, 1)
        for button in self._all.values():
            head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        time = QVBoxLayout()
        time.setSpacing(4)
        time.addWidget(self._lanes)
        time.addWidget(self._legend)
        bodies = QVBoxLayout()
        bodies.setSpacing(8)
        said = QVBoxLayout()
        said.addWidget(self._message)
        self._time, self._bodies, self._said = time, bodies, said
        self._room = Room.LOW
        for part in (said, bodies, time):
            self._column.addLayout(part)
        stage.pending_changed.connect(self._on_pending_changed)
        stage.operator_changed.connect(self._on_pending_changed)
        self.hide()

    def _whole(self, action: str, text: Both, kind: Kind) -> QPushButton:
        words_ = phrase(text, self._stage.lang)
        key = ACTIONS[action].key
        button = QPushButton(f"{words_}  {key_text(key)}" if key else words_)
        button.setAccessibleName(words_)
        dress(button, kind)
        button.clicked.connect(partial(self._on_whole, action))
        return button

    def show_whistle(self, whistle: Whistle | None, now: datetime) -> None:
        """Show a whistle as it stands now; none hides the board."""
        if whistle is None or self.whistle is None or whistle.no != self.whistle.no:
            self._clear()
        self.whistle = whistle
        self.setVisible(whistle is not None)
        if whistle is None:
            return
        for summons in whistle.summons:
            if summons.body not in self._rows:
                row = self._spare.pop() if self._spare else self._new_row()
                row.show_body(summons.body)
                row.make_small(small=self._room is Room.SMALL)
                self._rows[summons.body] = row
        self._show(whistle, now)
        if (whistle.no, whistle.version) != self._asked:
            self._asked = whistle.no, whistle.version
            self._sent_beat.ask()

    def _new_row(self) -> BodyRow:
        row = BodyRow(self._stage, self._deeds)
        row.opened.connect(self._show_again)
        return row

    def _on_changed(self, batch: list[Delta]) -> None:
        if self.whistle is not None and any(
            delta.outgoing or delta.attempts or delta.wired for delta in batch
        ):
            self._sent_beat.ask()

    def _ask_sent(self) -> None:
        if self.whistle is not None:
            number = self.whistle.no
            self._stage.ask(DeliveriesOf(whistle=number), partial(self._on_sent, number))

    def _on_sent(self, number: str, found: tuple[Delivery, ...]) -> None:
        if self.whistle is not None and self.whistle.no == number:
            self._sent = deliveries.by_body(found)
            self._show(self.whistle, self._stage.now())

    def fit(self, room: Room) -> None:
        """Let time stand above the bodies, the bodies first, or those alone and in brief."""
        if self._room is room:
            return
        self._room = room
        parts = {
            Room.TALL: (self._said, self._time, self._bodies),
            Room.LOW: (self._said, self._bodies, self._time),
            Room.SMALL: (self._bodies, self._said, self._time),
        }
        for part in parts[room]:
            self._column.removeItem(part)
            self._column.addLayout(part)
        for row in self._rows.values():
            row.make_small(small=room is Room.SMALL)
        self._show_again()

    def tick(self, now: datetime) -> None:
        """Let the clocks go on."""
        if self.whistle is not None and self.isVisible():
            self._show(self.whistle, now)

    def _show(self, whistle: Whistle, now: datetime) -> None:
        lang, hall = self._stage.lang, self._stage.hall
        self._head.setText(
            phrase(_SHORT_HEAD if self._room is Room.SMALL else _HEAD, lang).format(
                badge=wording.whistle_badge(whistle, lang),
                kind=words.word(whistle.kind, lang),
                at=wording.local_time(whistle.blown_at, hall.zone, now),
                ago=wording.ago(whistle.blown_at, now, lang),
            )
        )
        case = self._stage.picture.cases.get(whistle.case)
        title = case.title if case else ""  # stands over the board; often it is all that was said
        message = "" if whistle.message == title else whistle.message
        said = " · ".join(filter(None, (message, whistle.gear)))
        self._message.setText(capped(said, _MESSAGE_MOST))
        self._message.setVisible(bool(said))
        then = timeline.shown_at(whistle, now)
        self._lanes.show_lanes(
            timeline.lanes(whistle, hall, then, lang),
            timeline.rules(whistle, hall, then, lang),
            end=timeline.end(whistle, then),
        )
        running = all_clocks(whistle)
        for row in self._rows.values():
            row.show_summons(whistle, now, running, self._sent.get(row.body, ()))
        self._show_whole(whistle)
        self._sort(whistle, now)

    def _show_whole(self, whistle: Whistle) -> None:
        pending = whistle.no in self._stage.pending
        for action, button in self._all.items():
            command = ACTIONS[action].command
            able = [it for it in whistle.summons if opens(it, action)]
            allowed = command is not None and self._stage.may(command)
            button.setVisible(len(able) > 1 and allowed)
            button.setEnabled(not pending)

    def _sort(self, whistle: Whistle, now: datetime) -> None:
        place = {it.body: at for at, it in enumerate(whistle.summons)}
        running = all_clocks(whistle)
        ranks = {
            it.body: standing(whistle, it, now, running=running).rank for it in whistle.summons
        }
        order = sorted(self._rows, key=lambda body: (ranks[body], place[body]))
        if self._order and self._is_in_use():
            order = [*self._order, *(body for body in order if body not in self._order)]
        if order == self._order:
            return
        self._order = order
        for body in order:
            self._bodies.removeWidget(self._rows[body])
            self._bodies.addWidget(self._rows[body])
            self._rows[body].show()

    def _is_in_use(self) -> bool:
        held = QApplication.focusWidget()
        return self.underMouse() or (held is not None and self.isAncestorOf(held))

    @override
    @safe_override(None)
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._show_again()

    def _clear(self) -> None:
        for row in self._rows.values():
            self._bodies.removeWidget(row)
            row.hide()
        self._spare += self._rows.values()
        self._rows, self._order, self._sent = {}, [], {}

    def _on_pending_changed(self) -> None:
        if self.isVisible():
            self._show_again()

    def _show_again(self) -> None:
        if self.whistle is not None:
            self._show(self.whistle, self._stage.now())

    def _on_whole(self, action: str) -> None:
        if self.whistle is not None:
            self._deeds.ask(action, self.whistle)
