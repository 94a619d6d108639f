"""The child process that keeps a database open for reading, so that nobody opens it for writing.

It is a process of its own because DuckDB's lock is a POSIX lock: any other descriptor of the file that is
closed in the same process, a report's for example, would drop it unseen (measured with DuckDB 2.0.0).

Each line on stdin is one try to open the file; the answer on stdout is JSON: null once it is held, else
DuckDB's message. It ends with its stdin, that is with its parent, and not by the signals that a terminal or
systemd sends to the whole group while the parent still finishes a commit.
"""

import json
import signal
import sys

import duckdb


def main(path: str) -> None:
    """Serves until stdin ends."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    connection = duckdb.connect()
    held = False
    for _ in sys.stdin:
        answer = None if held else _attach(connection, path)
        held = answer is None
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    connection.close()


def _attach(connection: duckdb.DuckDBPyConnection, path: str) -> str | None:
    try:
        connection.execute("ATTACH $path AS hub (TYPE duckdb, READ_ONLY)", {"path": path})
    except duckdb.Error as error:
        return str(error)
    return None


if __name__ == "__main__":
    main(sys.argv[1])
