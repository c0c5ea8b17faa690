"""What became of several cases that were decided on at once, and what to do about the others."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtWidgets import QAbstractItemView, QPushButton, QWidget

from commandcenter.application import commands as c
from commandcenter.application.perform import Each
from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.errors import Refusal
from ui.actions import actions_of
from ui.stage import Stage
from ui.status_lists import ListDialog
from ui.wording import Both, headed, phrase, refusal_words
from widgets.dress import Kind, dress

_ALL_DONE: Final[Both] = ("{what}：{count} 件都已办好", "{what}: all {count} done")
_TITLE: Final[Both] = ("{what}：办成 {done} 件，{left} 件没有办", "{what}: {done} done, {left} not")
_INTRO: Final[Both] = (
    "下面这些没有办，原样未动；办成的已经离开。选一行按 Enter 打开。",
    "These were not done and stay as they were; the others were. Enter opens the selected one.",
)
_HEADINGS: Final[tuple[Both, ...]] = (
    ("案卷", "Case"),
    ("事由", "What it is about"),
    ("结果", "Outcome"),
    ("怎么办", "What to do"),
)
_OPEN: Final[Both] = ("打开这件  Enter", "Open it  Enter")
_REMEDIES: Final[Mapping[str, Both]] = {
    "claimed_by_other": (
        "请对方办理或移交；离席的可按 L 接手",
        "Leave it to them, ask for it, or take it over (L) once they have left",
    ),
    "overtaken": ("别人刚改过：打开看看再办", "Somebody has just changed it: look again first"),
    "illegal_step": ("打开看它现在能做什么", "Open it and see what is possible now"),
    "needs": ("打开单独补上再办", "Open it and fill in what is missing"),
    "own_check": ("请另一位核查人员办理", "Ask another inspector"),
    "not_allowed": ("请有权限的岗位办理", "Ask a role that may"),
    "inactive_body": ("改派在用的单位", "Choose a body that is active"),
    "unknown_body": ("从清单里另选单位", "Choose a body from the list"),
    "unknown_category": ("从清单里另选类别", "Choose a category from the list"),
    "unknown_duty_item": ("从清单里另选事项", "Choose an item from the lists"),
    "has_children": ("反向并案，或先撤销并案", "Merge the other way round, or undo that first"),
    "merge_into_settled": ("另选一件未结的作主案", "Choose an open case as the main one"),
    "whistle_running": (
        "请派遣员撤哨、同意撤离，拒哨的请值班长裁定",
        "Have a dispatcher withdraw or release; a refusal is for the shift supervisor",
    ),
    "not_admitted": ("先办准入", "Decide on its admission first"),
    "appeal_open": ("申诉期满再归档", "Archive it when the time for appeals is over"),
}
_OTHERWISE: Final[Both] = ("打开单独办理", "Open it and act on it alone")


def remedy(refusal: Refusal, lang: str) -> str:
    """Return what a person can do about a case that was refused."""
    return phrase(_REMEDIES.get(refusal.code, _OTHERWISE), lang)


def tell_each(stage: Stage, each: Sequence[Each], parent: QWidget) -> None:
    """Say what became of several cases: in a word if all went well, else one by one."""
    lang = stage.lang
    what = headed(words.command(c.name(type(each[0].order)), lang))
    if all(it.refusal is None for it in each):
        stage.told.emit(phrase(_ALL_DONE, lang).format(what=what, count=len(each)))
    else:
        BulkResult(stage, what, each, stage.picture.cases, parent).show()


class BulkResult(ListDialog):
    """The refused of several cases: which, why, and what to do; Enter opens one."""

    def __init__(
        self,
        stage: Stage,
        what: str,
        each: Sequence[Each],
        known: Mapping[str, Case],
        parent: QWidget,
    ) -> None:
        lang = stage.lang
        refused = [(it.order.case, it.refusal) for it in each if it.refusal is not None]
        title = phrase(_TITLE, lang).format(
            what=what, done=len(each) - len(refused), left=len(refused)
        )
        super().__init__(stage, title, [phrase(it, lang) for it in _HEADINGS], parent)
        self.words.setText(f"{title}\n{phrase(_INTRO, lang)}")
        self._numbers = [number for number, _refusal in refused]
        self.show_lines(
            (
                number,
                words.case_title(known[number].title, lang) if number in known else "",
                refusal_words(refusal, stage.hall, lang),
                remedy(refusal, lang),
            )
            for number, refusal in refused
        )
        self.table.setWordWrap(True)
        line = self.fontMetrics().height()
        self.resize(max(self.width(), line * 54), self.height())
        self.table.setColumnWidth(2, line * 18)
        self.table.resizeRowsToContents()
        self._open = QPushButton(phrase(_OPEN, lang))
        self._open.setAccessibleName(phrase(_OPEN, lang).split("  ")[0])
        dress(self._open, Kind.PRIMARY)
        self._open.setDefault(True)
        self._open.clicked.connect(self.open_case)
        self.buttons.insertWidget(0, self._open)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.doubleClicked.connect(self.open_case)
        self.table.selectRow(0)
        self.table.setFocus()

    def open_case(self) -> None:
        """Go on with the selected case in the window."""
        rows = self.table.selectionModel().selectedRows()
        if rows:
            self._stage.select(self._numbers[rows[0].row()])
            self.close()
            actions_of(self._stage).trigger("panel_case")
