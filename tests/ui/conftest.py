"""What the tests of the screens share: the sample township, a seat in it, and its stage."""

import importlib

import pytest


@pytest.fixture(scope="session")
def samples():
    """The factory of believable cases, whistles and alerts; see ``tests/ui/samples.py``."""
    return importlib.import_module("tests.ui.samples")


@pytest.fixture
def desk(samples):
    """A desk that notes commands and answers questions, with an afternoon's work on it."""
    return samples.SampleDesk(samples.work())


@pytest.fixture
def clock(samples):
    """The hall's clock, standing still."""
    return samples.SampleClock()


@pytest.fixture
def seat(samples, desk, clock, tmp_path):
    """A seat at the desk."""
    return samples.seat(desk, clock=clock, state=tmp_path)


@pytest.fixture
def stage(qtbot, seat):
    """A stage on the seat, opened, its picture filled; closed afterwards."""
    from ui.stage import Stage

    made = Stage(seat)
    with qtbot.waitSignal(made.changed, timeout=10_000):
        made.open()
    yield made
    made.close()
    beat = made._bridge._beat
    qtbot.waitUntil(lambda: not beat.isActive(), timeout=10_000)
    made.deleteLater()
