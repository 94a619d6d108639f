"""Runs coroutines on an event loop in another thread, so that a stop request takes effect within 0.2 s.

A caller waits for its coroutine and checks every 0.2 s whether to stop. A stopped coroutine is cancelled, which closes
its connection at once; a thread that waits in `recv` could not be woken.
"""

import asyncio
import concurrent.futures
import contextlib
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

CHECK_SECONDS = 0.2
"""Maximum delay of a stop."""


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose host name look-ups do not delay the end of the process."""

    async def getaddrinfo(self, *host: Any, **how: Any) -> Any:
        """Resolve a host name in a daemon thread, because a look-up cannot be cancelled before its own timeout."""
        outcome: concurrent.futures.Future[Any] = concurrent.futures.Future()
        outcome.set_running_or_notify_cancel()
        threading.Thread(target=_resolve, args=(outcome, host, how), name="resolver", daemon=True).start()
        return await asyncio.wrap_future(outcome, loop=self)


def _resolve(outcome: concurrent.futures.Future[Any], host: Any, how: Any) -> None:
    try:
        outcome.set_result(socket.getaddrinfo(*host, **how))
    except (OSError, UnicodeError) as error:
        outcome.set_exception(error)


@contextlib.contextmanager
def event_loop_thread() -> Iterator[asyncio.AbstractEventLoop]:
    """Run an event loop in another thread until the end of the block, then cancel its running tasks."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        loop = runner.get_loop()
        thread = threading.Thread(target=loop.run_forever, name="exchanges", daemon=True)
        thread.start()
        try:
            yield loop
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()


def run_interruptible(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T], check: Callable[[], None]) -> T:
    """Return the result of a coroutine; an error raised by `check` cancels it."""
    outcome = asyncio.run_coroutine_threadsafe(work, loop)
    try:
        while not concurrent.futures.wait([outcome], CHECK_SECONDS).done:
            check()
    except BaseException:
        outcome.cancel()
        raise
    return outcome.result()
