"""The forms by which one decision is taken on several cases at once, by their action."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application.plans import usual_body
from commandcenter.application.questions import AlikeAmong
from commandcenter.domain import words
from commandcenter.domain.case import Case, Outcome
from ui import wording
from ui.actions import ACTIONS, possible
from ui.forms import choices as on_offer
from ui.forms.case_forms import BY_WHICH, CATEGORY, SAID, WHO, likely_category
from ui.forms.closing_forms import CONTACTED, FOUND, OUTCOME, REPLY
from ui.forms.field import FOR_GOOD, Choice, Field, Form, Kind, Subject, Values, fixed, must, never
from ui.wording import Both

_MESSAGE: Final = Field(
    key="message", label=("交办意见", "Message"), kind=Kind.WORDS, required=never, most=2000
)
_REASON: Final = Field(
    key="reason", label=("原因", "Reason"), kind=Kind.WORDS, required=never, most=2000
)

# -- what looks alike --

_ALIKE: Final[Both] = (
    "{count} 件看起来与别的案卷是同一问题，可先并案：{families}。",
    "{count} of them look like the same problem as another; merge first if so: {families}.",
)
_NOT_CHOSEN: Final[Both] = ("{no}（未选）", "{no} (not chosen)")
_CUT: Final[Both] = ("{numbers} 等 {count} 件", "{numbers} and others, {count} in all")
_BETWEEN_FAMILIES: Final[Both] = ("；", "; ")
_MORE_FAMILIES: Final[Both] = ("等 {count} 组", "{count} groups in all")
_NUMBERS_SHOWN: Final = 4  # of each family
_FAMILIES_SHOWN: Final = 3


def _asks_alike(subject: Subject, _values: Values) -> list[AlikeAmong]:
    return [AlikeAmong(cases=tuple(it.no for it in subject.cases))]


def _look_alike(subject: Subject, _values: Values) -> list[str]:
    """Say which of the chosen may be one problem, so that nobody works on it twice."""
    (asked,) = _asks_alike(subject, {})
    families = subject.answers.get(asked, ())  # none before the store has answered
    if not families:
        return []
    chosen = frozenset(asked.cases)
    count = sum(no in chosen for family in families for no in family)
    parts = [_family(subject, family, chosen) for family in families[:_FAMILIES_SHOWN]]
    if len(families) > _FAMILIES_SHOWN:
        parts.append(subject.say(_MORE_FAMILIES, count=len(families)))
    listed = subject.say(_BETWEEN_FAMILIES).join(parts)
    return [subject.say(_ALIKE, count=count, families=listed)]


def _family(subject: Subject, family: Sequence[str], chosen: frozenset[str]) -> str:
    """Name the cases of a family, the chosen ones first; of many the first few."""
    own = [no for no in family if no in chosen]
    others = [subject.say(_NOT_CHOSEN, no=no) for no in family if no not in chosen]
    return _named(subject, own + others)


def _named(subject: Subject, numbers: Sequence[str]) -> str:
    listed = words.enumerated(numbers[:_NUMBERS_SHOWN], subject.lang)
    if len(numbers) <= _NUMBERS_SHOWN:
        return listed
    return subject.say(_CUT, numbers=listed, count=len(numbers))


# -- filing --

_BARE: Final[Both] = (
    "{count} 件看不出类别：不选类别，这几件会被退出来。",
    "{count} of them speak of no category: without one they will be refused.",
)
_SPOKEN: Final[Both] = (
    "{count} 件没有类别，各按内容建议：{classes}；不合适的请逐件立案。",
    "{count} have none: each as its words suggest, {classes}. File one by one what does not fit.",
)
_CLASS: Final[Both] = ("{name} {count}", "{name} {count}")
_ONE_FOR_ALL: Final[Both] = (
    "{count} 件原来是别的类别，都会改成所选类别。",
    "{count} of them have another category; it will be replaced.",
)


def _own_class(subject: Subject) -> Mapping[str, Any]:
    return {"category": likely_category(subject, {})}


def _filing(subject: Subject, values: Values) -> list[str]:
    chosen = values.get("category")
    if not chosen:
        return list(_by_their_words(subject))
    other = sum(bool(it.category) and it.category != chosen for it in subject.cases)
    return [subject.say(_ONE_FOR_ALL, count=other)] if other else []


def _by_their_words(subject: Subject) -> Iterator[str]:
    """Say which classes those get that came without one, and how many get none."""
    bare = [it for it in subject.cases if not it.category]
    said = [likely_category(replace(subject, case=it), {}) for it in bare]
    spoken, nothing = Counter(filter(None, said)), said.count(None)
    if spoken:
        names = (
            subject.say(_CLASS, name=subject.hall.categories[code].name, count=count)
            for code, count in spoken.most_common()
        )
        classes = words.enumerated(names, subject.lang)
        yield subject.say(_SPOKEN, count=spoken.total(), classes=classes)
    if nothing:
        yield subject.say(_BARE, count=nothing)


# -- dispatching --

_GO_TO: Final[Both] = ("{body}：{count} 件", "{body}: {count}")
_NOBODY: Final[Both] = (
    "{count} 件的标准没有写承办单位：请选一个，否则这几件派不出去。",
    "{count} have no body in their standard: choose one, or they will be refused.",
)


def _sending(subject: Subject, values: Values) -> Iterator[str]:
    chosen = values.get("body")
    bodies = Counter(chosen or usual_body(subject.hall, case) for case in subject.cases)
    for code, count in bodies.most_common():
        if code is None:
            yield subject.say(_NOBODY, count=count)
        else:
            name = wording.body_name(subject.hall, code, subject.lang)
            yield subject.say(_GO_TO, body=name, count=count)


def _all_sending(subject: Subject, values: Values) -> list[str]:
    return list(_sending(subject, values))


# -- merging --


def _can_join(subject: Subject, case: Case) -> bool:
    by = subject.operator
    whistle = subject.picture.whistle_of(case)
    return by is not None and possible(ACTIONS["merge"], by, case, whistle)


def _joins(subject: Subject, case: Case, values: Values) -> bool:
    return case.no != values.get("into") and _can_join(subject, case)


def _each_chosen(subject: Subject, _values: Values) -> list[Choice]:
    """Return every case under which another of the chosen can go."""
    joining = [it.no for it in subject.cases if _can_join(subject, it)]
    mains = (it for it in sorted(subject.cases, key=_age) if any(no != it.no for no in joining))
    return [
        Choice(
            value=it.no,
            text=words.case_title(it.title, subject.lang),
            detail=wording.SEPARATOR.join(
                (it.no, wording.local_time(it.received_at, subject.hall.zone, subject.now))
            ),
        )
        for it in mains
    ]


def _age(case: Case) -> tuple[Any, str]:
    return (case.received_at, case.no)


def _main(subject: Subject, _values: Values) -> str | None:
    """Return the oldest of what can only be the main case, else the oldest of all."""
    bound = [it for it in subject.cases if not _can_join(subject, it)]
    return min(bound or subject.cases, key=_age).no if subject.cases else None


_MERGING: Final[Both] = (
    "其余 {count} 件并入主案；各上报人都保留，主案结案时一并答复。",
    "The other {count} go under it; every reporter stays and is answered when it closes.",
)
_STAYING: Final[Both] = (
    "{count} 件现在不能并入别的案卷，仍单独办理。",
    "{count} can go under no other case now and stay cases of their own.",
)


_UNLIKE: Final[Both] = (
    "{count} 件看起来与主案不是同一问题，请核对后再并：{numbers}。",
    "{count} of them do not look like the same problem as the main case; look again: {numbers}.",
)


def _unlike(subject: Subject, values: Values) -> list[str]:
    """Say which of the chosen look like another problem than the one they would go under."""
    (asked,) = _asks_alike(subject, values)
    if asked not in subject.answers:  # the store has not answered yet
        return []
    family = next((it for it in subject.answers[asked] if values.get("into") in it), ())
    joining = [it.no for it in subject.cases if _joins(subject, it, values)]
    unlike = [no for no in joining if no not in family]
    if not unlike:
        return []
    return [subject.say(_UNLIKE, count=len(unlike), numbers=_named(subject, unlike))]


def _joining(subject: Subject, values: Values) -> list[str]:
    count = sum(_joins(subject, it, values) for it in subject.cases)
    own = sum(it.no != values.get("into") for it in subject.cases) - count
    told = [subject.say(_MERGING, count=count)]
    return [*told, subject.say(_STAYING, count=own)] if own else told


# -- closing --


def _alike(subject: Subject, values: Values) -> list[Choice]:
    """Return the outcomes that may be alike for several; what is partly done differs in each."""
    return [it for it in OUTCOME.choices(subject, values) if it.value is not Outcome.PARTIAL]


_ANSWERED: Final[Both] = ("其中 {count} 件要答复上报人。", "{count} of them wait for an answer.")
_UNPROVED: Final[Both] = (
    "{count} 件缺少证据，会被退出来：请逐件返工、补交证据，或由值班长写明原因。",
    "{count} lack evidence and will be refused: order rework, add it, or a supervisor says why.",
)
_ASKED_LATER: Final[Both] = (
    "没有联系上报人：{count} 件结案后会列入核对清单。",
    "The reporters were not contacted: {count} closings will be asked about.",
)


def _closing(subject: Subject, values: Values) -> list[str]:
    waiting = sum(it.requires_reply or it.source_no is not None for it in subject.cases)
    wanted = 0 if values.get("contacted") else sum(it.requires_reply for it in subject.cases)
    unproved = sum(bool(it.lacking) for it in subject.cases)
    if values.get("outcome") != Outcome.SOLVED:
        unproved = 0
    told = ((_ANSWERED, waiting), (_ASKED_LATER, wanted), (_UNPROVED, unproved))
    return [subject.say(both, count=count) for both, count in told if count]


_FINAL: Final[Both] = ("归档后只读，不能再改。", "Read-only from then on.")


def _archiving(subject: Subject, _values: Values) -> list[str]:
    return [subject.say(_FINAL)]


_BULK_FORMS: Final = (
    Form(
        id="file",
        command=c.File,
        title=("受理立案", "Take in and file"),
        send=("全部立案", "File them all"),
        fields=(
            replace(
                CATEGORY,
                hint=(
                    "不选则各按原类别或内容建议",
                    "Left empty: each its own, or as its words suggest",
                ),
            ),
        ),
        own=_own_class,
        preview=_filing,
        notice=_look_alike,
        asks=_asks_alike,
    ),
    Form(
        id="dispatch",
        command=c.Dispatch,
        send=("全部派单", "Dispatch them all"),
        fields=(
            Field(
                key="body",
                label=("承办单位", "Body"),
                kind=Kind.PICK,
                choices=on_offer.bodies,
                hint=("不选则各按立案标准", "Left empty: by each standard"),
            ),
            _MESSAGE,
        ),
        preview=_all_sending,
        notice=_look_alike,
        asks=_asks_alike,
    ),
    Form(
        id="merge",
        command=c.Merge,
        title=("并为一案", "Merge into one"),
        fields=(
            Field(
                key="into",
                label=("主案", "Main case"),
                kind=Kind.LIST,
                required=must,
                choices=_each_chosen,
                initial=_main,
                hint=("按编号、标题查找", "Find by number or title"),
            ),
            replace(_REASON, lines=1),  # the list and what it leads to need the room
        ),
        concerns=_joins,
        preview=_joining,
        notice=_unlike,
        asks=_asks_alike,
    ),
    Form(
        id="sign",
        command=c.Report,
        title=("代签收", "Accept for the body"),
        given={"status": "accepted"},
        fields=(WHO, BY_WHICH, replace(SAID, required=never)),
    ),
    Form(id="urge", command=c.Urge, send=("全部催办", "Urge them all"), fields=(_REASON,)),
    Form(
        id="close",
        command=c.Close,
        send=("全部结案", "Close them all"),
        fields=(
            replace(OUTCOME, choices=_alike),
            replace(REPLY, label=("答复上报人", "Reply to the reporters")),
            replace(CONTACTED, label=("都已联系上报人", "Every reporter was contacted")),
            FOUND,
        ),
        preview=_closing,
    ),
    Form(id="archive", command=c.Archive, preview=_archiving, grave=fixed(FOR_GOOD)),
)
BULK_FORMS: Final[Mapping[str, Form]] = {form.id: form for form in _BULK_FORMS}
"""Every form about several cases, by the id of its action."""
