"""The bar under the window: feeds, quarantine, outbox, store, other seats, letters."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from commandcenter.application.changes import ChannelState, Delta, OutgoingState
from commandcenter.application.messages import LinkStatus
from commandcenter.domain import words
from ui.actions import actions_of
from ui.beat import Beat
from ui.freshness import Freshness, feed_watch
from ui.notices import CAUSE_WORDS, SILENT, STATUS_WORDS
from ui.stage import Stage
from ui.theme import FontSource, FontState
from ui.wording import Both, phrase, sending_words, span
from widgets.paint import Shape
from widgets.status_chip import StatusChip
from widgets.tone import Tone

_OLD: Final = timedelta(minutes=1)
_TOO_OLD: Final = timedelta(minutes=5)
_COUNTED: Final = 99_999  # missing messages; more are the work of one wild number, not of a day
_SEAT_IS_HERE: Final = timedelta(minutes=10)
_LINK_MARKS: Final[Mapping[LinkStatus, tuple[Shape, Tone]]] = {
    LinkStatus.CONNECTING: (Shape.RING, Tone.QUIET),
    LinkStatus.LIVE: (Shape.DISC, Tone.GOOD),
    LinkStatus.LIVE_ONLY: (Shape.TRIANGLE, Tone.NEAR),
    LinkStatus.STALE: (Shape.TRIANGLE, Tone.NEAR),
    LinkStatus.DOWN: (Shape.CROSS, Tone.NEAR),
    LinkStatus.NEEDS_PERSON: (Shape.CROSS, Tone.OVER),
}
_P: Final[Mapping[str, Both]] = {
    "feed": ("{name} {age}", "{name} {age}"),
    "feed_gaps": ("{name} {age} · 缺 {lost}", "{name} {age} · {lost} missing"),
    "fresh": ("更新于 {age}前", "{age} ago"),
    "not_heard": ("还没有连上", "not connected yet"),
    "unknown": ("若干", "some"),
    "many": ("很多", "very many"),
    "feed_tip": ("{name}：{state}。{cause}", "{name}: {state}. {cause}"),
    "nothing_arrives": (
        "本机现在收不到新消息，原因见右侧的数据库状态。",
        "Nothing new arrives here now; the mark of the store on the right says why.",
    ),
    "gap_tip": (
        "缺 {lost} 条消息（{gaps} 处）：对方没有发来。请与对方核对，补发的会照常进入。",
        "Messages left out by the other side: {lost}, gaps: {gaps}. What it sends later is taken.",
    ),
    "no_feeds": ("未配置接入", "no feed"),
    "no_feeds_tip": (
        "hall.toml 里没有配置 [[feed]]，只能手工登记事件。",
        "hall.toml names no [[feed]]; reports can only be registered by hand.",
    ),
    "feed_off": ("{name} 未启用", "{name} off"),
    "feeds_off": ("接入未启用", "feeds off"),
    "feed_off_tip": (
        "收不到它的消息。{where}：{problem}{remedy}点击查看。",
        "Nothing arrives from it. {where}: {problem} {remedy} Click for the list.",
    ),
    "quarantine": ("隔离 {n}", "quarantine {n}"),
    "quarantine_tip": (
        "{n} 条消息因内容有误没有进入系统。点击查看原因。",
        "Could not be taken in: {n}. Click for the reasons.",
    ),
    "quarantine_none": ("收到的消息都已进入系统。", "Everything received was taken in."),
    "outbox": ("待发 {n}", "to send {n}"),
    "outbox_old": ("待发 {n} · 最久 {age}", "to send {n} · oldest {age}"),
    "outbox_tip": (
        "{n} 条派单、吹哨等消息还没有收到对方回执，最久的已等 {age}。点击查看。",
        "Without a receipt yet: {n}, the oldest for {age}. Click for the list.",
    ),
    "outbox_wired": ("其中 {n} 条已发出，等回执。", "Sent and waiting for a receipt: {n}."),
    "outbox_none": ("发出的消息都已收到回执。", "Everything sent has its receipt."),
    "channels": ("外发正常", "channels in order"),
    "channels_none": ("外发未用过", "channels unused"),
    "channels_bad": ("外发不通 {names}", "not getting out: {names}"),
    "channel_tip": (
        "{name}：最近成功 {worked}；试哨{test}；待发 {waiting}；一天内未送达 {lost}",
        "{name}: last worked {worked}; test {test}; to send {waiting}; lost in a day {lost}",
    ),
    "channel_words": ("{name} 最近失败：{words}", "{name} last failed: {words}"),
    "ago": ("{age}前", "{age} ago"),
    "never": ("一天内没有", "not within a day"),
    "test_none": ("未做", "not made"),
    "test_good": ("通过", "passed"),
    "test_bad": ("未通过", "failed"),
    "test_open": ("进行中", "under way"),
    "flaws": ("资料有误 {n} 处", "pack: {n} to mend"),
    "flaws_tip": (
        "资料包里有 {n} 处要改，其余照常使用。点击查看。",
        "Places of the hall pack to be mended: {n}. The rest is in use. Click for the list.",
    ),
    "doubts": ("核对 {n}", "{n} to answer"),
    "doubts_tip": (
        "{n} 件结案有问题待值班长答复。点击查看核对清单。",
        "{n} closing(s) wait for a supervisor's word. Click for the list.",
    ),
    "store": ("数据库正常", "store in order"),
    "store_tip": ("操作会立即保存。", "Whatever is done is saved at once."),
    "store_silent": ("写入没有应答", "store does not answer"),
    "store_bad": ("数据库不能写入", "store takes no writes"),
    "store_bad_tip": (
        "新的操作不会保存：{detail}。恢复后自动继续。",
        "Nothing new is saved: {detail}. It goes on by itself once the store is back.",
    ),
    "page_bad": ("报到页不通", "report-in page out"),
    "page_bad_tip": (
        "大厅读写不了报到页的存档，手机上的应哨、报到到不了这里，请打电话核实。恢复后自动继续。",
        "The hall cannot use the report-in page's book: ask by telephone. It goes on by itself.",
    ),
    "page_waits": ("报到页积压 {age}", "report-in page waits {age}"),
    "page_waits_tip": (
        "手机上按下的已有 {age} 没有处理，请打电话核实。恢复后自动补上。",
        "Presses have waited for {age}: ask by telephone. They are taken in once it works again.",
    ),
    "seats": ("其他席位 {n}", "other seats {n}"),
    "seats_none": ("近 10 分钟没有其他席位操作。", "No other seat was active within 10 minutes."),
    "seat": ("{seat}：{age}前", "{seat}: {age} ago"),
    "font": ("缺少中文字体", "no Chinese font"),
    "font_tip": (
        "这台电脑没有中文字体，文字可能显示为方框。请安装任一中文字体后重启。",
        "This machine has no Chinese font, so text may show as boxes. Install one and restart.",
    ),
}


class StatusLine(QWidget):
    """A mark and a few words for each thing that can go wrong; plain words on hover."""

    def __init__(
        self, stage: Stage, font: FontState | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._stage = stage
        self._watch = feed_watch(stage)
        self._seats: dict[str, datetime] = {}
        self.setAccessibleName(self.tr("系统状态"))
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(4)
        self._feeds = {feed: StatusChip() for feed in stage.seat.feeds}
        self._off = [StatusChip() for _ in stage.seat.feeds_off]
        self._none = StatusChip()
        self._quarantine, self._outbox = StatusChip(), StatusChip()
        self._doubts, self._flaws = StatusChip(), StatusChip()
        self._channels = StatusChip()
        self._channels.setVisible(bool(stage.hall.channels))
        self._store, self._others, self._font = StatusChip(), StatusChip(), StatusChip()
        self._page = StatusChip()
        for chip in (
            *self._feeds.values(),
            *self._off,
            self._none,
            self._quarantine,
            self._outbox,
            self._channels,
            self._doubts,
            self._flaws,
        ):
            row.addWidget(chip)
        row.addStretch(1)
        for chip in (self._font, self._page, self._others, self._store):
            row.addWidget(chip)
        actions = actions_of(stage)
        self._quarantine.clicked.connect(partial(actions.trigger, "quarantine"))
        self._outbox.clicked.connect(partial(actions.trigger, "outbox"))
        self._channels.clicked.connect(partial(actions.trigger, "outbox"))
        self._doubts.clicked.connect(partial(actions.trigger, "doubts"))
        self._flaws.clicked.connect(partial(actions.trigger, "flaws"))
        flaws = len(stage.seat.notices)
        self._flaws.setVisible(flaws > 0)
        self._flaws.show_status(
            Shape.TRIANGLE,
            self._say("flaws", n=flaws),
            Tone.NEAR,
            self._say("flaws_tip", n=flaws),
        )
        for chip, (name, flaw) in zip(self._off, stage.seat.feeds_off, strict=True):
            chip.clicked.connect(partial(actions.trigger, "flaws"))
            text = self._say("feed_off" if name else "feeds_off", name=name)
            told = self._say("feed_off_tip", **flaw._asdict())
            chip.show_status(Shape.CROSS, text, Tone.OVER, told)
        self._none.setVisible(not stage.seat.feeds and not self._off)
        self._none.show_status(
            Shape.DASH, self._say("no_feeds"), Tone.QUIET, self._say("no_feeds_tip")
        )
        missing = font is not None and font.source is FontSource.MISSING
        self._font.setVisible(missing)
        self._font.show_status(Shape.TRIANGLE, self._say("font"), Tone.NEAR, self._say("font_tip"))
        self._beat = Beat(self.look, self)
        stage.ticked.connect(self.look)
        stage.changed.connect(self._on_changed)
        self.look()

    def _say(self, key: str, **facts: object) -> str:
        return phrase(_P[key], self._stage.lang).format(**facts)

    def _on_changed(self, batch: list[Delta]) -> None:
        for delta in batch:
            for recorded in delta.facts:
                if recorded.seat != self._stage.seat.name:
                    self._seats[recorded.seat] = recorded.recorded_at
        if any(map(_is_news, batch)):
            self.look()
        else:
            self._beat.ask()

    def look(self) -> None:
        """Show everything as it is now."""
        for state in self._watch.states():
            self._show_feed(state)
        self._show_quarantine()
        self._show_outbox()
        self._show_channels()
        self._show_doubts()
        self._show_store()
        self._show_page()
        self._show_seats()

    def _show_feed(self, state: Freshness) -> None:
        lang = self._stage.lang
        shape, tone = _LINK_MARKS[state.status]
        if state.is_stale:
            shape, tone = Shape.CROSS, Tone.OVER
        elif state.gaps and tone is Tone.GOOD:
            shape, tone = Shape.TRIANGLE, Tone.NEAR
        fresh = "fresh" if state.heard else "not_heard"
        age = self._say(fresh, age=span(state.age, lang))
        lost = self._lost(state.lost)
        key = "feed_gaps" if state.gaps else "feed"
        told = [
            self._say(
                "feed_tip",
                name=state.name,
                state=phrase(STATUS_WORDS[state.status], lang),
                cause=phrase(CAUSE_WORDS[state.link.cause], lang) if state.link else "",
            )
        ]
        if not state.arrives:
            told.append(self._say("nothing_arrives"))
        if state.gaps:
            told.append(self._say("gap_tip", lost=lost, gaps=state.gaps))
        text = self._say(key, name=state.name, age=age, lost=lost)
        self._feeds[state.feed].show_status(shape, text, tone, "\n".join(told))

    def _lost(self, count: int | None) -> str:
        """Say how many messages are missing; a wild number says nothing a person can use."""
        if count is None:
            return self._say("unknown")
        return str(count) if count <= _COUNTED else self._say("many")

    def _show_quarantine(self) -> None:
        count = self._stage.picture.quarantined
        shape, tone = (Shape.TRIANGLE, Tone.NEAR) if count else (Shape.DISC, Tone.QUIET)
        told = self._say("quarantine_tip" if count else "quarantine_none", n=count)
        self._quarantine.show_status(shape, self._say("quarantine", n=count), tone, told)

    def _show_outbox(self) -> None:
        waiting, now = self._stage.picture.outgoing.values(), self._stage.now()
        due = [it.leaves_at for it in waiting if it.leaves_at <= now]
        oldest = now - min(due, default=now)
        age = span(oldest, self._stage.lang)
        if not waiting:
            shape, tone, told = Shape.DISC, Tone.QUIET, self._say("outbox_none")
        else:
            told = self._say("outbox_tip", n=len(waiting), age=age)
            if wired := len(self._stage.picture.wired & self._stage.picture.outgoing.keys()):
                told = f"{told}\n{self._say('outbox_wired', n=wired)}"
            shape, tone = (Shape.DISC, Tone.QUIET)
            if oldest >= _TOO_OLD:
                shape, tone = Shape.CROSS, Tone.OVER
            elif oldest >= _OLD:
                shape, tone = Shape.TRIANGLE, Tone.NEAR
        key = "outbox_old" if oldest >= _OLD else "outbox"
        self._outbox.show_status(shape, self._say(key, n=len(waiting), age=age), tone, told)

    def _show_channels(self) -> None:
        """Show whether what leaves beside the feeds arrives, and how the day's test went."""
        states, now = self._watch.channels, self._stage.now()
        bad = [state for state in states if _is_stuck(state, now)]
        used = any(state.worked_at for state in states)
        if bad:
            names = words.enumerated(map(self._channel, bad), self._stage.lang)
            shape, tone = Shape.CROSS, Tone.OVER
            text = self._say("channels_bad", names=names)
        else:
            shape, tone = Shape.DISC, Tone.GOOD if used else Tone.QUIET
            text = self._say("channels" if used else "channels_none")
        self._channels.show_status(shape, text, tone, "\n".join(map(self._channel_tip, states)))

    def _channel(self, state: ChannelState) -> str:
        known = self._stage.hall.channels.get(state.code)
        return (known and known.name) or state.code

    def _channel_tip(self, state: ChannelState) -> str:
        lang, now = self._stage.lang, self._stage.now()
        worked, name = self._say("never"), self._channel(state)
        if state.worked_at is not None:
            worked = self._say("ago", age=span(max(now - state.worked_at, timedelta()), lang))
        told = self._say(
            "channel_tip",
            name=name,
            worked=worked,
            test=self._say(_TESTS.get(state.test, "test_bad")),
            waiting=state.waiting,
            lost=state.lost,
        )
        if not state.is_failing:
            return told
        words = sending_words(state.words, lang)
        return f"{told}\n{self._say('channel_words', name=name, words=words)}"

    def _show_doubts(self) -> None:
        """Show how many closings wait for a supervisor's word; nothing when none does."""
        count = len(self._stage.picture.doubtful)
        self._doubts.setVisible(count > 0)
        told = self._say("doubts_tip", n=count)
        self._doubts.show_status(Shape.TRIANGLE, self._say("doubts", n=count), Tone.NEAR, told)

    def _show_store(self) -> None:
        health = self._watch.health
        if health is None or health.ok:
            self._store.show_status(
                Shape.DISC, self._say("store"), Tone.GOOD, self._say("store_tip")
            )
        elif health.silent:
            told = phrase(SILENT, self._stage.lang)
            self._store.show_status(Shape.CROSS, self._say("store_silent"), Tone.OVER, told)
        else:
            told = self._say("store_bad_tip", detail=words.trouble(health.detail, self._stage.lang))
            self._store.show_status(Shape.CROSS, self._say("store_bad"), Tone.OVER, told)

    def _show_page(self) -> None:
        """Show what is wrong with the report-in page; nothing while nothing is."""
        page = self._watch.page
        self._page.setVisible(not page.ok or page.waiting_since is not None)
        since = self._stage.now() - (page.waiting_since or self._stage.now())
        age = span(max(since, timedelta()), self._stage.lang)
        key = "page_waits" if page.ok else "page_bad"
        told = self._say(f"{key}_tip", age=age)
        self._page.show_status(Shape.CROSS, self._say(key, age=age), Tone.OVER, told)

    def _show_seats(self) -> None:
        now, lang = self._stage.now(), self._stage.lang
        here = {seat: at for seat, at in self._seats.items() if now - at < _SEAT_IS_HERE}
        told = "\n".join(
            self._say("seat", seat=seat, age=span(now - at, lang)) for seat, at in here.items()
        )
        self._others.show_status(
            Shape.DISC, self._say("seats", n=len(here)), Tone.QUIET, told or self._say("seats_none")
        )


_TESTS: Final[Mapping[OutgoingState | None, str]] = {
    None: "test_none",
    OutgoingState.DELIVERED: "test_good",
    OutgoingState.PENDING: "test_open",
}


def _is_stuck(state: ChannelState, now: datetime) -> bool:
    """Tell whether a person must look at a channel: it fails, lost something, or holds it long."""
    waits = state.oldest is not None and now - state.oldest >= _TOO_OLD
    failed_test = state.test in {OutgoingState.REJECTED, OutgoingState.EXPIRED}
    return state.is_failing or state.lost > 0 or failed_test or waits


def _is_news(delta: Delta) -> bool:
    """Tell whether a mark may turn, and not only a count or an age move on."""
    shown = (
        delta.links,
        delta.gaps,
        delta.health,
        delta.page,
        delta.outgoing,
        delta.wired,
        delta.channels,
    )
    return any(shown) or bool(delta.quarantined)
