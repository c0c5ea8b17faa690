"""A hall that may not be opened says why to whoever has no terminal before him."""

import sys

import pytest
from PySide6.QtCore import QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QMessageBox

import main
from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.runtime import display
from ui import refused


@pytest.fixture
def answered(qapp):
    """Close every message that comes up, and give what each said."""
    said = []

    def close():
        for box in QApplication.topLevelWidgets():
            if isinstance(box, QMessageBox) and box.isVisible():
                said.append((box.windowTitle(), box.text(), box.informativeText()))
                box.accept()

    timer = QTimer(interval=20)
    timer.timeout.connect(close)
    timer.start()
    yield said
    timer.stop()
    for it in qapp.findChildren(QTranslator):
        qapp.removeTranslator(it)
        it.deleteLater()


@pytest.mark.parametrize(("lang", "text"), [("zh", "没有打开"), ("en", "not opened")])
def test_that_a_refusal_stays_until_it_is_closed(answered, lang, text):
    sentence = words.sentence(Refusal("store_locked", place="hall.db", holder="pid 7"), lang)
    refused.show(sentence, lang)
    ((_title, told, detail),) = answered
    assert text in told
    assert detail == sentence


@pytest.mark.parametrize(
    ("more", "watched", "expected"),
    [((), True, True), ((), False, False), (("--offscreen",), True, False)],
)
def test_that_it_is_shown_where_a_person_looks(
    answered, monkeypatch, capsys, tmp_path, more, watched, expected
):
    monkeypatch.setattr(display, "is_watched", lambda: watched)
    assert main.main(["--hall", str(tmp_path / "none"), *more]) == 3
    sentence = capsys.readouterr().err.strip()
    assert str(tmp_path / "none") in sentence
    assert [detail for _, _, detail in answered] == [sentence] * expected


@pytest.mark.parametrize(
    ("platform", "terminal", "expected"),
    [("xcb", False, True), ("xcb", True, False), ("offscreen:configfile=x", False, False)],
)
def test_that_nobody_watches_a_terminal_beside_it_or_a_run_without_a_display(
    monkeypatch, platform, terminal, expected
):
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    assert display.is_watched() is expected
