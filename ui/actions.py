"""Everything a person can do at a seat, in one table: words, icon, key, and when it is possible.

Buttons, menus, the shortcut sheet and the command box are all made from ``ACTIONS``. The screen
that carries an action out attaches itself by id: ``actions_of(stage).on("dispatch", self.open)``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication

from commandcenter.application import commands as c
from commandcenter.application.access import may
from commandcenter.application.asking import ASK_EXTENSION_IN
from commandcenter.application.changes import Delta
from commandcenter.application.turn import kept_open
from commandcenter.domain import words
from commandcenter.domain.case import ENDINGS, LOOP, WITH_BODY, Case, State, Step, first_step
from commandcenter.domain.catalogue import Admission
from commandcenter.domain.errors import Refusal
from commandcenter.domain.mediation import going_on
from commandcenter.domain.roster import Operator, Role
from commandcenter.domain.whistle import Whistle
from ui.icons import wear_icon
from ui.stage import Stage
from ui.theme import theme_of
from ui.wording import Both, headed, phrase, refusal_words
from widgets.safe_text import tip_text


class Section(StrEnum):
    """The parts of the shortcut sheet; the first two act on the selected case."""

    CASE = "case"
    WHISTLE = "whistle"
    ALERT = "alert"
    VIEW = "view"
    HALL = "hall"


SECTION_WORDS: Final[Mapping[Section, Both]] = {
    Section.CASE: ("选中的案卷", "The selected case"),
    Section.WHISTLE: ("吹哨", "Whistle"),
    Section.ALERT: ("视频告警（在告警列表中）", "Video alerts (in their list)"),
    Section.VIEW: ("界面", "View"),
    Section.HALL: ("大厅", "Hall"),
}


class Screen(StrEnum):
    """The screens of the window by name; the window makes each on first use."""

    QUEUE = "queue"
    MAP = "map"
    CASE = "case"
    WHISTLES = "whistles"
    ALERTS = "alerts"
    FIGURES = "figures"
    LEADERS = "leaders"
    WALL = "wall"


class Obstacle(IntEnum):
    """What is in the way of an action; of several actions of a key the first of these is told."""

    PENDING = 1
    SEVERAL = 2
    TOO_MANY = 3
    ROLE_OF_STEP = 4
    WHISTLING = 5
    NOT_WHISTLING = 6
    AT_GATE = 7
    HAS_CHILDREN = 8
    KEPT_OPEN = 9
    OWN_WORK = 10
    STATE = 11
    MINE = 12
    NO_CASE = 13
    ROLE = 14


_NO_CASE: Final[Both] = (
    "「{step}」要先在队列里选中一件案卷。",
    'Select a case in the queue first: "{step}" acts on it.',
)
_WHISTLING: Final[Both] = (
    "{case} 已经在吹哨，请在哨件台继续。",
    "A whistle for {case} is running already; go on at the whistle board.",
)
_NOT_WHISTLING: Final[Both] = (
    "{case} 没有进行中的哨，不能{step}。",
    'No whistle is running for {case}: "{step}" is not possible.',
)
_MINE: Final[Both] = (
    "选中的案卷都是您认领的，不用再认领。",
    "You have what is selected: there is nothing to claim.",
)
_SEVERAL: Final[Both] = (
    "「{step}」要一件一件办：请只选一件。",
    '"{step}" is done one by one: select a single case.',
)
_TOO_MANY: Final[Both] = (
    "一次最多 {most} 件，请分批选。",
    "At most {most} at once: select fewer.",
)
_SENTENCES: Final[Mapping[Obstacle, Both]] = {
    Obstacle.SEVERAL: _SEVERAL,
    Obstacle.TOO_MANY: _TOO_MANY,
    Obstacle.WHISTLING: _WHISTLING,
    Obstacle.NOT_WHISTLING: _NOT_WHISTLING,
    Obstacle.MINE: _MINE,
}
_BETWEEN: Final[Both] = ("或", " / ")
_FIRST: Final[Both] = ("请先{step}（{key}）。", ' "{step}" must come first ({key}).')

When = Callable[[Case, Whistle | None], Obstacle | None]


def _any(_case: Case, _whistle: Whistle | None) -> None:
    return None


def _whistling(_case: Case, whistle: Whistle | None) -> Obstacle | None:
    return Obstacle.NOT_WHISTLING if whistle is None else None


def _whistled(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.whistles else Obstacle.NOT_WHISTLING


def _silent(case: Case, whistle: Whistle | None) -> Obstacle | None:
    if not case.is_open:
        return Obstacle.STATE
    return None if whistle is None else Obstacle.WHISTLING


def _past_gate(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return Obstacle.AT_GATE if _waits(case) else None


def _can_go_under(case: Case, whistle: Whistle | None) -> Obstacle | None:
    if (case.state, Step.MERGE) not in LOOP:
        return None  # its state says so itself
    if case.children:
        return Obstacle.HAS_CHILDREN
    return _past_gate(case, whistle)


def _at_gate(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if _waits(case) else Obstacle.STATE


def _can_decline(case: Case, whistle: Whistle | None) -> Obstacle | None:
    return _at_gate(case, whistle) or _kept_open(case, whistle)


def _kept_open(case: Case, whistle: Whistle | None) -> Obstacle | None:
    return None if kept_open(case, whistle) is None else Obstacle.KEPT_OPEN


def _waits(case: Case) -> bool:
    return case.state is State.RECEIVED and case.admission is Admission.WAITING


def _owes_answer(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.unanswered else Obstacle.STATE


def _open_case(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.is_open else Obstacle.STATE


def _kept(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return Obstacle.STATE if case.state is State.ARCHIVED else None


def _has_helpers(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.awaited and case.state in WITH_BODY else Obstacle.STATE


def _has_result(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    within = {State.RESULT_SUBMITTED, State.CHECKING}
    return None if case.state in within else Obstacle.STATE


def _has_doubts(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.doubts else Obstacle.STATE


def _with_body(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.state in WITH_BODY else Obstacle.STATE


def _in_the_hall(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return Obstacle.STATE if not case.is_open or case.state in WITH_BODY else None


def _free(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.request is None else Obstacle.STATE


def _can_extend(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return _free(case, None) if case.state in ASK_EXTENSION_IN else Obstacle.STATE


def _can_hold(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return _free(case, None) if (case.state, Step.SUSPEND) in LOOP else Obstacle.STATE


def _has_clock(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.is_open or case.follow_up_due_at else Obstacle.STATE


def _asked_for(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.request is not None else Obstacle.STATE


def _owes_call(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if any(it.is_awaited for it in case.calls) else Obstacle.STATE


def _owes_receipt(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if any(it.is_awaited for it in case.transfers) else Obstacle.STATE


def _is_taken_over(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.taken_over is not None else Obstacle.STATE


def _mediated(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return None if case.is_open and going_on(case.mediations) else Obstacle.STATE


def _not_mediated(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    return Obstacle.STATE if not case.is_open or going_on(case.mediations) else None


def _can_go_up(case: Case, _whistle: Whistle | None) -> Obstacle | None:
    climb = going_on(case.mediations)
    return None if climb is not None and climb.above is not None else Obstacle.STATE


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    ``key`` is a portable key sequence; several actions may share one, then the first that is
    possible is meant. ``initials`` are those of its pinyin, for the command box. ``command`` is
    what it leads to (none: it only changes the view), ``steps`` the steps of the loop of which one
    must be open, ``when`` what else is in the way. Without ``text`` it bears the command's name.
    ``screen`` carries it out; a ``local`` key is read by that screen while it has the keyboard.
    """

    id: str
    section: Section
    icon: str
    initials: str
    key: str = ""
    command: type[c.Order] | None = None
    steps: tuple[Step, ...] = ()
    when: When = _any
    text: Both | None = None
    screen: Screen | None = None
    local: bool = False

    @property
    def of_several(self) -> bool:
        """Whether it can be done to several chosen cases at once."""
        return self.id in OF_SEVERAL

    @property
    def on_case(self) -> bool:
        """Whether it acts on the selected case."""
        return self.section in {Section.CASE, Section.WHISTLE}

    def label(self, lang: str = "zh") -> str:
        """Return its words."""
        if self.text is not None:
            return phrase(self.text, lang)
        return headed(words.command(c.name(self.command), lang)) if self.command else self.id


_CASE, _WHISTLE, _ALERT, _VIEW, _HALL = Section
_S = Step
_FORM, _BOARD, _LIST = Screen.CASE, Screen.WHISTLES, Screen.ALERTS
_QUEUE = Screen.QUEUE
_ALL: Final = (
    Action("claim", _CASE, "claim", "rl", "L", c.Claim, (_S.CLAIM,), screen=_FORM),
    Action(
        "hand_over", _CASE, "send", "yj", "J", c.HandOver, when=_in_the_hall, screen=_FORM
    ),
    Action(
        "file", _CASE, "accept", "sl", "A", c.File, (_S.FILE,), _past_gate,
        text=("受理", "Take in"), screen=_FORM,
    ),
    Action("admit", _CASE, "accept", "zyjr", "A", c.Admit, when=_at_gate, screen=_FORM),
    Action("decline", _CASE, "return", "byzr", "R", c.Decline, when=_can_decline, screen=_FORM),
    Action("verify", _CASE, "verify", "prhs", "V", c.Verify, (_S.VERIFY,), screen=_FORM),
    Action(
        "verified", _CASE, "verify", "dbhs", "V", c.Report, (_S.VERIFIED,),
        text=("代报核实", "Report the finding"), screen=_FORM,
    ),
    Action("dispatch", _CASE, "dispatch", "pd", "D", c.Dispatch, (_S.DISPATCH,), screen=_FORM),
    Action("rule", _CASE, "scale", "cd", "D", c.Rule, (_S.RULE,), screen=_FORM),
    Action(
        "sign", _CASE, "accept", "dqs", "A", c.Report, (_S.ACCEPT,),
        text=("代签收", "Accept for the body"), screen=_FORM,
    ),
    Action(
        "report", _CASE, "phone", "dbjz", "P", c.Report, (_S.START, _S.MILESTONE, _S.RESULT),
        screen=_FORM,
    ),
    Action(
        "report_helper", _CASE, "people", "dbxb", "Shift+R", c.Report, when=_has_helpers,
        text=("代报协办", "Report for a helper"), screen=_FORM,
    ),
    Action(
        "co_dispatch", _CASE, "plus", "jpxb", "B", c.CoDispatch, when=_with_body, screen=_FORM
    ),
    Action(
        "waive", _CASE, "minus", "mcxb", "Shift+B", c.Waive, when=_has_helpers, screen=_FORM
    ),
    Action("urge", _CASE, "urge", "cb", "U", c.Urge, when=_with_body, screen=_FORM),
    Action(
        "supervise", _CASE, "flag", "db", "Shift+U", c.Supervise, when=_with_body,
        text=("督办", "Order an answer"), screen=_FORM,
    ),
    Action(
        "answer_order", _CASE, "answer", "djdbhf", "Shift+P", c.AnswerOrder, when=_owes_answer,
        screen=_FORM,
    ),
    Action(
        "instruct", _CASE, "note", "fldps", "I", c.Instruct, when=_kept,
        text=("附领导批示", "Attach a leader's note"), screen=_FORM,
    ),
    Action(
        "add_evidence", _CASE, "attach", "bjzj", "Shift+E", c.AddEvidence, when=_has_result,
        screen=_FORM,
    ),
    Action("check", _CASE, "inspect", "hc", "K", c.Check, (_S.CHECK,), screen=_FORM),
    Action("close", _CASE, "close", "ja", "C", c.Close, (_S.CLOSE,), screen=_FORM),
    Action("rework", _CASE, "rework", "fg", "R", c.Rework, (_S.REWORK,), screen=_FORM),
    Action(
        "return", _CASE, "return", "dth", "R", c.Report, (_S.RETURN,),
        text=("代退回", "Return for the body"), screen=_FORM,
    ),
    Action("recall", _CASE, "undo", "chpd", "Shift+D", c.Recall, (_S.RECALL,), screen=_FORM),
    Action("dispute", _CASE, "scale", "tqcd", "T", c.Dispute, (_S.DISPUTE,), screen=_FORM),
    Action("decide", _CASE, "accept", "sp", "S", c.Decide, when=_asked_for, screen=_FORM),
    Action(
        "ask_extension", _CASE, "extend", "sqyq", "X", c.AskExtension, when=_can_extend,
        screen=_FORM,
    ),
    Action("suspend", _CASE, "suspend", "gz", "H", c.Suspend, (_S.SUSPEND,), screen=_FORM),
    Action("resume", _CASE, "play", "hfbl", "H", c.Resume, (_S.RESUME,), screen=_FORM),
    Action("ask_hold", _CASE, "suspend", "sqgz", "H", c.AskHold, when=_can_hold, screen=_FORM),
    Action("merge", _CASE, "merge", "ba", "M", c.Merge, (_S.MERGE,), _can_go_under, screen=_FORM),
    Action(
        "merge_likeliest", _CASE, "merge", "brzxyj", "B", c.Merge, (_S.MERGE,), _can_go_under,
        text=("并入最像的一件", "Merge into the likeliest"), screen=_FORM,
    ),
    Action("unmerge", _CASE, "split", "cxba", "Shift+M", c.Unmerge, (_S.UNMERGE,), screen=_FORM),
    Action(
        "reject", _CASE, "discard", "bysl", "R", c.Reject, (_S.REJECT,), _past_gate, screen=_FORM
    ),
    Action("follow_up", _CASE, "phone", "hf", "F", c.FollowUp, (_S.FOLLOW_UP,), screen=_FORM),
    Action("reopen", _CASE, "reopen", "ck", "O", c.Reopen, (_S.REOPEN,), screen=_FORM),
    Action(
        "answer_doubts", _CASE, "answer", "dfhd", "Z", c.AnswerDoubts, when=_has_doubts,
        screen=_FORM,
    ),
    Action("archive", _CASE, "file", "gd", "", c.Archive, (_S.ARCHIVE,), screen=_FORM),
    Action("force_close", _CASE, "stop", "qzja", "", c.ForceClose, (_S.FORCE_CLOSE,), screen=_FORM),
    Action(
        "call_county", _CASE, "escalate", "hjxj", "Shift+H", c.CallCounty, when=_open_case,
        screen=_FORM,
    ),
    Action(
        "answer_call", _CASE, "answer", "djxjdf", "Shift+A", c.AnswerCall, when=_owes_call,
        text=("登记县级答复", "Note the county's answer"), screen=_FORM,
    ),
    Action(
        "recall_call", _CASE, "undo", "chxjqq", "", c.RecallCall, when=_owes_call, screen=_FORM
    ),
    Action("transfer", _CASE, "outbox", "ys", "Shift+T", c.Transfer, when=_open_case, screen=_FORM),
    Action(
        "note_receipt", _CASE, "inbox", "djyshz", "Shift+Y", c.NoteReceipt, when=_owes_receipt,
        screen=_FORM,
    ),
    Action(
        "recall_transfer", _CASE, "undo", "chys", "", c.RecallTransfer, when=_owes_receipt,
        screen=_FORM,
    ),
    Action(
        "close_transferred", _CASE, "close", "ysbj", "Shift+C", c.CloseTransferred,
        (_S.TRANSFER,), _is_taken_over, screen=_FORM,
    ),
    Action(
        "begin_mediation", _CASE, "people", "qdlt", "Shift+N", c.BeginMediation,
        when=_not_mediated, screen=_FORM,
    ),
    Action(
        "note_mediation", _CASE, "note", "jltj", "Shift+N", c.NoteMediation, when=_mediated,
        screen=_FORM,
    ),
    Action(
        "raise_mediation", _CASE, "arrow-up", "tjtj", "Shift+I", c.RaiseMediation,
        when=_can_go_up, screen=_FORM,
    ),
    Action(
        "end_mediation", _CASE, "check", "jslt", "", c.EndMediation, when=_mediated, screen=_FORM
    ),
    Action(
        "why", _CASE, "help", "wsmszgsx", "Q", when=_has_clock,
        text=("为什么是这个时限", "Why this deadline"), screen=_FORM,
    ),
    Action(
        "call_sheet", _CASE, "phone", "dhcbg", "Shift+Q", when=_open_case,
        text=("电话催办稿", "Call sheet"), screen=_FORM,
    ),
    Action(
        "letter", _CASE, "mail", "qcgzh", text=("起草告知函", "Draft a letter"), screen=_FORM,
    ),
    Action(
        "dossier", _CASE, "print", "yaydda", "Ctrl+P",
        text=("打印一案一档", "Print the dossier"), screen=_FORM,
    ),
    Action(
        "reveal", _CASE, "key", "cksbr", "Shift+K", c.Reveal,
        text=("查看上报人信息", "See who reported"), screen=_FORM,
    ),
    Action(
        "focus", _CASE, "eye", "zzca", "Shift+F",
        text=("专注此案", "Focus on this case"),
    ),
    Action(
        "show_on_map", _CASE, "map", "zdtsxs", "G",
        text=("在地图上显示", "Show on the map"), screen=Screen.MAP,
    ),
    Action("blow", _WHISTLE, "whistle", "cs", "W", c.Blow, (), _silent, screen=_BOARD),
    Action(
        "choose_whistle", _WHISTLE, "whistle", "xzdwcs", "Shift+W", c.Blow, (), _silent,
        text=("选择单位吹哨", "Choose whom to whistle for"), screen=_BOARD,
    ),
    Action("on_behalf", _WHISTLE, "arrive", "dbd", "Y", c.OnBehalf, (), _whistling, screen=_BOARD),
    Action(
        "urge_body", _WHISTLE, "urge", "ccdw", "", c.UrgeBody, (), _whistling,
        text=("催促单位", "Urge a body"), screen=_BOARD,
    ),
    Action("escalate", _WHISTLE, "escalate", "sj", "E", c.Escalate, (), _whistling, screen=_BOARD),
    Action("release", _WHISTLE, "check", "tycl", "", c.Release, (), _whistling, screen=_BOARD),
    Action("withdraw", _WHISTLE, "undo", "cs", "", c.Withdraw, (), _whistling, screen=_BOARD),
    Action(
        "slips", _WHISTLE, "print", "dysd", "Ctrl+Shift+P", when=_whistling,
        text=("打印哨单", "Print the slips"), screen=_BOARD,
    ),
    Action(
        "arbitrate", _WHISTLE, "scale", "tqcdjs", "", c.Arbitrate, (), _whistling,
        text=("提请裁定拒哨", "Ask for a ruling on a refusal"), screen=_BOARD,
    ),
    Action(
        "explain_whistle", _WHISTLE, "note", "bccsly", "", c.ExplainWhistle, (), _whistling,
        screen=_BOARD,
    ),
    Action("rate", _WHISTLE, "star", "pf", "", c.Rate, (), _whistled, screen=_BOARD),
    Action(
        "answer_rating", _WHISTLE, "answer", "dfpf", "", c.AnswerRating, (), _whistled,
        screen=_BOARD,
    ),
    Action(
        "appeal_rating", _WHISTLE, "flag", "sspf", "", c.AppealRating, (), _whistled,
        screen=_BOARD,
    ),
    Action(
        "rule_rating", _WHISTLE, "scale", "cdpfss", "", c.RuleRating, (), _whistled,
        screen=_BOARD,
    ),
    Action(
        "rule_summons", _WHISTLE, "scale", "cdjs", "", c.RuleSummons, (), _whistling, screen=_BOARD
    ),
    Action(
        "review_true", _ALERT, "check-circle", "ypss", "1", c.Review,
        text=("研判：属实", "Judge: true"), screen=_LIST, local=True,
    ),
    Action(
        "review_false", _ALERT, "eye-off", "ypwb", "2", c.Review,
        text=("研判：误报", "Judge: false alarm"), screen=_LIST, local=True,
    ),
    Action(
        "review_duplicate", _ALERT, "copy", "ypcf", "3", c.Review,
        text=("研判：重复", "Judge: duplicate"), screen=_LIST, local=True,
    ),
    Action(
        "review_unclear", _ALERT, "help", "ypwfpd", "4", c.Review,
        text=("研判：无法判断", "Judge: unclear"), screen=_LIST, local=True,
    ),
    Action("promote", _ALERT, "case", "zwaj", "5", c.Promote, screen=_LIST, local=True),
    Action(
        "commands", _VIEW, "command", "czyml", "Ctrl+K", text=("查找与命令", "Find and commands")
    ),
    Action(
        "find", _VIEW, "filter", "sxdl", "Ctrl+F",
        text=("筛选队列", "Filter the queue"), screen=_QUEUE,
    ),
    Action(
        "show_new", _VIEW, "arrow-up", "xsxsj", "N",
        text=("显示新事件", "Show what has arrived"), screen=_QUEUE,
    ),
    Action(
        "open", _VIEW, "case", "dkxzdaj", "Return",
        text=("打开选中的案卷", "Open the selected case"), screen=_QUEUE, local=True,
    ),
    Action(
        "copy", _VIEW, "copy", "fzxzdh", "Ctrl+C",
        text=("复制选中的行", "Copy the selected rows"), screen=_QUEUE, local=True,
    ),
    Action(
        "compact_rows", _VIEW, "list", "jchg", "Ctrl+D",
        text=("紧凑行高", "Compact rows"), screen=_QUEUE,
    ),
    Action(
        "save_view", _VIEW, "star", "bcst", "Ctrl+S", text=("保存视图", "Save the view"),
        screen=_QUEUE,
    ),
    Action(
        "next_view", _VIEW, "list", "xygst", "Ctrl+9", text=("下一个视图", "Next saved view"),
        screen=_QUEUE,
    ),
    *(
        Action(f"sort_{name}", _VIEW, "sort", initials, text=text, screen=_QUEUE)
        for name, initials, text in (
            ("worst", "pxzj", ("排序：最急的在前", "Order: most pressing first")),
            ("due", "pxdq", ("排序：先到期的在前", "Order: due first")),
            ("newest", "pxxd", ("排序：新到的在前", "Order: newest first")),
            ("oldest", "pxzd", ("排序：早到的在前", "Order: oldest first")),
            ("grid", "pxwg", ("排序：按网格", "Order: by grid")),
        )
    ),
    Action(
        "leave", _VIEW, "queue", "tcdxsxzzhsrk", "Esc",
        text=("退出多选、筛选、专注或输入框", "Leave several, filter, focus or field"),
    ),
    *(
        Action(
            f"tab_{name}", _VIEW, "queue", initials, f"Ctrl+{at}",
            text=text, screen=_QUEUE,
        )
        for at, (name, initials, text) in enumerate(
            (
                ("mine", "dwb", ("待我办", "Mine")),
                ("to_accept", "dsl", ("待受理", "Intake")),
                ("to_dispatch", "dpd", ("待派单", "Dispatch")),
                ("handling", "czz", ("处置中", "Handling")),
                ("to_check", "dhc", ("待核查", "Check")),
                ("whistle", "cs", ("吹哨", "Whistles")),
                ("overdue", "cs", ("超时", "Late")),
                ("all", "qb", ("全部", "All")),
            ),
            start=1,
        )
    ),
    Action("panel_queue", _VIEW, "queue", "dl", "F2", text=("队列", "Queue")),
    Action("panel_map", _VIEW, "map", "dt", "F3", text=("地图", "Map")),
    Action("panel_case", _VIEW, "case", "aj", "F4", text=("案卷", "Case")),
    Action("panel_whistles", _VIEW, "board", "sjt", "F5", text=("哨件台", "Whistle board")),
    Action("panel_alerts", _VIEW, "camera", "spgj", "F6", text=("视频告警", "Video alerts")),
    Action("panel_figures", _VIEW, "figures", "jrzb", "F7", text=("今日指标", "Today's figures")),
    Action("leaders", _VIEW, "leaders", "ldy", "F8", text=("领导页", "Leaders' page")),
    Action("wall", _VIEW, "wall", "dp", "F9", text=("大屏", "Wall screen")),
    Action(
        "lock_map", _VIEW, "lock", "sddt", "Ctrl+L", text=("锁定地图", "Lock the map"),
        screen=Screen.MAP,
    ),
    Action(
        "map_layers", _VIEW, "layers", "dttc", "Shift+L", text=("地图图层", "Map layers"),
        screen=Screen.MAP,
    ),
    Action("full_screen", _VIEW, "full-screen", "qp", "F11", text=("全屏", "Full screen")),
    Action("theme", _VIEW, "theme", "qhzt", "Ctrl+T", text=("切换主题", "Switch the theme")),
    Action(
        "reset_layout", _VIEW, "dock", "hfmrbj", text=("恢复默认布局", "Reset the layout")
    ),
    Action(
        "go_there", _VIEW, "place", "zx", text=("移到地图上的一处", "Go to a place on the map"),
        screen=Screen.MAP,
    ),
    Action(
        "register", _HALL, "plus", "djsj", "Ctrl+N", c.Register,
        text=("登记事件", "Register a report"), screen=_FORM,
    ),
    Action(
        "sign_on", _HALL, "person", "hrzs", "Ctrl+Shift+O",
        text=("换人值守", "Sign on as somebody else"),
    ),
    Action(
        "doubts", _HALL, "help", "hdqd", "F10", text=("核对清单", "Questions to answer")
    ),
    Action("quarantine", _HALL, "quarantine", "glq", text=("隔离区", "Quarantine")),
    Action("flaws", _HALL, "warning", "zlyw", text=("资料有误", "Faults of the hall pack")),
    Action("import", _HALL, "import", "drqdhml", text=("导入清单和名录", "Import tables")),
    Action("outbox", _HALL, "outbox", "dfxx", text=("待发消息", "Messages to send")),
    Action("shortcuts", _HALL, "keyboard", "kjjyl", "F1", text=("快捷键一览", "Shortcut sheet")),
    Action(
        "language", _HALL, "info", "qhjmyy",
        text=("切换界面语言（中文、英文）", "Switch the language (English, Chinese)"),
    ),
    Action("quit", _HALL, "log-out", "tc", "Ctrl+Q", text=("退出", "Quit")),
)  # fmt: skip
ACTIONS: Final[Mapping[str, Action]] = {action.id: action for action in _ALL}
"""Every action by id, in the order of the sheet."""
OF_SEVERAL: Final = frozenset(
    {"claim", "file", "dispatch", "sign", "urge", "check", "close", "merge", "archive"}
)
"""What can be done to several chosen cases at once, in one transaction."""
ALSO: Final[Mapping[str, str]] = {"?": "shortcuts"}
"""A second key for an action, by key."""


def possible(
    action: Action, operator: Operator, case: Case | None = None, whistle: Whistle | None = None
) -> bool:
    """Tell whether an operator could take an action on a case (with its running whistle) now.

    The hall has the last word: it knows what has changed since, and what else a step needs.
    """
    return obstacle(action, operator, case, whistle) is None


# whoever sees the wall alone sees no case, no list of cases and nothing that names one
_OF_WALL: Final = frozenset(
    {"wall", "sign_on", "theme", "full_screen", "leave", "shortcuts", "language", "quit"}
)


def _is_for(action: Action, operator: Operator) -> bool:
    if operator.role is Role.WALL_VIEWER and action.id not in _OF_WALL:
        return False
    return action.command is None or may(operator, action.command)


def obstacle(
    action: Action, operator: Operator, case: Case | None = None, whistle: Whistle | None = None
) -> Obstacle | None:
    """Return what keeps an operator from taking an action now; None where it is possible."""
    if not _is_for(action, operator):
        return Obstacle.ROLE
    if case is None or not action.on_case:
        return Obstacle.NO_CASE if action.on_case else None
    found = action.when(case, whistle) or _of_loop(action, operator, case)
    if found is None and any((case.state, step) in ENDINGS for step in action.steps):
        return _kept_open(case, whistle)
    return found


def _of_loop(action: Action, operator: Operator, case: Case) -> Obstacle | None:
    rules = [LOOP[case.state, step] for step in action.steps if (case.state, step) in LOOP]
    if action.steps and not rules:
        return Obstacle.STATE
    barred = [rule for rule in rules if rule.roles and operator.role not in rule.roles]
    if rules and barred == rules:
        return Obstacle.ROLE_OF_STEP
    return _of_person(action, operator, case)


def _of_person(action: Action, operator: Operator, case: Case) -> Obstacle | None:
    if action.command is c.Claim and case.claimed_by == operator.id:
        return Obstacle.MINE
    judges_himself = action.command in _CHECKS and case.is_work_of(operator.id)
    return Obstacle.OWN_WORK if judges_himself else None


def _roles(actions: Sequence[Action], case: Case | None) -> tuple[Role, ...]:
    """Return the roles that could take one of the actions now, else those that hold one at all."""
    people = [Operator(id="", name="", role=role) for role in Role if role is not _PROGRAM]
    met = {it.role: {obstacle(action, it, case) for action in actions} for it in people}
    now = tuple(role for role, found in met.items() if None in found)
    return now or tuple(role for role, found in met.items() if not found <= _BARRED)


_CHECKS: Final = {c.Check, c.Close}
_PROGRAM: Final = Role.REPORT_IN_PAGE
_BARRED: Final = {Obstacle.ROLE, Obstacle.ROLE_OF_STEP}


def said(
    found: Obstacle,
    step: str,
    operator: Operator,
    case: Case | None,
    lang: str,
    *,
    roles: Sequence[Role],
) -> str:
    """Return an obstacle to ``step`` as a sentence that a dispatcher can act on.

    ``roles`` are those who may, where the operator's may not.
    """
    number = case.no if case else ""
    refusal = None
    match found:
        case Obstacle.PENDING:
            refusal = Refusal("still_pending")
        case Obstacle.ROLE | Obstacle.ROLE_OF_STEP:
            refusal = Refusal("not_allowed", role=operator.role, step=step, roles=tuple(roles))
        case Obstacle.STATE if case is not None:
            refusal = Refusal("illegal_step", case=number, state=case.state, step=step)
        case Obstacle.AT_GATE:
            refusal = Refusal("not_admitted", case=number)
        case Obstacle.HAS_CHILDREN:
            refusal = Refusal("has_children", case=number)
        case Obstacle.OWN_WORK:
            refusal = Refusal("own_check", case=number)
    if refusal is not None:
        return words.sentence(refusal, lang)
    return phrase(_SENTENCES.get(found, _NO_CASE), lang).format(
        step=step, case=number, most=c.AT_ONCE
    )


def is_letter(key: str) -> bool:
    """Tell whether a key would type a character, so that it must keep out of text inputs."""
    return len(key.removeprefix("Shift+")) == 1 and not key.startswith(("Ctrl+", "Alt+"))


def _always(_screen: Screen) -> bool:
    return True


class Actions(QObject):
    """The actions of one window: who carries each out, and which are possible just now."""

    changed = Signal()  # what is possible may have changed

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._handlers: dict[str, Callable[[], object]] = {}
        self._summon: Callable[[Screen], object] | None = None
        self._seen: Callable[[Screen], bool] = _always
        self._shown: Case | None = None
        self.given: Mapping[str, Any] = {}
        stage.selected.connect(self._on_selected)
        stage.changed.connect(self._on_changed)
        stage.operator_changed.connect(self.changed)
        stage.pending_changed.connect(self.changed)
        stage.chosen_changed.connect(self.changed)

    @property
    def case(self) -> Case | None:
        """The case that is acted on: the selected one, open or looked at by ``show_case``."""
        number = self._stage.selection
        case = self._stage.picture.cases.get(number)
        if case is None and self._shown is not None and self._shown.no == number:
            return self._shown
        return case

    @property
    def several(self) -> tuple[Case, ...]:
        """The cases that were chosen together and are still open; none while one is selected."""
        cases = self._stage.picture.cases
        return tuple(cases[number] for number in self._stage.chosen if number in cases)

    def able(self, id_: str) -> tuple[Case, ...]:
        """Return those of the chosen cases that take part in an action.

        Of merging these are all that are open: what can go under no other may be the main case.
        """
        able = tuple(it for it in self.several if self._of_one(ACTIONS[id_], it) is None)
        if id_ != "merge" or not able:
            return able
        taking_part = tuple(it for it in self.several if it.is_open)
        return taking_part if len(taking_part) > 1 else ()

    def count(self, id_: str) -> int:
        """Return on how many of the chosen cases an action is possible."""
        return len(self.able(id_))

    def show_case(self, case: Case) -> None:
        """Tell what a selected case looks like that is settled and so not in the picture."""
        self._shown = case
        self.changed.emit()

    def on(self, id_: str, handler: Callable[[], object]) -> None:
        """Have ``handler`` carry an action out; it finds the case in ``case``, none is passed."""
        if id_ not in ACTIONS:
            raise KeyError(id_)
        self._handlers[id_] = handler

    def summon_with(
        self, summon: Callable[[Screen], object], seen: Callable[[Screen], bool] | None = None
    ) -> None:
        """Say how a screen is brought up that carries an action out and that cannot be ``seen``."""
        self._summon, self._seen = summon, seen or _always

    def trigger(self, id_: str) -> None:
        """Carry an action out if it is possible; otherwise say why it is not."""
        action = ACTIONS[id_]
        if why := self.why_not(id_):
            self._stage.refused.emit(why)
            return
        screen, summon = action.screen, self._summon
        if screen and summon and not (id_ in self._handlers and self._seen(screen)):
            summon(screen)
        if handler := self._handlers.get(id_):
            handler()

    def do(self, id_: str, **given: Any) -> None:
        """Carry an action out with what is known of it already; whoever does finds it ``given``."""
        self.given = given
        try:
            self.trigger(id_)
        finally:
            self.given = {}

    def press(self, key: str) -> None:
        """Carry out the first possible action of those that share a key, or say why none is."""
        ids = [it.id for it in self.of_key(key)]
        id_ = next(filter(self.is_possible, ids), None)
        if id_ is not None:
            self.trigger(id_)
        elif ids:
            self._stage.refused.emit(self.why_not(*ids))

    @staticmethod
    def of_key(key: str) -> tuple[Action, ...]:
        """Return the actions that share a key, in the order in which they are tried."""
        also = ALSO.get(key)
        return tuple(it for it in _ALL if it.id == also or (it.key == key and not it.local))

    def is_possible(self, id_: str) -> bool:
        """Tell whether an action can be taken now by the person at the seat."""
        return self._obstacle(id_) is None

    def why_not(self, *ids: str) -> str:
        """Return in a sentence why none of the actions can be taken now; empty where one can."""
        found = {id_: self._obstacle(id_) for id_ in ids}
        told = min((it for it in found.values() if it is not None), default=None)
        if told is None or None in found.values():
            return ""
        lang = self._stage.lang
        kept = [id_ for id_, it in found.items() if it is told]
        step = phrase(_BETWEEN, lang).join(map(self.label, kept))
        roles = _roles([ACTIONS[id_] for id_ in kept], self.case) if told in _BARRED else ()
        sentence = said(told, step, self._stage.operator, self.case, lang, roles=roles)
        if told is Obstacle.KEPT_OPEN:
            sentence = self._why_kept_open()
        return sentence + self._what_first(kept) if told is Obstacle.STATE else sentence

    def _why_kept_open(self) -> str:
        """Return what keeps the selected case from being settled, or the first of several."""
        stage = self._stage
        cases = self.several or filter(None, (self.case,))
        found = (kept_open(it, stage.picture.whistle_of(it)) for it in cases)
        first = next(filter(None, found), None)
        return "" if first is None else refusal_words(first, stage.hall, stage.lang)

    def _what_first(self, ids: Sequence[str]) -> str:
        """Return which step leads to where these are possible, and its key; empty where none."""
        steps = {step for id_ in ids for step in ACTIONS[id_].steps}
        if self.case is None or len(steps) != 1:
            return ""
        first = first_step(self.case.state, *steps)
        found = next((it for it in _ALL if first in it.steps and it.key), None)
        if found is None:
            return ""
        lang = self._stage.lang
        return phrase(_FIRST, lang).format(step=found.label(lang), key=key_text(found.key))

    def _obstacle(self, id_: str) -> Obstacle | None:
        action = ACTIONS[id_]
        if not self._stage.chosen or not action.on_case or action.command is None:
            return self._of_one(action, self.case)
        if not action.of_several:
            return Obstacle.SEVERAL
        if len(self._stage.chosen) > c.AT_ONCE:
            return Obstacle.TOO_MANY
        found = {self._of_one(action, case) for case in self.several}
        if self.able(action.id) and Obstacle.PENDING not in found:
            return None
        return min(filter(None, found), default=Obstacle.NO_CASE)

    def _of_one(self, action: Action, case: Case | None) -> Obstacle | None:
        if action.on_case and case is not None and case.no in self._stage.pending:
            return Obstacle.PENDING
        whistle = self._stage.picture.whistle_of(case) if case else None
        return obstacle(action, self._stage.operator, case, whistle)

    def label(self, id_: str) -> str:
        """Return an action's words in the language of the seat."""
        return ACTIONS[id_].label(self._stage.lang)

    def of_case(self) -> tuple[Action, ...]:
        """Return what is possible on the selected case, in the order of the loop."""
        return tuple(it for it in _ALL if it.on_case and self.is_possible(it.id))

    def qaction(self, id_: str, parent: QObject) -> QAction:
        """Return a menu entry with words, icon and key, greyed while it is not possible.

        The key is only shown: the window listens to keys once for all.
        """
        action = ACTIONS[id_]
        entry = QAction(key_beside(self.label(id_), action.key), parent)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            wear_icon(entry, theme_of(app), action.icon)
        why = self.why_not(id_)
        entry.setEnabled(not why)
        entry.setToolTip(tip_text(why))
        entry.triggered.connect(partial(self.trigger, id_))
        return entry

    def _on_selected(self, _case: str) -> None:
        self.changed.emit()

    def _on_changed(self, batch: list[Delta]) -> None:
        acted_on = {self._stage.selection, *self._stage.chosen}
        if (
            not batch
            or any(it.no in acted_on for delta in batch for it in delta.cases)
            or any(it.case in acted_on for delta in batch for it in delta.whistles)
        ):
            self.changed.emit()


def key_beside(label: str, key: str) -> str:
    """Return words with their key at the right edge, as menus show it."""
    return f"{label}\t{key_text(key)}" if key else label


_ENTER: Final = "Enter"


def key_text(key: str) -> str:
    """Return a key as it stands on the keyboard of this machine; Qt's Return is its Enter."""
    return (
        _ENTER
        if key == "Return"
        else QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    )


def keys_of(action: Action) -> list[str]:
    """Return the keys of an action, the usual one first."""
    return [*filter(None, [action.key]), *(key for key, id_ in ALSO.items() if id_ == action.id)]


def actions_of(stage: Stage) -> Actions:
    """Return the actions of a stage's window; they are made on first use."""
    return stage.findChild(Actions) or Actions(stage)
