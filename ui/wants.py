"""What a case wants of the person at the seat: the words for it, and the step that answers it."""

from collections.abc import Mapping
from typing import Final

from commandcenter.application.needs import Need, need_of
from commandcenter.domain.case import Case
from ui.stage import Stage
from ui.wording import Both, phrase

WORDS: Final[Mapping[Need, Both]] = {
    Need.MINE: ("待我办：我已接手，下一步归我。", "Mine: I have it, and the next step is mine."),
    Need.UNCLAIMED: ("待我办：还没有人接手，我可以办。", "Mine to do: nobody has it yet."),
    Need.UNVERIFIED: (
        "待我办：核实到期没有回音，打电话问清后代报。",
        "Mine to do: no finding came in time; ask by telephone and report it.",
    ),
    Need.LEFT: (
        "待我办：认领人已离席，可以接手。",
        "Mine to do: whoever claimed it has left; it can be taken over.",
    ),
    Need.GATE: (
        "待我办：县级交办，按清单不归本级，等准予或不予准入。",
        "Mine to do: the county hands it down and no list makes it ours; admit it or not.",
    ),
    Need.REVIEW: (
        "待我办：第三次重开，先由值班长看过再派。",
        "Mine to do: reopened for the third time; a supervisor looks at it first.",
    ),
    Need.CAME_BACK: (
        "待我办：部分办结的到期回来，余下的要派单。",
        "Mine to do: closed in part, it has come back; what remains is to be dispatched.",
    ),
    Need.VISIT: (
        "待我办：已结案，回访快到期或已超，还没有回访上报人。",
        "Mine to do: closed, and its reporter has still to be asked of the outcome.",
    ),
    Need.DOUBTS: (
        "待我办：结案留下疑问，等答复。",
        "Mine to do: its closing left a question.",
    ),
    Need.RULING: ("待我办：等裁定由谁承办。", "Mine to do: a binding choice of body is wanted."),
    Need.REQUEST: (
        "待我办：承办单位申请延期或挂账，等批复。",
        "Mine to do: the body asks for more time or a hold.",
    ),
    Need.TAKEN_OVER: (
        "待我办：移送的对方已接收，可以移送办结；还有本镇要办的就继续办。",
        "Mine to do: others have accepted it. Close it as transferred, or go on with our part.",
    ),
    Need.RECEIPT: (
        "待我办：移送回执逾期没有来，仍由本镇先办；催到后登记，或撤回移送。",
        "Mine to do: no receipt in time, it stays ours. Call them, note it, or take it back.",
    ),
    Need.COUNTY: (
        "待我办：县级逾期没有答复，或不予协助。",
        "Mine to do: the county has not answered in time, or will not help.",
    ),
    Need.LADDER: (
        "待我办：这一级调不成或时限已到，请提级调解或登记结果。",
        "Mine to do: the level gave up or its time is over; take it one up, or note the outcome.",
    ),
    Need.PART: (
        "待我办：协办单位要求退回，等免除协办或再派给它。",
        "Mine to do: a helping body gives its part back; do without it, or send it once more.",
    ),
    Need.UNANSWERED: (
        "待我办：督办到期没有回复。",
        "Mine to do: an order was not answered in time.",
    ),
    Need.DUE_SOON: (
        "待我办：承办单位的时限快到或已超，还没有人催过；催办后离开这里。",
        "Mine to do: the body's clock runs out or has, and nobody has urged it; urging lets it go.",
    ),
    Need.WORK: ("待我办：在本单位手上。", "Mine to do: it is with the body."),
    Need.CHECK: ("待我办：结果等核查。", "Mine to do: the result waits for a check."),
    Need.REFUSED: (
        "待我办：被哨单位拒哨，等裁定。",
        "Mine to do: a body refuses the whistle; a ruling is wanted.",
    ),
    Need.ABSENT: (
        "待我办：被哨单位超时没到，还没有人催过。",
        "Mine to do: a body has not come in time, and nobody has urged it.",
    ),
    Need.RELEASE: (
        "待我办：被哨单位已完成，等同意撤离。",
        "Mine to do: a body has finished and waits for leave to go.",
    ),
    Need.DIAL: (
        "待我办：被哨单位没有应哨，该打电话了；打过后代应哨或催，离开这里。",
        "Mine to do: a body has not answered and is to be rung up; note its word, or urge it.",
    ),
    Need.EXPLAIN: (
        "待我办：应急吹哨还没有补充理由。",
        "Mine to do: it is not said yet why the emergency whistle was blown.",
    ),
}
"""Why a case is in 待我办, as a sentence."""

_STEPS: Final[Mapping[Need, str]] = {
    Need.UNVERIFIED: "verified",
    Need.LEFT: "claim",
    Need.GATE: "admit",
    Need.DOUBTS: "answer_doubts",
    Need.VISIT: "follow_up",
    Need.RULING: "rule",
    Need.REQUEST: "decide",
    Need.TAKEN_OVER: "close_transferred",
    Need.RECEIPT: "note_receipt",
    Need.COUNTY: "answer_call",
    Need.LADDER: "raise_mediation",
    Need.PART: "waive",
    Need.UNANSWERED: "answer_order",
    Need.DUE_SOON: "urge",
}
_PLAIN: Final = frozenset({Need.MINE, Need.UNCLAIMED, Need.WORK, Need.CHECK})
"""What the step that is open says by itself."""


def need_at(stage: Stage, case: Case) -> Need | None:
    """Return what a case wants of the person at the seat now."""
    return need_of(stage.picture.look(case, stage.operator, stage.hall, stage.now()))


def step_for(need: Need | None) -> str:
    """Return the action that answers a need; empty where the state of the case says it."""
    return _STEPS.get(need, "") if need else ""


def told(need: Need | None, lang: str) -> str:
    """Return what a case wants beyond the step its state leads to; empty for nothing more."""
    return "" if need is None or need in _PLAIN else phrase(WORDS[need], lang)
