"""The small widgets: painted in every state, and the logic some of them have."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QIcon, QImage, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from widgets.badge import Badge
from widgets.card import Card
from widgets.cell_painter import (
    capped,
    draw_icon,
    draw_line,
    draw_row_ground,
    draw_shape,
    shape_pixmap,
)
from widgets.dress import Kind, dress
from widgets.empty_state import EmptyState
from widgets.flow_layout import FlowLayout
from widgets.hold_button import HoldButton
from widgets.lanes import Lane, Lanes, Moment
from widgets.paint import Shape
from widgets.plain_label import PlainLabel
from widgets.safe_text import to_the_letter
from widgets.section_header import SectionHeader
from widgets.segmented import Segmented
from widgets.shape_mark import ShapeMark
from widgets.sparkline import Sparkline
from widgets.stat_tile import Stat, StatTile
from widgets.status_chip import StatusChip
from widgets.stepper import Stepper
from widgets.tone import PANEL_ROLE, TONE_ROLES, Tone, blend


def inks(widget):
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


moments = st.lists(
    st.builds(
        Moment,
        at=st.integers(0, 300).map(float),
        shape=st.sampled_from(Shape),
        tone=st.sampled_from(Tone),
        words=st.text("abc", min_size=1, max_size=9),
    ),
    min_size=1,
    max_size=9,
)


@given(moments, st.integers(120, 600))
def test_that_no_mark_of_a_lane_covers_another_or_stands_later_than_it_was(qapp, told, width):
    lanes = Lanes("x")
    lanes.resize(width, 60)
    lane = Lane(name="甲", moments=tuple(told))
    lanes.show_lanes([lane], [], end=300.0)
    room = lanes._room()
    marks = lanes._marks(lane, room)
    assert all(after - before > 11 for (before, _), (after, _) in pairwise(marks))
    assert [it.at for _, those in marks for it in those] == sorted(it.at for it in told)
    for x, those in marks:
        assert room.left() <= x <= lanes._x(those[-1].at, room)
        spot = QPointF(x, lanes._line() + lanes._height() / 2)
        assert all(f"甲 {it.words}" in lanes.moment_at(spot) for it in those)
    lanes.deleteLater()


class Told(QObject):
    """Counts how often a widget is told to do one thing, such as to lay itself out anew."""

    def __init__(self, widget, told):
        super().__init__()
        self.count, self._told = 0, told
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched, event):
        self.count += event.type() is self._told
        return False


def ink(widget, tone):
    return widget.palette().color(TONE_ROLES[tone]).name()


@pytest.fixture
def shown(qtbot):
    def show(widget):
        qtbot.addWidget(widget)
        widget.resize(widget.sizeHint())
        return widget

    return show


@pytest.mark.parametrize("tone", Tone)
def test_that_a_badge_paints_in_every_tone_and_an_empty_one_takes_no_room(shown, tone):
    badge = shown(Badge("2/3", tone=tone))
    assert len(inks(badge)) > 1
    assert badge.accessibleName() == "2/3"
    badge.show_text("")
    assert badge.sizeHint() == QSize(0, 0)


@pytest.mark.parametrize("shape", Shape)
def test_that_every_shape_paints_and_looks_like_no_other(shown, shape):
    mark = shown(ShapeMark(Shape.DIAMOND, Tone.OVER))
    before = mark.grab().toImage()
    mark.show_mark(shape, Tone.OVER)
    assert (mark.grab().toImage() == before) == (shape is Shape.DIAMOND)


def test_that_a_card_and_a_section_show_and_hide_their_heads(shown):
    card = shown(Card("数字", hint="今日"))
    card.add_to_head(QPushButton("…"))
    card.body.addWidget(SectionHeader("昨日", count="12"))
    assert card.accessibleName() == "数字"
    card.set_title("")
    card.set_hint("")
    assert not card.grab().isNull()
    header = shown(SectionHeader("昨日"))
    header.set_count("3")
    header.set_text("前日")
    assert header.accessibleName() == "前日"
    assert not header.grab().isNull()


def test_that_an_empty_state_acts(qtbot, shown):
    state = shown(EmptyState("没有待办", action="查看全部"))
    assert not state.grab().isNull()
    with qtbot.waitSignal(state.acted):
        state.findChild(QPushButton).click()
    state.show_text("真的没有")
    assert state.findChild(QPushButton).isHidden()


def test_that_an_empty_state_without_room_leaves_out_its_picture_before_its_words(qtbot, shown):
    picture = QPixmap(48, 48)
    picture.fill(Qt.GlobalColor.red)
    pane = shown(QWidget())  # a window of its own would not become so low
    state = EmptyState("还没有选中案卷。\n请在队列里选一件。", pane, icon=QIcon(picture))
    pane.show()
    state.resize(300, 300)
    painted, words = state.findChildren(PlainLabel)
    assert painted.isVisible()
    state.resize(300, 70)
    assert not painted.isVisible()
    qtbot.waitUntil(lambda: words.height() >= words.heightForWidth(words.width()))
    state.resize(300, 300)
    assert painted.isVisible()
    state.show_icon(QIcon())
    assert not painted.isVisible()


@given(st.lists(st.none() | st.floats(), max_size=50), st.integers(0, 200), st.integers(0, 60))
def test_that_no_values_stop_a_sparkline(qapp, values, width, height):
    line = Sparkline()
    line.resize(width, height)
    line.show_values(values, "近 24 小时")
    line.grab()
    line.deleteLater()


@pytest.mark.parametrize(
    ("values", "paints"),
    [([], False), ([None, math.nan, math.inf], False), ([3], True), ([1, None, 2], True)],
)
def test_that_a_sparkline_paints_what_are_numbers(shown, values, paints):
    line = shown(Sparkline())
    line.show_values(values)
    assert (ink(line, Tone.ACCENT) in inks(line)) == paints


def test_that_a_tile_shows_its_figure_and_can_be_pressed_by_key(qtbot, shown):
    tile = shown(StatTile("超时"))
    assert not tile.grab().isNull()
    stat = Stat(
        value="7", fraction="7 / 164", delta="↑ 3", tone=Tone.OVER, values=(1, 2, 3), tip="<7>"
    )
    tile.show_stat(stat)
    assert ink(tile, Tone.OVER) in inks(tile)
    assert tile.accessibleDescription() == "7 7 / 164 ↑ 3"
    assert "&lt;7&gt;" in tile.toolTip()
    tile.show()
    tile.setFocus()
    tile.setDown(True)
    assert not tile.grab().isNull()
    tile.setDown(False)
    with qtbot.waitSignal(tile.clicked):
        qtbot.keyClick(tile, Qt.Key.Key_Space)


def test_that_a_tile_grows_with_its_font(shown):
    desk, wall = shown(StatTile("超时")), shown(StatTile("超时"))
    font = wall.font()
    font.setPixelSize(desk.fontInfo().pixelSize() * 2)
    wall.setFont(font)
    assert wall.sizeHint().height() > 1.8 * desk.sizeHint().height()


def test_that_a_tile_writes_a_value_smaller_before_it_cuts_it(shown, monkeypatch):
    tile, written = shown(StatTile("Mean handling")), {}
    write = StatTile._write

    def noting(it, painter, room, text, tone, **more):
        whole = QFontMetricsF(painter.font()).horizontalAdvance(text) <= room.width()
        written[text] = whole, painter.fontInfo().pixelSize()
        return write(it, painter, room, text, tone, **more)

    monkeypatch.setattr(StatTile, "_write", noting)
    for value in ("0", "under 1 min"):
        tile.show_stat(Stat(value=value))
        one = QFontMetricsF(tile._value_font()).horizontalAdvance(value)
        tile.resize(round(one) + (20 if value != "0" else 100), 90)
        tile.grab()
    (whole, size), (_, usual) = written["under 1 min"], written["0"]
    assert whole
    assert size < usual


@given(st.text(), st.text(), st.text(), st.integers(0, 300), st.integers(0, 120))
def test_that_no_words_or_size_stop_a_tile(qapp, value, fraction, delta, width, height):
    tile = StatTile(value)
    tile.resize(width, height)
    tile.show_stat(Stat(value=value, fraction=fraction, delta=delta, values=(1.0, 2.0)))
    tile.grab()
    tile.deleteLater()


@pytest.mark.parametrize(
    ("widget", "show"),
    [
        (StatusChip, lambda it, n: it.show_status(Shape.DISC, f"10 分钟 {n} 件", Tone.GOOD)),
        (lambda: PlainLabel(steady=True), lambda it, n: it.setText(f"09:35:{n}")),
    ],
    ids=["chip", "clock"],
)
def test_that_what_changes_every_second_does_not_lay_out_the_window_each_time(qtbot, widget, show):
    around, it = QWidget(), widget()
    qtbot.addWidget(around)
    QHBoxLayout(around).addWidget(it)
    show(it, "12")
    around.resize(600, 60)
    around.show()
    QApplication.processEvents()
    told = Told(around, QEvent.Type.LayoutRequest)
    for n in ("21", "12") * 5:
        show(it, n)
        QApplication.processEvents()
    assert told.count == 0
    assert it.text().endswith(("12", "12 件"))
    before = it.width()
    show(it, "12345")
    QApplication.processEvents()
    assert told.count > 0
    assert it.width() > before


def test_that_a_label_told_the_tone_it_has_is_not_painted_anew(shown):
    label = shown(PlainLabel("12:00:00", tone=Tone.QUIET))
    seen = Told(label, QEvent.Type.PaletteChange)
    label.set_tone(Tone.QUIET)
    assert seen.count == 0
    label.set_tone(Tone.OVER)
    assert seen.count == 1


@pytest.mark.parametrize("tone", Tone)
def test_that_a_chip_shows_mark_words_and_an_explanation(shown, tone):
    chip = shown(StatusChip())
    chip.show_status(Shape.DISC, "县平台 3 秒", tone, "县平台连接正常 <3 秒>")
    chip.resize(chip.sizeHint())
    assert ink(chip, tone) in inks(chip)
    assert chip.accessibleName() == "县平台 3 秒"
    assert "&lt;3" in chip.toolTip()


@pytest.mark.parametrize("current", range(-1, 8))
def test_that_a_stepper_paints_at_every_step(shown, current):
    steps = shown(Stepper(("发现", "上报", "派单", "处置", "结果")))
    steps.show_step(current, ("09:35", "09:36"), tone=Tone.OVER)
    colours = inks(steps)
    assert (ink(steps, Tone.GOOD) in colours) == (current > 0)
    assert (ink(steps, Tone.OVER) in colours) == (current < 5)
    assert steps.accessibleDescription().startswith(f"{min(max(current, 0) + 1, 5)}/5")


@pytest.mark.parametrize("current", range(7))
def test_that_a_note_longer_than_its_step_is_read_whole(shown, current):
    steps = shown(Stepper(("发现", "上报", "派单", "处置", "结果", "核查", "结案")))
    steps.resize(350, 70)
    steps.show_step(current, [""] * current + ["结果已上传"])
    room = steps.note_room(current, 64.0)
    assert room.width() == 64.0
    assert steps.rect().contains(room.toRect())
    assert room.left() <= (current + 0.5) * 50 <= room.right()


def test_that_notes_beside_each_other_keep_to_their_own_steps(shown):
    steps = shown(Stepper(("发现", "上报", "派单")))
    steps.resize(150, 70)
    steps.show_step(2, ["09:35", "09:36:12.345", "09:37"])
    rooms = [steps.note_room(at, 90.0) for at in range(3)]
    assert not any(a.intersects(b) for a, b in pairwise(rooms))


def test_that_a_stepper_without_steps_paints_nothing(shown):
    steps = shown(Stepper(()))
    steps.resize(100, 40)
    assert len(inks(steps)) == 1


@pytest.fixture
def hold(qtbot):
    made = HoldButton("按住吹哨", hold_ms=60)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.told = []
    made.held.connect(lambda: made.told.append("held"))
    made.let_go.connect(lambda: made.told.append("let go"))
    return made


def test_that_a_button_held_long_enough_fires_once(qtbot, hold):
    qtbot.mousePress(hold, Qt.MouseButton.LeftButton)
    hold.grab()
    qtbot.waitUntil(lambda: hold.told == ["held"])
    qtbot.mouseRelease(hold, Qt.MouseButton.LeftButton)
    assert hold.told == ["held"]
    assert hold.progress == 0


def test_that_a_short_press_fires_nothing(qtbot, hold):
    slow = HoldButton("按住", hold_ms=600_000)
    qtbot.addWidget(slow)
    slow.show()
    told = []
    slow.held.connect(lambda: told.append("held"))
    slow.let_go.connect(lambda: told.append("let go"))
    qtbot.mousePress(slow, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: slow.progress > 0)
    slow.grab()
    qtbot.mouseRelease(slow, Qt.MouseButton.LeftButton)
    qtbot.keyPress(slow, Qt.Key.Key_Space)
    slow.setEnabled(False)
    assert told == ["let go", "let go"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_that_a_key_can_be_held_too_and_repeats_do_not_count(qtbot, hold, key):
    qtbot.keyPress(hold, key)
    for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
        repeat = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", True)
        QApplication.sendEvent(hold, repeat)
    qtbot.waitUntil(lambda: hold.told == ["held"])
    qtbot.keyRelease(hold, key)
    assert hold.told == ["held"]


def key_event(kind, at, key=Qt.Key.Key_Space, *, repeat=False):
    made = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeat)
    made.setTimestamp(at)
    return made


@pytest.mark.parametrize("said", [True, False], ids=["said to be repeats", "not said"])
def test_that_the_repeats_of_a_held_key_do_not_break_the_hold(qtbot, hold, said):
    QApplication.sendEvent(hold, key_event(QEvent.Type.KeyPress, 1000))
    for at in range(1010, 1050, 10):
        QApplication.sendEvent(hold, key_event(QEvent.Type.KeyRelease, at, repeat=said))
        QApplication.sendEvent(hold, key_event(QEvent.Type.KeyPress, at, repeat=said))
    qtbot.waitUntil(lambda: hold.told == ["held"])
    QApplication.sendEvent(hold, key_event(QEvent.Type.KeyRelease, 2600))
    assert hold.told == ["held"]


def test_that_a_hold_read_late_counts_by_when_it_was_pressed_and_let_go(qtbot, hold):
    hold._fill.setDuration(600_000)  # the screen is busy: its own clock gets nowhere
    QApplication.sendEvent(hold, key_event(QEvent.Type.KeyPress, 1000))
    QApplication.sendEvent(hold, key_event(QEvent.Type.KeyRelease, 601_001))
    qtbot.waitUntil(lambda: hold.told == ["held"])
    QApplication.sendEvent(hold, key_event(QEvent.Type.KeyPress, 1000))
    QApplication.sendEvent(hold, key_event(QEvent.Type.KeyRelease, 600_000))
    qtbot.waitUntil(lambda: hold.told == ["held", "let go"])


def test_that_letting_go_of_the_key_before_does_not_break_the_hold(qtbot, hold):
    QApplication.sendEvent(hold, key_event(QEvent.Type.KeyPress, 1000))
    QApplication.sendEvent(hold, key_event(QEvent.Type.KeyRelease, 1010, Qt.Key.Key_Return))
    qtbot.waitUntil(lambda: hold.told == ["held"])


SEGMENTS = [("mine", "待我办"), ("late", "超时"), ("all", "全部")]


def test_that_segments_choose_by_click_by_arrow_and_by_word(qtbot, shown):
    tabs = shown(Segmented(SEGMENTS))
    told = []
    tabs.chosen.connect(told.append)
    assert tabs.key == "mine"
    tabs.choose("mine")
    tabs.choose("late")
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    qtbot.keyClick(tabs, Qt.Key.Key_Left)
    qtbot.keyClick(tabs, Qt.Key.Key_A)
    qtbot.mouseClick(tabs._buttons["late"], Qt.MouseButton.LeftButton)
    assert told == ["late", "all", "mine", "all", "late"]


@pytest.mark.parametrize("tone", Tone)
def test_that_a_segment_shows_a_live_count(shown, tone):
    tabs = shown(Segmented(SEGMENTS))
    narrow = tabs.sizeHint().width()
    tabs.set_count("late", "128", tone)
    tabs._row.activate()
    assert tabs.sizeHint().width() > narrow
    tabs.resize(tabs.sizeHint())
    assert ink(tabs, tone) in inks(tabs)
    tabs.set_count("late", "")
    tabs._row.activate()
    assert tabs.sizeHint().width() == narrow


def test_that_no_segments_are_no_trouble(qtbot, shown):
    tabs = shown(Segmented())
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert tabs.key == ""


@given(
    st.lists(st.tuples(st.integers(1, 120), st.integers(1, 40)), max_size=20), st.integers(1, 400)
)
def test_that_flowing_items_keep_their_order_and_never_overlap(qapp, sizes, width):
    page = QWidget()
    layout = FlowLayout(page, spacing=8)
    for across, down in sizes:
        item = QWidget()
        item.setFixedSize(across, down)
        layout.addWidget(item)
    height = layout.heightForWidth(width)
    layout.setGeometry(QRect(0, 0, width, height))
    rects = [layout.itemAt(n).geometry() for n in range(layout.count())]
    for at, rect in enumerate(rects):
        assert rect.top() >= 0
        assert rect.bottom() < height
        assert rect.right() < width or rect.left() == 0
        assert not any(rect.intersects(other) for other in rects[:at])
    assert [(r.top(), r.left()) for r in rects] == sorted((r.top(), r.left()) for r in rects)
    page.deleteLater()


def test_that_a_flow_gives_its_items_back(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    layout = FlowLayout(page)
    layout.addWidget(Badge("一"))
    assert layout.takeAt(5) is None
    assert layout.itemAt(-1) is None
    assert layout.takeAt(0).widget().accessibleName() == "一"
    assert layout.count() == 0
    assert layout.expandingDirections() == Qt.Orientation(0)


@pytest.mark.parametrize("kind", Kind)
def test_that_dressing_is_seen_at_once_and_paints(shown, kind):
    button = shown(QPushButton("派单"))
    plain = button.grab().toImage()
    dress(button, kind)
    looks_plain = kind not in {Kind.PRIMARY, Kind.SIGNAL, Kind.DANGER, Kind.QUIET}
    assert (button.grab().toImage() == plain) == looks_plain


def test_that_a_mark_for_a_cell_is_made_once_for_each_ratio(qapp):
    assert shape_pixmap(Shape.DISC, "#5aa9e6", 12, 2.0) is shape_pixmap(
        Shape.DISC, "#5aa9e6", 12, 2.0
    )
    assert shape_pixmap(Shape.DISC, "#5aa9e6", 12, 2.0).size() == QSize(24, 24)


def test_that_a_cell_is_painted_with_ground_mark_picture_and_words(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    option = QStyleOptionViewItem()
    option.initFrom(widget)
    option.rect = QRect(0, 0, 200, 30)
    grounds = []
    for state in (
        QStyle.StateFlag.State_None,
        QStyle.StateFlag.State_MouseOver,
        QStyle.StateFlag.State_Selected,
    ):
        option.state = state
        image = QImage(200, 30, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            draw_row_ground(painter, option, PANEL_ROLE)
            grounds.append(image.pixelColor(199, 1).name())
            colour = widget.palette().color(TONE_ROLES[Tone.PLAIN])
            draw_shape(painter, QRect(0, 0, 20, 30), Shape.DIAMOND, colour, 12)
            draw_icon(
                painter,
                QRect(20, 0, 20, 30),
                widget.style().standardIcon(QStyle.StandardPixmap.SP_ArrowUp),
                16,
            )
            draw_line(painter, QRect(40, 0, 100, 30), "占道经营" * 5000, colour)
        assert image.pixelColor(10, 15) == colour
    assert len(set(grounds)) == 3


@given(st.text(), st.integers(1, 50))
def test_that_capped_text_is_never_longer(text, limit):
    cut, text = capped(text, limit), to_the_letter(text)
    assert len(cut) <= limit
    assert cut == text or (len(text) > limit and cut.endswith("…") and text.startswith(cut[:-1]))


def test_that_a_blend_lies_between(qapp):
    page = QWidget()
    dark, light = page.palette().color(PANEL_ROLE), page.palette().color(TONE_ROLES[Tone.PLAIN])
    assert blend(light, dark, 0).name() == dark.name()
    assert blend(light, dark, 1).name() == light.name()
    assert dark.red() < blend(light, dark, 0.5).red() < light.red()
    page.deleteLater()
