"""The writing process of a window: ``python -m commandcenter.runtime.working``, never by hand.

It opens the hall that standard input names and works it as ``main.py desk --ingest`` does: feeds,
outbox, timers and the one connection that writes. What was committed it tells on standard output;
what is ordered in the window it carries out. So nothing that it does takes the interpreter away
from the window, and nothing that the window paints holds up what comes in (decision 0024).
"""

import gc
import os
import signal
import sys
import threading
import traceback
from concurrent.futures import Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import IO, Any, Final

from commandcenter.domain.errors import Refusal
from commandcenter.runtime import talk
from commandcenter.runtime.compose import Core, open_core

_YOUNG: Final = 50_000
"""New objects that are looked through at once: the 700 of Python are a few rows of a batch."""
_SAY_SOMETHING_S: Final = 1.0
ORPHANED: Final = 3
"""Exit code when the window is gone without a word."""


def main() -> int:
    """Work a hall until the window says that it ends, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the window is told and ends us in order
    hears, tells = sys.stdin.buffer, _taken_from_prints()
    begin = talk.read(hears)
    if not isinstance(begin, talk.Begin):
        return ORPHANED
    try:
        core = open_core(begin.place, seat=begin.seat, feeds=begin.feeds, window=begin.window)
    except Refusal as refusal:
        talk.write(tells, talk.Done(0, fault=refusal))
        return 0
    gc.freeze()  # what the program is made of is no garbage and need not be looked at
    gc.set_threshold(_YOUNG, 20, 50)
    says: SimpleQueue[talk.Said | None] = SimpleQueue()
    says.put(talk.Opened(core.seat))
    telling = threading.Thread(target=_tell, args=(says, tells), name="telling", daemon=True)
    telling.start()
    threading.excepthook = partial(_on_fault, says)
    core.listeners.subscribe(says.put)
    if not _work(core, hears, says):
        # as if it had been killed with the window: what is committed is safe, the rest comes again
        os._exit(ORPHANED)
    core.stop()
    says.put(None)
    telling.join()
    return 0


def _work(core: Core, hears: IO[bytes], says: "SimpleQueue[talk.Said | None]") -> bool:
    """Carry out what is ordered; false when the window is gone and nobody has said so."""
    desk = core.desk()
    while (said := talk.read(hears)) is not None:
        match said:
            case talk.Start():
                core.start()
            case talk.CarryOut(number, command, operator):
                desk.submit(command, by=operator).add_done_callback(partial(_done, says, number))
            case talk.Attend(number, operator):
                core.clerk.attend(operator).add_done_callback(partial(_done, says, number))
            case talk.End():
                return True
    return False


def _done(says: "SimpleQueue[talk.Said | None]", number: int, future: Future[Any]) -> None:
    fault = future.exception()
    if fault is not None and not isinstance(fault, Refusal):  # a fault of ours, told in its words
        fault = RuntimeError("".join(traceback.format_exception(fault)))
    says.put(talk.Done(number, fault=fault) if fault else talk.Done(number, future.result()))


def _tell(says: "SimpleQueue[talk.Said | None]", tells: IO[bytes]) -> None:
    while (said := _next(says)) is not None:
        try:
            talk.write(tells, said)
        except OSError:  # the window is gone: whoever reads from it notices, too
            return


def _next(says: "SimpleQueue[talk.Said | None]") -> talk.Said | None:
    try:
        return says.get(timeout=_SAY_SOMETHING_S)
    except Empty:
        return talk.Alive()


def _on_fault(says: "SimpleQueue[talk.Said | None]", args: "threading.ExceptHookArgs") -> None:
    trace = traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)
    says.put(talk.Failed("".join(trace)))


def _taken_from_prints() -> IO[bytes]:
    """Return standard output for frames alone: what is printed by mistake goes to the errors."""
    tells = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return tells


if __name__ == "__main__":
    sys.exit(main())
