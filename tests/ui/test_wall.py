"""The wall: what everybody sees, what nobody may see, and that it looks old when it is."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from commandcenter.application.changes import Delta
from commandcenter.application.messages import LinkState, LinkStatus
from commandcenter.application.picture import Picture, worst_first
from commandcenter.application.questions import JustClosed, Strip, Work
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.measures import STRIP
from commandcenter.domain.timers import Phase
from ui import tallies, wording
from ui.map.screen import MapScreen
from ui.stage import Stage
from ui.wall.figure import WallFigure
from ui.wall.lines import MOST, lines
from ui.wall.window import WallWindow
from ui.wall.worst import Worst
from ui.whistle.running import pressing_of
from ui.whistle.standing import standing
from widgets.stat_tile import Stat

PHONE = "13812345678"


@pytest.fixture
def wall(qtbot, desk, stage, samples):
    desk.answers[JustClosed] = tuple(
        samples.case(n, state=State.CLOSED, title=f"路灯不亮，来电 {PHONE}") for n in range(3)
    )
    made = WallWindow(stage)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    qtbot.waitUntil(lambda: bool(made._closed))
    yield made
    made.close()


def tick(stage):
    stage.ticked.emit(stage.now())


def told(qtbot, stage, *deltas):
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(*deltas)


def seen(window):
    """Every word that a widget of the window shows or tells."""
    said = []
    for widget in [window, *window.findChildren(QWidget)]:
        said += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        said += [widget.text()] if hasattr(widget, "text") else []
    return "\n".join(said)


def test_that_no_telephone_number_and_no_reporter_is_on_the_wall(qtbot, stage, wall, samples):
    case = samples.case(
        7001, urgency=Urgency.CRITICAL, title=f"楼道有燃气味，请回电 {PHONE}", state=State.HANDLING
    )
    whistle, noted = samples.whistle(case, number=77)
    told(qtbot, stage, Delta(cases=(noted,), whistles=(whistle,)))
    tick(stage)
    words = seen(wall)
    assert "楼道有燃气味" in words
    assert "刚办结：路灯不亮" in words
    assert PHONE not in words
    assert "138****5678" in words
    people = (*stage.hall.people.values(), *stage.hall.workers.values())
    assert [person.name for person in people if person.name in words] == ["大屏"]  # the seat's name


def test_that_of_a_restricted_category_only_that_there_is_something_is_on_the_wall(
    qtbot, desk, stage, wall, samples
):
    case = samples.case(
        7002,
        urgency=Urgency.CRITICAL,
        category="T1001",
        title="东街 8 号患者外出未归",
        state=State.HANDLING,
    )
    whistle, case = samples.whistle(case, number=77)
    told(qtbot, stage, Delta(cases=(case,), whistles=(whistle,)))
    tick(stage)
    said = [line.text for line in wall._board.lines]
    assert "未归" not in seen(wall)
    assert said.count("受限类别案件（不公开显示）") == 2  # as a whistle and as one of the worst
    assert wall._township.cases.place(case.no) is None
    assert whistle.no not in [pulse.key for pulse in wall._township.whistles.pulses()]
    wall._on_closed((replace(case, state=State.CLOSED, closed_at=samples.NOW),))
    ticker = wall._ticker.text()
    assert "受限类别" in ticker
    assert stage.hall.grids.grids[case.place.grid].name not in ticker
    seen_at_desk = MapScreen(stage)
    qtbot.addWidget(seen_at_desk)
    assert seen_at_desk._township.cases.place(case.no) is not None


def test_that_the_wall_needs_no_input_and_takes_none(wall):
    focusable = [
        child
        for child in wall.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert focusable == []


def test_that_the_clock_ticks_and_the_age_goes_with_it(qtbot, stage, wall, clock, samples):
    told(qtbot, stage, samples.lively(clock.now()))
    clock.advance(seconds=7)
    tick(stage)
    assert wall._clock.text() == "14:30:07"
    assert wall._age.isVisible()
    assert "14:30:07" in wall._age.text()


def test_that_data_older_than_half_a_minute_are_called_old_in_large_letters(
    qtbot, stage, wall, clock, samples
):
    told(qtbot, stage, samples.lively(clock.now()))
    down = tuple(
        LinkState(feed=feed, state=LinkStatus.DOWN, at=clock.now()) for feed in ("county", "video")
    )
    told(qtbot, stage, Delta(links=down))
    clock.advance(seconds=29)
    tick(stage)
    assert not wall._old.isVisible()
    clock.advance(seconds=2)
    tick(stage)
    assert wall._old.isVisible()
    assert "14:30:00" in wall._old.text()
    assert not wall._age.isVisible()
    told(qtbot, stage, samples.lively(clock.now()))
    tick(stage)
    assert not wall._old.isVisible()


def test_that_letters_are_at_least_24_pixels_high_at_1080_and_grow_with_the_glass(wall):
    from PySide6.QtGui import QFontInfo

    def smallest(window):
        shown = [child for child in window.findChildren(QWidget) if child.isVisible()]
        return min(QFontInfo(child.font()).pixelSize() for child in shown)

    assert smallest(wall) * 12 / 14 >= 24
    wall.resize(3840, 2160)
    assert smallest(wall) * 12 / 14 >= 48


def test_that_a_wall_of_a_large_screen_fits_a_small_one(qtbot, wall):
    for width, height in ((3840, 2160), (1920, 1080), (1366, 768)):
        wall.resize(width, height)
        assert (wall.width(), wall.height()) == (width, height)
        qtbot.waitUntil(lambda: wall._clock.geometry().right() <= wall.width())


def test_that_the_eight_figures_are_those_of_the_store(qtbot, desk, stage, wall, samples):
    assert list(wall._tiles) == list(STRIP)
    qtbot.waitUntil(lambda: wall._tiles["report_count"].stat.value == "128")
    assert any(isinstance(question, Strip) for question in desk.asked)
    assert wall._tiles["overdue_open"].stat.fraction == "不含环节超时"


@pytest.mark.parametrize(("lang", "moved"), [("zh", "↑12"), ("zh", "持平"), ("en", "same")])
def test_that_how_a_figure_moved_cuts_neither_its_name_nor_what_it_rests_on(
    qtbot, wall, monkeypatch, lang, moved
):
    there, written = wall._tiles["overdue_open"], {}
    tile = WallFigure(tallies.caption("overdue_open", lang))
    qtbot.addWidget(tile)
    tile.setFont(there.font())
    tile.resize(there.size())
    write = WallFigure._write

    def noting(it, painter, room, text, font, tone, **more):
        written[text] = QFontMetricsF(font).horizontalAdvance(text) <= room.width() + 0.5
        write(it, painter, room, text, font, tone, **more)

    monkeypatch.setattr(WallFigure, "_write", noting)
    rests = tallies.aside("overdue_open", lang)
    tile.show_stat(Stat(value="0", fraction=rests, delta=moved))
    tile.grab()
    assert written == dict.fromkeys((tile.accessibleName(), "0", rests, moved), True)


def test_that_a_rehearsal_is_called_one(qtbot, samples, desk, tmp_path, stage, wall):
    assert not wall._drill.isVisible()
    other = Stage(samples.seat(desk, state=tmp_path, rehearsal=True))
    drill = WallWindow(other)
    qtbot.addWidget(drill)
    drill.show()
    assert drill._drill.isVisible()
    qtbot.waitUntil(lambda: bool(drill._closed))
    drill.close()
    qtbot.waitUntil(lambda: not other._bridge._beat.isActive())


def test_that_escape_leaves_the_full_screen_and_f11_takes_it(qtbot, wall):
    qtbot.keyClick(wall, Qt.Key.Key_F11)
    assert wall.isFullScreen()
    assert wall.cursor().shape() is Qt.CursorShape.BlankCursor
    qtbot.keyClick(wall, Qt.Key.Key_Escape)
    assert not wall.isFullScreen()


def test_that_nothing_stays_on_the_same_pixels_for_ever(stage, wall, clock):
    places = set()
    for _ in range(8):
        tick(stage)
        margins = wall._column.contentsMargins()
        places.add((margins.left(), margins.top()))
        size = (margins.left() + margins.right(), margins.top() + margins.bottom())
        clock.advance(minutes=1)
    assert len(places) == 8
    assert size == (2 * wall._edge, 2 * wall._edge)


def test_that_the_worst_are_those_of_the_queue(stage, samples):
    worst = Worst(stage.picture, stage.hall.limits)
    worst.begin()
    now, limits = stage.now(), stage.hall.limits
    for at in (now, now + timedelta(minutes=20), now + timedelta(hours=5)):
        ranked = sorted(
            stage.picture.cases.values(),
            key=lambda case, at=at: worst_first(case, stage.picture.timer(case, limits), at),
        )
        wanted = [case.no for case in ranked[:MOST]]
        assert [bad.case.no for bad in worst.worst(MOST, at)] == wanted


def test_that_the_wall_counts_what_is_late_besides_what_it_has_room_for(stage, wall):
    worst = Worst(stage.picture, stage.hall.limits)
    worst.begin()
    now = stage.now() + timedelta(hours=5)
    timers = [stage.picture.timer(it, stage.hall.limits) for it in stage.picture.cases.values()]
    late = sum(timer is not None and timer.phase(now) is Phase.OVER for timer in timers)
    assert worst.late(now) == late > 0
    assert worst.late(stage.now() - timedelta(days=400)) == 0
    head = lines(stage, worst.worst(MOST, now), now, room=20, late=late)
    assert any(f"超时 {late} 件" in line.right for line in head)


def test_that_a_batch_is_taken_into_the_worst_by_itself(qtbot, stage, samples):
    worst = Worst(stage.picture, stage.hall.limits)
    worst.begin()
    fresh = samples.case(7100, urgency=Urgency.CRITICAL, age=timedelta(days=3))
    batch = [Delta(cases=(fresh,))]
    told(qtbot, stage, *batch)
    worst.take_in(batch)
    assert worst.worst(1, stage.now())[0].case.no == fresh.no
    gone = [Delta(cases=(samples.case(7100, state=State.CLOSED, age=timedelta(days=3)),))]
    told(qtbot, stage, *gone)
    worst.take_in(gone)
    assert fresh.no not in {bad.case.no for bad in worst.worst(99, stage.now())}


def world(samples, whistles, critical, others):
    """A picture with so many running whistles, critical and other cases."""
    made, sounded = [], []
    for number in range(whistles + critical + others):
        worse = whistles <= number < whistles + critical
        case = samples.case(
            number,
            title=f"第{number}件",
            urgency=Urgency.CRITICAL if worse else Urgency.NORMAL,
            state=State.HANDLING,
        )
        if number < whistles:
            whistle, case = samples.whistle(case, number=number)
            sounded.append(whistle)
        made.append(case)
    picture = Picture()
    picture.begin(
        Work(
            cases=tuple(made),
            whistles=tuple(sounded),
            alerts=(),
            cursors=(),
            gaps=(),
            outgoing=(),
            quarantined=0,
        )
    )
    return picture


@given(
    whistles=st.integers(0, 14),
    critical=st.integers(0, 20),
    others=st.integers(0, 15),
    room=st.integers(6, 24),
)
def test_that_no_running_whistle_and_no_critical_case_is_ever_left_out(
    samples, whistles, critical, others, room
):
    picture = world(samples, whistles, critical, others)

    class Seen:
        lang = "zh"
        hall = samples.hall()

    stage = Seen()
    stage.picture = picture
    worst = Worst(picture, stage.hall.limits)
    worst.begin()
    bad = worst.worst(MOST, samples.NOW)
    shown = set()
    for turn in range(40):
        told_ = lines(stage, bad, samples.NOW, room=room, turn=turn)
        assert len(told_) <= room
        shown |= {line.text for line in told_}
        here = {line.text for line in told_}
        titles = {case.title for case in picture.cases.values()}
        missing = {
            case.title
            for case in picture.cases.values()
            if (case.whistles or case.urgency is Urgency.CRITICAL) and case.title not in here
        }
        counted = sum(int(text.split()[1]) for text in here - titles if text.startswith("另有"))
        assert counted == len(missing)
    must = [it for it in picture.cases.values() if it.whistles or it.urgency is Urgency.CRITICAL]
    assert {case.title for case in must} <= shown


def test_that_the_wall_tells_a_body_as_its_own_board_does(samples):
    case = samples.case(1, state=State.HANDLING, title="第1件")
    blown, case = samples.whistle(case, age=timedelta(minutes=34), refused=("police",))
    picture = world(samples, 0, 0, 0)
    picture.apply(Delta(cases=(case,), whistles=(blown,)))

    class Seen:
        lang = "zh"
        hall = samples.hall()

    stage = Seen()
    stage.picture = picture
    told_ = {line.text: line for line in lines(stage, (), samples.NOW, room=12)}
    clock = pressing_of(blown, samples.NOW).timer
    assert told_["第1件"].right == wording.time_left(clock.due_at, samples.NOW)
    for summons in blown.summons:
        found = standing(blown, summons, samples.NOW)
        line = told_[wording.body_name(stage.hall, summons.body)]
        assert (line.mark, line.mark_tone) == (found.shape, found.tone)
        assert found.words in (line.middle, f"{line.middle} · {line.right}")


@given(whistles=st.integers(1, 14), others=st.integers(0, 15), room=st.integers(6, 40))
def test_that_whoever_reads_bodies_on_the_wall_is_told_of_those_not_listed(
    samples, whistles, others, room
):
    picture = world(samples, whistles, 0, others)

    class Seen:
        lang = "zh"
        hall = samples.hall()

    stage = Seen()
    stage.picture = picture
    worst = Worst(picture, stage.hall.limits)
    worst.begin()
    told_ = lines(stage, worst.worst(MOST, samples.NOW), samples.NOW, room=room)
    summoned = sum(len(it.summons) for it in picture.whistles.values())
    assert told_[0].right.startswith(f"{whistles} 个 · 0/{summoned} 家已报到")
    parts = [line for line in told_ if line.is_part]
    listed = sum(line.mark is not None for line in parts)
    rest = [line.text for line in parts if line.mark is None]
    left = f"其余 {whistles - listed // 3} 个哨的 {summoned - listed} 家单位没有逐家列出"
    assert rest == ([left] if 0 < listed < summoned else [])


def test_that_the_head_of_the_whistles_counts_the_bodies_that_are_late(samples):
    case = samples.case(1, state=State.HANDLING)
    blown, case = samples.whistle(case, age=timedelta(minutes=34), came=("police",))
    picture = world(samples, 0, 0, 0)
    picture.apply(Delta(cases=(case,), whistles=(blown,)))

    class Seen:
        lang = "zh"
        hall = samples.hall()

    stage = Seen()
    stage.picture = picture
    assert lines(stage, (), samples.NOW, room=12)[0].right == "1 个 · 1/3 家已报到 · 2 家超时"


def test_that_the_room_for_lines_is_reckoned_again_when_the_wall_changes_its_size(stage, wall):
    for size in ((640, 800), (1920, 400), (1366, 768)):
        wall.resize(*size)
        shown = wall._board.lines
        tick(stage)
        assert wall._board.lines == shown


_SCREENS = """
import sys
sys.path.insert(0, {root!r})
from PySide6.QtWidgets import QApplication
from tests.ui import samples
from commandcenter.application.questions import JustClosed
from ui.stage import Stage
from ui.wall.window import WallWindow

app = QApplication([])
first, second = app.screens()
desk = samples.SampleDesk(samples.work(5))
desk.answers[JustClosed] = ()
stage = Stage(samples.seat(desk))
wall = WallWindow(stage)
wall.setScreen(second)
wall.setGeometry(second.geometry())
wall.showFullScreen()
app.processEvents()
assert wall.screen() is second, wall.screen().name()
app.screenRemoved.emit(first)
assert wall.screen() is second
app.screenRemoved.emit(second)
app.processEvents()
assert wall.screen() is first, wall.screen().name()
assert wall.isFullScreen()
app.screenAdded.emit(second)
app.processEvents()
assert wall.screen() is second, wall.screen().name()
assert wall.isFullScreen()
print("came back")
"""


def test_that_a_wall_whose_screen_went_away_moves_and_comes_back(tmp_path):
    screens = [
        {
            "name": name,
            "x": x,
            "y": 0,
            "width": 1920,
            "height": 1080,
            "logicalDpi": 96,
            "logicalBaseDpi": 96,
            "dpr": 1,
        }
        for name, x in (("desk", 0), ("glass", 1920))
    ]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"synchronousWindowSystemEvents": True, "screens": screens}))
    root = str(Path(__file__).parents[2])
    run = subprocess.run(
        [sys.executable, "-c", _SCREENS.format(root=root)],
        env={
            "QT_QPA_PLATFORM": f"offscreen:configfile={config}",
            "PATH": "",
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "came back" in run.stdout, run.stderr


def test_that_an_unplaced_whistle_beats_nowhere(qtbot, stage, wall, samples):
    from commandcenter.domain.place import Place

    before = len(wall._township.whistles.pulses())
    case = replace(samples.case(7200, state=State.HANDLING), place=Place(address="某处"))
    whistle, noted = samples.whistle(case, number=78)
    told(qtbot, stage, Delta(cases=(noted,), whistles=(whistle,)))
    assert len(wall._township.whistles.pulses()) == before
