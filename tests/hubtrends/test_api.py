"""The store in a notebook: frames, one state at a time, and no side effects."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

import hubtrends
from crawler.kinds import Kind
from db.errors import DatabaseMissingError
from hubtrends.api import Hub
from hubtrends.errors import SqlRefusedError, TimeError, UnknownEntityError
from tests.fakes.walks import day, new_store, repo


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks of two models, one of which was renamed and rose."""
    with new_store(tmp_path_factory.mktemp("api")) as store:
        for at, name in ((0, "org/old"), (7, "org/new")):
            numbers = {"downloads": 100 * (at + 1), "downloads_all_time": 1000 * (at + 1), "likes": 5 + at}
            store.take(Kind.MODEL, day(at), repo("a", id=name, **numbers), repo("b", likes=3, downloads_all_time=9))
        return store.file


@pytest.fixture
def hub(database: Path) -> Iterator[Hub]:
    with hubtrends.open(database) as hub:
        yield hub


def test_the_week_over_week_macro_is_that_of_the_store(hub: Hub) -> None:
    """The frame has the rows and columns of the macro."""
    changes = hub.week_over_week("model", as_of=day(7)).filter(pl.col("likes_gain") > 0)

    assert changes.select("id", "likes_gain", "downloads_gain", "basis", "span_days").rows() == [
        ("org/new", 7, 7000, "exact", 7.0)
    ]
    assert hub.week_over_week("model", as_of=day(6)).get_column("likes_gain").to_list() == [None, None]
    assert hub.week_over_week("model", as_of=day(7), days=14).get_column("basis").unique().to_list() == ["partial"]


def test_the_groups_are_the_macros_of_the_store(hub: Hub) -> None:
    """Each method of a group returns the rows of its macro in their order."""
    owners = hub.organisations(as_of=day(7))

    assert owners.select("organisation", "models", "likes_gain", "downloads_gain").rows() == [("org", 2, 7, 7000)]
    assert hub.adoption(as_of=day(7)).is_empty()
    assert hub.at_age("model", 400, as_of=day(7)).get_column("id").sort().to_list() == ["org/b", "org/new"]
    assert hub.linked("org/new").is_empty()


MOMENTS = {
    "text": "2026-09-08",
    "a date": date(2026, 9, 8),
    "a time without a zone": datetime(2026, 9, 8),  # noqa: DTZ001
    "a time of a zone": datetime(2026, 9, 8, tzinfo=UTC),
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_a_moment_may_be_given_in_any_form(hub: Hub, moment: str | date | datetime) -> None:
    """The names are those of the requested moment."""
    assert hub.as_of("model", moment).get_column("id").sort().to_list() == ["org/b", "org/old"]


def test_leaders_history_trends_and_tables(hub: Hub) -> None:
    """Each method answers like the command line and SQL."""
    assert hub.leaders("model", "likes").select("place", "id", "value").rows() == [(1, "org/new", 12), (2, "org/b", 3)]
    assert hub.leaders("model", "likes", limit=1).height == 1
    assert hub.history("org/old").get_column("likes").to_list() == [5, 12]
    risers = hub.trends("model", "likes", by="gain", as_of=day(7))
    assert risers.select("id", "before", "now", "gain", "ordered_by").rows() == [("org/new", 5, 12, 7, "gain")]
    assert {"models", "week_over_week"} <= set(hub.tables().get_column("name"))
    assert hub.table("models").height == 2
    assert hub.sql("SELECT $1 + 1 AS n, 'é' AS t", [1]).rows() == [(2, "é")]


def test_times_have_their_zone(hub: Hub) -> None:
    """The times of a frame have the zone UTC."""
    assert hub.table("snapshots").schema["observed_at"] == pl.Datetime("us", "UTC")


def test_what_cannot_be_answered(hub: Hub, tmp_path: Path) -> None:
    """Errors are the program's own, and the Hub stays usable."""
    with pytest.raises(SqlRefusedError, match="unknown kind 'modle': write 'model'"):
        hub.week_over_week("modle")  # type: ignore[arg-type]
    with pytest.raises(UnknownEntityError, match="org/nobody"):
        hub.history("org/nobody")
    with pytest.raises(SqlRefusedError, match="nowhere does not exist"):
        hub.table("nowhere")
    with pytest.raises(SqlRefusedError, match="cast it"):
        hub.sql("SELECT INTERVAL 1 DAY AS span")
    with pytest.raises(TimeError, match="is not a time"):
        hub.as_of("model", "soon")
    with pytest.raises(DatabaseMissingError):
        hubtrends.open(tmp_path / "none.duckdb")
    assert hub.table("models").height == 2


def test_a_hub_sees_one_state_until_it_is_refreshed(tmp_path: Path) -> None:
    """A notebook's numbers change only on `refresh`."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a"))
    with hubtrends.open(tmp_path / "hub.duckdb") as hub:
        (tmp_path / "later").mkdir()
        with new_store(tmp_path / "later") as store:
            store.take(Kind.MODEL, day(0), repo("a"), repo("b"))
        (tmp_path / "later" / "hub.duckdb").replace(tmp_path / "hub.duckdb")

        assert hub.table("models").height == 1
        assert hub.refresh().table("models").height == 2


def test_a_closed_hub_says_so_and_closes_again_without_error(database: Path) -> None:
    """A closed Hub rejects queries and shows that it is closed."""
    hub = hubtrends.open(database)
    hub.close()
    hub.close()

    assert repr(hub) == f"Hub('{database}', closed)"
    with pytest.raises(SqlRefusedError, match="closed"):
        hub.tables()


def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_a_hub_that_is_never_closed_leaves_no_file(database: Path) -> None:
    """An unclosed Hub prints nothing on stderr at exit."""
    done = python("import sys, hubtrends; hub = hubtrends.open(sys.argv[1]); print(len(hub.table('models')))", database)

    assert (done.stdout, done.stderr) == ("2\n", "")


def test_importing_hubtrends_loads_no_library() -> None:
    """`import hubtrends` loads no library until the store is opened."""
    done = python("import sys, hubtrends; print([m for m in ('duckdb', 'polars', 'pydantic') if m in sys.modules])")

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_without_a_path_it_is_the_configured_one(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook and the command line open the same file."""
    monkeypatch.setenv("HUBTRENDS_DB", str(database))

    with hubtrends.open() as hub:
        assert hub.path == database
