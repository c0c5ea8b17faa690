"""The links of the report-in page: good for one summons, refused when anything is off."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application import links
from commandcenter.domain.errors import Refusal

KEY = bytes(range(32))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=24)
names = st.text(min_size=1, max_size=64)


def good():
    return links.token(KEY, "W20261121-00001", "fire", LATER)


def refused(token, *, key=KEY, at=NOW):
    with pytest.raises(Refusal) as refusal:
        links.read(token, key, at)
    return refusal.value.code


@given(names, names)
def test_that_a_link_opens_the_summons_it_was_made_for(whistle, body):
    address = links.link("https://hall.example/x/", KEY, whistle, body, LATER)

    assert address.startswith("https://hall.example/x/w/")
    token = address.rpartition("/")[2]
    assert links.read(token, KEY, NOW) == (whistle, body)


def test_that_a_link_ends_at_its_instant():
    assert links.read(good(), KEY, LATER - timedelta(seconds=1))
    assert refused(good(), at=LATER) == "link_expired"


@given(st.data())
def test_that_a_changed_link_opens_nothing(data):
    token = good()
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters())
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        assert refused(changed) == "link_wrong"


@given(st.integers(0, 100))
def test_that_a_truncated_link_opens_nothing(length):
    token = good()
    if length < len(token):
        assert refused(token[:length]) == "link_wrong"


@given(st.text(max_size=600))
def test_that_a_guess_opens_nothing(guess):
    assert refused(guess) == "link_wrong"


def test_that_a_link_of_another_hall_opens_nothing():
    assert refused(good(), key=bytes(32)) == "link_wrong"


def test_that_a_link_cannot_be_written_in_two_ways():
    for suffix in ("=", "==", "A", " ", "\n"):
        assert refused(good() + suffix) == "link_wrong"


def test_that_a_hall_without_a_page_gives_out_no_link():
    none = links.Links(base_url="", key=KEY, hours=24)
    some = links.Links(base_url="https://hall.example", key=KEY, hours=24)

    assert none.to("W1", "fire", NOW) == ""
    assert some.to("W1", "fire", NOW) == some.to("W1", "fire", NOW)
    assert links.read(some.to("W1", "fire", NOW).rpartition("/")[2], KEY, NOW) == ("W1", "fire")
    assert "0102" not in repr(some)
