"""Run queries on one database in a child process.

Damaged pages can make DuckDB abort, which ends only the child. The first line on stdout reports whether the file is
open. Each further line on stdin is a request, `[query, parameters]`, and each line on stdout is its response: `{"rows":
[...]}`, or `{"error": text}` with DuckDB's message. The child ignores the signals that a terminal sends to the process
group, because its parent stops it.
"""

import json
import signal
import sys

import duckdb

Parameters = dict[str, object] | None


def main(path: str, spill: str) -> None:
    """Serve until stdin ends."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    connection = duckdb.connect(config={"temp_directory": spill})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    opened = _answer(connection, "ATTACH $path AS hub (TYPE duckdb, READ_ONLY)", {"path": path})
    _send(opened if "error" in opened else _answer(connection, "USE hub", None))
    for line in sys.stdin:
        query, parameters = json.loads(line)
        _send(_answer(connection, query, parameters))


def _answer(connection: duckdb.DuckDBPyConnection, query: str, parameters: Parameters) -> dict[str, object]:
    try:
        return {"rows": connection.execute(query, parameters).fetchall()}
    except duckdb.Error as error:
        return {"error": str(error)}


def _send(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
