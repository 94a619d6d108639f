"""Does slow work beside the caller, so that a wish to stop need not wait for its end.

A socket that waits for the Hub cannot be woken from another thread: closing it leaves `recv` asleep until its timeout.
So each exchange has a thread of its own, and whoever waits for it looks up now and then. Work that is given up ends by
its own timeout, or with the process, which it never holds back.
"""

import concurrent.futures
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOK_UP_SECONDS = 0.2
"""How long a stop may go unnoticed."""


def aside(work: Callable[[], T], check: Callable[[], None]) -> T:
    """Return what the work returns, or raise what it raises; what `check` raises meanwhile gives the work up."""
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
    threading.Thread(target=_settle, args=(outcome, work), name="aside", daemon=True).start()
    while not concurrent.futures.wait([outcome], LOOK_UP_SECONDS).done:
        check()
    return outcome.result()


def _settle(outcome: concurrent.futures.Future[T], work: Callable[[], T]) -> None:
    try:
        outcome.set_result(work())
    except BaseException as error:  # noqa: BLE001 - raised again where the outcome is awaited
        outcome.set_exception(error)
