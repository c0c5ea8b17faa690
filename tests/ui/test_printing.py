"""The printed dossier, read back from the PDF itself."""

import json
import os
import subprocess
import sys
import zipfile
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from commandcenter.domain.facts import Fact
from commandcenter.reporting.casefile import Casefile
from commandcenter.reporting.dossier import Dossier, Section, Table
from tests.ui.pdf import Pdf
from ui import printing
from ui.printing import Job, carry_out, print_pdf, tell

HOSTILE = '<b>粗</b><table><tr><td>甲<img src="file:///etc/passwd">&nbsp;{n}%s\\n'


def dossier(rows=3, text="已处理完毕"):
    table = Table(
        heads=("时间", "何人", "何事"),
        widths=(30, 20, 50),
        rows=tuple((f"2026-11-21 {at:05}", "周文斌", text) for at in range(rows)),
    )
    return Dossier(
        title="一案一档",
        number="20261121-00042",
        hall="云溪镇综合指挥中心",
        printed="周文斌 打印于 2026-11-21 12:00:00",
        page="第 {n} 页 共 {m} 页",
        sections=(
            Section(title="案卷", table=Table(heads=(), widths=(20, 80), rows=(("标题", text),))),
            Section(title="全过程记录", lines=("共若干条",), table=table),
        ),
    )


def flat(text):
    return "".join(text.split())


def test_that_every_page_bears_hall_number_printer_page_and_the_heads(qapp, tmp_path):
    told = []
    print_pdf(dossier(300), tmp_path / "a.pdf", lambda *it: told.append(it))
    read = Pdf(tmp_path / "a.pdf")
    count = len(read.pages)
    assert count > 3
    assert told == [(at, count) for at in range(1, count + 1)]
    for at, page in enumerate(map(flat, read.pages), start=1):
        assert "云溪镇综合指挥中心" in page
        assert "一案一档20261121-00042" in page
        assert "周文斌打印于2026-11-2112:00:00" in page
        assert f"第{at}页共{count}页" in page
        assert "时间何人何事" in page
    whole = flat("".join(read.pages))
    assert [whole.count(f"2026-11-21{at:05}") for at in range(300)] == [1] * 300


def test_that_the_letters_are_in_the_file_in_two_weights(qapp, tmp_path):
    print_pdf(dossier(), tmp_path / "a.pdf", lambda *_: None)
    family = "".join(QApplication.font().family().split())
    fonts = Pdf(tmp_path / "a.pdf").fonts
    assert len(fonts) == 2
    assert all(family in name for name in fonts)


def test_that_hostile_text_is_printed_as_it_stands_and_fetches_nothing(qapp, tmp_path):
    print_pdf(dossier(text=HOSTILE), tmp_path / "a.pdf", lambda *_: None)
    raw = (tmp_path / "a.pdf").read_bytes()
    assert flat(HOSTILE) in flat(Pdf(tmp_path / "a.pdf").pages[0])
    assert b"/Subtype /Image" not in raw
    assert b"/URI" not in raw


@pytest.mark.parametrize(
    "text", ["很长的说明，" * 4000, "字" * 20_000, "a" * 20_000, "\n" * 500, ""]
)
def test_that_no_text_is_too_long_to_be_printed(qapp, tmp_path, text):
    print_pdf(dossier(2, text), tmp_path / "a.pdf", lambda *_: None)
    printed = "".join(map(flat, Pdf(tmp_path / "a.pdf").pages))
    letter = flat(text)[:1]
    assert printed.count(letter) >= 3 * flat(text).count(letter)


LONG_REASON = "本单位没有该路段的管护职责，现场也没有吊装设备，建议改派县公路养护中心。" * 3
LONG_ADDRESS = "https://pictures.yunxi.example.gov.cn/stills/" + "fabcdead" * 8 + ".jpg?x=y&z=z"
HASH, STAMP = "ab" * 32, "2026-11-21 12:00:00"
WIDE = (
    ((18, 10, 13, 13, 13, 13, 20), ("养护中心（牵头）", "已拒哨", *[STAMP] * 4, LONG_REASON)),
    ((6, 8, 15, 11, 30, 30), ("1", "照片", STAMP, "1048576", HASH, LONG_ADDRESS)),
    ((20, 80), (LONG_ADDRESS, LONG_REASON + LONG_ADDRESS)),
)


def wide(rows):
    """A dossier whose lines and cells are longer than their places."""
    tables = (
        Table(heads=("栏",) * len(row) if len(row) > 2 else (), widths=widths, rows=(row,) * rows)
        for widths, row in WIDE
    )
    sections = tuple(Section(title="节", lines=(LONG_ADDRESS,), table=table) for table in tables)
    return msgspec.structs.replace(dossier(), sections=sections)


@pytest.mark.parametrize("rows", [1, 13])
def test_that_nothing_runs_off_the_paper_or_over_its_neighbour(qapp, tmp_path, rows):
    print_pdf(wide(rows), tmp_path / "a.pdf", lambda *_: None)
    width, margin = 595, 15 / 25.4 * 72
    for page in Pdf(tmp_path / "a.pdf").boxes:
        assert min(left for _, left, _ in page) >= margin - 0.5
        assert max(right for _, _, right in page) <= width - margin + 0.5
        for _line, here in groupby(sorted(page), key=itemgetter(0)):
            assert [both for both in pairwise(here) if both[1][1] < both[0][2] - 0.5] == []


def test_that_a_long_reason_address_and_hash_are_printed_whole(qapp, tmp_path):
    print_pdf(wide(1), tmp_path / "a.pdf", lambda *_: None)
    (page,) = map(flat, Pdf(tmp_path / "a.pdf").pages)
    assert page.count(LONG_REASON) == 2
    assert page.count(LONG_ADDRESS) == 3 + 3
    assert page.count(HASH) == 1


def test_that_a_file_that_cannot_be_written_is_told_and_leaves_nothing(qapp, tmp_path):
    before = tmp_path / "a.pdf"
    before.write_text("before", "utf-8")
    with pytest.raises(OSError, match="No such file"):
        print_pdf(dossier(), tmp_path / "none" / "a.pdf", lambda *_: None)

    def stop(_done, _of):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        print_pdf(dossier(), before, stop)
    assert os.listdir(tmp_path) == ["a.pdf"]
    assert before.read_text("utf-8") == "before"


def test_that_a_packed_dossier_holds_the_pdf(qapp, tmp_path):
    files = Casefile(case="A1", made_at="", made_by="", facts=("{}",), exhibits=())
    out = tmp_path / "a.zip"
    carry_out(Job(dossier=dossier(), out=str(out), files=files), lambda *_: None)
    with zipfile.ZipFile(out) as archive:
        archive.extract("dossier.pdf", tmp_path)
    assert len(Pdf(tmp_path / "dossier.pdf").pages) == 1
    assert sorted(os.listdir(tmp_path)) == ["a.zip", "dossier.pdf"]


def test_that_a_process_of_its_own_prints_and_tells_how_far_it_is(tmp_path):
    def run(out):
        done = subprocess.run(
            [sys.executable, "-m", "ui.printing"],
            input=msgspec.json.encode(Job(dossier=dossier(200), out=str(out))),
            capture_output=True,
            cwd=Path(printing.__file__).parent.parent,
            check=False,
            timeout=120,
        )
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    code, lines = run(tmp_path / "a.pdf")
    count = len(Pdf(tmp_path / "a.pdf").pages)
    assert (code, lines[-1]) == (0, {"done": count, "of": count})
    code, lines = run(tmp_path / "none" / "a.pdf")
    assert code == 1
    assert "No such file" in lines[-1]["failed"]


def test_that_facts_are_told_in_the_words_of_the_screens(samples):
    fact = Fact(
        kind="case.returned",
        subject="A1",
        at=samples.NOW,
        actor="dispatcher",
        data={"reason": "不属本单位"},
    )
    told = tell(samples.hall(), "zh")(fact)
    assert told.what == "退回"
    assert told.details == ("原因：不属本单位",)
