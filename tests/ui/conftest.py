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
    with qtbot.waitSignal(made.changed):
        made.open()
    yield made
    made.close()
    beat = made._bridge._beat
    qtbot.waitUntil(lambda: not beat.isActive())
    made.deleteLater()


@pytest.fixture
def work():
    """What is done in the real hall before its screens open: nothing, unless a test says more."""
    return lambda _worker: None


@pytest.fixture
def real(qtbot, tmp_path, clock, work):
    """A stage on a real store of the demo pack; ``worker`` is whoever else works there."""
    from ui.stage import Stage

    made = importlib.import_module("tests.ui.real_hall")
    core = made.open_hall(tmp_path, clock)
    worker = made.Worker(core, clock)
    work(worker)
    stage = Stage(core.take_seat(operator="dispatcher", lang="zh", rehearsal=False))
    stage.worker = worker
    with qtbot.waitSignal(stage.changed):
        stage.open()
    yield stage
    stage.close()
    core.stop()
    qtbot.waitUntil(lambda: not stage._bridge._beat.isActive())
    stage.deleteLater()


@pytest.fixture
def window(qtbot, real):
    """The whole window on that stage, everything in it made; the queue has the keyboard."""
    from shiboken6 import isValid

    from ui.actions import Screen
    from ui.window import HallWindow

    made = HallWindow(real)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.waitUntil(lambda: not made._filling.isActive())
    made.queue = made.summon(Screen.QUEUE)
    made.forms = made.panes[Screen.CASE].fill().forms
    count = len(real.picture.cases)
    qtbot.waitUntil(lambda: made.queue._model.rowCount() == count)
    yield made
    queue = made.panes[Screen.QUEUE].content
    qtbot.waitUntil(lambda: not isValid(queue) or not queue._beat.isActive())


@pytest.fixture
def said(real):
    """What the window told and what it refused."""
    heard = []
    real.told.connect(heard.append)
    real.refused.connect(heard.append)
    return heard
