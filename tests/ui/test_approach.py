"""Units on their way to a whistle: how far, nearing or not, and gone once their body has come."""

from datetime import timedelta

import pytest

from commandcenter.application.changes import Delta, UnitPosition
from commandcenter.domain.case import State
from ui.approach import approaches_of
from ui.map.screen import MapScreen
from ui.whistle.standing import coming_words


@pytest.fixture
def desk(samples):
    return samples.SampleDesk(samples.work(0, alerts_number=0))


@pytest.fixture
def blown(samples, stage, qtbot):
    case = samples.case(12, state=State.HANDLING)
    whistle, case = samples.whistle(case)
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(Delta(cases=(case,), whistles=(whistle,)))
    return whistle


def unit(samples, whistle, degrees, *, body="police", at=None, id_="U1"):
    """A unit so many degrees north of the place."""
    spot = whistle.place.wgs84
    return UnitPosition(
        id=id_, kind="vehicle", name="警车 3 号", body=body, lon=spot.lon, lat=spot.lat + degrees,
        at=at or samples.NOW,
    )  # fmt: skip


def hear(qtbot, stage, *positions):
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(Delta(positions=positions))


def test_that_a_unit_of_a_summoned_body_nears_and_goes_away(samples, stage, blown, qtbot):
    kept = approaches_of(stage)
    hear(qtbot, stage, unit(samples, blown, 0.02))
    first = kept.of(blown.no, "police", samples.NOW)
    assert 2_100 < first.metres < 2_300
    assert first.nears is None
    hear(qtbot, stage, unit(samples, blown, 0.01))
    nearer = kept.of(blown.no, "police", samples.NOW)
    assert nearer.nears is True
    assert coming_words(nearer, samples.NOW) == "警车 3 号距现场 1.1 公里，正在靠近（刚刚）"
    hear(qtbot, stage, unit(samples, blown, 0.01 + 0.00001))  # a position trembles
    assert kept.of(blown.no, "police", samples.NOW).nears is True
    hear(qtbot, stage, unit(samples, blown, 0.03))
    assert kept.of(blown.no, "police", samples.NOW).nears is False


def test_that_who_is_not_summoned_far_away_or_unheard_of_is_not_on_its_way(
    samples, stage, blown, qtbot
):
    kept = approaches_of(stage)
    hear(
        qtbot,
        stage,
        unit(samples, blown, 0.01, body="waterworks", id_="A"),
        unit(samples, blown, 0.01, body=None, id_="B"),
        unit(samples, blown, 2.0, id_="C"),
        unit(samples, blown, 0.01, id_="D", at=samples.NOW - timedelta(minutes=11)),
    )
    assert kept.all(samples.NOW) == []


def test_that_a_body_that_has_come_is_no_longer_on_its_way(samples, stage, blown, qtbot):
    kept = approaches_of(stage)
    hear(qtbot, stage, unit(samples, blown, 0.01))
    assert kept.all(samples.NOW)
    came, _case = samples.whistle(stage.picture.cases[blown.case], came=("police",))
    came = samples.replace(came, version=blown.version + 1)
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(Delta(whistles=(came,)))
    assert kept.all(samples.NOW) == []


def test_that_the_map_ties_it_to_the_place_with_the_way_left(samples, stage, blown, qtbot):
    screen = MapScreen(stage)
    qtbot.addWidget(screen)
    screen.resize(600, 500)
    screen.show()
    hear(qtbot, stage, unit(samples, blown, 0.01))
    qtbot.waitUntil(lambda: [it.text for it in screen._canvas._ties] == ["1.1 公里"])
    screen._switches["units"].setChecked(False)
    qtbot.waitUntil(lambda: not screen._canvas._ties)
