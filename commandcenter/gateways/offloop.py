"""Blocking work beside an event loop, which waits no longer than it wants to."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

Value = TypeVar("Value")


async def off_loop(
    work: Callable[[], Value], *, within: timedelta, ended: Callable[[], object]
) -> Value:
    """Run blocking work on a thread of its own; ``ended`` is called in the loop when it is over.

    The thread is a daemon: work that hangs keeps neither the loop nor the end of the program.

    Raises:
        TimeoutError: it took longer; it goes on, and nobody hears what it says.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Value] = loop.create_future()

    def settle(value: Value | None, error: BaseException | None) -> None:
        ended()
        if future.done():  # nobody waits any more
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)  # type: ignore[arg-type]

    def run() -> None:
        value: Value | None = None
        error: BaseException | None = None
        try:
            value = work()
        except Exception as raised:  # noqa: BLE001  told to who waits
            error = raised
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=run, name="sending", daemon=True).start()
    async with asyncio.timeout(within.total_seconds()):
        return await future
