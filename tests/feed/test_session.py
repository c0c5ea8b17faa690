"""The session as a script of frames: who says what, and what follows."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from commandcenter.application.intake import sequence_of
from commandcenter.application.messages import (
    Cursor,
    Gap,
    GapReason,
    Heartbeat,
    LinkCause,
    LinkState,
    LinkStatus,
    MessageType,
    QuarantineReason,
    Received,
    Rejected,
    ReportWithdrawn,
    Welcome,
)
from commandcenter.feed.session import FAR, Deliver, FeedSession, Lost, Send

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def later(seconds):
    return NOON + timedelta(seconds=seconds)


def report(sequence, id_=None):
    return Received(
        "grid",
        sequence,
        "/county/grid-app",
        id_ or f"E{sequence}",
        MessageType.REPORT_WITHDRAWN,
        NOON,
        None,
        NOON,
        None,
        ReportWithdrawn(event_no="7"),
        "{}",
    )


def garbage(sequence=None):
    return Rejected(
        feed="grid",
        sequence=sequence,
        reason=QuarantineReason.NOT_JSON,
        received_at=NOON,
        raw="?",
        detail="",
    )


def session(epoch=None, acked=None):
    cursor = Cursor(feed="grid", epoch=epoch, acked=acked)
    return FeedSession(hall="H1", client="c1", cursor=cursor)


def talk(effects):
    """What is said, as (type, data)."""
    frames = [msgspec.json.decode(effect.text) for effect in effects if isinstance(effect, Send)]
    return [(frame["type"], frame["data"]) for frame in frames]


def items(effects, kind=object):
    return [e.item for e in effects if isinstance(e, Deliver) and isinstance(e.item, kind)]


def numbers(effects):
    """The number each refused frame bore, and whether it is believed."""
    return [(item.sequence, item.in_stream) for item in items(effects, Rejected)]


def states(effects):
    return [link.state for link in items(effects, LinkState)]


def gaps(effects):
    return [(gap.first, gap.last, gap.reason) for gap in items(effects, Gap)]


def greeted(feed, *, epoch="A", oldest=None, newest=None, at=NOON):
    """Open a connection and let the server welcome; return what followed."""
    return feed.opened(at) + feed.frame_received(
        Welcome(epoch=epoch, oldest=oldest, newest=newest), at
    )


def take(feed, *frames, at=NOON):
    return [effect for frame in frames for effect in feed.frame_received(frame, at)]


def test_that_the_first_greeting_knows_no_epoch_and_a_later_one_says_where_we_stopped():
    assert talk(session().opened(NOON)) == [
        (
            "feed.hello",
            {"hall": "H1", "client": "c1", "epoch": None, "resume_after": None},
        )
    ]
    assert talk(session("A", 7).opened(NOON)) == [
        (
            "feed.hello",
            {"hall": "H1", "client": "c1", "epoch": "A", "resume_after": f"{7:020}"},
        )
    ]


def test_that_what_the_hall_says_is_an_envelope_of_the_contract_with_an_id_of_its_own():
    feed = session("A", 7)
    frames = [
        msgspec.json.decode(effect.text)
        for effect in feed.opened(NOON) + feed.opened(NOON) + feed.tick(later(12))
        if isinstance(effect, Send)
    ]
    assert all(frame["specversion"] == "1.0" for frame in frames)
    assert {frame["source"] for frame in frames} == {"/hall/H1"}
    assert len({frame["id"] for frame in frames}) == len(frames) == 3


def test_that_a_frame_is_acknowledged_after_its_commit_and_not_before():
    feed = session()
    effects = greeted(feed, oldest=1, newest=3) + take(feed, report(1), report(2), report(3))
    assert [kind for kind, _ in talk(effects)] == ["feed.hello"]
    assert talk(feed.committed(2, NOON)) == [("feed.ack", {"sequence": f"{2:020}"})]
    assert feed.cursor == Cursor(feed="grid", epoch="A", acked=2)
    assert talk(feed.committed(3, NOON)) == [("feed.ack", {"sequence": f"{3:020}"})]


def test_that_a_commit_of_something_never_delivered_is_not_acknowledged():
    feed = session()
    greeted(feed)
    take(feed, report(1))
    assert feed.committed(9, NOON) == []
    assert feed.cursor.acked is None


def test_that_a_new_epoch_is_told_to_the_writer_before_its_first_message():
    feed = session()
    kinds = [
        type(item) for item in items(greeted(feed, oldest=1, newest=1) + take(feed, report(1)))
    ]
    assert kinds == [Cursor, LinkState, Received]


def test_that_a_known_epoch_is_not_told_again():
    assert items(greeted(session("A", 4), oldest=1, newest=4), Cursor) == []


def test_that_a_changed_epoch_is_a_gap_nobody_knows_the_end_of():
    feed = session("A", 41)
    effects = greeted(feed, epoch="B", oldest=1, newest=2)
    assert gaps(effects) == [(42, None, GapReason.EPOCH_CHANGED)]
    assert items(effects, Cursor) == [Cursor(feed="grid", epoch="B", acked=0)]
    assert gaps(take(feed, report(1), report(2))) == []
    feed.committed(2, NOON)
    assert feed.cursor == Cursor(feed="grid", epoch="B", acked=2)


def test_that_a_late_commit_of_the_old_epoch_acknowledges_nothing_of_the_new_one():
    feed = session("A", 40)
    greeted(feed, oldest=1, newest=42)
    take(feed, report(41), report(42))
    greeted(feed, epoch="B", oldest=1, newest=50)
    take(feed, *(report(number) for number in range(1, 43)))
    assert talk(feed.committed(42, NOON)) == []
    assert talk(feed.committed(2, NOON)) == [("feed.ack", {"sequence": f"{2:020}"})]


def test_that_what_the_server_has_lost_is_a_gap_and_is_passed_once_it_is_stored():
    feed = session("A", 10)
    effects = greeted(feed, oldest=15, newest=20)
    assert gaps(effects) == [(11, 14, GapReason.BUFFER_LOST)]
    take(feed, report(15))
    feed.committed(15, NOON)
    assert feed.cursor.acked == 15


def test_that_a_server_that_holds_nothing_has_lost_all_it_sent():
    assert gaps(greeted(session("A", 10), newest=20)) == [(11, 20, GapReason.BUFFER_LOST)]


def test_that_resuming_exactly_where_the_server_begins_is_no_gap():
    assert gaps(greeted(session("A", 10), oldest=11, newest=20)) == []


def test_that_a_gap_told_twice_before_it_is_stored_is_recorded_once():
    feed = session("A", 10)
    assert gaps(greeted(feed, oldest=15, newest=20))
    assert gaps(greeted(feed, oldest=15, newest=20)) == []
    take(feed, report(15))
    feed.committed(15, NOON)
    assert feed.cursor.acked == 15


def test_that_a_server_fallen_behind_us_is_a_gap_and_is_asked_for_all_it_holds():
    feed = session("A", 1000)
    effects = greeted(feed, oldest=2, newest=3)
    assert gaps(effects) == [(4, None, GapReason.SEQUENCE_RESET)]
    assert items(effects, Cursor) == [Cursor(feed="grid", epoch="A", acked=1)]
    assert effects[-1] == Lost(LinkCause.FELL_BEHIND)
    again = greeted(feed, oldest=2, newest=3)
    assert talk(again)[0][1]["resume_after"] == f"{1:020}"
    assert gaps(again) == []
    take(feed, report(2), report(3), report(4))
    assert talk(feed.committed(4, NOON)) == [("feed.ack", {"sequence": f"{4:020}"})]


@pytest.mark.parametrize("oldest", [None, 4])
def test_that_a_server_fallen_behind_us_that_holds_nothing_goes_on_after_its_last(oldest):
    feed = session("A", 1000)
    effects = greeted(feed, oldest=oldest, newest=3)
    assert gaps(effects) == [(4, None, GapReason.SEQUENCE_RESET)]
    assert items(effects, Cursor) == [Cursor(feed="grid", epoch="A", acked=3)]


def test_that_what_comes_after_the_welcome_of_a_stream_set_back_bears_no_number_yet():
    feed = session("A", 1000)
    greeted(feed, oldest=1, newest=3)
    effects = take(feed, report(4))
    assert [item.sequence for item in items(effects, Received)] == [None]
    assert gaps(effects) == []


def test_that_missing_numbers_inside_the_stream_are_a_gap():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    effects = take(feed, report(5), report(8))
    assert gaps(effects) == [(6, 7, GapReason.SEQUENCE_JUMP)]
    assert [type(item) for item in items(effects)] == [Received, Gap, Received]
    feed.committed(8, NOON)
    assert feed.cursor.acked == 8


@pytest.mark.parametrize("wild", [9 + FAR + 1, 2**63 - 1])
def test_that_a_good_message_with_a_wild_number_is_taken_in_and_moves_nothing(wild):
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    effects = take(feed, report(5), report(wild), report(6))
    assert [item.sequence for item in items(effects, Received)] == [5, None, 6]
    assert gaps(effects) == []
    assert talk(feed.committed(6, NOON)) == [("feed.ack", {"sequence": f"{6:020}"})]


def test_that_a_number_far_on_is_believed_where_the_welcome_says_that_there_are_so_many():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=5 * FAR)
    effects = take(feed, report(5 * FAR))
    assert [item.sequence for item in items(effects, Received)] == [5 * FAR]
    assert gaps(effects) == [(5, 5 * FAR - 1, GapReason.SEQUENCE_JUMP)]


def test_that_repeats_and_latecomers_are_delivered_and_move_nothing():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    effects = take(feed, report(5), report(7), report(6), report(5), report(2))
    assert [item.sequence for item in items(effects, Received)] == [5, 7, 6, 5, 2]
    assert gaps(effects) == [(6, 6, GapReason.SEQUENCE_JUMP)]
    assert feed.committed(2, NOON)
    assert feed.cursor.acked == 7


def test_that_a_quarantined_frame_with_its_number_moves_the_cursor():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    effects = take(feed, garbage(5), report(6))
    assert gaps(effects) == []
    feed.committed(6, NOON)
    assert feed.cursor.acked == 6


def test_that_a_quarantined_frame_without_a_number_fills_the_hole_it_left():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    effects = take(feed, report(5), garbage(), report(7))
    assert gaps(effects) == []
    feed.committed(7, NOON)
    assert feed.cursor.acked == 7


def test_that_a_number_read_after_unreadable_frames_is_believed_as_far_as_they_reach():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    effects = take(feed, garbage(), garbage(6), garbage(), garbage(), garbage(9), report(10))
    kept = [item.sequence for item in items(effects, Rejected)]
    assert kept == [None, 6, None, None, 9]
    assert gaps(effects) == []
    assert numbers(take(feed, garbage(), garbage(13))) == [(None, False), (13, False)]


def test_that_one_unreadable_frame_does_not_hide_a_larger_gap():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    assert gaps(take(feed, garbage(), report(7))) == [(5, 6, GapReason.SEQUENCE_JUMP)]


def test_that_an_unreadable_frame_beside_the_stream_excuses_no_later_gap():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    assert gaps(take(feed, garbage(), report(5), report(7))) == [(6, 6, GapReason.SEQUENCE_JUMP)]


def test_that_a_wild_number_in_garbage_is_kept_but_not_believed():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    effects = take(feed, garbage(10**18), report(6))
    assert numbers(effects) == [(10**18, False)]
    assert gaps(effects) == []
    assert feed.committed(10**18, NOON) == []
    feed.committed(6, NOON)
    assert feed.cursor.acked == 6


def test_that_garbage_counts_from_the_start_of_a_stream_that_has_sent_nothing_yet():
    feed = session()
    greeted(feed)
    effects = take(feed, *map(garbage, range(1, 16)))
    assert numbers(effects) == [(number, True) for number in range(1, 16)]
    feed.committed(15, NOON)
    assert feed.cursor.acked == 15


def test_that_a_stream_that_has_sent_nothing_yet_may_count_from_nought():
    feed = session()
    greeted(feed)
    assert numbers(take(feed, garbage(0), garbage(1))) == [(0, True), (1, True)]


def test_that_a_wild_number_is_not_believed_at_the_start_of_a_stream_either():
    feed = session()
    greeted(feed)
    effects = take(feed, garbage(10**18), report(1), report(2))
    assert numbers(effects) == [(10**18, False)]
    assert gaps(effects) == []
    feed.committed(2, NOON)
    assert feed.cursor.acked == 2


def test_that_garbage_of_the_session_itself_excuses_no_gap():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    effects = take(feed, replace(garbage(), in_stream=False), report(6))
    assert gaps(effects) == [(5, 5, GapReason.SEQUENCE_JUMP)]


def test_that_before_the_first_number_nothing_is_said_to_be_accounted_for():
    feed = session()
    greeted(feed, oldest=0, newest=5)
    assert talk(feed.tick(later(10))) == [("feed.heartbeat", {"sequence": None})]


def test_that_nothing_is_counted_beyond_the_last_number_there_is():
    last = 2**63 - 1
    feed = session("A", last)
    assert gaps(greeted(feed, epoch="B")) == [(last, None, GapReason.EPOCH_CHANGED)]
    feed = session("A", last)
    greeted(feed, oldest=1, newest=last)
    assert numbers(feed.oversized(NOON) + feed.oversized(NOON)) == [(last, True)]


def test_that_a_message_without_a_number_passes_beside_the_stream():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    effects = take(feed, report(None, "x"), report(5))
    assert [item.sequence for item in items(effects, Received)] == [None, 5]
    assert gaps(effects) == []


def test_that_a_server_without_a_welcome_is_live_only_after_a_while():
    feed = session()
    effects = feed.opened(NOON) + take(feed, report(None, "x"), at=later(1))
    assert states(effects) == []
    assert states(feed.tick(later(5))) == [LinkStatus.LIVE_ONLY]
    assert states(feed.tick(later(6))) == []
    assert len(items(take(feed, report(None, "y"), at=later(7)), Received)) == 1


def test_that_numbers_before_a_welcome_count_for_nothing():
    feed = session("A", 4)
    feed.opened(NOON)
    effects = take(feed, report(900), garbage(901))
    assert [item.sequence for item in items(effects, Received)] == [None]
    assert numbers(effects) == [(901, False)]
    assert feed.committed(900, NOON) == feed.committed(901, NOON) == []


def test_that_what_was_committed_while_the_link_was_down_is_told_after_the_next_welcome():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=6)
    take(feed, report(5), report(6))
    feed.closed(NOON, LinkCause.DROPPED)
    assert talk(feed.committed(5, NOON)) == []
    hello, *_ = talk(feed.opened(NOON))
    assert hello[1]["resume_after"] == f"{5:020}"
    feed.committed(6, NOON)
    effects = feed.frame_received(Welcome(epoch="A", oldest=1, newest=6), NOON)
    assert talk(effects) == [("feed.ack", {"sequence": f"{6:020}"})]


def test_that_the_replay_after_a_drop_is_no_gap():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=6)
    take(feed, report(5), report(6))
    feed.closed(NOON, LinkCause.DROPPED)
    effects = greeted(feed, oldest=1, newest=7) + take(feed, report(5), report(6), report(7))
    assert gaps(effects) == []
    feed.committed(7, NOON)
    assert feed.cursor.acked == 7


def test_that_our_silence_is_broken_every_ten_seconds():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    take(feed, report(5), at=later(9))
    assert talk(feed.tick(later(9))) == []
    assert talk(feed.tick(later(10))) == [("feed.heartbeat", {"sequence": f"{5:020}"})]
    assert talk(feed.tick(later(11))) == []
    feed.spoke(later(15))
    assert talk(feed.tick(later(21))) == []


def test_that_their_silence_is_shown_then_ends_the_link():
    feed = session()
    greeted(feed)
    assert states(feed.tick(later(9.9))) == []
    assert states(feed.tick(later(10))) == [LinkStatus.STALE]
    assert not any(isinstance(effect, Lost) for effect in feed.tick(later(29)))
    assert feed.tick(later(30)) == [Lost(LinkCause.SILENT)]


def test_that_any_word_ends_the_silence():
    feed = session()
    greeted(feed)
    feed.tick(later(12))
    assert states(feed.frame_received(Heartbeat(), later(13))) == [LinkStatus.LIVE]
    assert not any(isinstance(effect, Lost) for effect in feed.tick(later(31)))


def test_that_a_lost_link_is_shown_once_however_often_it_is_retried():
    feed = session()
    shown = feed.closed(NOON, LinkCause.REFUSED) + feed.closed(later(1), LinkCause.REFUSED)
    assert states(shown) == [LinkStatus.DOWN]
    assert feed.tick(later(60)) == []


def test_that_a_refused_token_or_certificate_calls_for_a_person():
    for cause in (LinkCause.TOKEN, LinkCause.CERTIFICATE, LinkCause.PLAINTEXT):
        assert states(session().closed(NOON, cause)) == [LinkStatus.NEEDS_PERSON]


def test_that_a_frame_beyond_all_limits_is_passed_the_second_time_it_ends_the_link():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    take(feed, report(5))
    assert items(feed.oversized(NOON)) == []
    feed.closed(NOON, LinkCause.TOO_LARGE)
    greeted(feed, oldest=1, newest=9)
    take(feed, report(5))
    (unread,) = items(feed.oversized(NOON))
    assert (unread.sequence, unread.reason) == (6, QuarantineReason.TOO_LARGE)
    feed.closed(NOON, LinkCause.TOO_LARGE)
    greeted(feed, oldest=1, newest=9)
    take(feed, report(5))
    assert items(feed.oversized(NOON)) == []
    feed.committed(6, NOON)
    assert feed.cursor.acked == 6
    (hello,) = talk(feed.opened(NOON))
    assert hello[1]["resume_after"] == f"{6:020}"


def test_that_two_different_oversized_frames_are_not_taken_for_one():
    feed = session("A", 4)
    greeted(feed, oldest=1, newest=9)
    assert items(feed.oversized(NOON)) == []
    greeted(feed, oldest=1, newest=9)
    take(feed, report(5))
    assert items(feed.oversized(NOON)) == []


def test_that_a_live_only_feed_quarantines_an_oversized_frame_at_once():
    feed = session()
    feed.opened(NOON)
    (unread,) = items(feed.oversized(NOON))
    assert unread.sequence is None


def without_numbers(feed, *messages):
    """Have a live-only server say some messages, and then what nobody reads."""
    feed.opened(NOON)
    return met_after(feed, *messages)


def with_no_memory(feed, *messages):
    """The same of one that greets, but never has anything to replay."""
    greeted(feed, oldest=None, newest=None)
    return met_after(feed, *messages)


def met_after(feed, *messages):
    take(feed, *messages)
    unread = items(feed.oversized(NOON), Rejected)
    feed.closed(NOON, LinkCause.TOO_LARGE)
    return unread


@pytest.mark.parametrize("connection", [without_numbers, with_no_memory])
@pytest.mark.parametrize("before", [(), (report(None, "E1"),), (report(None, "E1"), garbage())])
def test_that_an_oversized_frame_is_recorded_once_however_often_it_ends_the_link(
    connection, before
):
    feed = session()
    assert len(connection(feed, *before)) == 1
    for _ in range(3):
        assert connection(feed, *before) == []
    assert len(connection(feed, *before, report(None, "E2"))) == 1, "another, after something else"
    assert connection(feed, *before, report(None, "E2")) == []


def test_that_no_number_is_made_up_for_what_a_server_without_a_memory_sends_again():
    feed = session()
    met = []
    for _ in range(6):
        met.append(with_no_memory(feed, *map(report, range(1, 6))))
        feed.committed(5, NOON)
    assert [[item.sequence for item in unread] for unread in met] == [[], [None], [], [], [], []]
    assert feed.cursor.acked == 5


class Server:
    """An honest server that may lose its buffer, its epoch or the link, and a writer that lags."""

    def __init__(self):
        self.feed = session()
        self.epoch, self.oldest, self.newest = 0, 1, 0
        self.sent = 0
        self.up = False
        self.queue = []  # what the writer has been handed, in order
        self.stored = set()  # (epoch, number) the writer has committed, or knows to be missing
        self.delivered = 0
        self.frames = 0
        self.epoch_of_writer = None
        self.base = {}  # the first number of each epoch the client could have had

    def perform(self, effects):
        for effect in effects:
            if isinstance(effect, Deliver):
                self.queue.append(effect.item)
                self.delivered += isinstance(effect.item, Received | Rejected)
            elif isinstance(effect, Send):
                frame = msgspec.json.decode(effect.text)
                if frame["type"] == "feed.ack":
                    self.check(int(frame["data"]["sequence"]))
            elif isinstance(effect, Lost):
                self.drop()
                self.connect()

    def restore(self, count):
        """Lose the last of the stream, keep the epoch, and give its numbers once more."""
        self.commit(1.0)
        self.drop()
        self.newest = max(self.newest - count, self.oldest - 1)
        self.stored = {it for it in self.stored if it <= (self.epoch, self.newest)}
        self.connect()

    def check(self, acked):
        for number in range(self.base[self.epoch], acked + 1):
            assert (self.epoch, number) in self.stored

    def drop(self):
        if self.up:
            self.perform(self.feed.closed(NOON, LinkCause.DROPPED))
            self.up = False

    def connect(self):
        if self.up:
            return
        effects = self.feed.opened(NOON)
        hello = msgspec.json.decode(effects[0].text)["data"]
        known = hello["epoch"] == f"e{self.epoch}" and hello["resume_after"] is not None
        self.sent = max(int(hello["resume_after"]) if known else 0, self.oldest - 1)
        self.base.setdefault(self.epoch, self.oldest)
        self.up = True
        self.perform(effects)
        welcome = Welcome(epoch=f"e{self.epoch}", oldest=self.oldest, newest=self.newest)
        self.perform(self.feed.frame_received(welcome, NOON))

    def send(self, kind):
        if not self.up or self.sent >= self.newest:
            return
        if kind == "skip":
            self.sent = min(self.sent + 2, self.newest)
        elif kind != "again":
            self.sent += 1
        frame = {
            "bad": lambda: garbage(self.sent),
        }.get(kind, lambda: report(max(self.sent, 1)))()
        self.frames += 1
        self.perform(self.feed.frame_received(frame, NOON))

    def commit(self, share):
        count = round(len(self.queue) * share)
        batch, self.queue = self.queue[:count], self.queue[count:]
        last = None
        for item in batch:
            match item:
                case Cursor():
                    self.epoch_of_writer = int(item.epoch[1:])
                case Gap(last=int()):
                    self.stored |= {
                        (self.epoch_of_writer, n) for n in range(item.first, item.last + 1)
                    }
                case Received() | Rejected() if (number := sequence_of(item)) is not None:
                    self.stored.add((self.epoch_of_writer, number))
                    last = number
        if last is not None:
            self.perform(self.feed.committed(last, NOON))


step = st.one_of(
    st.tuples(st.just("new"), st.integers(1, 5)),
    st.tuples(st.sampled_from(["connect", "drop", "epoch"]), st.none()),
    st.tuples(st.just("send"), st.sampled_from(["good", "good", "good", "again", "skip", "bad"])),
    st.tuples(st.just("commit"), st.sampled_from([0.3, 0.5, 1.0])),
    st.tuples(st.just("forget"), st.integers(1, 3)),
    st.tuples(st.just("restore"), st.integers(1, 3)),
)


_LOST_BEFORE_ANY_CAME = [
    ("new", 2), ("drop", None), ("forget", 1), ("connect", None), ("send", "good"),
]  # fmt: skip


@example(_LOST_BEFORE_ANY_CAME)
@given(st.lists(step, max_size=80))
def test_that_whatever_happens_nothing_is_acknowledged_that_is_not_stored_or_known_missing(steps):
    server = Server()
    server.connect()
    for what, value in steps:
        match what:
            case "new":
                server.newest += value
            case "connect":
                server.connect()
            case "drop":
                server.drop()
            case "epoch":
                server.drop()
                server.epoch, server.oldest, server.newest = server.epoch + 1, 1, 0
            case "forget":
                server.oldest = min(server.oldest + value, server.newest + 1)
            case "restore":
                server.restore(value)
            case "send":
                server.send(value)
            case "commit":
                server.commit(value)
    assert server.delivered == server.frames
    server.commit(1.0)
    cursor = server.feed.cursor
    if cursor.acked is not None and cursor.epoch == f"e{server.epoch}":
        server.check(cursor.acked)
