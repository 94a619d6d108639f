"""Work on a loop aside: its outcome, and what becomes of it when a stop is wished for meanwhile."""

import asyncio
import socket
import threading

import pytest

from crawler.errors import CrawlStoppedError
from crawler.http.interruptible import event_loop_thread, run_interruptible


def test_what_the_work_returns() -> None:
    """It is done in a thread of its own, and what it returns is handed on."""

    async def where() -> threading.Thread:
        return threading.current_thread()

    with event_loop_thread() as loop:
        worker = run_interruptible(loop, where(), lambda: None)

    assert worker is not threading.current_thread()
    assert not worker.is_alive()


def test_what_the_work_raises() -> None:
    """An error of the work is one of the caller's."""

    async def fail() -> float:
        return 1 / 0

    with event_loop_thread() as loop, pytest.raises(ZeroDivisionError):
        run_interruptible(loop, fail(), lambda: None)


def test_a_wish_to_stop_cancels_the_work() -> None:
    """Work that would never end is ended."""
    cancelled = threading.Event()

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    def stop() -> None:
        raise CrawlStoppedError

    with event_loop_thread() as loop:
        with pytest.raises(CrawlStoppedError):
            run_interruptible(loop, never(), stop)
        assert cancelled.wait(30)


def test_a_name_look_up_that_hangs_holds_nobody_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be given up like any work, and the block ends while the resolver still waits."""
    hangs = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: hangs.wait())

    async def look_up() -> None:
        async with asyncio.timeout(0.05):
            await asyncio.get_running_loop().getaddrinfo("hub.test", 443)

    with event_loop_thread() as loop, pytest.raises(TimeoutError):
        run_interruptible(loop, look_up(), lambda: None)

    assert not hangs.is_set()
    hangs.set()


def test_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver's own error reaches the caller."""

    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    async def look_up() -> object:
        return await asyncio.get_running_loop().getaddrinfo("hub.test", 443)

    with event_loop_thread() as loop, pytest.raises(socket.gaierror, match="not known"):
        run_interruptible(loop, look_up(), lambda: None)
