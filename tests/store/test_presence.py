"""Who is at which seat: one row an operator, written over, seen by every seat."""

from datetime import timedelta

from commandcenter.application.questions import Present

SOON = timedelta(seconds=15)


def test_that_the_last_word_holds_whichever_seat_it_comes_from(place, make):
    with place.open("east") as east:
        with east.unit(make.NOON) as unit:
            unit.attend("d1")
            assert unit.attended("d1") == make.NOON
        with east.unit(make.NOON + SOON) as unit:
            unit.attend("d1")
            unit.attend("d2")
        with east.unit(make.NOON) as unit:  # a seat whose clock is behind moves nobody back
            unit.attend("d1")
        assert dict(east.answer(Present())) == {"d1": make.NOON + SOON, "d2": make.NOON + SOON}
        with east.unit(make.NOON) as unit:
            assert unit.attended("d1") == make.NOON + SOON
            assert unit.attended("nobody") is None


def test_that_nothing_of_it_enters_the_journal(place, make):
    with place.open() as store:
        with store.unit(make.NOON) as unit:
            unit.attend("d1")
        assert list(store.facts()) == []
        assert unit.delta.present == (("d1", make.NOON),)


def test_that_two_seats_of_one_hall_see_who_is_at_either(postgresql_place, make):
    with postgresql_place.open("east") as east, postgresql_place.open("west") as west:
        with east.unit(make.NOON) as unit:
            unit.attend("d1")
        with west.unit(make.NOON + SOON) as unit:
            unit.attend("d2")
        seen = {"d1": make.NOON, "d2": make.NOON + SOON}
        assert dict(east.answer(Present())) == dict(west.answer(Present())) == seen
