"""What an analysis leaves of a session's memory."""

import pytest

from analysis.memory import capped
from tests.fakes.store import DAY, START, Store


def limit(store: Store) -> str:
    """The limit that is in force, as DuckDB writes it."""
    row = store.con.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    return str(row[0])


def test_an_analysis_keeps_within_its_limit(store: Store) -> None:
    """While it lasts the session has less memory, and afterwards its own again, also where the analysis failed."""
    before = limit(store)

    with capped(store.con, 300_000_000):
        during = limit(store)
    with pytest.raises(KeyError), capped(store.con, 300_000_000):
        raise KeyError

    assert (during, limit(store)) == ("286.1 MiB", before)


def test_a_lower_limit_stays(store: Store) -> None:
    """Who gave the session less memory keeps it so."""
    store.con.execute("SET memory_limit = '200MiB'")

    with capped(store.con):
        during = limit(store)

    assert (during, limit(store)) == ("200.0 MiB", "200.0 MiB")


def test_a_report_gives_the_session_back(store: Store) -> None:
    """A notebook that has asked for trends has all of its memory for what it asks next."""
    store.entity("a")
    for day in (0, 7):
        store.snapshot(START + day * DAY, {"a": {"likes": day}})
    before = limit(store)

    store.week()
    store.trends()

    assert limit(store) == before
