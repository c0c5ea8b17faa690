"""The table of actions: complete, without clashes, and possible only when the loop allows."""

from itertools import product

import pytest
from msgspec.structs import replace

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.commands import Command
from commandcenter.domain.case import LOOP, State, Step
from commandcenter.domain.roster import Operator, Role
from commandcenter.domain.transfer import Transfer, TransferStatus
from commandcenter.domain.words import COMMANDS
from ui.actions import ACTIONS, ALSO, Screen, actions_of, is_letter, possible
from ui.icons import icon_names


def who(role):
    return Operator(id="x", name="某", role=role)


def test_that_every_action_has_words_in_both_languages_an_icon_and_initials():
    icons = set(icon_names())
    for action in ACTIONS.values():
        assert action.label("zh")
        assert action.label("en").isascii()
        assert action.icon in icons, action.id
        assert action.initials.isascii()
        assert action.initials.islower()


def test_that_every_command_of_a_dispatcher_can_be_reached():
    reached = {action.command for action in ACTIONS.values()}
    elsewhere = {c.Retry, c.Bulk, c.Disclose, c.Press, c.NoteRefusedLinks, c.SendNow}
    missing = set(Command.__args__) - reached - elsewhere  # of several, or of no screen
    assert missing == set()
    assert {c.name(command) for command in reached if command} <= COMMANDS.keys()


def test_that_actions_sharing_a_key_are_never_possible_together(samples):
    leader = who(Role.COMMANDER)
    by_key = {}
    for action in ACTIONS.values():
        if action.key and not action.local:
            by_key.setdefault(action.key, []).append(action)
    for key, actions in by_key.items():
        if len(actions) == 1:
            continue
        assert is_letter(key), key
        for state in State:
            case = samples.case(5, state=state)
            # a supervisor may turn away what is past intake: then the milder action has the key
            open_ = [it.id for it in actions if possible(it, who(Role.DISPATCHER), case)]
            assert len(open_) <= 1, (key, state, open_)
            assert len([it for it in actions if possible(it, leader, case)]) <= 2


def test_that_no_key_does_the_irreversible():
    for id_ in ("force_close", "archive", "withdraw", "release"):
        assert not ACTIONS[id_].key
    assert set(ALSO.values()) <= ACTIONS.keys()


@pytest.mark.parametrize("state", State)
def test_that_an_action_is_possible_exactly_where_the_loop_has_one_of_its_steps(samples, state):
    plain = samples.case(7, state=state)
    taken = Transfer(
        no="Y1", to="110", reason="x", at=samples.NOW, by="a", receipt_by=samples.NOW,
        since=samples.NOW, status=TransferStatus.ACCEPTED,
    )  # fmt: skip
    for action, role in product(ACTIONS.values(), (Role.COMMANDER, Role.DISPATCHER, Role.AUDITOR)):
        if not action.steps:
            continue
        case = replace(plain, transfers=(taken,)) if Step.TRANSFER in action.steps else plain
        allowed = any(
            (rule := LOOP.get((state, step))) and (not rule.roles or role in rule.roles)
            for step in action.steps
        )
        if possible(action, who(role), case):
            assert allowed
        elif role is Role.COMMANDER:
            assert not allowed


def test_that_every_step_a_person_takes_has_an_action():
    own = {step for action in ACTIONS.values() for step in action.steps}
    by_feed = {Step.HELP, Step.COME_BACK}  # or by the clock
    assert set(Step) - own == by_feed


def test_that_one_whistle_at_a_time_can_be_blown(samples):
    case = samples.case(3, state=State.HANDLING)
    whistle, case = samples.whistle(case)
    dispatcher = who(Role.DISPATCHER)
    assert possible(ACTIONS["blow"], dispatcher, case)
    assert not possible(ACTIONS["blow"], dispatcher, case, whistle)
    assert possible(ACTIONS["on_behalf"], dispatcher, case, whistle)
    assert not possible(ACTIONS["on_behalf"], dispatcher, case)
    assert not possible(ACTIONS["blow"], dispatcher, samples.case(3, state=State.CLOSED))


def test_that_a_pressed_letter_carries_out_what_is_possible(stage):
    actions, done = actions_of(stage), []
    for id_ in ("file", "sign", "dispatch"):
        actions.on(id_, lambda id_=id_: done.append(id_))
    by_state = {case.state: case.no for case in stage.picture.cases.values()}
    stage.select(by_state[State.RECEIVED])
    actions.press("A")
    stage.select(by_state[State.DISPATCHED])
    actions.press("A")
    stage.select(by_state[State.FILED])
    actions.press("D")
    actions.press("A")
    assert done == ["file", "sign", "dispatch"]


def test_that_nothing_is_possible_on_a_case_while_its_command_is_under_way(stage, desk):
    actions = actions_of(stage)
    case = next(it for it in stage.picture.cases.values() if it.state is State.FILED)
    stage.select(case.no)
    assert actions.is_possible("dispatch")
    desk.held = []
    stage.submit(c.Dispatch(case=case.no, version=case.version), subject=case.no)
    assert not actions.is_possible("dispatch")


def test_that_a_key_that_can_do_nothing_says_why(stage, desk, samples):
    actions, said = actions_of(stage), []
    stage.refused.connect(said.append)
    by_state = {case.state: case for case in stage.picture.cases.values()}

    def pressed(key):
        said.clear()
        actions.press(key)
        assert len(said) == 1
        return said[0]

    assert pressed("D") == "「派单」要先在队列里选中一件案卷。"
    received, filed = by_state[State.RECEIVED], by_state[State.FILED]
    stage.select(received.no)
    assert pressed("D") == f"{received.no} 现在是「已接收」，不能派单。请先受理（A）。"
    assert pressed("E") == f"{received.no} 没有进行中的哨，不能升级。"
    whistled = next(it for it in stage.picture.whistles.values())
    stage.select(whistled.case)
    assert pressed("W") == f"{whistled.case} 已经在吹哨，请在哨件台继续。"
    stage.select(filed.no)
    desk.held = []
    stage.submit(c.Dispatch(case=filed.no, version=filed.version), subject=filed.no)
    assert "还没有确认" in pressed("D")
    assert "还没有确认" in pressed("W")
    stage.sign_on(samples.operator("inspector"))
    stage.select(received.no)
    assert pressed("A") == (
        "「核查员」岗位不能受理或准予进入或代签收，可由受理员、派遣员、值班长、值班领导、指挥长办理。"
    )


def test_that_a_step_for_which_the_role_is_too_low_names_the_role(stage, samples):
    actions, said = actions_of(stage), []
    stage.refused.connect(said.append)
    held = samples.case(7, state=State.HANDLING)
    stage.picture.apply(Delta(cases=(held,)))
    stage.select(held.no)
    actions.trigger("force_close")
    assert said == ["「派遣员」岗位不能强制结案，可由值班长、值班领导、指挥长办理。"]
    assert actions.why_not("urge") == ""


def test_that_an_entry_that_cannot_be_chosen_says_why_in_its_tip(stage):
    entry = actions_of(stage).qaction("dispatch", stage)
    assert not entry.isEnabled()
    assert "选中一件案卷" in entry.toolTip()


def test_that_an_action_without_its_screen_brings_the_screen_up(stage):
    actions, done = actions_of(stage), []

    def summon(screen):
        done.append(screen)
        actions.on("dispatch", lambda: done.append("dispatched"))

    actions.summon_with(summon)
    case = next(it for it in stage.picture.cases.values() if it.state is State.FILED)
    stage.select(case.no)
    actions.trigger("dispatch")
    assert done == [Screen.CASE, "dispatched"]


def test_that_an_action_brings_up_its_screen_only_where_it_cannot_be_seen(stage):
    actions, done, seen = actions_of(stage), [], set()
    actions.on("dispatch", lambda: done.append("dispatched"))
    actions.summon_with(done.append, seen.__contains__)
    case = next(it for it in stage.picture.cases.values() if it.state is State.FILED)
    stage.select(case.no)
    actions.trigger("dispatch")
    seen.add(Screen.CASE)
    actions.trigger("dispatch")
    assert done == [Screen.CASE, "dispatched", "dispatched"]


def test_that_a_settled_case_can_be_acted_on_once_it_is_shown(stage, samples):
    actions = actions_of(stage)
    case = samples.case(900, state=State.CLOSED)
    stage.select(case.no)
    assert not actions.is_possible("follow_up")
    actions.show_case(case)
    assert actions.is_possible("follow_up")
    assert not actions.is_possible("dispatch")


def test_that_an_unknown_action_is_a_fault_of_the_program(stage):
    with pytest.raises(KeyError):
        actions_of(stage).on("no_such_thing", print)


def test_that_menu_entries_show_words_and_key_and_whether_they_are_possible(stage, qapp):
    actions = actions_of(stage)
    case = next(it for it in stage.picture.cases.values() if it.state is State.FILED)
    stage.select(case.no)
    entry = actions.qaction("dispatch", stage)
    assert entry.text() == "派单\tD"
    assert entry.isEnabled()
    assert not entry.icon().isNull()
    assert not actions.qaction("check", stage).isEnabled()
