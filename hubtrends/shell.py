"""The process-wide state of the command line: the clock and the confinement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import typer

from hubtrends.confined import Confinement


def utc_now() -> datetime:
    """Return the time of the system clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Shell:
    """The clock and the confinement that all commands of a process share; `typer.Context.obj`."""

    clock: Callable[[], datetime] = utc_now
    confinement: Confinement | None = None
    """The confinement of a child process, None in the main process."""


VERBOSE = "verbose"
"""The key of the number of -v in `typer.Context.meta`."""


def verbosity(ctx: typer.Context) -> int:
    """Return how often -v is given."""
    return int(ctx.meta.get(VERBOSE, 0))


def shell_of(ctx: typer.Context) -> Shell:
    """Return the shell that the command runs in."""
    return ctx.find_object(Shell) or Shell()
