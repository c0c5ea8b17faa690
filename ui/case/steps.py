"""The steps that can be taken on the case now, as buttons with their keys on them."""

from datetime import datetime
from functools import partial
from itertools import pairwise
from math import ceil
from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from typing_extensions import override

from commandcenter.domain.case import SUPERVISORS, Case
from commandcenter.domain.claim import Grip
from ui.actions import (
    ACTIONS,
    Action,
    Obstacle,
    Section,
    actions_of,
    key_beside,
    key_text,
    obstacle,
)
from ui.icons import wear_icon
from ui.stage import Stage
from ui.theme import theme_of
from ui.wants import need_at, step_for
from ui.wording import Both, phrase
from widgets.dress import Kind, dress
from widgets.flow_layout import FlowLayout, in_lines
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.safe_text import tip
from widgets.tone import Tone

_FREE_IN: Final[Both] = ("{n} 秒后可接手", "Take over in {n} s")
_FOR: Final[Both] = ("{what} {count} 件", "{what}: {count}")
_PENDING: Final[Both] = ("正在提交…", "Sending…")
_TAKE_OVER: Final[Both] = ("接手", "Take over")
_MORE: Final[Both] = ("还有 {n} 项 ▾", "{n} more ▾")
_MORE_STEPS: Final[Both] = ("其余 {n} 项操作", "{n} more steps")
_HIS: Final[Both] = (
    "认领人在席或刚离席：请对方移交，或请值班长接手",
    "Whoever claimed it is there, or just left: ask for it, or let a supervisor take it",
)
_FORWARD: Final = (
    "answer_doubts",
    "file",
    "verified",
    "dispatch",
    "rule",
    "check",
    "close",
    "sign",
    "report",
    "follow_up",
)
_HAS_TO_WAIT: Final = {Obstacle.KEPT_OPEN, Obstacle.OWN_WORK}
_INKS: Final = {Kind.PRIMARY: "on_accent", Kind.DANGER: "over"}
_KINDS: Final = {
    "reject": Kind.DANGER,
    "force_close": Kind.DANGER,
}
_SPACING: Final = 8
_LEAST_LINES: Final = 2
_SHARE: Final = 0.2  # of the height of the panel: the facts of the case need the rest
_ELSEWHERE: Final = frozenset({"reveal"})  # its button stands beside the reporter


_ROOM_CHANGES: Final = {QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Show}


class StepButtons(QWidget):
    """What the loop and the role allow now; what is not allowed is not shown.

    Only the next step is, of a case that is kept open or that is for another to check: it cannot be
    pressed, and its tip says why.

    The step that is needed comes first, then the others in the order of the loop, in as many lines
    as ``fit`` leaves them; the rest is one press away.
    """

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage, self._actions = stage, actions_of(stage)
        self._buttons: dict[str, QPushButton] = {}
        self._worn: dict[str, Kind] = {}
        self._said: dict[str, tuple[str, bool]] = {}
        self._case: Case | None = None
        self._has_alike = False
        self._pending = PlainLabel(phrase(_PENDING, stage.lang), tone=Tone.QUIET)
        self._open: list[str] = []  # what can be done now, what is needed first
        self._first = ""
        self._lines = _LEAST_LINES
        self._flow = FlowLayout(self, spacing=_SPACING)
        for action in ACTIONS.values():
            is_step = action.section is Section.CASE and action.command is not None
            if is_step and action.id not in _ELSEWHERE:
                self._flow.addWidget(self._button(action))
        self._more = QPushButton()
        self._more.clicked.connect(self._on_more)
        dress(self._more, Kind.QUIET)
        self._flow.addWidget(self._more)
        self._flow.addWidget(self._pending)

    @property
    def offered(self) -> tuple[str, ...]:
        """What can be done now, by a button or one press further."""
        return tuple(self._open)

    def fit(self, height: int) -> None:
        """Take no more than a share of a panel so high, but always two lines."""
        line = self._more.sizeHint().height() + _SPACING
        self._lines = max(_LEAST_LINES, int(height * _SHARE) // line)
        self._settle()

    def _lead_with(self, first: str) -> None:
        """Put the step that is needed before all others, for the eye and for the Tab key."""
        if first == self._first:
            return
        self._first = first
        while self._flow.takeAt(0) is not None:
            continue
        ranked = sorted(self._buttons, key=lambda id_: id_ != first)
        widgets = [*(self._buttons[id_] for id_ in ranked), self._more, self._pending]
        for widget in widgets:
            self._flow.addWidget(widget)
        for before, after in pairwise(widgets):
            self.setTabOrder(before, after)

    def _settle(self) -> None:
        """Show the buttons there is room for."""
        count = len(self._open)
        while count > 1 and self._lines_of(count) > self._lines:
            count -= 1
        for id_, button in self._buttons.items():
            button.setVisible(id_ in self._open[:count])
        left = len(self._open) - count
        self._more.setVisible(left > 0)
        if left:
            self._more.setText(self._more_words(left))
            self._more.setAccessibleName(phrase(_MORE_STEPS, self._stage.lang).format(n=left))

    def _more_words(self, left: int) -> str:
        return phrase(_MORE, self._stage.lang).format(n=left)

    def _more_width(self, left: int) -> int:
        """Return how wide the button to the rest would be; to change it would lay out anew."""
        words_now, metrics = self._more.text(), self._more.fontMetrics()
        other = metrics.horizontalAdvance(self._more_words(left))
        return self._more.sizeHint().width() + other - metrics.horizontalAdvance(words_now)

    def _lines_of(self, count: int) -> int:
        """Return how many lines so many buttons take, with the one to the rest if there is one."""
        widths = [self._buttons[id_].sizeHint().width() for id_ in self._open[:count]]
        if left := len(self._open) - count:
            widths.append(self._more_width(left))
        if not self._pending.isHidden():
            widths.append(self._pending.sizeHint().width())
        return len(in_lines(widths, self.width(), _SPACING))

    def _on_more(self) -> None:
        self.rest().popup(self._more.mapToGlobal(QPoint(0, self._more.height())))

    def rest(self) -> QMenu:
        """Return a menu of the steps that have no button in sight."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for id_ in self._open:
            if self._buttons[id_].isHidden():
                words, keyed = self._said[id_]
                entry = self._actions.qaction(id_, menu)
                entry.setText(key_beside(words, ACTIONS[id_].key if keyed else ""))
                entry.setEnabled(self._buttons[id_].isEnabled())
                menu.addAction(entry)
        return menu

    @override
    @safe_override(False)
    def event(self, event: QEvent) -> bool:
        if event.type() in _ROOM_CHANGES:
            self._settle()
        return super().event(event)

    def _button(self, action: Action) -> QPushButton:
        button = QPushButton()
        button.clicked.connect(partial(self._actions.trigger, action.id))
        self._buttons[action.id] = button
        self._say(action.id, self._actions.label(action.id))
        return button

    def _say(self, id_: str, words: str, *, keyed: bool = True) -> None:
        if self._said.get(id_) == (words, keyed):
            return
        self._said[id_] = (words, keyed)
        key = ACTIONS[id_].key if keyed else ""
        self._buttons[id_].setText(f"{words}  {key_text(key)}" if key else words)
        self._buttons[id_].setAccessibleName(words)

    def _dress(self, id_: str, kind: Kind) -> None:
        """Make a button one of the kinds, its icon in the ink that is read on it."""
        if self._worn.get(id_) is kind:
            return
        self._worn[id_] = kind
        dress(self._buttons[id_], kind)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            ink = _INKS.get(kind, "text")
            wear_icon(self._buttons[id_], theme_of(app), ACTIONS[id_].icon, ink)

    def show_alike(self, *, found: bool) -> None:
        """Offer to merge into the likeliest case while there is one, and only then."""
        if self._has_alike is not found:
            self._has_alike = found
            if self._case is not None:
                self.show_case(self._case)

    def show_case(self, case: Case) -> None:
        """Show the steps that are possible on a case."""
        stage, me = self._stage, self._stage.operator.id
        whistle = stage.picture.whistle_of(case)
        found = {
            id_: obstacle(ACTIONS[id_], stage.operator, case, whistle) for id_ in self._buttons
        }
        open_ = {id_ for id_, it in found.items() if it is None}
        kept = {id_ for id_ in _FORWARD if found[id_] in _HAS_TO_WAIT}
        if "suspend" in open_:  # whoever may order a hold need not ask for one
            open_.discard("ask_hold")
        if not stage.hall.mediates(case.category):
            open_.discard("begin_mediation")
        if not self._has_alike:
            open_.discard("merge_likeliest")
        several = bool(stage.chosen)
        if several:  # then every button acts on all that were chosen
            open_, kept = {id_ for id_ in self._buttons if self._actions.is_possible(id_)}, set()
        taken = case.claimed_by is not None and case.claimed_by != me
        pending = case.no in stage.pending
        self._case = case
        wanted = (step_for(need_at(stage, case)), *_FORWARD)
        first = next((id_ for id_ in wanted if id_ in open_), "")
        lead = first or next(iter(kept), "")  # there it is looked for, and says why it has to wait
        open_ |= kept
        given: set[str] = set()  # of several steps with one key the first is meant
        for id_, button in self._buttons.items():
            if id_ not in open_:  # what is not shown need not be said or drawn
                continue
            label = self._actions.label(id_)
            if several:
                count = self._actions.count(id_)
                label = phrase(_FOR, stage.lang).format(what=label, count=count)
            elif id_ == "claim" and taken:
                label = phrase(_TAKE_OVER, stage.lang)
            key = ACTIONS[id_].key
            self._say(id_, label, keyed=key not in given)
            given.add(key)
            button.setEnabled(not pending and id_ not in kept)
            tip(button, self._actions.why_not(id_) if pending or id_ in kept else "")
            self._dress(id_, Kind.PRIMARY if id_ == first else _KINDS.get(id_, Kind.PLAIN))
        self._pending.setVisible(pending)
        self._open = sorted((it for it in self._buttons if it in open_), key=lambda it: it != lead)
        self._lead_with(lead)
        self._settle()
        self.show_claim(stage.now())

    def show_claim(self, now: datetime) -> None:
        """Count down to when another's case can be taken over; till then only a supervisor may."""
        case, stage, button = self._case, self._stage, self._buttons["claim"]
        if (
            case is None
            or case.claimed_by in {None, stage.operator.id}
            or "claim" not in self._open
        ):
            return
        if stage.chosen:
            return
        claim = stage.picture.claim(case, stage.hall.limits)
        grip = Grip.LOOSE if claim is None else claim.grip(now)
        waits = grip is Grip.STALE and claim is not None
        left = ceil((claim.loose_at - now).total_seconds()) if waits and claim else 0
        label = phrase(_FREE_IN if waits else _TAKE_OVER, stage.lang).format(n=left)
        self._say("claim", label)
        may = grip is Grip.LOOSE or stage.operator.role in SUPERVISORS
        button.setEnabled(may and case.no not in stage.pending)
        tip(button, "" if may else phrase(_HIS, stage.lang))
