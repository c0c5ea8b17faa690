"""What is stored of a case, a whistle or an alert is what its facts add up to."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import NoneType, UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields

from commandcenter.application.questions import Alerts, Cases
from commandcenter.domain import alert as alerts
from commandcenter.domain import case as cases
from commandcenter.domain import whistle as whistles
from commandcenter.domain.alert import Verdict, VideoAlert
from commandcenter.domain.case import Case, Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Role
from commandcenter.domain.whistle import Marks, SummonsStep, Whistle
from commandcenter.store import schema, values

SHARED_STORE = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
EVERYTHING = {
    "worker": "w1",
    "result": "exists",
    "category": "0301",
    "reason": "不属本部门",
    "reply": "已告知",
    "into": "A0",
    "body": "B1",
    "due_at": datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC),
    "total_due_at": datetime(2026, 12, 11, tzinfo=UTC),
    "limit": "3 work_day",
    "limit_source": "standards.csv:4",
    "clock_goes_on": True,
    "duty_item": "基本 12",
    "milestone": "到场",
    "milestones": [{"name": "到场", "due_at": datetime(2026, 11, 22, tzinfo=UTC)}],
    "until": datetime(2026, 12, 1, tzinfo=UTC),
    "words": "已清理",
    "outcome": "solved",
    "evidence": [{"kind": "image", "url": "https://stills.example/1.jpg"}],
    "marks": ["late"],
    "solved": True,
    "satisfied": "basically",
    "urgency": "urgent",
    "to": "副镇长",
    "proof": {"kind": "position", "distance_m": 31.5},
    "rating": 4,
}
OF_A_WHISTLE = EVERYTHING | {
    "marks": dict.fromkeys(Marks.__struct_fields__, 4),
    "appeal_by": datetime(2026, 11, 27, tzinfo=UTC),
}
RATED = (
    SummonsStep.REPORT_IN,
    SummonsStep.RELEASE,
    SummonsStep.RATE,
    SummonsStep.ANSWER_RATING,
    SummonsStep.APPEAL_RATING,
    SummonsStep.RULE_RATING,
)
choices = st.lists(st.integers(0, 30), max_size=25)


@SHARED_STORE
@given(walk=choices, batch=st.integers(1, 5))
def test_that_a_stored_case_is_the_fold_of_its_stored_facts(store, make, walk, batch):
    no = f"A{len(store.answer(Cases(limit=None)))}"
    case, fact = make.case(no, evidence=EVERYTHING["evidence"], urgency="important")
    todo, at = [fact], make.NOON
    for choice in walk:
        at += timedelta(minutes=7)
        steps = sorted(case.steps) or [Step.ARCHIVE]
        step = steps[choice % len(steps)]
        try:
            case, fact = make.step(case, step, at=at, by=f"{step}er", **EVERYTHING)
        except Refusal:
            continue
        todo.append(fact)
        if len(todo) >= batch:
            with store.unit(at) as unit:
                unit.save_case(case, *todo)
            todo = []
    if todo:
        with store.unit(at) as unit:
            unit.save_case(case, *todo)

    stored = next(item for item in store.answer(Cases(limit=None)) if item.no == no)
    assert stored == case
    assert stored == cases.fold(item.fact for item in store.facts([no]))
    assert store.verify().ok


@SHARED_STORE
@given(walk=st.lists(st.tuples(st.sampled_from(["B1", "B2"]), st.sampled_from(SummonsStep))))
@example(walk=[("B1", step) for step in RATED])
def test_that_a_stored_whistle_is_the_fold_of_its_stored_facts(store, make, walk):
    no = f"W{len({item.fact.subject for item in store.facts()})}"
    case = make.case(f"A-{no}")
    whistle, fact = make.whistle(no, case[0].no)
    with store.unit(make.NOON) as unit:
        unit.save_case(*case)
        unit.save_whistle(whistle, fact)
    for count, (body, step) in enumerate(walk):
        at = make.NOON + timedelta(minutes=count)
        try:
            whistle, facts = whistles.take(
                whistle, body, step, at=at, by=body, role=Role.COMMANDER, data=OF_A_WHISTLE
            )
        except Refusal:
            continue
        with store.unit(at) as unit:
            assert unit.whistle(no) != whistle
            unit.save_whistle(whistle, *facts)
    with store.unit(make.NOON) as unit:
        assert unit.whistle(no) == whistle
    assert whistles.fold(item.fact for item in store.facts([no])) == whistle


@SHARED_STORE
@given(walk=st.lists(st.sampled_from(["update", "clear", "review", "promote"]), max_size=6))
def test_that_a_stored_alert_is_the_fold_of_its_stored_facts(store, make, walk):
    alert, fact = make.alert(str(len(store.answer(Alerts(limit=None)))), confidence=0.83)
    facts = [fact]
    acts = {
        "update": lambda: alerts.updated(
            alert, at=make.NOON, actor="box", fields={"label": "烟雾"}, cleared=False
        ),
        "clear": lambda: alerts.updated(
            alert, at=make.NOON, actor="box", fields={"ended_at": make.NOON}, cleared=True
        ),
        "review": lambda: alerts.review(
            alert, Verdict.UNCLEAR, at=make.NOON, by="d1", role="", reason=""
        ),
        "promote": lambda: alerts.promote(alert, "A1", at=make.NOON, by="d1", role=""),
    }
    for act in walk:
        try:
            alert, fact = acts[act]()
        except Refusal:
            continue
        facts.append(fact)
    with store.unit(make.NOON) as unit:
        unit.save_alert(alert, *facts)
    assert alert in store.answer(Alerts(limit=None))
    assert alerts.fold(item.fact for item in store.facts([alert.key])) == alert


INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
PLAIN = {
    str: st.text(max_size=20),
    int: st.integers(-(2**31), 2**31 - 1),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    datetime: INSTANTS,
    NoneType: st.none(),
}


def any_of(hint):
    """Return a strategy for a field's type: a value of ours, or something to hold them."""
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) is UnionType:
        return st.one_of(map(any_of, get_args(hint)))
    if get_origin(hint) in {tuple, frozenset}:
        return st.lists(any_of(get_args(hint)[0]), max_size=2).map(get_origin(hint))
    if issubclass(hint, Struct):
        hints = get_type_hints(hint)
        made = {field.name: any_of(hints[field.name]) for field in fields(hint)}
        return st.fixed_dictionaries(made).map(lambda known: hint(**known))
    assert issubclass(hint, StrEnum)
    return st.sampled_from(hint)


@pytest.mark.parametrize(
    ("kind", "value"),
    [(values.CASE, Case), (values.WHISTLE, Whistle), (values.ALERT, VideoAlert)],
    ids=["case", "whistle", "alert"],
)
@settings(deadline=None)
@given(data=st.data())
def test_that_every_value_comes_back_from_its_row_as_it_was(kind, value, data):
    before = data.draw(any_of(value))
    row = kind.row(before)
    assert len(row) == len(kind.table.columns)
    assert kind.decode(row[kind.whole_at]) == before


@given(INSTANTS)
def test_that_an_instant_comes_back_to_the_microsecond(at):
    assert schema.instant(schema.micros(at)) == at
