"""Printing a case from its screen: in a process of its own, told as it goes, ended any time."""

import os
import zipfile
from contextlib import closing

import pytest
from PySide6.QtCore import QProcess, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.exceptions import capture_exceptions
from shiboken6 import isValid

from commandcenter.application import commands as c
from commandcenter.application.questions import History
from commandcenter.domain.errors import Refusal
from commandcenter.domain.report import Reporter
from tests.ui import samples
from tests.ui.pdf import Pdf
from tests.ui.real_hall import Worker, open_hall
from ui.actions import actions_of
from ui.case import press
from ui.case.dossier import DossierDialog
from ui.case.press import DossierPress
from ui.case.screen import CaseScreen
from ui.stage import Stage

LONG = 120_000


@pytest.fixture
def core(tmp_path):
    clock = samples.SampleClock()
    made = open_hall(tmp_path / "hall", clock)
    worker = Worker(made, clock)
    numbers = worker.take_in(1)
    worker.dispatch(numbers)
    worker.do("dispatcher", c.Withdraw(whistle=worker.whistle(numbers[0]), reason="误吹"))
    worker.finish(numbers)
    made.scribe.perform(
        lambda unit: unit.keep_reporter(
            numbers[0], None, Reporter(name="欧阳明", phone="13812345678")
        ),
        None,
    ).result(60)
    yield made
    made.stop()


@pytest.fixture
def number(core):
    return core.store.answer(samples.Cases())[0].no


def stage_of(qtbot, core, who):
    stage = Stage(core.take_seat(operator=who, lang="zh", rehearsal=False))
    with qtbot.waitSignal(stage.changed, timeout=LONG):
        stage.open()
    return stage


@pytest.fixture
def stage(qtbot, core, request):
    made = stage_of(qtbot, core, getattr(request, "param", "dispatcher"))
    yield made
    made.close()
    qtbot.waitUntil(lambda: not made.findChildren(DossierPress), timeout=LONG)
    qtbot.waitUntil(lambda: not made._bridge._beat.isActive(), timeout=LONG)
    made.deleteLater()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """The home of somebody who has just been given one: nothing is in it."""
    made = tmp_path / "home"
    made.mkdir()
    monkeypatch.setenv("HOME", str(made))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return made


@pytest.fixture
def dialog(qtbot, stage, number, tmp_path):
    """The dialog as the key on the case screen opens it."""
    screen = CaseScreen(stage)
    qtbot.addWidget(screen)
    screen.show()
    stage.select(number)
    qtbot.waitUntil(lambda: screen.case is not None, timeout=LONG)
    actions_of(stage).press("Ctrl+P")
    found = screen.findChild(DossierDialog)
    found.offered = found.path.text()
    found.path.setText(str(tmp_path / "a.pdf"))
    yield found
    if isValid(found):
        found.close()


def printed(qtbot, dialog):
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog._press is None, timeout=LONG)
    return dialog.words.text()


def test_that_a_case_is_printed_and_told_and_nothing_is_written_over_unasked(
    qtbot, dialog, number, tmp_path
):
    assert "已保存" in printed(qtbot, dialog)
    page = "".join(Pdf(tmp_path / "a.pdf").pages[0].split())
    assert number in page
    assert "欧***" not in page
    assert "欧阳明" not in page
    assert "欧**" in page
    assert "138****5678" in page
    before = (tmp_path / "a.pdf").stat().st_mtime_ns
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog._press is None, timeout=LONG)
    assert (tmp_path / "a.pdf").stat().st_mtime_ns > before


def test_that_a_case_is_printed_where_it_is_offered_to_be(qtbot, dialog, number, home):
    dialog.path.setText(dialog.offered)
    assert "已保存" in printed(qtbot, dialog)
    assert (home / f"{number}.pdf").exists()


def test_that_an_existing_file_is_named_first(qtbot, dialog, tmp_path):
    (tmp_path / "a.pdf").write_text("before", "utf-8")
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    assert "已经存在" in dialog.words.text()
    assert (tmp_path / "a.pdf").read_text("utf-8") == "before"


def test_that_the_button_says_what_it_makes(dialog):
    assert dialog.start_button.text() == "保存 PDF"
    dialog.packed.setChecked(True)
    assert dialog.start_button.text() == "保存 ZIP"


def test_that_a_case_with_a_whistle_can_be_packed(qtbot, dialog, tmp_path):
    dialog.packed.setChecked(True)
    assert dialog.path.text() == str(tmp_path / "a.zip")
    assert "已保存" in printed(qtbot, dialog)
    with closing(zipfile.ZipFile(tmp_path / "a.zip")) as archive:
        assert set(archive.namelist()) == {"dossier.pdf", "facts.jsonl", "manifest.json"}


def fails(*_args, **_more):
    raise ValueError("no such luck")


@pytest.mark.parametrize("what", ["of", "compose"])
def test_that_a_fault_before_the_printing_ends_in_words_and_a_way_out(
    qtbot, dialog, monkeypatch, what
):
    monkeypatch.setattr(press if what == "compose" else press.casefile, what, fails)
    dialog.packed.setChecked(True)
    with capture_exceptions() as caught:
        said = printed(qtbot, dialog)
    assert "程序出错" in said
    assert "文件夹" not in said
    assert [str(error) for _kind, error, _trace in caught] == ["no such luck"]
    assert not dialog.bar.isVisible()
    assert dialog.start_button.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(dialog))


def test_that_a_store_that_does_not_answer_ends_in_words(qtbot, dialog, core, monkeypatch):
    def refuse(*_args, **_more):
        raise Refusal("unknown_case", case="x")

    monkeypatch.setattr(core.store, "answer", refuse)
    assert "没有编号为 x 的案卷" in printed(qtbot, dialog)
    assert dialog.start_button.isEnabled()


def test_that_a_store_at_fault_ends_in_words(qtbot, dialog, core, monkeypatch):
    monkeypatch.setattr(core.store, "answer", fails)
    with capture_exceptions() as caught:
        assert "程序出错" in printed(qtbot, dialog)
    assert len(caught) == 1


def test_that_a_fault_of_the_printing_process_ends_in_words(qtbot, dialog, monkeypatch):
    monkeypatch.setattr(press.printing, "Job", lambda **fields: {"dossier": 7})
    assert "程序出错" in printed(qtbot, dialog)


def test_that_stopping_leaves_no_file_and_no_process(qtbot, dialog, stage, tmp_path):
    before = sorted(os.listdir(tmp_path))
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    press = dialog._press
    qtbot.waitUntil(lambda: press._process.state() is QProcess.ProcessState.Running, timeout=LONG)
    qtbot.mouseClick(dialog.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not stage.findChildren(DossierPress), timeout=LONG)
    assert "已取消" in dialog.words.text()
    assert sorted(os.listdir(tmp_path)) == before
    assert dialog.start_button.isEnabled()


def by_escape(qtbot, dialog):
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def by_its_frame(_qtbot, dialog):
    dialog.close()


@pytest.mark.parametrize("close", [by_escape, by_its_frame])
def test_that_closing_stops_what_is_being_printed(qtbot, dialog, stage, tmp_path, close):
    before = sorted(os.listdir(tmp_path))
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    close(qtbot, dialog)
    qtbot.waitUntil(lambda: not isValid(dialog))
    qtbot.waitUntil(lambda: not stage.findChildren(DossierPress), timeout=LONG)
    assert sorted(os.listdir(tmp_path)) == before


def test_that_a_folder_that_is_not_there_is_told(qtbot, dialog, tmp_path):
    dialog.path.setText("a.pdf")
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    assert "完整路径" in dialog.words.text()
    dialog.path.setText(str(tmp_path / "none" / "a.pdf"))
    assert "文件夹不存在" in printed(qtbot, dialog)


def test_that_only_supervisors_are_offered_the_names(dialog):
    assert not dialog.named.isVisible()


@pytest.mark.parametrize("stage", ["shift_supervisor"], indirect=True)
def test_that_naming_who_reported_needs_a_reason_and_is_recorded(
    qtbot, dialog, core, number, tmp_path
):
    dialog.named.setChecked(True)
    assert not dialog.start_button.isEnabled()
    dialog.reason.setText("县纪委调阅")
    assert "已保存" in printed(qtbot, dialog)
    page = "".join(Pdf(tmp_path / "a.pdf").pages[0].split())
    assert "欧阳明" in page
    assert "13812345678" in page
    assert "查看理由：县纪委调阅" in page
    facts = [item.fact for item in core.store.answer(History(case=number))]
    assert [(it.kind, it.data["reason"]) for it in facts if it.kind == "case.disclosed"] == [
        ("case.disclosed", "县纪委调阅")
    ]


def test_that_a_place_can_be_looked_for(qtbot, dialog, tmp_path):
    dialog._on_browse()
    chooser = dialog.findChild(QFileDialog)
    chooser.fileSelected.emit(str(tmp_path / "b.pdf"))
    assert dialog.path.text() == str(tmp_path / "b.pdf")
    chooser.close()
