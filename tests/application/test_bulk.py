"""Many cases at once: one transaction, and each case for itself."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.application import commands as c
from commandcenter.application.ports import Unstorable
from commandcenter.domain.errors import Refusal


@pytest.fixture
def reports(desk):
    """Take in so many reports; return their cases."""

    def take(count):
        return [desk.report(f"E{number}") for number in range(count)]

    return take


def test_that_orders_are_carried_out_together_and_a_refused_one_alone_is_not(desk, reports):
    cases = reports(4)
    desk.do(c.Claim(case=cases[1].no), "dispatcher2")
    desk.do(c.File(case=cases[3].no))
    told = len(desk.deltas)
    outcome = desk.do(c.Bulk(orders=tuple(c.File(case=it.no, category="E0102") for it in cases)))
    assert [it.order.case for it in outcome.each] == [it.no for it in cases]
    assert [it.refusal.code if it.refusal else None for it in outcome.each] == [
        None, "claimed_by_other", None, "illegal_step",
    ]  # fmt: skip
    assert len(desk.deltas) == told + 1
    assert [desk.case(it).state for it in cases] == ["filed", "received", "filed", "filed"]
    assert {fact.subject for fact in outcome.facts} == {cases[0].no, cases[2].no}
    assert len(desk.deltas[-1].facts) == len(outcome.facts)


def test_that_what_a_refused_order_had_begun_is_forgotten(desk, reports):
    cases = reports(2)
    nowhere = "Z9"
    outcome = desk.do(
        c.Bulk(orders=(c.File(case=cases[0].no), c.Dispatch(case=cases[0].no, body=nowhere)))
    )
    assert outcome.each[1].refusal.code == "unknown_body"
    assert desk.case(cases[0]).state == "filed"
    assert desk.outgoing() == []


def test_that_several_are_merged_into_one(desk, reports):
    main, *others = reports(4)
    orders = tuple(c.Merge(case=it.no, into=main.no, version=it.version) for it in others)
    outcome = desk.do(c.Bulk(orders=(*orders, c.Merge(case=main.no, into=main.no))))
    assert [it.refusal and it.refusal.code for it in outcome.each] == [
        None, None, None, "merge_into_self",
    ]  # fmt: skip
    assert desk.case(main).children == tuple(it.no for it in others)


def test_that_each_order_needs_the_role_that_holds_it(desk, reports):
    (case,) = reports(1)
    desk.do(c.File(case=case.no))
    outcome = desk.do(
        c.Bulk(orders=(c.Claim(case=case.no), c.Dispatch(case=case.no))), "intake_officer"
    )
    assert outcome.each[1].refusal.code == "not_allowed"
    assert desk.case(case).state == "filed"
    assert desk.refusal(c.Bulk(orders=(c.Claim(case=case.no),)), "auditor").code == "not_allowed"


def test_that_a_case_that_has_moved_on_is_left_alone(desk, reports):
    seen = reports(2)
    desk.do(c.Claim(case=seen[0].no))
    outcome = desk.do(c.Bulk(orders=tuple(c.File(case=it.no, version=it.version) for it in seen)))
    assert outcome.each[0].refusal.facts == {"case": seen[0].no, "seen": 1, "now": 2}
    assert outcome.each[1].case.state == "filed"


def test_that_one_order_that_cannot_be_written_spoils_no_other(desk, reports):
    main, *cases = reports(4)
    words = ["同一处", "\ud800", "同一处"]  # half a character: no store takes it
    outcome = desk.do(
        c.Bulk(
            orders=tuple(
                c.Merge(case=case.no, into=main.no, reason=word)
                for case, word in zip(cases, words, strict=True)
            )
        )
    )
    assert [it.refusal.code if it.refusal else None for it in outcome.each] == [
        None, "bad_command", None,
    ]  # fmt: skip
    assert [desk.case(it).state for it in cases] == ["merged", "received", "merged"]
    assert desk.case(main).children == (cases[0].no, cases[2].no)


def test_that_nothing_stands_when_the_store_fails_meanwhile(desk, reports, monkeypatch):
    cases = reports(2)
    before = [desk.kinds(it) for it in cases]
    from commandcenter.store.unit import StoreUnit

    def fail(_unit):
        raise Refusal("store_unavailable", detail="disk full")

    with monkeypatch.context() as patch:
        patch.setattr(StoreUnit, "_write", fail)
        refusal = desk.refusal(c.Bulk(orders=tuple(c.Claim(case=it.no) for it in cases)))
    assert refusal.code == "store_unavailable"
    assert [desk.kinds(it) for it in cases] == before


@pytest.mark.parametrize(
    "orders", ["[]", '[{"do":"blow","case":"1"}]', '[{"do":"bulk","orders":[]}]']
)
def test_that_only_some_steps_are_taken_in_bulk_and_never_none(orders):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(f'{{"do":"bulk","orders":{orders}}}', type=c.Command)


def test_that_no_more_are_taken_at_once_than_the_writer_can_bear():
    many = [{"do": "claim", "case": str(number)} for number in range(c.AT_ONCE + 1)]
    line = msgspec.json.encode({"do": "bulk", "orders": many})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(line, type=c.Command)


STEPS = (
    lambda no: c.Claim(case=no),
    lambda no: c.File(case=no),
    lambda no: c.Dispatch(case=no, body="construction"),
    lambda no: c.Urge(case=no),
    lambda no: c.Check(case=no),
    lambda no: c.Report(case=no, status="accepted", who="李", channel="电话", words="好"),
)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, len(STEPS) - 1)), max_size=12).filter(len)
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_orders_in_bulk_lead_where_they_lead_one_by_one(make_desk, township, picks):
    together, apart = make_desk(township), make_desk(township)
    numbers = [[desk.report(f"E{n}").no for n in range(4)] for desk in (together, apart)]
    told = together.do(c.Bulk(orders=tuple(STEPS[step](numbers[0][n]) for n, step in picks)))
    codes = []
    for n, step in picks:
        try:
            apart.do(STEPS[step](numbers[1][n]))
            codes.append(None)
        except (Refusal, Unstorable) as refusal:
            codes.append(refusal.code)
    assert [it.refusal.code if it.refusal else None for it in told.each] == codes
    for mine, theirs in zip(*numbers, strict=True):
        assert together.case(mine) == apart.case(theirs)
        assert together.kinds(mine) == apart.kinds(theirs)
