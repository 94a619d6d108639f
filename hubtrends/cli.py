"""The entry of the command line; the commands are in app.py.

It imports little: `sql` runs in a child process, which must be forked before any library starts a thread.
"""

import sys

from hubtrends.confined import Confinement, QueryLimitError, supervised
from hubtrends.output.streams import prepare_streams


def main() -> None:
    """Run the command line and end the process with its exit code."""
    prepare_streams()
    arguments = sys.argv[1:]
    sys.exit(_supervised(arguments) if arguments[:1] == ["sql"] else _logged(arguments))


def run(arguments: list[str], confinement: Confinement | None = None) -> int:
    """Run one command and return its exit code."""
    from hubtrends.app import run as run_command

    return run_command(arguments, confinement)


def _logged(arguments: list[str], confinement: Confinement | None = None) -> int:
    """Run one command with its log on stderr."""
    try:
        from hubtrends.app import log_to_stderr
    except ValueError as error:
        from hubtrends.unloadable import tell_setting

        return tell_setting(error)
    log_to_stderr()
    return run(arguments, confinement)


def _supervised(arguments: list[str]) -> int:
    """Run `sql` in a child process that is killed at its limits; return its exit code."""
    try:
        return supervised(lambda confinement: _logged(arguments, confinement))
    except (QueryLimitError, KeyboardInterrupt) as error:
        from hubtrends.app import tell_failure

        return tell_failure(error)
