"""F3: the disk is full; then there is room again."""

import subprocess
import sys
from contextlib import contextmanager

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a limit or a small disk")


@contextmanager
def small_disk(folder):
    """A disk of its own of 2 MB; yields how to enlarge it."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield lambda: subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fills_up_and_goes_on(child, relieve):
    """Let the child meet the full disk three times, give it room, and hear it go on."""
    child.hear_acks(1)
    for _ in range(3):
        line = child.hear_until("refused")
        acked = child.acked
        assert line.startswith("refused store_unavailable: read "), line
        assert int(line.rpartition(" ")[2]) >= acked  # reading goes on
        child.hear()
        child.say("again")
    assert child.hear_until("refused")
    child.hear()
    relieve()
    child.say("relief")
    before = child.acked
    while child.acked < before + 30:
        assert not child.hear().startswith("refused")
    child.process.kill()
    while child.hear():
        pass


def test_that_a_full_disk_stops_acknowledging_until_there_is_room(tmp_path, writing, check):
    with small_disk(tmp_path / "disk") as enlarge:
        path = tmp_path / "disk" / "hall.db"
        with writing(path) as child:
            fills_up_and_goes_on(child, enlarge)
        check(path, child.acked)


def test_that_a_file_that_may_not_grow_stops_acknowledging_until_it_may(tmp_path, writing, check):
    path = tmp_path / "hall.db"
    with writing(path, 1, 100_000, 1_000_000) as child:
        fills_up_and_goes_on(child, lambda: None)
    check(path, child.acked)
