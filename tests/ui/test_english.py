"""A hall in English says everything in English; only what its data say stays Chinese."""

import re

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QPainter

from commandcenter.application import commands as c
from commandcenter.application.perform import Each
from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from tests.ui import samples, tour
from tests.ui.real_hall import open_hall, two_days
from ui.bulk_result import BulkResult
from ui.forms import choices, closing_forms
from ui.forms.field import subject_of
from ui.short_forms import ShortForms

HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff5e\u3000-\u303f]+")


@pytest.fixture
def english(qapp):
    """The words of the program in English, as ``ui.app.prepare`` installs them."""
    from importlib.resources import files

    translator = QTranslator()
    assert translator.load("hall_en", str(files("resources") / "i18n"))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.fixture
def window(qtbot, english, tmp_path):
    from ui.stage import Stage
    from ui.window import HallWindow

    clock = samples.SampleClock()
    core = open_hall(tmp_path, clock)
    two_days(core, clock)
    stage = Stage(core.take_seat(operator="dispatcher", lang="en", rehearsal=True))
    made = HallWindow(stage)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    with qtbot.waitSignal(stage.changed):
        stage.open()
    yield made
    stage.close()
    beat = stage._bridge._beat
    qtbot.waitUntil(lambda: not beat.isActive())
    stage.deleteLater()
    core.stop()


def told_by_data():
    """Every piece of Chinese of the hall pack, and what its people wrote in this test."""
    found = {"井盖缺失", "南大路", "号", "李队", "已处理完毕", "已解决", "已到", "电话"}
    found |= {"没有这样的案卷", "没有这样的命令", "井"}  # typed on the way
    found |= {f"第{n}网格" for n in "一二三四五六七八九"}  # in a line of its own on the map
    for reply in closing_forms._REPLIES.values():  # goes out to the people of the place
        found.update(HAN.findall(reply))
    for path in samples.PACK.iterdir():
        found.update(it for it in HAN.findall(path.read_text("utf-8")) if re.search(r"[一-鿿]", it))
    return sorted(found, key=len, reverse=True)


@pytest.fixture
def painted(monkeypatch):
    """Everything that our own widgets write with a painter, as it comes."""
    words = set()
    draw = QPainter.drawText

    def noted(self, *what):
        words.update(it for it in what if isinstance(it, str))
        return draw(self, *what)

    monkeypatch.setattr(QPainter, "drawText", noted)
    return words


def strange(said, known):
    """Return what is Chinese in some words and not of the data, whole or cut short by "…"."""
    for data in known:
        if data in said:
            said = said.replace(data, " ")
    left = HAN.findall(said)
    if left and said.endswith(f"{left[-1]}…") and any(it.startswith(left[-1]) for it in known):
        left.pop()
    return left


@pytest.mark.timeout(900)
def test_that_everything_is_said_in_english(qtbot, window, painted):
    known = told_by_data()
    cases = list(window.stage.picture.cases)[:3]
    judged, found = {}, {}
    for stop in tour.stops(window, lambda: qtbot.wait(20), cases=cases):
        told = [it for widget in tour.everything() for it in tour.words_of(widget)]
        told += [("painted", said) for said in painted]
        painted.clear()
        for where, said in told:
            if said not in judged:
                judged[said] = strange(said, known)
            if judged[said]:
                found.setdefault(said[:100], f"{where} at {stop}: {judged[said]}")
    assert not found, "\n".join(f"{said!r} ({where})" for said, where in found.items())


def test_that_words_of_the_program_are_not_taken_for_a_name_cut_short():
    known = ["文昌社区", "第一网格"]
    assert strange("文昌社区第一…", known) == []
    assert strange("文昌…", known) == []
    assert strange("第一", known) == ["第一"]
    assert strange("待办文…", known) == ["待办文"]
    assert strange("第一 3…", known) == ["第一"]


def test_that_english_tells_one_from_several(english):
    def told(count):
        return QCoreApplication.translate("LeadersScreen", "%n 个哨", "", count)

    assert [told(count) for count in (0, 1, 2)] == ["0 whistles", "1 whistle", "2 whistles"]


@pytest.mark.parametrize(("lang", "said"), [("zh", "（无标题）"), ("en", "No title")])
def test_that_a_case_without_a_title_is_called_so_in_the_language_of_the_seat(
    qtbot, clock, tmp_path, lang, said
):
    from ui.actions import Screen
    from ui.stage import Stage
    from ui.window import HallWindow

    untitled = samples.replace(samples.case(3, title=words.UNTITLED[0]), description="")
    desk = samples.SampleDesk(samples.replace(samples.work(5), cases=(untitled,), whistles=()))
    stage = Stage(samples.seat(desk, lang=lang, clock=clock, state=tmp_path))
    made = HallWindow(stage)
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(stage.changed):
        stage.open()
    stage.select(untitled.no)
    qtbot.waitUntil(lambda: not made._filling.isActive())
    told = [text for widget in tour.everything() for _, text in tour.words_of(widget)]
    assert made.panes[Screen.CASE].content._head._title.text() == said
    assert any(said in text for text in told)
    assert lang == "zh" or not [text for text in told if "无标题" in text]
    (choice,) = choices.mains(subject_of(stage, case=samples.case(4)), {})
    each = (Each(order=c.Claim(case=untitled.no), refusal=Refusal("unknown_case", case="x")),)
    listed = BulkResult(stage, "", each, stage.picture.cases, made).table.item(0, 1)
    opened = ShortForms(stage, made).offers(f"aj {untitled.no[-3:]}")[0]
    filed = ShortForms(stage, made).offers("sl zdjy")[0]
    assert choice.text == listed.text() == said
    assert opened.title.endswith(said)
    assert filed.subtitle.endswith(said)
    stage.close()
