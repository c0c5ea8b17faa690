"""The button that blows, and what it would do before it is pressed."""

from typing import Final

from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.application import commands as c
from commandcenter.application.plans import WhistlePlan
from commandcenter.domain import words
from commandcenter.domain.case import Case
from ui import wording
from ui.actions import ACTIONS, key_text
from ui.forms.whistle_forms import why_held
from ui.icons import wear_icon
from ui.stage import Stage
from ui.theme import theme_of
from ui.whistle.deeds import deeds_of
from ui.wording import Both, phrase
from widgets.cell_painter import capped
from widgets.dress import Kind, Size, dress
from widgets.hold_button import HoldButton
from widgets.plain_label import PlainLabel
from widgets.tone import Tone

_BLOW: Final[Both] = ("吹哨  {key}", "Whistle  {key}")
_HOLD: Final[Both] = ("按住 1 秒吹哨", "Hold 1 s to whistle")
_WHY_HELD: Final[Both] = (
    "{why}；键盘：按 {key}，再按住 Ctrl+Enter。",
    "{why}; keys: {key}, then hold Ctrl+Enter.",
)
_LET_GO: Final[Both] = (
    "没有按满 1 秒，没有吹哨：请按住不放。",
    "Not held for a whole second, no whistle was blown: keep it down.",
)
_CHOOSE: Final[Both] = ("选择单位吹哨  {key}", "Whistle for…  {key}")
_OTHERS: Final[Both] = ("换单位…  {key}", "Others…  {key}")
_WHOM: Final[Both] = ("{kind} · {bodies}", "{kind} · {bodies}")
_LEAD: Final[Both] = ("{body}（牵头）", "{body} (lead)")
_WHEN: Final[Both] = (
    "{answer}内应哨 · {report_in}内报到",
    "to answer within {answer}, to report in within {report_in}",
)
_WHERE: Final[Both] = ("到 {text}", "to {text}")
_MESSAGE: Final[Both] = ("通知：{text}", "message: {text}")
_GEAR: Final[Both] = ("带 {text}", "bring {text}")
_FOR: Final[Both] = ("为「{text}」", 'for "{text}"')
_DUTY: Final[Both] = ("依据 {text}", "under {text}")
_MOST: Final = 400
_SENDING: Final[Both] = ("正在吹哨…", "Blowing…")


class WhistleCall(QWidget):
    """One click blows what the filing standard plans; a grave whistle is held for a second."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage, self._deeds = stage, deeds_of(stage)
        self._case: Case | None = None
        self._plan: WhistlePlan | None = None
        self._planned_at = stage.now()
        say = stage.lang
        self._blow = QPushButton()
        self._hold = HoldButton(phrase(_HOLD, say))
        self._others = QPushButton(
            phrase(_OTHERS, say).format(key=key_text(ACTIONS["choose_whistle"].key))
        )
        self._others.setAccessibleName(ACTIONS["choose_whistle"].label(say))
        for button in (self._blow, self._hold):
            dress(button, Kind.SIGNAL)
            app = QApplication.instance()
            if isinstance(app, QApplication):
                wear_icon(button, theme_of(app), "whistle", "on_accent")
        dress(self._others, Kind.QUIET)
        self._blow.clicked.connect(self._on_clicked)
        self._hold.held.connect(self._on_held)
        self._hold.let_go.connect(self._on_let_go)
        self._others.clicked.connect(self._on_others)
        self._why_held = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION, wrap=True)
        self._whom = PlainLabel(wrap=True)
        self._when = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION, wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self._blow, self._hold, self._others):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._why_held)
        column.addWidget(self._whom)
        column.addWidget(self._when)
        stage.pending_changed.connect(self._show)
        stage.operator_changed.connect(self._show)
        self.hide()

    def show_case(self, case: Case | None) -> None:
        """Show what a whistle for a case would be; hidden where none can be blown."""
        self._case = case
        self._planned_at = self._stage.now()
        self._plan = self._deeds.plan(case) if case else None
        self._show()

    def _show(self) -> None:
        case, plan, lang = self._case, self._plan, self._stage.lang
        running = case is not None and self._stage.picture.whistle_of(case) is not None
        open_ = case is not None and case.is_open and not running
        self.setVisible(open_ and self._stage.may(c.Blow))
        if case is None:
            return
        pending = case.no in self._stage.pending
        why = why_held(plan.kind, len(plan.bodies)) if plan is not None else None
        if self._stage.pending.get(case.no) is c.Blow:
            said = phrase(_SENDING, lang)
        elif plan is None:
            said = phrase(_CHOOSE, lang).format(key=key_text(ACTIONS["choose_whistle"].key))
        else:
            said = phrase(_BLOW, lang).format(key=key_text(ACTIONS["blow"].key))
        self._blow.setText(said)
        self._blow.setAccessibleName(ACTIONS["blow"].label(lang))
        self._blow.setVisible(why is None)
        self._hold.setVisible(why is not None)
        self._why_held.setVisible(why is not None)
        if why is not None:
            told = phrase(_WHY_HELD, lang)
            key = key_text(ACTIONS["blow"].key)
            self._why_held.setText(told.format(why=phrase(why, lang), key=key))
        self._others.setVisible(plan is not None)
        for button in (self._blow, self._hold, self._others):
            button.setEnabled(not pending)
        self._show_plan(plan)

    def _show_plan(self, plan: WhistlePlan | None) -> None:
        self._whom.setVisible(plan is not None)
        self._when.setVisible(plan is not None)
        if plan is None:
            return
        hall, lang, case = self._stage.hall, self._stage.lang, self._case
        now = self._planned_at
        names = [
            phrase(_LEAD, lang).format(body=wording.body_name(hall, code, lang))
            if code == plan.lead
            else wording.body_name(hall, code, lang)
            for code in plan.bodies
        ]
        whom = phrase(_WHOM, lang).format(
            kind=words.word(plan.kind, lang), bodies=words.enumerated(names, lang)
        )
        when = phrase(_WHEN, lang).format(
            answer=wording.span(plan.answer_by - now, lang),
            report_in=wording.span(plan.report_in_by - now, lang),
        )
        what = [
            phrase(both, lang).format(text=text)
            for both, text in (
                (_WHERE, wording.place_line(hall, case.place, lang) if case else ""),
                (_MESSAGE, plan.message),
                (_GEAR, plan.gear),
                (_FOR, plan.milestone),
                (_DUTY, wording.duty_title(hall, plan.duty_item, lang)),
            )
            if text and (case is None or text != case.title)
        ]
        self._whom.setText(capped(whom))
        self._when.setText("\n".join((when, capped(wording.SEPARATOR.join(what), _MOST))))
        for button in (self._blow, self._hold):
            button.setAccessibleDescription(wording.listed((whom, when, *what), lang))

    def _on_clicked(self) -> None:
        if self._case is None:
            return
        if self._plan is None:
            self._deeds.choose(self._case)
        else:
            self._deeds.blow(self._case)

    def _on_held(self) -> None:
        if self._case is not None:
            self._deeds.blow(self._case)

    def _on_let_go(self) -> None:
        if self._case is not None and self._case.no not in self._stage.pending:
            self._stage.refused.emit(phrase(_LET_GO, self._stage.lang))

    def _on_others(self) -> None:
        if self._case is not None:
            self._deeds.choose(self._case)
