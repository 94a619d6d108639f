"""Runs a piece of work in a process of its own and says what it cost.

A fresh process has a peak of memory and a count of CPU seconds that are its own; the clock starts after its imports.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Cost(Generic[T]):
    """What a piece of work returned, and what it cost."""

    value: T
    cpu_seconds: float
    """Of all threads, and of the processes that it started and waited for."""
    wall_seconds: float
    peak_bytes: float
    """The most memory that the process has held, its imports included."""


def in_child(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Cost[T]:
    """Run `work`, a function of a module, in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (work, args, kwargs))


def _measured(work: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> Cost[T]:
    cpu, wall = cpu_seconds(), time.perf_counter()
    value = work(*args, **kwargs)
    return Cost(value, cpu_seconds() - cpu, time.perf_counter() - wall, _peak_bytes())


def cpu_seconds() -> float:
    """CPU seconds of this process and of the children that it has waited for."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _peak_bytes() -> float:
    """Linux counts `ru_maxrss` in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
