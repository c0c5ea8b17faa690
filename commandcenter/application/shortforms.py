"""The short forms of the command box: what is typed, and what it means on the case in hand.

``SHORT_FORMS`` is the whole grammar: a verb by its initials or its words, then arguments in any
order, each known by its kind. The help, the shortcut sheet and the README are made from it.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application.gazetteer import Gazetteer
from commandcenter.application.pinyin import initials, matches
from commandcenter.application.plans import is_county
from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.gazetteer import NamedPlace
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Point
from commandcenter.domain.timelimit import Limit, LimitUnit

Both = tuple[str, str]
"""Words in Chinese and in English."""

_READINGS: Final = 5  # of one line at most; who means another types another letter


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortForm:
    """One verb: ``action`` is its id in the table of actions, ``order`` makes its command.

    Without ``order`` the action itself goes on with what was given (a form, the map, a case).
    """

    verb: str
    words: tuple[str, ...]
    takes: Both
    example: Both
    means: Both
    action: str
    read: Callable[["Line"], "Iterator[Meant | Unclear]"]
    order: type[c.Order] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """One thing a line may mean: its form and the arguments as the hall knows them."""

    form: ShortForm
    given: Mapping[str, Any] = field(default_factory=dict)
    to: Point | NamedPlace | Case | None = None

    def orders(self, cases: Iterable[Case]) -> tuple[Any, ...]:
        """Return its command for each case; none where its action goes on by itself."""
        make = self.form.order
        if make is None:
            return ()
        return tuple(make(case=it.no, version=it.version, **self.given) for it in cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Why a line cannot be carried out, in words."""

    form: ShortForm
    why: Both


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What follows the verb, as it was typed and in words, and the hall it is read in."""

    form: ShortForm
    rest: str
    words: tuple[str, ...]
    hall: Hall
    gazetteer: Gazetteer
    today: date
    cases: Collection[Case] = ()


def read(
    text: str,
    *,
    hall: Hall,
    gazetteer: Gazetteer,
    today: date,
    cases: Collection[Case] = (),
) -> list[Meant | Unclear]:
    """Return what a line may mean, the likeliest first; nothing if it begins with no verb.

    ``cases`` are the open ones, to be named by the end of their number.
    """
    typed = text.strip().lstrip("/／、").strip()  # a slash is a comma to an input method
    for form in SHORT_FORMS:
        if (rest := _after(form, typed)) is not None:
            line = Line(
                form=form,
                rest=rest.strip(),
                words=tuple(_APART.sub(" ", _plain(rest)).split()),
                hall=hall,
                gazetteer=gazetteer,
                today=today,
                cases=cases,
            )
            return [found for _, found in zip(range(_READINGS), form.read(line), strict=False)]
    return []


def _plain(text: str) -> str:
    """Return what was typed without what an input method adds: wide letters, marks between."""
    return unicodedata.normalize("NFKC", text).casefold().replace("'", "")


def _after(form: ShortForm, typed: str) -> str | None:
    """Return what follows the verb of a form; nothing where it is not the verb."""
    head, *rest = typed.split(maxsplit=1)[:2] or [""]
    if _plain(head) in {form.verb, *form.words}:
        return rest[0] if rest else ""
    word = next((it for it in form.words if typed.startswith(it)), None)
    return None if word is None else typed[len(word) :]


# -- the kinds of arguments --

_UNITS: Final[Mapping[str, LimitUnit]] = {
    **dict.fromkeys(("分钟", "分", "fz", "f"), LimitUnit.URGENT_MINUTE),
    **dict.fromkeys(("工作小时", "工作时", "gzxs", "gzs"), LimitUnit.WORK_HOUR),
    **dict.fromkeys(("小时", "时", "xs", "s"), LimitUnit.URGENT_HOUR),
    **dict.fromkeys(("工作日", "gzr"), LimitUnit.WORK_DAY),
    **dict.fromkeys(("自然日", "天", "日", "zrr", "t", "r"), LimitUnit.NATURAL_DAY),
}
_SPELT_UNITS: Final = "|".join(sorted(_UNITS, key=len, reverse=True))
_AMOUNT: Final = re.compile(rf"(\d{{1,4}})({_SPELT_UNITS})?")
_APART: Final = re.compile(r"(?<=[\u4e00-\u9fff])(?=\d)")  # 城管执法30分钟 has no blanks
_MOST_MINUTES: Final = 24 * 60


def _amount(word: str, unit: LimitUnit | None) -> Limit | None:
    """Return a limit such as 30 or 2gzr; ``unit`` is meant where none is written."""
    found = _AMOUNT.fullmatch(word)
    if found is None or not int(found[1]):
        return None
    known = _UNITS.get(found[2] or "") or unit
    return None if known is None else Limit(int(found[1]), known)


def _alike(word: str, named: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the codes of what a word may name: called just so, beginning so, having it in it."""
    ranked = []
    for at, (code, names) in enumerate(named.items()):
        found = [name for name in names if name and matches(word, name)]
        if found:
            said = {form for name in found for form in (name.casefold(), initials(name))}
            rank = 0 if word in said else 1 if any(it.startswith(word) for it in said) else 2
            ranked.append((rank, at, code))
    return [code for _rank, _at, code in sorted(ranked)]


def _bodies(line: Line, word: str) -> list[str]:
    bodies = line.hall.bodies.values()
    return _alike(
        word,
        {it.code: (it.short_name, it.name, *it.aliases) for it in bodies if it.active(line.today)},
    )


def _no_body(form: ShortForm, word: str) -> Unclear:
    return Unclear(form=form, why=(f"没有单位叫「{word}」。", f'No body is called "{word}".'))


# -- the verbs --


def _nothing(line: Line) -> Iterator[Meant | Unclear]:
    yield _too_much(line) if line.words else Meant(form=line.form)


def _too_much(line: Line) -> Unclear:
    word = line.rest
    return Unclear(
        form=line.form, why=(f"后面不用写「{word}」。", f'Nothing may follow: "{word}".')
    )


def _words(line: Line) -> Iterator[Meant | Unclear]:
    yield Meant(form=line.form, given={"reason": line.rest} if line.rest else {})


def _must_say(line: Line) -> Iterator[Meant | Unclear]:
    if not line.words:
        yield Unclear(form=line.form, why=("后面要写原因。", "Say why, after it."))
        return
    yield from _words(line)


def _dispatch(line: Line) -> Iterator[Meant | Unclear]:
    limits = [it for it in (_amount(word, None) for word in line.words) if it is not None]
    names = [word for word in line.words if _amount(word, None) is None]
    if len(limits) > 1 or len(names) > 1:
        yield Unclear(
            form=line.form,
            why=("只写一个单位、一个时限。", "Name one body and one limit."),
        )
        return
    if names and names[0].isdigit():
        yield Unclear(
            form=line.form,
            why=("时限要带单位，如 2gzr、8xs。", "A limit needs its unit, such as 2gzr or 8xs."),
        )
        return
    given = {"limit": str(limits[0])} if limits else {}
    if not names:
        yield Meant(form=line.form, given=given)
    found = _bodies(line, names[0]) if names else []
    for code in found:
        yield Meant(form=line.form, given={"body": code, **given})
    if names and not found:
        yield _no_body(line.form, names[0])


def _blow(line: Line) -> Iterator[Meant | Unclear]:
    limits = [it for it in (_amount(word, LimitUnit.URGENT_MINUTE) for word in line.words) if it]
    names = [w for w in line.words if _amount(w, LimitUnit.URGENT_MINUTE) is None]
    units = {LimitUnit.URGENT_MINUTE: 1, LimitUnit.URGENT_HOUR: 60}
    if len(limits) > 1 or any(
        it.unit not in units or it.amount * units[it.unit] > _MOST_MINUTES for it in limits
    ):
        yield Unclear(
            form=line.form,
            why=("报到时限写一个，以分钟计，如 30。", "One limit to report in, in minutes."),
        )
        return
    given = {"report_in_limit": str(limits[0])} if limits else {}
    certain: list[str] = []
    for name in names[:-1]:
        found = _bodies(line, name)
        if not found:
            yield _no_body(line.form, name)
            return
        certain.append(found[0])
    if not names:
        yield Meant(form=line.form, given=given)
        return
    found = _bodies(line, names[-1])
    for code in found:
        bodies = tuple(dict.fromkeys((*certain, code)))
        yield Meant(form=line.form, given={"bodies": bodies, **given})
    if not found:
        yield _no_body(line.form, names[-1])


def _file(line: Line) -> Iterator[Meant | Unclear]:
    if not line.words:
        yield Meant(form=line.form)
        return
    word, known = "".join(line.words), line.hall.categories
    parents = {it.parent for it in known.values()}
    named = {it.code: (it.name, it.code) for it in known.values() if it.code not in parents}
    found = _alike(word, named)
    for code in found:
        yield Meant(form=line.form, given={"category": code})
    if not found:
        yield Unclear(
            form=line.form, why=(f"没有类别叫「{word}」。", f'No category is called "{word}".')
        )


def _numbered(line: Line) -> Iterator[Case | Unclear]:
    """Yield the open cases whose number ends with what was typed."""
    number = "".join(line.words).replace("-", "")
    if not number.isdigit():
        yield Unclear(
            form=line.form,
            why=(
                "后面写案卷编号的末几位，如 42。",
                "Give the last digits of a number, such as 42.",
            ),
        )
        return
    found = [it for it in line.cases if it.no.replace("-", "").endswith(number)]
    yield from found
    if not found:
        yield Unclear(
            form=line.form,
            why=(f"没有编号以 {number} 结尾的未结案卷。", f"No open case ends with {number}."),
        )


def _merge(line: Line) -> Iterator[Meant | Unclear]:
    for found in _numbered(line):
        if isinstance(found, Unclear):
            yield found
        else:
            yield Meant(form=line.form, to=found)


def _open(line: Line) -> Iterator[Meant | Unclear]:
    for found in _numbered(line):
        if isinstance(found, Case):
            yield Meant(form=line.form, to=found)
        elif _plain(line.rest).replace("-", "").isdigit():
            zh, en = found.why
            yield Unclear(form=line.form, why=(zh + _SETTLED[0], en + _SETTLED[1]))
        else:
            yield found


_SETTLED: Final[Both] = (
    "已结、已并的不写 aj，直接输入完整编号。",
    " One that is settled or merged is found by its whole number without aj.",
)


def _call_county(line: Line) -> Iterator[Meant | Unclear]:
    name, asked = _first_and_rest(line)
    bodies = line.hall.bodies
    found = [code for code in _bodies(line, _plain(name)) if is_county(bodies, code)]
    if (unclear := _lacks(line, name, found, asked, _WHAT_FOR)) is not None:
        yield unclear
        return
    for code in found:
        yield Meant(form=line.form, given={"body": code, "request": asked})


def _transfer(line: Line) -> Iterator[Meant | Unclear]:
    name, why = _first_and_rest(line)
    known = line.hall.destinations.values()
    named = {it.code: (it.code, *(words.destination(it, lang) for lang in _BOTH)) for it in known}
    found = _alike(_plain(name), named) if name else []
    if (unclear := _lacks(line, name, found, why, _WHY)) is not None:
        yield unclear
        return
    for code in found:
        yield Meant(form=line.form, given={"to": code, "reason": why})


def _first_and_rest(line: Line) -> tuple[str, str]:
    first, *rest = line.rest.split(maxsplit=1) or [""]
    return first, rest[0] if rest else ""


def _lacks(line: Line, name: str, found: Sequence[str], said: str, wanted: Both) -> Unclear | None:
    """Return what keeps a line from being carried out: nobody of that name, or no words."""
    if name and not found:
        return _no_body(line.form, name)
    return None if said else Unclear(form=line.form, why=wanted)


_BOTH: Final = ("zh", "en")
_WHAT_FOR: Final[Both] = (
    "写县级单位和请求事项，如 hx slj 请派抽水车。",
    "Name a body of the county and what is asked, such as hx slj send a pump.",
)
_WHY: Final[Both] = (
    "写移送对象和理由，如 ys 110 有人持械。",
    "Name to whom and why, such as ys 110 armed.",
)
_DEGREES: Final = re.compile(r"\d{1,3}(\.\d+)?")


def _go(line: Line) -> Iterator[Meant | Unclear]:
    typed = [word for text in line.words for word in re.split("[,，]", text) if word]
    numbers = [float(word) for word in typed if _DEGREES.fullmatch(word)]
    if len(numbers) == len(typed) == 2:  # noqa: PLR2004  longitude and latitude
        yield Meant(form=line.form, to=Point(numbers[0], numbers[1], line.hall.datum))
        return
    if numbers and len(numbers) == len(typed):
        yield Unclear(
            form=line.form,
            why=(
                "坐标要写经度和纬度，如 zx 116.28 29.08。",
                "Give longitude and latitude, such as zx 116.28 29.08.",
            ),
        )
        return
    yield from _named(line)


def _named(line: Line) -> Iterator[Meant | Unclear]:
    """Yield the places that are meant by name; without a name the form goes on by itself."""
    typed = _plain(line.rest)
    if not typed:
        yield Meant(form=line.form)
        return
    found = line.gazetteer.find(typed, _READINGS)
    for place in found:
        yield Meant(form=line.form, to=place)
    if not found:
        yield Unclear(
            form=line.form, why=(f"没有地方叫「{typed}」。", f'No place is called "{typed}".')
        )


SHORT_FORMS: Final = (
    ShortForm(
        verb="cs",
        words=("吹哨",),
        takes=("单位… 分钟", "bodies… minutes"),
        example=("cs cgzf 30", "cs cgzf 30"),
        means=(
            "吹哨：召集这些单位，30 分钟内报到；不写单位按立案标准",
            "blow for these bodies, to report in within 30 minutes; without bodies: the standard",
        ),
        action="blow",
        read=_blow,
    ),
    ShortForm(
        verb="pd",
        words=("派单",),
        takes=("单位 时限", "body limit"),
        example=("pd pcs 2gzr", "pd pcs 2gzr"),
        means=(
            "派单给这个单位，限 2 个工作日；不写的按立案标准",
            "dispatch to this body within 2 working days; what is left out comes from the standard",
        ),
        action="dispatch",
        read=_dispatch,
        order=c.Dispatch,
    ),
    ShortForm(
        verb="sl",
        words=("受理", "立案"),
        takes=("类别", "category"),
        example=("sl zdjy", "sl zdjy"),
        means=("受理立案，归入这个类别", "take in and file under this category"),
        action="file",
        read=_file,
        order=c.File,
    ),
    ShortForm(
        verb="rl",
        words=("认领",),
        takes=("", ""),
        example=("rl", "rl"),
        means=("认领", "claim"),
        action="claim",
        read=_nothing,
        order=c.Claim,
    ),
    ShortForm(
        verb="ba",
        words=("并案",),
        takes=("编号末几位", "last digits of a number"),
        example=("ba 42", "ba 42"),
        means=("并入编号以 42 结尾的案卷", "merge into the case whose number ends with 42"),
        action="merge",
        read=_merge,
    ),
    ShortForm(
        verb="cb",
        words=("催办",),
        takes=("要说的话", "what to say"),
        example=("cb 请今天到场", "cb come today"),
        means=("催办，并带上这句话", "urge the body, with these words"),
        action="urge",
        read=_words,
        order=c.Urge,
    ),
    ShortForm(
        verb="hc",
        words=("核查",),
        takes=("", ""),
        example=("hc", "hc"),
        means=("开始核查", "begin to check"),
        action="check",
        read=_nothing,
        order=c.Check,
    ),
    ShortForm(
        verb="fg",
        words=("返工",),
        takes=("原因", "reason"),
        example=("fg 未清运干净", "fg not clean"),
        means=("退回返工，写明原因", "send back for rework, with the reason"),
        action="rework",
        read=_must_say,
        order=c.Rework,
    ),
    ShortForm(
        verb="hx",
        words=("呼县",),
        takes=("县级单位 请求事项", "body of the county, what is asked"),
        example=("hx slj 请派抽水车", "hx slj send a pump"),
        means=("乡呼县应：请这个县级单位协助", "ask this body of the county to help"),
        action="call_county",
        read=_call_county,
        order=c.CallCounty,
    ),
    ShortForm(
        verb="ys",
        words=("移送",),
        takes=("移送对象 理由", "to whom, why"),
        example=("ys 110 有人持械", "ys 110 armed"),
        means=("移送给它；回执到来之前仍由本镇办理", "transfer it; ours until the receipt comes"),
        action="transfer",
        read=_transfer,
        order=c.Transfer,
    ),
    ShortForm(
        verb="sj",
        words=("三级联调", "联调", "三级"),
        takes=("", ""),
        example=("sj", "sj"),
        means=("启动三级联调，从最低一级开始", "begin the mediation at the lowest level"),
        action="begin_mediation",
        read=_nothing,
        order=c.BeginMediation,
    ),
    ShortForm(
        verb="dj",
        words=("登记",),
        takes=("地点", "place"),
        example=("dj ndl12", "dj ndl12"),
        means=("登记一件，地点已填好", "register a report with its place filled in"),
        action="register",
        read=_named,
    ),
    ShortForm(
        verb="aj",
        words=("案卷",),
        takes=("编号末几位", "last digits of a number"),
        example=("aj 42", "aj 42"),
        means=("打开编号以 42 结尾的未结案卷", "open the open case whose number ends with 42"),
        action="panel_case",
        read=_open,
    ),
    ShortForm(
        verb="zx",
        words=("指挥", "中心"),
        takes=("经度 纬度，或地名", "longitude latitude, or a place"),
        example=("zx 116.28 29.08", "zx 116.28 29.08"),
        means=(
            "地图移到这里；不写则回到全镇指挥图",
            "move the map there; without either, back to the whole township",
        ),
        action="go_there",
        read=_go,
    ),
)
"""Every short form, in the order of the help."""
