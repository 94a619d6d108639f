"""Run a user's DuckDB session in a child process: `PATH READ_ONLY`, then one statement per line.

Prints null when the file is open, or the reason why not, and then the rows of each statement.
"""

import json
import sys

import duckdb


def tell(message: object) -> None:
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


def play(path: str, read_only: str) -> None:
    try:
        connection = duckdb.connect(path, read_only=read_only == "1")
    except duckdb.Error as error:
        tell(str(error))
        return
    tell(None)
    for line in sys.stdin:
        tell(connection.execute(line).fetchall())
    connection.close()


if __name__ == "__main__":
    play(*sys.argv[1:])
