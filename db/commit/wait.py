"""Waiting for a file that somebody else is using: how long, by which clock, and whom to tell."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from db.errors import Busy

T = TypeVar("T")


class Clock(Protocol):
    """Time as the store needs it; the `time` module is one."""

    def monotonic(self) -> float:
        """Gives seconds that never run backwards."""

    def sleep(self, seconds: float, /) -> None:
        """Passes that many seconds."""


@dataclass(frozen=True, slots=True)
class WaitPolicy:
    """How long to wait for others, in seconds; `WaitPolicy(limit=0)` gives up at once."""

    limit: float = 600.0
    every: float = 0.5


@dataclass(frozen=True, slots=True)
class LockWait:
    """A policy together with the clock it is measured by and the person who is told of a wait."""

    policy: WaitPolicy
    clock: Clock
    tell: Callable[[str], None]

    def until(self, attempt: Callable[[], T]) -> T:
        """Repeats `attempt` while it raises Busy; tells of it once and gives up at the limit."""
        deadline = self.clock.monotonic() + self.policy.limit
        told = False
        while True:
            try:
                return attempt()
            except Busy as busy:
                if self.clock.monotonic() >= deadline:
                    raise
                if not told:
                    self.tell(f"{busy.reason}: waiting for it, at most {self.policy.limit:g} s")
                told = True
            self.clock.sleep(self.policy.every)
