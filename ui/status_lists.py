"""The lists behind the status bar: what was put aside and why, and what has still to leave."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from commandcenter.application.changes import Outgoing
from commandcenter.application.commands import Retry
from commandcenter.application.questions import Pending, Quarantine, Quarantined
from commandcenter.domain import words
from ui import wording
from ui.stage import Stage
from ui.wording import Both, phrase
from widgets.cell_painter import capped
from widgets.dress import Kind, dress
from widgets.plain_label import PlainLabel
from widgets.safe_text import tip_text
from widgets.tone import Tone

_TYPES: Final[dict[str, Both]] = {
    "task.dispatched": ("派单", "dispatch"),
    "task.recalled": ("撤回派单", "recall"),
    "task.rework": ("返工", "rework"),
    "task.urged": ("催办", "urge"),
    "whistle.blown": ("吹哨", "whistle"),
    "whistle.withdrawn": ("撤哨", "whistle withdrawn"),
    "whistle.released": ("同意撤离", "release"),
    "whistle.escalated": ("升级", "escalation"),
    "whistle.rated": ("评分", "rating"),
    "verification.requested": ("派人核实", "verification"),
    "case.replied": ("答复", "reply"),
    "county.called": ("呼叫县级", "call to the county"),
}


class ListDialog(QDialog):
    """A table with a sentence over it and buttons under it; it blocks nothing."""

    def __init__(self, stage: Stage, title: str, headings: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._stage = stage
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.words = PlainLabel(tone=Tone.QUIET, wrap=True)
        self.table = QTableWidget(0, len(headings))
        self.table.setAccessibleName(title)
        self.table.setHorizontalHeaderLabels(list(headings))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(len(headings) - 1, QHeaderView.ResizeMode.Stretch)
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        close = QPushButton(self.tr("关闭"))
        close.clicked.connect(self.close)
        self.buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        column.addLayout(self.buttons)
        line = self.fontMetrics().height()
        self.resize(line * 46, line * 22)

    def show_lines(self, lines: Iterable[Sequence[str]]) -> None:
        """Show one line of cells for each row."""
        cells = list(lines)
        self.table.setRowCount(len(cells))
        for row, line in enumerate(cells):
            for column, text in enumerate(line):
                item = QTableWidgetItem(capped(text))
                item.setToolTip(tip_text(text))
                self.table.setItem(row, column, item)
        self.table.resizeColumnsToContents()
        for column in range(self.table.columnCount() - 1):
            gap = self.fontMetrics().height()
            self.table.setColumnWidth(column, min(self.table.columnWidth(column) + gap, gap * 16))


class QuarantineList(ListDialog):
    """The messages that could not be taken in, with reasons in words, and a way to try again."""

    def __init__(self, stage: Stage, parent: QWidget) -> None:
        super().__init__(
            stage,
            phrase(("隔离区", "Quarantine"), stage.lang),
            [
                phrase(("收到时间", "Received"), stage.lang),
                phrase(("来源", "Feed"), stage.lang),
                phrase(("原因", "Reason"), stage.lang),
                phrase(("原文开头", "Beginning of the text"), stage.lang),
            ],
            parent,
        )
        self._held: tuple[Quarantined, ...] = ()
        self._retry = QPushButton(self.tr("重试选中的消息"))
        self._retry.setEnabled(False)
        dress(self._retry, Kind.PRIMARY)
        self._retry.clicked.connect(self._on_retry)
        self._retry.setVisible(stage.may(Retry))
        self.buttons.insertWidget(0, self._retry)
        self.table.itemSelectionChanged.connect(self._on_selection_changed)
        self.words.setText(self.tr("正在读取…"))
        self.look()

    def look(self) -> None:
        """Read the list anew."""
        self._stage.ask(Quarantine(), self._show)

    def _show(self, held: tuple[Quarantined, ...]) -> None:
        if not isValid(self):  # closed before the answer came
            return
        self._held = held
        zone, lang, feeds = self._stage.hall.zone, self._stage.lang, self._stage.seat.feeds
        self.words.setText(
            self.tr("这些消息没有进入系统。补全基础数据（如网格、单位）后可以重试。")
            if held
            else self.tr("隔离区是空的：收到的消息都已进入系统。")
        )
        self.show_lines(
            (
                wording.full_time(it.received_at, zone),
                feeds.get(it.feed, it.feed),
                words.put_aside(it.reason, it.detail, lang),
                " ".join(it.raw.split()),
            )
            for it in held
        )

    def _on_selection_changed(self) -> None:
        self._retry.setEnabled(bool(self.table.selectionModel().selectedRows()))

    def _on_retry(self) -> None:
        for index in self.table.selectionModel().selectedRows():
            held = self._held[index.row()]
            self._stage.submit(
                Retry(message=held.id), self._on_retried, subject=f"quarantine-{held.id}"
            )

    def _on_retried(self, _outcome: object) -> None:
        if isValid(self):
            self._stage.told.emit(self.tr("消息已重新进入系统"))
            self.look()


class OutboxList(ListDialog):
    """What has to leave the hall and has no receipt yet, in the order in which it leaves."""

    def __init__(self, stage: Stage, parent: QWidget) -> None:
        super().__init__(
            stage,
            phrase(("待发消息", "Messages to leave"), stage.lang),
            [
                phrase(("产生时间", "Since"), stage.lang),
                phrase(("发往", "Feed"), stage.lang),
                phrase(("内容", "What"), stage.lang),
                phrase(("单位", "Body"), stage.lang),
                phrase(("编号", "Number"), stage.lang),
            ],
            parent,
        )
        self.words.setText(self.tr("正在读取…"))
        stage.ask(Pending(), self._show)

    def _show(self, waiting: tuple[Outgoing, ...]) -> None:
        if not isValid(self):  # closed before the answer came
            return
        stage = self._stage
        self.words.setText(
            self.tr("这些消息还没有收到对方回执，接通后会自动按顺序补发，不会重复。")
            if waiting
            else self.tr("没有待发消息：都已送达。")
        )
        self.show_lines(
            (
                wording.full_time(it.time, stage.hall.zone),
                stage.seat.feeds.get(it.feed, it.feed),
                phrase(_TYPES[it.type], stage.lang) if it.type in _TYPES else it.type,
                wording.body_name(stage.hall, it.body, stage.lang) if it.body else "",
                it.subject,
            )
            for it in waiting
        )
