"""forget on the command line: every file next to the database, and what is left to the user."""

import shutil
from pathlib import Path

import pytest

from crawler.kinds import Kind
from crawler.plan import WatchedEntity
from db.commit.paths import Files
from db.connect import session
from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from hubtrends.jobs.journal import Journal, Outcome
from tests.fakes.walks import Page, day, new_store, repo, spool_walk

SECRET = "5ecae7" * 4
NAME = "acme/secret-net"


@pytest.fixture(autouse=True)
def now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder is empty."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A model in the database, the journal, an unfinished walk, a report, the watch list and a backup."""
    path = tmp_path / "hub.duckdb"
    journal = Journal(path)
    crawl = journal.begin("crawl", None, day(0))
    journal.end(crawl, Outcome.INCOMPLETE, f"https://hub.test/api/models/{NAME}?expand=likes failed 5 times", day(0))
    report = journal.begin("report", None, day(1))
    others = WatchedEntity(Kind.MODEL, "org/base", "b" * 24)
    journal.note_report(
        report, day(1), "hubtrends-2026-W37", [1], [WatchedEntity(Kind.MODEL, NAME, SECRET), others], day(1)
    )
    journal.end(report, Outcome.DONE, "", day(1))
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo(SECRET, id="acme/first-name"), repo("b" * 24, id="org/base"))
        store.take(Kind.MODEL, day(1), repo(SECRET, id=NAME), repo("b" * 24, id="org/base"))
    shutil.rmtree(tmp_path / "walks")
    spool = Files.of(path).spool
    spool_walk(spool / "model", Kind.MODEL, day(2), Page([repo(SECRET, id=NAME)]))
    spool_walk(spool / "dataset", Kind.DATASET, day(2), Page([repo("d" * 24, id="org/data")]))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "hubtrends-2026-W37.html").write_text(f"<a href='/{NAME}'>{NAME}</a>", encoding="utf-8")
    (tmp_path / "out" / "hubtrends-2026-W36.html").write_text("nothing", encoding="utf-8")
    (tmp_path / "watch.txt").write_text(f"org/base\nmodel:{NAME}  # mine\n", encoding="utf-8")
    return path


def forget(database: Path, *words: str) -> int:
    return run(["forget", *words, "--db", str(database)], clock=lambda: day(9))


def files_that_name_it(folder: Path) -> list[str]:
    """Return every file whose bytes contain one of the names or the Hub id."""
    words = [word.encode() for word in (SECRET, NAME, "acme/first-name")]
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in words)
    )


def test_no_file_of_ours_holds_it_afterwards(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Database, journal, spool and, on request, reports are cleaned; the line of the user's watch list is shown."""
    assert len(files_that_name_it(database.parent)) >= 5

    assert forget(database, NAME, "--delete-reports") == ExitCode.OK

    printed = " ".join(capsys.readouterr().err.split())
    assert files_that_name_it(database.parent) == ["watch.txt"]
    assert f"the model {NAME} ({SECRET}) is forgotten; a crawl stores it again while it is public on the Hub" in printed
    assert f"names it in the line 'model:{NAME} # mine'" in printed
    assert sorted(path.name for path in (database.parent / "out").iterdir()) == ["hubtrends-2026-W36.html"]
    assert [folder.name for folder in Files.of(database).spool.iterdir()] == ["dataset"]


def test_what_does_not_name_it_stays(database: Path) -> None:
    """Other entities, their entries in the journal, runs and reports stay."""
    assert forget(database, SECRET) == ExitCode.OK

    with session(database, "READ_ONLY") as con:
        assert con.execute("SELECT id FROM entities").fetchall() == [("org/base",)]
    journal = Journal(database)
    assert [one.id for one in journal.named_since(day(-9))] == ["org/base"]
    assert [one.detail for one in journal.runs()] == [
        "https://hub.test/api/models/[forgotten]?expand=likes failed 5 times",
        "",
    ]
    assert len(journal.reports()) == 1


def test_reports_stay_unless_their_deletion_is_requested(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says how to write the reports again."""
    assert forget(database, NAME) == ExitCode.OK

    assert "out/hubtrends-2026-W37.html" in files_that_name_it(database.parent)
    printed = capsys.readouterr()
    assert "hubtrends-2026-W37.html" in printed.out
    assert "hubtrends report --week WEEK" in printed.err


def test_a_dry_run_changes_nothing(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It shows the same rows as the deletion."""
    before = {path: path.read_bytes() for path in database.parent.rglob("*") if path.is_file()}

    assert forget(database, NAME, "--dry-run", "--format", "csv") == ExitCode.OK
    shown = capsys.readouterr()
    assert {path: path.read_bytes() for path in database.parent.rglob("*") if path.is_file()} == before
    assert "would be forgotten" in shown.err

    assert forget(database, NAME, "--format", "csv") == ExitCode.OK
    assert capsys.readouterr().out == shown.out
    assert "observations.entity_key,2,rows deleted" in shown.out


def test_copies_next_to_the_database_are_listed(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Backups of any schema and name and unreadable ones are listed; an unrelated database is not."""
    kept = database.with_name("hub.duckdb.schema-3.backup")
    shutil.copy(database, kept)
    damaged = database.with_name("hub.duckdb.before-restore-20260901T000000Z")
    damaged.write_bytes(database.read_bytes()[:2000])
    other = database.with_name("other.duckdb")
    with session(other) as con:
        con.execute("CREATE TABLE entities (id VARCHAR, hub_id VARCHAR)")

    assert forget(database, NAME) == ExitCode.OK

    printed = capsys.readouterr().err.replace("\n", "")
    assert f"{kept} may hold it" in printed
    assert f"{damaged} may hold it" in printed
    assert f"{other} may" not in printed


def test_a_second_forget_of_an_entity_is_an_error(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing names the entity any more, so the second call does not find it."""
    (database.parent / "watch.txt").unlink()
    assert forget(database, NAME, "--delete-reports") == ExitCode.OK
    assert forget(database, NAME) == ExitCode.NOTHING_YET
    assert "or next to it names 'acme/secret-net': check the spelling and --kind" in capsys.readouterr().err


def test_the_wrong_kind_is_an_error(database: Path) -> None:
    """The name is that of a model, so forgetting a space must not touch it."""
    before = database.read_bytes()

    assert forget(database, NAME, "--kind", "space") == ExitCode.NOTHING_YET
    assert database.read_bytes() == before


def test_an_interrupted_forget_is_completed_by_the_next(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is cleaned last: as long as it has the entity, the command finds it."""

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("hubtrends.jobs.forget.commit", killed)
        assert forget(database, NAME, "--delete-reports") == ExitCode.INTERRUPTED
    assert forget(database, NAME, "--delete-reports") == ExitCode.OK

    assert files_that_name_it(database.parent) == ["watch.txt"]


def test_a_name_of_two_entities(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are listed with their times, and nothing changes."""
    with new_store(_made(database.parent / "two")) as store:
        store.take(Kind.MODEL, day(0), repo(SECRET, id="acme/net"))
        store.take(Kind.MODEL, day(1), repo(SECRET, id="acme/moved"), repo("b" * 24, id="acme/net"))
    two = database.parent / "two" / "hub.duckdb"

    assert forget(two, "acme/net") == ExitCode.USAGE

    printed = " ".join(capsys.readouterr().err.split())
    assert f"'acme/net' names 2 entities (the model {SECRET}, now acme/moved, seen 2026-09-07 to 2026-09-08;" in printed
    assert printed.endswith("give a Hub id, or --kind")
    assert forget(two, SECRET) == ExitCode.OK


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("wanted", [NAME, SECRET])
def test_without_a_database_spool_and_journal_are_cleaned(database: Path, wanted: str) -> None:
    """A lost database leaves an unfinished walk and the journal behind; the journal knows both name and Hub id."""
    database.unlink()

    assert forget(database, wanted, "--delete-reports") == ExitCode.OK

    assert files_that_name_it(database.parent) == ["watch.txt"]
    assert [folder.name for folder in Files.of(database).spool.iterdir()] == ["dataset"]
    assert not database.exists()
    assert forget(database, "org/nothing-names-it") == ExitCode.NOTHING_YET
