"""F1, F13: the process dies, again and again; a second one is refused while it lives."""

from datetime import UTC, datetime
from random import Random

import pytest

from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.store.store import Store

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


def test_that_twenty_kills_lose_nothing_acknowledged_and_double_nothing(tmp_path, writing, check):
    path, random, acked = tmp_path / "hall.db", Random(20261121), 0
    for _ in range(20):
        # the feed sends again from before the last acknowledgement: that comes as duplicates
        with writing(path, first=max(1, acked - 5)) as child:
            child.hear_acks(random.randrange(3, 10))
            for _ in range(random.randrange(3000)):
                pass  # so that the blow falls anywhere between two commits
            child.process.kill()
            while child.hear():
                pass
            acked = max(acked, child.acked)
    assert check(path, acked) > 60


def test_that_a_second_process_is_refused_until_the_first_is_dead(tmp_path, writing, check):
    path = tmp_path / "hall.db"
    with writing(path) as child:
        child.hear_acks(1)
        with pytest.raises(Refusal) as refused:
            Store.open(f"sqlite:///{path}", "hall", at=NOON)
        assert refused.value.code == "store_locked"
        assert f"kill -9 {child.process.pid}" in words.sentence(refused.value)
        child.process.kill()
        child.process.wait()
        check(path, child.acked)
