"""Comparison of a file's views and macros with those of this program."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.schema.check import NamesDiffer, names_differ
from tests.fakes.walks import T0, Store, new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


@pytest.mark.parametrize(
    ("statement", "differ"),
    [
        ("SELECT 1", NamesDiffer((), ())),
        ("CREATE VIEW mine AS SELECT 1 AS x", NamesDiffer((), ())),
        ("DROP MACRO TABLE leaders", NamesDiffer(("leaders",), ())),
        ("DROP VIEW spaces", NamesDiffer(("spaces",), ())),
        ("CREATE OR REPLACE VIEW articles AS SELECT 1 AS x", NamesDiffer((), ("articles",))),
        ("CREATE OR REPLACE MACRO basis_of(span_days, days) AS 'exact'", NamesDiffer((), ("basis_of",))),
    ],
)
def test_names_are_compared_with_those_of_a_new_file(store: Store, statement: str, differ: NamesDiffer) -> None:
    """Missing and replaced names are reported; a user's own names are not."""
    store.con.execute(statement)

    assert names_differ(store.con, T0) == differ
