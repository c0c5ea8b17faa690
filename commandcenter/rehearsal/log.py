"""What the gateway has said and heard, kept in a folder: append-only and outliving it."""

import os
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

from msgspec import Struct
from msgspec.json import Decoder, Encoder

Frame = dict[str, Any]

# The sequence is always the last member, so that it can be read and cut off by length alone.
_TAIL: Final = b',"sequence":"%020d"}'
_TAIL_LENGTH: Final = len(_TAIL % 0)
_DIGITS: Final = slice(-22, -2)


class _Identity(Struct):
    source: str = ""
    id: str = ""


class _Header(Struct):
    """What the small file beside the log says."""

    epoch: str
    oldest: int
    newest: int


class Log:
    """The gateway's stream: numbered frames of one epoch, one NDJSON line each.

    A frame is on its way to the disk before it can be read back, so a gateway that is killed
    goes on with the same epoch and the next number. ``retain`` bounds how many frames can be
    asked for again; older ones stay in the file but count as lost.
    """

    def __init__(self, folder: Path, *, retain: int | None = None) -> None:
        self._folder = folder
        self._retain = retain
        self._encode = Encoder().encode
        folder.mkdir(parents=True, exist_ok=True)
        self._header = folder / "feed.json"
        if self._header.exists():
            known = Decoder(_Header).decode(self._header.read_bytes())
        else:
            known = _Header(epoch=uuid4().hex, oldest=1, newest=0)
        self.epoch, self.oldest, self.newest = known.epoch, known.oldest, known.newest
        self._end = 0
        self._open()
        if not self._header.exists():
            self._keep_header()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._writer.close()
        self._reader.close()

    def append(self, frame: Frame) -> int:
        """Add a frame and return its number; a ``sequence`` of its own is replaced."""
        bare = {key: value for key, value in frame.items() if key != "sequence"}
        self.extend([self._encode(bare)])
        return self.newest

    def extend(self, frames: Iterable[bytes]) -> None:
        """Add encoded frames that name no sequence; each is a JSON object on one line."""
        lines = []
        end = self._end
        for frame in frames:
            self.newest += 1
            line = frame[:-1] + _TAIL % self.newest
            lines.append(line)
            self._numbers.append(self.newest)
            self._begins.append(end)
            end += len(line) + 1
        if not lines:
            return
        self._writer.write(b"\n".join(lines) + b"\n")
        self._writer.flush()
        self._end = end
        if self._retain is not None:
            self._forget_before(len(self._numbers) - self._retain)

    def after(self, number: int, most: int) -> list[tuple[int, bytes]]:
        """Return up to ``most`` frames with a higher number that are still held, in order."""
        first = bisect_right(self._numbers, max(number, self.oldest - 1))
        last = min(first + most, len(self._numbers))
        if first == last:
            return []
        begin = self._begins[first]
        end = self._begins[last] if last < len(self._begins) else self._end
        self._reader.seek(begin)
        lines = self._reader.read(end - begin).split(b"\n")
        return list(zip(self._numbers[first:last], lines, strict=False))

    def last(self, most: int) -> list[tuple[int, bytes]]:
        """Return the newest frames held, at most so many, in order."""
        if not self._numbers or most < 1:
            return []
        return self.after(self._numbers[max(0, len(self._numbers) - most)] - 1, most)

    def reset(self) -> None:
        """Begin a new epoch with number 1; what the old one held cannot be asked for again."""
        self.close()
        self.epoch, self.oldest, self.newest = uuid4().hex, 1, 0
        self._open()
        self._keep_header()

    def forget(self, *, keep: int = 0) -> None:
        """Lose all but the newest frames, as a platform does whose buffer ran over."""
        self._forget_before(len(self._numbers) - keep)
        self._keep_header()

    def skip(self, count: int) -> None:
        """Leave numbers out, as if that many frames had never reached us."""
        self.newest += count
        self._keep_header()

    def identities(self) -> set[tuple[str, str]]:
        """Return source and id of every frame of this epoch; reads the whole file."""
        decode = Decoder(_Identity).decode
        with self._path.open("rb") as lines:
            return {(found.source, found.id) for found in map(decode, lines)}

    @property
    def _path(self) -> Path:
        return self._folder / f"feed-{self.epoch}.ndjson"

    def _open(self) -> None:
        self._writer = self._path.open("ab")
        self._reader = self._path.open("rb")
        self._numbers = array("Q")
        self._begins = array("Q")
        self._end = 0
        for line in self._reader:
            if not line.endswith(b"\n"):  # cut off by a kill: it was never sent
                self._writer.truncate(self._end)
                break
            self._numbers.append(int(line[:-1][_DIGITS]))
            self._begins.append(self._end)
            self._end += len(line)
        if self._numbers:
            self.newest = max(self.newest, self._numbers[-1])
        if self._retain is not None:
            self._forget_before(len(self._numbers) - self._retain)

    def _forget_before(self, index: int) -> None:
        if index >= len(self._numbers):
            self.oldest = self.newest + 1
        elif index > 0:
            self.oldest = max(self.oldest, self._numbers[index])

    def _keep_header(self) -> None:
        header = _Header(epoch=self.epoch, oldest=self.oldest, newest=self.newest)
        spare = self._header.with_suffix(".new")
        spare.write_bytes(self._encode(header))
        spare.replace(self._header)


def without_sequence(line: bytes) -> bytes:
    """Return a logged frame as a live-only feed would say it."""
    return line[:-_TAIL_LENGTH] + b"}"


class Heard(Struct, frozen=True, kw_only=True):
    """One outbound message of the hall's and the receipt it got."""

    at: datetime
    frame: Frame
    receipt: Frame


class Inbox:
    """What the hall has sent, by its idempotency key: acted upon once, receipted every time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "inbox.ndjson"
        self._encode = Encoder().encode
        self._receipts: dict[str, Frame] = {}
        self._kept: list[Heard] = []
        good = 0
        decode = Decoder(Heard).decode
        if self._path.exists():
            for line in self._path.read_bytes().splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    os.truncate(self._path, good)
                    break
                good += len(line)
                self._take(decode(line))
        self._file = self._path.open("ab")

    def __len__(self) -> int:
        return len(self._receipts)

    def __iter__(self) -> Iterator[Heard]:
        return iter(self._kept)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def receipt(self, id_: str) -> Frame | None:
        """Return the receipt a message got before, or none if it is new."""
        return self._receipts.get(id_)

    def keep(self, heard: Heard) -> None:
        """Keep a message and its receipt before anything is done about it."""
        self._file.write(self._encode(heard) + b"\n")
        self._file.flush()
        self._take(heard)

    def _take(self, heard: Heard) -> None:
        self._receipts[heard.receipt["id"]] = heard.receipt
        self._kept.append(heard)
