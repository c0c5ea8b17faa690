"""The short forms of the command box on the screen: what each would do, and doing it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from commandcenter.application import commands as c
from commandcenter.application.mediating import mediator
from commandcenter.application.perform import Outcome
from commandcenter.application.plans import dispatch_plan, whistle_plan
from commandcenter.application.shortforms import Meant, Unclear, read
from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.errors import Refusal
from commandcenter.domain.gazetteer import NamedPlace
from commandcenter.domain.place import Point
from commandcenter.domain.timelimit import Limit
from commandcenter.domain.timers import continuous
from ui import wording
from ui.actions import ACTIONS, actions_of
from ui.bulk_result import tell_each
from ui.forms.placing import spot_of
from ui.stage import Stage
from ui.whistle.deeds import before_blowing
from ui.wording import Both, phrase

_ENTER: Final[Both] = ("回车执行", "Enter does it")
_ENTER_OPENS: Final[Both] = ("回车打开表单", "Enter opens the form")
_ENTER_OPENS_AS: Final[Both] = ("回车打开表单：{why}", "Enter opens the form: {why}")
_SEVERAL: Final[Both] = ("所选案卷中的 {count} 件", "{count} of the chosen")
_CANNOT: Final[Both] = ("{what}：{why}", "{what}: {why}")
_AND: Final[Both] = (" · ", " · ")
_DONE: Final[Both] = ("{what}：{number}", "{what}: {number}")
_CALLS: Final[Both] = ("召集 {bodies}", "summons {bodies}")
_NOBODY: Final[Both] = ("标准没有列单位，随后选择", "the standard names nobody: you choose next")
_COME_IN: Final[Both] = ("{limit}内报到", "to report in within {limit}")
_TO: Final[Both] = ("给{body}", "to {body}")
_NO_BODY: Final[Both] = ("标准没有写承办单位，要写上", "the standard names no body: name one")
_BY: Final[Both] = ("{limit}，{at} 截止", "{limit}, due {at}")
_AS: Final[Both] = ("类别 {name}", "as {name}")
_OWN_CATEGORY: Final[Both] = ("按原类别", "under its own category")
_INTO: Final[Both] = ("并入 {number} {title}", "into {number} {title}")
_WHOLE: Final[Both] = ("全镇指挥图", "the whole township")
_OPEN: Final[Both] = ("打开 {number} {title}", "opens {number} {title}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One meaning of a line as it is shown: what it would do, or why it cannot be done."""

    title: str
    subtitle: str
    icon: str
    meant: Meant | None = None
    why: str = ""


class ShortForms(QObject):
    """Reads a line against the case in hand, says what it would do, and does it when told to."""

    def __init__(self, stage: Stage, window: QWidget) -> None:
        super().__init__(window)
        self._stage, self._window = stage, window
        self._actions = actions_of(stage)

    def offers(self, text: str) -> list[Offer]:
        """Return what a line may mean now, the likeliest first; nothing for any other text."""
        stage = self._stage
        found = read(
            text,
            hall=stage.hall,
            gazetteer=stage.seat.gazetteer,
            today=stage.local(stage.now()).date(),
            cases=stage.picture.cases.values(),
        )
        return [self._offer(it) for it in found]

    def carry_out(self, offer: Offer) -> None:
        """Do what was offered, or say why it cannot be done."""
        meant = offer.meant
        if meant is None:
            self._stage.refused.emit(offer.why)
            return
        action, to = meant.form.action, meant.to
        if why := self._actions.why_not(action):
            self._stage.refused.emit(why)
        elif meant.form.order is not None:
            self._submit(meant)
        elif isinstance(to, Case) and action == "panel_case":
            self._stage.select(to.no)
            self._actions.trigger(action)
        elif isinstance(to, NamedPlace) and action == "register":
            self._actions.do(action, address=spot_of(to))
        elif isinstance(to, NamedPlace):
            self._actions.do(action, to=to.point or self._middle(to))
        else:
            given = dict(meant.given) if to is None else {"to": to}
            self._actions.do(action, **given)

    def _submit(self, meant: Meant) -> None:
        several = self._actions.able(meant.form.action)
        one = self._actions.case
        if self._actions.several:
            orders = meant.orders(several)
            self._stage.submit(
                c.Bulk(orders=orders), self._on_each_done, subjects=[it.no for it in several]
            )
        elif one is not None:
            (order,) = meant.orders((one,))
            label = self._actions.label(meant.form.action)
            self._stage.submit(order, partial(self._on_done, label), subject=one.no)

    def _on_each_done(self, outcome: Outcome) -> None:
        if outcome.each:
            tell_each(self._stage, outcome.each, self._window)

    def _on_done(self, what: str, outcome: Outcome) -> None:
        if outcome.case is not None:
            said = phrase(_DONE, self._stage.lang).format(what=what, number=outcome.case.no)
            self._stage.told.emit(said)

    def _middle(self, place: NamedPlace) -> Point | None:
        return self._stage.hall.grids.centroid(place.grid or "")

    # -- in words --

    def _offer(self, found: Meant | Unclear) -> Offer:
        lang, action = self._stage.lang, ACTIONS[found.form.action]
        label = action.label(lang)
        if isinstance(found, Unclear):
            return self._cannot(label, phrase(found.why, lang))
        if why := self._actions.why_not(action.id):
            return self._cannot(label, why)
        try:
            said = tuple(self._said(found))
        except Refusal as refusal:
            return self._cannot(label, wording.refusal_words(refusal, self._stage.hall, lang))
        return Offer(
            title=phrase(_AND, lang).join(filter(None, (label, *said))),
            subtitle=wording.SEPARATOR.join(
                filter(None, (self._at_enter(found), self._about(found)))
            ),
            icon=action.icon,
            meant=found,
        )

    def _cannot(self, label: str, why: str) -> Offer:
        title = phrase(_CANNOT, self._stage.lang).format(what=label, why=why)
        return Offer(title=title, subtitle="", icon="info", why=why)

    def _at_enter(self, found: Meant) -> str:
        """Say whether Enter does it, or opens a form, and then why."""
        case, why = self._actions.case, None
        if found.form.action == "register":
            return self._say(_ENTER_OPENS)
        if found.form.action == "blow" and case is not None:
            why = before_blowing(self._stage, case, found.given)
        if why is None:
            return self._say(_ENTER)
        return self._say(_ENTER_OPENS_AS, why=self._say(why))

    def _about(self, found: Meant) -> str:
        case, action = self._actions.case, found.form.action
        if not ACTIONS[action].on_case:
            return ""
        if self._actions.several:
            return phrase(_SEVERAL, self._stage.lang).format(count=self._actions.count(action))
        return f"{case.no} {words.case_title(case.title, self._stage.lang)}" if case else ""

    def _said(self, found: Meant) -> Iterator[str]:
        """Say what a line would do, part by part.

        Raises:
            Refusal: a limit is not one that this step can have.
        """
        return _SAYS[found.form.action](self, found)

    def _say(self, both: Both, **facts: Any) -> str:
        return phrase(both, self._stage.lang).format(**facts)

    def _blow(self, found: Meant) -> Iterator[str]:
        hall, lang, case = self._stage.hall, self._stage.lang, self._actions.case
        bodies = found.given.get("bodies", ())
        if not bodies and case is not None:
            bodies = whistle_plan(hall, case, self._stage.now()).bodies
        names = wording.body_names(hall, bodies, lang)
        yield self._say(_CALLS, bodies=names) if bodies else self._say(_NOBODY)
        if limit := found.given.get("report_in_limit"):
            yield self._say(_COME_IN, limit=wording.span(continuous(Limit.parse(limit)), lang))

    def _dispatch(self, found: Meant) -> Iterator[str]:
        stage, case = self._stage, self._actions.case
        body, limit = found.given.get("body"), found.given.get("limit")
        if case is None or self._actions.several:
            if body:
                yield self._say(_TO, body=wording.body_name(stage.hall, body, stage.lang))
            if limit:
                yield wording.limit_words(limit, stage.lang)
            return
        plan = dispatch_plan(stage.hall, case, stage.now(), body=body, limit=limit)
        if plan.body is None:
            yield self._say(_NO_BODY)
        else:
            yield self._say(_TO, body=wording.body_name(stage.hall, plan.body, stage.lang))
        yield self._say(
            _BY,
            limit=wording.limit_words(plan.limit, stage.lang),
            at=wording.local_time(plan.deadline.due_at, stage.hall.zone, stage.now()),
        )

    def _file(self, found: Meant) -> Iterator[str]:
        known = self._stage.hall.categories.get(found.given.get("category", ""))
        yield self._say(_AS, name=known.name) if known else self._say(_OWN_CATEGORY)

    def _merge(self, found: Meant) -> Iterator[str]:
        if isinstance(found.to, Case):
            yield self._named(_INTO, found.to)

    def _open(self, found: Meant) -> Iterator[str]:
        if isinstance(found.to, Case):
            yield self._named(_OPEN, found.to)

    def _named(self, both: Both, case: Case) -> str:
        title = words.case_title(case.title, self._stage.lang)
        return self._say(both, number=case.no, title=title)

    def _call_county(self, found: Meant) -> Iterator[str]:
        hall, lang = self._stage.hall, self._stage.lang
        yield wording.body_name(hall, found.given["body"], lang)
        yield found.given["request"]

    def _transfer(self, found: Meant) -> Iterator[str]:
        yield wording.destination_name(self._stage.hall, found.given["to"], self._stage.lang)
        yield found.given["reason"]

    def _mediation(self, _found: Meant) -> Iterator[str]:
        stage, case = self._stage, self._actions.case
        level = stage.hall.ladder[0].level
        yield wording.headed(words.word(level, stage.lang))
        body = mediator(stage.hall, case, level) if case is not None else None
        if body is not None:
            yield wording.body_name(stage.hall, body, stage.lang)

    def _reason(self, found: Meant) -> Iterator[str]:
        yield found.given.get("reason", "")

    def _place(self, found: Meant) -> Iterator[str]:
        to = found.to
        if isinstance(to, NamedPlace):
            grid = wording.grid_name(self._stage.hall, to.grid)
            yield wording.SEPARATOR.join(filter(None, (to.name, grid)))
        elif isinstance(to, Point):
            yield f"{to.lon:g}, {to.lat:g}"
        elif found.form.action == "go_there":
            yield self._say(_WHOLE)


def _nothing(_forms: ShortForms, _found: Meant) -> Iterator[str]:
    yield from ()


_SAYS: Final[Mapping[str, Callable[[ShortForms, Meant], Iterator[str]]]] = {
    "blow": ShortForms._blow,  # noqa: SLF001 - a table of this class's own
    "dispatch": ShortForms._dispatch,  # noqa: SLF001
    "file": ShortForms._file,  # noqa: SLF001
    "claim": _nothing,
    "merge": ShortForms._merge,  # noqa: SLF001
    "urge": ShortForms._reason,  # noqa: SLF001
    "check": _nothing,
    "call_county": ShortForms._call_county,  # noqa: SLF001
    "transfer": ShortForms._transfer,  # noqa: SLF001
    "begin_mediation": ShortForms._mediation,  # noqa: SLF001
    "rework": ShortForms._reason,  # noqa: SLF001
    "register": ShortForms._place,  # noqa: SLF001
    "panel_case": ShortForms._open,  # noqa: SLF001
    "go_there": ShortForms._place,  # noqa: SLF001
}
