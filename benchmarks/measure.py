"""Runs a function in a separate process and measures its cost.

A new process has its own peak memory and CPU time; the clock starts after its imports.
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
    """The result of a function and its cost."""

    value: T
    cpu_seconds: float
    """CPU time of all threads, and of the child processes that it waited for."""
    wall_seconds: float
    peak_bytes: float
    """Peak memory of the process, including its imports."""


def in_child(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Cost[T]:
    """Run `work`, a module-level function, in a new process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (work, args, kwargs))


def _measured(work: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> Cost[T]:
    cpu, wall = cpu_seconds(), time.perf_counter()
    value = work(*args, **kwargs)
    return Cost(value, cpu_seconds() - cpu, time.perf_counter() - wall, _peak_bytes())


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of its finished children."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _peak_bytes() -> float:
    """Return peak memory; Linux counts `ru_maxrss` in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
