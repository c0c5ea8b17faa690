"""Every word of the hall in Chinese and English, and the sentence of every refusal.

One table for the screens, the command line and the reports; Chinese is the source.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from commandcenter.domain.alert import Verdict
from commandcenter.domain.case import Outcome, RequestKind, Stage, State, Step, first_step
from commandcenter.domain.catalogue import Admission, DutyList, Urgency, WhistleKind
from commandcenter.domain.county import CallStatus, CallTier
from commandcenter.domain.duties import Actor, MatchKind
from commandcenter.domain.errors import InWords, Refusal
from commandcenter.domain.evidence import Doubt
from commandcenter.domain.gazetteer import PlaceKind
from commandcenter.domain.measures import Unit
from commandcenter.domain.mediation import Level, MediationEnd
from commandcenter.domain.place import PlaceQuality
from commandcenter.domain.report import Channel, Mark, Personal
from commandcenter.domain.roster import BodyLevel, ContactStep, Role
from commandcenter.domain.subtask import SubState, SubStep
from commandcenter.domain.supervision import SupervisionLevel
from commandcenter.domain.timelimit import (
    DayPolicy,
    Limit,
    LimitUnit,
    WhyDetail,
    WhyKind,
    WhyStep,
)
from commandcenter.domain.timers import Phase, TimerKind
from commandcenter.domain.transfer import Destination, TransferStatus
from commandcenter.domain.wanted import Shape, Wanted
from commandcenter.domain.whistle import Arbiter, ProofKind, Summons, SummonsState, SummonsStep

Both = tuple[str, str]
"""A word in Chinese and in English."""

WORDS: Final[Mapping[type[StrEnum], Mapping[str, Both]]] = {
    State: {
        State.RECEIVED: ("已接收", "received"),
        State.VERIFYING: ("核实中", "being verified"),
        State.REJECTED: ("不予受理", "declined"),
        State.MERGED: ("已并案", "merged"),
        State.FILED: ("已立案", "filed"),
        State.DISPATCHED: ("已派单", "dispatched"),
        State.ARBITRATING: ("裁定中", "in arbitration"),
        State.ACCEPTED: ("已签收", "accepted"),
        State.HANDLING: ("处置中", "being handled"),
        State.SUSPENDED: ("挂账", "on hold"),
        State.RESULT_SUBMITTED: ("结果已上传", "result in"),
        State.CHECKING: ("核查中", "being checked"),
        State.CLOSED: ("已结案", "closed"),
        State.ARCHIVED: ("已归档", "archived"),
    },
    Stage: {
        Stage.DISCOVERED: ("发现", "Found"),
        Stage.REPORTED: ("上报", "Reported"),
        Stage.DISPATCHED: ("派单", "Dispatched"),
        Stage.HANDLING: ("处置", "Handling"),
        Stage.RESULT: ("结果", "Result"),
        Stage.CHECKED: ("核查", "Check"),
        Stage.CLOSED: ("结案", "Closed"),
    },
    Step: {
        Step.CLAIM: ("认领", "claim"),
        Step.VERIFY: ("派人核实", "send to verify"),
        Step.VERIFIED: ("核实反馈", "verify"),
        Step.FILE: ("立案", "file"),
        Step.REJECT: ("不予受理", "decline"),
        Step.MERGE: ("并案", "merge"),
        Step.UNMERGE: ("撤销并案", "undo the merge"),
        Step.DISPATCH: ("派单", "dispatch"),
        Step.RECALL: ("撤回派单", "recall"),
        Step.ACCEPT: ("签收", "accept"),
        Step.RETURN: ("退回", "return"),
        Step.HELP: ("转为协办", "become a helper"),
        Step.DISPUTE: ("提请裁定", "ask for a ruling"),
        Step.RULE: ("裁定", "rule"),
        Step.START: ("开始处置", "start handling"),
        Step.MILESTONE: ("节点完成", "reach a milestone"),
        Step.SUSPEND: ("挂账", "put on hold"),
        Step.RESUME: ("恢复办理", "resume"),
        Step.RESULT: ("上传结果", "hand in the result"),
        Step.REWORK: ("返工", "order rework"),
        Step.CHECK: ("核查", "check"),
        Step.CLOSE: ("结案", "close"),
        Step.FORCE_CLOSE: ("强制结案", "force-close"),
        Step.TRANSFER: ("移送办结", "close as transferred"),
        Step.FOLLOW_UP: ("回访", "follow up"),
        Step.REOPEN: ("重开", "reopen"),
        Step.COME_BACK: ("余项到期", "come back"),
        Step.ARCHIVE: ("归档", "archive"),
    },
    RequestKind: {
        RequestKind.EXTENSION: ("延期", "extension"),
        RequestKind.HOLD: ("挂账", "hold"),
    },
    DayPolicy: {
        DayPolicy.HOURS8: ("每日按 8 小时", "days of 8 hours"),
        DayPolicy.NEXT_DAY: ("次日起算、到日终", "whole days from the next on"),
    },
    PlaceKind: {
        PlaceKind.STREET: ("街巷", "street"),
        PlaceKind.ESTATE: ("小区", "estate"),
        PlaceKind.BUILDING: ("建筑", "building"),
        PlaceKind.INTEREST: ("兴趣点", "point of interest"),
        PlaceKind.DOOR: ("门牌", "house number"),
        PlaceKind.LANDMARK: ("地标", "landmark"),
    },
    Outcome: {
        Outcome.SOLVED: ("已解决", "solved"),
        Outcome.PARTIAL: ("部分解决", "partly solved"),
        Outcome.EXPLAINED: ("已解释", "explained"),
        Outcome.NOT_SUBSTANTIATED: ("不属实", "not substantiated"),
        Outcome.WITHDRAWN: ("撤诉", "withdrawn"),
        Outcome.FORCED: ("强制结案", "force-closed"),
        Outcome.TRANSFERRED: ("已移送", "transferred"),
    },
    Urgency: {
        Urgency.NORMAL: ("一般", "normal"),
        Urgency.IMPORTANT: ("重要", "important"),
        Urgency.URGENT: ("紧急", "urgent"),
        Urgency.CRITICAL: ("特急", "critical"),
    },
    WhistleKind: {
        WhistleKind.JOINT_ENFORCEMENT: ("综合执法", "joint enforcement"),
        WhistleKind.HARD_PROBLEM: ("重点难点", "hard problem"),
        WhistleKind.EMERGENCY: ("应急处置", "emergency"),
    },
    DutyList: {
        DutyList.BASIC: ("基本履职", "basic duty"),
        DutyList.COOPERATE: ("配合履职", "cooperative duty"),
        DutyList.WITHDRAWN: ("上级收回", "taken back by the county"),
        DutyList.DELEGATED: ("赋权事项", "delegated power"),
    },
    Channel: {
        Channel.GRID_APP: ("网格上报", "grid app"),
        Channel.HOTLINE: ("12345 热线", "12345 hotline"),
        Channel.INSPECTION: ("巡查", "inspection"),
        Channel.VIDEO: ("视频", "video"),
        Channel.DRONE: ("无人机", "drone"),
        Channel.LEADER: ("领导交办", "leader's note"),
        Channel.WALK_IN: ("来访", "walk-in"),
        Channel.COUNTY: ("县级交办", "county"),
        Channel.NETWORK: ("网络", "online"),
        Channel.OTHER: ("其他", "other"),
    },
    Mark: {
        Mark.LATE: ("补传", "late data"),
        Mark.TIME_SUSPECT: ("时间可疑", "time in doubt"),
        Mark.PLACE_SUSPECT: ("坐标可疑", "position in doubt"),
        Mark.REVISED: ("内容有修订", "revised"),
    },
    PlaceQuality: {
        PlaceQuality.EXACT: ("准确", "exact"),
        PlaceQuality.FUZZY: ("大致位置", "approximate"),
        PlaceQuality.OUT_OF_RANGE: ("坐标可疑", "position in doubt"),
        PlaceQuality.OUTSIDE: ("网格外", "outside the grids"),
        PlaceQuality.DATUM_SUSPECT: ("坐标系可疑", "datum in doubt"),
        PlaceQuality.BOUNDARY: ("边界附近", "near a border"),
        PlaceQuality.UNKNOWN: ("无坐标", "no position"),
    },
    ContactStep: {
        ContactStep.LIAISON: ("联络员", "liaison"),
        ContactStep.DEPUTY: ("分管负责人", "deputy"),
        ContactStep.HEAD: ("主要负责人", "head"),
        ContactStep.COUNTY: ("县级指挥中心", "county centre"),
    },
    Arbiter: {
        Arbiter.SUPERVISOR: ("值班长", "shift supervisor"),
        Arbiter.COUNTY: ("县级", "the county"),
    },
    BodyLevel: {
        BodyLevel.VILLAGE: ("村（社区）", "village"),
        BodyLevel.TOWNSHIP: ("镇", "township"),
        BodyLevel.STATIONED: ("派驻", "stationed"),
        BodyLevel.COUNTY: ("县", "county"),
        BodyLevel.UTILITY: ("公用企业", "utility"),
    },
    Role: {
        Role.GRID_WORKER: ("网格员", "grid worker"),
        Role.INTAKE_OFFICER: ("受理员", "intake officer"),
        Role.DISPATCHER: ("派遣员", "dispatcher"),
        Role.SHIFT_SUPERVISOR: ("值班长", "shift supervisor"),
        Role.DUTY_LEADER: ("值班领导", "duty leader"),
        Role.DEPT_LIAISON: ("部门联络员", "department liaison"),
        Role.HANDLER: ("处置人员", "handler"),
        Role.INSPECTOR: ("核查员", "inspector"),
        Role.EVALUATOR: ("考核员", "evaluator"),
        Role.AUDITOR: ("审计员", "auditor"),
        Role.WALL_VIEWER: ("大屏", "wall screen"),
        Role.ADMIN: ("系统管理员", "administrator"),
        Role.COMMANDER: ("指挥长", "commander"),
        Role.REPORT_IN_PAGE: ("报到页", "report-in page"),
    },
    LimitUnit: {
        LimitUnit.URGENT_MINUTE: ("分钟（连续）", "minutes, day and night"),
        LimitUnit.URGENT_HOUR: ("紧急工作时", "hours, day and night"),
        LimitUnit.WORK_HOUR: ("工作时", "working hours"),
        LimitUnit.WORK_DAY: ("工作日", "working days"),
        LimitUnit.NATURAL_DAY: ("自然日", "calendar days"),
    },
    TimerKind: {
        TimerKind.CLAIM: ("认领", "claim"),
        TimerKind.ACCEPT: ("受理", "intake"),
        TimerKind.VERIFY: ("核实", "verification"),
        TimerKind.DISPATCH: ("派单", "dispatch"),
        TimerKind.SIGN: ("签收", "acceptance"),
        TimerKind.HANDLE: ("处置", "handling"),
        TimerKind.MILESTONE: ("节点", "milestone"),
        TimerKind.HOLD: ("挂账", "hold"),
        TimerKind.DECIDE: ("审批", "decision"),
        TimerKind.TOTAL: ("总时限", "overall"),
        TimerKind.CHECK: ("核查", "check"),
        TimerKind.FOLLOW_UP: ("回访", "follow-up"),
        TimerKind.RULING: ("裁定", "ruling"),
        TimerKind.REMAINDER: ("余项", "what remains"),
        TimerKind.ANSWER: ("应哨", "answer"),
        TimerKind.REPORT_IN: ("报到", "report-in"),
        TimerKind.ORDER_REPLY: ("督办回复", "answer to the order"),
        TimerKind.SUMMONS_RULING: ("拒哨裁定", "ruling on the refusal"),
        TimerKind.CALL: ("逐级呼叫", "next call"),
        TimerKind.COUNTY_REPLY: ("县级答复", "county's answer"),
        TimerKind.RECEIPT: ("移送回执", "transfer receipt"),
        TimerKind.MEDIATION: ("联调", "mediation"),
    },
    CallTier: {
        CallTier.VIEW: ("知悉", "to know of it"),
        CallTier.ASSIST: ("协助", "to help"),
    },
    CallStatus: {
        CallStatus.ASKED: ("待答复", "no answer yet"),
        CallStatus.SEEN: ("已知悉", "seen"),
        CallStatus.AGREED: ("同意协助", "agreed to help"),
        CallStatus.DECLINED: ("不予协助", "declined"),
        CallStatus.RECALLED: ("已撤回", "taken back"),
    },
    TransferStatus: {
        TransferStatus.SENT: ("待回执", "no receipt yet"),
        TransferStatus.RECEIVED: ("对方已收到，未决定", "received, undecided"),
        TransferStatus.ACCEPTED: ("对方已接收", "accepted"),
        TransferStatus.DECLINED: ("对方不予接收", "declined"),
        TransferStatus.RECALLED: ("已撤回", "taken back"),
    },
    Level: {
        Level.VILLAGE: ("村（社区）", "village"),
        Level.TOWNSHIP: ("镇", "township"),
        Level.COUNTY: ("县", "county"),
    },
    MediationEnd: {
        MediationEnd.AGREED: ("调解成功", "agreed"),
        MediationEnd.FAILED: ("调解不成", "failed"),
        MediationEnd.WITHDRAWN: ("当事人撤回", "withdrawn by the parties"),
    },
    SupervisionLevel: {
        SupervisionLevel.NUDGE: ("催办", "reminder"),
        SupervisionLevel.ORDER: ("督办", "order"),
        SupervisionLevel.LISTED: ("挂牌督办", "listed order"),
    },
    Admission: {
        Admission.LISTED: ("清单内", "on the lists"),
        Admission.WAITING: ("待准入", "waiting at the gate"),
        Admission.ADMITTED: ("已准入", "admitted"),
        Admission.DECLINED: ("不予准入", "not admitted"),
    },
    MatchKind: {
        MatchKind.CHOSEN: ("已选定", "chosen"),
        MatchKind.STANDARD: ("立案标准所列", "named by the filing standard"),
        MatchKind.WORDS: ("文字相符", "the words agree"),
        MatchKind.CATEGORY: ("同类事项", "a category beside it"),
    },
    Actor: {
        Actor.TOWNSHIP: ("镇里办", "the township acts"),
        Actor.COUNTY_LEADS: ("县里牵头、镇里配合", "the county leads, the township helps"),
        Actor.COUNTY: ("县里办，不得交镇", "the county acts; not for the township"),
    },
    Phase: {
        Phase.CALM: ("正常", "in time"),
        Phase.NEAR: ("临期", "due soon"),
        Phase.OVER: ("超时", "overdue"),
        Phase.PAUSED: ("暂停", "paused"),
    },
    SubState: {
        SubState.DISPATCHED: ("待签收", "sent"),
        SubState.ACCEPTED: ("已签收", "accepted"),
        SubState.HANDLING: ("处置中", "at work"),
        SubState.DONE: ("已完成", "done"),
        SubState.RETURNED: ("要求退回", "given back"),
        SubState.WAIVED: ("已免除", "done without"),
        SubState.RECALLED: ("已撤回", "recalled"),
    },
    SubStep: {
        SubStep.ACCEPT: ("签收", "accept"),
        SubStep.START: ("开始处置", "start handling"),
        SubStep.FINISH: ("完成", "finish"),
        SubStep.RETURN: ("退回", "give back"),
        SubStep.REDO: ("返工", "do it again"),
        SubStep.WAIVE: ("免除", "be waived"),
        SubStep.RECALL: ("撤回", "be recalled"),
    },
    Doubt: {
        Doubt.NO_PICTURE: ("处置结果没有照片", "the result has no picture"),
        Doubt.SAME_PICTURE: ("照片与此前或他案相同", "the picture was used before"),
        Doubt.LAST_MINUTE: ("赶在到期前几分钟办结", "done minutes before the deadline"),
        Doubt.NOT_CONTACTED: ("没有联系过上报人", "the reporter was not contacted"),
        Doubt.UNSOLVED: ("回访说没有解决", "the reporter says it is not solved"),
    },
    SummonsState: {
        SummonsState.BLOWN: ("已吹哨", "summoned"),
        SummonsState.NOTIFIED: ("已通知", "notified"),
        SummonsState.ANSWERED: ("已应哨", "answered"),
        SummonsState.EN_ROUTE: ("途中", "on the way"),
        SummonsState.REPORTED_IN: ("已报到", "reported in"),
        SummonsState.WORKING: ("处置中", "at work"),
        SummonsState.FINISHED: ("已完成", "finished"),
        SummonsState.RELEASED: ("已撤离", "released"),
        SummonsState.REFUSED: ("拒哨", "refused"),
        SummonsState.ARBITRATING: ("裁定中", "in arbitration"),
        SummonsState.WITHDRAWN: ("已撤哨", "withdrawn"),
        SummonsState.RATED: ("已评价", "rated"),
    },
    SummonsStep: {
        SummonsStep.NOTIFY: ("送达通知", "be notified"),
        SummonsStep.ANSWER: ("应哨", "answer"),
        SummonsStep.SET_OUT: ("出发", "set out"),
        SummonsStep.REPORT_IN: ("报到", "report in"),
        SummonsStep.WORK: ("开始处置", "start work"),
        SummonsStep.FINISH: ("完成处置", "finish"),
        SummonsStep.LEAVE: ("离开", "leave"),
        SummonsStep.REFUSE: ("拒哨", "refuse"),
        SummonsStep.REFUSE_UNFOUNDED: ("拒哨未附清单事项", "refusal names no duty item"),
        SummonsStep.ARBITRATE: ("提请裁定", "ask for a ruling"),
        SummonsStep.UPHOLD: ("裁定应到", "be told to come"),
        SummonsStep.EXCUSE: ("裁定免到", "be excused"),
        SummonsStep.WITHDRAW: ("撤哨", "be withdrawn"),
        SummonsStep.RELEASE: ("同意撤离", "be released"),
        SummonsStep.RATE: ("评价", "be rated"),
        SummonsStep.ANSWER_RATING: ("答复评价", "answer its rating"),
        SummonsStep.APPEAL_RATING: ("申诉评价", "appeal against its rating"),
        SummonsStep.RULE_RATING: ("裁定评价申诉", "have its appeal ruled on"),
        SummonsStep.CALL: ("逐级呼叫", "be called through the next contact"),
        SummonsStep.MISS_RULING: ("逾时未裁定", "miss the ruling limit"),
        SummonsStep.MISS_ANSWER: ("逾时未应哨", "miss the answer limit"),
        SummonsStep.MISS_REPORT_IN: ("逾时未报到", "miss the report-in limit"),
        SummonsStep.ESCALATE: ("升级", "be escalated"),
        SummonsStep.URGE: ("催", "be urged"),
    },
    ProofKind: {
        ProofKind.POSITION: ("定位签到", "position"),
        ProofKind.ON_BEHALF: ("代报到", "on behalf"),
        ProofKind.WORD: ("终端报到", "own terminal"),
        ProofKind.LINK: ("链接报到", "signed link"),
    },
    Personal: {
        Personal.NAME: ("姓名", "name"),
        Personal.PHONE: ("电话", "telephone"),
        Personal.ID: ("证件号", "identity number"),
    },
    Verdict: {
        Verdict.TRUE: ("属实", "true"),
        Verdict.FALSE: ("误报", "false alarm"),
        Verdict.DUPLICATE: ("重复", "duplicate"),
        Verdict.UNCLEAR: ("无法判断", "unclear"),
    },
}

FIELDS: Final[Mapping[str, Both]] = {
    "category": ("类别", "category"),
    "place": ("地点", "place"),
    "description": ("情况描述", "description"),
    "reason": ("原因", "reason"),
    "reply": ("答复", "reply"),
    "into": ("主案编号", "case to merge into"),
    "body": ("承办单位", "body"),
    "due_at": ("办理时限", "deadline"),
    "duty_item": ("清单事项编号", "duty list item"),
    "words": ("说明", "words"),
    "outcome": ("结案方式", "outcome"),
    "milestone": ("节点名称", "milestone"),
    "until": ("挂账截止时间", "end of the hold"),
    "limit": ("时限", "limit"),
    "worker": ("核实人员", "grid worker"),
    "result": ("核实结论", "finding"),
    "review": ("复核意见", "supervisor's review"),
    "remaining": ("余下事项", "what remains"),
    "comes_back_at": ("余项办理日期", "when it comes back"),
    "who": ("经办人", "who spoke"),
    "channel": ("渠道", "channel"),
    "reply_by": ("回复期限", "date of the answer"),
    "do": ("指令", "command"),
    "case": ("案卷编号", "case number"),
    "version": ("案卷版本", "version of the case"),
    "whistle": ("哨的编号", "whistle number"),
    "alert": ("告警编号", "alert number"),
    "message": ("消息", "message"),
    "orders": ("各条指令", "orders"),
    "title": ("标题", "title"),
    "urgency": ("紧急程度", "urgency"),
    "address": ("地址", "address"),
    "lon": ("经度", "longitude"),
    "lat": ("纬度", "latitude"),
    "datum": ("坐标系", "datum"),
    "grid": ("网格", "grid"),
    "reporter_name": ("上报人姓名", "reporter's name"),
    "reporter_phone": ("上报人电话", "reporter's telephone"),
    "occurred_at": ("发生时间", "when it happened"),
    "requires_reply": ("需要答复", "wants an answer"),
    "leader": ("领导", "leader"),
    "instruction": ("批示内容", "leader's note"),
    "take": ("接手", "take over"),
    "to": ("转给谁", "to whom"),
    "condition": ("立案条件", "filing condition"),
    "consulted": ("会商单位", "agreed with"),
    "letter": ("告知函", "letter"),
    "not_ours": ("不属本级", "not this level's"),
    "co_bodies": ("协办单位", "helping bodies"),
    "by_county": ("县级裁定", "decided by the county"),
    "status": ("进展", "what was said"),
    "listed": ("挂牌督办", "listed order"),
    "tell_body": ("转告承办单位", "tell the body"),
    "grant": ("是否批准", "granted or not"),
    "url": ("网址", "address on the network"),
    "shows": ("证明什么", "what it shows"),
    "kind": ("种类", "kind"),
    "sha256": ("校验值 SHA-256", "checksum SHA-256"),
    "taken_at": ("拍摄时间", "when it was taken"),
    "contacted": ("已联系", "was reached"),
    "contacted_at": ("联系时间", "when reached"),
    "solved": ("是否解决", "solved or not"),
    "solved_at": ("反映是否解决的时间", "when said if solved"),
    "satisfied": ("满意度", "how satisfied"),
    "satisfied_at": ("反映满意度的时间", "when said how satisfied"),
    "met_at": ("回访地点", "where met"),
    "bodies": ("被吹哨的单位", "bodies summoned"),
    "lead": ("牵头单位", "lead body"),
    "answer_limit": ("应哨时限", "limit to answer"),
    "report_in_limit": ("报到时限", "limit to report in"),
    "gear": ("携带装备", "gear"),
    "hold_seconds": ("可撤回秒数", "seconds it can be taken back"),
    "uphold": ("应到", "must come"),
    "verdict": ("研判结论", "verdict"),
    "field": ("哪一项", "which thing"),
    "seat": ("席位", "seat"),
    "id": ("编号", "id"),
    "pressed_at": ("报送时间", "when it was pressed"),
    "arrived_at": ("收到时间", "when it arrived"),
    "accuracy_m": ("定位精度（米）", "accuracy in metres"),
    "photo": ("照片", "picture"),
    "photo_sha256": ("照片的校验值", "the picture's checksum"),
    "photo_bytes": ("照片大小", "the picture's size"),
    "counts": ("次数", "counts"),
    "since": ("起", "since"),
    "arbiter": ("由谁裁定", "who rules"),
    "outgoing": ("消息编号", "message"),
    "response": ("响应速度", "how fast it answered"),
    "attendance": ("到场情况", "how it came"),
    "attitude": ("态度", "attitude"),
    "states": ("状态", "states"),
    "text": ("查找内容", "words looked for"),
    "as": ("代谁操作", "in whose name"),
    "request": ("请求事项", "what is asked"),
    "tier": ("请求程度", "how much is asked"),
    "call": ("请求编号", "number of the request"),
    "receipt_by": ("回执期限", "when the receipt is due"),
    "receipt": ("回执编号", "number of the receipt"),
    "transfer": ("移送编号", "number of the transfer"),
    "level": ("层级", "level"),
    "end": ("联调结果", "how it ended"),
    "mediator": ("调解单位", "who mediates"),
}
"""The word for every field of a command, and for what a step may lack."""


def slot(name: str, lang: str = "zh") -> str:
    """Return a field as whoever writes JSON needs it: its word and the name it has there."""
    said = field(name, lang)
    if said == name:
        return name
    return f"{said} ({name})" if lang == "en" else f"{said}（{name}）"


CODES: Final[Mapping[str, Both]] = {
    # what a grid worker found
    "exists": ("属实", "it is so"),
    "not_exists": ("不属实", "it is not so"),
    "unable": ("无法核实", "could not be verified"),
    # how satisfied a reporter is
    "satisfied": ("满意", "satisfied"),
    "basically": ("基本满意", "basically satisfied"),
    "unsatisfied": ("不满意", "not satisfied"),
    # how far a body is
    "accepted": ("签收", "accepted"),
    "returned": ("退回", "returned"),
    "handling": ("处置中", "being handled"),
    "milestone": ("节点完成", "milestone reached"),
    "result": ("结果上传", "result in"),
    "notified": ("已收到通知", "notified"),
    "answered": ("应哨", "answered"),
    "refused": ("拒哨", "refused"),
    "en_route": ("途中", "on the way"),
    "reported_in": ("报到", "reported in"),
    "working": ("开始处置", "at work"),
    "finished": ("完成处置", "finished"),
    "left": ("已撤离", "left"),
    "rating_answered": ("答复评分", "answered its rating"),
    "rating_appealed": ("申诉评分", "appealed against its rating"),
    # what else a message may say of a case
    "verified": ("核实结果", "what was found"),
    "followed_up": ("回访结果", "what the reporter said"),
    "session": ("已调解一次", "one session held"),
    "failed": ("调解不成", "not settled"),
    "withdrawn": ("已撤回", "withdrawn"),
    "rejected": ("不予接收", "rejected"),
    "extension": ("申请延期", "asked for more time"),
    "hold": ("申请挂账", "asked for a hold"),
    # what platforms call those who report
    "grid_worker": ("网格员", "grid worker"),
    "caller": ("来电人", "caller"),
    "visitor": ("来访人", "visitor"),
    "resident": ("居民", "resident"),
    "inspector": ("巡查员", "inspector"),
    # what those above and beside the hall say
    "seen": ("已知悉", "seen"),
    "agreed": ("同意", "agreed"),
    "declined": ("不予接收或协助", "declined"),
    "received": ("已收到，未决定", "received, undecided"),
    # what an algorithm sees
    "person": ("人", "person"),
    "vehicle": ("车辆", "vehicle"),
    "car": ("汽车", "car"),
    "smoke": ("烟", "smoke"),
    "fire": ("火", "fire"),
    "water": ("水", "water"),
    "garbage": ("垃圾", "garbage"),
    "stall": ("摊位", "stall"),
    # what an attachment is
    "image": ("照片", "picture"),
    "video": ("视频", "video"),
    "audio": ("录音", "sound"),
    "file": ("文件", "file"),
}
"""The word for a value that stands in a message of the contract, where it is none of ours."""


def code(value: str, lang: str = "zh") -> str:
    """Return the word for a value of the contract; one nobody worded as it is."""
    both = CODES.get(value)
    return value if both is None else both[lang == "en"]


def wanted(value: Wanted, lang: str = "zh") -> str:
    """Return what a field takes, as a phrase: 数字（-180 至 180）."""
    en = lang == "en"
    if value.choices:
        told = (" or " if en else "、").join(_choice(it, lang) for it in value.choices)
        return told if en else f"{told} 之一"
    said = SHAPES[value.shape][en]
    has = (value.least is not None, value.most is not None and value.most < _NO_BOUND)
    if not any(has):
        return said
    least, most = (f"{it:,g}" if it is not None else "" for it in (value.least, value.most))
    bounds = _BOUNDS[has][en].format(least, most) + _COUNTED.get(value.shape, ("", ""))[en]
    return f"{said} ({bounds})" if en else f"{said}（{bounds}）"


def _choice(value: str, lang: str) -> str:
    known = isinstance(value, StrEnum) and type(value) in WORDS
    said = word(value, lang) if known and isinstance(value, StrEnum) else code(value, lang)
    if said == value:
        return str(value)
    return f"{value} ({said})" if lang == "en" else f"{value}（{said}）"


_NO_BOUND: Final = 10**9  # what a machine can hold tells nobody anything
SHAPES: Final[Mapping[Shape, Both]] = {
    Shape.TEXT: ("文字", "text"),
    Shape.NUMBER: ("数字", "a number"),
    Shape.WHOLE: ("整数", "a whole number"),
    Shape.YES_NO: ("true 或 false", "true or false"),
    Shape.MOMENT: (
        "带时区的时刻，如 2026-11-21T08:00:00+08:00",
        "an instant with its offset, like 2026-11-21T08:00:00+08:00",
    ),
    Shape.LIST: ("列表", "a list"),
    Shape.TABLE: ("对象", "an object"),
    Shape.WEB: (
        "http:// 或 https:// 开头的网址、\\\\主机\\共享 里的文件，或 media 文件夹里的文件",
        "an address with http:// or https://, a file on \\\\HOST\\SHARE, or one below media/",
    ),
    Shape.DIGEST: ("64 位十六进制的校验值", "64 hexadecimal digits"),
}
_BOUNDS: Final[Mapping[tuple[bool, bool], Both]] = {
    (True, True): ("{0} 至 {1}", "{0} to {1}"),
    (True, False): ("至少 {0}", "at least {0}"),
    (False, True): ("最多 {1}", "at most {1}"),
}
_COUNTED: Final[Mapping[Shape, Both]] = {
    Shape.TEXT: (" 字", " letters"),
    Shape.WEB: (" 字", " letters"),
    Shape.LIST: (" 项", " items"),
}

DESTINATIONS: Final[Mapping[str, Both]] = {
    "110": ("110 报警服务台", "110 police line"),
    "police": ("派出所", "police station"),
    "court": ("人民法院", "court"),
}
"""What the destinations that are built in are called, by code."""


def destination(known: Destination, lang: str = "zh") -> str:
    """Return what a destination is called: as the hall pack says, else as the program does."""
    return known.name or DESTINATIONS.get(known.code, (known.code,) * 2)[lang == "en"]


REASONS: Final[Mapping[str, Both]] = {
    "survey": ("需勘查、检测或鉴定", "a survey or expert report is needed"),
    "materials": ("等待材料、设备或配件", "waiting for material or parts"),
    "weather": ("天气不允许施工", "the weather does not allow the work"),
    "coordination": ("需多部门会商", "several bodies must agree"),
    "party": ("当事人原因", "the people concerned are not available"),
    "policy": ("等待上级政策或批复", "waiting for a decision from above"),
    "litigation": ("正在诉讼、复议或信访程序", "before a court or in appeal"),
    "plan": ("已列入工程或整治计划", "part of a scheduled project"),
    "funds": ("资金待落实", "the money is not there yet"),
    "title": ("权属争议待确认", "ownership is in dispute"),
    "season": ("季节性限制，如汛期、冰冻", "the season forbids it: floods, frost"),
}
"""The reasons for an extension or a hold that the program has words for, by name."""


def reason(name: str, lang: str = "zh") -> str:
    """Return a reason in words; a hall's own is said as the hall wrote it."""
    both = REASONS.get(name)
    return name if both is None else both[lang == "en"]


def limit(value: Limit, lang: str = "zh") -> str:
    """Return a limit in words: 3 工作日; days counted whole say so."""
    one = value.amount == 1 and lang == "en"
    said = f"{value.amount:g} {_ONE[value.unit] if one else word(value.unit, lang)}"
    if value.unit is LimitUnit.WORK_DAY and value.policy is DayPolicy.NEXT_DAY:
        said += " (to the end of the day)" if lang == "en" else "（到日终）"
    return said


def hours(value: float, lang: str = "zh") -> str:
    """Return a number of hours with its unit; in minutes as long as it is less than one."""
    minutes = round(value * 60)
    if value >= 1:
        return f"{value:.1f} {_HOURS[lang == 'en']}"
    if value * 60 < 1:
        return _NO_MINUTE[lang == "en"]
    if minutes == 60:  # noqa: PLR2004  it would read as 60 minutes
        return f"1 {_HOURS[lang == 'en']}"
    return f"{minutes} {_MINUTES[lang == 'en']}"


def amount(unit: Unit, value: float | None, lang: str = "zh") -> str:
    """Return a figure's value with its unit: 128, 93.7 %, 5.4 小时; a dash for none."""
    if value is None:
        return "—"
    match unit:
        case Unit.SHARE:
            return f"{value * 100:.1f} %"
        case Unit.HOURS:
            return hours(value, lang)
        case Unit.PER_CASE:
            return f"{value:.2f}"
        case Unit.COUNT:
            return f"{value:,.0f}"


_HOURS: Final[Both] = ("小时", "h")
_MINUTES: Final[Both] = ("分", "min")
_NO_MINUTE: Final[Both] = ("不到 1 分", "under 1 min")
_ONE: Final[Mapping[LimitUnit, str]] = {
    LimitUnit.URGENT_MINUTE: "minute, day and night",
    LimitUnit.URGENT_HOUR: "hour, day and night",
    LimitUnit.WORK_HOUR: "working hour",
    LimitUnit.WORK_DAY: "working day",
    LimitUnit.NATURAL_DAY: "calendar day",
}


def word(member: StrEnum, lang: str = "zh") -> str:
    """Return the word for a member of any of the hall's enumerations."""
    return WORDS[type(member)][member][lang == "en"]


_EXCUSED: Final[Both] = ("裁定免到", "excused")


def summons_state(summons: Summons, lang: str = "zh") -> str:
    """Return the word for where a body stands; one that was ruled right to refuse is excused."""
    return _EXCUSED[lang == "en"] if summons.is_excused else word(summons.state, lang)


UNTITLED: Final = ("（无标题）", "No title")
"""What stands for the title of a case that was reported without one; it is kept in Chinese."""


def case_title(title: str, lang: str = "zh") -> str:
    """Return a title as it is shown: what was written, or in the language that nothing was."""
    return UNTITLED[lang == "en"] if title == UNTITLED[0] else title


def enumerated(parts: Iterable[str], lang: str = "zh") -> str:
    """Return several things of one kind as one phrase: 甲、乙."""
    return (", " if lang == "en" else "、").join(parts)


def field(name: str, lang: str = "zh") -> str:
    """Return the word for a field a command may lack."""
    both = FIELDS.get(name)
    return name if both is None else both[lang == "en"]


def sentence(
    refusal: Refusal,
    lang: str = "zh",
    zone: tzinfo | None = None,
    name_of: Callable[[str], str] = str,
) -> str:
    """Return what a dispatcher reads when the hall declines.

    Instants are said in ``zone``, persons and bodies by what ``name_of`` makes of their codes.
    """

    def said(key: str, value: object) -> str:
        match value:
            case Refusal():
                return sentence(value, lang, zone, name_of)
            case InWords():
                return value.en if lang == "en" else value.zh
            case tuple():
                return enumerated((said(key, it) for it in value), lang)
            case Wanted() | StrEnum() | Limit():
                return _named(value, lang)
            case datetime():
                return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
            case _:
                return in_words(key, str(value))

    def in_words(key: str, text: str) -> str:
        if key in _SAY:
            return _SAY[key](text, lang)
        if key == "reason" and text in PUT_ASIDE:
            return put_aside(text, str(refusal.facts.get("detail", "")), lang)
        if key in {"role", "roles"} and text in set(Role):
            return word(Role(text), lang)
        return name_of(text) if key in _PEOPLE else text

    facts = {key: said(key, value) for key, value in refusal.facts.items()}
    told = SENTENCES[refusal.code][lang == "en"].format(**facts)
    remedy = _comes_first(refusal)
    return told if remedy is None else told + sentence(remedy, lang, zone, name_of)


def _comes_first(refusal: Refusal) -> Refusal | None:
    """Return what must be done before a step that a case does not allow; none if no order does."""
    if refusal.code != "illegal_step":
        return None
    first = first_step(str(refusal.facts["state"]), str(refusal.facts["step"]))
    if first is None or first.name.lower() not in COMMANDS:
        return None
    return Refusal("comes_first", step=first, order=first.name.lower())


_PEOPLE: Final = frozenset({"holder", "who", "body", "bodies"})
"""The facts of a refusal that are somebody's code, or several."""


_WEEKDAYS: Final = (
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
)


def day(value: date, lang: str = "zh") -> str:
    """Return a local day with its weekday: 2026-11-18 周三."""
    return f"{value:%Y-%m-%d} {_WEEKDAYS[value.weekday()][lang == 'en']}"


WHY: Final[Mapping[WhyKind, Both]] = {
    WhyKind.LIMIT: ("时限 {limit}", "The limit is {limit}"),
    WhyKind.SOURCE: ("依据{source}", "It is set by {source}"),
    WhyKind.START: ("从 {at} 开始计时", "The clock starts at {at}"),
    WhyKind.SKIPPED_DAY: ("{day} {detail}，不计入", "{day} does not count: {detail}"),
    WhyKind.MAKE_UP_DAY: ("{day} 调休上班，计入", "{day} counts: a make-up working day"),
    WhyKind.PAUSE: ("{at} 至 {until} 暂停计时", "The clock stood still from {at} to {until}"),
    WhyKind.EXTENSION: (
        "批准延期 {limit}：由 {at} 延至 {until}",
        "Extended by {limit}: from {at} to {until}",
    ),
    WhyKind.PROVISIONAL_YEAR: (
        "{year} 年放假安排尚未公布，时限暂定",
        "The holidays of {year} are not announced yet; the deadline is provisional",
    ),
    WhyKind.DUE: ("到 {at} 截止", "Due at {at}"),
    WhyKind.OTHERWISE: (
        "定下时限后工作日历有变：按现在的日历应为 {at}，仍以当时所定为准",
        "The calendar has changed since: it would be {at} now; what was set then holds",
    ),
}
WHY_DETAILS: Final[Mapping[WhyDetail, Both]] = {
    WhyDetail.NONE: ("", ""),
    WhyDetail.WEEKEND: ("周末", "weekend"),
    WhyDetail.HOLIDAY: ("节假日", "holiday"),
    WhyDetail.START_DAY: ("起算当日", "the first day is left out"),
}
_SETTINGS: Final[Mapping[str, Both]] = {
    "claim": ("认领时限", "limit to claim"),
    "accept": ("受理时限", "limit of intake"),
    "verify": ("核实时限", "limit to verify"),
    "dispatch": ("派单时限", "limit to dispatch"),
    "sign": ("签收时限", "limit to accept"),
    "sign_urgent": ("紧急案卷的签收时限", "limit to accept what is urgent"),
    "handle": ("处置时限", "limit to handle"),
    "check": ("核查时限", "limit to check"),
    "follow_up": ("回访时限", "limit to follow up"),
    "decide": ("审批时限", "limit to decide"),
    "total": ("总时限", "overall limit"),
}
"""The limits of ``hall.toml`` that a clock may follow."""
_UNTIL_NOW: Final[Both] = ("现在", "now")
_SOURCES: Final[Mapping[str, Both]] = {
    "standards.csv": ("立结案标准第 {row} 行{about}", "row {row} of the filing standards{about}"),
    "hall.toml": ("大厅设置里的{row}（hall.toml）", "the {row} of the hall's settings (hall.toml)"),
    "hand": ("派单时由人指定", "who dispatched it"),
}


def why(step: WhyStep, zone: tzinfo, lang: str = "zh") -> str:
    """Return one line of the explanation of a deadline, in local time."""

    def told(at: datetime | None) -> str:
        if at is None:
            return _UNTIL_NOW[lang == "en"]
        local = at.astimezone(zone)
        return f"{day(local.date(), lang)} {local:%H:%M}"

    return WHY[step.kind][lang == "en"].format(
        at=told(step.at),
        until=told(step.until),
        day=day(step.day, lang) if step.day else "",
        year=step.day.year if step.day else "",
        detail=WHY_DETAILS[step.detail][lang == "en"],
        limit=limit(Limit.parse(step.limit), lang) if step.limit else "",
        source=_source(step, lang),
    )


def why_lines(steps: Iterable[WhyStep], zone: tzinfo, lang: str = "zh") -> list[str]:
    """Return the explanation of a deadline for people: days in a row that do not count are one."""
    lines: list[str] = []
    run: list[WhyStep] = []
    for step in (*steps, None):
        if step is not None and run and _goes_on(run[-1], step):
            run.append(step)
            continue
        if run:
            lines.append(_told_at_once(run, zone, lang))
        run = [step] if step is not None else []
    return lines


def _goes_on(before: WhyStep, step: WhyStep) -> bool:
    skipped = WhyKind.SKIPPED_DAY
    return (
        before.kind is skipped
        and step.kind is skipped
        and before.detail is step.detail
        and before.day is not None
        and step.day == before.day + timedelta(days=1)
    )


def _told_at_once(run: Sequence[WhyStep], zone: tzinfo, lang: str) -> str:
    first, last = run[0], run[-1]
    if first is last or first.day is None or last.day is None:
        return why(first, zone, lang)
    return _DAYS_LEFT_OUT[lang == "en"].format(
        first=day(first.day, lang),
        last=day(last.day, lang),
        n=len(run),
        detail=WHY_DETAILS[first.detail][lang == "en"],
    )


_DAYS_LEFT_OUT: Final[Both] = (
    "{first} 至 {last} {detail}，{n} 天不计入",
    "{first} to {last} do not count: {detail}, {n} days",
)


def _source(step: WhyStep, lang: str) -> str:
    file, _, row = step.source.partition(":")
    if file not in _SOURCES:
        return step.source
    if row in _SETTINGS:
        row = _SETTINGS[row][lang == "en"]
    about = f" ({step.about})" if lang == "en" else f"（{step.about}）"
    return _SOURCES[file][lang == "en"].format(row=row, about=about if step.about else "")


def _named(value: StrEnum | Limit | Wanted, lang: str) -> str:
    if isinstance(value, Limit):
        return limit(value, lang)
    if isinstance(value, Wanted):
        return wanted(value, lang)
    return word(value, lang) if type(value) in WORDS else str(value)


PUT_ASIDE: Final[Mapping[str, Both]] = {
    "not_json": ("内容不是有效的 JSON", "It is not valid JSON"),
    "not_utf8": ("文字编码不是 UTF-8", "Its text is not UTF-8"),
    "not_object": ("不是一条消息：应为一个 JSON 对象", "It is no message: not a JSON object"),
    "bad_envelope": (
        "编号、来源、时间等消息属性不符合约定",
        "An attribute such as id, source or time breaks the contract",
    ),
    "unknown_type": ("不认识这种消息类型", "Its type is unknown"),
    "bad_data": ("内容不符合约定", "Its content breaks the contract"),
    "too_large": ("超过了一条消息的大小上限", "It is larger than a message may be"),
    "binary": ("是二进制消息，只接收文字消息", "It is binary; only text is read"),
    "nested_too_deep": ("结构嵌套过深", "It is nested too deep"),
}
"""Why a message was put aside, by ``QuarantineReason``."""

UNSTORED: Final = "could not be stored"
"""What is kept as the detail of a message that the store would not take."""
_UNPLACED: Final[Mapping[str, Both]] = {
    "event_no": (
        "没有上报编号为 {0} 的案卷，它的上报到达后可以重试",
        "No report {0} has come; try again when it has",
    ),
    "unknown_case": ("没有编号为 {0} 的案卷", "There is no case {0}"),
    "unknown_whistle": ("没有编号为 {0} 的哨", "There is no whistle {0}"),
    "not_summoned": ("哨 {0} 没有召集单位 {1}", "Whistle {0} did not summon {1}"),
}
_UNSTORED: Final[Both] = ("数据库存不下这条消息", "The database could not hold it")
# the decoders' own words, of which only the place is shown
_AT: Final = re.compile(r"at `(?:key in )?\$\.?([\w.\[\]]+)`")
_NAMED: Final = re.compile(
    r"missing required field `([\w.]+)`|^`?(\w+)`? (?:must be|is missing|is `)"
)


def put_aside(reason: str, detail: str, lang: str = "zh") -> str:
    """Return why a message was put aside, and at which field; ``detail`` is what is stored."""
    code, *told = detail.split(maxsplit=2)[:3] or [""]
    if (unplaced := _UNPLACED.get(code)) is not None and told:
        why = unplaced[lang == "en"].format(*told, "?")
    elif detail == UNSTORED:
        why = _UNSTORED[lang == "en"]
    else:
        why = PUT_ASIDE[reason][lang == "en"]
    named = _NAMED.search(detail)
    places = [found[1] for found in [_AT.search(detail)] if found]
    places += [found for found in (named.groups() if named else ()) if found]
    if places:
        why += (" (field {})" if lang == "en" else "（字段 {}）").format(".".join(places))
    return why + ("." if lang == "en" else "。")


COMMANDS: Final[Mapping[str, Both]] = {
    "register": ("登记", "register"),
    "claim": ("认领", "claim"),
    "hand_over": ("移交", "hand over"),
    "verify": ("派人核实", "send to verify"),
    "file": ("立案", "file"),
    "admit": ("准予进入", "admit"),
    "decline": ("不予准入", "do not admit"),
    "reject": ("不予受理", "decline"),
    "merge": ("并案", "merge"),
    "unmerge": ("撤销并案", "undo the merge"),
    "dispatch": ("派单", "dispatch"),
    "co_dispatch": ("加派协办", "add a helping body"),
    "waive": ("免除协办", "do without a helper"),
    "recall": ("撤回派单", "recall"),
    "dispute": ("提请裁定", "ask for a ruling"),
    "rule": ("裁定", "rule"),
    "report": ("代报进展", "report for a body"),
    "urge": ("催办", "urge"),
    "supervise": ("督办", "order an answer"),
    "answer_order": ("登记督办回复", "note the answer to an order"),
    "instruct": ("附领导批示", "attach a leader's note"),
    "suspend": ("挂账", "put on hold"),
    "ask_extension": ("申请延期", "ask for more time"),
    "ask_hold": ("申请挂账", "ask for a hold"),
    "decide": ("审批", "decide on a request"),
    "resume": ("恢复办理", "resume"),
    "rework": ("返工", "order rework"),
    "add_evidence": ("补交证据", "add evidence"),
    "check": ("核查", "check"),
    "close": ("结案", "close"),
    "answer_doubts": ("答复核对", "answer the questions"),
    "force_close": ("强制结案", "force-close"),
    "follow_up": ("回访", "follow up"),
    "reopen": ("重开", "reopen"),
    "archive": ("归档", "archive"),
    "call_county": ("呼叫县级", "call on the county"),
    "answer_call": ("登记县级答复", "note the county's answer"),
    "recall_call": ("撤回县级请求", "take the request back"),
    "transfer": ("移送", "transfer"),
    "note_receipt": ("登记移送回执", "note the receipt"),
    "recall_transfer": ("撤回移送", "take the transfer back"),
    "close_transferred": ("移送办结", "close as transferred"),
    "begin_mediation": ("启动联调", "begin the mediation"),
    "note_mediation": ("记录调解", "note the mediation's work"),
    "raise_mediation": ("提级调解", "take it one level up"),
    "end_mediation": ("结束联调", "end the mediation"),
    "disclose": ("查看上报人", "see who reported"),
    "reveal": ("查看上报人一项信息", "see one thing about the reporter"),
    "blow": ("吹哨", "blow the whistle"),
    "withdraw": ("撤哨", "withdraw the whistle"),
    "on_behalf": ("代报到", "report in on behalf"),
    "urge_body": ("催", "urge a body"),
    "send_now": ("立即发送", "send now"),
    "escalate": ("升级", "escalate"),
    "arbitrate": ("提请裁定", "take a refusal to arbitration"),
    "rule_summons": ("裁定拒哨", "rule on a refusal"),
    "explain_whistle": ("补充吹哨理由", "say why the whistle was blown"),
    "rate": ("评分", "rate a body"),
    "answer_rating": ("答复评分", "answer a rating"),
    "appeal_rating": ("申诉评分", "appeal against a rating"),
    "rule_rating": ("裁定评分申诉", "rule on an appeal against a rating"),
    "press": ("报到页报送", "press on the report-in page"),
    "note_refused_links": ("登记被拒链接", "note refused links"),
    "release": ("同意撤离", "release"),
    "review": ("研判", "review"),
    "promote": ("转为案卷", "make a case"),
    "retry": ("重试隔离消息", "retry a quarantined message"),
    "bulk": ("批量办理", "act on several cases"),
    "reviewed": ("研判", "review"),
}


MEANINGS: Final[Mapping[str, str]] = {
    "register": "手工登记一件，来自电话、来访或领导批示（instruction）",
    "claim": "说一声「我来办」；take 接过别人已认领的",
    "hand_over": "把大厅手里的案卷点名交给另一个人，不会没人管",
    "verify": "派网格员核实是否属实；受理时限暂停",
    "file": "受理为案卷并归类；这里写的代替来件写的",
    "admit": "准许清单外的县级任务进入，写明与谁商定了什么",
    "decline": "清单外的县级任务退回，附告知函",
    "reject": "写明理由不予受理，并答复上报人",
    "merge": "与另一件是同一问题；上报人都保留，结案时逐一答复",
    "unmerge": "原来是另一个问题；时限照没有并过来算",
    "dispatch": "派给一家单位并限时；不写的按立案标准",
    "co_dispatch": "处置中再请一家单位协助，给它一件协办任务",
    "waive": "不再等一家协办单位，主办的结果可以上传",
    "recall": "在单位签收之前收回",
    "dispute": "请值班长裁定归谁办",
    "rule": "裁定归哪家单位，有约束力，它不能再退回",
    "report": "记下单位在电话里或当面说的，与它自己报来的一样",
    "urge": "提醒承办单位",
    "supervise": "责令单位办理并限期答复；listed 是挂牌督办",
    "answer_order": "记下单位对督办的答复，来自电话或当面",
    "instruct": "附上领导批示；tell_body 同时发给承办单位",
    "suspend": "眼下办不了的挂起来，到某日为止；处置时限停走",
    "ask_extension": "单位申请多给时间（limit），由值班长审批",
    "ask_hold": "单位申请挂账到某日，由值班长审批",
    "decide": "准许或不准单位的申请；不准的在 words 里写明理由",
    "resume": "提前或到期结束挂账；时限顺延停走的时间",
    "rework": "结果不行，单位重新处置，co_bodies 里的协办单位也一样",
    "add_evidence": "给结果补一张图片或一份材料，写明存在哪里",
    "check": "开始到现场核查结果",
    "close": "核查通过，答复上报人",
    "answer_doubts": "用文字答复结案留下的疑问",
    "force_close": "不论在哪一步都结案；单独统计",
    "follow_up": "记下上报人对结果怎么说、什么时候说的（不写是现在）",
    "reopen": "还是没有解决；新的时限，旧的时间保留",
    "archive": "过了申诉期归档，此后只能看",
    "call_county": "请县级单位知晓或协助一件案卷（乡呼县应）",
    "answer_call": "记下县级的答复，来自电话或当面",
    "recall_call": "镇里不再需要县级答复",
    "transfer": "移送公安、法院、110；对方回执说接收之前仍由本镇办理",
    "note_receipt": "记下对方在电话里或书面的回执",
    "recall_transfer": "在对方决定之前收回，仍由本镇办理",
    "close_transferred": "对方已接收；告诉上报人现在由谁办",
    "begin_mediation": "启动纠纷调解，从最低一级或 level 起",
    "note_mediation": "记下一级做了什么、谁调解的",
    "raise_mediation": "这一级调不了，连同已做的一起交上一级",
    "end_mediation": "双方达成一致、放弃调解，或最高一级也没调成",
    "disclose": "查看上报人的姓名和电话，理由记录在案",
    "reveal": "查看最近上报人的一项信息，理由记录在案",
    "blow": "召集单位到场；不写的按立案标准",
    "withdraw": "撤回吹哨，撤一家单位，或所有还没到场的",
    "on_behalf": "记下单位在电话里或当面说的（代应哨、代报到）",
    "urge_body": "提醒一家被召集的单位",
    "send_now": "让压着没发的消息（按编号）马上送出，不管为什么压着",
    "escalate": "单位没人应答，呼叫它的上一级",
    "arbitrate": "把拒哨提请值班长或县级裁定，限时作出",
    "rule_summons": "拒哨成立（uphold 为 false），或单位必须到场（uphold 为 true）",
    "press": "单位在自己的链接后面按下的；同一个 id 再来一次不起作用",
    "note_refused_links": "一段时间里报到页拒绝了多少次访问，按原因分列",
    "release": "镇里同意单位撤离；不写 body 就是所有到场的",
    "explain_whistle": "说明为什么吹哨；应急哨先吹后补",
    "rate": "撤离的单位这次做得怎样，各项 1（差）至 5（好）",
    "answer_rating": "单位对评分的答复；由别人代记的写 who 和 channel",
    "appeal_rating": "单位请求重新裁定评分，限一次，须在期限内",
    "rule_rating": "维持原来的评分，或改用这里写全的四项",
    "review": "判断一条视频告警是真是假",
    "promote": "把一条视频告警立成案卷",
    "retry": "资料改好之后，让隔离的消息重新接入",
    "bulk": "一次办多件；每件各自办成或退回",
}
"""What each command does, in Chinese; in English its own docstring says it."""


def command(name: str, lang: str = "zh") -> str:
    """Return the word for a command by its name in JSON."""
    return COMMANDS[name][lang == "en"]


def _command(name: str, lang: str) -> str:
    both = COMMANDS.get(name)
    return name if both is None else both[lang == "en"]


def trouble(told: str, lang: str = "zh") -> str:
    """Return what the system or the database says of its trouble, in words.

    What nobody worded is quoted as such: it is for whoever looks after the machine.
    """
    low = told.lower()
    both = next((both for part, both in TROUBLES.items() if part in low), None)
    if both is not None:
        return both[lang == "en"]
    return told if lang == "en" or not told.isascii() else _QUOTED.format(told)


_QUOTED: Final = "系统原话：{}"
TROUBLES: Final[Mapping[str, Both]] = {
    "writing process": (
        "负责写入的进程意外停止，正在重新启动",
        "the process that writes has ended unexpectedly and is being started again",
    ),
    "no such file or directory": ("文件或文件夹不存在", "there is no such file or folder"),
    "permission denied": ("没有权限", "there is no permission"),
    "operation not permitted": ("没有权限", "there is no permission"),
    "access is denied": ("没有权限", "there is no permission"),
    "file exists": ("已有同名的文件", "there is a file of that name"),
    "is a directory": ("是一个文件夹", "it is a folder"),
    "not a directory": ("路径中有一段不是文件夹", "part of the path is no folder"),
    "no space left": ("磁盘已满", "the disk is full"),
    "disk is full": ("磁盘已满", "the disk is full"),
    "disk full": ("磁盘已满", "the disk is full"),
    "disk quota": ("超出了磁盘配额", "the disk quota is used up"),
    "read-only file system": ("磁盘只读", "the disk is read-only"),
    "readonly database": ("数据库只读", "the database is read-only"),
    "read-only transaction": ("数据库只读", "the database is read-only"),
    "file name too long": ("文件名太长", "the file name is too long"),
    "too many open files": ("打开的文件太多", "too many files are open"),
    "input/output error": ("磁盘读写出错", "the disk failed to read or write"),
    "disk i/o error": ("磁盘读写出错", "the disk failed to read or write"),
    "database is locked": ("数据库正被占用", "the database is in use"),
    "database table is locked": ("数据库正被占用", "the database is in use"),
    "lock timeout": ("数据库正被占用", "the database is in use"),
    "statement timeout": ("数据库太久没有答复", "the database took too long"),
    "malformed": ("数据库文件已损坏", "the database file is damaged"),
    "not a database": ("这个文件不是数据库", "the file is no database"),
    "unable to open database": ("数据库文件打不开", "the database file cannot be opened"),
    "password authentication": ("数据库口令不对", "the database's password is wrong"),
    "connection refused": ("数据库没有应答", "the database does not answer"),
    "could not connect": ("数据库没有应答", "the database does not answer"),
    "connection failed": ("数据库没有应答", "the database does not answer"),
    "could not translate host": ("找不到数据库的主机", "the database's host is unknown"),
    "failed to resolve host": ("找不到数据库的主机", "the database's host is unknown"),
    "server closed": ("数据库断开了连接", "the database closed the connection"),
    "connection is lost": ("数据库断开了连接", "the database closed the connection"),
    "connection is closed": ("数据库断开了连接", "the database closed the connection"),
    "terminating connection": ("数据库断开了连接", "the database closed the connection"),
    "starting up": ("数据库正在启动", "the database is starting up"),
    "shutting down": ("数据库正在停止", "the database is shutting down"),
    "timed out": ("等了太久没有答复", "there was no answer in time"),
    " is gone": ("数据库文件不见了", "the database file is gone"),
    " was replaced": ("数据库文件被换掉了", "the database file was replaced by another"),
    "seat ": ("本席位的上一个连接还没有断开", "the seat's last connection has not ended yet"),
    # what the reader of hall.toml says, by what is wrong
    "cannot overwrite": ("同一项写了两次", "something is written twice"),
    "cannot declare": ("同一节写了两次", "a section is written twice"),
    "duplicate": ("同一项写了两次", "something is written twice"),
    "expected '=' after": ("项名后面缺少 =", "a key is not followed by ="),
    "invalid initial character for a key": ("项名写法不对", "a key is not written rightly"),
    "unclosed array": ("方括号没有合上", "a list is not closed"),
    "unclosed inline table": ("花括号没有合上", "an inline table is not closed"),
    "unterminated string": ("引号没有合上", "a quotation is not closed"),
    "illegal character '\\n'": ("引号没有合上", "a quotation is not closed"),  # the line has ended
    "expected \"'": ("引号没有合上", "a quotation is not closed"),
    "illegal character": ("有不能用的字符", "it holds a character that may not be used"),
    "unescaped": ("反斜杠要写两个", "a backslash must be doubled"),
    "invalid hex value": ("反斜杠后面的写法不对", "what follows a backslash is wrong"),
    "escaped character": ("反斜杠后面的写法不对", "what follows a backslash is wrong"),
    "found invalid character": ("有不能用的字符", "it holds a character that may not be used"),
    "immutable namespace": ("同一节写了两次", "a section is written twice"),
    "redefine namespace": ("同一节写了两次", "a section is written twice"),
    "invalid date or datetime": ("日期不存在", "there is no such date"),
    "invalid value": ("值的写法不对，文字要加引号", "a value is wrong; text needs quotation marks"),
    "expected newline": ("一行里写了两项，或多了内容", "a line holds more than one setting"),
    "invalid statement": ("这一行不是设置", "the line is no setting"),
    "at the end of a table declaration": ("方括号没有合上", "a section's bracket is not closed"),
    "expected ']": ("方括号没有合上", "a section's bracket is not closed"),
    "expected ": ("缺少应有的符号", "a sign is missing"),
}
"""What systems, databases and the reader of TOML say when they fail, by a part of their words."""


def _owed(text: str, lang: str) -> str:
    return word(TimerKind.MEDIATION, lang) if text == TimerKind.MEDIATION else text


_SAY: Final[Mapping[str, Callable[[str, str], str]]] = {
    "field": field,
    "slot": slot,
    "step": _command,
    "why": trouble,
    "detail": trouble,
    "what": _owed,
}
"""How the facts of a refusal that are names of something are said."""


_NO_HALL: Final[Both] = (
    (
        "请用 --hall 目录 打开一个大厅，或用 --demo 进入演练；全部用法见 --help"
        "（English: --lang en --help）。"
    ),
    "Open a hall with --hall DIR, or rehearse with --demo; --help tells everything.",
)
STORE_DOWN: Final[Both] = (
    "数据库暂时不能写入（{detail}）：新的操作不会保存，恢复后自动继续。",
    "The database takes no writes ({detail}): nothing new is saved until it is back.",
)
"""What is said as long as it lasts, on the screens and where there are none."""
WINDOW_PACKAGES: Final = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0"
    " libxcb-xinerama0 libxkbcommon-x11-0"
)
"""What Qt needs for a window and a bare Debian lacks; the READMEs name them, too."""
SENTENCES: Final[Mapping[str, Both]] = {
    "unknown_case": (
        "没有编号为 {case} 的案卷，请核对编号。",
        "There is no case {case}; check the number.",
    ),
    "unknown_whistle": (
        "没有编号为 {whistle} 的哨，请核对编号。",
        "There is no whistle {whistle}; check the number.",
    ),
    "unknown_alert": (
        "没有编号为 {alert} 的视频告警，请核对编号。",
        "There is no video alert {alert}; check the number.",
    ),
    "ambiguous_alert": (
        "编号 {alert} 在多个来源中出现，请写明来源。",
        "Alert {alert} exists in several sources; name the source too.",
    ),
    "unknown_message": (
        "隔离区没有第 {message} 条，请刷新后再试。",
        "Quarantine holds no message {message}; refresh and try again.",
    ),
    "still_rejected": (
        "第 {message} 条隔离消息仍不能接收：{reason}它仍在隔离区。",
        "Message {message} still cannot be taken in: {reason} It stays in quarantine.",
    ),
    "unknown_figure": (
        "没有名为 {key} 的指标，指标清单见 docs/figures.md。",
        "There is no figure {key}; docs/figures.md lists them all.",
    ),
    "unknown_dimension": (
        "不能按 {dimension} 分组，请用 body、grid、category 或 channel。",
        "Figures cannot be grouped by {dimension}; use body, grid, category or channel.",
    ),
    "unknown_body": (
        "单位清单里没有代码 {body}，各单位的代码见 bodies.csv。",
        "No body has the code {body}; bodies.csv has the codes.",
    ),
    "inactive_body": (
        "{body} 现已停用，请改派在用的单位。",
        "{body} is no longer active; choose a body that is.",
    ),
    "unknown_category": (
        "类别清单里没有代码 {category}，各类别的代码见 categories.csv。",
        "No category has the code {category}; categories.csv has the codes.",
    ),
    "unknown_grid": (
        "网格清单里没有代码 {grid}，各网格的代码见 grids.geojson。",
        "No grid has the code {grid}; grids.geojson has the codes.",
    ),
    "unknown_duty_item": (
        "清单里没有编号为 {item} 的事项，各事项的编号见 duties.csv。",
        "The duty lists hold no item {item}; duties.csv has them all.",
    ),
    "inactive_duty_item": (
        "清单事项 {item} 今天不在有效期内，请选择在用的事项。",
        "The duty item {item} is not in force today; choose one that is.",
    ),
    "not_admitted": (
        "{case} 是清单外的县级交办，须由值班长先作职责准入。",
        "No list makes {case} ours: a shift supervisor must first admit it or not.",
    ),
    "not_at_gate": (
        "{case} 不在等待职责准入，无须准入或退回。",
        "{case} does not wait at the competence gate; there is nothing to decide on.",
    ),
    "reply_by_past": (
        "回复期限应在今后，请改填。",
        "The date of the answer must lie ahead; give another.",
    ),
    "receipt_by_past": (
        "回执期限应在今后，请改填。",
        "The date of the receipt must lie ahead; give another.",
    ),
    "may_not_import": (
        "「{role}」岗位不能导入清单和名录，请由值班长、值班领导或系统管理员办理。",
        'The role "{role}" may not import tables; ask a supervisor or the administrator.',
    ),
    "import_failed": (
        "这个文件没有读完（{detail}），资料夹保持原样；请换一种格式另存后再试。",
        "The file could not be read through ({detail}); nothing was changed. Save it anew.",
    ),
    "no_open_order": (
        "{body} 在 {case} 上没有待回复的督办。",
        "{body} owes no answer to an order on {case}.",
    ),
    "illegal_step": (
        "{case} 现在是「{state}」，不能{step}。",
        '{case} is now "{state}"; "{step}" is not possible from there.',
    ),
    "comes_first": (
        "请先{step}（{order}）。",
        ' "{step}" must come first: the command {order}.',
    ),
    "illegal_summons_step": (
        "{body} 在 {whistle} 中现在是「{state}」，不能{step}。",
        '{body} is "{state}" in {whistle}; it cannot {step} now.',
    ),
    "not_allowed": (
        "「{role}」岗位不能{step}，可由{roles}办理。",
        'The role "{role}" may not do "{step}"; these may: {roles}.',
    ),
    "cannot_write": (
        "{file} 写不进去：{why}。请换一个文件夹或文件名。",
        "{file} cannot be written: {why}. Choose another folder or name.",
    ),
    "may_not_trace": (
        "「{role}」岗位不能按电话或人员查找案卷，请由受理或派单岗位查。",
        'The role "{role}" may not look for cases by telephone or person; ask intake or dispatch.',
    ),
    "nothing_to_reveal": (
        "{case} 的上报人没有留下{field}。",
        "Whoever reported {case} has left no {field}.",
    ),
    "needs": (
        "「{step}」缺少必填内容：{field}。",
        '"{step}" needs: {field}.',
    ),
    "not_waiting": (
        "这条消息不在等待发送：可能已发出、正在发送或已撤销。",
        "That message does not wait to be sent: it has left, is leaving or was called off.",
    ),
    "overtaken": (
        "{case} 已被他人更新（您看到的是第 {seen} 版，现为第 {now} 版），请查看后再办。",
        "{case} has moved on (you saw version {seen}, it is now {now}); look again before acting.",
    ),
    "claimed_by_other": (
        "{case} 已由{holder}认领：请对方移交，或待本人离席后接手。",
        "{case} is claimed by {holder}: ask for it, or take it over once they have left the seat.",
    ),
    "claim_held": (
        "{case} 由{holder}认领，本人在席；请对方移交，或请值班长接手。",
        "{case} is {holder}'s, who is at the seat: ask for it, or let a supervisor take it.",
    ),
    "claim_stale": (
        "{case} 由{holder}认领，刚离席；{seconds} 秒后可以接手。",
        "{case} is {holder}'s, who has just left; it can be taken over in {seconds} s.",
    ),
    "take_needs_reason": (
        "{case} 由{holder}认领，直接接手要写明原因。",
        "{case} is {holder}'s; say why it is taken over.",
    ),
    "cannot_claim": (
        "{operator}的岗位（{role}）不办理案卷，请移交给受理员、派遣员或值班长。",
        "{operator} ({role}) works on no cases; hand it to somebody who does.",
    ),
    "unknown_condition": (
        "这一类别的立案标准里没有「{condition}」这一条，各类别的情形见 standards.csv。",
        "No filing standard of the category has the condition “{condition}”; see standards.csv.",
    ),
    "returned_too_late": (
        "{case} 的退回时限已过（{until} 前可退），请继续处置或申请裁定。",
        "The time to return {case} has passed (it could be returned until {until}).",
    ),
    "bound_body": (
        "{case} 已裁定由 {body} 办理，不能再次退回。",
        "{case} was assigned to {body} by a ruling; it cannot be returned again.",
    ),
    "received_return": (
        "{case} 曾被退回到您手上：您只能重新派出，不能代为推进到结果或核查，请由他人办理。",
        "{case} was returned to you: send it out again; somebody else must bring it further.",
    ),
    "helpers_at_work": (
        "{case} 的协办单位（{bodies}）还没有完成，请等其完成，或由值班长写明原因免除。",
        "{case}: helping bodies ({bodies}) have not finished; wait, or a supervisor waives them.",
    ),
    "illegal_sub_step": (
        "{body} 的协办任务现在是「{state}」，不能{step}。",
        'The part of {body} is "{state}"; {body} cannot {step} now.',
    ),
    "no_milestone_of_helper": (
        "{body} 是 {case} 的协办单位，节点由牵头单位报。",
        "{body} only helps with {case}; milestones are for the lead to report.",
    ),
    "already_with": (
        "{case} 已经在 {body} 手上，请选择别的单位。",
        "{body} has {case} already; choose another body.",
    ),
    "review_wanted": (
        "{case} 已重开 {count} 次，须由值班长写明复核意见后再派单。",
        "{case} was reopened {count} times: a supervisor must review it before it is dispatched.",
    ),
    "evidence_lacking": (
        "{case} 缺少证据：{items}。请返工或补交；确需结案，由值班长写明原因。",
        "{case} lacks {items}. Order rework or add it, or let a supervisor say why it closes.",
    ),
    "bad_return_date": (
        "{case} 的余项办理日期应在今后一年之内，请改填。",
        "What remains of {case} must come back within the year to come; give another date.",
    ),
    "doubts_open": (
        "{case} 还有核对问题没有答复，请值班长答复后再归档。",
        "Questions on {case} are unanswered; a supervisor answers them before it is archived.",
    ),
    "no_doubts": (
        "{case} 没有待答复的核对问题。",
        "{case} has no question waiting for an answer.",
    ),
    "visited_when": (
        "{case} 的回访时间应在结案之后，且不晚于现在，请核对。",
        "A follow-up of {case} must lie after its closing and not later than now; check it.",
    ),
    "wrong_body": (
        "{case} 的承办单位是 {holder}，{body} 不能代为办理。",
        "{case} is held by {holder}; {body} cannot act on it.",
    ),
    "bad_hold": (
        "{case} 的挂账截止时间应在今后一年之内，请改填。",
        "A hold of {case} must end within the year to come; give another time.",
    ),
    "hold_too_long": (
        "{case} 最多挂账 {days} 天，请改填较早的日期。",
        "{case} may be put on hold for {days} days at most; give an earlier date.",
    ),
    "already_overdue": (
        "{case} 已于 {due} 超时，超时后不能再延期或挂账，请催促办结。",
        "{case} has been overdue since {due}: no extension or hold any more; press for the result.",
    ),
    "too_many_extensions": (
        "{case} 已延期 {most} 次，不能再延，请按期办结或由值班长协调。",
        "{case} has been extended {most} time(s), the most there may be.",
    ),
    "extension_too_long": (
        "一次延期最多 {most}，请改短。",
        "One extension may be {most} at most; ask for less.",
    ),
    "too_many_holds": (
        "{case} 已挂账 {most} 次，不能再挂，请按期办结或由值班长协调。",
        "{case} has been put on hold {most} time(s), the most there may be.",
    ),
    "unlisted_reason": (
        "「{reason}」不在可用原因之列，可选：{known}。",
        "“{reason}” is not one of the reasons there are: {known}.",
    ),
    "request_pending": (
        "{case} 已有一项待批的{kind}申请，请先审批。",
        "A request on {case} waits already ({kind}); decide on it first.",
    ),
    "no_request": (
        "{case} 没有待批的申请，可能已经批过，请查看经过。",
        "No request on {case} waits; it may have been decided, see its history.",
    ),
    "own_request": (
        "自己提出的申请不能自己批，请由另一位值班长或领导审批。",
        "Whoever asks may not decide; another supervisor or leader must.",
    ),
    "occurred_when": (
        "发生时间应在过去 400 天之内，且不晚于现在，请核对。",
        "It must have happened within the last 400 days and not later than now; check the time.",
    ),
    "appeal_open": (
        "{case} 的申诉期到 {until} 才结束，届时方可归档。",
        "Appeals on {case} are open until {until}; it can be archived after that.",
    ),
    "own_check": (
        "派单人和处置人不能核查自己经办的案卷，请由其他核查人员核查结案。",
        "Whoever dispatched or handled a case may not check or close it; ask another inspector.",
    ),
    "not_county": (
        "{body} 不是县级单位，请从县级单位中选择。",
        "{body} is no body of the county; choose one that is.",
    ),
    "call_running": (
        "{case} 向{body}的请求还在等答复，请先登记答复或撤回。",
        "{body} still owes an answer on {case}; note it, or take the request back first.",
    ),
    "no_open_call": (
        "{case} 没有在等县级答复的请求（{no}）。",
        "No request on {case} waits for the county ({no}).",
    ),
    "illegal_call_step": (
        "请求 {no} 现在是「{state}」，不能改为「{step}」。",
        'The request {no} is "{state}"; it cannot become "{step}".',
    ),
    "unknown_destination": (
        "移送对象里没有 {to}，可选：{known}。",
        "There is no destination {to}; there are: {known}.",
    ),
    "transfer_running": (
        "{case} 移送{to}还在等回执，请先登记回执或撤回。",
        "{case} still waits for the receipt of {to}; note it, or take the transfer back first.",
    ),
    "no_open_transfer": (
        "{case} 没有在等回执的移送（{no}）。",
        "No transfer of {case} waits for a receipt ({no}).",
    ),
    "illegal_transfer_step": (
        "移送 {no} 现在是「{state}」，不能改为「{step}」。",
        'The transfer {no} is "{state}"; it cannot become "{step}".',
    ),
    "not_taken_over": (
        "{case} 还没有收到对方接收的回执，仍由本中心办理，不能按移送办结。",
        "Nobody has accepted {case} yet: it stays ours and cannot be closed as transferred.",
    ),
    "awaited_above": (
        "{case} 还有县级请求、移送或联调没有结果（{what}），请先登记结果或撤回。",
        "{case} still waits for others ({what}); note the outcome, or take it back first.",
    ),
    "not_mediated": (
        "{case} 的类别不走三级联调，请先改正类别。",
        "Cases of the category of {case} do not go up the ladder; mend the category first.",
    ),
    "mediation_running": (
        "{case} 正在联调，请先结束。",
        "A mediation of {case} goes on already; end it first.",
    ),
    "no_mediation": (
        "{case} 没有正在进行的联调。",
        "No mediation of {case} goes on.",
    ),
    "mediation_goes_up": (
        "{case} 的联调还可以提到「{level}」一级，调不成请先提级。",
        'The mediation of {case} can still go up to the level "{level}"; take it there first.',
    ),
    "top_of_ladder": (
        "{case} 的联调已到最高一级，请登记结果；调不成可移送法院。",
        "The mediation of {case} is at its highest level; note how it ended.",
    ),
    "off_the_ladder": (
        "本大厅的联调没有「{level}」这一级。",
        'The ladder of this hall has no level "{level}".',
    ),
    "merge_into_self": (
        "{case} 不能并入自己，请选择另一个案卷。",
        "{case} cannot be merged into itself; choose another case.",
    ),
    "merge_into_settled": (
        "{case} 已办结或已并案，不能作为主案，请选择未结的案卷。",
        "{case} is already settled or merged; choose an open case to merge into.",
    ),
    "has_children": (
        "{case} 已有并入的案卷，请先撤销并案或反向并案。",
        "Other cases are merged into {case}; undo that first or merge the other way round.",
    ),
    "no_bodies": (
        "请至少选择一个被吹哨的单位。",
        "Choose at least one body to summon.",
    ),
    "lead_not_summoned": (
        "牵头单位 {body} 不在被吹哨的单位之中。",
        "The lead body {body} is not among those summoned.",
    ),
    "whistle_running": (
        "{case} 已有进行中的哨 {whistle}，先要了结：{waits}。",
        "{case} already has a running whistle, {whistle}; to be settled first: {waits}.",
    ),
    "whistle_refused": (
        "拒哨的{bodies}（由值班长或值班领导裁定拒哨，或由派遣员撤哨）",
        "{bodies} refused (a shift supervisor or duty leader rules, or a dispatcher withdraws)",
    ),
    "whistle_coming": (
        "还没到场的{bodies}（由派遣员代报到，或撤哨）",
        "{bodies} not there yet (a dispatcher reports in for them or withdraws the whistle)",
    ),
    "whistle_there": (
        "在场的{bodies}（处置完由派遣员同意撤离）",
        "{bodies} at the place (a dispatcher releases them once they are done)",
    ),
    "whistle_closed": (
        "{whistle} 已结束，不能再操作。",
        "{whistle} has ended; nothing more can be done on it.",
    ),
    "not_summoned": (
        "{whistle} 没有召集 {body}。",
        "{whistle} did not summon {body}.",
    ),
    "bad_marks": (
        "四项评分都要打，每项 1 到 5 分。",
        "All four marks are wanted, each from 1 to 5.",
    ),
    "appealed_before": (
        "{body} 已对这次评价申诉过，每次评价只可申诉一次。",
        "{body} has appealed against this rating before; one appeal is allowed.",
    ),
    "appeal_too_late": (
        "{body} 的申诉期已于 {until} 结束。",
        "The time in which {body} might appeal ended at {until}.",
    ),
    "no_appeal": (
        "{body} 没有待裁定的评价申诉。",
        "No appeal of {body} waits for a ruling.",
    ),
    "own_rating": (
        "对 {body} 的评价是您打的，申诉须由他人裁定。",
        "The rating of {body} is yours; somebody else must rule on the appeal.",
    ),
    "bound_by_ruling": (
        "本案已裁定 {body} 应到，不能再次拒哨。",
        "It was ruled on this case that {body} must come; it cannot refuse again.",
    ),
    "nobody_left_to_call": (
        "{body} 的联系人已逐级呼叫完，请写明还要升级到谁。",
        "Everybody in the chain of {body} has been called; say who else to call.",
    ),
    "link_wrong": (
        "链接无效，请使用收到的原链接，或电话联系指挥中心。",
        "This link is not valid; use the one you were sent, or telephone the hall.",
    ),
    "no_page": (
        "hall.toml 里没有 [liaison] base_url，报到页不知道自己的网址。",
        "hall.toml has no [liaison] base_url: the report-in page does not know its address.",
    ),
    "no_package": (
        "缺少程序包 {package}，请先运行「{command}」。",
        'The packages {package} are not installed; run this first: "{command}".',
    ),
    "cannot_listen": (
        "不能在 {address} 上监听（{why}）。",
        "Cannot listen on {address} ({why}).",
    ),
    "link_expired": (
        "链接已过期，请电话联系指挥中心。",
        "This link has expired; telephone the hall.",
    ),
    "work_unfinished": (
        "牵头单位 {body} 尚未上报完成；如确认可以撤离，请写明处置结果。",
        "The lead {body} has not reported the work finished; to release it, say what was done.",
    ),
    "proof_needed": (
        "代报到须写明由谁、通过什么方式、说了什么。",
        "Reporting in on behalf needs who spoke, by which channel, and what was said.",
    ),
    "already_reviewed": (
        "{alert} 已由 {who} 复核为「{verdict}」。",
        '{alert} was already reviewed by {who} as "{verdict}".',
    ),
    "already_promoted": (
        "{alert} 已转为案卷 {case}。",
        "{alert} already became case {case}.",
    ),
    "bad_limit": (
        "看不懂时限「{limit}」，请写成如「8 urgent_hour」「3 work_day」。",
        'The limit "{limit}" cannot be read; write it like "8 urgent_hour" or "3 work_day".',
    ),
    "limit_too_long": (
        "时限「{limit}」太长，最长 {most}。",
        'The limit "{limit}" is too long; {most} is the most there may be.',
    ),
    "bad_command": (
        "这条指令不能办理：{detail}请改好后再试。",
        "This command cannot be carried out: {detail} Mend it and try again.",
    ),
    "line_not_json": (
        '这一行不是完整的 JSON 对象，应写成如 {{"do": "claim", "case": "20261121-00042"}}。',
        'The line is no whole JSON object; write it like {{"do": "claim", "case": "C1"}}.',
    ),
    "unknown_order": (
        '没有「{order}」这条指令；输入 {{"do": "help"}} 查看全部指令。',
        'There is no command "{order}"; send {{"do": "help"}} to list them all.',
    ),
    "order_missing": (
        '这一行没有写要做什么：请写明 do，如 {{"do": "claim"}}；{{"do": "help"}} 列出全部指令。',
        'The line does not say what to do: give "do"; {{"do": "help"}} lists every command.',
    ),
    "misspelt_order": (
        "没有「{order}」这条指令，您要的可能是 {nearest}。",
        'There is no command "{order}"; perhaps you mean {nearest}.',
    ),
    "unknown_slot": (
        "「{step}」没有 {slot} 这一项，可填的有：{known}。",
        '"{step}" has no {slot}; it has: {known}.',
    ),
    "slot_missing": (
        "「{step}」缺少必填的{slot}：{wanted}。",
        '"{step}" lacks {slot}: {wanted}.',
    ),
    "slot_empty": (
        "「{step}」的{slot}不能空着，应为：{wanted}。",
        '"{step}" must not leave {slot} empty; it must be {wanted}.',
    ),
    "slot_unfit": (
        "「{step}」的{slot}不能是 {value}，应为：{wanted}。",
        '"{step}" cannot take {value} for {slot}; it must be {wanted}.',
    ),
    "lone_coordinate": (
        "经度和纬度要一起填，或都不填。",
        "Longitude and latitude go together; give both or neither.",
    ),
    "unstorable": (
        "其中有存不下的内容：过大的数，或残缺的字。",
        "It holds what cannot be stored: too large a number, or half a character.",
    ),
    "unknown_operator": (
        "人员清单里没有 {operator}，请核对工号。",
        "There is no operator {operator}; check the id.",
    ),
    "nobody_listed": (
        (
            "people.csv 里一个人也没有，找不到 {operator}，什么也没有办。"
            "请在 people.csv 里为 {operator} 按 id,name,role 写一行，再重新打开大厅。"
        ),
        (
            "people.csv lists nobody, so {operator} is not there and nothing was done. Write a "
            "line id,name,role for {operator} in it, then open the hall again."
        ),
    ),
    "people_unread": (
        "{flaw}人员清单没有全部读入，读入的里面没有 {operator}。",
        "{flaw} Not all of the list of people was read, and what was has no {operator}.",
    ),
    "store_unavailable": (
        "数据库暂时不能写入（{detail}），刚才的操作没有保存；恢复后请重试。",
        (
            "The database cannot be written just now ({detail}); nothing was saved. Try "
            "again once it is back."
        ),
    ),
    "store_unwritable": (
        (
            "{place} 写不进去（{why}）：请检查磁盘空间，并让运行指挥中心的用户能读写"
            "它所在的文件夹，或用 --state-dir 换一个文件夹。"
        ),
        (
            "{place} cannot be written ({why}): see that there is room on the disk and that the "
            "user who runs the hall may read and write its folder, or name another with "
            "--state-dir."
        ),
    ),
    "store_unreadable": (
        (
            "{place} 读不了（{why}）：请检查它是否还在，并让运行本命令的用户能读写它所在的文件夹，"
            "然后再试。"
        ),
        (
            "{place} cannot be read ({why}): see that it is there and that the user who runs "
            "this may read and write its folder, then try again."
        ),
    ),
    "store_out_of_reach": (
        "数据库 {server} 读不了（{why}）：请检查服务器是否运行、网络是否通，然后再试。",
        "The database {server} cannot be read ({why}): check server and network, then try again.",
    ),
    "store_key_short": (
        (
            "密钥文件 {file} 只有 {size} 字节，应有 {wanted} 字节：请从备份恢复它；"
            "没有备份就删去它，重新打开。"
        ),
        (
            "The key file {file} holds {size} bytes instead of {wanted}: restore it, or delete it "
            "if there is no copy, and open the hall again."
        ),
    ),
    "store_in_the_way": (
        "{place} 是一个文件，这里要的是文件夹：请移走它，或用 --state-dir 换一个文件夹。",
        (
            "{place} is a file where a folder is wanted: move it away, or name another folder "
            "with --state-dir."
        ),
    ),
    "store_absent": (
        "{file} 还不存在：这个大厅还没有打开过。先打开大厅或运行 ingest，再来查看。",
        "{file} does not exist: this hall was never opened. Open it or run ingest first.",
    ),
    "store_older": (
        "数据库版本（{found}）比本程序（{known}）旧：先打开一次大厅，让它升级。",
        (
            "The store is of an older version ({found}) than this program ({known}); open the "
            "hall once to upgrade it."
        ),
    ),
    "store_locked": (
        (
            "{place} 已被另一个运行中的指挥中心打开。{holder}"
            "要另开一个，用 --state-dir 换一个文件夹。"
        ),
        (
            "{place} is already open in another running hall. {holder} To run another beside it, "
            "name another folder with --state-dir."
        ),
    ),
    "store_held_for_window": (
        (
            "它在 {host} 的一个窗口（进程 {window}）里，席位 {seat}，{since} 打开：请回到那个窗口，"
            "或先关闭它。窗口找不到，就结束进程 {window}；它已不在（例如被强行结束过），"
            "就用任务管理器或 kill -9 {process} 结束替它写入的进程 {process}，已保存的不会丢。"
        ),
        (
            "It is in a window on {host} (process {window}), seat {seat}, opened {since}: go on in "
            "that window, or close it first. If you cannot find it, end process {window}; if that "
            "is gone already (it was killed, say), end process {process}, which writes for it, "
            "with the task manager or kill -9 {process}. What was saved is safe."
        ),
    ),
    "store_held_alone": (
        (
            "它在 {host} 上没有窗口地运行，席位 {seat}，{since} 打开：请在启动它的终端里按 Ctrl+C；"
            "终端找不到，就用任务管理器或 kill -9 {process} 结束进程 {process}，已保存的不会丢。"
        ),
        (
            "It runs without a window on {host}, seat {seat}, opened {since}: press Ctrl+C in the "
            "terminal it was started from. If you cannot find that, end process {process} with "
            "the task manager or kill -9 {process}. What was saved is safe."
        ),
    ),
    "store_held": (
        "请回到那个窗口，或先关闭它。",
        "Go on in that one, or close it first.",
    ),
    "store_seat_taken": (
        (
            "席位 {seat} 已在另一个运行中的指挥中心使用（{holder}）：请先关闭它，"
            "或用 --seat 换一个席位名。"
        ),
        (
            "The seat {seat} is taken by another running hall ({holder}): close that one, or name "
            "another with --seat."
        ),
    ),
    "store_newer": (
        "数据库版本（{found}）比本程序（{known}）新，请升级程序。",
        (
            "The store is of a newer version ({found}) than this program ({known}); upgrade "
            "the program."
        ),
    ),
    "store_damaged_alone": (
        (
            "数据库文件 {file} 已损坏{lack}，不能使用；原文件已保留，但旁边没有可用的备份："
            "请找技术人员修复。"
        ),
        (
            "The database file {file} is damaged{lack} and cannot be used; it is kept as it is. "
            "There is no good backup beside it: ask for help."
        ),
    ),
    "store_damaged": (
        (
            "数据库文件 {file} 已损坏{lack}，不能使用；原文件已保留。请关闭大厅，"
            "用最近可用的备份 {backup} 替换它，并删去旁边以 -wal、-shm 结尾的文件，"
            "或找技术人员修复。"
        ),
        (
            "The database file {file} is damaged{lack} and cannot be used; it is kept as it is. "
            "Close the hall, put the newest good backup, {backup}, in its place and delete the "
            "files beside it that end in -wal and -shm, or ask for help."
        ),
    ),
    "store_damaged_there": (
        (
            "数据库 {server} 的表与本程序不符（{why}），不能使用；本程序没有改动其中的内容。"
            "请从备份恢复它，或找技术人员修复。"
        ),
        (
            "The tables of the database {server} are not those of this program ({why}), so it "
            "cannot be used; nothing in it was changed. Restore it from a backup, or ask for help."
        ),
    ),
    "gateway_failed": (
        "演练网关没有启动（退出码 {code}），请看上面的说明。",
        "The rehearsal gateway did not start (exit code {code}); see the lines above.",
    ),
    "no_such_hall": (
        "没有 {folder} 这个文件夹，请核对 --hall 的路径。",
        "There is no folder {folder}; check the path given with --hall.",
    ),
    "settings_unread": (
        "{folder} 的 {place}：{problem}{remedy}现在不知道本大厅用哪个数据库，什么也没有做。",
        (
            "{folder}, {place}: {problem} {remedy} Until then it is not known which store is the "
            "hall's, and nothing was done."
        ),
    ),
    "no_feed": (
        "hall.toml 里没有可用的接入，请写一个 [[feed]]，含 id 和 url。",
        "hall.toml has no usable feed; write a [[feed]] with id and url.",
    ),
    "unknown_feed": (
        "hall.toml 里没有名为 {feed} 的接入，现有：{known}。",
        "hall.toml has no feed named {feed}; it has: {known}.",
    ),
    "period_backwards": (
        "起始时间晚于截止时间，请核对 --from 和 --to。",
        "The period begins after it ends; check --from and --to.",
    ),
    "letter_of_what": (
        "请用 --case 编号 写明是哪件案卷的函。",
        "Say with --case NO which case the letter is about.",
    ),
    "nobody_to_be_silent": (
        "--silent：没有代码是 {body} 的单位，可选 {known}。",
        "--silent: no body has the code {body}; there are {known}.",
    ),
    "deadline_of_what": (
        "请写明 --from 起算时间和 --limit 时限，或用 --case 查看一件案卷的时限。",
        "Give --from and --limit, or --case to explain the clocks of a case.",
    ),
    "too_far": (
        "从这个时间起算，{limit} 超出了可计算的年份，请核对 --from。",
        "Counted from there, {limit} ends beyond the years that can be reckoned; check --from.",
    ),
    "no_hall": _NO_HALL,
    "no_hall_unseen": (
        (
            f"{_NO_HALL[0]}\n这里没有显示器：--demo 在后台演练半分钟并留下截图；打开大厅请另加"
            " --offscreen；check、ingest、desk 等命令不用窗口。"
        ),
        (
            f"{_NO_HALL[1]}\nHere there is no display: --demo rehearses half a minute without one,"
            " leaving pictures; --hall wants --offscreen; check, ingest and desk need no window."
        ),
    ),
    "no_display_library": (
        (
            f"这台机器缺少 Qt 开窗口要用的 {{library}}；Debian 上请安装 {WINDOW_PACKAGES}，"
            "或加上 --offscreen 在后台绘制。"
        ),
        (
            "This machine lacks {library}, which Qt needs for a window; on Debian install"
            f" {WINDOW_PACKAGES}, or add --offscreen to draw without one."
        ),
    ),
    "rehearsing_offscreen": (
        "没有可用的显示器，改为在后台演练半分钟并留下截图。",
        "There is no display: rehearsing for half a minute without one, leaving pictures.",
    ),
    "no_display": (
        "没有可用的显示器：请在图形桌面上运行，或加上 --offscreen 在后台绘制。",
        "There is no display: run it on a desktop, or add --offscreen to draw without one.",
    ),
    "program_fault": (
        "程序出错，没有做成，已记入日志。请再试一次；仍不行，请把日志交给技术人员。",
        "The program met a fault and could not do it; the log has it. Try again, or show the log.",
    ),
    "stopping": (
        "指挥中心正在退出，没有执行这个操作。",
        "The hall is closing; nothing was done.",
    ),
    "writer_ended": (
        (
            "负责写入的进程意外停止（退出码 {code}），正在重新启动。"
            "刚才的操作不一定已保存，请恢复后核对。"
        ),
        (
            "The process that writes has ended unexpectedly (exit code {code}) and is being "
            "started again. Whether the last action was saved is not certain: look once it is "
            "back."
        ),
    ),
    "writer_not_begun": (
        "负责写入的进程没能打开指挥中心（退出码 {code}），没有写入任何内容；原因见它自己的输出。",
        (
            "The process that writes could not open the hall (exit code {code}); nothing was "
            "written. Its own output says why."
        ),
    ),
    "writer_away": (
        "负责写入的进程正在重新启动，刚才的操作没有执行，请稍后再试。",
        "The process that writes is being started again; nothing was done. Try again shortly.",
    ),
    "still_pending": (
        "刚才的操作还没有确认，请稍候查看结果，不要重复提交。",
        "The last action is not confirmed yet; wait for its outcome before repeating it.",
    ),
}
