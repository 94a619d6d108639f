"""Defines the macros that read attributes from a repository's tags, for ingest and import.

A tag is `namespace:value` (`license:mit`, `arxiv:2401.01234`, `base_model:finetune:org/name`) or a bare word. Models
have their languages as bare codes, datasets as `language:en`. See sql/tags.sql.
"""

import duckdb

from db.sql import run_sql


def define_tag_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Define the macros in the connection."""
    run_sql(con, "db/ingest/tags")
