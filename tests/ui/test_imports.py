"""The window that imports tables: it looks first, and writes by choice."""

from concurrent.futures import Future

import pytest

from commandcenter.application.importing import Flaw, Import, PlannedRow
from commandcenter.domain.errors import Refusal
from ui.imports import ImportWindow


def an_import(**fields):
    given = {
        "ok": False, "kind": "duties", "file": "清单.xlsx", "rows": 3, "new": 1, "changed": 1,
        "same": 0, "faulty": 1, "written": False,
        "findings": (Flaw(severity="error", problem="“清单”读不懂", remedy="应写成基本履职",
                          row=4, column="清单"),),
        "preview": tuple(
            PlannedRow(row=row, change=change, values={"item": f"JB-{row}", "title": "巡河"})
            for row, change in ((2, "new"), (3, "changed"), (4, "faulty"))
        ),
    } | fields  # fmt: skip
    return Import(**given)


class Asked:
    """Answers with what it is given, and remembers what it was asked."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def look(self, kind, file, **more):
        return self._answer("look", kind, file, more)

    def carry_out(self, kind, file, **more):
        return self._answer("carry_out", kind, file, more)

    def _answer(self, how, kind, file, more):
        self.asked.append((how, kind, file.name, more))
        done = Future()
        if isinstance(self.answer, Refusal):
            done.set_exception(self.answer)
        else:
            done.set_result(self.answer)
        return done


@pytest.fixture
def opened(qtbot, stage):
    def make(answer):
        asked = Asked(answer)
        window = ImportWindow(stage, asked)
        qtbot.addWidget(window)
        window.show()
        return window, asked

    return make


def looked(qtbot, window, asked):
    window.look_at("/tmp/清单.xlsx")
    qtbot.waitUntil(lambda: window._found is not None)
    return asked.asked[-1]


def test_that_nothing_is_written_before_it_was_looked_at(qtbot, opened):
    window, asked = opened(an_import())
    assert not window._go.isEnabled()
    assert "预览" in window._words.text()
    how, kind, file, more = looked(qtbot, window, asked)
    assert (how, kind, file, more["sheet"]) == ("look", "duties", "清单.xlsx", None)
    assert "新增 1 行，更新 1 行" in window._words.text()
    assert len(window._faults.rows) == 1
    assert len(window._rows.rows) == 3
    assert window._go.isEnabled()


def test_that_all_or_nothing_holds_back_what_has_a_fault(qtbot, opened):
    window, asked = opened(an_import())
    looked(qtbot, window, asked)
    window._all.setChecked(True)
    assert not window._go.isEnabled()
    window._all.setChecked(False)
    asked.answer = an_import(written=True)
    window._go.click()
    qtbot.waitUntil(lambda: "已写入" in window._words.text())
    assert asked.asked[-1][0] == "carry_out"
    assert asked.asked[-1][3]["all_or_nothing"] is False
    assert not window._go.isEnabled()


def test_that_a_workbook_of_several_sheets_is_asked_for_one(qtbot, opened):
    window, asked = opened(an_import(new=0, changed=0, sheets=("基本", "配合"), preview=()))
    looked(qtbot, window, asked)
    assert window._sheet.isVisible()
    window._sheet.setCurrentText("配合")
    window._sheet.activated.emit(window._sheet.currentIndex())
    qtbot.waitUntil(lambda: asked.asked[-1][3]["sheet"] == "配合")


def test_that_whoever_may_not_is_told_so(qtbot, opened):
    window, _asked = opened(Refusal("may_not_import", role="dispatcher"))
    window.look_at("/tmp/清单.xlsx")
    qtbot.waitUntil(lambda: "不能导入" in window._words.text())
    assert not window._go.isEnabled()
