"""Runs the statements of a file in sql/, each with those of the parameters that it names."""

from collections.abc import Mapping

import duckdb

from db.schema import sql


def run_sql(
    con: duckdb.DuckDBPyConnection, name: str, words: Mapping[str, str], parameters: Mapping[str, object]
) -> None:
    """Run sql/`name`.sql; `words` are written into its text and are ours alone, never the Hub's."""
    for statement in con.extract_statements(sql(name).format(**words)):
        con.execute(statement, {key: parameters[key] for key in statement.named_parameters})
