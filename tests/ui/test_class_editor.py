"""Choosing a class by two levels, by word and by pinyin; what is suggested and what is chosen."""

import pytest
from PySide6.QtCore import Qt

from ui.forms.case_forms import CASE_FORMS
from ui.forms.field import subject_of
from ui.forms.host import FormHost


@pytest.fixture
def form(qtbot, stage, samples):
    """Open the form of filing on a report of these words."""
    host = FormHost(stage)
    qtbot.addWidget(host)

    def open_on(title, category=None, **fields):
        made = samples.structs.replace(
            samples.case(3), title=title, description="", category=category, **fields
        )
        panel = host.open(CASE_FORMS["file"], subject_of(stage, case=made))
        host.resize(520, 900)
        host.show()
        return panel

    return open_on


def editor(panel, key="category"):
    return next(row.editor for row in panel._rows if row.field.key == key)


def type_in(picker, text):
    """Enter a text as an input method does, all at once."""
    picker.control.setText(text)
    picker.control.textEdited.emit(text)


def lines(listed):
    return [listed.item(at).text() for at in range(listed.count())]


def test_that_the_report_s_words_choose_a_class_and_are_shown(form):
    panel = form("农贸市场门口有人摆摊")
    assert panel.values()["category"] == "E0501"
    picker = editor(panel)
    assert "建议" in picker._said.text()
    assert "摆摊" in picker._said.text()
    assert lines(picker._upper)[0].startswith("按内容建议")


def test_that_the_class_a_report_came_with_stands_and_the_suggestion_is_beside_it(form):
    panel = form("农贸市场门口有人摆摊", category="E0102")
    assert panel.values()["category"] == "E0102"
    assert any("占道经营" in line for line in lines_of_suggested(editor(panel)))


def lines_of_suggested(picker):
    picker._upper.setCurrentRow(0)
    return lines(picker._lower)


def test_that_what_a_person_chose_is_never_overwritten(form):
    panel = form("农贸市场门口有人摆摊")
    panel.enter(category="E0602")
    panel.enter(urgency="urgent")
    panel.look_again()
    assert panel.values()["category"] == "E0602"


@pytest.mark.parametrize("typed", ["zdjy", "占道经", "zhandaojing", "e0501"])
def test_that_a_class_is_found_by_initials_words_syllables_and_code(form, typed):
    panel = form("说不清是什么")
    picker = editor(panel)
    type_in(picker, typed)
    assert any("占道经营" in line for line in lines(picker._lower))
    assert len(lines(picker._lower)) < 5


def test_that_the_whole_choice_is_made_by_keyboard(form, qtbot):
    panel = form("说不清是什么")
    picker = editor(panel)
    told = []
    picker.changed.connect(lambda: told.append(picker.value()))
    qtbot.keyClicks(picker.control, "ldgz")  # 路灯故障
    picker.control.setFocus()
    qtbot.keyClick(picker.control, Qt.Key.Key_Down)
    assert panel.values()["category"] == "E0408"
    assert told[-1] == "E0408"


def test_that_the_classes_above_lead_to_those_below(form):
    panel = form("说不清是什么")
    picker = editor(panel)
    assert picker.value() is None
    at = lines(picker._upper).index("街面秩序")
    picker._upper.setCurrentRow(at)
    assert any("露天烧烤" in line for line in lines(picker._lower))
    picker._lower.itemClicked.emit(picker._lower.item(0))
    assert panel.values()["category"] == "E0501"
    assert "事件 › 街面秩序 › 占道经营" in picker._said.text()


def test_that_what_means_no_class_says_so_and_is_not_sent(form, qtbot, stage):
    panel = form("说不清是什么")
    picker = editor(panel)
    qtbot.keyClicks(picker.control, "qqqq")
    assert "没有符合的类别" in picker._said.text()
    panel.send()
    assert stage.seat.desk.submitted == []


def test_that_a_condition_shows_its_own_limit_body_evidence_and_guidance(form):
    panel = form("说不清是什么")
    panel.enter(category="E0408")
    assert editor(panel, "condition").isVisibleTo(panel)
    assert "2 工作日" in panel._preview.text()
    panel.enter(condition="灯杆带电、倾倒或砸损")
    said = panel._preview.text()
    for words in ("4 紧急工作时", "断电", "需交证据", "未经验电"):
        assert words in said, words
    order = panel.form.order(panel.subject, panel.values())
    assert order.condition == "灯杆带电、倾倒或砸损"
