"""Telling a person without stopping him: that data are too old, and short notices in a corner."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from commandcenter.application.changes import Delta
from commandcenter.application.messages import LinkCause, LinkStatus
from commandcenter.domain import words
from ui.focus import focus_of
from ui.freshness import feed_watch
from ui.stage import Stage
from ui.wording import Both, counted, phrase, span
from widgets.cell_painter import capped
from widgets.paint import Shape, tint
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.shape_mark import ShapeMark
from widgets.toast import ToastStack
from widgets.tone import Tone, tone_colour

STATUS_WORDS: Final[Mapping[LinkStatus, Both]] = {
    LinkStatus.CONNECTING: ("正在连接", "connecting"),
    LinkStatus.LIVE: ("正常", "live"),
    LinkStatus.LIVE_ONLY: ("正常（只有实时消息）", "live, without replay"),
    LinkStatus.STALE: ("没有新数据", "silent"),
    LinkStatus.DOWN: ("中断，正在自动重连", "down, reconnecting by itself"),
    LinkStatus.NEEDS_PERSON: ("中断，需要人工处理", "down, needs a person"),
}
CAUSE_WORDS: Final[Mapping[LinkCause, Both]] = {
    LinkCause.NONE: ("", ""),
    LinkCause.REFUSED: (
        "对方没有应答，请确认地址和对方服务是否开启。",
        "Nobody answers there; check the address and whether the other side is running.",
    ),
    LinkCause.TIMED_OUT: (
        "连接超时，请检查网络。",
        "The connection timed out; check the network.",
    ),
    LinkCause.DROPPED: ("连接被断开。", "The connection was dropped."),
    LinkCause.SILENT: (
        "对方太久没有发来任何消息。",
        "The other side has said nothing for too long.",
    ),
    LinkCause.TOKEN: (
        "口令被拒绝，请管理员更换 token 文件。",
        "The token was refused; have the administrator replace the token file.",
    ),
    LinkCause.CERTIFICATE: (
        "对方证书无效，请管理员检查证书。",
        "The certificate is not valid; have the administrator check it.",
    ),
    LinkCause.REDIRECTED: (
        "地址已转移，出于安全没有跟随，请管理员核对地址。",
        "The address has moved and was not followed; have the administrator check it.",
    ),
    LinkCause.PLAINTEXT: (
        "未加密的地址不被允许，请管理员改用 wss://。",
        "An unencrypted address is not allowed; use wss://.",
    ),
    LinkCause.PROTOCOL: (
        "对方不是有效的接入服务，请核对地址。",
        "There is no feed server at this address.",
    ),
    LinkCause.ADDRESS: (
        "接入地址写错了，请管理员修改 hall.toml。",
        "The address cannot be read; have the administrator correct hall.toml.",
    ),
    LinkCause.TOO_LARGE: (
        "对方发来的消息过大，请管理员联系对方。",
        "The other side sends messages that are too large; have the administrator call them.",
    ),
    LinkCause.NO_WELCOME: (
        "对方只发实时消息，断线期间的不会补发。",
        "The other side sends live only; what is missed while it is down will not come again.",
    ),
    LinkCause.FELL_BEHIND: (
        "对方的消息编号退回去了，正在请对方从头补发。",
        "The other side's numbers went back; it is being asked for all it holds.",
    ),
    LinkCause.STOPPED: ("接入已停止。", "The feed was stopped."),
}
_BANNER: Final[Both] = (
    "接入中断：{feeds}。屏幕上的内容可能已经过时。",
    "Feed interrupted: {feeds}. What is shown may be out of date.",
)
_ONE: Final[Both] = ("{name} 已 {age} 没有新数据", "{name} silent for {age}")
SILENT: Final[Both] = (
    "负责写入的进程没有应答：画面可能不是最新；按下的操作是否保存，恢复后才知道，请勿重复办理。",
    "The writing process does not answer: this may be old. Do not repeat a press, wait for it.",
)
_MAKESHIFT: Final[Both] = (
    "hall.toml 缺失或有错：现在的设置、接入和数据库不是本大厅的，请勿在此办理，改正后重新打开。",
    "hall.toml is faulty: settings, feeds or store are not this hall's. Mend it and reopen.",
)
_FOCUSED: Final[Both] = ("专注：{no} {title}", "In focus: {no} {title}")
_FAMILY: Final[Both] = ("（及相关 {} 件）", " (and {} related)")
_BESIDES: Final[Both] = ("◆ 另有 {} 件特急新到", "◆ {} more critical case|◆ {} more critical cases")
_UNFOCUS: Final[Both] = ("退出专注  Esc", "Leave the focus  Esc")
_CLOSE: Final[Both] = ("关闭", "Close")
_ALL_OF_IT: Final[Both] = ("全文", "All of it")


class StaleBanner(QFrame):
    """A red bar over a page while its data are too old, not the hall's own or cannot be saved."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._watch = feed_watch(stage)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._words = PlainLabel(tone=Tone.OVER, elide=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(ShapeMark(Shape.DIAMOND, Tone.OVER))
        row.addWidget(self._words, 1)
        stage.ticked.connect(self.look)
        stage.changed.connect(self._on_changed)
        self.look()

    def _on_changed(self, batch: list[Delta]) -> None:
        if not batch or any(delta.links or delta.health for delta in batch):
            self.look()  # whatever else makes data old is time alone

    def look(self) -> None:
        """Look whether anything is too old now."""
        lang = self._stage.lang
        sentences = [phrase(_MAKESHIFT, lang)] if self._stage.seat.is_makeshift else []
        health = self._watch.health
        if health is not None and not health.ok:  # before the feeds: it may be why they are old
            told = phrase(SILENT if health.silent else words.STORE_DOWN, lang)
            sentences.append(told.format(detail=words.trouble(health.detail, lang)))
        if stale := self._watch.stale():
            feeds = words.enumerated(
                (phrase(_ONE, lang).format(name=it.name, age=span(it.age, lang)) for it in stale),
                lang,
            )
            sentences.append(phrase(_BANNER, lang).format(feeds=feeds))
        text = " ".join(sentences)
        self._words.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        room = QRectF(self.rect())
        with QPainter(self) as painter:
            painter.fillRect(room, tint(self.palette(), Tone.OVER, 0.2))
            painter.fillRect(QRectF(0, 0, 4, room.height()), tone_colour(self.palette(), Tone.OVER))


class FocusBanner(QFrame):
    """A bar over the panels while a case is in focus: which, what else came, how to leave."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage, self._focus = stage, focus_of(stage)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._words = PlainLabel(tone=Tone.ACCENT, elide=True)
        self._others = PlainLabel(tone=Tone.OVER)
        leave = QPushButton(phrase(_UNFOCUS, stage.lang))
        leave.setAccessibleName(phrase(_UNFOCUS, stage.lang).split("  ")[0])
        leave.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        leave.clicked.connect(self._focus.leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(ShapeMark(Shape.RING, Tone.ACCENT))
        row.addWidget(self._words, 1)
        row.addWidget(self._others)
        row.addWidget(leave)
        self._focus.changed.connect(self.look)
        self._focus.grown.connect(self.look)
        self.look()

    def look(self) -> None:
        """Say what is in focus now."""
        case, lang = self._focus.case, self._stage.lang
        self.setVisible(case is not None)
        if case is None:
            return
        rest, urgent = len(self._focus.family) - 1, len(self._focus.urgent)
        title = capped(words.case_title(case.title, lang))
        said = phrase(_FOCUSED, lang).format(no=case.no, title=title)
        said += counted(_FAMILY, rest, lang).format(rest) if rest else ""
        self._words.setText(said)
        self._others.setText(counted(_BESIDES, urgent, lang).format(urgent) if urgent else "")
        self._others.setVisible(urgent > 0)
        self.setAccessibleName(said)

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        room = QRectF(self.rect())
        with QPainter(self) as painter:
            painter.fillRect(room, tint(self.palette(), Tone.ACCENT, 0.2))
            ink = tone_colour(self.palette(), Tone.ACCENT)
            painter.fillRect(QRectF(0, 0, 4, room.height()), ink)


class Notices(QObject):
    """What the stage refuses or tells, as notices in the corner of a window."""

    def __init__(self, stage: Stage, window: QWidget) -> None:
        super().__init__(window)
        self.stack = ToastStack(
            window,
            close_words=phrase(_CLOSE, stage.lang),
            more_words=phrase(_ALL_OF_IT, stage.lang),
        )
        stage.refused.connect(self._on_refused)
        stage.told.connect(self._on_told)

    def _on_refused(self, sentence: str) -> None:
        self.stack.say(sentence, tone=Tone.NEAR, seconds=10.0)

    def _on_told(self, sentence: str) -> None:
        self.stack.say(sentence, tone=Tone.GOOD)
