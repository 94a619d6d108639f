"""Fixtures of the tests of checks."""

from pathlib import Path

import pytest

from crawler.kinds import Kind
from tests.fakes.walks import day, new_store, repo


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A healthy database with one snapshot, taken at day 0."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a"), repo("b"))
    return tmp_path / "hub.duckdb"
