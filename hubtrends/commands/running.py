"""Shared parts of the commands that run a job: its context, its progress and its stop on a signal."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

import typer
from rich.console import Console
from rich.markup import escape

from hubtrends.config.settings import Settings
from hubtrends.jobs.context import RunContext
from hubtrends.logs import LogFormat
from hubtrends.progress.reporter import LoggingReporter, open_reporter
from hubtrends.shell import shell_of


def narration() -> Console:
    """Return the console for messages, which go to stderr."""
    return Console(stderr=True)


@contextlib.contextmanager
def run_context(ctx: typer.Context, settings: Settings) -> Iterator[RunContext]:
    """Yield the context of a job that reports on stderr and stops on a signal."""
    in_json = ctx.meta.get(LogFormat.__name__) is LogFormat.JSON
    with stop_on_signal() as stop, LoggingReporter() if in_json else open_reporter(narration()) as reporter:
        yield RunContext(settings, shell_of(ctx).clock, reporter, stop)


PROGRESS_EVERY_SECONDS = 60.0
"""How often a long job writes a line to a plain log."""


@contextlib.contextmanager
def progress(console: Console) -> Iterator[Callable[[str], None]]:
    """Yield a function that shows the current step: live on a terminal, else once a minute."""
    shown_at = time.monotonic()

    def log(step: str) -> None:
        nonlocal shown_at
        if time.monotonic() - shown_at >= PROGRESS_EVERY_SECONDS:
            console.print(step, highlight=False, markup=False, soft_wrap=True)
            shown_at = time.monotonic()

    if not console.is_terminal:
        yield log
        return
    with console.status("") as status:
        yield lambda step: status.update(escape(step))


IMPATIENT_SECONDS = 0.5
"""Two signals closer together count as one: a supervisor may signal both the process and its group."""


@contextlib.contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """Set an event on the first SIGINT, SIGTERM or SIGHUP; exit at once on the second.

    An ignored SIGHUP, as under `nohup`, stays ignored. Exiting at once loses nothing: the next run resumes every page
    and every step of a commit.
    """
    stop, asked_at = threading.Event(), float("inf")

    def handle(number: int, _: FrameType | None) -> None:
        nonlocal asked_at
        if time.monotonic() - asked_at > IMPATIENT_SECONDS:
            os._exit(128 + number)
        asked_at = min(asked_at, time.monotonic())
        stop.set()

    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signals.append(signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in signals}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
