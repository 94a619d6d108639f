"""Keep a database open read-only in a child process, which excludes writers.

DuckDB's lock is a POSIX lock. It is released when any other descriptor of the file in the same process is closed, such
as a report's (measured with DuckDB 2.0.0). So the lock needs a separate process.

Each line on stdin requests one attempt to open the file. The response on stdout is JSON: null once the file is open,
else DuckDB's message. The child exits at the end of stdin, and therefore with its parent. It ignores the signals that a
terminal or systemd sends to the process group, because the parent may still finish a commit.
"""

import json
import signal
import sys

import duckdb


def main(path: str) -> None:
    """Serve until stdin ends."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    connection = duckdb.connect()
    is_open = False
    for _ in sys.stdin:
        refusal = None
        try:
            if not is_open:
                connection.execute("ATTACH $path AS hub (TYPE duckdb, READ_ONLY)", {"path": path})
            is_open = True
        except duckdb.Error as error:
            refusal = str(error)
        sys.stdout.write(json.dumps(refusal) + "\n")
        sys.stdout.flush()
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1])
