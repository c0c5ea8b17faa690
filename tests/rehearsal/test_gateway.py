"""The gateway from the hall's side of a real WebSocket: sessions, receipts and every fault."""

import asyncio
import json
import ssl
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from websockets.exceptions import InvalidStatus

from commandcenter.rehearsal.control import GARBAGE, BadCommand, parse_schedule
from commandcenter.rehearsal.gateway import CONTROLS, Gateway, Options
from commandcenter.rehearsal.load import Load
from commandcenter.rehearsal.log import Log

PATIENCE = 60.0


def ask(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, PATIENCE * 2))


def sequences(frames):
    return [int(frame["sequence"]) for frame in frames]


def titled(number):
    at = datetime(2026, 11, 20, tzinfo=UTC).isoformat()
    return {
        "specversion": "1.0",
        "id": f"t{number}",
        "source": "/test",
        "type": "grid.event.reported",
        "time": at,
        "data": {"title": f"事件{number}"},
    }


TASK = {"case_no": "C1", "body": "enforcement", "title": "私搭乱建"}


async def poll(condition):
    """Wait for something the other side does without telling."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.005)


# Sessions


def test_that_a_hall_is_welcomed_and_sent_what_is_there_and_what_comes(hall):
    async def go():
        async with Gateway(Options()) as gateway:
            for number in range(3):
                gateway.publish(titled(number))
            async with hall(gateway.url) as it:
                assert it.connection.subprotocol == "cloudevents.json"
                welcome = await it.hello()
                assert welcome["epoch"] == gateway.log.epoch
                assert (welcome["oldest"], welcome["newest"]) == (f"{1:020}", f"{3:020}")
                gateway.publish(titled(3))
                frames = await it.take(4)
                assert [frame["id"] for frame in frames] == ["t0", "t1", "t2", "t3"]
                assert sequences(frames) == [1, 2, 3, 4]
                assert all(len(frame["sequence"]) == 20 for frame in frames)
                await it.say("feed.ack", {"sequence": frames[-1]["sequence"]})
                await it.say("feed.heartbeat", {"sequence": frames[-1]["sequence"]})
                await poll(lambda: gateway.acked == 4)

    ask(go())


def test_that_a_hall_that_comes_back_gets_every_frame_once(hall):
    async def go():
        async with Gateway(Options()) as gateway:
            got = []
            after = epoch = None
            for _ in range(5):
                await gateway.burst(7)
                async with hall(gateway.url) as it:
                    epoch = (await it.hello(epoch, after))["epoch"]
                    got += await it.take(4)
                    after = int(got[-1]["sequence"])
            async with hall(gateway.url) as it:
                await it.hello(epoch, after)
                got += await it.take(35 - len(got))
            assert sequences(got) == list(range(1, 36))
            assert len({frame["id"] for frame in got}) == 35

    ask(go())


def test_that_several_halls_are_served_at_their_own_pace(hall):
    async def go():
        async with (
            Gateway(Options()) as gateway,
            hall(gateway.url) as one,
            hall(gateway.url) as two,
        ):
            await one.hello()
            await gateway.burst(3)
            assert sequences(await one.take(3)) == [1, 2, 3]
            await two.hello(gateway.log.epoch, 2)
            assert sequences(await two.take(1)) == [3]
            await gateway.burst(1)
            assert sequences(await one.take(1)) == sequences(await two.take(1)) == [4]

    ask(go())


def test_that_a_gateway_started_again_goes_on_with_epoch_and_number(hall, tmp_path):
    async def go():
        async with Gateway(Options(state=tmp_path)) as gateway:
            await gateway.burst(3)
            epoch = gateway.log.epoch
        async with Gateway(Options(state=tmp_path)) as gateway, hall(gateway.url) as it:
            assert (await it.hello(epoch, 1))["epoch"] == epoch
            await gateway.burst(1)
            assert sequences(await it.take(3)) == [2, 3, 4]

    ask(go())


def test_that_no_word_of_a_session_has_an_id_of_one_before_the_last_start(hall, tmp_path):
    async def go():
        ids = []
        for number in range(2):
            async with Gateway(Options(state=tmp_path)) as gateway, hall(gateway.url) as it:
                await it.hello(gateway.log.epoch, None)
                await it.say("task.dispatched", TASK, f"m{number}")
                ids.append((await it.next_of("feed.receipt"))["id"])
        assert len(set(ids)) == len(ids)

    ask(go())


def test_that_silence_is_broken_by_heartbeats_with_the_last_sequence(played):
    async def body(gateway, it):
        await gateway.burst(2)
        await it.take(2)
        for _ in range(2):
            beat = await it.next_of("feed.heartbeat")
            assert beat["data"]["sequence"] == f"{2:020}"
            assert "sequence" not in beat

    played(body, heartbeat=0.05)


def test_that_a_hall_that_answers_no_ping_is_let_go(hall):
    async def go():
        async with Gateway(Options(heartbeat=0.1)) as gateway, hall(gateway.url) as it:
            await it.hello()
            it.connection.transport.pause_reading()
            await poll(lambda: not gateway._links)
            it.connection.transport.abort()

    ask(go())


def test_that_a_wrong_token_is_refused_and_the_right_one_let_in(hall):
    async def go():
        async with Gateway(Options(token="geheim")) as gateway:
            for headers in ({}, {"Authorization": "Bearer wrong"}):
                with pytest.raises(InvalidStatus) as refused:
                    await hall(gateway.url, additional_headers=headers).__aenter__()
                assert refused.value.response.status_code == 401
            right = {"Authorization": "Bearer geheim"}
            async with hall(gateway.url, additional_headers=right) as it:
                await it.hello()

    ask(go())


def test_that_it_serves_over_tls(hall, tmp_path):
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)

    async def go():
        async with Gateway(Options(tls=server)) as gateway:
            assert gateway.url.startswith("wss://")
            async with hall(gateway.url, ssl=client) as it:
                await it.hello()

    ask(go())


def test_that_a_live_only_feed_welcomes_nobody_and_numbers_nothing(hall):
    async def go():
        async with Gateway(Options(live_only=True, heartbeat=0.2)) as gateway:
            gateway.publish(titled(0))
            async with hall(gateway.url) as it:
                await it.say("feed.hello", {"hall": "x", "client": "x"})
                await gateway.started.wait()
                gateway.publish(titled(1))
                frame = await it.until(lambda frame: frame["source"] == "/test")
                assert frame == titled(1)
                await it.say("task.dispatched", TASK, "t")
                receipt = await it.next_of("feed.receipt")
                assert receipt["data"] == {"id": "t", "status": "accepted"}
                assert "feed.welcome" not in {frame["type"] for frame in it.heard}

    ask(go())


def test_that_a_second_hello_changes_nothing(played):
    async def body(gateway, it):
        await gateway.burst(2)
        await it.take(2)
        await it.say("feed.hello", {"hall": "x", "client": "x", "resume_after": None})
        await gateway.burst(1)
        assert sequences(await it.take(1)) == [3]

    played(body)


def test_that_nonsense_from_a_hall_is_counted_and_harms_nobody(played):
    async def body(gateway, it):
        for nonsense in ("{", "[]", '{"id": 1, "data": {}}', '{"id": "x", "data": 1}', b"\xff"):
            await it.connection.send(nonsense)
        await it.connection.send("[" * 100_000)
        await poll(lambda: gateway.unreadable == 6)
        await gateway.burst(1)
        assert sequences(await it.take(1)) == [1]

    played(body)


# Messages of the hall


def test_that_a_message_is_acted_on_once_and_receipted_every_time(played):
    async def body(gateway, it):
        for _ in range(3):
            await it.say("task.dispatched", TASK, "same")
        receipts = [await it.next_of("feed.receipt") for _ in range(3)]
        assert [one["data"] for one in receipts] == [{"id": "same", "status": "accepted"}] * 3
        result = await it.until(lambda frame: frame["data"].get("status") == "result")
        assert result["data"]["attachments"]
        said = [f["data"]["status"] for f in it.heard if f["type"] == "task.receipt"]
        assert said == ["accepted", "handling", "result"]
        assert len(gateway.inbox) == 1

    played(body, haste=1000, return_rate=0)


def test_that_what_cannot_be_acted_on_is_rejected_with_the_reason(played):
    async def body(gateway, it):
        await it.say("task.dispatched", {"case_no": "C1"}, "a")
        await it.say("task.forgotten", {}, "b")
        await it.say("task.dispatched", TASK | {"body": "nobody"}, "c")
        receipts = {}
        for _ in range(3):
            data = (await it.next_of("feed.receipt"))["data"]
            receipts[data["id"]] = data["status"], data["reason"]
        assert receipts == {
            "a": ("rejected", "bad_data: body, title"),
            "b": ("rejected", "unknown_type"),
            "c": ("rejected", "unknown_body: nobody"),
        }

    played(body)


def test_that_every_type_of_the_hall_is_receipted(played):
    whistle = {"whistle_no": "W1", "body": "police"}
    task = {"case_no": "C1", "body": "enforcement"}
    messages = {
        "task.dispatched": TASK,
        "task.recalled": task,
        "task.rework": task,
        "task.urged": task,
        "whistle.blown": whistle | {"case_no": "C1"},
        "whistle.withdrawn": whistle,
        "whistle.released": whistle,
        "whistle.escalated": whistle | {"to": "duty_leader"},
        "whistle.rated": whistle | {"marks": {"response": 5}},
        "verification.requested": {"case_no": "C1"},
        "case.replied": {"event_nos": ["R1"], "outcome": "solved", "reply": "已处理"},
        "county.called": {"case_no": "C1", "body": "county_water", "request": "请支援"},
        "county.recalled": {"case_no": "C1", "body": "county_water", "call_no": "H1"},
        "transfer.sent": {
            "case_no": "C1",
            "to": "110",
            "title": "持械",
            "reason": "x",
            "transfer_no": "Y1",
        },
        "transfer.recalled": {"case_no": "C1", "to": "110", "transfer_no": "Y1"},
        "mediation.assigned": {
            "case_no": "C1",
            "body": "village_01",
            "level": "village",
            "title": "宅界",
        },
        "mediation.recalled": {"case_no": "C1", "body": "village_01", "level": "village"},
    }

    async def body(gateway, it):
        for type_, data in messages.items():
            await it.say(type_, data, type_)
        for type_ in messages:
            receipt = await it.next_of("feed.receipt")
            assert receipt["data"] == {"id": type_, "status": "accepted"}

    played(body)


def test_that_the_bodies_of_a_whistle_come_late_and_refuse_over_the_wire(played):
    async def body(gateway, it):
        limit = datetime.now(UTC) + timedelta(seconds=2)
        for one in ("police", "enforcement", "market"):
            data = {
                "whistle_no": "W1",
                "case_no": "C1",
                "body": one,
                "lead": "police",
                "report_in_by": limit.isoformat(),
            }
            await it.say("whistle.blown", data, f"w-{one}")
        finished = Counter()
        while finished["finished"] < 2 or finished["refused"] < 1:
            frame = await it.next_of("whistle.receipt")
            finished[frame["data"]["status"]] += 1
        came = [
            datetime.fromisoformat(frame["data"]["at"]) > limit
            for frame in it.heard
            if frame["data"].get("status") == "reported_in"
        ]
        assert sorted(came) == [False, True]

    played(body, haste=1000)


def test_that_bodies_go_on_where_they_were_when_the_gateway_is_started_again(hall, tmp_path):
    options = {"state": tmp_path, "haste": 100, "return_rate": 0}

    async def go():
        async with Gateway(Options(**options)) as gateway, hall(gateway.url) as it:
            await it.hello()
            await it.say("task.dispatched", TASK, "t")
            first = await it.next_of("task.receipt")
        async with Gateway(Options(**options)) as gateway, hall(gateway.url) as it:
            await it.hello(gateway.log.epoch, int(first["sequence"]))
            await it.say("task.dispatched", TASK, "t")  # sent again, as the receipt was not seen
            await it.until(lambda frame: frame["data"].get("status") == "result")
            said = [f["data"]["status"] for f in it.heard if f["type"] == "task.receipt"]
            assert said == ["handling", "result"]

    ask(go())


# What is played


def test_that_a_scenario_begins_when_the_first_hall_comes_and_opens_briskly(hall):
    async def go():
        options = Options(scenario="ordinary-day", speed=60, seed=4)
        async with Gateway(options) as gateway:
            assert gateway.log.newest == 0
            async with hall(gateway.url) as it:
                await it.hello()
                report = await it.next_of("grid.event.reported")
                age = datetime.now(UTC) - datetime.fromisoformat(report["time"])
                assert abs(age) < timedelta(seconds=PATIENCE)

    ask(go())


def test_that_a_scenario_goes_on_after_a_restart_and_nothing_is_said_twice(hall, tmp_path):
    async def go():
        ids = []
        for _ in range(3):
            options = Options(scenario="rainstorm-night", speed=60, state=tmp_path)
            async with Gateway(options) as gateway, hall(gateway.url) as it:
                await it.hello(gateway.log.epoch, gateway.log.newest)
                ids += [frame["id"] for frame in await it.take(6)]
        assert len(set(ids)) == len(ids)
        with_all = [json.loads(line)["id"] for _, line in gateway_lines(tmp_path)]
        assert len(set(with_all)) == len(with_all)

    ask(go())


def gateway_lines(folder):
    with Log(folder) as log:
        return log.after(0, 10_000)


def test_that_a_recording_is_played_with_its_noise(hall, tmp_path):
    recording = tmp_path / "frames.ndjson"
    lines = [json.dumps(titled(0)), '{"id": ', json.dumps(titled(1) | {"extra": "kept"})]
    recording.write_text("\n".join(lines), encoding="utf-8")

    async def go():
        options = Options(replay=recording, state=tmp_path / "state")
        async with Gateway(options) as gateway, hall(gateway.url) as it:
            await it.hello()
            frames = await it.take(2)
            assert [frame["id"] for frame in frames] == ["t0", "t1"]
            assert frames[1]["extra"] == "kept"
            assert it.odd == [b'{"id": ']
        async with Gateway(options) as gateway, hall(gateway.url) as it:
            await it.hello(gateway.log.epoch, 2)
            await gateway.burst(1)
            assert sequences(await it.take(1)) == [3]

    ask(go())


@pytest.mark.parametrize("mix", ["reports", "mixed"])
def test_that_a_load_is_sent_whole_and_every_id_once(hall, mix):
    async def go():
        done = asyncio.Queue()
        options = Options(
            load=Load(rate=4_000, seconds=0.5, mix=mix), tell=done.put_nowait, heartbeat=PATIENCE
        )
        async with Gateway(options) as gateway, hall(gateway.url) as it:
            await it.hello()
            frames = await it.take(2_000)
            assert (await done.get())["load"]["sent"] == 2_000
            assert sequences(frames) == list(range(1, 2_001))
            assert len({(frame["source"], frame["id"]) for frame in frames}) == 2_000
            kinds = Counter(frame["type"] for frame in frames)
            assert kinds["grid.event.reported"] == (600 if mix == "mixed" else 2_000)
            known = {frame["data"].get("event_no") for frame in frames}
            updates = [f["data"]["event_no"] for f in frames if f["type"] == "grid.event.updated"]
            assert set(updates) <= known

    ask(go())


# What goes wrong on request


def test_that_a_dropped_link_is_torn_without_a_closing_word(played):
    async def body(gateway, it):
        assert await gateway.drop() == {"links": 1}
        assert await it.gone() == 1006

    played(body)


def test_that_a_gateway_that_refuses_can_be_reached_again_later(hall):
    async def go():
        async with Gateway(Options()) as gateway:
            async with hall(gateway.url) as it:
                await it.hello()
                await gateway.refuse(0.2)
                await it.gone()
            with pytest.raises(OSError, match=r"."):
                await hall(gateway.url).__aenter__()
            async with asyncio.timeout(PATIENCE):
                while True:
                    try:
                        async with hall(gateway.url) as it:
                            await it.hello()
                        break
                    except OSError:
                        await asyncio.sleep(0.02)

    ask(go())


def test_that_a_new_epoch_begins_with_one_after_the_link_is_torn(hall):
    async def go():
        async with Gateway(Options()) as gateway:
            await gateway.burst(5)
            async with hall(gateway.url) as it:
                old = (await it.hello())["epoch"]
                await gateway.reset_epoch()
                await it.gone()
            await gateway.burst(2)
            async with hall(gateway.url) as it:
                welcome = await it.hello(old, 5)
                assert welcome["epoch"] != old
                assert sequences(await it.take(2)) == [1, 2]

    ask(go())


def test_that_a_lost_buffer_moves_the_oldest(hall):
    async def go():
        async with Gateway(Options()) as gateway:
            await gateway.burst(9)
            await gateway.lose_buffer(2)
            async with hall(gateway.url) as it:
                welcome = await it.hello(gateway.log.epoch, 3)
                assert int(welcome["oldest"]) == 8
                assert sequences(await it.take(2)) == [8, 9]

    ask(go())


def test_that_frames_are_sent_again_as_they_were_or_under_new_numbers(played):
    async def body(gateway, it):
        await gateway.burst(3)
        first = await it.take(3)
        await gateway.resend(2)
        assert await it.take(2) == first[1:]
        await gateway.resend(2, renumber=True)
        again = await it.take(2)
        assert [frame["id"] for frame in again] == [frame["id"] for frame in first[1:]]
        assert sequences(again) == [4, 5]

    played(body)


def test_that_the_next_frames_are_sent_out_of_order_and_none_is_missing(played):
    async def body(gateway, it):
        await gateway.reorder(4)
        await gateway.burst(6)
        got = sequences(await it.take(6))
        assert sorted(got) == [1, 2, 3, 4, 5, 6]
        assert got[:4] != [1, 2, 3, 4]
        assert got[4:] == [5, 6]

    played(body)


def test_that_a_jump_leaves_numbers_out(played):
    async def body(gateway, it):
        await gateway.burst(1)
        assert await gateway.jump(4) == {"from": 2, "to": 5}
        await gateway.burst(1)
        assert sequences(await it.take(2)) == [1, 6]

    played(body)


def test_that_every_kind_of_garbage_arrives_and_the_link_goes_on(hall):
    async def go():
        async with Gateway(Options()) as gateway, hall(gateway.url, max_size=None) as it:
            await it.hello()
            assert (await gateway.garbage(len(GARBAGE)))["kinds"] == list(GARBAGE)
            await gateway.burst(1)
            bad_envelope, unknown_type, bad_data, _sound = await it.take(4)
            assert "\u202e" in bad_envelope["id"]
            assert unknown_type["type"].startswith("grid.")
            assert isinstance(bad_data["data"]["title"], int)
            # the five without an envelope, and the too large one that is only large
            await poll(lambda: len(it.odd) == 5)
            assert len(json.dumps(it.heard)) > 256 * 1024
            assert gateway.garbage_sent == Counter(GARBAGE.keys())
            with pytest.raises(BadCommand, match="sour"):
                await gateway.garbage(1, "sour")

    ask(go())


def test_that_a_revision_has_the_same_id_and_other_content(played):
    async def body(gateway, it):
        await gateway.burst(2)
        first = (await it.take(2))[-1]
        assert await gateway.revise() == {"ids": [first["id"]]}
        (again,) = await it.take(1)
        assert (again["source"], again["id"]) == (first["source"], first["id"])
        assert again["data"]["title"] == f"更正：{first['data']['title']}"

    played(body)


def test_that_a_silent_link_says_nothing_not_even_pong_until_it_is_torn(played):
    async def body(gateway, it):
        await gateway.fall_silent(0.5)
        pong = await it.connection.ping()
        await gateway.burst(1)
        await it.say("task.dispatched", TASK, "t")
        assert await it.gone() == 1006
        assert not pong.done() or pong.exception()
        assert [frame["type"] for frame in it.heard] == ["feed.welcome"]

    played(body, heartbeat=0.1)


def test_that_withheld_receipts_come_when_the_message_is_sent_again(played):
    async def body(gateway, it):
        await gateway.withhold(0.3)
        await it.say("task.dispatched", TASK, "t")
        await poll(lambda: len(gateway.inbox) == 1)
        while not any(frame["type"] == "feed.receipt" for frame in it.heard):
            await it.say("task.dispatched", TASK, "t")
            await gateway.burst(1)
            await it.take(1)
        assert len(gateway.inbox) == 1

    played(body)


def test_that_a_message_is_rejected_on_request_and_stays_so(played):
    async def body(gateway, it):
        await gateway.reject(1)
        for _ in range(2):
            await it.say("task.dispatched", TASK, "t")
            receipt = (await it.next_of("feed.receipt"))["data"]
            assert (receipt["id"], receipt["status"]) == ("t", "rejected")
        await it.say("task.dispatched", TASK, "u")
        assert (await it.next_of("feed.receipt"))["data"]["status"] == "accepted"

    played(body)


def test_that_retention_bounds_what_can_be_asked_for_again(hall):
    async def go():
        async with Gateway(Options(retain=3)) as gateway:
            await gateway.burst(8)
            async with hall(gateway.url) as it:
                welcome = await it.hello()
                assert int(welcome["oldest"]) == 6
                assert sequences(await it.take(3)) == [6, 7, 8]

    ask(go())


def test_that_a_schedule_of_faults_is_kept_and_told(hall):
    async def go():
        told = asyncio.Queue()
        faults = parse_schedule("0 burst 2; 0.05 jump 3; 0.1 drop", CONTROLS)
        async with (
            Gateway(Options(faults=faults, tell=told.put_nowait)) as gateway,
            hall(gateway.url) as it,
        ):
            await it.hello()
            await it.gone()
            outcomes = [await told.get() for _ in range(3)]
            assert [outcome["do"] for outcome in outcomes] == ["burst", "jump", "drop"]
            assert gateway.log.newest == 5

    ask(go())


def test_that_a_session_with_every_fault_loses_nothing_and_acts_once(hall):
    """N1 and N3: what was logged is what a hall that resumes has, and each message acts once."""

    async def go():
        async with Gateway(Options(haste=1000, return_rate=0)) as gateway:
            got, sent, receipts = {}, [], {}
            epoch, after = None, 0
            for turn in range(8):
                async with hall(gateway.url, max_size=None) as it:
                    epoch = (await it.hello(epoch, after))["epoch"]
                    await gateway.reorder(3)
                    await gateway.burst(5)
                    await gateway.garbage(3)
                    await gateway.resend(2)
                    await gateway.resend(1, renumber=True)
                    sent.append(f"t{turn}")
                    for id_ in sent:  # everything again, as after a lost receipt
                        await it.say("task.dispatched", TASK | {"case_no": id_}, id_)
                    newest = gateway.log.newest
                    while newest not in got or len(receipts) < len(sent):
                        frame = await it.next()
                        if frame and "sequence" in frame:
                            got[int(frame["sequence"])] = frame.get("id")
                        elif frame and frame.get("type") == "feed.receipt":
                            receipts[frame["data"]["id"]] = frame["data"]["status"]
                    while after + 1 in got:
                        after += 1
                    await gateway.drop()
            async with hall(gateway.url) as it:
                await it.hello(epoch, after)
                newest = gateway.log.newest
                while after < newest and newest not in got:
                    (frame,) = await it.take(1)
                    got[int(frame["sequence"])] = frame.get("id")
            logged = {n: json.loads(line).get("id") for n, line in gateway.log.after(0, 10_000)}
            assert {n: got.get(n) for n in logged if n <= newest} == {
                n: id_ for n, id_ in logged.items() if n <= newest
            }
            assert receipts == dict.fromkeys(sent, "accepted")
            assert len(gateway.inbox) == len(sent)

    ask(go())
