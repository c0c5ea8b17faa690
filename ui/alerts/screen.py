"""The review list of video alerts: look, judge with one key, make a case of what is true."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.perform import Outcome
from commandcenter.domain import words
from commandcenter.domain.alert import Verdict, VideoAlert
from ui.actions import ACTIONS, actions_of, key_text
from ui.alerts.columns import COLUMNS, Reader
from ui.alerts.delegate import AlertRow
from ui.alerts.details import lines, title
from ui.alerts.model import AlertModel
from ui.focus import focus_of
from ui.forms.field import subject_of
from ui.forms.host import FormHost
from ui.forms.whistle_forms import PROMOTE
from ui.icons import icon
from ui.stage import Stage
from ui.theme import Tokens, theme_of
from ui.wording import Both, headed, phrase
from widgets.card import Card
from widgets.dress import Kind, Size, dress
from widgets.empty_state import EmptyState
from widgets.flow_layout import FlowLayout
from widgets.paint import unit
from widgets.plain_label import PlainLabel
from widgets.reading_table import ReadingTable
from widgets.safe import safe_override
from widgets.safe_text import tip
from widgets.tone import Tone

_NOTHING: Final[Both] = (
    "没有待研判的视频告警。\n新告警会自动出现在这里。",
    "No video alert waits for a judgement.\nNew ones appear here.",
)
_NONE_HERE: Final[Both] = (
    "专注的案卷没有视频告警。\n按 Esc 退出专注。",
    "No video alert belongs to the case in focus.\nEsc leaves the focus.",
)
_COUNT: Final[Both] = ("待研判 {n} 条", "{n} to judge")
_WORST: Final[Both] = ("其中一级 {n} 条", "{n} of level 1")
_WAITING: Final[Both] = ("↑ {n} 条新告警", "↑ {n} new")
_CHOSEN: Final[Both] = ("已选 {n} 条，研判对全部生效", "{n} chosen; a judgement holds for all")
_WHY: Final[Both] = ("误报原因", "Why it is false")
_OTHER: Final[Both] = ("其他原因，回车提交", "Another reason, then Enter")
_CASE_MADE: Final[Both] = ("已转为案卷 {no}", "Case {no} was made")
_REASONS: Final[tuple[Both, ...]] = (
    ("树影", "Shadow of a tree"),
    ("雨", "Rain"),
    ("动物", "Animal"),
    ("广告牌", "Billboard"),
    ("车灯", "Headlights"),
)
_VERDICTS: Final = {
    "review_true": Verdict.TRUE,
    "review_false": Verdict.FALSE,
    "review_duplicate": Verdict.DUPLICATE,
    "review_unclear": Verdict.UNCLEAR,
}
_LOCAL_KEYS: Final = {it.key: it.id for it in ACTIONS.values() if it.local}
_EM: Final = 14  # the font size in units
_FROM: Final = {"started": 28, "confidence": 36, "cleared": 36, "place": 56, "count": 56}
"""Ems of width from which a column is shown; the details below the list name them all."""
_ROWS: Final = 5  # of the list that come before the lesser details
_FIRST: Final = 2  # lines that say when and where
_WORDS: Final = 16  # wide characters of a reason in sight
_LEAST_WIDTH: Final = 16  # times the height of a line
_EDGE, _GAP = 12, 8  # around the pane and inside the card; between two parts
_MOVES: Final = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}


class _Reasons(QWidget):
    """Chips for why an alert is false; a digit chooses one, or words are typed."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.chips: list[QPushButton] = []
        self._name = PlainLabel(phrase(_WHY, lang), tone=Tone.QUIET)
        flow = FlowLayout(self, spacing=8)
        flow.addWidget(self._name)
        for at, both in enumerate(_REASONS, start=1):
            chip = QPushButton(f"{phrase(both, lang)}  {at}")
            chip.setAccessibleName(phrase(both, lang))
            self.chips.append(chip)
            flow.addWidget(chip)
        self._name.setMinimumHeight(self.chips[0].sizeHint().height())
        self.words = QLineEdit()
        self.words.setMaxLength(200)
        self.words.setPlaceholderText(phrase(_OTHER, lang))
        self.words.setAccessibleName(phrase(_OTHER, lang))
        self.words.setMinimumWidth(self.words.fontMetrics().averageCharWidth() * _WORDS)
        flow.addWidget(self.words)
        self.hide()


class AlertsScreen(QWidget):
    """Alerts nobody has judged yet. Keys: 1–4 judge, 5 makes a case, J and K go on and back.

    While the pointer is over the list or a reason is being chosen the rows keep their places; what
    arrives meanwhile is counted in a pill above the list.
    """

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage, self._actions = stage, actions_of(stage)
        self._reader = Reader(hall=stage.hall, lang=stage.lang, now=stage.now())
        self._shown_key = ""
        self._focus = focus_of(stage)
        self._before = ("", 0)
        self._fitted: tuple[list[str], int, int] = ([], 0, 0)  # the details shown, and their room
        self.setAccessibleName(ACTIONS["panel_alerts"].label(stage.lang))
        self.model = AlertModel(self._reader, self)
        self.view = self._table()
        self.forms = FormHost(stage, home=self.view)
        self._count = PlainLabel(size=Size.TITLE)
        self._worst = PlainLabel(tone=Tone.OVER)
        self._pill = QPushButton()
        self._pill.clicked.connect(self._on_pill)
        self._empty = EmptyState(phrase(_NOTHING, stage.lang))
        self._card = Card()
        self._lines = PlainLabel(tone=Tone.QUIET, wrap=True, selectable=True)
        self._chosen = PlainLabel(tone=Tone.ACCENT)
        self._reasons = _Reasons(stage.lang)
        self._buttons: dict[str, QPushButton] = {}
        self._build()
        self._listen()
        self._show()

    def _table(self) -> ReadingTable:
        view = ReadingTable()
        view.setModel(self.model)
        view.setItemDelegate(AlertRow(view))
        view.setAccessibleName(ACTIONS["panel_alerts"].label(self._stage.lang))
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        one = unit(view.font())
        height = round(view.fontMetrics().height() + 12 * one)
        view.verticalHeader().setDefaultSectionSize(height)
        view.verticalHeader().setMinimumSectionSize(height)
        header = view.horizontalHeader()
        header.setSectionsMovable(True)
        for at, column in enumerate(COLUMNS):
            if column.width:
                view.setColumnWidth(at, round(column.width * _EM * one))
            else:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        return view

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        for widget in (self._count, self._worst, self._pill):
            head.addWidget(widget)
        head.addStretch(1)
        dress(self._pill, Kind.PRIMARY)
        self._card.body.addWidget(self._lines)
        self._card.body.addWidget(self._chosen)
        self._deeds = QWidget()
        flow = FlowLayout(self._deeds, spacing=_GAP)
        for id_ in (*_VERDICTS, "promote"):
            flow.addWidget(self._button(id_))
        self._card.body.addWidget(self._deeds)
        self._card.body.addWidget(self._reasons)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, _GAP, _EDGE, _GAP)
        column.setSpacing(_GAP)
        column.addLayout(head)
        column.addWidget(self._empty, 1)
        column.addWidget(self.view, 1)
        column.addWidget(self.forms)
        column.addWidget(self._card)

    def _button(self, id_: str) -> QPushButton:
        button = QPushButton()
        button.setAccessibleName(ACTIONS[id_].label(self._stage.lang))
        button.clicked.connect(partial(self._actions.trigger, id_))
        self._buttons[id_] = button
        return button

    def _listen(self) -> None:
        stage = self._stage
        stage.changed.connect(self._on_changed)
        stage.ticked.connect(self._on_ticked)
        stage.alert_wanted.connect(self._on_wanted)
        stage.pending_changed.connect(self._show_buttons)
        self._focus.changed.connect(self._on_focus)
        self._focus.grown.connect(self._show)
        stage.operator_changed.connect(self._show_buttons)
        self.view.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.view.selectionModel().selectionChanged.connect(self._on_chosen)
        self.view.installEventFilter(self)
        self.forms.changed.connect(self._show_details)
        self.forms.done.connect(self._on_promoted)
        self._reasons.words.returnPressed.connect(self._on_words)
        for at, chip in enumerate(self._reasons.chips):
            chip.clicked.connect(partial(self._on_chip, at))
        for id_, verdict in _VERDICTS.items():
            self._actions.on(id_, partial(self._on_verdict, verdict))
        self._actions.on("promote", self._on_promote)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme = theme_of(app)
            theme.changed.connect(self._on_theme_changed)
            self._on_theme_changed(theme.tokens)

    def _on_theme_changed(self, tokens: Tokens) -> None:
        self._empty.show_icon(icon("camera", tokens.faint))

    # -- what is shown --

    @property
    def current(self) -> VideoAlert | None:
        """The alert being looked at."""
        index = self.view.currentIndex()
        return self.model.alert(index) if index.isValid() else None

    @property
    def chosen(self) -> list[VideoAlert]:
        """The alerts a judgement would hold for."""
        rows = self.view.selectionModel().selectedRows()
        found = [self.model.alert(index) for index in rows]
        return found or ([self.current] if self.current else [])

    def _on_changed(self, batch: Sequence[Delta]) -> None:
        if not batch or any(delta.alerts for delta in batch):
            self._show()

    def _on_ticked(self, now: datetime) -> None:
        if not self.isVisible():
            return
        self.model.tell_time(now)
        if self.model.waiting and not self._is_reading():
            self._show()

    def _is_reading(self) -> bool:
        """Whether rows must stay where they are."""
        scrolled = self.view.verticalScrollBar().value() > 0
        return self.view.underMouse() or scrolled or self._reasons.isVisible()

    def _waiting(self) -> Mapping[str, VideoAlert]:
        """Return the alerts that are shown: while a case is in focus, those it came from."""
        alerts, focus = self._stage.picture.alerts, self._focus
        if not focus.number:
            return alerts
        own = {case.alert for case in focus.family.values()}
        return {key: it for key, it in alerts.items() if key in own or it.case in focus.family}

    def _on_focus(self) -> None:
        """Show the alerts of the case in focus alone; back to the one that was looked at."""
        bar, looked_at = self.view.verticalScrollBar(), self.current
        if self._focus.number:
            self._before = (looked_at.key if looked_at else "", bar.value())
        self._empty.show_text(
            phrase(_NONE_HERE if self._focus.number else _NOTHING, self._stage.lang)
        )
        self._show(settle=True)
        if not self._focus.number:
            key, at = self._before
            if (index := self.model.index_of(key)).isValid():
                self._go_to(index.row())
            bar.setValue(at)

    def _show(self, *, settle: bool = False) -> None:
        alerts = self._waiting()
        self._reader.now = self._stage.now()
        held = self.model.rowCount() > 0 and self._is_reading() and not settle
        before, seen = self.current, self._is_in_sight(self.view.viewport().height())
        self.model.show_alerts(alerts, held=held)
        if not self.view.currentIndex().isValid() and self.model.rowCount():
            self._go_to(0)
        elif (now := self.current) is not None:
            is_next = before is None or now.key != before.key
            if is_next and not self.view.selectionModel().hasSelection():
                self._go_to(self.view.currentIndex().row())  # Qt only moves the keyboard there
            if is_next or seen:
                self.view.scrollTo(self.view.currentIndex())
        lang, level_one = self._stage.lang, sum(it.priority == 1 for it in alerts.values())
        self._count.setText(phrase(_COUNT, lang).format(n=len(alerts)))
        self._worst.setText(phrase(_WORST, lang).format(n=level_one) if level_one else "")
        self._pill.setText(phrase(_WAITING, lang).format(n=self.model.waiting))
        self._pill.setAccessibleName(self._pill.text())
        self._pill.setVisible(self.model.waiting > 0)
        some = self.model.rowCount() > 0
        self._empty.setVisible(not some)
        for widget in (self.view, self._count):
            widget.setVisible(some)
        self._show_details()

    def _is_in_sight(self, height: int) -> bool:
        """Tell whether the row of the current alert is in sight where the list is so high."""
        row = self.view.visualRect(self.view.currentIndex())
        return row.isValid() and row.bottom() > 0 and row.top() < height

    def _show_details(self) -> None:
        alert = self.current
        self._card.setVisible(alert is not None and self.forms.panel is None)
        if alert is None:
            return
        if alert.key != self._shown_key:
            self._shown_key = alert.key
            self._close_reasons()
        self._card.set_title(title(alert, self._reader))
        count = len(self.view.selectionModel().selectedRows())
        self._chosen.setText(phrase(_CHOSEN, self._stage.lang).format(n=count))
        self._chosen.setVisible(count > 1)
        self._show_buttons()
        self._show_lines(lines(alert, self._reader))

    def _show_lines(self, told: list[str]) -> None:
        """Show as many details as leave the list its rows: when and where at the least."""
        inner = self.width() - 4 * _EDGE
        room = self.height() - self._taken(inner)
        if (told, inner, room) == self._fitted:  # to try again would lay out with every batch
            return
        self._fitted = told, inner, room
        for count in range(len(told), _FIRST - 1, -1):
            self._lines.setText("\n".join(told[:count]))
            if self._lines.heightForWidth(inner) <= room:
                break
        tip(self._lines, "\n".join(told) if self._lines.text() != "\n".join(told) else "")

    def _taken(self, inner: int) -> int:
        """Return the height that the rows of the list and the rest of the card need."""
        rows = min(self.model.rowCount(), _ROWS) * self.view.verticalHeader().defaultSectionSize()
        table = self.view.horizontalHeader().sizeHint().height() + rows
        title_ = self._count.sizeHint().height()  # the pane's, and as high the card's
        flows = [it for it in (self._deeds, self._reasons) if not it.isHidden()]
        chosen = 0 if self._chosen.isHidden() else self._chosen.sizeHint().height() + _GAP
        card = title_ + chosen + sum(it.heightForWidth(inner) + _GAP for it in flows) + 2 * _EDGE
        return title_ + table + card + 5 * _GAP

    def _show_buttons(self) -> None:
        alert = self.current
        pending = alert is not None and alert.key in self._stage.pending
        for id_, button in self._buttons.items():
            command = ACTIONS[id_].command
            button.setText(self._label(id_))
            button.setVisible(command is not None and self._stage.may(command))
            button.setEnabled(not pending)

    def _label(self, id_: str) -> str:
        """Return what a button says; the digits are those of the reasons while one is chosen."""
        action, verdict, lang = ACTIONS[id_], _VERDICTS.get(id_), self._stage.lang
        label = headed(words.word(verdict, lang) if verdict else action.label(lang))
        choosing = self._reasons.isVisibleTo(self._card)
        return label if choosing else f"{label}  {key_text(action.key)}"

    def _on_current_changed(self, *_indexes: object) -> None:
        self._show_details()

    def _on_chosen(self, *_what: object) -> None:
        self._show_details()

    def _on_wanted(self, key: str) -> None:
        self._show(settle=True)  # it may be one of those that wait above the list
        if (index := self.model.index_of(key)).isValid():
            self._go_to(index.row())

    def _on_pill(self) -> None:
        self._show(settle=True)
        self.view.scrollToTop()

    # -- judging --

    def _go_to(self, row: int) -> None:
        index = self.model.index(max(0, min(row, self.model.rowCount() - 1)), 0)
        self.view.select_only(index)

    def _on_verdict(self, verdict: Verdict) -> None:
        if verdict is Verdict.FALSE:
            self._reasons.show()
            self._show_details()
            self._reasons.chips[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._judge(verdict, "")

    def _judge(self, verdict: Verdict, reason: str) -> None:
        for alert in self.chosen:
            self._stage.submit(
                c.Review(alert=alert.key, verdict=verdict, reason=reason), subject=alert.key
            )
        self._close_reasons()

    def _close_reasons(self) -> None:
        if self._reasons.isVisibleTo(self._card):
            self._reasons.words.clear()
            self._reasons.hide()
            self._show_details()
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_chip(self, at: int) -> None:
        self._judge(Verdict.FALSE, phrase(_REASONS[at], self._stage.lang))

    def _on_words(self) -> None:
        if said := self._reasons.words.text().strip():
            self._judge(Verdict.FALSE, said)

    def _on_promote(self) -> None:
        if (alert := self.current) is not None:
            self.forms.open(PROMOTE, subject_of(self._stage, alert=alert))

    def _on_promoted(self, outcome: Outcome) -> None:
        if outcome.case is not None:
            said = phrase(_CASE_MADE, self._stage.lang).format(no=outcome.case.no)
            self._stage.told.emit(said)
            self._stage.select(outcome.case.no)

    # -- keys --

    @override
    @safe_override(False)
    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self._reasons.isVisible()
        ):
            event.accept()  # Esc leaves the reasons before it leaves the screen
            return True
        return super().event(event)

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent):  # what is judged stays in sight beside its details
            taken = event.oldSize().height() - event.size().height()
            if self._is_in_sight(self.view.viewport().height() + taken):
                self.view.scrollTo(self.view.currentIndex())
        # the table would search for a row that begins with the letter
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._pressed(event)
        return False

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._pressed(event):
            super().keyPressEvent(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if self._reasons.isVisible():
            return self._pressed_in_reasons(event)
        if step := _MOVES.get(Qt.Key(event.key())):
            self._go_to(self.view.currentIndex().row() + step)
            return True
        id_ = _LOCAL_KEYS.get(event.text())
        if id_ is None or id_ not in self._buttons:
            return False
        self._actions.trigger(id_)
        return True

    def _pressed_in_reasons(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self._close_reasons()
            return True
        at = event.key() - Qt.Key.Key_1
        if 0 <= at < len(self._reasons.chips):
            self._on_chip(at)
            return True
        return False

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        """Reasons, or a form, take no room from what is beside them: they would keep it."""
        least, em = super().minimumSizeHint(), self.fontMetrics().height()
        return QSize(min(least.width(), _LEAST_WIDTH * em), least.height())

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ems = self.width() / (_EM * unit(self.font()))
        for at, column in enumerate(COLUMNS):
            self.view.setColumnHidden(at, ems < _FROM.get(column.key, 0))
        self._show_details()
