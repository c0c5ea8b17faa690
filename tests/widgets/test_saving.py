"""Where a file is offered to be kept: in a folder that is there."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from widgets.saving import offered_file
from widgets.text_sheet import SheetWords, TextSheet


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The home of somebody who has just been given one."""
    made = tmp_path / "home"
    made.mkdir()
    monkeypatch.setenv("HOME", str(made))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return made


def test_that_a_home_without_documents_is_offered_itself(qapp, home):
    assert Path(offered_file("a.pdf")) == home / "a.pdf"


def test_that_the_documents_are_offered_where_there_are_any(qapp, home):
    (home / "Documents").mkdir()
    assert Path(offered_file("a.pdf")) == home / "Documents" / "a.pdf"


def test_that_a_place_without_a_home_is_offered_a_folder_that_exists(qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "gone"))
    offered = Path(offered_file("a.pdf"))
    assert offered.parent.is_dir()
    assert offered.name == "a.pdf"


def test_that_a_sheet_is_offered_to_be_kept_in_such_a_folder(qtbot, home):
    words = dict.fromkeys(("copy", "print", "save", "leave", "copied", "saved", "not_saved"), "x")
    sheet = TextSheet(SheetWords(**words))
    qtbot.addWidget(sheet)
    sheet.show_sheet("简报", "一", "a.txt")
    sheet.save()
    (dialog,) = sheet.findChildren(QFileDialog)
    assert dialog.selectedFiles() == [str(home / "a.txt")]
    dialog.close()
