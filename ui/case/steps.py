"""The steps that can be taken on the case now, as buttons with their keys on them."""

from datetime import datetime
from functools import partial
from math import ceil
from typing import Final

from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from commandcenter.domain.case import SUPERVISORS, Case
from commandcenter.domain.claim import Grip
from ui.actions import ACTIONS, Action, Section, actions_of, key_text, possible
from ui.icons import wear_icon
from ui.stage import Stage
from ui.theme import theme_of
from ui.wants import need_at, step_for
from ui.wording import Both, phrase
from widgets.dress import Kind, dress
from widgets.flow_layout import FlowLayout
from widgets.plain_label import PlainLabel
from widgets.safe_text import tip
from widgets.tone import Tone

_FREE_IN: Final[Both] = ("{n} 秒后可接手", "Take over in {n} s")
_FOR: Final[Both] = ("{what} {count} 件", "{what}: {count}")
_PENDING: Final[Both] = ("正在提交…", "Sending…")
_TAKE_OVER: Final[Both] = ("接手", "Take over")
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
_INKS: Final = {Kind.PRIMARY: "on_accent", Kind.DANGER: "over"}
_KINDS: Final = {
    "reject": Kind.DANGER,
    "force_close": Kind.DANGER,
}
_ELSEWHERE: Final = frozenset({"reveal"})  # its button stands beside the reporter


class StepButtons(QWidget):
    """What the loop and the role allow now; what is not allowed is not shown."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage, self._actions = stage, actions_of(stage)
        self._buttons: dict[str, QPushButton] = {}
        self._worn: dict[str, Kind] = {}
        self._said: dict[str, tuple[str, bool]] = {}
        self._case: Case | None = None
        self._pending = PlainLabel(phrase(_PENDING, stage.lang), tone=Tone.QUIET)
        self._flow = FlowLayout(self, spacing=8)
        for action in ACTIONS.values():
            is_step = action.section is Section.CASE and action.command is not None
            if is_step and action.id not in _ELSEWHERE:
                self._flow.addWidget(self._button(action))
        self._flow.addWidget(self._pending)

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

    def show_case(self, case: Case) -> None:
        """Show the steps that are possible on a case."""
        stage, me = self._stage, self._stage.operator.id
        whistle = stage.picture.whistle_of(case)
        open_ = {
            id_ for id_ in self._buttons if possible(ACTIONS[id_], stage.operator, case, whistle)
        }
        if "suspend" in open_:  # whoever may order a hold need not ask for one
            open_.discard("ask_hold")
        if not stage.hall.mediates(case.category):
            open_.discard("begin_mediation")
        if case.claimed_by == me:
            open_.discard("claim")
        if case.children:  # the others are merged into it, not it into another
            open_ -= {"merge", "merge_likeliest"}
        several = bool(stage.chosen)
        if several:  # then every button acts on all that were chosen
            open_ = {id_ for id_ in self._buttons if self._actions.is_possible(id_)}
        taken = case.claimed_by is not None and case.claimed_by != me
        pending = case.no in stage.pending
        self._case = case
        wanted = (step_for(need_at(stage, case)), *_FORWARD)
        first = next((id_ for id_ in wanted if id_ in open_), "")
        given: set[str] = set()  # of several steps with one key the first is meant
        for id_, button in self._buttons.items():
            button.setVisible(id_ in open_)
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
            button.setEnabled(not pending)
            tip(button, self._actions.why_not(id_) if pending else "")
            self._dress(id_, Kind.PRIMARY if id_ == first else _KINDS.get(id_, Kind.PLAIN))
        self._pending.setVisible(pending)
        self.show_claim(stage.now())

    def show_claim(self, now: datetime) -> None:
        """Count down to when another's case can be taken over; till then only a supervisor may."""
        case, stage, button = self._case, self._stage, self._buttons["claim"]
        if case is None or case.claimed_by in {None, stage.operator.id} or button.isHidden():
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
