"""Importing from a seat: a process of its own, and only for those who may."""

import shutil
from pathlib import Path

import pytest

from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Operator, Role
from commandcenter.runtime.importer import ImportProcess
from commandcenter.runtime.pack import load_pack

DEMO = Path(__file__).parents[2] / "resources" / "demo"
BOSS = Operator(id="boss", name="魏", role=Role.SHIFT_SUPERVISOR)


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(DEMO, folder)
    return folder


@pytest.fixture
def importer(pack):
    made = ImportProcess(pack)
    yield made
    made.stop()


def test_that_a_seat_looks_first_and_then_imports(pack, importer, tmp_path):
    file = tmp_path / "清单.csv"
    file.write_text("编号,清单,事项\nJB-900,基本履职,河长制巡河\n,基本,没有编号\n", "gb18030")
    told = importer.look("duties", file, by=BOSS, lang="zh").result(120)
    assert (told.new, told.faulty, told.written) == (1, 1, False)
    assert told.findings[0].row == 3
    assert "JB-900" not in load_pack(pack)[1].duties
    refused = importer.carry_out("duties", file, by=BOSS, lang="zh", all_or_nothing=True)
    assert not refused.result(120).written
    done = importer.carry_out("duties", file, by=BOSS, lang="en", all_or_nothing=False)
    assert done.result(120).written
    assert "JB-900" in load_pack(pack)[1].duties


def test_that_whoever_may_not_is_refused_by_name(importer, tmp_path):
    who = Operator(id="d", name="周", role=Role.DISPATCHER)
    with pytest.raises(Refusal) as refused:
        importer.look("duties", tmp_path / "a.csv", by=who, lang="zh").result(1)
    assert refused.value.code == "may_not_import"


def test_that_what_the_program_cannot_answer_is_no_import(importer, tmp_path):
    with pytest.raises(Refusal) as refused:
        importer.look("no such table", tmp_path / "a.csv", by=BOSS, lang="zh").result(120)
    assert refused.value.code == "import_failed"
