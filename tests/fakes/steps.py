"""Names the steps of a commit by their debug log lines."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum


class Step(StrEnum):
    """A step that a commit has just reached."""

    LOCKED = "locked"
    GUARDED = "guarded"
    COPIED = "copied"
    CHANGED = "changed"
    FLUSHED_COPY = "copy flushed"
    INTENDED = "intent written"
    MOVED_LOGS = "logs moved"
    RENAMED = "renamed"
    FLUSHED_FOLDER = "folder flushed"
    CLEANED = "cleaned"


class _Listener(logging.Handler):
    def __init__(self, at: Callable[[Step], object]) -> None:
        super().__init__(logging.DEBUG)
        self.at = at

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg in list(Step):
            self.at(Step(record.msg))


@contextmanager
def at_each_step(at: Callable[[Step], object]) -> Iterator[None]:
    """Call `at` at each step of a commit in the block; its errors interrupt the commit."""
    logger, listener = logging.getLogger("db.commit"), _Listener(at)
    before = logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(listener)
