"""The rehearsal beside the hall: its gateway as a process of its own, its scripted dispatcher."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from platformdirs import user_data_path

from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Role
from commandcenter.domain.timelimit import Limit, LimitUnit
from commandcenter.rehearsal.dispatcher import Script, Stuck, play
from commandcenter.runtime.deskline import DeskLines
from commandcenter.runtime.front import Front
from commandcenter.store import health

APPLICATION: Final = "township-command-centre"
FEED: Final = "county"
BODIES: Final = ("enforcement", "police", "market")
_PATIENCE: Final = 30.0


def pack() -> Path:
    """Return the folder of the fictional township."""
    with as_file(files("resources") / "demo") as folder:  # a wheel is unpacked: it is a folder
        return folder


def default_state() -> Path:
    """Return where a rehearsal keeps its store, so that it goes on where it ended."""
    return user_data_path(APPLICATION, appauthor=False) / "demo"


HURRIED: Final = {
    "answer": Limit(0.5, LimitUnit.URGENT_MINUTE),
    "report_in": Limit(1, LimitUnit.URGENT_MINUTE),
}
"""The whistle's limits in a rehearsal: half a minute and one, so that a minute shows it all."""


GATEWAY: Final = ("--scenario", "ordinary-day", "--speed", "10", "--haste", "20")
"""How the rehearsal's gateway is told to play: its people answer in seconds."""


class GatewayProcess:
    """The rehearsal gateway in a process of its own; ends when this one does.

    Raises:
        Refusal: its state cannot be kept where it is told to, or it did not start.
    """

    def __init__(self, state: Path, *options: str) -> None:
        try:
            state.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise health.unwritable(state, error) from error
        program = find_spec("main")
        if program is None or program.origin is None:
            raise RuntimeError("the program is not on the path")
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [
                sys.executable,
                program.origin,
                "gateway",
                "--state",
                str(state),
                "--end-with-stdin",
                *options,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.url = str(self._first_line()["url"])

    def _first_line(self) -> dict[str, Any]:
        if self._process.stdout is None:
            raise RuntimeError("the gateway has no output")
        line = self._process.stdout.readline()
        if not line:
            raise Refusal("gateway_failed", code=self._process.wait())
        threading.Thread(target=self._drain, name="gateway output", daemon=True).start()
        found: dict[str, Any] = json.loads(line)
        return found

    def _drain(self) -> None:
        for _line in self._process.stdout or ():
            pass

    def stop(self) -> None:
        """End it: it closes its log when its input closes."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class ScriptedDispatcher:
    """Plays the loop on a desk of this process, on a thread of its own."""

    def __init__(self, front: Front, tell: Callable[[str], object], seconds: float) -> None:
        self._front = front
        self._tell = tell
        self._end = time.monotonic() + seconds
        self._stop = threading.Event()
        self.failure: str | None = None
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End at the next pause."""
        self._stop.set()
        self._thread.join(_PATIENCE)

    @property
    def finished(self) -> bool:
        """Whether the whole loop was walked."""
        return not self._thread.is_alive() and self.failure is None

    @property
    def running(self) -> bool:
        """Whether it is still at it."""
        return self._thread.is_alive()

    def _run(self) -> None:
        lines = DeskLines(self._front.desk(), self._front.operator)
        script = Script(
            say=lambda order: lines.answer(json.dumps(order)),
            tell=lambda step, what: self._tell(f"{step}：{what}"),
            pause=self._pause,
            checker=_first(self._front, Role.INSPECTOR),
            supervisor=_first(self._front, Role.SHIFT_SUPERVISOR),
            bodies=BODIES,
            named=self._named,
            local=self._local,
        )
        try:
            play(script)
        except Stuck as stuck:
            self.failure = str(stuck)
            self._tell(f"未走完：{stuck}")

    def _named(self, code: str) -> str:
        body = self._front.hall.bodies.get(code)
        return body.short_name if body else code

    def _local(self, instant: str) -> str:
        return f"{datetime.fromisoformat(instant).astimezone(self._front.hall.zone):%m-%d %H:%M}"

    def _pause(self, seconds: float) -> bool:
        return not self._stop.wait(seconds) and time.monotonic() < self._end


def _first(front: Front, role: Role) -> str:
    return next(item.id for item in front.hall.people.values() if item.role is role)
