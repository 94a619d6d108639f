"""The entry point of the command line; the commands are registered in app.py.

It imports little: `sql` runs in a child process, which is forked before any library starts a thread.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime

from hubtrends.confined import Confinement, supervised
from hubtrends.errors import QueryLimitError
from hubtrends.output.streams import prepare_streams


def main() -> None:
    """Run the command line and end the process with its exit code."""
    prepare_streams()
    arguments = sys.argv[1:]
    sys.exit(_supervised(arguments) if command_of(arguments) == "sql" else run(arguments))


def command_of(arguments: list[str]) -> str | None:
    """Return the first word that is neither an option nor the value of --log-format."""
    values = {at + 1 for at, word in enumerate(arguments) if word == "--log-format"}
    return next((word for at, word in enumerate(arguments) if not word.startswith("-") and at not in values), None)


def run(
    arguments: list[str],
    confinement: Confinement | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Run one command and return its exit code."""
    from hubtrends.app import run as run_command

    return run_command(arguments, confinement, clock)


def _supervised(arguments: list[str]) -> int:
    """Run `sql` in a child process that is killed at its limits; return its exit code."""
    try:
        return supervised(lambda confinement: run(arguments, confinement))
    except (QueryLimitError, KeyboardInterrupt) as error:
        from hubtrends.app import report_failure

        return report_failure(error)
