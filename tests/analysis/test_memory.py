"""What an analysis leaves of a session's memory."""

import pytest

from analysis.memory import capped
from tests.fakes.store import DAY, START, Store


def limit(store: Store) -> str:
    """The limit that is in force, as DuckDB writes it."""
    row = store.con.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    return str(row[0])


def test_cap_is_lifted_after_an_analysis(store: Store) -> None:
    """The session has less memory during the block and its own limit afterwards, also after a failure."""
    before = limit(store)

    with capped(store.con, 300_000_000):
        during = limit(store)
    with pytest.raises(KeyError), capped(store.con, 300_000_000):
        raise KeyError

    assert (during, limit(store)) == ("286.1 MiB", before)


def test_lower_session_limit_stays(store: Store) -> None:
    """The cap never raises the session's own limit."""
    store.con.execute("SET memory_limit = '200MiB'")

    with capped(store.con):
        during = limit(store)

    assert (during, limit(store)) == ("200.0 MiB", "200.0 MiB")


def test_report_and_trends_restore_the_limit(store: Store) -> None:
    """A notebook has its own limit again after a report and after trends."""
    store.entity("a")
    for day in (0, 7):
        store.snapshot(START + day * DAY, {"a": {"likes": day}})
    before = limit(store)

    store.week()
    store.trends()

    assert limit(store) == before
