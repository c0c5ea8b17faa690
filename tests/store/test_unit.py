"""One transaction, on both engines."""

from contextlib import suppress
from datetime import timedelta

import pytest

from commandcenter.application.changes import OutgoingState, UnitPosition
from commandcenter.application.messages import Cursor, Gap, GapReason, QuarantineReason
from commandcenter.application.ports import Unstorable
from commandcenter.application.questions import (
    Alerts,
    OneCase,
    OpenWork,
    Pending,
    Quarantine,
    ReporterOf,
)
from commandcenter.domain import alert as alerts
from commandcenter.domain import case as cases
from commandcenter.domain import whistle as whistles
from commandcenter.domain.alert import Verdict
from commandcenter.domain.case import Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.domain.report import Reporter, ReportRef
from commandcenter.domain.timers import Timer, TimerKind
from commandcenter.domain.whistle import SummonsStep
from commandcenter.store import messages, sql


def save(store, make, *saved, look=False):
    with store.unit(make.NOON) as unit:
        for case, fact in saved:
            if look:
                unit.case(case.no)
            unit.save_case(case, fact)


def test_that_what_is_saved_is_seen_at_once_inside_and_only_after_the_commit_outside(store, make):
    case, fact = make.case("A1")
    with store.unit(make.NOON, initiator="d1") as unit:
        unit.save_case(case, fact)
        assert unit.case("A1") == case
        assert unit.reported({("grid", "NA1"), ("grid", "?")}) == {("grid", "NA1"): case}
        assert store.answer(OpenWork()).cases == ()
    assert store.answer(OneCase(no="A1")) == case
    assert unit.delta.cases == (case,)
    assert [item.fact for item in unit.delta.facts] == [fact]
    assert unit.delta.initiator == "d1"


def test_that_a_transaction_that_raises_leaves_nothing_behind(store, make):
    case, fact = make.case("A1")

    def fail():
        with store.unit(make.NOON) as unit:
            unit.save_case(case, fact)
            unit.numbers("20261121", 3)
            unit.crossed(timer(make))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert store.answer(OpenWork()).cases == ()
    with store.unit(make.NOON) as unit:
        assert unit.numbers("20261121", 1) == range(1, 2)
        assert unit.crossed(timer(make))
        unit.save_case(case, fact)
    assert [item.number for item in store.facts()] == [1]


def test_that_several_versions_in_one_transaction_are_one_row_and_all_their_facts(store, make):
    case, received = make.case("A1")
    claimed, claim = make.step(case, Step.CLAIM)
    filed, file = make.step(claimed, Step.FILE, category="0301")
    with store.unit(make.NOON) as unit:
        unit.save_case(claimed, received, claim)
    with store.unit(make.NOON) as unit:
        assert unit.case("A1") == claimed
        unit.save_case(filed, file)
        unit.save_case(*make.step(filed, Step.DISPATCH, body="B1", due_at=make.NOON))
    assert [case.version for case in unit.delta.cases] == [4]
    assert [item.fact.kind for item in store.facts(["A1"])] == [
        "case.received",
        "case.claimed",
        "case.filed",
        "case.dispatched",
    ]


def test_that_the_slower_of_two_is_refused_with_both_versions(store, make):
    case, fact = make.case("A1")
    claimed, claim = make.step(case, Step.CLAIM)
    with store.unit(make.NOON) as unit:
        unit.save_case(case, fact)
    with store.unit(make.NOON) as unit:
        unit.save_case(claimed, claim)

    stale = make.step(case, Step.CLAIM, by="d2")
    for look in (False, True):
        with pytest.raises(Refusal) as refused:
            save(store, make, stale, look=look)
        assert refused.value.code == "overtaken"
        assert refused.value.facts == {"case": "A1", "seen": 1, "now": 2}
    assert store.answer(OneCase(no="A1")) == claimed
    assert len(list(store.facts())) == 2


def test_that_unknown_numbers_are_refused(store, make):
    with store.unit(make.NOON) as unit:
        for ask, code in (
            (lambda: unit.case("?"), "unknown_case"),
            (lambda: unit.whistle("?"), "unknown_whistle"),
            (lambda: unit.alert("?"), "unknown_alert"),
            (lambda: unit.take_back(7), "unknown_message"),
        ):
            with pytest.raises(Refusal) as refused:
                ask()
            assert refused.value.code == code


def test_that_a_whistle_keeps_its_summons_in_step(store, make):
    case, fact = make.case("A1")
    whistle, blown = make.whistle("W1", "A1")
    with store.unit(make.NOON) as unit:
        unit.save_case(case, fact)
        unit.save_whistle(whistle, blown)
    moved, facts = whistles.take(
        whistle, "B2", SummonsStep.REPORT_IN, at=make.NOON, by="B2", data={}
    )
    with store.unit(make.NOON) as unit:
        assert unit.whistle("W1") == whistle
        unit.save_whistle(moved, *facts)
    assert store.answer(OpenWork()).whistles == (moved,)
    with store._reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT body, lead, state, reported_in_at FROM summons ORDER BY body"
        ).all()
    assert [(body, bool(lead), state, at is not None) for body, lead, state, at in rows] == [
        ("B1", True, "blown", False),
        ("B2", False, "reported_in", True),
    ]


def test_that_an_alert_goes_by_its_own_number_where_that_names_one(store, make):
    with store.unit(make.NOON) as unit:
        for source, number in (("box", "1"), ("box", "2"), ("drone", "2")):
            unit.save_alert(*make.alert(number, source))
    with store.unit(make.NOON) as unit:
        assert unit.alert("1").key == "box#1"
        assert unit.alert("drone#2").source == "drone"
        assert set(unit.alerts({"box#1", "drone#2", "?"})) == {"box#1", "drone#2"}
        with pytest.raises(Refusal) as refused:
            unit.alert("2")
        assert refused.value.code == "ambiguous_alert"
        judged, fact = alerts.review(
            unit.alert("1"), Verdict.FALSE, at=make.NOON, by="d1", role="", reason="树影"
        )
        unit.save_alert(judged, fact)
    assert store.answer(Alerts(verdicts=frozenset({Verdict.FALSE}))) == (judged,)
    assert {alert.key for alert in store.answer(OpenWork()).alerts} == {"box#2", "drone#2"}


def test_that_a_message_is_kept_once_and_other_content_as_a_revision(store, make):
    first, second = make.message("m1"), make.message("m1", title="占道经营，已劝离")
    with store.unit(make.NOON) as unit:
        assert unit.digests({("grid", "m1")}) == {}
        unit.keep(first, "A1")
        unit.keep(first, "A1")
    for item in (second, first, second):
        with store.unit(make.NOON) as unit:
            unit.keep(item, "A1")
    with store.unit(make.NOON) as unit:
        known = unit.digests({("grid", "m1"), ("grid", "m2")})
        assert known == {("grid", "m1"): [first.digest, second.digest]}
    with store._reading() as connection:
        kept = connection.exec_driver_sql("SELECT revision FROM message ORDER BY revision")
        assert kept.scalars().all() == [0, 1]
    assert unit.delta.heard == ()


def test_that_a_kept_message_tells_of_which_case_it_was(store, make):
    with store.unit(make.NOON) as unit:
        unit.keep(make.message("m1"), "A1")
        unit.keep(make.message("m2"), None)
        assert unit.case_of("grid", "m1") == "A1"
    with store.unit(make.NOON) as unit:
        told = [unit.case_of("grid", id_) for id_ in ("m1", "m2", "m3")]
        assert told == ["A1", None, None]
        assert unit.case_of("other", "m1") is None


def test_that_the_delta_tells_which_feed_was_heard_when(store, make):
    later = make.NOON + timedelta(seconds=3)
    with store.unit(make.NOON) as unit:
        unit.keep(make.message("m1"), None)
        unit.keep(make.message("m2", at=later), None)
    assert unit.delta.heard == (("f", later),)


def test_that_who_reported_is_kept_whole_and_told_covered(store, make):
    wang = Reporter(name="王小明", phone="13812345678", id="330102199001011234", role="resident")
    with store.unit(make.NOON) as unit:
        unit.keep_reporter("A1", ReportRef("grid", "m1"), wang)
        assert unit.reporters("A1") == [wang]
    with store.unit(make.NOON) as unit:
        assert unit.reporters("A1") == [wang]
    told = store.answer(ReporterOf(case="A1"))
    assert (told.name, told.phone) == ("王**", "138****5678")
    assert "19900101" not in told.id
    assert store.answer(ReporterOf(case="A2")) is None


def test_that_an_old_position_does_not_move_a_unit_back(store, make):
    def at(minutes):
        when = make.NOON + timedelta(minutes=minutes)
        return UnitPosition(
            id="U1", kind="vehicle", name="巡逻车", body=None, lon=float(minutes), lat=0.0, at=when
        )

    told = []
    for minutes in (5, 3, 7):
        with store.unit(make.NOON) as unit:
            unit.keep_position(at(minutes))
        told.append([position.lon for position in unit.delta.positions])
    assert told == [[5.0], [], [7.0]]


def test_that_a_message_put_aside_is_taken_back_once(store, make):
    with store.unit(make.NOON) as unit:
        unit.quarantine(make.rejected(raw='{"phone":"13812345678"}'))
        unit.quarantine(make.rejected(raw="half a character \ud83d and a NUL \0"))
    assert unit.delta.quarantined == 2
    aside = store.answer(Quarantine())
    assert [item.id for item in aside] == [2, 1]
    assert "13812345678" not in aside[1].raw
    with store.unit(make.NOON) as unit:
        assert unit.take_back(1).raw == '{"phone":"13812345678"}'
        with pytest.raises(Refusal):
            unit.take_back(1)
    assert unit.delta.quarantined == -1
    assert store.answer(OpenWork()).quarantined == 1
    assert aside[0].reason is QuarantineReason.NOT_JSON


def test_that_what_was_put_aside_is_not_put_aside_again(store, make):
    first = '{"id":"x","sequence":"00000000000000000007"}'
    replayed = '{"id":"x","sequence":"00000000000000000001"}'
    with store.unit(make.NOON) as unit:
        assert unit.quarantine(make.rejected(raw=first))
        assert not unit.quarantine(make.rejected(raw=first))
        assert unit.quarantine(make.rejected(raw='{"id":"y"}'))
    assert unit.delta.quarantined == 2
    with store.unit(make.NOON) as unit:
        assert not unit.quarantine(make.rejected(raw=replayed))
        with unit.savepoint():
            assert unit.quarantine(make.rejected(raw="half a character \ud83d"))
        assert not unit.quarantine(make.rejected(raw="half a character \ud83d"))
    assert unit.delta.quarantined == 1
    assert store.answer(OpenWork()).quarantined == 3
    with store.unit(make.NOON) as unit:
        unit.take_back(1)
        assert unit.quarantine(make.rejected(raw=first)), "what is out again may come back"
    assert store.answer(OpenWork()).quarantined == 3


def test_that_two_messages_nobody_could_read_are_never_taken_for_one(store, make):
    unread = make.rejected(raw="", reason=QuarantineReason.TOO_LARGE)
    with store.unit(make.NOON) as unit:
        assert all(unit.quarantine(unread) for _ in range(2))
    assert store.answer(OpenWork()).quarantined == 2


def test_that_an_empty_message_put_aside_is_not_put_aside_again(store, make):
    for expected in (True, False):
        with store.unit(make.NOON) as unit:
            assert unit.quarantine(make.rejected(raw="")) is expected
    assert store.answer(OpenWork()).quarantined == 1


def test_that_a_cursor_moves_on_never_back_and_anew_with_a_new_stream(store, make):
    def cursors():
        return {(item.epoch, item.acked) for item in store.answer(OpenWork()).cursors}

    with store.unit(make.NOON) as unit:
        unit.begin_stream(Cursor(feed="f", epoch="e1", acked=0))
        unit.advance("f", 7)
    with store.unit(make.NOON) as unit:
        unit.advance("f", 5)
    assert cursors() == {("e1", 7)}
    with store.unit(make.NOON) as unit:
        unit.advance("f", 9)
        unit.begin_stream(Cursor(feed="f", epoch="e2", acked=2))
        unit.advance("f", 3)
    assert cursors() == {("e2", 3)}


def test_that_a_gap_is_recorded_and_told(store, make):
    gap = Gap(feed="f", first=3, last=None, reason=GapReason.BUFFER_LOST, at=make.NOON)
    with store.unit(make.NOON) as unit:
        unit.gap(gap)
    assert unit.delta.gaps == (gap,)
    assert store.answer(OpenWork()).gaps == (gap,)


def test_that_no_number_is_given_out_twice(store, make):
    taken = []
    for count in (3, 1, 100):
        with store.unit(make.NOON) as unit:
            taken += unit.numbers("20261121", count)
    assert taken == list(range(1, 105))


def test_that_what_must_leave_stays_until_its_receipt_and_leaves_in_order(store, make):
    later = make.NOON + timedelta(seconds=8)
    with store.unit(make.NOON) as unit:
        unit.post(make.outgoing("o2", leaves_at=later))
        unit.post(make.outgoing("o1b", order=1))
        unit.post(make.outgoing("o1a", order=0))
        unit.post(make.outgoing("other", subject="A2"))
        assert [item.id for item in unit.pending("A1")] == ["o1a", "o1b", "o2"]
    with store.unit(make.NOON) as unit:
        assert unit.settle("o1a", OutgoingState.DELIVERED).settled_at == make.NOON
        assert unit.settle("?", OutgoingState.DELIVERED) is None
        unit.post(make.outgoing("o0"))
        unit.settle("o0", OutgoingState.CANCELLED)
        assert [item.id for item in unit.pending("A1")] == ["o1b", "o2"]
    assert [item.id for item in store.answer(Pending())] == ["other", "o1b", "o2"]
    assert {item.id: item.state for item in unit.delta.outgoing} == {
        "o1a": OutgoingState.DELIVERED,
        "o0": OutgoingState.CANCELLED,
    }


def test_that_a_message_keeps_by_which_way_it_leaves(store, make):
    way = {"channel": "sms", "address": "13800000000", "contact": "李主任", "urgent": True}
    expires = make.NOON + timedelta(minutes=10)
    by_channel = make.outgoing("o1", expires_at=expires, **way)
    by_feed = make.outgoing("o2")
    with store.unit(make.NOON) as unit:
        unit.post(by_channel)
        unit.post(by_feed)
    assert store.answer(Pending()) == (by_channel, by_feed)
    assert by_feed.channel == "feed"


def test_that_a_receipt_that_comes_twice_changes_nothing(store, make):
    with store.unit(make.NOON) as unit:
        unit.post(make.outgoing("o1"))
    with store.unit(make.NOON) as unit:
        first = unit.settle("o1", OutgoingState.DELIVERED)
    with store.unit(make.NOON + timedelta(hours=1)) as unit:
        assert unit.settle("o1", OutgoingState.REJECTED, "late") == first
    assert unit.delta.outgoing == (first,), "a seat that did not know would send it for ever"
    assert store.answer(Pending()) == ()


def timer(make, part="", cycle=0):
    return Timer(
        kind=TimerKind.CLAIM,
        subject="A1",
        part=part,
        cycle=cycle,
        start_at=make.NOON,
        due_at=make.NOON,
    )


def test_that_a_timer_is_crossed_once(store, make):
    crossings = [timer(make), timer(make), timer(make, "B1"), timer(make, cycle=1)]
    with store.unit(make.NOON) as unit:
        assert [unit.crossed(item) for item in crossings] == [True, False, True, True]
    with store.unit(make.NOON) as unit:
        assert not any(unit.crossed(item) for item in crossings)


def test_that_a_poison_row_fails_alone(store, make):
    whole, broken = make.case("A1"), make.case("A2", title="half a character \ud83d")
    with pytest.raises(Unstorable):
        save(store, make, whole, broken)
    assert store.answer(OpenWork()).cases == ()

    with store.unit(make.NOON) as unit:
        for saved in (whole, broken, make.case("A3")):
            try:
                with unit.savepoint():
                    unit.save_case(*saved)
                    unit.post(make.outgoing(saved[0].no))
            except Unstorable:
                unit.quarantine(make.rejected())
    assert [case.no for case in unit.delta.cases] == ["A1", "A3"]
    assert [case.no for case in store.answer(OpenWork()).cases] == ["A1", "A3"]
    assert [item.number for item in store.facts()] == [1, 2]
    assert store.answer(OpenWork()).quarantined == 1
    assert store.verify().ok


def test_that_a_number_beyond_64_bits_is_unstorable(store, make):
    with pytest.raises(Unstorable), store.unit(make.NOON) as unit:
        unit.keep(make.message("m1", sequence=2**70), None)
    assert store.check_health(make.NOON).ok


@pytest.mark.parametrize("data", [{"text": "\ud83d"}, {"thing": object()}], ids=["half", "odd"])
def test_that_a_fact_that_cannot_be_written_is_unstorable(store, make, data):
    with pytest.raises(Unstorable), store.unit(make.NOON) as unit:
        unit.record(Fact(kind="a.b", subject="s", at=make.NOON, actor="hall", data=data))
    with store.unit(make.NOON) as unit:
        unit.record(Fact(kind="a.b", subject="s", at=make.NOON, actor="hall", data={}))
    assert store.verify().ok


def test_that_a_naive_instant_is_refused(store, make):
    naive = make.NOON.replace(tzinfo=None)
    with pytest.raises(Unstorable), store.unit(make.NOON) as unit:
        unit.record(Fact(kind="a.b", subject="s", at=naive, actor="hall", data={}))
    assert list(store.facts()) == []


def test_that_what_was_attempted_in_vain_is_forgotten_and_the_rest_written(store, make):
    kept, fact = make.case("A1")
    lost, other = make.case("A2")
    with store.unit(make.NOON) as unit:
        with unit.attempt():
            unit.save_case(kept, fact)
        with suppress(Refusal), unit.attempt():
            unit.save_case(lost, other)
            unit.post(make.outgoing("o1", "A2"))
            raise Refusal("needs", step="file", field="category")
        with pytest.raises(Refusal):
            unit.case("A2")
    assert [case.no for case in unit.delta.cases] == ["A1"]
    assert unit.delta.outgoing == ()
    assert [case.no for case in store.answer(OpenWork()).cases] == ["A1"]


@pytest.mark.parametrize("count", [1, 7, 8, 31, 200, 1201])
def test_that_any_number_of_rows_is_written_whole_and_in_order(store, make, count):
    facts = [
        Fact(kind="seat.said", subject=f"s{n}", at=make.NOON, actor="x", data={})
        for n in range(count)
    ]
    with store.unit(make.NOON) as unit:
        for fact in facts:
            unit.record(fact)
    assert [item.fact.subject for item in store.facts()] == [fact.subject for fact in facts]


@pytest.mark.parametrize("count", [1, 31, 32, 200])
@pytest.mark.parametrize("said", ["by all", "by the last", "by none"])
def test_that_what_rows_leave_empty_is_empty_and_nothing_else(store, make, count, said):
    rows = [
        ("f", n, n if said == "by all" or (said, n) == ("by the last", count - 1) else None, "", 1)
        for n in range(count)
    ]
    with store.unit(make.NOON) as unit:
        assert sql.run_many(unit._connection, messages.GAP_INSERT, rows) == count
        kept = "SELECT feed, first, last, reason, at FROM gap ORDER BY id"
        assert [tuple(row) for row in sql.run(unit._connection, kept)] == rows


def test_that_what_is_written_over_within_one_statement_keeps_its_last_word(store, make):
    with store.unit(make.NOON) as unit:
        unit.advance("f", 1)
    with store.unit(make.NOON) as unit:
        changed = sql.run_many(
            unit._connection, messages.ADVANCE, [("f", 5), ("f", 9), ("f", 3), ("g", 2)]
        )
    assert changed == 3
    cursors = store.answer(OpenWork()).cursors
    assert {cursor.feed: cursor.acked for cursor in cursors} == {"f": 9, "g": 2}


def test_that_what_the_levels_owe_comes_back_as_it_was_saved(store, make):
    due = make.NOON + timedelta(hours=2)
    case, fact = make.case("A-levels")
    facts = [fact]
    for kind, data in (
        ("county_called", {"call": "H1", "body": "X1", "tier": "assist", "asked": "派车",
                           "reply_by": due, "limit": "4 work_hour"}),
        ("county_answered", {"call": "H1", "body": "X1", "answer": "agreed", "who": "赵"}),
        ("transfer_sent", {"transfer": "Y1", "destination": "110", "reason": "持械",
                           "receipt_by": due}),
        ("mediation_begun", {"body": "V1", "rung": "village", "levels": [
            {"level": "village", "due_at": due}, {"level": "county", "due_at": due}]}),
        ("mediation_noted", {"words": "谈过", "who": "李", "gave_up": True}),
        ("mediation_raised", {"body": "X2", "rung": "county", "words": "调不成"}),
    ):  # fmt: skip
        case, fact = make.noted(case, kind, **data)
        facts.append(fact)
    with store.unit(make.NOON) as unit:
        unit.save_case(case, *facts)
    (stored,) = [it for it in store.answer(OpenWork()).cases if it.no == "A-levels"]
    assert stored == case
    assert stored == cases.fold(item.fact for item in store.facts(["A-levels"]))
    assert len(stored.awaited_above) == 2
    assert stored.county_help
