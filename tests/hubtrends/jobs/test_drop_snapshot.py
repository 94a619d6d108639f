"""drop-snapshot on the command line, after a crawl under a wrong clock."""

from pathlib import Path

import pytest

from crawler.kinds import Kind
from crawler.plan import WatchedEntity
from crawler.spool.spool import Spool
from db.commit.lock import LockWait, WaitPolicy, writer_lock
from db.commit.paths import Files
from db.connect import session
from db.queries import mirror_journal
from hubtrends.cli import run
from hubtrends.config.settings import Settings
from hubtrends.exit_codes import ExitCode
from hubtrends.health.status import collect_status
from hubtrends.jobs.journal import Journal, Outcome
from tests.fakes.walks import day, new_store, paper, repo, spool_walk

NOW = day(2)
FUTURE = day(1700)


@pytest.fixture(autouse=True)
def now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder is empty."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A correct crawl of models, then a crawl of models and papers under a clock in the future, and a report on it."""
    path = tmp_path / "hub.duckdb"
    journal = Journal(path)
    first = journal.begin("crawl", None, day(0))
    journal.end(first, Outcome.DONE, "", day(0))
    journal.begin("crawl", None, FUTURE)
    report = journal.begin("report", None, FUTURE)
    journal.note_report(report, FUTURE, "hubtrends-2031-W18", [1, 2], [WatchedEntity(Kind.MODEL, "org/a", "a")], FUTURE)
    journal.end(report, Outcome.DONE, "", FUTURE)
    journal.write_heartbeat(FUTURE, 1, None)
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a"))
        store.con.execute("UPDATE snapshots SET run_id = ?", [first])
        store.take(Kind.MODEL, FUTURE, repo("a", id="org/renamed"), repo("b"))
        store.take(Kind.PAPER, FUTURE, paper("p"))
        mirror_journal(store.con, [(report, "report", None, FUTURE, FUTURE, "done", "")])
    return path


def asked(database: Path, query: str) -> list[tuple[object, ...]]:
    with session(database, "READ_ONLY") as con:
        return con.execute(query).fetchall()


def drop(database: Path, *words: str) -> int:
    return run(["drop-snapshot", *words, "--db", str(database)], clock=lambda: NOW)


def test_a_snapshot_from_the_future_is_shown_with_its_remedy(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """status and doctor name each snapshot and the command that deletes it."""
    warnings = [line for line in collect_status(Settings(database=database), NOW).warnings(NOW) if "future" in line]

    assert [line[:50] for line in warnings] == [
        "snapshot 2 of models lies in the future (2031-05-0",
        "snapshot 3 of papers lies in the future (2031-05-0",
    ]
    assert "`hubtrends drop-snapshot 2` shows what it brought, `--yes` takes it out" in warnings[0]


@pytest.mark.parametrize("words", [["2"], ["2", "--dry-run"], ["2", "--dry-run", "--yes"]])
def test_without_yes_nothing_changes(database: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """The output lists what would be deleted, and how to delete it."""
    before = database.read_bytes()

    assert drop(database, *words) == ExitCode.OK

    printed = capsys.readouterr()
    assert "observations" in printed.out
    assert "hubtrends-2031-W18" in printed.err
    assert "nothing was changed; `hubtrends drop-snapshot 2 --yes` deletes what is listed" in " ".join(
        printed.err.split()
    )
    assert database.read_bytes() == before


def test_runs_and_heartbeats_of_the_future_are_deleted(database: Path) -> None:
    """Rows, the report that uses the snapshot, its journal entry, and the clock's runs and heartbeat are deleted."""
    assert drop(database, "2", "3", "--yes") == ExitCode.OK

    assert asked(database, "SELECT snapshot_id FROM snapshots") == [(1,)]
    assert asked(database, "SELECT hub_id, id, last_seen FROM entities") == [("a", "org/a", day(0))]
    assert asked(database, "SELECT count(*) FROM runs") == [(0,)]
    journal = Journal(database)
    assert [one.started_at for one in journal.runs()] == [day(0)]
    assert (journal.reports(), journal.named_since(day(-9)), journal.heartbeat()) == ([], [], None)
    assert collect_status(Settings(database=database), NOW).store.ahead == []  # type: ignore[union-attr]


def test_a_spooled_walk_of_the_snapshot_is_deleted(database: Path, tmp_path: Path) -> None:
    """Otherwise the next crawl would store the walk again; other walks stay."""
    ((walk_id,),) = asked(database, "SELECT walk_id FROM snapshots WHERE snapshot_id = 2")
    spool = Files.of(database).spool
    for name in (str(walk_id), "another"):
        spool_walk(spool / name, Kind.MODEL, FUTURE)

    assert drop(database, "2", "--yes") == ExitCode.OK

    assert [folder.name for folder in spool.iterdir()] == ["another"]
    assert Spool.seen(spool / "another") is not None


def test_not_while_a_crawl_runs(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The walks of the crawl may depend on the snapshot."""
    spool = Files.of(database).spool
    with writer_lock(Files(spool), LockWait(WaitPolicy(limit=0), _Clock(), print)):
        assert drop(database, "2", "--yes") == ExitCode.DATABASE_BUSY

    assert asked(database, "SELECT count(*) FROM snapshots") == [(3,)]


class _Clock:
    """A clock that stands still."""

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float, /) -> None:
        raise AssertionError


def test_a_missing_number(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line names the error and the command that lists the snapshots."""
    assert drop(database, "9", "--yes") == ExitCode.USAGE
    assert "holds no snapshot 9: list them with `hubtrends sql" in capsys.readouterr().err
