"""Carrying out what concerns a whistle, wherever it was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject
from shiboken6 import isValid

from commandcenter.application import commands as c
from commandcenter.application.perform import Outcome
from commandcenter.application.plans import WhistlePlan, whistle_plan
from commandcenter.application.questions import CaseFile, CaseFileOf
from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.whistle import Summons, SummonsStep, Whistle
from ui import wording
from ui.actions import actions_of
from ui.forms.field import subject_of
from ui.forms.host import FormHost
from ui.forms.whistle_forms import WHISTLE_FORMS, why_held
from ui.stage import Stage
from ui.whistle.slip_dialog import SlipDialog
from ui.whistle.standing import standing
from ui.wording import Both, phrase
from widgets.undo_bar import UndoBar

_BLOWN: Final[Both] = ("已吹哨：{bodies}", "Whistle blown for {bodies}")
_BY_MISTAKE: Final[Both] = ("吹哨后立即撤回", "taken back at once")
_TAKEN_BACK: Final[Both] = ("已撤哨 {whistle}", "Whistle {whistle} withdrawn")
_URGED: Final[Both] = ("已催 {body}", "{body} was urged")

OPENED_BY: Final = {
    "on_behalf": (
        SummonsStep.ANSWER,
        SummonsStep.REPORT_IN,
        SummonsStep.WORK,
        SummonsStep.FINISH,
    ),
    "urge_body": (SummonsStep.URGE,),
    "escalate": (SummonsStep.ESCALATE,),
    "arbitrate": (SummonsStep.ARBITRATE,),
    "rule_summons": (SummonsStep.UPHOLD, SummonsStep.EXCUSE),
    "release": (SummonsStep.RELEASE,),
    "withdraw": (SummonsStep.WITHDRAW,),
    "rate": (SummonsStep.RATE,),
    "answer_rating": (SummonsStep.ANSWER_RATING,),
    "appeal_rating": (SummonsStep.APPEAL_RATING,),
    "rule_rating": (SummonsStep.RULE_RATING,),
}
"""Which steps of a summons an action of the whistle section takes; one of them must be open."""


AFTERWARDS: Final = frozenset({"rate", "answer_rating", "appeal_rating", "rule_rating"})
"""Those that a whistle may still want when it has ended, and is in no picture any more."""
_NONE_TO_RATE: Final[Both] = (
    "{case} 的哨没有可以{step}的单位。",
    "No body of the whistles of {case} is there to {step}.",
)


def opens(summons: Summons, action: str) -> bool:
    """Tell whether an action is open for a body: its step, and of an appeal, that it waits."""
    if not summons.steps & set(OPENED_BY[action]):
        return False
    rating = summons.rating
    if rating is None:
        return True
    if action == "rule_rating":
        return rating.appeal_waits
    if action == "appeal_rating":
        return rating.appealed_at is None
    return action != "answer_rating" or not rating.answer


@dataclass(frozen=True, slots=True)
class Place:
    """Where forms and the offer to take back are shown."""

    forms: FormHost
    undo: UndoBar
    tall: bool = False  # has the height for a long form about a case

    @property
    def is_usable(self) -> bool:
        """Whether it still exists and its screen is on show."""
        return isValid(self.forms) and isValid(self.undo) and _on_show(self.undo)


def _on_show(bar: UndoBar) -> bool:
    parent = bar.parentWidget()  # behind another tab it is visible to Qt, but nobody sees it
    return parent is not None and not parent.visibleRegion().isEmpty()


class WhistleDeeds(QObject):
    """What the township does with whistles; one for each stage, made by ``deeds_of``."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._places: list[Place] = []
        actions = actions_of(stage)
        actions.on("blow", self._on_blow)
        actions.on("choose_whistle", self._on_choose)
        actions.on("slips", self._on_slips)
        for id_ in OPENED_BY:
            actions.on(id_, partial(self._on_form, id_))
        actions.on("explain_whistle", self._on_explain)

    def add_place(self, forms: FormHost, undo: UndoBar, *, tall: bool = False) -> None:
        """Let a screen show the forms and the offers; the one added last is asked first."""
        self._places.insert(0, Place(forms, undo, tall))
        forms.done.connect(self._on_done)

    def plan(self, case: Case) -> WhistlePlan | None:
        """Return what one click would do; nothing if it is nowhere written whom to call."""
        plan = whistle_plan(self._stage.hall, case, self._stage.now())
        return plan if plan.source and plan.bodies else None

    def blow(self, case: Case) -> None:
        """Blow the whistle that the filing standard plans."""
        self._stage.submit(
            c.Blow(case=case.no, version=case.version), self._on_blown, subject=case.no
        )

    def choose(self, case: Case) -> None:
        """Open the chooser."""
        self._open("choose_whistle", case, None)

    def ask(self, action: str, whistle: Whistle, **answers: Any) -> None:
        """Open the form of an action of the whistle section."""
        self._open(action, None, whistle, **answers)

    def urge(self, whistle: Whistle, body: str) -> None:
        """Remind a body at once."""
        name = wording.body_name(self._stage.hall, body, self._stage.lang)
        self._stage.submit(
            c.UrgeBody(whistle=whistle.no, body=body),
            partial(self._tell, phrase(_URGED, self._stage.lang).format(body=name)),
            subject=whistle.no,
        )

    def worst_for(self, whistle: Whistle, action: str) -> Summons | None:
        """Return the body that stands worst among those an action is possible for."""
        now = self._stage.now()
        able = [it for it in whistle.summons if opens(it, action)]
        return min(able, key=lambda it: standing(whistle, it, now).rank, default=None)

    def _tell(self, sentence: str, _outcome: Outcome) -> None:
        self._stage.told.emit(sentence)

    def _open(self, id_: str, case: Case | None, whistle: Whistle | None, **answers: Any) -> None:
        place = self._place(tall=case is not None)
        if place is None:
            return
        subject = subject_of(self._stage, case=case, whistle=whistle)
        place.forms.open(WHISTLE_FORMS[id_], subject, **answers)

    def _place(self, *, tall: bool = False) -> Place | None:
        """Return where to show something; with no such screen on show, the case panel comes up.

        What needs a ``tall`` place comes up in the case panel, even where another is on show.
        """
        if not any(it.is_usable and it.tall >= tall for it in self._places):
            actions_of(self._stage).trigger("panel_case")
        self._places = [it for it in self._places if isValid(it.forms)]
        fit = [it for it in self._places if it.tall >= tall] or self._places
        return next((it for it in fit if it.is_usable), next(iter(fit), None))

    def _on_blow(self) -> None:
        case = actions_of(self._stage).case
        if case is None:
            return
        given = actions_of(self._stage).given
        if before_blowing(self._stage, case, given) is None:
            order = c.Blow(case=case.no, version=case.version, **given)
            self._stage.submit(order, self._on_blown, subject=case.no)
        else:
            self._open("choose_whistle", case, None, **given)

    def _on_choose(self) -> None:
        if (case := actions_of(self._stage).case) is not None:
            self.choose(case)

    def _on_form(self, id_: str) -> None:
        case = actions_of(self._stage).case
        whistle = self._stage.picture.whistle_of(case) if case else None
        if case is not None and id_ in AFTERWARDS:
            self._stage.ask(CaseFileOf(case=case.no), partial(self._on_whistles, id_, case))
            return
        if whistle is None:
            return
        summons = self.worst_for(whistle, id_)
        every = id_ in {"release", "withdraw"}
        answers = {} if summons is None or every else {"body": summons.body}
        self.ask(id_, whistle, **answers)

    def _on_whistles(self, id_: str, case: Case, file: CaseFile) -> None:
        """Open the form for the newest whistle of a case that has a body for it."""
        for whistle in reversed(file.whistles):
            if (summons := self.worst_for(whistle, id_)) is not None:
                self.ask(id_, whistle, body=summons.body)
                return
        lang = self._stage.lang
        step = words.command(id_, lang)
        self._stage.refused.emit(phrase(_NONE_TO_RATE, lang).format(case=case.no, step=step))

    def _on_explain(self) -> None:
        case = actions_of(self._stage).case
        if case is not None and (whistle := self._stage.picture.whistle_of(case)) is not None:
            self.ask("explain_whistle", whistle)

    def _on_slips(self) -> None:
        case = actions_of(self._stage).case
        whistle = self._stage.picture.whistle_of(case) if case else None
        if whistle is not None:
            self.print_slips(whistle)

    def print_slips(self, whistle: Whistle) -> None:
        """Open the dialog that has the slips of a whistle saved or printed."""
        place = self._place()
        if place is not None:
            SlipDialog(self._stage, whistle, place.undo.window()).open()

    def _on_done(self, outcome: Outcome) -> None:
        if any(fact.kind == "whistle.blown" for fact in outcome.facts):
            self._on_blown(outcome)

    def _on_blown(self, outcome: Outcome) -> None:
        whistle, place = outcome.whistle, self._place()
        if whistle is None or place is None:
            return
        bodies = tuple(it.body for it in whistle.summons)
        left = (whistle.leaves_at - self._stage.now()).total_seconds()
        if left <= 0:
            return
        place.undo.offer(
            phrase(_BLOWN, self._stage.lang).format(
                bodies=wording.body_names(self._stage.hall, bodies, self._stage.lang)
            ),
            partial(self._take_back, whistle.no),
            seconds=left,
        )

    def _take_back(self, whistle: str) -> None:
        reason = phrase(_BY_MISTAKE, self._stage.lang)
        said = phrase(_TAKEN_BACK, self._stage.lang).format(whistle=whistle)
        self._stage.submit(
            c.Withdraw(whistle=whistle, reason=reason), partial(self._tell, said), subject=whistle
        )


_NOBODY: Final[Both] = ("标准没有列单位，要先选择", "The standard names nobody: choose first")


def before_blowing(stage: Stage, case: Case, given: Mapping[str, Any]) -> Both | None:
    """Say why a whistle, with what is ``given`` of it, wants its form; nothing where it does not.

    On the form bodies are chosen, and a grave one is held on its button.
    """
    plan = whistle_plan(stage.hall, case, stage.now())
    bodies = given.get("bodies") or plan.bodies
    if not bodies or not (given or plan.source):
        return _NOBODY
    return why_held(plan.kind, len(bodies))


def deeds_of(stage: Stage) -> WhistleDeeds:
    """Return what carries out the whistle actions of a stage; it is made on first use."""
    return stage.findChild(WhistleDeeds) or WhistleDeeds(stage)
