"""Everything can be read in a window of 1366×768, and no form takes room from what is beside it."""

import importlib
from collections import Counter
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from shiboken6 import isValid
from typing_extensions import override

from commandcenter.application.changes import Delta
from commandcenter.application.perform import Outcome
from commandcenter.application.picture import Tab
from commandcenter.domain.case import State, Stop
from commandcenter.domain.report import Evidence
from ui.actions import Screen
from ui.forms.bulk_forms import BULK_FORMS
from ui.forms.field import subject_of
from ui.forms.gate_forms import FORMS
from ui.forms.whistle_forms import WHISTLE_FORMS
from ui.stage import Stage
from ui.whistle.deeds import deeds_of
from ui.window import HallWindow

ABOUT = {
    "file": "received", "reject": "received", "merge": "received", "verify": "received",
    "dispatch": "filed", "answer_order": "ordered", "admit": "gate", "decline": "gate",
    "decide": "asked", "close": "checking", "rework": "checking", "follow_up": "closed",
    "reopen": "closed", "archive": "closed",
}  # fmt: skip


@pytest.fixture(scope="module")
def work():
    return importlib.import_module("tests.ui.shots_case").some_work()


@pytest.fixture
def cut():
    return importlib.import_module("tests.ui.cut")


@pytest.fixture(params=["zh", "en"])
def window(request, qtbot, samples, clock, tmp_path, work):
    open_work, trails, named = work
    desk = samples.SampleDesk(open_work, who=samples.operator("duty_leader"))
    desk.trails = trails
    stage = Stage(samples.seat(desk, lang=request.param, clock=clock, state=tmp_path))
    made = HallWindow(stage)
    qtbot.addWidget(made)
    made.named = named
    made.resize(1366, 768)
    made.show()
    with qtbot.waitSignal(stage.changed):
        stage.open()
    qtbot.waitUntil(lambda: not made._filling.isActive())
    made.lay_out()
    settle()
    yield made
    stage.close()
    queue = made.panes[Screen.QUEUE].content
    beat = stage._bridge._beat
    qtbot.waitUntil(lambda: not beat.isActive())
    qtbot.waitUntil(lambda: not isValid(queue) or not queue._beat.isActive())
    stage.deleteLater()


def settle():
    for _ in range(6):
        QApplication.processEvents()


def test_that_a_case_is_read_whole(window, cut, samples):
    stage = window.stage
    for case in window.named.values():
        stage.select(case.no)
        settle()
        assert cut.what_is_cut(window) == []
    address = "https://media.example/" + "0a1b2c3d4e5f" * 8 + ".jpg"
    hardest = samples.replace(
        window.named["closed"],
        version=99,
        title="LEITUNGSSCHADEN" * 8,
        evidence=(Evidence(kind="image", url=address, sha256="ab" * 32),),
        stops=(Stop(name="恢复路面并清理现场", due_at=samples.NOW, done_at=samples.NOW),),
        statutory_due_at=samples.NOW + timedelta(days=3),
        follow_up_due_at=samples.NOW + timedelta(days=5),
    )
    panel = window.panes[Screen.CASE].content
    stage.select(hardest.no)
    panel._take(hardest)
    panel._show()
    settle()
    assert cut.what_is_cut(window) == []
    assert not panel._clocks._button.isHidden()


def test_that_a_form_is_read_whole_and_takes_no_room_from_the_map(window, cut):
    stage = window.stage
    panes = [window.panes[it] for it in (Screen.QUEUE, Screen.MAP, Screen.CASE, Screen.FIGURES)]
    stage.select(window.named["filed"].no)
    settle()
    before, host = cut.widths(*panes), window.panes[Screen.CASE].content.forms
    heights = [pane.height() for pane in panes]
    several = tuple(stage.picture.cases.values())[:6]
    for forms in (FORMS, BULK_FORMS):
        for id_, form in forms.items():
            case = window.named[ABOUT.get(id_, "handling")]
            stage.select(case.no)
            about = {"cases": several} if forms is BULK_FORMS else {"case": case}
            host.open(form, subject_of(stage, **about))
            settle()
            assert (id_, cut.what_is_cut(window)) == (id_, [])
            assert (id_, cut.widths(*panes)) == (id_, before)
            host.leave()
            settle()
    assert [pane.height() for pane in panes] == heights


@pytest.mark.parametrize(("height", "least"), [(768, 3), (768 - 2 * 40, 2)])  # under its bars too
def test_that_a_dispatch_shows_some_whole_rows_of_bodies_and_its_buttons(
    window, cut, height, least
):
    window.resize(1366, height)
    settle()
    window.stage.select(window.named["filed"].no)
    settle()
    window.actions_table.trigger("dispatch")
    settle()
    case = window.panes[Screen.CASE].content
    panel = case.forms.panel
    bodies = next(it.editor._list for it in panel._rows if it.field.key == "co_bodies")
    seen = bodies.viewport().visibleRegion().boundingRect()
    rows = [bodies.visualItemRect(bodies.item(at)) for at in range(bodies.count())]
    assert sum(seen.contains(row) for row in rows) >= least
    assert cut.is_seen_whole(panel._send)
    assert cut.is_seen_whole(panel._summary)
    case.forms.leave()
    settle()
    assert case._head._stepper.isVisible()


@pytest.mark.parametrize("count", [6, 14])
def test_that_merging_several_tells_all_it_leads_to_without_scrolling(window, qtbot, cut, count):
    stage, host = window.stage, window.panes[Screen.CASE].content.forms
    shown = window.panes[Screen.QUEUE].content._ranking.shown
    stage.choose([row.case.no for row in shown[:count]])
    window.actions_table.trigger("merge")
    panel = host.panel
    qtbot.waitUntil(lambda: bool(panel.subject.answers))
    into = panel._rows[0]
    for choice in into.field.choices(panel.subject, {}):
        panel.enter(into=choice.value)
        settle()
        seen = {it.field.key: cut.is_seen_whole(it.editor) for it in panel._rows}
        assert (choice.text, seen) == (choice.text, {"into": True, "reason": True})
        assert cut.is_seen_whole(panel._preview)
    host.leave()
    settle()


def test_that_merging_one_tells_all_it_leads_to_without_scrolling(window, qtbot, cut):
    stage, host = window.stage, window.panes[Screen.CASE].content.forms
    stage.select(window.named["received"].no)
    settle()
    panel = host.open(FORMS["merge"], subject_of(stage, case=window.named["received"]))
    qtbot.waitUntil(lambda: bool(panel.subject.answers))
    settle()
    assert cut.is_seen_whole(panel._preview)
    host.leave()
    settle()


@pytest.mark.parametrize("id_", ["file", "dispatch", "merge", "close"])
def test_that_a_form_scrolls_only_where_there_is_no_more_room(window, id_):
    case = window.panes[Screen.CASE].content
    several = tuple(window.stage.picture.cases.values())[:6]
    case.forms.open(BULK_FORMS[id_], subject_of(window.stage, cases=several))
    settle()
    hidden = case.forms.panel._body.verticalScrollBar().maximum()
    assert not hidden or case._scroll.height() < case.fontMetrics().height()
    case.forms.leave()
    settle()


def test_that_no_button_of_a_form_is_cut_and_nothing_scrolls_while_there_is_room_below(
    window, qtbot, samples, cut
):
    _screen, blown = blow_several(window, qtbot, samples, 1)
    case = window.panes[Screen.CASE].content
    stage = window.stage
    stage.select(window.named["received"].no)
    settle()
    faults = []
    for id_, form in WHISTLE_FORMS.items():
        subject = subject_of(stage, case=stage.picture.cases[blown.case], whistle=blown)
        panel = case.forms.open(form, subject)
        settle()
        buttons = [it for it in panel.findChildren(QPushButton) if it.isVisible()]
        faults += [(id_, it.text()) for it in buttons if not cut.is_seen_whole(it) and it.text()]
        has_room = case._scroll.height() > 2 * case.fontMetrics().height()
        if has_room and panel._body.verticalScrollBar().maximum():
            faults.append((id_, panel._body.verticalScrollBar().maximum()))
        case.forms.leave()
        settle()
    assert faults == []


@pytest.mark.parametrize("id_", ["dispatch", "merge", "choose_whistle"])
def test_that_what_was_described_stays_in_sight_above_a_form(window, cut, samples, id_):
    words = "门前井盖缺失，夜间无照明；\n" * 9
    told = samples.replace(window.named["filed"], version=99, description=words)
    panel = window.panes[Screen.CASE].content
    window.stage.select(told.no)
    panel._take(told)
    panel._show()
    settle()
    line = panel._head._told
    assert not line.isVisible()
    window.actions_table.trigger(id_)
    settle()
    assert cut.is_seen_whole(line)
    assert line.text() == " ".join(words.split())
    assert line.toolTip()
    assert cut.what_is_cut(window) == []
    panel._take(samples.replace(told, version=100, description=told.title))
    panel._show()
    settle()
    assert not line.isVisible()
    panel.forms.leave()
    settle()
    assert not line.isVisible()


def test_that_the_bodies_chosen_beforehand_are_named_while_the_form_is_sent(window, cut):
    window.stage.select(window.named["filed"].no)
    settle()
    window.actions_table.trigger("dispatch")
    settle()
    panel = window.panes[Screen.CASE].content.forms.panel
    panel.enter(co_bodies=("police", "fire", "power"))
    message = next(it.editor for it in panel._rows if it.field.key == "message")
    message.control.setFocus()
    settle()
    between = ", " if window.stage.lang == "en" else "、"
    assert panel._summary.text().count(between) == 2
    assert cut.is_seen_whole(panel._summary)
    assert cut.what_is_cut(window) == []


def test_that_notices_cover_no_button_of_a_form(window):
    window.stage.select(window.named["filed"].no)
    settle()
    window.actions_table.trigger("dispatch")
    for n in range(4):
        window.notices.stack.say(f"{n}：" + "案卷还没有选中，请先在队列里选一件。" * 3)
    settle()
    panel = window.panes[Screen.CASE].content.forms.panel
    stack = window.notices.stack.geometry()
    buttons = [it for it in panel.findChildren(QPushButton) if it.isVisible()]
    assert buttons
    for button in buttons:
        own = QRect(button.mapTo(window, QPoint()), button.size())
        assert not own.intersects(stack)
    window.panes[Screen.CASE].content.forms.leave()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_that_notices_cover_neither_figures_nor_buttons(window, size):
    window.resize(*size)
    window.lay_out()
    settle()
    figures = window.panes[Screen.FIGURES]
    stack = window.notices.stack

    def room_of(widget):
        return QRect(widget.mapTo(window, QPoint()), widget.size())

    def covers_nothing():
        bars = [figures, window.statusBar(), *window.panes[Screen.QUEUE].findChildren(QPushButton)]
        return not any(stack.geometry().intersects(room_of(it)) for it in bars if it.isVisible())

    for n in range(3):
        stack.say(f"{n}：" + "案卷还没有选中，请先在队列里选一件。" * (n + 1))
        settle()
        assert len(stack.texts) == n + 1
        assert covers_nothing()
        assert stack.geometry().bottom() > window.height() / 2
    window.stage.choose([it.no for it in list(window.stage.picture.cases.values())[:3]])
    settle()
    assert window.panes[Screen.QUEUE].content._several.isVisible()
    assert covers_nothing()
    above = stack.geometry().bottom()
    window.stage.choose(())
    figures.hide()
    settle()
    assert covers_nothing()
    assert above < stack.geometry().bottom() < room_of(window.statusBar()).top()
    figures.setFloating(True)
    figures.show()
    settle()
    assert stack.geometry().bottom() > above
    figures.setFloating(False)
    settle()
    assert covers_nothing()


def test_that_a_form_one_comes_back_to_is_read_from_its_first_question(window, samples):
    stage = window.stage
    asked, other = window.named["asked"], window.named["closed"]
    host = window.panes[Screen.CASE].content.forms
    stage.select(asked.no)
    settle()
    form, about = FORMS["decide"], subject_of(stage, case=asked)
    host.open(form, about)
    settle()
    bar = host.panel._body.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    host.park()
    host.open(form, about)
    settle()
    assert bar.value() == 0
    bar.setValue(bar.maximum())
    stage.select(other.no)
    settle()
    stage.select(asked.no)
    settle()
    assert host.panel is not None
    assert bar.value() == 0


def test_that_the_forms_of_a_whistle_leave_the_map_as_it_was(window, cut):
    stage = window.stage
    panes = [window.panes[it] for it in (Screen.QUEUE, Screen.MAP, Screen.CASE, Screen.FIGURES)]
    stage.select(window.named["filed"].no)
    settle()
    before = [pane.geometry() for pane in panes]
    for id_ in ("blow", "choose_whistle"):
        window.actions_table.trigger(id_)
        settle()
        assert (id_, cut.what_is_cut(window)) == (id_, [])
        window.panes[Screen.CASE].content.forms.leave()
        settle()
        assert [pane.geometry() for pane in panes] == before


def test_that_all_tabs_of_the_queue_are_seen_with_hundreds_of_cases(window, cut):
    tabs = window.panes[Screen.QUEUE].content._tabs
    for tab in Tab:
        tabs.set_count(tab, "437")
    settle()
    assert [tab for tab in Tab if not cut.is_seen_whole(tabs.segment(tab))] == []


def test_that_every_tab_of_the_queue_is_reached_by_the_mouse_when_not_all_fit(window, qtbot, cut):
    queue = window.panes[Screen.QUEUE].content
    tabs, strip = queue._tabs, queue._strip
    too_wide = "1437000000"  # in the narrowest font a machine may bring
    for tab in Tab:
        tabs.set_count(tab, too_wide)
    settle()
    assert all(cut.is_seen_whole(arrow) for arrow in strip.arrows)
    for tab in (*Tab, *reversed(Tab)):
        spot = tabs.segment(tab).visibleRegion().boundingRect()
        assert not spot.isEmpty(), f"nothing of {tab} is in sight beside the one before"
        qtbot.mouseClick(tabs.segment(tab), Qt.MouseButton.LeftButton, pos=spot.center())
        settle()
        for count in ("3", "14371", too_wide):
            for other in Tab:
                tabs.set_count(other, count)
            settle()
            assert cut.is_seen_whole(tabs.segment(tab))
    tabs.choose(Tab.MINE)
    settle()
    for arrow, last in ((strip.arrows[1], Tab.ALL), (strip.arrows[0], Tab.MINE)):
        for _ in Tab:
            qtbot.mouseClick(arrow, Qt.MouseButton.LeftButton)
            settle()
        assert cut.is_seen_whole(tabs.segment(last))


FACTS_SHARE = 0.4  # of the height of the panel, at least


@pytest.mark.parametrize("who", ["dispatcher", "shift_supervisor", "duty_leader"])
def test_that_the_facts_of_a_case_have_the_room_and_no_step_is_lost(window, cut, samples, who):
    stage, panel = window.stage, window.panes[Screen.CASE].content
    stage.sign_on(samples.operator(who))
    for name, case in window.named.items():
        stage.select(case.no)
        settle()
        steps = panel._steps
        assert panel._scroll.height() >= FACTS_SHARE * panel.height(), name
        assert cut.what_is_cut(window) == []
        buttons = {id_: it for id_, it in steps._buttons.items() if not it.isHidden()}
        assert [id_ for id_, it in buttons.items() if not cut.is_seen_whole(it)] == []
        if steps.offered:
            assert steps.offered[0] in buttons
        rest = [entry for entry in steps.rest().actions() if not entry.isSeparator()]
        assert len(buttons) + len(rest) == len(steps.offered), name
        assert steps._more.isVisible() is bool(rest)
        assert not rest or cut.is_seen_whole(steps._more)


class Layouts(QObject):
    """Counts which widgets are told to lay themselves out anew."""

    def __init__(self):
        super().__init__()
        self.told = Counter()

    @override
    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.LayoutRequest:
            self.told[type(watched).__name__] += 1
        return False


def test_that_a_window_in_which_nothing_happens_is_not_laid_out_again_and_again(window, qapp):
    for case in window.named.values():
        window.stage.select(case.no)
        settle()
        layouts = Layouts()
        qapp.installEventFilter(layouts)
        for _ in range(30):
            QApplication.processEvents()
        qapp.removeEventFilter(layouts)
        assert {name: n for name, n in layouts.told.items() if n > 10} == {}


def test_that_a_step_without_a_button_is_taken_from_the_menu_of_the_rest_by_keys(window, qtbot):
    stage, panel = window.stage, window.panes[Screen.CASE].content
    stage.select(window.named["handling"].no)
    settle()
    more, last = panel._steps._more, panel._steps.offered[-1]
    assert panel._steps._buttons[last].isHidden()
    more.setFocus()
    qtbot.keyClick(more, Qt.Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    qtbot.keyClick(menu, Qt.Key.Key_Up)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    settle()
    assert panel.forms.panel is not None
    assert panel.forms.panel.form.id == last


def test_that_the_step_that_is_needed_stands_first(window):
    stage, steps = window.stage, window.panes[Screen.CASE].content._steps
    for case in window.named.values():
        stage.select(case.no)
        settle()
        shown = [it for it in steps._buttons.values() if it.isVisible()]
        top_left = min(shown, key=lambda it: (it.y(), it.x()), default=None)
        assert not steps.offered or top_left is steps._buttons[steps.offered[0]]


HOUR = timedelta(hours=1)
BODIES = ("enforcement", "police", "market")
STANDINGS = {
    "just blown": {"age": timedelta(seconds=3)},
    "the next is called within a minute": {"age": timedelta(minutes=4, seconds=3)},
    "no answer": {"age": timedelta(minutes=11)},
    "not there": {"age": timedelta(minutes=31)},
    "all answered": {"answered": BODIES},
    "all there": {"came": BODIES},
    "one refuses": {"refused": BODIES[1:2], "came": BODIES[:1]},
}


def blow(window, qtbot, samples, **standing):
    """Have a whistle of three bodies on the board, each with the people who are called for it."""
    case = samples.case(12, state=State.HANDLING, age=timedelta(hours=2))
    blown, noted = samples.whistle(case, bodies=BODIES, number=40, **standing)
    for body in BODIES:
        blown = samples.chained(blown, body, called=1)
    held = tuple(window.stage.picture.whistles.values())
    ended = tuple(samples.replace(it, version=99, closed_at=samples.NOW) for it in held)
    with qtbot.waitSignal(window.stage.changed):
        window.stage.seat.desk.say(Delta(cases=(noted,), whistles=(*ended, blown)))
    window.stage.select(noted.no)
    screen = window.summon(Screen.WHISTLES)
    settle()
    return screen, blown


@pytest.mark.parametrize("standing", STANDINGS)
def test_that_a_whistle_of_three_bodies_is_read_whole(window, qtbot, samples, cut, standing):
    screen, blown = blow(window, qtbot, samples, **STANDINGS[standing])
    assert screen.board.whistle.no == blown.no
    assert cut.what_is_cut(window) == []
    for row in screen.board._rows.values():
        row._more.click()
        settle()
        assert cut.what_is_cut(window) == []


@pytest.mark.parametrize("standing", STANDINGS)
def test_that_three_bodies_are_seen_at_once_while_others_are_to_be_rated_and_waited_for(
    window, qtbot, samples, cut, standing
):
    ended, _case = samples.whistle(window.named["closed"], number=9, came=("police",))
    ended = samples.rated(ended, "police", upto="rate")
    window.stage.seat.desk.answers[samples.ToRate] = (ended,)
    called = samples.called(samples.case(61, state=State.HANDLING), at=samples.NOW - 3 * HOUR)
    with qtbot.waitSignal(window.stage.changed):
        window.stage.seat.desk.say(Delta(cases=(called,)))
    screen, _blown = blow(window, qtbot, samples, **STANDINGS[standing])
    to_rate = screen._waiting[0]
    qtbot.waitUntil(to_rate.isVisible)
    settle()
    rows = screen.board._rows
    assert [it for it in BODIES if not cut.is_seen_whole(rows[it])] == []
    assert screen._above.isVisible()
    assert to_rate.height() < min(row.height() for row in rows.values())
    to_rate._fold.click()
    settle()
    assert cut.what_is_cut(window) == []
    assert to_rate._rows[0][2].isVisible()


def test_that_the_offer_to_take_a_whistle_back_names_every_body(window, qtbot, samples, cut):
    screen, blown = blow(window, qtbot, samples, age=timedelta(seconds=2))
    deeds_of(window.stage)._on_blown(Outcome(whistle=blown))
    settle()
    assert screen._undo.isVisible()
    assert cut.what_is_cut(window) == []


def test_that_the_offer_moves_no_button_of_what_waits_below(window, qtbot, samples):
    ended, _case = samples.whistle(window.named["closed"], number=9, came=("police",))
    ended = samples.rated(ended, "police", upto="rate")
    window.stage.seat.desk.answers[samples.ToRate] = (ended,)
    screen, _blown = blow(window, qtbot, samples)
    fold = screen._waiting[0]._fold
    qtbot.waitUntil(fold.isVisible)
    settle()
    before = fold.mapToGlobal(fold.rect().topLeft())
    screen._undo.offer("已吹哨", lambda: None)
    settle()
    assert screen._undo.isVisible()
    assert fold.mapToGlobal(fold.rect().topLeft()) == before


def test_that_what_others_owe_is_read_whole_when_it_is_opened(window, qtbot, samples, cut):
    called = samples.called(samples.case(61, state=State.HANDLING), at=samples.NOW - 3 * HOUR)
    moved = samples.transferred(samples.case(62))
    with qtbot.waitSignal(window.stage.changed):
        window.stage.seat.desk.say(Delta(cases=(called, moved)))
    screen, _blown = blow(window, qtbot, samples)
    before = screen.width()
    screen._above._fold.click()
    settle()
    assert cut.what_is_cut(screen) == []
    assert screen.width() == before


SIZES = {"low": (1366, 768), "high": (1920, 1080)}
CARD_SHARE = 0.45  # of the height of the board, at least


def blow_several(window, qtbot, samples, count):
    """Have so many whistles on the board, a body to rate and a word from above to wait for."""
    ended, _case = samples.whistle(window.named["closed"], number=9, came=("police",))
    ended = samples.rated(ended, "police", upto="rate")
    window.stage.seat.desk.answers[samples.ToRate] = (ended,)
    called = samples.called(samples.case(61, state=State.HANDLING), at=samples.NOW - 3 * HOUR)
    others = [
        samples.whistle(
            samples.case(number, state=State.HANDLING, age=timedelta(hours=2)),
            bodies=BODIES[:2],
            number=number,
            age=timedelta(minutes=9),
        )
        for number in range(63, 62 + count)
    ]
    screen, blown = blow(window, qtbot, samples, **STANDINGS["one refuses"])
    with qtbot.waitSignal(window.stage.changed):
        window.stage.seat.desk.say(
            Delta(cases=(called, *(case for _, case in others)), whistles=[it for it, _ in others])
        )
    qtbot.waitUntil(lambda: not screen._waiting[0].isHidden())
    settle()
    assert len(screen._running) == count
    return screen, blown


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 3])
def test_that_the_whistle_one_works_on_has_the_room(window, qtbot, samples, cut, size, count):
    window.resize(*SIZES[size])
    window.lay_out()
    settle()
    beside = [window.panes[it] for it in (Screen.QUEUE, Screen.CASE)]
    before = cut.widths(*beside)
    screen, _blown = blow_several(window, qtbot, samples, count)
    assert cut.widths(*beside) == before
    assert screen._scroll.height() >= CARD_SHARE * screen.height()
    assert cut.is_seen_whole(screen._below.inside)
    roll = screen._roll
    assert roll.isVisible() is (count > 1)
    assert not roll.isVisible() or roll.viewport().height() % roll.sizeHintForRow(0) == 0
    assert cut.what_is_cut(screen) == []


@pytest.mark.parametrize("size", SIZES)
def test_that_what_is_opened_below_a_low_board_takes_its_place_till_it_is_folded(
    window, qtbot, samples, cut, size
):
    window.resize(*SIZES[size])
    window.lay_out()
    settle()
    screen, _blown = blow_several(window, qtbot, samples, 3)
    panes = [window.panes[it] for it in (Screen.MAP, Screen.WHISTLES, Screen.CASE)]
    before = [pane.geometry() for pane in panes]
    for card in screen._waiting:
        card._fold.click()
        settle()
        assert cut.is_seen_whole(card)
        assert not screen.board.isVisible()
        assert screen._roll.isVisible()
        card._fold.click()
        settle()
        assert screen.board.isVisible()
    assert [pane.geometry() for pane in panes] == before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("action", ["rule_summons", "escalate"])
def test_that_every_question_of_a_form_on_the_board_is_seen_at_once(
    window, qtbot, samples, cut, size, count, action
):
    window.resize(*SIZES[size])
    window.lay_out()
    settle()
    screen, blown = blow_several(window, qtbot, samples, count)
    panes = [window.panes[it] for it in (Screen.MAP, Screen.WHISTLES, Screen.CASE)]
    before = [pane.geometry() for pane in panes]
    deeds_of(window.stage).ask(action, blown, body=BODIES[1])
    settle()
    panel = screen.forms.panel
    assert panel is not None
    editors = [row.editor for row in panel._rows if row.editor.isVisible()]
    assert len(editors) >= 3
    assert [row for row in editors if not cut.is_seen_whole(row)] == []
    assert [pane.geometry() for pane in panes] == before
    screen.forms.leave()
    settle()
    assert screen.board.isVisible()
    assert [pane.geometry() for pane in panes] == before
