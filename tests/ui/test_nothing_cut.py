"""Everything can be read in a window of 1366×768, and no form takes room from what is beside it."""

import importlib
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from commandcenter.domain.case import Stop
from commandcenter.domain.report import Evidence
from ui.actions import Screen
from ui.forms.bulk_forms import BULK_FORMS
from ui.forms.field import subject_of
from ui.forms.gate_forms import FORMS
from ui.stage import Stage
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
    with qtbot.waitSignal(stage.changed, timeout=30_000):
        stage.open()
    qtbot.waitUntil(lambda: not made._filling.isActive(), timeout=30_000)
    made.lay_out()
    settle()
    yield made
    stage.close()
    queue = made.panes[Screen.QUEUE].content
    beat = stage._bridge._beat
    qtbot.waitUntil(lambda: not beat.isActive(), timeout=10_000)
    qtbot.waitUntil(lambda: not isValid(queue) or not queue._beat.isActive(), timeout=10_000)
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
