"""Asking for more time or a hold, deciding on it, and why a deadline falls when it falls."""

import dataclasses
from datetime import timedelta

import pytest
from msgspec.structs import replace

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.picture import Picture, Tab
from commandcenter.application.questions import Figures
from commandcenter.domain.case import RequestKind, State
from commandcenter.domain.hall import Limits
from commandcenter.domain.roster import Role
from commandcenter.domain.timelimit import DayPolicy
from ui.actions import ACTIONS, Obstacle, actions_of, obstacle
from ui.case.reading import Reading, rows
from ui.case.screen import CaseScreen
from ui.forms.case_forms import CASE_FORMS
from ui.forms.field import subject_of
from ui.forms.host import FormHost
from ui.queue.board import Board, Row
from ui.queue.columns import COLUMNS, MARKS_COLUMN, Reader, why_here

HOUR = timedelta(hours=1)


@pytest.fixture
def host(qtbot, stage):
    made = FormHost(stage)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def handled(samples):
    """A case with two working days, in hand for an hour."""
    return samples.case(3, state=State.HANDLING, age=HOUR)


def opened(host, stage, id_, case, **answers):
    return host.open(CASE_FORMS[id_], subject_of(stage, case=case), **answers)


def test_that_more_time_says_what_it_does_before_it_is_asked_for(host, stage, handled, qtbot):
    panel = opened(host, stage, "ask_extension", handled)
    assert "最多 2 次" in panel._preview.text()
    panel.enter(limit="2 work_day", reason="materials")
    qtbot.waitUntil(lambda: "按期结案率" in panel._preview.text())
    said = panel._preview.text()
    assert "截止由 11-20 12:00 改为 11-24 12:00" in said
    assert "应结案由 11-20 移到 11-24" in said
    # nine of twelve closed in time: without this one nine of eleven
    assert "11-20 按期结案率：现为 75.0 %（9/12），改后 81.8 %（9/11）" in said
    assert "届时按期办结" in said
    asked = [it for it in stage.seat.desk.asked if isinstance(it, Figures)]
    assert len(asked) == 2


def test_that_each_question_is_asked_once_however_much_is_typed(host, stage, handled):
    panel = opened(host, stage, "ask_extension", handled, limit="2 work_day")
    for text in ("一", "一二", "一二三"):
        panel.enter(words=text)
    assert len([it for it in stage.seat.desk.asked if isinstance(it, Figures)]) == 2


def test_that_an_extension_too_long_moves_nothing_in_the_preview(host, stage, handled):
    panel = opened(host, stage, "ask_extension", handled, limit="")
    assert "截止由" not in panel._preview.text()


def test_that_what_goes_beyond_the_law_is_said(host, stage, handled):
    lawful = replace(handled, statutory_due_at=handled.due_at + HOUR)
    panel = opened(host, stage, "ask_extension", lawful, limit="2 work_day")
    assert "超过法定期限" in panel._preview.text()


def test_that_a_hold_says_where_the_deadline_goes(host, stage, handled, qtbot):
    panel = opened(host, stage, "ask_hold", handled)
    qtbot.waitUntil(lambda: "应结案由" in panel._preview.text())
    assert "总时限不停" in panel._preview.text()
    assert "已挂账 0 次，最多 2 次" in panel._preview.text()


def test_that_the_supervisor_sees_what_is_asked_for_and_must_say_why_not(
    host, stage, handled, samples
):
    panel = opened(host, stage, "decide", samples.asked(handled))
    said = panel._preview.text()
    assert "申请延期：2 工作日" in said
    assert "等待材料、设备或配件" in said
    assert "李所长 说：配件后天到" in said
    assert "改为 11-24 12:00" in said
    panel.enter(grant=False)
    assert not panel._check()
    panel.enter(words="人手够")
    assert panel._check()
    order = panel.form.order(panel.subject, panel.values())
    assert order == c.Decide(
        case=handled.no, version=handled.version + 1, grant=False, words="人手够"
    )


def test_that_a_reason_comes_from_the_hall_s_list_and_from_nowhere_else(host, stage, handled):
    panel = opened(host, stage, "suspend", handled)
    (row,) = (row for row in panel._rows if row.field.key == "reason")
    offered = {it.value for it in row.field.choices(panel.subject, {})}
    assert offered == set(Limits().hold_reasons)


@pytest.mark.parametrize(
    ("id_", "role", "asked", "found"),
    [
        ("ask_extension", Role.DISPATCHER, False, None),
        ("ask_hold", Role.DISPATCHER, False, None),
        ("ask_extension", Role.DISPATCHER, True, Obstacle.STATE),
        ("ask_hold", Role.DEPT_LIAISON, False, None),
        ("decide", Role.SHIFT_SUPERVISOR, True, None),
        ("decide", Role.SHIFT_SUPERVISOR, False, Obstacle.STATE),
        ("decide", Role.DISPATCHER, True, Obstacle.ROLE),
        ("ask_extension", Role.INSPECTOR, False, Obstacle.ROLE),
    ],
)
def test_that_role_and_state_say_who_may_ask_and_who_decides(
    id_, role, asked, found, handled, samples
):
    case = samples.asked(handled) if asked else handled
    who = samples.operator("dispatcher")
    who = type(who)(id=who.id, name=who.name, role=role)
    assert obstacle(ACTIONS[id_], who, case) is found


def test_that_a_request_is_seen_in_the_queue_and_waits_for_the_supervisor(handled, samples):
    asked = samples.asked(handled)
    picture = Picture()
    picture.begin(samples.work(5))
    picture.cases[asked.no] = asked
    for who, is_mine in (("shift_supervisor", True), ("dispatcher", False)):
        board = Board(picture, samples.hall(), samples.operator(who))
        board.begin(samples.NOW)
        row: Row = board.rows[asked.no]
        assert (Tab.MINE in row.tabs) is is_mine
    reader = Reader(hall=samples.hall(), lang="zh", me="dispatcher", now=samples.NOW)
    assert COLUMNS[MARKS_COLUMN].lower(row, reader) == "? 延期待批"
    assert "延期待批" in why_here(row, reader)
    assert row.timer.kind == "decide"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", RequestKind)
def test_that_a_request_is_put_into_words_on_the_case(handled, samples, lang, kind):
    until = samples.NOW + 48 * HOUR if kind is RequestKind.HOLD else None
    asked = samples.asked(handled, kind, until=until)
    asked = replace(asked, extensions=("1 work_day",), holds=1)
    reading = Reading(case=asked, hall=samples.hall(), lang=lang, now=samples.NOW)
    said = dict(rows(reading))
    if lang == "zh":
        assert "15:30 前审批" in said["申请"]
        assert "李所长 于 14:30 提出：等待材料、设备或配件、配件后天到" in said["申请"]
        assert "延期 1 次" in said["次数"]
    else:
        assert "to be decided by 15:30" in said["Request"]


def test_that_one_key_says_why_and_brings_it_into_view(qtbot, stage, handled, samples):
    screen = CaseScreen(stage)
    qtbot.addWidget(screen)
    screen.resize(520, 700)
    screen.show()
    extended = replace(
        handled,
        extensions=("1 work_day",),
        limit_source="standards.csv:4",
        version=handled.version + 5,
    )
    due = samples.hall().calendar.deadline(
        extended.dispatched_at,
        samples.Limit.parse("2 work_day"),
        extensions=[samples.Limit.parse("1 work_day")],
    )
    extended = replace(extended, due_at=due.due_at)
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(Delta(cases=(extended,)))
    stage.select(extended.no)
    actions_of(stage).press("Q")
    said = screen._clocks._reasons.text()
    assert "依据立结案标准第 4 行" in said
    assert "批准延期 1 工作日" in said
    assert "周末，2 天不计入" in said
    assert "定下时限后工作日历有变" not in said
    actions_of(stage).press("Q")
    assert not screen._clocks._reasons.isVisible()


@pytest.mark.parametrize(("hours", "said"), [(3, ""), (17, "! 法定临期"), (24, "! 法定超期")])
def test_that_the_limit_of_the_law_warns_even_where_the_promised_one_is_far(
    handled, samples, hours, said
):
    lawful = replace(
        handled,
        total_from=samples.NOW - hours * HOUR,
        statutory_due_at=samples.NOW + (24 - hours) * HOUR,
    )
    picture = Picture()
    picture.begin(samples.work(5))
    picture.cases[lawful.no] = lawful
    board = Board(picture, samples.hall(), samples.operator("shift_supervisor"))
    board.begin(samples.NOW)
    reader = Reader(hall=samples.hall(), lang="zh", me="x", now=samples.NOW)
    assert COLUMNS[MARKS_COLUMN].lower(board.rows[lawful.no], reader) == said
    assert board.rows[lawful.no].timer.kind == "handle"


def test_that_limits_on_offer_are_reckoned_the_hall_s_way(host, stage, handled, samples):
    filed = samples.case(3, state=State.FILED, age=HOUR)
    subject = subject_of(stage, case=filed)
    limits = dataclasses.replace(subject.hall.limits, day_policy=DayPolicy.NEXT_DAY)
    whole = dataclasses.replace(subject, hall=dataclasses.replace(subject.hall, limits=limits))
    panel = host.open(CASE_FORMS["dispatch"], whole)
    (row,) = (row for row in panel._rows if row.field.key == "limit")
    offered = {it.value: it.text for it in row.field.choices(panel.subject, panel.values())}
    assert offered["3 work_day next_day"] == "3 工作日（到日终）"
    assert offered["8 urgent_hour"] == "8 紧急工作时"
