"""Notices that go by themselves, and the seconds in which a step can be taken back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QToolButton, QWidget

from widgets.badge import Badge
from widgets.plain_label import PlainLabel
from widgets.toast import ToastStack
from widgets.tone import Tone
from widgets.undo_bar import UndoBar


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    return made


@pytest.fixture
def stack(window):
    return ToastStack(window, close_words="关闭", more_words="全文")


def button(toast, kind=QPushButton):
    return toast.findChild(kind)


def test_that_equal_notices_are_counted_not_stacked(stack):
    first = stack.say("接入中断", tone=Tone.OVER)
    assert stack.say("接入中断", tone=Tone.OVER) is first
    assert stack.say("县平台接入中断", key="接入中断") is first
    assert stack.texts == ["接入中断"]
    assert first.findChild(Badge).accessibleName() == "×3"
    assert not first.grab().isNull()


def test_that_every_notice_has_the_height_its_words_need(qtbot, stack):
    for n in range(3):
        stack.say(f"{n}：" + "案卷还没有选中，请先在队列里选一件。" * 3)
        for toast in stack._toasts.values():
            qtbot.waitUntil(
                lambda toast=toast: toast.height() >= toast.heightForWidth(toast.width()),
            )


def test_that_a_notice_of_any_length_tells_all_its_words(qtbot, window, stack):
    sentence = "hall.toml 第 12 行写错了，改正之前照旧的设置办。" * 9
    toast = stack.say(sentence)
    assert toast.findChild(PlainLabel).text() == sentence
    qtbot.waitUntil(lambda: toast.height() >= toast.heightForWidth(toast.width()))
    stack.say("", key="next")
    longer = stack.say(sentence * 20, seconds=0.2)
    more = next(it for it in longer.findChildren(QPushButton) if it.text() == "全文")
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert longer.findChild(QPlainTextEdit).toPlainText() == sentence * 20
    assert not more.isVisible()
    assert not longer._life.isActive()  # whoever reads on closes it himself
    qtbot.waitUntil(lambda: window.rect().contains(stack.geometry()))
    assert {it.focusPolicy() for it in longer.findChildren(QWidget)} == {Qt.FocusPolicy.NoFocus}


def test_that_notices_that_have_no_room_together_leave_it_to_the_newest(qtbot, stack):
    for n in range(4):
        toast = stack.say(f"{n} " + "这一条很长，要写好几行才写得完。" * 24)
    qtbot.waitUntil(lambda: toast.height() >= toast.heightForWidth(toast.width()))
    assert [it[0] for it in stack.texts][-1] == "3"
    assert len(stack.texts) < 4


def test_that_only_the_newest_few_stay(stack):
    for n in range(9):
        stack.say(f"第 {n} 条")
    assert stack.texts == ["第 5 条", "第 6 条", "第 7 条", "第 8 条"]


def test_that_a_notice_goes_by_itself_and_the_stack_hides(qtbot, stack):
    stack.say("已派单", seconds=0.01)
    assert stack.isVisible()
    qtbot.waitUntil(lambda: not stack.texts)
    assert not stack.isVisible()


def test_that_a_lasting_notice_stays_until_closed(qtbot, stack):
    toast = stack.say("存储已满", tone=Tone.OVER, seconds=0)
    qtbot.mouseClick(button(toast, QToolButton), Qt.MouseButton.LeftButton)
    assert stack.texts == []


def test_that_acting_on_a_notice_acts_once_and_closes_it(qtbot, stack):
    acted = []
    toast = stack.say("报到超时", action=("查看", lambda: acted.append(1)), seconds=0)
    qtbot.mouseClick(button(toast), Qt.MouseButton.LeftButton)
    assert acted == [1]
    assert stack.texts == []


def test_that_notices_stay_in_the_corner_and_inside_the_window(qtbot, window, stack):
    stack.say("很长的一句话。" * 300)
    for width, height in ((800, 500), (300, 200), (1600, 900)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: window.rect().contains(stack.geometry()))
        assert stack.geometry().left() < 40


def test_that_a_notice_never_takes_the_keyboard(window, stack):
    toast = stack.say("已派单", action=("查看", list))
    policies = {it.focusPolicy() for it in toast.findChildren(QWidget)}
    assert policies == {Qt.FocusPolicy.NoFocus}


@pytest.mark.parametrize("tone", Tone)
def test_that_a_notice_of_every_tone_paints(stack, tone):
    assert not stack.say("话", tone=tone).grab().isNull()


@pytest.fixture
def bar(window):
    return UndoBar("撤回", window)


@pytest.fixture
def told(bar):
    seen = []
    bar.undone.connect(lambda: seen.append("undone"))
    bar.expired.connect(lambda: seen.append("expired"))
    return seen


def test_that_an_offer_can_be_taken_back_once(qtbot, bar, told):
    bar.offer("已吹哨", lambda: told.append("called"))
    assert bar.on_offer
    assert bar.isVisible()
    assert not bar.grab().isNull()
    button = bar.findChild(QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # was on its way to what lay here before
    assert told == []
    bar._clock.setCurrentTime(1000)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    bar.take_back()
    bar.expire()
    assert told == ["called", "undone"]
    assert not bar.isVisible()


def test_that_an_offer_expires_by_itself_without_the_callback(qtbot, bar, told):
    bar.offer("已吹哨", lambda: told.append("called"), seconds=0.02)
    qtbot.waitUntil(lambda: told == ["expired"])
    assert not bar.on_offer


def test_that_a_new_offer_ends_the_one_before_it(bar, told):
    bar.offer("第一次", lambda: told.append("first"))
    bar.offer("第二次", lambda: told.append("second"))
    assert told == ["expired"]
    bar.take_back()
    assert told == ["expired", "second", "undone"]
