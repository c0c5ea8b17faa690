"""The box of Ctrl+K: commands by words and initials, cases by number and title."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from commandcenter.application.changes import Delta
from commandcenter.application.questions import Cases
from commandcenter.domain.case import State
from ui.actions import actions_of
from ui.command_box import CommandBox


@pytest.fixture
def window(qtbot, stage):
    made = QWidget()
    made.resize(1000, 700)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def box(window, stage):
    return CommandBox(stage, window)


def type_in(qtbot, box, text):
    box.box._field.setText(text)
    qtbot.waitUntil(lambda: not box._rest.isActive())


def titles(box):
    return [entry.title for entry in box.box.shown]


@pytest.mark.parametrize("typed", ["hfmrbj", "恢复默认", "reset"])
def test_that_commands_are_found_by_initials_words_and_english(qtbot, box, typed):
    box.open()
    type_in(qtbot, box, typed)
    assert titles(box)[0] == "恢复默认布局"


def test_that_only_what_is_possible_is_offered(qtbot, box, stage):
    box.open()
    assert "派单" not in titles(box)
    case = next(it for it in stage.picture.cases.values() if it.state is State.FILED)
    stage.select(case.no)
    box.open()
    type_in(qtbot, box, "pd")
    assert "派单" in titles(box)


def test_that_a_case_is_found_by_the_end_of_its_number_and_selected(qtbot, box, stage):
    opened = []
    actions_of(stage).on("panel_case", lambda: opened.append(stage.selection))
    number = next(iter(stage.picture.cases))
    box.open()
    type_in(qtbot, box, number[-5:])
    title = stage.picture.cases[number].title
    qtbot.waitUntil(lambda: title in titles(box))
    qtbot.keyClick(box.box._field, Qt.Key.Key_Return)
    assert stage.selection == number
    assert opened == [number]


def test_that_the_own_number_of_a_case_goes_before_an_upstream_one(qtbot, box, desk, samples):
    merged = samples.case(70_045, state=State.MERGED, title="并掉的一件")
    other = samples.case(70_046, title="另一件")  # its upstream number ends in the same digits
    desk.answers[Cases] = lambda _question: (other, merged)
    box.open()
    type_in(qtbot, box, merged.no[-5:])
    qtbot.waitUntil(lambda: len(box.box.shown) == 2)
    assert titles(box) == ["并掉的一件", "另一件"]


@pytest.mark.parametrize("in_hand", [True, False])
def test_that_a_word_of_a_title_goes_before_a_command_that_is_only_like_it(
    qtbot, box, stage, desk, samples, in_hand
):
    case = samples.case(70_046, title="DROP 路口积水")
    if in_hand:
        with qtbot.waitSignal(stage.changed):
            desk.say(Delta(cases=(case,)))
    else:
        desk.answers[Cases] = lambda _question: (case,)
    box.open()
    type_in(qtbot, box, "DROP")
    qtbot.waitUntil(lambda: case.title in titles(box))
    assert titles(box)[0] == case.title
    assert len(titles(box)) > 1, "nothing else was like it"
    assert box.box._list.currentIndex().row() == 0
    qtbot.keyClick(box.box._field, Qt.Key.Key_Return)
    assert stage.selection == case.no


def test_that_the_store_is_asked_once_typing_rests(qtbot, box, desk):
    box.open()
    desk.asked.clear()
    for text in ("井", "井盖", "井盖缺", "井盖缺失"):
        box.box._field.setText(text)
    type_in(qtbot, box, "井盖缺失")
    assert [question.text for question in desk.asked] == ["井盖缺失"]
    qtbot.waitUntil(lambda: any("井盖缺失" in it for it in titles(box)))


def test_that_one_chinese_character_is_a_word_to_look_for(qtbot, box, desk):
    box.open()
    desk.asked.clear()
    type_in(qtbot, box, "井")
    qtbot.waitUntil(lambda: any("井" in it for it in titles(box)))
    assert [question.text for question in desk.asked] == ["井"]


def test_that_the_day_in_a_number_is_not_taken_for_its_end(qtbot, box, stage, desk):
    desk.answers[Cases] = ()
    numbers = list(stage.picture.cases)
    middle = numbers[0][4:9]  # of the day
    assert not [no for no in numbers if no.startswith(middle) or no.endswith(middle)]
    assert not [it for it in stage.picture.cases.values() if middle in it.title]
    box.open()
    type_in(qtbot, box, middle)
    assert not [entry for entry in box.box.shown if entry.key[0] == "case"]


@pytest.mark.parametrize("key", ["w", "W"])
def test_that_the_letter_of_a_key_finds_its_command_first(qtbot, box, stage, key):
    case = next(it for it in stage.picture.cases.values() if it.state is State.FILED)
    stage.select(case.no)
    box.open()
    type_in(qtbot, box, key)
    assert titles(box)[0] == "吹哨"


def test_that_one_letter_asks_nobody(qtbot, box, desk):
    box.open()
    desk.asked.clear()
    type_in(qtbot, box, "p")
    assert desk.asked == []


def test_that_answers_come_page_by_page_as_one_looks_on(qtbot, box, stage, desk, samples):
    many = [samples.case(70_000 + n, title=f"积雪 {n}") for n in range(75)]

    def page(question):
        start = 1 + next((at for at, it in enumerate(many) if it.no == question.after), -1)
        return tuple(many[start : start + question.limit])

    desk.answers[Cases] = page
    box.open()
    type_in(qtbot, box, "积雪")
    qtbot.waitUntil(lambda: len(box.box.shown) == 30)
    chosen = box.box._list.currentIndex().row()
    bar = box.box._list.verticalScrollBar()
    for count in (60, 75, 75):
        bar.setValue(bar.maximum())
        qtbot.waitUntil(lambda count=count: len(box.box.shown) == count)
    assert box.box._list.currentIndex().row() == chosen
    assert [entry.title for entry in box.box.shown] == [it.title for it in many]


def test_that_the_end_of_a_telephone_number_is_asked_for_too(qtbot, box, desk):
    box.open()
    desk.asked.clear()
    type_in(qtbot, box, "5678")
    qtbot.waitUntil(lambda: len(desk.asked) == 2)
    assert [(it.text, it.phone) for it in desk.asked] == [("5678", ""), ("", "5678")]
