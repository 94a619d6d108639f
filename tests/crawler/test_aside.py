"""Work beside the caller: its outcome, and what becomes of it when a stop is wished for meanwhile."""

import threading

import pytest

from crawler.aside import aside
from crawler.errors import CrawlStopped


def test_what_the_work_returns() -> None:
    """It is done in a thread of its own, and what it returns is handed on."""
    assert aside(threading.current_thread, lambda: None) is not threading.current_thread()


def test_what_the_work_raises() -> None:
    """An error of the work is one of the caller's."""
    with pytest.raises(ZeroDivisionError):
        aside(lambda: 1 // 0, lambda: None)


def test_a_wish_to_stop_gives_the_work_up() -> None:
    """Work that would never end is left behind; what it brings later is heard by nobody."""
    never = threading.Event()

    def stop() -> None:
        raise CrawlStopped

    with pytest.raises(CrawlStopped):
        aside(never.wait, stop)

    assert not never.is_set()
    never.set()
