"""The forms about a case, by the action that opens them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import structs

from commandcenter.application import commands as c
from commandcenter.application.messages import VerificationResult
from commandcenter.application.plans import dispatch_plan
from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import UNLISTED, DutyList, ReplyTemplate, Urgency
from commandcenter.domain.duties import matches
from commandcenter.domain.reckoning import handling
from commandcenter.domain.report import Channel
from commandcenter.domain.timelimit import Limit
from commandcenter.domain.timers import TimerKind, case_timers
from ui import wording
from ui.forms import choices as on_offer
from ui.forms.closing_forms import (
    ADD_EVIDENCE,
    ANSWER_DOUBTS,
    CLOSING,
    FOUND,
    OUTCOME,
    REPLY,
    REVIEW,
    REWORK,
    VISIT,
    closing,
    help_forms,
    precedents,
    precedents_asked,
    visiting,
    waiting,
    wants_reply,
)
from ui.forms.field import FOR_GOOD, Choice, Field, Form, Kind, Subject, Values, fixed, must, never
from ui.forms.placing import PLACE, choosing_grid, located_grid
from ui.forms.request_forms import HOLD_REASON, hold_asks, holding, request_forms
from ui.wording import Both

# -- what a form starts from --


def _of_case(name: str) -> Callable[[Subject, Values], Any]:
    def initial(subject: Subject, _values: Values) -> Any:
        return getattr(subject.case, name, None)

    return initial


def _case_grid(subject: Subject, _values: Values) -> str | None:
    return subject.the_case.place.grid


def _case_with(subject: Subject, values: Values) -> Case:
    """Return the case as it would stand with what has been entered."""
    case = subject.the_case
    return structs.replace(
        case,
        category=values.get("category") or case.category,
        condition=values.get("condition") or case.condition,
        urgency=values.get("urgency") or case.urgency,
        duty_item=values.get("duty_item") or case.duty_item,
    )


def likely_category(subject: Subject, values: Values) -> str | None:
    """Return the class the report came with, else the one its words speak of most."""
    if subject.case is not None and subject.case.category:
        return subject.case.category
    first = next(iter(on_offer.hinted(subject, values)), None)
    return first.category if first else None


def _first_condition(subject: Subject, values: Values) -> str | None:
    category = values.get("category")
    standard = subject.hall.standard_for(category) if category else None
    return standard.condition if standard and standard.condition else None


def _has_conditions(subject: Subject, values: Values) -> bool:
    return bool(on_offer.conditions(subject, values))


def _category_urgency(subject: Subject, values: Values) -> Urgency:
    known = subject.hall.categories.get(values.get("category") or "")
    return known.urgency if known else Urgency.NORMAL


def _standard_body(subject: Subject, values: Values) -> str | None:
    return dispatch_plan(subject.hall, _case_with(subject, values), subject.now).body


def _standard_helpers(subject: Subject, values: Values) -> tuple[str, ...]:
    return dispatch_plan(subject.hall, _case_with(subject, values), subject.now).co_bodies


def _standard_duty(subject: Subject, values: Values) -> str | None:
    return dispatch_plan(subject.hall, _case_with(subject, values), subject.now).duty_item


def _standard_limit(subject: Subject, values: Values) -> Limit:
    return dispatch_plan(subject.hall, _case_with(subject, values), subject.now).limit


def _next_milestone(subject: Subject, values: Values) -> str | None:
    found = on_offer.milestones(subject, values)
    return found[0].value if found else None


# -- what a form says before it is sent --

_GOES_TO: Final[Both] = ("承办：{body}", "Goes to: {body}")
_HELPERS: Final[Both] = ("协办：{bodies}", "With: {bodies}")
_DUE: Final[Both] = ("时限：{limit}，{at} 截止", "Limit: {limit}, due {at}")
_PROVISIONAL: Final[Both] = (
    "时限：{limit}，{at} 截止（暂定）",
    "Limit: {limit}, due {at} (provisional)",
)
_GOES_ON: Final[Both] = (
    "它原来的时限接着算，不重新起算。",
    "The clock it had before goes on; it does not begin anew.",
)
_STATUTORY: Final[Both] = ("法定：{at} 截止", "By law: due {at}")
_SIGN_BY: Final[Both] = ("签收：{at} 前", "To be accepted by {at}")
_STOPS: Final[Both] = ("节点：{stops}", "Milestones: {stops}")
_EVIDENCE: Final[Both] = ("需交证据：{items}", "Evidence needed: {items}")
_GUIDANCE: Final[Both] = ("处置要点：{words}", "How to handle it: {words}")
_NO_STANDARD: Final[Both] = (
    "这个类别没有立案标准：承办单位派单时选择，时限按大厅默认。",
    "No filing standard for this category: choose the body when dispatching; default limit.",
)


_PAST: Final[Both] = ("已过", "past")


def _local(subject: Subject, at: datetime) -> str:
    """Say when something is due; clocks that began long ago may leave nothing of a limit."""
    said = wording.local_time(at, subject.hall.zone, subject.now)
    return wording.aside(said, subject.say(_PAST), subject.lang) if at < subject.now else said


def _plan(subject: Subject, values: Values, *, why: bool) -> Iterator[str]:
    """Say what dispatching now would mean; ``why`` explains the deadline line by line."""
    hall, lang = subject.hall, subject.lang
    case = _case_with(subject, values)
    plan = dispatch_plan(
        hall,
        case,
        subject.now,
        body=values.get("body") or None,
        limit=values.get("limit") or None,
    )
    body = plan.body
    if body is None and not plan.guidance:
        yield subject.say(_NO_STANDARD)
    if body is not None:
        yield subject.say(_GOES_TO, body=wording.body_name(hall, body, lang))
    chosen: tuple[str, ...] = values.get("co_bodies", plan.co_bodies)
    helpers = tuple(it for it in chosen if it != body)
    if helpers:
        yield subject.say(_HELPERS, bodies=wording.body_names(hall, helpers, lang))
    due = _PROVISIONAL if plan.provisional else _DUE
    yield subject.say(
        due,
        limit=wording.limit_words(plan.limit, lang),
        at=_local(subject, plan.deadline.due_at),
    )
    if plan.goes_on:
        yield subject.say(_GOES_ON)
    if why:
        for line in wording.why_lines(plan.deadline.between, hall.zone, lang):
            yield "· " + line
    if plan.statutory is not None:
        yield subject.say(_STATUTORY, at=_local(subject, plan.statutory.due_at))
    if why:
        yield subject.say(_SIGN_BY, at=_local(subject, plan.sign_due_at))
    if plan.milestones:
        stops = words.enumerated(
            (f"{name} {_local(subject, due_at)}" for name, due_at in plan.milestones),
            subject.lang,
        )
        yield subject.say(_STOPS, stops=stops)
    if plan.evidence:
        yield subject.say(_EVIDENCE, items=words.enumerated(plan.evidence, subject.lang))
    if plan.guidance and not why:
        yield subject.say(_GUIDANCE, words=plan.guidance)


def _filing(subject: Subject, values: Values) -> list[str]:
    return list(_plan(subject, values, why=False)) if values.get("category") else []


def _sending(subject: Subject, values: Values) -> list[str]:
    return list(_plan(subject, values, why=True))


_STANDS: Final[Both] = (
    "受理时限还剩 {left}，核实期间暂停，反馈后接着走。",
    "{left} left to take it in; the clock stands still till the finding is in.",
)
_OVER: Final[Both] = (
    "受理时限已超 {left}，核实期间暂停。",
    "Taking it in is {left} late; the clock stands still meanwhile.",
)
_ANSWER_BY: Final[Both] = ("请在 {at} 前反馈（{limit}）。", "To be answered by {at} ({limit}).")


def _verifying(subject: Subject, _values: Values) -> list[str]:
    hall, lang = subject.hall, subject.lang
    clocks = case_timers(subject.the_case, hall.limits)
    lines = []
    for clock in clocks:
        if clock.kind is TimerKind.ACCEPT:
            left = clock.due_at - subject.now
            both = _STANDS if left > timedelta() else _OVER
            lines.append(subject.say(both, left=wording.span(abs(left), lang)))
    due = hall.calendar.deadline(subject.now, hall.limits.verify).due_at
    limit = wording.limit_words(hall.limits.verify, lang)
    lines.append(subject.say(_ANSWER_BY, at=_local(subject, due), limit=limit))
    return lines


_RESUMED: Final[Both] = (
    "恢复后重新计算时限：{limit}，{at} 截止",
    "The deadline is reckoned anew: {limit}, due {at}",
)


def _resuming(subject: Subject, _values: Values) -> list[str]:
    case, hall = subject.the_case, subject.hall
    due = handling(case, hall.calendar, at=subject.now)
    if due is None:
        return []
    limit = on_offer.limit_of(hall.limits.handle, case.limit)
    return [
        subject.say(
            _RESUMED,
            limit=wording.limit_words(limit, subject.lang),
            at=_local(subject, due.due_at),
        )
    ]


_ANSWERED: Final[Both] = (
    "结案后答复 {count} 位上报人。",
    "Reporters answered when it is closed: {count}.",
)
_NOBODY_WAITS: Final[Both] = ("没有上报人等待答复。", "No reporter waits for an answer.")


def _answering(subject: Subject, _values: Values) -> list[str]:
    count = waiting(subject.the_case)
    return [subject.say(_ANSWERED, count=count) if count else subject.say(_NOBODY_WAITS)]


def _closing(subject: Subject, values: Values) -> list[str]:
    return [*closing(subject, values), *_answering(subject, values)]


def _ruling(subject: Subject, values: Values) -> list[str]:
    return [*precedents(subject), *_sending(subject, values)]


def _say_it(*lines: Both) -> Callable[[Subject, Values], list[str]]:
    def preview(subject: Subject, _values: Values) -> list[str]:
        return [subject.say(line) for line in lines]

    return preview


# -- reasons and the answers that go with them --

_REJECTIONS: Final[tuple[tuple[Both, str], ...]] = (
    (
        ("不属本镇管辖", "Not in this township"),
        "您反映的问题不属于本镇管辖，已建议您向{where}反映。",
    ),
    (
        ("不属受理范围", "Not for this hall"),
        "您反映的事项不属于本中心受理范围，请通过相应渠道反映。",
    ),
    (
        ("信息不全，无法核实", "Too little to verify"),
        "您反映的内容缺少地点或具体情况，无法核实。补充后请再次反映。",
    ),
    (
        ("核实不属实", "Found not to be so"),
        "经现场核实，未发现您反映的情况。如有新情况请再次反映。",
    ),
    (
        ("已进入法定程序", "Already before the law"),
        "您反映的事项已进入法定程序，将按程序办理。",
    ),
)
_OTHER_PLACE: Final = "属地或主管部门"


_NOT_OURS: Final = 2  # the first of them: others must act


def _rejections(subject: Subject) -> list[ReplyTemplate]:
    """Return the hall's own reasons with their replies; without a list there are built-in ones."""
    if subject.hall.replies:
        return list(subject.hall.replies.values())
    return [
        ReplyTemplate(
            code=str(at),
            reason=subject.say(reason),
            reply=reply,
            not_ours=at < _NOT_OURS,
        )
        for at, (reason, reply) in enumerate(_REJECTIONS)
    ]


def _rejection(subject: Subject, values: Values) -> ReplyTemplate | None:
    return next((it for it in _rejections(subject) if it.reason == values.get("reason")), None)


def _rejection_reasons(subject: Subject, _values: Values) -> list[Choice]:
    return [Choice(value=it.reason, text=it.reason) for it in _rejections(subject)]


def _is_not_ours(subject: Subject, values: Values) -> bool:
    found = _rejection(subject, values)
    return found is not None and found.not_ours


def _refused_duty(subject: Subject, values: Values) -> str | None:
    """Return the item that fits; what is not ours to do and on no list stands beside them."""
    fits = matches(subject.hall, subject.the_case, on_offer.local_day(subject))
    if _is_not_ours(subject, values):
        if not subject.hall.duties:
            return None
        others = (it.item.item for it in fits if it.item.list is not DutyList.BASIC)
        return next(others, UNLISTED)
    return _standard_duty(subject, values) or next((it.item.item for it in fits), None)


def _must_name_item(subject: Subject, values: Values) -> bool:
    return bool(subject.hall.duties) and (
        bool(values.get("not_ours")) or _names_item(subject, values)
    )


def _rejection_reply(subject: Subject, values: Values) -> str:
    found = _rejection(subject, values)
    if found is None:
        return ""
    item = subject.hall.duties.get(values.get("duty_item") or "")
    known = item is not None and item.body is not None
    where = wording.body_name(subject.hall, item.body) if known and item else ""
    return found.reply.replace("{where}", where or _OTHER_PLACE)


_APART: Final[Both] = (
    "计入「不属本级」，不算结案；立案率照常计入分母。",
    "Counted as not ours to do, never as closed; the filing rate counts it as declined.",
)


def _declining(subject: Subject, values: Values) -> list[str]:
    return [subject.say(_APART)] if values.get("not_ours") else []


# -- moments --


def _in_days(days: int) -> Callable[[Subject, Values], datetime]:
    def initial(subject: Subject, _values: Values) -> datetime:
        local = subject.now.astimezone(subject.hall.zone) + timedelta(days=days)
        return local.replace(hour=17, minute=0, second=0, microsecond=0)

    return initial


def _is(key: str, *wanted: object) -> Callable[[Subject, Values], bool]:
    def when(_subject: Subject, values: Values) -> bool:
        return values.get(key) in wanted

    return when


# -- fields that several forms share --


def _reason(hint: Both = ("", ""), *, required: bool = True) -> Field:
    return Field(
        key="reason",
        label=("原因", "Reason"),
        kind=Kind.WORDS,
        required=must if required else never,
        hint=hint,
        most=2000,
    )


CONDITION: Final = Field(
    key="condition",
    label=("立案情形", "Condition"),
    kind=Kind.PICK,
    choices=on_offer.conditions,
    initial=_first_condition,
    when=_has_conditions,
)
CATEGORY: Final = Field(
    key="category",
    label=("类别", "Category"),
    kind=Kind.CLASS,
    choices=on_offer.categories,
    hint=("输入名称、代码或拼音首字母", "Type a name, a code or pinyin initials"),
)
URGENCY: Final = Field(
    key="urgency", label=("紧急程度", "Urgency"), kind=Kind.PICK, choices=on_offer.urgencies
)
_GRID: Final = Field(
    key="grid",
    label=("网格", "Grid"),
    kind=Kind.PICK,
    choices=on_offer.grids,
    hint=("输入村名、网格名或代码", "Type a village, a grid or a code"),
)
DUTY: Final = Field(
    key="duty_item",
    label=("清单事项", "Duty list item"),
    kind=Kind.PICK,
    choices=on_offer.duty_items,
    hint=("输入编号或名称", "Type a number or a title"),
)


def _names_item(subject: Subject, _values: Values) -> bool:
    return bool(subject.hall.duties) and subject.hall.duty_item_required


_LINKED: Final = replace(DUTY, required=_names_item, choices=on_offer.linked_items)
_LIMIT: Final = Field(
    key="limit",
    label=("时限", "Limit"),
    kind=Kind.PICK,
    choices=on_offer.limits(*on_offer.HANDLING_LIMITS, own=_standard_limit),
    initial=fixed(""),
)
_BODY: Final = Field(
    key="body",
    label=("承办单位", "Body"),
    kind=Kind.PICK,
    required=must,
    choices=on_offer.bodies,
    hint=("输入单位名称或拼音首字母查找", "Type the name of a body"),
)
WHO: Final = Field(
    key="who",
    label=("谁说的", "Who said so"),
    required=must,
    hint=("单位的经办人姓名、职务", "Name and post of the person"),
)
BY_WHICH: Final = Field(
    key="channel",
    label=("联系方式", "By which channel"),
    kind=Kind.PICK,
    required=must,
    choices=on_offer.said(
        ("电话", ("电话", "Telephone")),
        ("微信", ("微信", "WeChat")),
        ("短信", ("短信", "Text message")),
        ("哨单", ("纸质哨单", "Slip on paper")),
        ("对讲机", ("对讲机", "Radio")),
        ("当面", ("当面", "In person")),
    ),
    initial=fixed("电话"),
)


def _what_was_said(*, required: bool) -> Field:
    return Field(
        key="words",
        label=("原话", "What was said"),
        kind=Kind.WORDS,
        required=must if required else _is("status", "result"),
        most=2000,
    )


SAID: Final = _what_was_said(required=True)

_UNTIL: Final = Field(
    key="until",
    label=("挂账至", "On hold until"),
    kind=Kind.MOMENT,
    required=must,
    initial=_in_days(7),
)
_REPORTING: Final = (
    Field(
        key="status",
        label=("进展", "Progress"),
        kind=Kind.PICK,
        required=must,
        choices=on_offer.statuses,
        initial=on_offer.statuses_first,
    ),
    WHO,
    BY_WHICH,
    Field(
        key="milestone",
        label=("节点", "Milestone"),
        kind=Kind.PICK,
        required=must,
        choices=on_offer.milestones,
        initial=_next_milestone,
        when=_is("status", "milestone"),
    ),
    _what_was_said(required=False),
    Field(
        key="reason",
        label=("退回原因", "Reason for the return"),
        kind=Kind.WORDS,
        required=must,
        when=_is("status", "returned"),
        most=2000,
    ),
    replace(DUTY, required=must, when=_is("status", "returned")),
)

_CASE_FORMS: Final = (
    Form(
        id="register",
        command=c.Register,
        title=("登记事件", "Register a report"),
        send=("登记", "Register"),
        fields=(
            Field(
                key="title",
                label=("事由", "What it is about"),
                required=must,
                hint=("一句话说清：地点 + 什么事", "One sentence: where and what"),
            ),
            Field(
                key="channel",
                label=("来源", "Channel"),
                kind=Kind.PICK,
                required=must,
                choices=on_offer.channels,
                initial=fixed(Channel.HOTLINE),
            ),
            PLACE,
            replace(_GRID, initial=located_grid),
            Field(
                key="description",
                label=("情况描述", "Description"),
                kind=Kind.WORDS,
                most=4000,
            ),
            Field(
                key="leader",
                label=("批示领导", "Leader"),
                required=must,
                when=_is("channel", Channel.LEADER),
                most=50,
            ),
            Field(
                key="instruction",
                label=("批示内容", "The leader's note"),
                kind=Kind.WORDS,
                required=must,
                when=_is("channel", Channel.LEADER),
                most=2000,
            ),
            Field(
                key="reporter_name",
                label=("代谁登记", "On behalf of"),
                hint=("上报人姓名，不是登记人", "Who reports it, not who enters it"),
                most=50,
            ),
            Field(
                key="reporter_phone",
                label=("上报人电话", "Reporter's number"),
                kind=Kind.PHONE,
                hint=("录入后只显示首尾", "Only its ends are shown once entered"),
                most=30,
            ),
            CATEGORY,
            replace(URGENCY, initial=_category_urgency),
            Field(
                key="occurred_at",
                label=("发生时间", "Happened at"),
                kind=Kind.MOMENT,
                hint=("不填即现在", "Left empty: now"),
            ),
            Field(key="requires_reply", label=("需要答复", "Wants an answer"), kind=Kind.SWITCH),
        ),
        preview=choosing_grid,
    ),
    Form(
        id="file",
        command=c.File,
        title=("受理立案", "Take in and file"),
        send=("立案", "File"),
        fields=(
            replace(CATEGORY, required=must, initial=likely_category),
            CONDITION,
            replace(URGENCY, required=must, initial=_of_case("urgency")),
            replace(_GRID, initial=_case_grid),
            replace(DUTY, initial=_standard_duty),
        ),
        preview=_filing,
    ),
    Form(
        id="verify",
        command=c.Verify,
        fields=(
            Field(
                key="worker",
                label=("核实人员", "Grid worker"),
                kind=Kind.PICK,
                required=must,
                choices=on_offer.workers,
                initial=on_offer.nearest_worker,
                hint=("输入姓名或网格", "Type a name or a grid"),
            ),
        ),
        preview=_verifying,
    ),
    Form(
        id="verified",
        command=c.Report,
        title=("代报核实", "Report the finding"),
        fields=(
            Field(
                key="status",
                label=("核实结论", "Finding"),
                kind=Kind.PICK,
                required=must,
                choices=on_offer.codes(*VerificationResult),
            ),
            WHO,
            BY_WHICH,
            replace(SAID, required=never),
        ),
        preview=_say_it(
            (
                "网格员打电话或当面说的，由您代为记下；案卷回到待受理，受理时限接着计。",
                "What the worker said by telephone; the case comes back and its clock goes on.",
            )
        ),
    ),
    Form(
        id="reject",
        command=c.Reject,
        danger=True,
        fields=(
            Field(
                key="reason",
                label=("原因", "Reason"),
                kind=Kind.PICK,
                required=must,
                choices=_rejection_reasons,
            ),
            Field(
                key="reply",
                label=("答复上报人", "Reply to the reporter"),
                kind=Kind.WORDS,
                required=must,
                initial=_rejection_reply,
                most=2000,
            ),
            Field(
                key="not_ours",
                label=("不属本级（单独统计）", "Not ours to do (counted apart)"),
                kind=Kind.SWITCH,
                initial=_is_not_ours,
            ),
            replace(_LINKED, required=_must_name_item, initial=_refused_duty),
        ),
        preview=_declining,
    ),
    Form(
        id="merge",
        command=c.Merge,
        title=("并入另一案卷", "Merge into another"),
        send=("并入", "Merge"),
        fields=(
            Field(
                key="into",
                label=("主案", "Main case"),
                kind=Kind.LIST,
                required=must,
                choices=on_offer.mains,
                initial=on_offer.likeliest,
                hint=("按编号、标题查找", "Find by number or title"),
            ),
            replace(_reason(required=False), initial=on_offer.why_alike, lines=2),
        ),
        asks=on_offer.asks_alike,
        preview=_say_it(
            (
                "并入后各上报人都保留，主案结案时一并答复。",
                "Every reporter stays and is answered when the main case closes.",
            )
        ),
    ),
    Form(id="unmerge", command=c.Unmerge, fields=(_reason(),)),
    Form(
        id="dispatch",
        command=c.Dispatch,
        fields=(
            REVIEW,
            replace(_BODY, initial=_standard_body),
            Field(
                key="co_bodies",
                label=("协办单位", "Helping bodies"),
                kind=Kind.MANY,
                choices=on_offer.bodies,
                initial=_standard_helpers,
                hint=("输入单位名称或拼音首字母筛选", "Type to narrow the list"),
            ),
            _LIMIT,
            replace(_LINKED, initial=_standard_duty),
            Field(
                key="message",
                label=("交办意见", "Message"),
                kind=Kind.WORDS,
                most=2000,
            ),
        ),
        preview=_sending,
    ),
    *help_forms(WHO, BY_WHICH, DUTY),
    Form(id="recall", command=c.Recall, fields=(_reason(),)),
    Form(
        id="dispute",
        command=c.Dispute,
        fields=(_reason(("为什么定不下来由谁办", "Why it is not clear whose it is")),),
    ),
    Form(
        id="rule",
        command=c.Rule,
        fields=(
            replace(_BODY, initial=_of_case("body")),
            _reason(),
            _LIMIT,
            Field(
                key="by_county",
                label=("由县级裁定，值班长记录", "Decided by the county"),
                kind=Kind.SWITCH,
            ),
        ),
        preview=_ruling,
        asks=precedents_asked,
    ),
    Form(
        id="sign",
        command=c.Report,
        title=("代签收", "Accept for the body"),
        given={"status": "accepted"},
        fields=(WHO, BY_WHICH, replace(SAID, required=never)),
    ),
    Form(id="report", command=c.Report, fields=_REPORTING),
    Form(
        id="return",
        command=c.Report,
        title=("代退回", "Return for the body"),
        given={"status": "returned"},
        fields=(
            WHO,
            BY_WHICH,
            Field(
                key="reason",
                label=("退回原因", "Reason for the return"),
                kind=Kind.WORDS,
                required=must,
                most=2000,
            ),
            replace(DUTY, required=must),
        ),
        preview=_say_it(
            (
                "第二次退回转裁定；事项属「配合履职」的，不算退回，转为协办。",
                "The second return goes to a ruling; an item of the helping list makes a helper.",
            )
        ),
    ),
    Form(
        id="urge",
        command=c.Urge,
        fields=(
            _reason(
                ("要对方知道的话，可不填", "What they should know; may stay empty"), required=False
            ),
        ),
    ),
    Form(
        id="suspend",
        command=c.Suspend,
        fields=(_UNTIL, HOLD_REASON),
        preview=holding,
        asks=hold_asks,
    ),
    *request_forms(WHO, BY_WHICH, _UNTIL),
    Form(id="resume", command=c.Resume, preview=_resuming),
    REWORK,
    ADD_EVIDENCE,
    ANSWER_DOUBTS,
    Form(
        id="close",
        command=c.Close,
        fields=(OUTCOME, replace(REPLY, required=wants_reply), *CLOSING, FOUND),
        preview=_closing,
    ),
    Form(
        id="force_close",
        command=c.ForceClose,
        danger=True,
        fields=(_reason(),),
        preview=_say_it(
            (
                "强制结案单独列数，不算就地化解。",
                "A forced closing is counted apart, and never as resolved here.",
            )
        ),
        grave=fixed(FOR_GOOD),
    ),
    Form(
        id="follow_up",
        command=c.FollowUp,
        fields=(
            Field(
                key="contacted",
                label=("已联系上上报人", "The reporter was reached"),
                kind=Kind.SWITCH,
                initial=fixed(True),
            ),
            Field(
                key="solved",
                label=("是否解决", "Solved"),
                kind=Kind.PICK,
                required=must,
                when=_is("contacted", True),
                choices=on_offer.said((True, ("已解决", "Yes")), (False, ("未解决", "No"))),
            ),
            Field(
                key="satisfied",
                label=("满意度", "Satisfied"),
                kind=Kind.PICK,
                required=must,
                when=_is("contacted", True),
                choices=on_offer.said(
                    ("satisfied", ("满意", "Satisfied")),
                    ("basically", ("基本满意", "On the whole")),
                    ("unsatisfied", ("不满意", "Not satisfied")),
                ),
            ),
            *VISIT,
            Field(key="words", label=("回访记录", "Record"), kind=Kind.WORDS, most=2000),
        ),
        preview=visiting,
    ),
    Form(
        id="reopen",
        command=c.Reopen,
        fields=(
            _reason(),
            replace(
                _BODY,
                initial=_of_case("body"),
            ),
            _LIMIT,
        ),
        preview=_sending,
    ),
    Form(
        id="archive",
        command=c.Archive,
        preview=_say_it(("归档后只读，不能再改。", "Read-only from then on.")),
        grave=fixed(FOR_GOOD),
    ),
    Form(
        id="take_over",
        command=c.Claim,
        title=("接手", "Take over"),
        send=("接手", "Take over"),
        given={"take": True},
        fields=(_reason(("为什么不等对方移交", "Why it cannot be handed over")),),
        preview=_say_it(
            (
                "认领人在席或刚离席。接手后由您办理，原因记入经过，对方会看到。",
                "Whoever has it is there, or just left. It becomes yours; your reason is kept.",
            )
        ),
    ),
    Form(
        id="hand_over",
        command=c.HandOver,
        fields=(
            Field(
                key="to",
                label=("移交给", "To"),
                kind=Kind.PICK,
                required=must,
                choices=on_offer.colleagues,
                hint=("输入姓名查找", "Type a name"),
            ),
            Field(
                key="words",
                label=("交代的话", "What to know"),
                kind=Kind.WORDS,
                most=2000,
            ),
        ),
        preview=_say_it(
            (
                "移交后立即归对方，对方不在席时会标出，谁都可以接手。",
                "It is theirs at once; if they are away that shows, and anybody may take it.",
            )
        ),
    ),
)

CASE_FORMS: Final[Mapping[str, Form]] = {form.id: form for form in _CASE_FORMS}
"""Every form about a case, by the id of its action."""
