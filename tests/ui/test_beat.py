"""What keeps the screens calm: work folded into beats, and garbage collected in small lots."""

import gc
import sys

import pytest
from PySide6.QtCore import QObject

from ui.beat import Beat
from ui.steady import Steady


def test_that_the_first_asking_is_answered_at_once_and_the_others_together(qtbot):
    done, owner = [], QObject()
    beat = Beat(lambda: done.append(1), owner, every_ms=30)
    for _ in range(50):
        beat.ask()
    assert len(done) == 1
    qtbot.waitUntil(lambda: len(done) == 2)
    qtbot.waitUntil(lambda: not beat._pause.isActive())
    assert len(done) == 2
    beat.ask()
    assert len(done) == 3
    beat._pause.stop()


@pytest.fixture
def steady(qapp):
    before = gc.isenabled(), sys.getswitchinterval()
    made = Steady(qapp)
    yield made
    made.stop()
    assert (gc.isenabled(), sys.getswitchinterval()) == before


def test_that_what_is_open_is_looked_through_twice_and_never_again(steady):
    looked = []

    def note(phase, told):
        if phase == "start":
            looked.append((told["generation"], gc.get_count()[0]))

    gc.callbacks.append(note)
    try:
        kept = []
        for _ in range(8):
            kept += [[n] for n in range(6_000)]
            steady._on_timeout()
    finally:
        gc.callbacks.remove(note)
    assert [generation for generation, _ in looked] == [0, 1] * 4
    assert sum(map(gc.is_tracked, kept)) == len(kept)
    assert len(gc.get_objects()) < len(kept) / 2  # most of them are no longer looked at
    gc.unfreeze()


def test_that_a_flood_of_new_objects_is_set_aside_unseen(steady):
    looked = []
    gc.callbacks.append(lambda phase, _told: looked.append(phase))
    try:
        kept = [[n] for n in range(60_000)]
        steady._on_timeout()
    finally:
        gc.callbacks.pop()
    assert looked == []
    assert len(gc.get_objects()) < len(kept)
    gc.unfreeze()


def test_that_circles_are_collected_while_little_happens(steady):
    class Link:
        pass

    gone = []
    one = Link()
    one.other, one.told = one, type("Told", (), {"__del__": lambda _self: gone.append(1)})()
    del one
    for _ in range(10):
        steady._on_timeout()
    assert gone == [1]
