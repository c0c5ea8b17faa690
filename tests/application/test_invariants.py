"""Whatever anybody orders in whatever order, the hall keeps its word (domain.md 2).

Random commands by random roles, random words of the feed and random waiting, on a real store. Every
command there is takes part: its values are made from its own types, with the names of what the
hall knows mixed in. Nothing but a ``Refusal`` may come back, and a refusal leaves nothing behind.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from types import NoneType, UnionType
from typing import Annotated, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from commandcenter.application import access
from commandcenter.application import commands as c
from commandcenter.application import messages as m
from commandcenter.application.questions import Cases
from commandcenter.domain import case as cases
from commandcenter.domain import whistle as whistles
from commandcenter.domain import words
from commandcenter.domain.case import LOOP, OPEN, State, Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.timers import TimerKind, case_timers

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
COMMANDS = sorted(get_args(c.Command), key=c.name)
LIMITS = ("4 work_hour", "3 work_day", "30 urgent_minute", "nonsense")
TEXTS = ("", " ", "已处理", "群众反映强烈", "x" * 300, "<b>{}</b>%s", "\u202e倒\x00", "13800001111")
WHENEVER = [
    (c.Claim, {"take": True}),
    (c.Instruct, {"words": "重视"}),
    (c.Urge, {"reason": "请加快"}),
    (c.Blow, {"bodies": ["police", "fire"]}),
    (c.CallCounty, {"body": "county_water", "request": "请派抽水车"}),
    (c.AnswerCall, {"status": "agreed", "who": "赵科长", "channel": "电话", "words": "同意"}),
    (c.RecallCall, {"reason": "水退了"}),
    (c.Transfer, {"to": "110", "reason": "持械"}),
    (c.NoteReceipt, {"status": "accepted", "who": "值班员", "channel": "电话"}),
    (c.RecallTransfer, {"reason": "误报"}),
    (c.CloseTransferred, {"reply": "已移送"}),
    (c.BeginMediation, {"body": "village_01"}),
    (c.NoteMediation, {"words": "谈过", "who": "王支书"}),
    (c.RaiseMediation, {"words": "调不成", "body": "peace"}),
    (c.EndMediation, {"end": "agreed", "words": "握手"}),
]


class TheHall(RuleBasedStateMachine):
    """One hall, everybody who may come to it, and what must hold all the while."""

    def __init__(self, desk):
        super().__init__()
        self.desk = desk
        self.count = 0
        self.numbers, self.whistle_numbers, self.alert_keys = [], [], []

    def teardown(self):
        try:
            for no in self.numbers:
                self.holds(self.desk.case(no))
            for no in self.whistle_numbers:
                facts = [item.fact for item in self.desk.store.facts([no])]
                assert whistles.fold(iter(facts)) == self.desk.whistle(no)
            assert self.desk.store.verify().ok
        finally:
            self.desk.close()

    # -- what happens --

    @initialize()
    def opens(self):
        self.desk.report("E0")
        self.notice()

    @rule(
        category=st.sampled_from(["E0102", "C0101", None, "Z9"]),
        again=st.booleans(),
        place=st.sampled_from([{"address": "东街"}, {"grid": "990101101001001"}, {}]),
    )
    def reports_come(self, category, again, place):
        self.count += not again
        self.desk.report(
            f"E{self.count}", category=category, location=place,
            reporter={"name": "张三丰", "phone": "13800001111"},
        )  # fmt: skip
        self.notice()

    @rule(item=st.sampled_from(["PH-020", "SH-003", None]))
    def the_county_hands_down(self, item):
        self.count += 1
        self.desk.tell("county.task", task_no=f"X{self.count}", title="排查", duty_item=item)
        self.notice()

    @rule(again=st.booleans())
    def cameras_see(self, again):
        self.count += not again
        self.desk.tell("video.alert.raised", alert_id=f"A{self.count}", priority=2, label="烟")
        self.notice()

    @precondition(lambda self: self.numbers)
    @rule(data=st.data(), status=st.sampled_from(sorted(m.TaskStatus)))
    def a_body_says(self, data, status):
        case = self.desk.case(self.a_case(data))
        body = data.draw(st.sampled_from([case.body or "police", "police", *case.co_bodies]))
        self.desk.says(
            case, status, body, words=data.draw(st.sampled_from(["在办", ""])) or None,
            reason=data.draw(st.sampled_from([None, "不归我们"])),
            duty_item=data.draw(st.sampled_from([None, "PH-001"])),
            milestone=data.draw(st.sampled_from([None, *(stop.name for stop in case.stops)])),
        )  # fmt: skip
        self.notice()

    @precondition(lambda self: self.whistle_numbers)
    @rule(data=st.data(), status=st.sampled_from(sorted(m.WhistleStatus)))
    def a_summoned_body_says(self, data, status):
        whistle = self.desk.whistle(data.draw(st.sampled_from(self.whistle_numbers)))
        body = data.draw(st.sampled_from([item.body for item in whistle.summons]))
        self.desk.answers(whistle, body, status, reason="不归我们", duty_item="PH-001")
        self.notice()

    @precondition(lambda self: self.numbers)
    @rule(data=st.data(), number=st.integers(1, 3))
    def those_above_say(self, data, number):
        case = self.desk.case(self.a_case(data))
        kind = data.draw(st.sampled_from(["county", "transfer", "mediation"]))
        said = {
            "county": {"call_no": f"{case.no}-H{number}", "body": "county_water",
                       "status": data.draw(st.sampled_from(sorted(m.CountyStatus)))},
            "transfer": {"transfer_no": f"{case.no}-Y{number}", "to": "110",
                         "status": data.draw(st.sampled_from(sorted(m.TransferAnswer)))},
            "mediation": {"body": data.draw(st.sampled_from(["village_01", "peace"])),
                          "status": data.draw(st.sampled_from(sorted(m.MediationStatus)))},
        }[kind]  # fmt: skip
        self.desk.tell(f"{kind}.receipt", case_no=case.no, words="张三丰说", **said)
        self.notice()

    @rule(minutes=st.sampled_from([1, 20, 90, 600, 5_000, 20_000]))
    def time_passes(self, minutes):
        self.desk.pass_time(minutes=minutes)
        self.desk.look()
        self.notice()

    @rule(data=st.data(), command=st.sampled_from(COMMANDS))
    def somebody_orders(self, data, command):
        given = {
            field.encode_name: data.draw(self.value(field), label=field.name)
            for field in msgspec.structs.fields(command)
            if field.required or data.draw(st.booleans(), label="given")
        }
        by = data.draw(st.sampled_from(self.people_for(command, data.draw(st.integers(0, 9)))))
        self.order(by, command, msgspec.to_builtins(given))

    @precondition(lambda self: self.numbers)
    @rule(seed=st.integers(0, 2**32), moves=st.integers(1, 16))
    def a_case_goes_on(self, seed, moves):
        """Order what a case wants next, one thing after another, so that walks go the whole way."""
        random = Random(seed)
        no = random.choice(self.numbers)
        for _ in range(moves):
            case = self.desk.case(no)
            command, given = random.choice([*self.next_moves(case), *WHENEVER])
            about = {"case": no, "version": case.version}
            by = random.choice(self.people_for(command, random.randint(0, 9)))
            self.desk.pass_time(minutes=random.choice([0, 1, 20]))
            self.order(by, command, msgspec.to_builtins(about | given))
            self.what_was_changed_holds()

    def next_moves(self, case):
        duty = {"duty_item": "JB-027"}
        said = {"who": "小李", "channel": "电话", "words": "已清运"}
        by_then = {"reply_by": self.desk.at + timedelta(hours=2)}
        moves = {
            State.RECEIVED: [
                (c.File, {"category": "E0102", "address": "东街 1 号"}),
                (c.File, {"category": "C0101", "address": "东街 1 号"}),
                (c.Verify, {"worker": "W001"}),
                (c.Merge, {"into": self.numbers[0]}),
            ],
            State.VERIFYING: [(c.Report, said | {"status": "exists"})],
            State.FILED: [(c.Dispatch, duty | {"body": "construction"})],
            State.DISPATCHED: [
                (c.Report, said | {"status": "accepted"}),
                (c.Report, said | duty | {"status": "returned", "reason": "不归我们"}),
                (c.Supervise, by_then | {"reason": "群众反映强烈", "listed": True}),
            ],
            State.ARBITRATING: [(c.Rule, {"body": "enforcement", "reason": "定了"})],
            State.ACCEPTED: [(c.Report, said | {"status": "handling"})],
            State.HANDLING: [
                (c.Report, said | {"status": "result"}),
                (c.AnswerOrder, said),
                (c.Suspend, {"reason": "等配件", "until": self.desk.at + timedelta(days=2)}),
            ],
            State.SUSPENDED: [(c.Resume, {})],
            State.RESULT_SUBMITTED: [(c.Check, {}), (c.Rework, {"reason": "不净"})],
            State.CHECKING: [(c.Close, {"outcome": "solved", "reply": "已办结"})],
            State.CLOSED: [(c.Reopen, {"reason": "又坏了"}), (c.FollowUp, {"contacted": True})],
            State.MERGED: [(c.Unmerge, {"reason": "另一件事"})],
        }
        found = moves.get(case.state, [])
        if case.admission == "waiting":
            found = [(c.Admit, {"words": "已会商"}), (c.Decline, {"reason": "r", "letter": "l"})]
        return found * 4

    def people_for(self, command, chance):
        """Return people who may give a command; now and then everybody."""
        people = self.desk.hall.people
        able = [one for one in people if access.may(people[one], command)]
        return able if chance and able else list(people)

    def order(self, by, command, given):
        """Give an order as it comes over the wire; a refusal must say why and change nothing."""
        try:
            order = msgspec.convert({"do": c.name(command), **given}, c.Command)
        except msgspec.ValidationError:
            return
        told, before = len(self.desk.deltas), self.desk.store.answer(Cases(limit=None))
        allowed = access.may(self.desk.hall.people[by], command)
        refusal = outcome = None
        try:
            outcome = self.desk.do(order, by)
        except Refusal as declined:
            refusal = declined
        if refusal is not None:
            assert all(words.sentence(refusal, lang, NOON.tzinfo) for lang in ("zh", "en"))
            assert len(self.desk.deltas) == told
            assert self.desk.store.answer(Cases(limit=None)) == before
            assert allowed or refusal.code == "not_allowed"
            return
        assert allowed
        for fact in outcome.facts:
            assert (fact.actor, fact.role) == (by, self.desk.hall.people[by].role)
            assert "张三丰" not in str(fact.data)
        self.notice()

    # -- values --

    def a_case(self, data):
        return data.draw(st.sampled_from(self.numbers), label="case")

    def whole(self, command):
        """Return whole commands of a kind, as they come over the wire."""
        fields = {it.encode_name: self.value(it) for it in msgspec.structs.fields(command)}
        return st.fixed_dictionaries(fields).map(lambda given: {"do": c.name(command), **given})

    def value(self, field):
        """Return values for one field of a command: known things by its name, else by its type."""
        hall = self.desk.hall
        known = {
            "case": [*self.numbers, "20261120-99999"],
            "into": [*self.numbers, "20261120-99999"],
            "whistle": [*self.whistle_numbers, "W20261120-99999"],
            "alert": [*self.alert_keys, "nothing"],
            "body": ["construction", "enforcement", "police", "county_water", "no-such-body"],
            "lead": ["construction", "police"],
            "to": ["110", "police", "court", "nowhere"],
            "category": ["E0102", "C0101", "C9999"],
            "grid": ["990101101001001", "nowhere"],
            "worker": ["W001", "nobody"],
            "duty_item": ["JB-027", "SH-003", "PH-001", "unlisted", "XX-1"],
            "limit": LIMITS,
            "answer_limit": LIMITS,
            "report_in_limit": LIMITS,
            "status": [*m.TaskStatus, *m.WhistleStatus, *m.VerificationResult, "no such word"],
            "satisfied": ["satisfied", "unsatisfied"],
            "milestone": ["围护", "更换", "没有这个节点"],
        }.get(field.name)
        kind = get_args(field.type)[0] if NoneType in get_args(field.type) else field.type
        if known is not None and _plain(kind) is str:
            return st.sampled_from(known)
        if field.name == "orders":  # several at once: each by its own fields
            return st.lists(st.sampled_from(get_args(c.InBulk)).flatmap(self.whole), max_size=4)
        if field.name == "version":
            return st.none() | st.integers(1, 5)
        if field.name in {"bodies", "co_bodies"}:
            names = st.sampled_from([*list(hall.bodies)[:4], "no-such-body"])
            return st.lists(names, max_size=3)
        return made(field.type, self.desk.at)

    # -- what must hold --

    def notice(self):
        """Remember what there is now, and look at what the last transaction changed."""
        for delta in self.desk.deltas:
            for item in delta.cases:
                if item.no not in self.numbers:
                    self.numbers.append(item.no)
            self.whistle_numbers += [
                item.no for item in delta.whistles if item.no not in self.whistle_numbers
            ]
            self.alert_keys += [
                item.key for item in delta.alerts if item.key not in self.alert_keys
            ]
        self.changed = {item.no for delta in self.desk.deltas for item in delta.cases}
        self.desk.deltas.clear()

    changed = frozenset()

    @invariant()
    def what_was_changed_holds(self):
        for no in self.changed:
            self.holds(self.desk.case(no))
        self.changed = frozenset()

    def holds(self, case):
        """Check everything domain.md 2 says of a case, against its stored facts."""
        facts = [it.fact for it in self.desk.store.facts([case.no])]
        assert cases.fold(iter(facts)) == case
        assert len(facts) == case.version
        assert case.holder
        running = case_timers(case, self.desk.hall.limits)
        paused = [it for it in running if it.paused]
        if case.state in {State.DISPATCHED, State.ACCEPTED, State.HANDLING}:
            assert any(not it.paused for it in running)
        if case.state is State.SUSPENDED:
            assert [it.kind for it in paused if it.kind is TimerKind.HANDLE] == ["handle"]
        elif case.state is not State.VERIFYING:
            assert not paused
        assert case.is_open or case.state not in OPEN
        stood = State.RECEIVED
        for fact in facts[1:]:
            assert fact.actor
            step = fact.kind.removeprefix("case.")
            if step not in set(Step):
                assert "after" not in fact.data, fact
                continue
            assert (stood, Step(step)) in LOOP, fact
            assert fact.data["before"] == stood
            stood = State(fact.data["after"])
        assert stood is case.state
        assert case.is_open or not case.awaited_above  # nothing ends while a word is owed
        self.nobody_checks_himself(facts)
        self.no_bound_body_returns(facts)

    @staticmethod
    def nobody_checks_himself(facts):
        handler = dispatcher = None
        for fact in facts:
            if fact.kind in {"case.dispatched", "case.ruled", "case.reopened"}:
                handler, dispatcher = None, fact.actor
            handler = fact.data.get("handler") or handler
            if fact.kind == "case.closed":
                assert fact.actor not in {handler, dispatcher}

    @staticmethod
    def no_bound_body_returns(facts):
        bound = None
        for fact in facts:
            if fact.kind == "case.ruled":
                bound = fact.data["body"]
            elif fact.kind in {"case.dispatched", "case.reopened"} and fact.data["body"] != bound:
                bound = None
            assert not (fact.kind == "case.returned" and bound is not None)


def _plain(kind):
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def made(kind, at):
    """Return values of a type, good and odd ones; what the wire refuses is refused before us."""
    plain = _plain(kind)
    origin = get_origin(plain)
    if origin in {Union, UnionType}:
        return st.one_of([made(part, at) for part in get_args(plain)])
    if isinstance(plain, type) and issubclass(plain, msgspec.Struct):
        fields = {it.encode_name: made(it.type, at) for it in msgspec.structs.fields(plain)}
        return st.fixed_dictionaries(fields).map(lambda given: {"do": c.name(plain), **given})
    if origin is tuple:
        return st.lists(made(get_args(plain)[0], at), max_size=3)
    if origin is dict:
        key, value = get_args(plain)
        return st.dictionaries(made(key, at), made(value, at), max_size=3)
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return st.sampled_from(sorted(plain))
    return {
        NoneType: st.none(),
        str: st.sampled_from(TEXTS),
        bool: st.booleans(),
        int: st.integers(-1, 70),
        float: st.sampled_from([0.0, 29.08, 116.28, 200.0, -91.0]),
        datetime: st.sampled_from([-500, -1, 0, 1, 30, 400]).map(
            lambda days: at + timedelta(days=days, minutes=5)
        ),
    }[plain]


def test_that_values_can_be_made_for_every_field_of_every_command():
    for command in COMMANDS:
        for name, kind in get_type_hints(command, include_extras=True).items():
            if not name.startswith("_"):
                assert made(kind, NOON) is not None, (command, name)


@pytest.mark.timeout(900)
def test_that_whatever_is_ordered_the_hall_keeps_its_rules(make_desk, township):
    run_state_machine_as_test(
        lambda: TheHall(make_desk(township)),
        settings=settings(
            max_examples=30,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
