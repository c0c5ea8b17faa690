"""Finding by typing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from widgets.palette_box import Entry, PaletteBox, found

DISPATCH = Entry(
    key="dispatch", title="派单", subtitle="派给责任单位", shortcut="D", keywords=("pd",)
)
WHISTLE = Entry(key="whistle", title="吹哨", subtitle="召集责任单位", keywords=("cs",))
REPORT = Entry(key="report", title="Open daily report", keywords=("dkrb",), icon=QIcon())
ALL = (DISPATCH, WHISTLE, REPORT)


def keys(query, entries=ALL):
    return [entry.key for entry in found(query, entries)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("派", "dispatch"),
        ("PD", "dispatch"),
        ("cs", "whistle"),
        ("daily", "report"),
        ("odr", "report"),
        ("report open", "report"),
        ("责任 召集", "whistle"),
    ],
)
def test_that_titles_initials_and_subtitles_find(query, first):
    assert keys(query)[0] == first


def test_that_nothing_typed_finds_everything_in_its_order():
    assert keys("") == keys("   ") == ["dispatch", "whistle", "report"]


def test_that_every_word_must_match():
    assert keys("派单 csx") == []


words = st.text("abc派哨 ", max_size=6)
entry_lists = st.lists(
    st.builds(Entry, key=st.integers(), title=words, subtitle=words, keywords=st.tuples(words))
)


@given(words, entry_lists)
def test_that_what_is_found_was_offered_and_holds_the_letters_typed(query, entries):
    result = found(query, entries)
    assert all(entry in entries for entry in result)
    for entry in result:
        held = entry.title + entry.subtitle + "".join(entry.keywords)
        assert set(query.split() and "".join(query.split())) <= set(held)


@given(entry_lists, st.text("abc派哨", min_size=1, max_size=6))
def test_that_an_exact_title_comes_first(entries, title):
    mine = Entry(key=None, title=title)
    first = found(title, [*entries, mine])[0]
    assert title in {first.title, *first.keywords}


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.other = QLineEdit()
    QVBoxLayout(made).addWidget(made.other)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.other.setFocus()
    return made


@pytest.fixture
def box(window):
    made = PaletteBox(window, hint="输入命令", nothing="没有找到")
    made.set_entries(ALL)
    return made


def test_that_typing_and_enter_choose_and_give_the_keyboard_back(qtbot, window, box):
    box.open()
    qtbot.waitUntil(lambda: isinstance(window.focusWidget(), QLineEdit))
    with qtbot.waitSignal(box.chosen) as chosen:
        qtbot.keyClicks(box._field, "cs")
        qtbot.keyClick(box._field, Qt.Key.Key_Return)
    assert chosen.args == ["whistle"]
    assert not box.isVisible()
    assert window.focusWidget() is window.other


def test_that_arrows_move_and_stop_at_the_ends(qtbot, box):
    box.open()
    chosen = []
    box.chosen.connect(chosen.append)
    for _ in range(9):
        qtbot.keyClick(box._field, Qt.Key.Key_Down)
    qtbot.keyClick(box._field, Qt.Key.Key_Up)
    qtbot.keyClick(box._field, Qt.Key.Key_Return)
    assert chosen == ["whistle"]


def test_that_enter_does_nothing_until_something_is_typed_or_an_arrow_pressed(qtbot, box):
    box.open()
    chosen = []
    box.chosen.connect(chosen.append)
    qtbot.keyClick(box._field, Qt.Key.Key_Return)
    qtbot.keyClicks(box._field, "  ")
    qtbot.keyClick(box._field, Qt.Key.Key_Return)
    assert chosen == []
    assert box.isVisible()
    qtbot.keyClick(box._field, Qt.Key.Key_Down)
    qtbot.keyClick(box._field, Qt.Key.Key_Return)
    assert chosen == ["dispatch"]


def test_that_escape_leaves_without_choosing(qtbot, window, box):
    chosen = []
    box.chosen.connect(chosen.append)
    box.open("派")
    qtbot.keyClick(box._field, Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert chosen == []
    assert window.focusWidget() is window.other


def test_that_enter_on_nothing_does_nothing(qtbot, box):
    box.open("没有这样的命令")
    box.grab()
    assert box.shown == []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_PageUp):
        qtbot.keyClick(box._field, key)
    assert box.isVisible()


def test_that_late_answers_to_another_question_are_dropped(qtbot, box):
    box.open()
    with qtbot.waitSignal(box.query_changed) as asked:
        box._field.setText("派单")
    assert asked.args == ["派单"]
    box.show_more("派", [Entry(key="late", title="迟到")])
    assert "late" not in [entry.key for entry in box.shown]
    box.show_more("派单", [Entry(key="case-12", title="事件 12")])
    box.show_more("派", [Entry(key="later", title="更迟")])
    assert [entry.key for entry in box.shown] == ["dispatch", "case-12"]


def test_that_every_state_paints(qtbot, box):
    for query in ("", "派", "没有", "<b>x</b>"):
        box.open(query)
        assert not box.grab().isNull()


def test_that_a_click_chooses(qtbot, box):
    box.open()
    box.grab()
    spot = box._list.visualRect(box._rows.index(2, 0)).center()
    with qtbot.waitSignal(box.chosen) as chosen:
        qtbot.mouseClick(box._list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert chosen.args == ["report"]
