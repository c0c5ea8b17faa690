"""A form as data: what is asked, how it is entered, and which command the answers make."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self

from commandcenter.application.commands import Bulk, Order
from commandcenter.application.gazetteer import Gazetteer
from commandcenter.application.picture import Picture
from commandcenter.application.questions import Question
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Point
from commandcenter.domain.roster import Operator
from commandcenter.domain.whistle import Whistle
from ui.stage import Stage
from ui.wording import Both, phrase

Values = Mapping[str, Any]
"""What has been entered, by field; an empty answer is ``None``, ``""``, ``()`` or ``False``."""


class Kind(StrEnum):
    """How an answer is entered."""

    LINE = "line"
    WORDS = "words"  # several lines
    PICK = "pick"  # one of a list, found by typing or from the list
    CLASS = "class"  # one of two levels side by side, found by word or pinyin
    LIST = "list"  # one of a list that stays open, with a filter
    MANY = "many"  # several of a list that stays open, with a filter
    SWITCH = "switch"  # yes or no
    MOMENT = "moment"  # a local date and time
    PLACE = "place"  # typed, from the gazetteer, or pointed at on the map
    PHONE = "phone"  # of a person who reports: masked once it is entered


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer on offer; ``group`` heads the choices that follow under it.

    ``note`` says why just this one is suggested, ``rank`` how strongly (0: the most).
    """

    value: Any
    text: str
    detail: str = ""
    group: str = ""
    note: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a form is about, as it stood when the form was opened or looked at again.

    ``cases`` are several of which each is decided on alike.
    ``operator`` is who is asked, ``seat`` where, ``answers`` are those of the store to what the
    form asks.
    ``pick`` lets a person point at a place on the map and hands it over, or nothing when it was
    given up.
    """

    hall: Hall
    lang: str
    now: datetime
    picture: Picture
    case: Case | None = None
    cases: tuple[Case, ...] = ()
    whistle: Whistle | None = None
    alert: VideoAlert | None = None
    operator: Operator | None = None
    seat: str = ""
    answers: Mapping[Question[Any], Any] = field(default_factory=dict)
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    pick: Callable[[Callable[[Point | None], object]], object] | None = None

    @property
    def number(self) -> str:
        """The number of what the command acts on; while it is under way nothing else is sent."""
        if self.whistle is not None:
            return self.whistle.no
        if self.case is not None:
            return self.case.no
        return "" if self.alert is None else self.alert.key

    @property
    def the_case(self) -> Case:
        """The case, for forms that are never opened without one."""
        if self.case is None:
            raise ValueError("this form is about a case")
        return self.case

    @property
    def the_whistle(self) -> Whistle:
        """The whistle, for forms that are never opened without one."""
        if self.whistle is None:
            raise ValueError("this form is about a whistle")
        return self.whistle

    def say(self, both: Both, **facts: object) -> str:
        """Return a phrase in the language of the seat."""
        return phrase(both, self.lang).format(**facts) if facts else phrase(both, self.lang)

    def again(self) -> Self:
        """Return the subject as it stands in the picture now."""
        found = self.picture.cases.get(self.case.no) if self.case else None
        return replace(self, case=found or self.case)


def subject_of(
    stage: Stage,
    *,
    case: Case | None = None,
    cases: tuple[Case, ...] = (),
    whistle: Whistle | None = None,
    alert: VideoAlert | None = None,
) -> Subject:
    """Return what a form is about, with the surroundings its choices are made from."""
    return Subject(
        hall=stage.hall,
        lang=stage.lang,
        now=stage.now(),
        picture=stage.picture,
        gazetteer=stage.seat.gazetteer,
        pick=stage.pick_place,
        operator=stage.operator,
        seat=stage.seat.name,
        case=case,
        cases=cases,
        whistle=whistle,
        alert=alert,
    )


def _nothing(_subject: Subject, _values: Values) -> tuple[()]:
    return ()


def _always(_subject: Subject, _values: Values) -> bool:
    return True


def _any_case(_subject: Subject, _case: Case, _values: Values) -> bool:
    return True


def _no_own(_subject: Subject) -> Mapping[str, Any]:
    return {}


def never(_subject: Subject, _values: Values) -> bool:
    """Say that a field is never required."""
    return False


def _none(_subject: Subject, _values: Values) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form; ``key`` is the field of the command it fills.

    ``initial`` is the answer to start from and is reckoned again with every other answer until
    somebody has touched this one. ``choices`` and ``when`` (whether it is asked at all) follow the
    other answers too. ``required`` may depend on them as well. ``fills`` turns an answer into the
    fields of the command, where it is not just the one of its name.
    """

    key: str
    label: Both
    kind: Kind = Kind.LINE
    required: Callable[[Subject, Values], bool] = never
    choices: Callable[[Subject, Values], Sequence[Choice]] = _nothing
    initial: Callable[[Subject, Values], Any] = _none
    when: Callable[[Subject, Values], bool] = _always
    hint: Both = ("", "")
    most: int = 200  # characters
    lines: int = 3  # of several lines of text, how many are seen at once
    fills: Callable[[Any], Mapping[str, Any]] | None = None

    def filled(self, values: Values) -> Mapping[str, Any]:
        """Return what its answer gives to the command."""
        answer = values.get(self.key)
        return {self.key: answer} if self.fills is None else self.fills(answer)


FOR_GOOD: Final[Both] = (
    "办了就不能撤回，要按住 1 秒",
    "It cannot be taken back, hold for 1 s",
)
"""Why most of what is grave is held and not clicked."""


def must(_subject: Subject, _values: Values) -> bool:
    """Say that a field is always required."""
    return True


def fixed(value: Any) -> Callable[[Subject, Values], Any]:
    """Return an initial answer that depends on nothing."""

    def initial(_subject: Subject, _values: Values) -> Any:
        return value

    return initial


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form: its command, its questions, and what it says before it is sent.

    ``preview`` are lines such as to whom it would go and by when, ``notice`` is what to know before
    anything is answered and stays in sight above the questions; ``grave`` says why the button has
    to be held down for a second, or nothing where a click will do; ``danger`` colours what cannot
    be taken back. Of several cases only those it ``concerns`` get a command, and what was left open
    is filled with what is each case's ``own``. ``asks`` are questions to the store; their answers
    come into the subject when they are there.
    """

    id: str
    command: type[Order]
    fields: tuple[Field, ...] = ()
    preview: Callable[[Subject, Values], Sequence[str]] = _nothing
    notice: Callable[[Subject, Values], Sequence[str]] = _nothing
    asks: Callable[[Subject, Values], Sequence[Question[Any]]] = _nothing
    grave: Callable[[Subject, Values], Both | None] = _none
    danger: bool = False
    title: Both | None = None
    send: Both | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    concerns: Callable[[Subject, Case, Values], bool] = _any_case
    own: Callable[[Subject], Mapping[str, Any]] = _no_own

    def order(self, subject: Subject, values: Values) -> Order:
        """Return the command that the answers make; of several cases one for each."""
        if not subject.cases:
            return self._one(subject, values)
        each = (it for it in subject.cases if self.concerns(subject, it, values))
        orders: list[Any] = []
        for it in each:
            alone = replace(subject, case=it, cases=())
            orders.append(self._one(alone, values, self.own(alone)))
        return Bulk(orders=tuple(orders))

    def _one(
        self, subject: Subject, values: Values, own: Mapping[str, Any] = MappingProxyType({})
    ) -> Order:
        about: dict[str, Any] = {
            "case": subject.case.no if subject.case else None,
            "version": subject.case.version if subject.case else None,
            "whistle": subject.whistle.no if subject.whistle else None,
            "alert": subject.alert.key if subject.alert else None,
            "seat": subject.seat,
        }
        about |= self.given
        for it in self.fields:
            if it.when(subject, values):
                about |= it.filled(values)
        about |= {key: it for key, it in own.items() if about.get(key) in (None, "")}
        known = self.command.__struct_fields__
        return self.command(
            **{key: it for key, it in about.items() if key in known and it not in (None, "")}
        )
