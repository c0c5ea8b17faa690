"""Several cases chosen in the queue and decided on at once, in a real window on a real store."""

import importlib
from dataclasses import replace

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from commandcenter.application import commands as c
from commandcenter.application.plans import dispatch_plan
from commandcenter.domain.case import State, Stay, Step
from ui.actions import Screen, actions_of
from ui.bulk_result import BulkResult
from ui.forms.bulk_forms import BULK_FORMS
from ui.forms.field import subject_of
from ui.wording import body_name

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def work():
    return lambda worker: worker.take_in(8)


def choose(window, count):
    """Choose rows from the top by Shift and the arrow."""
    view = window.queue._view
    view.setFocus()
    view.selectRow(0)
    for _ in range(count - 1):
        QTest.keyClick(view, Qt.Key.Key_Down, SHIFT)
    return window.stage.chosen


def states(stage, numbers):
    return [
        stage.worker.core.store.answer(
            importlib.import_module("commandcenter.application.questions").OneCase(no=no)
        ).state
        for no in numbers
    ]


def settled(qtbot, stage):
    qtbot.waitUntil(lambda: not stage.pending)


def test_that_rows_are_chosen_by_shift_and_ctrl_and_the_bar_says_what_can_be_done(window, real):
    numbers = choose(window, 3)
    assert len(numbers) == 3
    bar = window.queue._several
    assert bar.isVisible()
    names = {it.accessibleName() for it in bar.findChildren(QPushButton) if it.isVisible()}
    assert names == {"认领 3 件", "受理 3 件", "并案 3 件", "只选一件"}
    QTest.keyClick(window.queue._view, Qt.Key.Key_Escape)
    assert real.chosen == ()
    assert bar.isHidden()
    assert real.selection in numbers
    QTest.keyClick(window.queue._view, Qt.Key.Key_A, CONTROL)
    assert len(real.chosen) == 8


def test_that_the_bar_follows_what_others_do_to_the_chosen_cases(qtbot, window, real):
    numbers = choose(window, 3)
    button = window.queue._several._buttons["file"]
    assert button.accessibleName() == "受理 3 件"
    case = real.picture.cases[numbers[1]]
    by_another = real.worker.core.desk("intake_officer")
    by_another.submit(c.File(case=case.no, version=case.version, category="E0111")).result()
    qtbot.waitUntil(lambda: button.accessibleName() == "受理 2 件")


def test_that_the_buttons_of_the_case_panel_say_that_they_mean_all(window, real):
    choose(window, 4)
    steps = window.panes[Screen.CASE].content._steps
    shown = {it.accessibleName() for it in steps.findChildren(QPushButton) if it.isVisible()}
    assert shown == {"认领 4 件", "受理 4 件", "并案 4 件"}
    real.select(real.picture.cases[real.selection].no)
    QTest.keyClick(window.queue._view, Qt.Key.Key_Escape)
    shown = {it.accessibleName() for it in steps.findChildren(QPushButton) if it.isVisible()}
    assert "受理" in shown


def test_that_cases_are_filed_and_dispatched_together(qtbot, window, real, said):
    numbers = choose(window, 5)
    QTest.keyClick(window.queue._view, Qt.Key.Key_A)
    panel = window.forms.panel
    assert panel.form is BULK_FORMS["file"]
    panel.enter(category="C0106")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: bool(said))
    settled(qtbot, real)
    assert said == ["立案：5 件都已办好"]
    assert states(real, numbers) == [State.FILED] * 5
    said.clear()
    real.choose(numbers)
    actions_of(real).press("D")
    panel = window.forms.panel
    assert "5 件" in panel._preview.text()
    panel.send()
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["派单：5 件都已办好"]
    assert states(real, numbers) == [State.DISPATCHED] * 5


def test_that_calls_without_a_class_are_filed_together_each_as_its_words_suggest(
    qtbot, window, real, said
):
    for title in ("井盖没了很危险", "有人烧秸秆烟很大", "说不清的事"):
        order = c.Register(title=title, channel="hotline", address="东街", description=title)
        real.worker.do("intake_officer", order)
    qtbot.waitUntil(lambda: window.queue._model.rowCount() == 11)
    numbers = {it.title: no for no, it in real.picture.cases.items() if not it.category}
    real.choose(list(numbers.values()))
    actions_of(real).press("A")
    panel = window.forms.panel
    assert "2 件没有类别，各按内容建议" in panel._preview.text()
    assert "1 件看不出类别" in panel._preview.text()
    window.forms.leave()
    del numbers["说不清的事"]
    real.choose(list(numbers.values()))
    actions_of(real).press("A")
    window.forms.panel.send()
    qtbot.waitUntil(lambda: bool(said))
    settled(qtbot, real)
    assert said == ["立案：2 件都已办好"]
    categories = real.hall.categories
    classes = {categories[real.picture.cases[no].category].name for no in numbers.values()}
    assert classes == {"井盖缺损", "秸秆焚烧"}


@pytest.mark.parametrize("id_", ["file", "dispatch"])
def test_that_deciding_on_several_says_which_of_them_look_like_the_same_problem(
    qtbot, window, real, said, id_
):
    call = {"channel": "hotline", "address": "东街 5 号", "title": "东街路口井盖没了很危险"}
    for words in (call, call, call, {**call, "address": "南大路 12 号", "title": "烧秸秆烟很大"}):
        order = c.Register(category="C0101", description=words["title"], **words)
        real.worker.do("intake_officer", order)
    qtbot.waitUntil(lambda: window.queue._model.rowCount() == 12)
    *same, other = sorted(real.picture.cases)[-4:]
    state = State.FILED if id_ == "dispatch" else State.RECEIVED
    for number in (*same, other) if state is State.FILED else ():
        real.worker.do("intake_officer", c.File(case=number))
    qtbot.waitUntil(lambda: real.picture.cases[other].state is state)
    real.choose([same[0], same[2], other])
    actions_of(real).trigger(id_)
    panel = window.forms.panel
    asked = "看起来与别的案卷是同一问题"
    qtbot.waitUntil(lambda: asked in panel._notice.text())
    line = panel._notice.text()
    assert panel._notice.isVisible()
    assert not panel._body.isAncestorOf(panel._notice)  # in sight however low the screen is
    assert line.startswith("2 件")
    assert f"{same[0]}、{same[2]}、{same[1]}（未选）" in line
    assert other not in line
    panel.send()
    qtbot.waitUntil(lambda: bool(said))
    assert "3 件都已办好" in said[0]


def test_that_of_many_that_look_alike_the_first_are_named_and_the_others_counted(real):
    samples = importlib.import_module("tests.ui.samples")
    of = importlib.import_module("ui.forms.field").subject_of
    cases = tuple(samples.case(n, state=State.FILED) for n in range(18))
    numbers = [it.no for it in cases]
    form = BULK_FORMS["dispatch"]
    (asked,) = form.asks(of(real, cases=cases), {})

    def line(*families):
        answered = replace(of(real, cases=cases), answers={asked: families})
        return "".join(form.notice(answered, {}))

    assert form.notice(of(real, cases=cases), {}) == []
    assert line() == ""
    assert line(tuple(numbers[:9])).endswith(f"{'、'.join(numbers[:4])} 等 9 件。")
    five = line(*(tuple(numbers[n : n + 2]) for n in range(0, 10, 2)))
    assert five.startswith("10 件")
    assert five.endswith("；等 5 组。")


def test_that_closing_several_says_who_was_not_called_and_what_is_not_proved(real):
    of = importlib.import_module("ui.forms.field").subject_of
    cases = [
        importlib.import_module("tests.ui.samples").case(
            n, requires_reply=n < 3, lacking=("处置后照片",) * (n == 1)
        )
        for n in range(4)
    ]
    form, subject = BULK_FORMS["close"], of(real, cases=tuple(cases))
    told = "\n".join(form.preview(subject, {"outcome": "solved", "contacted": False}))
    assert "没有联系上报人：3 件" in told
    assert "1 件缺少证据" in told
    told = "\n".join(form.preview(subject, {"outcome": "explained", "contacted": True}))
    assert "联系" not in told
    assert "缺少" not in told
    order = form.order(subject, {"outcome": "solved", "contacted": True})
    assert all(it.contacted for it in order.orders)


def test_that_the_form_names_whom_a_case_goes_to_that_a_body_has_handed_on(real):
    hall = real.hall
    item = next(it for it in hall.duties.values() if it.body in hall.bodies)
    helper = next(code for code in hall.bodies if code != item.body)
    now, case = real.now(), importlib.import_module("tests.ui.samples").case(3)
    stay = Stay(body=helper, start=now, end=now, ended=Step.RETURN, duty_item=item.item)
    handed_on = structs.replace(case, state=State.FILED, pledged=(helper,), stays=(stay,))
    assert dispatch_plan(hall, handed_on, real.now()).body == item.body
    told = BULK_FORMS["dispatch"].preview(subject_of(real, cases=(handed_on,)), {})
    assert body_name(hall, item.body) in told[0]


def test_that_several_are_merged_under_the_oldest(qtbot, window, real, said):
    numbers = choose(window, 3)
    actions_of(real).press("M")
    window.forms.panel.send()
    bar = window.panes[Screen.CASE].content._undo
    qtbot.waitUntil(lambda: bar.on_offer)
    main = min(numbers)
    assert bar.accessibleName() == f"2 件已并入 {main}"
    assert said == []
    assert states(real, sorted(numbers)) == [State.RECEIVED, State.MERGED, State.MERGED]
    qtbot.waitUntil(lambda: len(real.picture.cases[main].children) == 2)
    bar.take_back()
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["撤销并案：2 件都已办好"]
    assert states(real, numbers) == [State.RECEIVED] * 3


def test_that_merging_several_says_which_do_not_look_like_the_main_case(qtbot, window, real):
    call = {"channel": "hotline", "address": "东街 5 号", "title": "东街路口井盖没了很危险"}
    for words in (call, call, {**call, "address": "南大路 12 号", "title": "烧秸秆烟很大"}):
        order = c.Register(category="C0101", description=words["title"], **words)
        real.worker.do("intake_officer", order)
    qtbot.waitUntil(lambda: window.queue._model.rowCount() == 11)
    *same, other = sorted(real.picture.cases)[-3:]
    real.choose([*same, other])
    actions_of(real).trigger("merge")
    panel = window.forms.panel
    asked = "看起来与主案不是同一问题"
    qtbot.waitUntil(lambda: asked in panel._notice.text())
    assert panel._notice.text().startswith("1 件")
    assert other in panel._notice.text()
    assert same[1] not in panel._notice.text()
    panel.enter(into=other)
    assert panel._notice.text().startswith("2 件")
    window.forms.leave()
    real.choose(same)
    actions_of(real).trigger("merge")
    (question,) = BULK_FORMS["merge"].asks(window.forms.panel.subject, {})
    qtbot.waitUntil(lambda: question in window.forms.panel.subject.answers)
    assert window.forms.panel._notice.isHidden()


def test_that_a_form_for_several_takes_those_alone_for_which_it_is_possible(
    qtbot, window, real, said
):
    numbers = choose(window, 4)
    for number in numbers[:2]:
        real.worker.do("intake_officer", c.File(case=number, category="C0106"))
    qtbot.waitUntil(lambda: actions_of(real).count("dispatch") == 2)
    actions_of(real).trigger("dispatch")
    panel = window.forms.panel
    assert panel._heading.text() == "派单 · 2 件"
    panel.send()
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["派单：2 件都已办好"]


def test_that_what_can_no_longer_be_merged_is_offered_as_the_main_case(qtbot, window, real, said):
    numbers = choose(window, 4)
    *rest, newest = sorted(numbers)
    real.worker.do("intake_officer", c.File(case=newest, category="C0106"))
    real.worker.do("dispatcher", c.Dispatch(case=newest, body="construction"))
    qtbot.waitUntil(lambda: len(real.chosen) == 3)  # it has left the list
    real.choose(numbers)
    actions_of(real).trigger("merge")
    panel = window.forms.panel
    assert panel.values()["into"] == newest
    assert "其余 3 件并入主案" in panel._preview.text()
    panel.enter(into=rest[0])
    assert "其余 2 件并入主案" in panel._preview.text()
    assert "1 件现在不能并入别的案卷" in panel._preview.text()
    panel.enter(into=newest)
    panel.send()
    bar = window.panes[Screen.CASE].content._undo
    qtbot.waitUntil(lambda: bar.on_offer)
    assert bar.accessibleName() == f"3 件已并入 {newest}"


def test_that_a_case_with_bodies_on_their_way_is_offered_as_the_main_case_only(qtbot, window, real):
    numbers = choose(window, 3)
    whistled = max(numbers)
    real.worker.do("dispatcher", c.Blow(case=whistled, kind="emergency", bodies=("police",)))
    qtbot.waitUntil(lambda: real.picture.whistle_of(real.picture.cases[whistled]) is not None)
    real.choose(numbers)
    actions_of(real).trigger("merge")
    panel = window.forms.panel
    assert panel.values()["into"] == whistled
    assert "其余 2 件并入主案" in panel._preview.text()
    panel.enter(into=min(numbers))
    assert "其余 1 件并入主案" in panel._preview.text()
    assert "1 件现在不能并入别的案卷" in panel._preview.text()


def test_that_the_bar_counts_as_many_as_the_form_that_merges_deals_with(qtbot, window, real):
    numbers = choose(window, 5)
    whistled = max(numbers)
    real.worker.do("dispatcher", c.Blow(case=whistled, kind="emergency", bodies=("police",)))
    qtbot.waitUntil(lambda: real.picture.whistle_of(real.picture.cases[whistled]) is not None)
    real.choose(numbers)
    assert window.queue._several._buttons["merge"].accessibleName() == "并案 5 件"
    actions_of(real).press("M")
    panel = window.forms.panel
    assert panel._heading.text() == "并为一案 · 5 件"
    assert panel.values()["into"] == whistled
    assert "其余 4 件并入主案" in panel._preview.text()


def test_that_of_a_main_case_and_what_is_merged_into_it_nothing_more_can_be_merged(
    qtbot, window, real, said
):
    main, other = sorted(choose(window, 2))
    real.worker.do("intake_officer", c.Merge(case=other, into=main))
    qtbot.waitUntil(lambda: bool(real.picture.cases[main].children))
    real.choose([main, other])
    assert window.queue._several._buttons["merge"].isHidden()
    real.choose(())
    real.select(main)
    actions_of(real).press("M")
    assert window.forms.panel is None
    assert "已有并入的案卷" in said[0]


def test_that_what_one_has_claimed_is_not_claimed_again(qtbot, window, real, said):
    numbers = choose(window, 3)
    button = window.queue._several._buttons["claim"]
    real.worker.do("dispatcher", c.Claim(case=numbers[0]))
    qtbot.waitUntil(lambda: button.accessibleName() == "认领 2 件")
    actions_of(real).press("L")
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["认领：2 件都已办好"]
    qtbot.waitUntil(button.isHidden)
    said.clear()
    actions_of(real).press("L")
    assert said == ["选中的案卷都是您认领的，不用再认领。"]


def test_that_the_refused_are_listed_with_why_and_what_to_do(qtbot, window, real, said):
    numbers = choose(window, 4)
    real.worker.do("dispatcher2", c.Claim(case=numbers[1]))
    real.worker.do("intake_officer", c.File(case=numbers[2]))
    actions_of(real).press("L")
    qtbot.waitUntil(lambda: bool(window.findChildren(BulkResult)))
    (result,) = window.findChildren(BulkResult)
    cells = [
        [result.table.item(row, column).text() for column in range(4)]
        for row in range(result.table.rowCount())
    ]
    assert [row[0] for row in cells] == sorted(numbers[1:3])
    assert all(all(row) for row in cells)
    assert "办成 2 件，2 件没有办" in result.windowTitle()
    assert states(real, numbers[:1] + numbers[3:]) == [State.RECEIVED] * 2
    result.table.selectRow(1)
    QTest.keyClick(result.table, Qt.Key.Key_Return)
    assert real.selection == cells[1][0]
    assert said == []


def test_that_nothing_is_sent_twice_while_it_is_under_way(qtbot, window, real, said):
    numbers = choose(window, 3)
    actions_of(real).trigger("claim")
    assert set(numbers) <= real.pending.keys()
    assert set(numbers) <= set(window.queue._reader.pending)
    actions_of(real).trigger("claim")
    assert len(said) == 1
    assert "不要重复提交" in said[0]
    settled(qtbot, real)
    assert window.queue._reader.pending == frozenset()
    facts = [real.worker.core.store.facts({number}) for number in numbers]
    assert [sum(it.fact.kind == "case.claimed" for it in of_one) for of_one in facts] == [1, 1, 1]


def test_that_what_is_done_one_by_one_is_refused_for_several(window, real, said):
    choose(window, 2)
    for key in ("W", "V", "R"):
        actions_of(real).press(key)
    assert len(said) == 3
    assert all("一件一件办" in sentence for sentence in said)


def test_that_more_than_the_writer_can_bear_are_refused(window, real, said, monkeypatch):
    monkeypatch.setattr(c, "AT_ONCE", 2)
    choose(window, 3)
    actions_of(real).press("L")
    assert said == ["一次最多 2 件，请分批选。"]


def test_that_several_stay_chosen_when_one_of_them_leaves_the_list(qtbot, window, real):
    numbers = choose(window, 4)
    current = real.selection
    real.worker.do("dispatcher", c.Reject(case=current, reason="不属受理范围", reply="请另行反映"))
    qtbot.waitUntil(lambda: len(real.chosen) == 3)
    assert set(real.chosen) == set(numbers) - {current}


def test_that_selecting_one_elsewhere_ends_the_choice_of_several(window, real):
    numbers = choose(window, 3)
    other = next(no for no in real.picture.cases if no not in numbers)
    real.select(other)
    assert real.chosen == ()
    assert len(window.queue._view.selectionModel().selectedRows()) == 1
