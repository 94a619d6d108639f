"""Coroutines on a loop in another thread: their results, and a stop request during the work."""

import asyncio
import socket
import threading

import pytest

from crawler.errors import CrawlStoppedError
from crawler.http.interruptible import event_loop_thread, run_interruptible


def test_the_result_of_a_coroutine_is_returned() -> None:
    """It runs in another thread."""

    async def where() -> threading.Thread:
        return threading.current_thread()

    with event_loop_thread() as loop:
        worker = run_interruptible(loop, where(), lambda: None)

    assert worker is not threading.current_thread()
    assert not worker.is_alive()


def test_the_error_of_a_coroutine_is_raised() -> None:
    """The caller receives it."""

    async def fail() -> float:
        return 1 / 0

    with event_loop_thread() as loop, pytest.raises(ZeroDivisionError):
        run_interruptible(loop, fail(), lambda: None)


def test_a_stop_cancels_a_coroutine() -> None:
    """It would never end otherwise."""
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


def test_a_hanging_name_look_up_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The block ends while the resolver still waits."""
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
    """The caller receives the resolver's error."""

    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    async def look_up() -> object:
        return await asyncio.get_running_loop().getaddrinfo("hub.test", 443)

    with event_loop_thread() as loop, pytest.raises(socket.gaierror, match="not known"):
        run_interruptible(loop, look_up(), lambda: None)
