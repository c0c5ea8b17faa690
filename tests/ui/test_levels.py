"""Requests to the county, transfers, mediation on the screens: what is said, offered, sent."""

from datetime import timedelta

import pytest

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.needs import Need
from commandcenter.domain.case import State
from tests.ui import samples as made_up
from ui.actions import ACTIONS, actions_of, possible
from ui.case.levels import levels
from ui.case.reading import Reading
from ui.case.screen import CaseScreen
from ui.forms.difference import differences
from ui.forms.field import subject_of
from ui.forms.gate_forms import FORMS
from ui.forms.host import FormHost
from ui.queue.columns import Reader, why_here
from ui.whistle.above import AboveCard
from ui.wording import deed

HOUR = timedelta(hours=1)
NOW = made_up.NOW
ALL = (
    "call_county", "answer_call", "recall_call", "transfer", "note_receipt", "recall_transfer",
    "close_transferred", "begin_mediation", "note_mediation", "raise_mediation", "end_mediation",
)  # fmt: skip


@pytest.fixture
def handled(samples):
    return samples.case(24, state=State.HANDLING, age=30 * HOUR, category="T0103")


@pytest.fixture
def busy(samples, handled):
    """A case on which the county, 110 and a village all owe a word."""
    case = samples.called(handled, at=NOW - 3 * HOUR)
    case = samples.transferred(case, at=NOW - HOUR)
    return samples.mediated(case, at=NOW - HOUR)


@pytest.fixture
def taken(samples, busy):
    return accepted(samples, busy)


def accepted(samples, case):
    moved = {"transfer": case.transfers[0].no, "destination": "110", "decision": "accepted"}
    return samples.noted(case, "transfer_moved", receipt="J-7", who="李警官", **moved)


def told(samples, case, lang="zh", now=NOW):
    reading = Reading(case=case, hall=samples.hall(), lang=lang, now=now)
    return dict(levels(reading))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_a_case_nobody_above_has_a_part_in_says_nothing_of_it(samples, handled, lang):
    assert told(samples, handled, lang) == {}


def test_that_what_is_owed_says_by_whom_till_when_and_that_it_stays_ours(samples, busy):
    said = told(samples, busy)
    assert set(said) == {"乡呼县应", "移送", "三级联调"}
    assert said["乡呼县应"].startswith("! 县水利局（协助）")
    assert "超 1 小时" in said["乡呼县应"]
    assert "仍由本镇办理" in said["移送"]
    assert "○ 县" in said["三级联调"]


def test_that_an_answer_is_shown_with_who_when_number_and_words(samples, busy, taken):
    answer = {"call": busy.calls[0].no, "body": "county_water", "answer": "agreed"}
    case = samples.noted(taken, "county_answered", who="赵科长", channel="电话", words="已出发",
                         **answer)  # fmt: skip
    said = told(samples, case)
    assert "同意协助，赵科长 电话：已出发" in said["乡呼县应"]
    assert said["乡呼县应"].startswith("✓")
    assert "对方已接收（回执 J-7），李警官" in said["移送"]
    assert said["移送"].startswith("✓")


def test_that_every_level_keeps_its_work_in_the_order_of_the_ladder(samples, handled):
    case = samples.mediated(handled, at=NOW - 80 * HOUR)
    case = samples.noted(
        case, "mediation_noted", at=NOW - 70 * HOUR, who="李主任", words="谈过一次"
    )
    case = samples.noted(case, "mediation_raised", at=NOW - HOUR, body="peace", words="村里定不了")
    case = samples.noted(case, "mediation_noted", who="老陈", words="约了明天")
    lines = told(samples, case)["三级联调"].split("\n")
    order = [at for at, line in enumerate(lines) if line.strip("!✓－…○ ")[:1] in "村镇县"]
    assert len(order) == 3
    assert [any("谈过一次" in it for it in lines[order[0]:order[1]]),
            any("村里定不了" in it for it in lines[order[0]:order[1]]),
            any("约了明天" in it for it in lines[order[1]:])] == [True] * 3  # fmt: skip
    assert lines[order[0]].startswith("!")  # the village was done after its mark


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("county_called", {"call": "H", "body": "county_water", "tier": "view", "asked": "知悉",
                           "reply_by": NOW}),
        ("county_answered", {"call": "H", "body": "county_water", "answer": "declined"}),
        ("transfer_sent", {"transfer": "Y", "destination": "110", "reason": "x",
                           "receipt_by": NOW}),
        ("transfer_moved", {"transfer": "Y", "destination": "110", "decision": "accepted"}),
        ("mediation_begun", {"body": "peace", "rung": "village", "levels": []}),
        ("mediation_noted", {"body": "peace", "rung": "village", "words": "谈过", "who": "老陈"}),
        ("mediation_raised", {"body": "peace", "rung": "county", "words": "x"}),
        ("mediation_ended", {"rung": "county", "end": "failed", "words": "x"}),
    ],
)  # fmt: skip
def test_that_the_history_tells_every_deed_in_words(samples, kind, data, lang):
    fact = samples.cases.Fact(kind=f"case.{kind}", subject="C1", at=NOW, actor="hall", data=data)
    found = deed(samples.hall(), fact, lang)
    said = " ".join((found.what, *found.details))
    assert kind not in said
    assert "{" not in said
    for code in ("county_water", "agreed", "declined", "accepted", "village", "failed"):
        assert lang == "en" or code not in said


def test_that_each_action_is_offered_only_where_it_can_be_taken(samples, handled, busy, taken):
    me = samples.operator()
    settled = accepted(samples, samples.transferred(handled, at=NOW - HOUR))
    offered = [
        {id_ for id_ in ALL if possible(ACTIONS[id_], me, case)}
        for case in (handled, busy, taken, settled)
    ]
    assert offered[0] == {"call_county", "transfer", "begin_mediation"}
    assert offered[1] == set(ALL) - {"close_transferred", "begin_mediation"}
    assert "close_transferred" not in offered[2]  # the county and a village still owe a word
    assert "close_transferred" in offered[3]
    assert "note_receipt" not in offered[2]


def test_that_no_two_of_them_share_a_key_with_what_is_possible_beside_them(samples, busy, taken):
    for case in (busy, taken):
        open_ = [it for it in ACTIONS.values() if it.key and possible(it, samples.operator(), case)]
        mine = {it.key for it in open_ if it.id in ALL}
        assert all(sum(it.key == key for it in open_) == 1 for key in mine)


@pytest.fixture
def open_form(qtbot, stage):
    host = FormHost(stage)
    qtbot.addWidget(host)

    def opened(id_, case):
        host.show()
        return host.open(FORMS[id_], subject_of(stage, case=case))

    return opened


SENT = [
    ("call_county", "handled", {"body": "county_water", "request": "请派车"}, c.CallCounty),
    ("answer_call", "busy", {"who": "赵科长", "words": "同意"}, c.AnswerCall),
    ("recall_call", "busy", {"reason": "水退了"}, c.RecallCall),
    ("transfer", "handled", {"to": "110", "reason": "持械"}, c.Transfer),
    ("note_receipt", "busy", {"who": "李警官"}, c.NoteReceipt),
    ("recall_transfer", "busy", {"reason": "误报"}, c.RecallTransfer),
    ("close_transferred", "taken", {}, c.CloseTransferred),
    ("begin_mediation", "handled", {}, c.BeginMediation),
    ("note_mediation", "busy", {"who": "李主任", "words": "谈过"}, c.NoteMediation),
    ("raise_mediation", "busy", {"words": "调不成"}, c.RaiseMediation),
    ("end_mediation", "busy", {"words": "签了协议"}, c.EndMediation),
]


@pytest.mark.parametrize(("id_", "about", "answers", "command"), SENT, ids=[it[0] for it in SENT])
def test_that_a_form_begins_with_what_is_known_and_sends_its_command(
    request, stage, desk, open_form, id_, about, answers, command
):
    case = request.getfixturevalue(about)
    stage.picture.apply(Delta(cases=(case,)))
    panel = open_form(id_, case)
    panel.enter(**answers)
    panel.send()
    (order,) = [order for order, _who in desk.submitted if isinstance(order, command)]
    assert (order.case, order.version) == (case.no, case.version)
    if id_ == "answer_call":
        assert (order.call, order.status) == (case.calls[0].no, "agreed")
    if id_ == "note_receipt":
        assert (order.transfer, order.status) == (case.transfers[0].no, "accepted")
    if id_ == "begin_mediation":
        assert (order.level, order.body[:8]) == ("village", "village_")
    if id_ == "raise_mediation":
        assert order.body == "peace"
    if id_ == "close_transferred":
        assert "110" in order.reply


def test_that_only_to_know_of_it_is_answered_by_having_seen_it(samples, handled, open_form):
    case = samples.called(handled, tier="view")
    panel = open_form("answer_call", case)
    assert panel.values()["status"] == "seen"


def test_that_a_mediation_fails_at_its_highest_level_alone(stage, samples, busy):
    def ends(case):
        field = FORMS["end_mediation"].fields[0]
        return [it.value for it in field.choices(subject_of(stage, case=case), {})]

    assert "failed" not in ends(busy)
    for body in ("peace", "county_urban"):
        busy = samples.noted(busy, "mediation_raised", body=body, words="x")
    assert "failed" in ends(busy)


def test_that_the_ladder_is_told_before_it_is_begun(handled, open_form):
    panel = open_form("begin_mediation", handled)
    said = panel._preview.text()
    assert all(word in said for word in ("2 自然日", "3 自然日", "总时限不变"))


def test_that_only_disputes_are_offered_the_ladder_by_a_button(qtbot, stage, samples, handled):
    screen = CaseScreen(stage)
    qtbot.addWidget(screen)
    screen.show()
    other = samples.case(25, state=State.HANDLING, category="C0101")
    for case, shown in ((handled, True), (other, False)):
        stage.picture.apply(Delta(cases=(case,)))
        stage.select(case.no)
        assert ("begin_mediation" in screen._steps.offered) is shown


def test_that_a_key_opens_the_form_of_the_case_in_hand(qtbot, stage, handled):
    screen = CaseScreen(stage)
    qtbot.addWidget(screen)
    screen.show()
    stage.picture.apply(Delta(cases=(handled,)))
    stage.select(handled.no)
    actions_of(stage).press("Shift+H")
    assert screen.forms.panel.form.id == "call_county"


def test_that_the_board_lists_what_is_owed_the_most_pressing_first(qtbot, stage, samples, busy):
    card = AboveCard(stage)
    qtbot.addWidget(card)
    assert card.isHidden()
    stage.picture.apply(Delta(cases=(busy,)))
    stage.changed.emit([Delta(cases=(busy,))])
    names = [row[0].text() for row in card._rows if not row[0].isHidden()]
    assert [name[:2] for name in names] == ["县级", "移送", "联调"]
    assert "2 项逾期" in card._hint.text()
    card._rows[0][3].click()
    assert stage.selection == busy.no
    settled = samples.replace(busy, state=State.CLOSED, closed_at=NOW, version=busy.version + 1)
    stage.picture.apply(Delta(cases=(settled,)))
    stage.changed.emit([Delta(cases=(settled,))])
    assert card.isHidden()


def test_that_the_board_shows_a_few_and_counts_the_rest(qtbot, stage, samples):
    found = [samples.called(samples.case(60 + n, state=State.HANDLING)) for n in range(9)]
    stage.picture.apply(Delta(cases=tuple(found)))
    card = AboveCard(stage)
    qtbot.addWidget(card)
    assert sum(not row[0].isHidden() for row in card._rows) == 5
    assert "4" in card._more.text()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("need", [Need.COUNTY, Need.RECEIPT, Need.TAKEN_OVER, Need.LADDER])
def test_that_the_queue_says_why_it_is_mine_to_do(samples, busy, need, lang):
    from ui.queue.board import Row

    rest = {"rank": (0, 0, 0.0, ""), "tabs": frozenset(), "turns_at": None}
    row = Row(case=busy, need=need, timer=None, whistle=None, **rest)
    reader = Reader(hall=samples.hall(), lang=lang, me="dispatcher", now=NOW)
    assert ("待我办" if lang == "zh" else "Mine to do") in why_here(row, reader)


def test_that_whoever_fills_a_form_sees_what_was_answered_meanwhile(samples, busy, taken):
    (found,) = differences(samples.hall(), busy, taken, "zh")
    assert (found.name, found.now) == ("移送", "110 报警服务台 对方已接收")
