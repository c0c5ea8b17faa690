"""What bodies press on the report-in page, as the hall takes it in."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.application import access
from commandcenter.application import commands as c
from commandcenter.application.perform import perform
from commandcenter.application.pressing import STATUSES
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Operator, Role
from commandcenter.domain.whistle import ProofKind, SummonsState

PAGE = Operator(id="report_in_page", name="报到页", role=Role.REPORT_IN_PAGE)
HERE = {"lon": 116.281478, "lat": 29.082057}
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def whistle(desk):
    case = desk.report(location={**HERE, "datum": "WGS84"})
    desk.do(c.File(case=case.no))
    whistle = desk.do(c.Blow(case=case.no, bodies=("police", "fire"))).whistle
    desk.pass_time(minutes=1)
    return whistle


def press(desk, whistle, status, *, body="fire", id_="press-001", ago=0, waited=0, **more):
    """Press a button ``ago`` seconds before it arrived, which was ``waited`` seconds ago."""
    arrived = desk.at - waited * SECOND
    command = c.Press(
        whistle=whistle.no,
        body=body,
        id=id_,
        status=status,
        pressed_at=arrived - ago * SECOND,
        arrived_at=arrived,
        **more,
    )
    access.check(PAGE, command)
    with desk.store.unit(desk.at, initiator=PAGE.id) as unit:
        outcome = perform(unit, desk.hall, command, PAGE)
    desk._done(unit.delta)
    return outcome


def summons(desk, whistle, body="fire"):
    return desk.whistle(whistle).of(body)


def test_that_a_body_goes_all_its_way_on_the_page(desk, whistle):
    press(desk, whistle, "answered", id_="press-001", who="周敏", words="十分钟到")
    press(desk, whistle, "en_route", id_="press-002")
    press(desk, whistle, "reported_in", id_="press-003", **HERE, accuracy_m=20)
    press(desk, whistle, "working", id_="press-004")
    press(desk, whistle, "finished", id_="press-005", words="已排险")

    found = summons(desk, whistle)
    assert found.state is SummonsState.FINISHED
    assert (found.contact, found.words) == ("周敏", "已排险")
    assert found.proof.kind is ProofKind.LINK
    assert (found.proof.distance_m, found.proof.accuracy_m) == (0.0, 20)
    assert summons(desk, whistle, "police").state is SummonsState.BLOWN


def test_that_the_same_press_again_changes_nothing(desk, whistle):
    first = press(desk, whistle, "answered")
    again = press(desk, whistle, "answered")

    assert [fact.kind for fact in first.facts] == ["whistle.answered"]
    assert again.facts == ()
    assert again.whistle == first.whistle
    other_body = press(desk, whistle, "answered", body="police")  # the same number is another press
    assert [fact.kind for fact in other_body.facts] == ["whistle.answered"]


def test_that_a_press_that_fits_no_step_is_kept_and_moves_nothing(desk, whistle):
    press(desk, whistle, "reported_in")
    before = summons(desk, whistle)
    outcome = press(desk, whistle, "answered", id_="press-002", words="晚到的")

    (noted,) = outcome.facts
    assert (noted.kind, noted.actor) == ("whistle.receipt_noted", "fire")
    assert (noted.data["refusal"], noted.data["words"]) == ("illegal_summons_step", "晚到的")
    assert summons(desk, whistle) == before


def test_that_what_was_pressed_without_a_network_counts_from_when_it_was_pressed(desk, whistle):
    desk.pass_time(minutes=5)
    press(desk, whistle, "answered", ago=180)

    assert summons(desk, whistle).answered_at == desk.at - 3 * MINUTE


def test_that_a_telephone_cannot_say_it_was_before_the_whistle(desk, whistle):
    press(desk, whistle, "answered", ago=86_400)

    assert summons(desk, whistle).answered_at == whistle.blown_at


def test_that_a_telephones_word_undoes_no_miss(desk, whistle):
    desk.pass_time(minutes=15)
    desk.look()
    missed = summons(desk, whistle).no_answer_at
    press(desk, whistle, "answered", ago=1_000)

    found = summons(desk, whistle)
    assert found.no_answer_at == missed
    assert found.answered_at == missed


def test_that_a_press_counts_from_when_the_page_had_it_though_the_hall_was_closed(desk, whistle):
    desk.pass_time(minutes=45)
    press(desk, whistle, "reported_in", waited=20 * 60)

    found = summons(desk, whistle)
    assert found.reported_in_at == desk.at - 20 * MINUTE
    assert found.reported_in_at < found.report_in_by


def test_that_a_refusal_names_an_item_of_the_lists(desk, whistle):
    item = next(iter(desk.hall.duties))
    press(desk, whistle, "refused", reason="不归我们", duty_item="随便写的")
    assert summons(desk, whistle).refusal_is_unfounded
    press(desk, whistle, "refused", id_="press-002", reason="不归我们", duty_item=item)

    found = summons(desk, whistle)
    assert found.state is SummonsState.REFUSED
    assert (found.reason, found.duty_item) == ("不归我们", item)


def test_that_a_photo_is_named_in_the_fact_and_in_the_proof(desk, whistle):
    outcome = press(
        desk, whistle, "reported_in", photo="a.jpg", photo_sha256="0" * 64, photo_bytes=9, **HERE
    )

    (item,) = outcome.facts[0].data["evidence"]
    assert (item["url"], item["bytes"], item["lon"]) == ("a.jpg", 9, HERE["lon"])
    assert summons(desk, whistle).proof.photo == "a.jpg"


def test_that_who_reported_does_not_come_back_in_a_bodys_words(desk):
    case = desk.report(
        location={**HERE, "datum": "WGS84"}, reporter={"name": "李建国", "phone": "13800005678"}
    )
    desk.do(c.File(case=case.no))
    whistle = desk.do(c.Blow(case=case.no, bodies=("fire",))).whistle
    outcome = press(desk, whistle, "answered", words="已联系李建国 13800005678")

    assert "李建国" not in str(outcome.facts)
    assert "13800005678" not in str(outcome.facts)


@pytest.mark.parametrize("status", ["notified", "left", "", "rated"])
def test_that_only_what_the_page_offers_can_be_pressed(desk, whistle, status):
    with pytest.raises(Refusal) as refused:
        press(desk, whistle, status)
    assert refused.value.code == "bad_command"


def test_that_another_body_or_whistle_is_refused(desk, whistle):
    with pytest.raises(Refusal) as refused:
        press(desk, whistle, "answered", body="justice")
    assert refused.value.code == "not_summoned"


def test_that_refused_visits_are_one_fact_however_many(desk):
    command = c.NoteRefusedLinks(counts={"wrong": 12_345}, since=desk.at - MINUTE, until=desk.at)
    with desk.store.unit(desk.at) as unit:
        outcome = perform(unit, desk.hall, command, PAGE)

    (fact,) = outcome.facts
    assert (fact.kind, fact.data["counts"]) == ("links.refused", {"wrong": 12_345})


WAY = [
    SummonsState.BLOWN,
    SummonsState.NOTIFIED,
    SummonsState.ANSWERED,
    SummonsState.EN_ROUTE,
    SummonsState.REPORTED_IN,
    SummonsState.WORKING,
    SummonsState.FINISHED,
]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    presses=st.lists(
        st.tuples(st.sampled_from(STATUSES[:-1]), st.integers(0, 9), st.integers(0, 3_000)),
        max_size=8,
    )
)
def test_that_no_order_of_presses_leads_back(desk, presses):
    number = f"E{next(desk._numbers)}"
    case = desk.report(number, location={**HERE, "datum": "WGS84"})
    desk.do(c.File(case=case.no))
    whistle = desk.do(c.Blow(case=case.no, bodies=("fire",))).whistle
    before = SummonsState.BLOWN
    for status, number, ago in presses:
        desk.pass_time(seconds=30)
        press(desk, whistle, status, id_=f"press-{number}{status}", ago=ago)
        now = summons(desk, whistle).state
        assert WAY.index(now) >= WAY.index(before)
        before = now
    facts = [fact for fact in desk.facts(case) if fact.kind.startswith("whistle.")]
    assert all(fact.at >= whistle.blown_at for fact in facts)
    assert msgspec.json.encode(desk.whistle(whistle))
