"""The part of a user in a DuckDB of their own: `PATH READ_ONLY`, then a statement a line.

It says null when the file is open, or why it is not, and then the rows of each statement.
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
