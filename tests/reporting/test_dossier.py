"""The dossier holds everything that happened, hides who reported, and keeps hostile text a text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from commandcenter.application.questions import CaseFile, Sealed
from commandcenter.domain import case as cases
from commandcenter.domain import whistle as whistles
from commandcenter.domain.case import Act, Step
from commandcenter.domain.facts import Fact, Recorded
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Place
from commandcenter.domain.report import Reporter
from commandcenter.domain.roster import Body, Operator, Role
from commandcenter.domain.words import UNTITLED
from commandcenter.reporting.dossier import Dossier, Press, Told, compose

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
EVIDENCE = {"kind": "image", "url": "https://stills.example/1.jpg", "sha256": "ab" * 32, "bytes": 7}


def act(step, minutes, by="d1", **data):
    at = NOON + timedelta(minutes=minutes)
    return Act(step=step, at=at, by=by, role=Role.DISPATCHER, data=data)


def sealed(fact, number, *, sound=True, delay=0):
    recorded = Recorded(
        fact=fact, seat="hall", number=number, recorded_at=fact.at + timedelta(seconds=delay)
    )
    return Sealed(recorded=recorded, data="{}", prev="00", hash=f"{number:064x}", sound=sound)


@pytest.fixture
def file():
    """A case that was returned, dispatched again, held, handled and closed, with a whistle."""
    case, received = cases.opened(
        no="20261121-00042",
        at=NOON,
        actor="grid",
        place=Place(address="南大路 5 号", grid="G1"),
        report={"source": "/county/grid-app", "id": "GE-7"},
        evidence=[EVIDENCE],
        fields={"title": "井盖缺失", "occurred_at": NOON, "reported_at": NOON},
    )
    due, facts = NOON + timedelta(hours=9), [received]
    for step in (
        act(Step.FILE, 1, category="C1"),
        act(Step.DISPATCH, 2, body="B1", due_at=due, limit="8 urgent_hour"),
        act(Step.RETURN, 3, reason="不属本单位", duty_item="JB-1"),
        act(
            Step.DISPATCH,
            4,
            by="d2",
            body="B2",
            due_at=due,
            milestones=[{"name": "围护", "due_at": due}],
        ),
        act(Step.ACCEPT, 5, by="d2"),
        act(Step.START, 6, by="d2", handler="李队"),
        act(Step.MILESTONE, 7, by="d2", milestone="围护"),
        act(Step.RESULT, 8, by="d2", words="已补盖"),
    ):
        case, fact = cases.take(case, step)
        facts.append(fact)
    checking = msgspec.structs.replace(act(Step.CHECK, 9), by="i1", role=Role.INSPECTOR)
    case, fact = cases.take(case, checking)
    facts.append(fact)
    closing = Act(
        step=Step.CLOSE,
        at=NOON + timedelta(minutes=10),
        by="i1",
        role=Role.INSPECTOR,
        data={"outcome": "solved", "reply": "已解决，谢谢反映"},
    )
    case, fact = cases.take(case, closing)
    facts.append(fact)
    whistle, blown = whistles.blown(
        no="W1",
        at=NOON,
        actor="d1",
        role=Role.DISPATCHER,
        fields={
            "case": case.no,
            "kind": "emergency",
            "leaves_at": NOON,
            "place": {"quality": "unknown"},
            "bodies": ["B1", "B2"],
            "lead": "B1",
            "answer_by": NOON,
            "report_in_by": NOON,
        },
    )
    facts.append(blown)
    return CaseFile(
        case=case,
        whistles=(whistle,),
        facts=tuple(sealed(fact, at, delay=9 * (at == 1)) for at, fact in enumerate(facts, 1)),
        reporters=(Reporter(name="张*", phone="138****5678"),),
    )


def tell(fact):
    return Told(fact.actor, fact.kind, tuple(f"{key}={it}" for key, it in fact.data.items()))


@pytest.fixture
def press():
    people = {"d1": Operator(id="d1", name="周文斌", role=Role.DISPATCHER)}
    bodies = {code: Body(code=code, name=f"{code} 所") for code in ("B1", "B2")}
    hall = Hall(name="云溪镇综合指挥中心", code="990101", people=people, bodies=bodies)
    return Press(hall=hall, lang="zh", by="周文斌", at=NOON, tell=tell)


def texts(dossier):
    """Every text of a dossier, one after the other."""
    found = [dossier.title, dossier.number, dossier.hall, dossier.printed, dossier.page]
    for section in dossier.sections:
        found += [section.title, *section.lines]
        if section.table:
            found += section.table.heads
            found += [cell for row in section.table.rows for cell in row]
    return "\n".join(found)


def section(dossier, title):
    return next(it for it in dossier.sections if it.title.startswith(title))


def test_that_everything_that_happened_is_told_once_with_who_when_why_and_source(file, press):
    rows = section(compose(file, press), "全过程").table.rows
    assert len(rows) == len(file.facts)
    assert rows[0] == (
        "2026-11-21 04:00:00",
        "2026-11-21 04:00:09",
        "grid",
        rows[0][3],
        "hall 第 1 条",
    )
    assert rows[3][1:3] == ("同时", "d1\n派遣员")
    assert "reason=不属本单位" in rows[3][3]


def test_that_case_messages_clocks_whistle_and_evidence_have_their_place(file, press):
    dossier = compose(file, press)
    basics = dict(section(dossier, "案卷").table.rows)
    assert basics["编号"] == "20261121-00042"
    assert basics["承办单位"] == "B2 所"
    assert basics["次数"].startswith("派单 2 次，退回 1 次")
    assert section(dossier, "来件").table.rows == (("/county/grid-app", "GE-7"),)
    assert section(dossier, "节点").table.rows[0][0] == "围护"
    assert [row[0] for row in section(dossier, "吹哨").table.rows] == ["B1 所（牵头）", "B2 所"]
    assert section(dossier, "证据").table.rows[0][3:] == ("7", "ab" * 32, EVIDENCE["url"])
    assert dossier.printed == "周文斌 打印于 2026-11-21 04:00:00"
    assert dossier.page.format(n=1, m=2) == "第 1 页 共 2 页"


def test_that_it_says_whether_the_hashes_hold_and_shows_the_first_and_the_last(file, press):
    chain = section(compose(file, press), "校验")
    assert f"{len(file.facts)} 条记录的散列值全部重新计算" in chain.lines[0]
    assert [row[2] for row in chain.table.rows] == [file.facts[0].hash, file.facts[-1].hash]
    broken = replace(file, facts=(*file.facts[:-1], replace(file.facts[-1], sound=False)))
    line = section(compose(broken, press), "校验").lines[0]
    assert line.startswith("警告")
    assert f"hall 第 {len(file.facts)} 条" in line


def test_that_who_reported_stays_masked_unless_the_names_are_handed_in(file, press):
    masked = compose(file, press)
    assert section(masked, "上报人").title == "上报人（已脱敏）"
    assert "138****5678" in texts(masked)
    clear = msgspec.structs.replace(
        press, reporters=(Reporter(name="张三", phone="13812345678"),), reason="县纪委调阅"
    )
    dossier = compose(file, clear)
    assert section(dossier, "上报人").lines == ("查看理由：县纪委调阅",)
    assert section(dossier, "上报人").table.rows[0][:2] == ("张三", "13812345678")
    assert "张三" not in texts(masked)


def test_that_numbers_of_people_in_free_texts_are_masked_and_hashes_are_not(file, press):
    digest = "a13812345678b" + "0" * 51
    evidence = msgspec.structs.replace(file.case.evidence[0], sha256=digest)
    case = msgspec.structs.replace(
        file.case, description="请回电 13812345678", evidence=(evidence,)
    )
    fact = Fact(kind="case.urged", subject=case.no, at=NOON, actor="d1", data={"r": "13812345678"})
    said = texts(compose(replace(file, case=case, facts=(sealed(fact, 1),)), press))
    assert "13812345678" not in said.replace(digest, "")
    assert digest in said
    assert "138****5678" in said


def test_that_what_cannot_be_seen_is_left_out_and_the_rest_stays_as_it_is(file, press):
    hostile = '<b>&lt;\u202e\u200b<img src="file:///etc/passwd">\x00\x1b[31m{n}%s'
    case = msgspec.structs.replace(file.case, title=hostile)
    basics = dict(section(compose(replace(file, case=case), press), "案卷").table.rows)
    assert basics["标题"] == '<b>&lt;<img src="file:///etc/passwd">[31m{n}%s'


@pytest.mark.parametrize(
    ("lang", "heading", "name", "said"),
    [("zh", "案卷", "标题", "（无标题）"), ("en", "Case", "Title", "No title")],
)
def test_that_a_case_without_a_title_is_called_so_in_its_language(
    file, press, lang, heading, name, said
):
    untitled = replace(file, case=msgspec.structs.replace(file.case, title=UNTITLED[0]))
    made = compose(untitled, msgspec.structs.replace(press, lang=lang))
    assert dict(section(made, heading).table.rows)[name] == said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_it_goes_to_another_process_and_comes_back_the_same(file, press, lang):
    dossier = compose(file, msgspec.structs.replace(press, lang=lang))
    assert msgspec.json.decode(msgspec.json.encode(dossier), type=Dossier) == dossier
    assert all(section.lines or section.table for section in dossier.sections)
