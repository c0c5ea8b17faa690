"""The lists behind the status bar: what was put aside and why, and what has still to leave."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from commandcenter.application.changes import FEED, AttemptState, Delta, Outgoing
from commandcenter.application.commands import Retry, SendNow
from commandcenter.application.questions import Delivery, Quarantine, Quarantined, StillToLeave
from commandcenter.application.sending import Wait
from commandcenter.domain import words
from ui import wording
from ui.beat import Beat
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
    "whistle.test": ("试哨", "test whistle"),
    "whistle.rated": ("评分", "rating"),
    "verification.requested": ("派人核实", "verification"),
    "case.replied": ("答复", "reply"),
    "county.called": ("呼叫县级", "call to the county"),
}


_REASON: Final = 200
_FOLLOW_MS: Final = 1000
_WIDEST: Final = 16  # heights of a line: a cell with a longer text is shown whole by its tip
_WHY_WIDEST: Final = 36  # a reason ends with the field at fault


class ListDialog(QDialog):
    """A table with a sentence over it and buttons under it; it blocks nothing."""

    def __init__(
        self,
        stage: Stage,
        title: str,
        headings: Sequence[str],
        parent: QWidget,
        *,
        widest: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._stage, self._widest = stage, widest
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
            most = gap * self._widest.get(column, _WIDEST)
            self.table.setColumnWidth(column, min(self.table.columnWidth(column) + gap, most))


class QuarantineList(ListDialog):
    """The messages that could not be taken in, with reasons in words, and a way to try again.

    It follows what is put aside while it is open; what is chosen stays chosen and in its place.
    """

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
            widest={2: _WHY_WIDEST},
        )
        line = self.fontMetrics().height()
        self.resize(line * 60, line * 22)
        self._held: tuple[Quarantined, ...] = ()
        self._retry = QPushButton(self.tr("重试选中的消息"))
        self._retry.setEnabled(False)
        dress(self._retry, Kind.PRIMARY)
        self._retry.clicked.connect(self._on_retry)
        self._retry.setVisible(stage.may(Retry))
        self.buttons.insertWidget(0, self._retry)
        self.table.itemSelectionChanged.connect(self._on_selection_changed)
        self.words.setText(self.tr("正在读取…"))
        self._beat = Beat(self.look, self, every_ms=_FOLLOW_MS)
        stage.changed.connect(self._on_changed)
        self._beat.ask()

    def look(self) -> None:
        """Read the list anew."""
        self._stage.ask(Quarantine(), self._show)

    def _on_changed(self, batch: list[Delta]) -> None:
        if any(delta.quarantined for delta in batch):
            self._beat.ask()

    def _show(self, held: tuple[Quarantined, ...]) -> None:
        if not isValid(self):  # closed before the answer came
            return
        chosen = {self._held[index.row()].id for index in self._rows()}
        top = self.table.rowAt(0)
        above = self._held[top].id if chosen or top > 0 else None
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
        self.table.clearSelection()
        whole = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row, it in enumerate(held):
            if it.id in chosen:
                self.table.selectionModel().select(self.table.model().index(row, 0), whole)
            if it.id == above:
                self.table.verticalScrollBar().setValue(row)

    def _rows(self) -> list[QModelIndex]:
        return self.table.selectionModel().selectedRows()

    def _on_selection_changed(self) -> None:
        self._retry.setEnabled(bool(self._rows()))

    def _on_retry(self) -> None:
        for index in self._rows():
            held = self._held[index.row()]
            self._stage.submit(
                Retry(message=held.id), self._on_retried, subject=f"quarantine-{held.id}"
            )

    def _on_retried(self, _outcome: object) -> None:
        if isValid(self):
            self._stage.told.emit(self.tr("消息已重新进入系统"))
            self.look()


class FlawList(ListDialog):
    """What in the hall pack is to be mended, each with what to do; causes first."""

    def __init__(self, stage: Stage, parent: QWidget) -> None:
        super().__init__(
            stage,
            phrase(("资料有误", "Faults of the hall pack"), stage.lang),
            [
                phrase(("位置", "Where"), stage.lang),
                phrase(("问题", "What is wrong"), stage.lang),
                phrase(("怎么改", "What to do"), stage.lang),
            ],
            parent,
        )
        self.table.setShowGrid(True)  # rows of several lines want something between them
        self.show_lines(stage.seat.notices)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        rows = self.table.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.words.setText(
            self.tr("资料包里这些地方没有生效，或可能不是本意；改好后重新打开即可，其余照常使用。")
            if stage.seat.notices
            else self.tr("资料包没有要改的地方。")
        )


class OutboxList(ListDialog):
    """What has to leave the hall and has no receipt yet, in the order in which it leaves."""

    def __init__(self, stage: Stage, parent: QWidget) -> None:
        super().__init__(
            stage,
            phrase(("待发消息", "Messages to send"), stage.lang),
            [
                phrase(("产生时间", "Since"), stage.lang),
                phrase(("发往", "To"), stage.lang),
                phrase(("内容", "What"), stage.lang),
                phrase(("单位", "Body"), stage.lang),
                phrase(("编号", "Number"), stage.lang),
                phrase(("进展", "Progress"), stage.lang),
            ],
            parent,
        )
        self._waiting: tuple[Delivery, ...] = ()
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(self.tr("立即发送的理由"))
        self.reason.setAccessibleName(self.tr("立即发送的理由"))
        self.reason.setMaxLength(_REASON)
        self.send_now = QPushButton(self.tr("立即发送选中的消息"))
        dress(self.send_now, Kind.PRIMARY)
        self.buttons.insertWidget(0, self.reason, 1)
        self.buttons.insertWidget(1, self.send_now)
        for part in (self.reason, self.send_now):
            part.setVisible(stage.may(SendNow) and bool(stage.hall.channels))
        self.reason.textChanged.connect(self._look_at_button)
        self.table.itemSelectionChanged.connect(self._look_at_button)
        self.send_now.clicked.connect(self._on_send_now)
        self._look_at_button()
        self.words.setText(self.tr("正在读取…"))
        self.look()

    def look(self) -> None:
        """Read the list anew."""
        self._stage.ask(StillToLeave(), self._show)

    def _show(self, waiting: tuple[Delivery, ...]) -> None:
        if not isValid(self):  # closed before the answer came
            return
        stage, self._waiting = self._stage, waiting
        self.words.setText(
            self.tr("这些消息还没有送达；接通或到时后自动按顺序发出，收到两次的对方也只办一次。")
            if waiting
            else self.tr("没有待发消息：都已送达。")
        )
        self.show_lines(
            (
                wording.full_time(it.item.time, stage.hall.zone),
                self._way(it.item),
                phrase(_TYPES[it.item.type], stage.lang)
                if it.item.type in _TYPES
                else it.item.type,
                wording.body_name(stage.hall, it.item.body, stage.lang) if it.item.body else "",
                it.item.subject,
                self._progress(it),
            )
            for it in waiting
        )

    def _way(self, item: Outgoing) -> str:
        """Return by which feed or channel a message leaves, and to whom."""
        if item.channel == FEED:
            return self._stage.seat.feeds.get(item.feed, item.feed)
        channel = self._stage.hall.channels.get(item.channel)
        name = (channel and channel.name) or item.channel
        return f"{name} · {item.contact}" if item.contact else name

    def _progress(self, delivery: Delivery) -> str:
        """Return when a message will leave and why not before, or how far it has come."""
        item, lang = delivery.item, self._stage.lang
        if item.channel == FEED:
            if item.id in self._stage.picture.wired:
                return phrase(("已发出，等回执", "sent, waiting for its receipt"), lang)
            return phrase(("等待发出", "waits to be sent"), lang)
        if not delivery.attempts:
            return phrase(("排队", "queued"), lang)
        last = delivery.attempts[-1]
        if last.state is AttemptState.SENDING:
            return phrase(("正在发送（第 {n} 次）", "leaving (attempt {n})"), lang).format(
                n=last.number
            )
        at = f"{last.due_at.astimezone(self._stage.hall.zone):%H:%M:%S}"
        again = last.number > 1 and last.words not in {"", *Wait}
        words = ("将于 {at} 重发 · 上次：", "again at {at} · before: ")
        told = words if again else ("将于 {at} 发出 · ", "leaves at {at} · ")
        why = wording.sending_words(last.words, lang)
        return f"{phrase(told, lang).format(at=at)}{why}".rstrip(" ·")

    def _chosen(self) -> list[str]:
        """Return the ids of the selected messages that can be hurried."""
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        items = [self._waiting[row].item for row in sorted(rows) if row < len(self._waiting)]
        return [item.id for item in items if item.channel != FEED]

    def _look_at_button(self) -> None:
        self.send_now.setEnabled(bool(self._chosen()) and bool(self.reason.text().strip()))

    def _on_send_now(self) -> None:
        reason = self.reason.text().strip()
        for id_ in self._chosen():
            self._stage.submit(
                SendNow(outgoing=id_, reason=reason), self._on_sent, subject=f"outgoing-{id_}"
            )

    def _on_sent(self, _outcome: object) -> None:
        if isValid(self):
            self._stage.told.emit(self.tr("消息立即发送"))
            self.reason.clear()
            self.look()
