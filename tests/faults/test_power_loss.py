"""F2, F4: the power fails after an acknowledgement; the disk cannot sync."""

import re
import shutil
import sqlite3
from contextlib import closing

import pytest

STRACE = shutil.which("strace")
needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not installed")

_CALL = re.compile(
    r"(?P<name>\w+)\((?P<file>\d+)<(?P<path>[^>]*)>"
    r'(?:, "(?P<bytes>[^"]*)")?(?:, (?P<numbers>[\d, ]+))?\) += \d+'
)
_UNLINK = re.compile(r'unlink\("(?P<path>[^"]*)"\) += 0')


def plain(hexed):
    """Return the bytes that strace writes as ``\\x41``; older ones write paths as they are."""
    return bytes.fromhex(hexed.replace("\\x", "")) if "\\x" in hexed else hexed.encode()


class Disk:
    """What a disk holds that forgets everything never synced."""

    def __init__(self):
        self.written = {}
        self.synced = {}

    def take(self, call, path):
        numbers = [int(number) for number in (call["numbers"] or "").split(",") if number.strip()]
        match call["name"]:
            case "pwrite64":
                data, offset = plain(call["bytes"]), numbers[-1]
                content = self.written.setdefault(path, bytearray())
                content.extend(bytes(max(0, offset + len(data) - len(content))))
                content[offset : offset + len(data)] = data
            case "ftruncate":
                content = self.written.setdefault(path, bytearray())
                del content[numbers[0] :]
                content.extend(bytes(numbers[0] - len(content)))
            case "fsync" | "fdatasync":
                self.synced[path] = bytes(self.written.get(path, b""))

    def forget(self, path):
        self.written.pop(path, None)
        self.synced.pop(path, None)

    def restore(self, folder):
        """Write what survives into an empty folder."""
        folder.mkdir()
        for path, content in self.synced.items():
            (folder / path.rpartition("/")[2]).write_bytes(content)
        return folder / "hall.db"


@needs_strace
def test_that_power_loss_after_any_of_60_acknowledgements_loses_none(tmp_path, writing):
    trace, store = tmp_path / "trace", tmp_path / "hall" / "hall.db"
    traced = "trace=pwrite64,write,ftruncate,fsync,fdatasync,unlink"
    under = [STRACE, "-y", "-xx", "-s", "200000", "-e", traced, "-o", str(trace)]
    with writing(store, 1, 180, under=under) as child:
        child.hear_acks(60)
        child.process.wait()

    disk, acks = Disk(), 0
    with trace.open() as lines:
        for line in lines:
            if unlinked := _UNLINK.match(line):
                disk.forget(plain(unlinked["path"]).decode())
            if not (call := _CALL.match(line)):
                continue
            path = plain(call["path"]).decode()
            if path.startswith(f"{store}"):
                disk.take(call, path)
            elif call["name"] == "write" and call["file"] == "1":
                said = plain(call["bytes"]).decode()
                acks += 1
                survivor = disk.restore(tmp_path / f"after{acks}")
                with closing(sqlite3.connect(survivor)) as connection:
                    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                    facts = connection.execute("SELECT count(*) FROM fact").fetchone()[0]
                assert facts >= int(said.split()[1])
    assert acks == 60


@needs_strace
def test_that_a_failed_sync_stops_acknowledging_and_the_retry_doubles_nothing(
    tmp_path, writing, check
):
    store, under = tmp_path / "hall.db", [STRACE, "-f", "-e", "trace=fdatasync,fsync"]
    inject = ["-e", "inject=fdatasync,fsync:error=EIO:when=30+7", "-o", "/dev/null"]
    refused = 0
    with writing(store, 1, 90, under=[*under, *inject]) as child:
        while line := child.hear():
            if line.startswith("refused"):
                refused += 1
                assert line.startswith("refused store_unavailable"), line
                child.hear()
                child.say("again")
    assert refused > 0
    assert child.acked == 90
    assert check(store, child.acked) == 90
