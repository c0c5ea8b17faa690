"""What a result must bring, and what of it is missing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.evidence import Need, lacking, need_of
from commandcenter.domain.report import Evidence

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
WORDS = ["处置前照片", "处置后照片", "近景", "远景", "现场定位", "现场照片", "检查记录"]


def shown(kind="image", of="result_submitted", at=NOON, **more):
    return Evidence(kind=kind, url="http://x", of=of, given_at=at, **more)


REPORTED = Evidence(kind="image", url="http://x")
exhibits = st.builds(
    shown,
    kind=st.sampled_from(["image", "file"]),
    of=st.sampled_from(["result_submitted", "verified"]),
    at=st.sampled_from([NOON - timedelta(hours=1), NOON, NOON + timedelta(hours=1)]),
    shows=st.sampled_from(["", *WORDS]),
    lon=st.sampled_from([None, 116.0]),
)
wants = st.lists(st.sampled_from(WORDS), unique=True)


@pytest.mark.parametrize(
    ("word", "need"),
    [
        ("处置前照片", Need.BEFORE),
        ("整改后照片", Need.AFTER),
        ("before", Need.BEFORE),
        ("现场定位", Need.POSITION),
        ("近景照片", Need.NEAR),
        ("修复照片", Need.PICTURE),
        ("送达回证", Need.PAPER),
    ],
)
def test_that_a_word_of_the_standard_means_a_kind_of_proof(word, need):
    assert need_of(word) is need


@pytest.mark.parametrize(
    ("evidence", "missing"),
    [
        ([], ("处置前照片", "处置后照片")),
        ([shown()], ("处置前照片",)),
        ([REPORTED, shown()], ()),
        ([shown(), shown()], ()),
        ([REPORTED], ("处置后照片",)),
        ([REPORTED, shown(kind="file")], ("处置后照片",)),
        ([shown(shows="处置前照片"), shown(shows="after")], ()),
        ([REPORTED, shown(at=NOON - timedelta(hours=1))], ("处置后照片",)),
        ([REPORTED, shown(of="milestone_reached")], ("处置后照片",)),
    ],
)
def test_that_a_picture_from_before_and_one_from_the_result_are_asked_for(evidence, missing):
    assert lacking(["处置前照片", "处置后照片"], evidence, NOON) == missing


@given(wants, st.lists(exhibits, max_size=6))
def test_that_more_evidence_never_leaves_more_missing(wanted, evidence):
    whole = lacking(wanted, evidence, NOON)
    assert set(whole) <= set(wanted)
    assert lacking([], evidence, NOON) == ()
    assert set(lacking(wanted, [*evidence, shown(kind="image")], NOON)) <= set(whole)


@given(wants, st.lists(exhibits, max_size=6))
def test_that_what_says_what_it_shows_proves_it(wanted, evidence):
    named = [shown(shows=word) for word in wanted]
    assert lacking(wanted, [*evidence, *named], NOON) == ()
