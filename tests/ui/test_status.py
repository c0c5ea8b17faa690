"""The status line, the banner of stale data, the load of a seat, and the lists behind them."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from commandcenter.application.changes import (
    Attempt,
    AttemptState,
    ChannelState,
    Delta,
    OutgoingState,
    PageHealth,
    StoreHealth,
)
from commandcenter.application.commands import Retry, SendNow
from commandcenter.application.messages import LinkCause, LinkState, LinkStatus, QuarantineReason
from commandcenter.application.questions import Delivery, Quarantine, Quarantined, StillToLeave
from commandcenter.application.seat import Notice
from commandcenter.domain import words
from commandcenter.domain.channel import Channel, ChannelKind, Pace
from commandcenter.domain.hall import Limits
from ui.actions import actions_of
from ui.freshness import feed_watch
from ui.notices import CAUSE_WORDS, STATUS_WORDS, Notices, StaleBanner
from ui.stage import Stage
from ui.status import StatusLine
from ui.status_lists import OutboxList, QuarantineList
from ui.theme import FontSource, FontState
from ui.top_bar import Load, LoadState, TopBar
from ui.whistle import deliveries
from widgets.tone import Tone


@pytest.fixture
def say(qtbot, desk, stage):
    def said(*deltas):
        with qtbot.waitSignal(stage.changed):
            desk.say(*deltas)

    return said


@pytest.fixture
def line(qtbot, stage):
    made = StatusLine(stage)
    qtbot.addWidget(made)
    return made


def link(state, at, cause=LinkCause.NONE, feed="county"):
    return Delta(links=(LinkState(feed=feed, state=state, at=at, cause=cause),))


def test_that_every_state_of_a_feed_has_words():
    assert set(STATUS_WORDS) == set(LinkStatus)
    assert set(CAUSE_WORDS) == set(LinkCause)


def test_that_a_quiet_feed_that_is_live_is_not_stale(line, stage, say, samples, clock):
    say(samples.lively())
    clock.advance(minutes=10)
    assert feed_watch(stage).stale() == ()


def test_that_a_feed_is_stale_after_half_a_minute_through_all_its_reconnects(
    qtbot, stage, say, samples, clock
):
    banner = StaleBanner(stage)
    qtbot.addWidget(banner)
    say(samples.lively())
    assert not banner.accessibleName()
    clock.advance(seconds=10)
    say(link(LinkStatus.STALE, clock.now()))
    for seconds in (4, 8, 9):
        clock.advance(seconds=seconds)
        say(link(LinkStatus.DOWN, clock.now(), LinkCause.REFUSED))
        say(link(LinkStatus.CONNECTING, clock.now()))
    stage.ticked.emit(stage.now())
    assert "县平台" in banner.accessibleName()
    assert "31 秒" in banner.accessibleName()
    say(link(LinkStatus.LIVE, clock.now()))
    assert not banner.accessibleName()


def test_that_a_feed_that_never_came_up_is_told_too(qtbot, line, stage, say, clock):
    banner = StaleBanner(stage)
    qtbot.addWidget(banner)
    clock.advance(seconds=31)
    say(link(LinkStatus.DOWN, clock.now(), LinkCause.REFUSED))
    assert line._feeds["county"].text() == "县平台 还没有连上"
    banner.look()
    assert "县平台" in banner.accessibleName()
    assert "视频平台" in banner.accessibleName()


def test_that_a_feed_that_a_fault_keeps_off_is_named_in_red_with_what_is_wrong(
    qtbot, desk, samples, tmp_path
):
    flaw = Notice("hall.toml 第 7 行", "“dialect”的值不能用。", "应写成：cloudevents。")
    seat = samples.seat(desk, state=tmp_path)
    off = (("省平台", flaw), ("", flaw))
    stage = Stage(replace(seat, feeds={}, feeds_off=off, notices=(flaw,)))
    line = StatusLine(stage)
    qtbot.addWidget(line)
    asked = []
    actions_of(stage).on("flaws", partial(asked.append, "flaws"))

    assert line._none.isHidden()
    assert [chip.text() for chip in line._off] == ["省平台 未启用", "接入未启用"]
    for chip in line._off:
        assert chip._tone is Tone.OVER
        assert all(words in chip.accessibleDescription() for words in flaw)
        chip.click()
    assert asked == ["flaws", "flaws"]


def health(ok, at):
    return Delta(health=StoreHealth(ok=ok, at=at, detail="" if ok else "磁盘已满"))


def test_that_no_feed_looks_live_while_the_writer_says_nothing(
    qtbot, line, stage, say, samples, clock
):
    banner = StaleBanner(stage)
    qtbot.addWidget(banner)
    say(samples.lively())
    chips = [line._feeds[feed] for feed in ("county", "video")]
    assert {chip._tone for chip in chips} == {Tone.GOOD}
    clock.advance(minutes=10)  # both may be quiet for so long
    last_heard = clock.now()
    clock.advance(seconds=6)
    say(Delta(health=StoreHealth(ok=False, at=last_heard, silent=True)))
    assert "不会保存" not in banner.accessibleName()  # what is pressed may be, once it is back
    assert "请勿重复办理" in banner.accessibleName()
    assert line._store.text() == "写入没有应答"
    assert {chip._tone for chip in chips} == {Tone.NEAR}
    assert all("6 秒" in chip.text() for chip in chips)
    assert all("收不到新消息" in chip.accessibleDescription() for chip in chips)
    assert "县平台" not in banner.accessibleName()
    clock.advance(seconds=24)
    stage.ticked.emit(stage.now())
    assert {chip._tone for chip in chips} == {Tone.OVER}
    assert "县平台 已 30 秒 没有新数据" in banner.accessibleName()
    say(health(True, clock.now()))
    assert {chip._tone for chip in chips} == {Tone.GOOD}
    assert not banner.accessibleName()


def test_that_a_link_that_comes_and_goes_makes_nothing_fresh_while_nothing_is_stored(
    stage, say, samples, clock
):
    watch = feed_watch(stage)
    say(samples.lively())
    clock.advance(minutes=10)
    say(health(False, clock.now()))
    for _ in range(4):
        clock.advance(seconds=10)
        say(link(LinkStatus.DOWN, clock.now()), health(False, clock.now()))
        say(link(LinkStatus.LIVE, clock.now()))
    county = watch.states()[0]
    assert (county.status, county.is_stale) == (LinkStatus.STALE, True)
    assert county.age == timedelta(seconds=40)
    say(link(LinkStatus.DOWN, clock.now()), health(True, clock.now()))
    assert watch.states()[0].status is LinkStatus.DOWN
    assert watch.states()[0].age == timedelta(seconds=40)


def test_that_a_feed_that_is_down_keeps_its_own_words_while_nothing_is_stored(
    line, say, samples, clock
):
    say(samples.lively())
    say(link(LinkStatus.NEEDS_PERSON, clock.now(), LinkCause.TOKEN), health(False, clock.now()))
    assert "token" in line._feeds["county"].accessibleDescription()


def test_that_a_report_in_page_is_shown_while_something_is_wrong_with_it(stage, say, line):
    assert line._page.isHidden()
    say(Delta(page=PageHealth(ok=False)))
    assert not line._page.isHidden()
    assert "报到页不通" in line._page.accessibleName()
    say(Delta(page=PageHealth(waiting_since=stage.now() - timedelta(minutes=3))))
    assert "报到页积压" in line._page.accessibleName()
    say(Delta(page=PageHealth()))
    assert line._page.isHidden()


def test_that_a_store_that_takes_no_writes_is_said_on_every_page(qtbot, stage, say, line, samples):
    banner = StaleBanner(stage)
    qtbot.addWidget(banner)
    say(samples.lively())
    say(Delta(health=StoreHealth(ok=False, at=stage.now(), detail="磁盘已满")))
    assert "磁盘已满" in banner.accessibleName()
    assert line._store._tone is Tone.OVER
    say(Delta(health=StoreHealth(ok=True, at=stage.now())))
    assert not banner.accessibleName()
    assert line._store._tone is Tone.GOOD


def test_that_settings_that_are_not_the_halls_own_are_said_as_long_as_it_is_open(
    qtbot, stage, say, samples
):
    stage.seat = replace(stage.seat, is_makeshift=True)
    banner = StaleBanner(stage)
    qtbot.addWidget(banner)
    say(samples.lively())
    assert "hall.toml 缺失或有错" in banner.accessibleName()
    say(Delta(health=StoreHealth(ok=True, at=stage.now())))
    assert "hall.toml 缺失或有错" in banner.accessibleName()


def test_that_gaps_are_counted_and_named(line, say, samples):
    say(samples.lively())
    say(Delta(gaps=samples.stale().gaps))
    assert "缺 16" in line._feeds["county"].text()
    assert "对方没有发来" in line._feeds["county"].accessibleDescription()


@pytest.mark.parametrize(
    ("last", "said"), [(100_098, "缺 99999"), (100_099, "缺 很多"), (2**63 - 1, "缺 很多")]
)
def test_that_a_wild_number_of_a_frame_is_told_in_words(line, say, samples, stage, last, said):
    say(samples.lively())
    gap = samples.replace(samples.stale().gaps[0], first=100, last=last)
    say(Delta(gaps=(gap,)))
    chip = line._feeds["county"]
    assert said in chip.text()
    assert str(2**63)[:6] not in chip.text() + chip.accessibleDescription()
    assert stage.picture.gaps["county"][0].last == last


def test_that_what_only_a_person_can_mend_says_what_to_do(line, say, samples, clock):
    say(samples.lively())
    say(link(LinkStatus.NEEDS_PERSON, clock.now(), LinkCause.TOKEN))
    assert "token" in line._feeds["county"].accessibleDescription()
    assert line._feeds["county"]._tone is Tone.OVER


@pytest.mark.parametrize(("waited", "tone"), [(10, Tone.QUIET), (90, Tone.NEAR), (301, Tone.OVER)])
def test_that_messages_without_a_receipt_turn_amber_and_red(
    line, say, samples, stage, waited, tone
):
    old = samples.outgoing(1, at=stage.now() - timedelta(seconds=waited))
    say(Delta(outgoing=(old,)))
    assert line._outbox._tone is tone
    assert "待发 1" in line._outbox.text()
    say(Delta(outgoing=(samples.replace(old, state=OutgoingState.DELIVERED),)))
    assert line._outbox.text() == "待发 0"


def test_that_a_message_that_may_still_be_undone_is_not_late(line, say, samples, stage):
    held = samples.replace(
        samples.outgoing(1, at=stage.now() - timedelta(minutes=9)),
        leaves_at=stage.now() + timedelta(seconds=8),
    )
    say(Delta(outgoing=(held,)))
    assert line._outbox._tone is Tone.QUIET


def test_that_quarantine_is_counted_and_missing_letters_are_said(qtbot, stage, line):
    assert line._quarantine.text() == "隔离 2"
    assert not line._font.isVisibleTo(line)
    bare = StatusLine(stage, FontState(source=FontSource.MISSING, family="x"))
    qtbot.addWidget(bare)
    assert bare._font.isVisibleTo(bare)


def test_that_other_seats_are_seen_by_what_they_do(line, say, samples, clock):
    trail = []
    samples.case(800, age=timedelta(minutes=2), trail=trail)
    say(Delta(facts=samples.recorded(trail, seat="二号席")))
    assert line._others.text() == "其他席位 1"
    assert "二号席" in line._others.accessibleDescription()
    clock.advance(minutes=20)
    line.look()
    assert line._others.text() == "其他席位 0"


DETAIL = "Object missing required field `title` - at `$.data`"


def held(number, at):
    return Quarantined(
        id=number,
        feed="county",
        sequence=number,
        reason=QuarantineReason.BAD_DATA,
        detail=DETAIL,
        received_at=at,
        raw="<b>{}\n",
    )


def test_that_put_aside_messages_are_listed_with_reasons_and_can_be_retried(
    qtbot, stage, desk, samples
):
    desk.answers[Quarantine] = (held(1, samples.NOW), held(2, samples.NOW))
    stage.sign_on(samples.operator("shift_supervisor"))
    window = StatusLine(stage)
    qtbot.addWidget(window)
    listed = QuarantineList(stage, window)
    qtbot.waitUntil(lambda: listed.table.rowCount() == 2)
    why = listed.table.item(0, 2).text()
    assert why == words.put_aside(QuarantineReason.BAD_DATA, DETAIL)
    assert DETAIL not in why
    assert listed.table.item(0, 3).text() == "<b>{}"
    assert not listed._retry.isEnabled()
    listed.table.selectRow(1)
    told = []
    stage.told.connect(told.append)
    listed._retry.click()
    qtbot.waitUntil(lambda: bool(told))
    assert [command for command, _who in desk.submitted] == [Retry(message=2)]


def test_that_the_open_list_follows_what_is_put_aside_and_keeps_what_is_chosen(
    qtbot, stage, desk, samples, say
):
    desk.answers[Quarantine] = tuple(held(n, samples.NOW) for n in range(60, 0, -1))
    window = StatusLine(stage)
    qtbot.addWidget(window)
    listed = QuarantineList(stage, window)
    listed.show()
    qtbot.waitUntil(lambda: listed.table.rowCount() == 60)
    listed.table.verticalScrollBar().setValue(20)
    listed.table.selectRow(25)
    top = listed.table.rowAt(0)
    desk.answers[Quarantine] = tuple(held(n, samples.NOW) for n in range(63, 0, -1))
    say(Delta(quarantined=3))
    qtbot.waitUntil(lambda: listed.table.rowCount() == 63)
    assert [index.row() for index in listed._rows()] == [28]
    assert listed.table.rowAt(0) == top + 3
    assert listed._retry.isEnabled()
    desk.answers[Quarantine] = ()
    say(Delta(quarantined=-63))
    qtbot.waitUntil(lambda: listed.table.rowCount() == 0)
    assert not listed._retry.isEnabled()


def test_that_the_field_at_fault_can_be_read_in_the_list(qtbot, stage, desk, samples):
    aside = replace(
        held(1, samples.NOW),
        reason=QuarantineReason.BAD_ENVELOPE,
        detail="Object missing required field `specversion` - at `$.data`",
    )
    desk.answers[Quarantine] = (aside,)
    window = StatusLine(stage)
    qtbot.addWidget(window)
    listed = QuarantineList(stage, window)
    qtbot.waitUntil(lambda: listed.table.rowCount() == 1)
    cell = listed.table.item(0, 2)
    assert "specversion" in cell.text()
    assert listed.fontMetrics().horizontalAdvance(cell.text()) < listed.table.columnWidth(2)
    assert "specversion" in cell.toolTip()


def test_that_only_who_may_retry_sees_the_button(qtbot, stage, desk, samples):
    desk.answers[Quarantine] = ()
    window = StatusLine(stage)
    qtbot.addWidget(window)
    listed = QuarantineList(stage, window)
    qtbot.waitUntil(lambda: "空的" in listed.words.text())
    assert not listed._retry.isVisibleTo(listed)


def test_that_what_has_to_leave_is_listed_in_words(qtbot, stage, desk, samples):
    desk.answers[StillToLeave] = (Delivery(item=samples.outgoing(1)),)
    window = StatusLine(stage)
    qtbot.addWidget(window)
    listed = OutboxList(stage, window)
    qtbot.waitUntil(lambda: listed.table.rowCount() == 1)
    cells = [listed.table.item(0, column).text() for column in range(5)]
    assert cells[1:4] == ["县平台", "派单", "建环办"]


def test_that_what_is_on_the_wire_is_said_to_wait_for_its_receipt(
    qtbot, stage, desk, samples, say, line
):
    item = samples.outgoing(1)
    desk.answers[StillToLeave] = (Delivery(item=item),)
    say(Delta(outgoing=(item,)))
    say(Delta(wired=(item.id, "unknown")))
    assert "其中 1 条已发出，等回执" in line._outbox.accessibleDescription()
    listed = OutboxList(stage, line)
    qtbot.waitUntil(lambda: listed.table.rowCount() == 1)
    assert listed.table.item(0, 5).text() == "已发出，等回执"
    found = (Delivery(item=item),)
    assert deliveries.lines(found, stage.hall, stage.now()) != deliveries.lines(
        found, stage.hall, stage.now(), wired=stage.picture.wired
    )
    told = deliveries.lines(found, stage.hall, stage.now(), wired=stage.picture.wired)
    assert told[0].endswith("：已发出，等回执")
    say(Delta(outgoing=(samples.replace(item, state=OutgoingState.DELIVERED),)))
    assert item.id not in stage.picture.wired


def test_that_the_load_of_a_seat_has_no_flicker_at_its_borders(samples):
    load, at = Load(Limits()), samples.NOW
    states = []
    for number in range(12):
        case = samples.case(number, age=timedelta(minutes=number / 2))
        load.take_in([Delta(cases=(case,)), Delta(cases=(case,))], at)
        states.append(load.look(at))
    assert states[1] is LoadState.CALM
    assert states[2] is LoadState.BUSY
    assert states[9] is LoadState.BUSY
    assert states[10] is LoadState.FLOOD
    assert load.look(at + timedelta(minutes=7.75)) is LoadState.FLOOD
    assert load.count == 5
    assert load.look(at + timedelta(minutes=8.25)) is LoadState.BUSY
    assert load.count == 4
    assert load.look(at + timedelta(minutes=11)) is LoadState.CALM


def test_that_the_load_says_what_it_counts_and_the_figure_beside_it_does_not(qtbot, stage, samples):
    bar = TopBar(stage)
    qtbot.addWidget(bar)
    bar._load._arrived = {"a", "b"}
    bar._show_load()
    assert "上报和视频告警共 2 件（今日上报不含告警）" in bar._chip.accessibleDescription()


def test_that_nothing_in_the_top_bar_moves_when_the_hall_gets_busy(qtbot, stage):
    bar = TopBar(stage)
    qtbot.addWidget(bar)
    bar.resize(1366, 48)
    bar.show()
    box = next(it for it in bar.findChildren(QPushButton) if "Ctrl+K" in it.text())
    places = set()
    for number in (0, 9, 99, 100, 999):
        bar._load._arrived = {str(n) for n in range(number)}
        bar._show_load()
        QApplication.processEvents()
        places.add(box.geometry().getRect())
    assert bar._chip.text() == "来件洪峰 · 10 分钟 999 件"
    assert len(places) == 1


def test_that_the_top_bar_shows_hall_clock_person_and_load(qtbot, stage, samples, clock):
    bar = TopBar(stage)
    qtbot.addWidget(bar)
    assert "14:30:00" in bar._clock.text()
    assert "周三" in bar._clock.text()
    assert "周文斌" in bar._seat.text()
    clock.advance(seconds=1)
    stage.ticked.emit(stage.now())
    assert "14:30:01" in bar._clock.text()
    bar.people.fill()
    assert len(bar.people.actions()) == len(samples.hall().people)
    bar.people.take("duty_leader")
    assert stage.operator.id == "duty_leader"
    assert "值班领导" in bar._seat.text()


def test_that_refusals_and_good_news_are_notices(qtbot, stage):
    window = StatusLine(stage)
    qtbot.addWidget(window)
    notices = Notices(stage, window)
    stage.refused.emit("不能派单")
    stage.told.emit("已派单")
    assert notices.stack.texts == ["不能派单", "已派单"]


SMS = Channel(code="sms", name="短信", kind=ChannelKind.WEBHOOK, pace=Pace.SMS)


@pytest.fixture
def with_sms(stage):
    stage.hall = replace(stage.hall, channels={"sms": SMS})
    return stage


def chip(line):
    return line._channels.text(), line._channels.accessibleDescription()


def test_that_the_line_says_whether_what_leaves_by_channels_arrives(qtbot, with_sms, say):
    line = StatusLine(with_sms)
    qtbot.addWidget(line)
    assert chip(line)[0] == "外发未用过"
    now = with_sms.now()
    good = ChannelState(
        code="sms", worked_at=now, tested_at=now, test=OutgoingState.DELIVERED, waiting=2
    )
    say(Delta(channels=(good,)))
    qtbot.waitUntil(lambda: chip(line)[0] == "外发正常")
    assert "试哨通过" in chip(line)[1]
    bad = ChannelState(code="sms", failed_at=now, words="expired: HTTP 503 <b>", lost=1)
    say(Delta(channels=(bad,)))
    qtbot.waitUntil(lambda: chip(line)[0] == "外发不通 短信")
    assert "过了时限，不再发送：HTTP 503 <b>" in chip(line)[1]


def test_that_a_held_message_says_when_it_leaves_and_can_be_sent_at_once(
    qtbot, with_sms, desk, samples
):
    item = replace(
        samples.outgoing(1), channel="sms", contact="李主任", address="13800000000", feed=""
    )
    held = Attempt(
        outgoing=item.id,
        number=1,
        state=AttemptState.QUEUED,
        channel="sms",
        address=item.address,
        due_at=samples.NOW,
        words="throttle",
    )
    by_feed = Delivery(item=samples.outgoing(2))
    desk.answers[StillToLeave] = (Delivery(item=item, attempts=(held,)), by_feed)
    window = StatusLine(with_sms)
    qtbot.addWidget(window)
    listed = OutboxList(with_sms, window)
    qtbot.waitUntil(lambda: listed.table.rowCount() == 2)
    cells = [[listed.table.item(row, column).text() for column in range(6)] for row in range(2)]
    assert cells[0][1] == "短信 · 李主任"
    assert cells[0][5].startswith("将于 ")
    assert "限频" in cells[0][5]
    assert cells[1][5] == "等待发出"
    assert "13800000000" not in str(cells)
    listed.table.selectRow(0)
    assert not listed.send_now.isEnabled(), "a reason is asked for"
    listed.reason.setText("人在现场等")
    listed.send_now.click()
    qtbot.waitUntil(lambda: bool(desk.submitted))
    assert [order for order, _who in desk.submitted] == [
        SendNow(outgoing=item.id, reason="人在现场等")
    ]
    listed.table.selectRow(1)
    listed.reason.setText("x")
    assert not listed.send_now.isEnabled(), "what a feed takes is not ours to hurry"
