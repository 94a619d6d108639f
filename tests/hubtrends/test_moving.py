"""export, import, backup, restore, compare and Parquet from sql on the command line."""

import json
from pathlib import Path

import polars as pl
import pytest

from crawler.kinds import Kind
from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from hubtrends.jobs.journal import Journal
from tests.fakes.archives import write_parquet
from tests.fakes.walks import day, new_store, paper, repo


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a database of two weeks, in which the commands run."""
    with new_store(tmp_path) as store:
        for at in (0, 7):
            store.take(Kind.MODEL, day(at), repo("a", likes=at, downloads=5), repo("b", likes=9 - at, downloads=6))
        store.take(Kind.MODEL, day(8), repo("b", likes=1, downloads=6))
        store.take(Kind.SPACE, day(7), repo("s", likes=4))
        store.take(Kind.PAPER, day(7), paper("2401.00001", upvotes=5))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUBTRENDS_DB", "hub.duckdb")
    return tmp_path / "hub.duckdb"


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return out, err


def test_entities_are_compared_side_by_side(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each entity has one sparkline over the same times; each time has one row, with a gap for a missing value."""
    assert run(["compare", "org/a", "org/b", "--metric", "likes"]) == ExitCode.OK

    lines = said(capsys)[0].splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["id", "first", "line", "last", "change"],
        ["org/a", "0", "▁█", "7", "7"],
        ["org/b", "9", "█▂▁", "1", "-8"],
    ]
    assert [line.split()[2:] for line in lines[5:]] == [["0", "9"], ["7", "2"], ["1"]]


@pytest.mark.parametrize("style", ["json", "csv", "md"])
def test_a_comparison_in_every_format(style: str, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers are aligned by time for programs too."""
    assert run(["compare", "org/a", "org/b", "org/s", "--format", style]) == ExitCode.OK

    out, _ = said(capsys)
    assert "2026-09-14" in out
    if style == "json":
        assert json.loads(out)[1] == {"observed_at": "2026-09-14T10:00:00Z", "org/a": 7, "org/b": 2, "org/s": 4}
    assert ("█" in out) is (style == "md")


REFUSED_COMPARISONS = {
    "one entity alone": (["org/a"], ExitCode.USAGE, "name at least two entities"),
    "the same entity twice": (["org/a", "org/a"], ExitCode.USAGE, "name at least two entities"),
    "an entity never seen": (["org/a", "org/x"], ExitCode.NOTHING_YET, "has never seen 'org/x'"),
    "entities that share no number": (["org/a", "2401.00001"], ExitCode.USAGE, "models and papers have no counter"),
    "a number that one has not": (["org/a", "org/s", "--metric", "downloads"], ExitCode.USAGE, "have likes in common"),
}


@pytest.mark.parametrize(("words", "code", "reason"), REFUSED_COMPARISONS.values(), ids=REFUSED_COMPARISONS.keys())
def test_what_cannot_be_compared(
    words: list[str], code: ExitCode, reason: str, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error is one line."""
    assert run(["compare", *words]) == code
    assert reason in said(capsys)[1]


def test_entities_of_one_name_have_separate_histories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two entities with the same former name have separate sparklines and tables, without columns of usual values."""
    with new_store(tmp_path) as store:
        for at in (0, 7):
            store.take(Kind.MODEL, day(at), repo("a", id="org/name", likes=at))
        store.take(Kind.MODEL, day(14), repo("b", id="org/name", likes=100))

    assert run(["history", "org/name", "--db", str(tmp_path / "hub.duckdb")]) == ExitCode.OK
    assert said(capsys)[0].splitlines() == [
        "model org/name a",
        "likes               ▁█",
        "",
        "observed_at           likes  scope",
        "2026-09-07 10:00:00Z      0  head",
        "2026-09-14 10:00:00Z      7  head",
        "",
        "model org/name b",
        "likes               ▅",
        "",
        "observed_at           likes  scope",
        "2026-09-21 10:00:00Z    100  head",
    ]


def test_export_writes_only_what_is_new(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Stdout has only the folder; a second export writes nothing new, and its check passes."""
    assert run(["export", "--to", "out"]) == ExitCode.OK
    out, err = said(capsys)
    assert (out, "0 unchanged" in err) == ("out\n", True)

    assert run(["export", "--to", "out"]) == ExitCode.OK
    assert "0 files with 0 rows" in said(capsys)[1]
    assert run(["export", "--to", "out", "--verify"]) == ExitCode.OK
    assert "match their checksums" in said(capsys)[1]


def test_a_damaged_export_is_reported(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged export has its own exit code, different from a usage error."""
    run(["export", "--to", "out"])
    (database.parent / "out" / "data_dictionary.parquet").unlink()

    assert run(["export", "--to", "out", "--verify"]) == ExitCode.DATABASE_UNUSABLE
    assert "data_dictionary.parquet is missing" in said(capsys)[1]


def weekly(folder: Path) -> list[str]:
    rows = [{"_id": "a", "id": "org/a", "likes": at, "card": "text"} for at in (1, 4)]
    return [
        str(write_parquet(folder / f"models/{day(at):%Y-%m-%d}/models.parquet", [row]))
        for at, row in zip((-707, -700), rows, strict=True)
    ]


def test_imported_history_is_marked_as_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The archive gives a trend before any crawl; unused columns are listed, and the run is in the journal."""
    monkeypatch.setenv("HUBTRENDS_DB", str(tmp_path / "new.duckdb"))
    words = ["import", *weekly(tmp_path), "--kind", "model", "--origin", "weekly", "--observed-from", "FILENAME"]

    assert run(words) == ExitCode.OK
    assert "columns that were not used: card" in said(capsys)[1]
    assert run(["sql", "SELECT likes_gain, flags FROM week_over_week('model')", "--format", "json"]) == ExitCode.OK
    assert json.loads(said(capsys)[0]) == [{"likes_gain": 3, "flags": []}]
    (record_run,) = Journal(tmp_path / "new.duckdb").runs()
    assert (record_run.job, record_run.detail) == ("import", "2 snapshots of models from weekly")
    assert run(words) == ExitCode.OK
    assert "nothing is new" in said(capsys)[1]


def test_status_and_export_name_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both name the imported revision of the archive and its licence."""
    monkeypatch.setenv("HUBTRENDS_DB", str(tmp_path / "new.duckdb"))
    words = ["--kind", "model", "--origin", "weekly", "--observed-from", "FILENAME", "--revision", "510957d"]
    assert run(["import", *weekly(tmp_path), *words, "--licence", "CC-BY-4.0"]) == ExitCode.OK
    said(capsys)

    assert run(["status", "--format", "json"]) == ExitCode.OK
    (archive,) = json.loads(said(capsys)[0])["archives"]
    assert (archive["archive"], archive["snapshots"], archive["revision"], archive["licence"]) == (
        "weekly", 2, "510957d", "CC-BY-4.0"
    )  # fmt: skip
    assert run(["export", "--to", str(tmp_path / "out")]) == ExitCode.OK
    exported = pl.read_parquet(tmp_path / "out/sources/kind=model/sources.parquet")
    assert exported["revision"].to_list() == ["510957d", "510957d"]


def test_an_import_can_be_undone(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The archive is shown, then deleted: no query returns it any more, and the own history is unchanged."""
    words = ["--kind", "model", "--origin", "weekly", "--observed-from", "FILENAME"]
    assert run(["import", *weekly(database.parent), *words]) == ExitCode.OK
    said(capsys)
    asked = ["sql", "SELECT origin, count(*) AS n FROM snapshots GROUP BY origin ORDER BY origin", "--format", "csv"]

    assert run(["import", "--undo", "weekly", "--dry-run"]) == ExitCode.OK
    out, err = said(capsys)
    assert (out.split()[:7], "2 snapshots of weekly would be deleted" in err) == (
        ["kind", "snapshots", "first", "last", "rows", "entities", "rejected"], True
    )  # fmt: skip
    assert run(asked) == ExitCode.OK
    assert said(capsys)[0].split() == ["origin,n", "crawl,5", "weekly,2"]

    assert run(["import", "--undo", "weekly"]) == ExitCode.OK
    assert "2 snapshots of weekly deleted" in said(capsys)[1]
    assert run(asked) == ExitCode.OK
    assert said(capsys)[0].split() == ["origin,n", "crawl,5"]
    assert [entry.job for entry in Journal(database).runs()] == []
    assert run(["import", "--undo", "weekly"]) == ExitCode.USAGE
    assert "no archive 'weekly': nothing was imported" in said(capsys)[1]


@pytest.mark.parametrize("words", [["--dry-run"], ["--undo", "x", "file.csv"], ["file.csv", "--kind", "model"]])
def test_an_import_without_required_options(
    words: list[str], database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An import needs files with kind and origin, or an archive to delete; the message names both."""
    assert run(["import", *words]) == ExitCode.USAGE
    assert "--undo" in said(capsys)[1]


REFUSED_IMPORTS = {
    "no time": ([], "--observed-at TIME"),
    "two times": (["--observed-at", "2026-01-01", "--observed-from", "FILENAME"], "--observed-at TIME"),
    "our own name": (["--observed-from", "FILENAME", "--origin", "crawl"], "cannot be an archive's name"),
    "half a mapping": (["--observed-from", "FILENAME", "--map", "stars"], "write THEIRS=ours"),
    "a column that we have not": (["--observed-from", "FILENAME", "--map", "likes=stars"], "have no column 'stars'"),
    "a form that is none": (["--observed-from", "at", "--time-format", "%Q"], "write it like %d-%m-%Y"),
    "a form without a column": (["--observed-from", "FILENAME", "--time-format", "%d-%m-%Y"], "--observed-from COLUMN"),
    "a day that never comes": (["--observed-from", "FILENAME", "--later", "1e99"], "within 3660 days"),
    "a column that they have not": (["--observed-from", "FILENAME", "--map", "stars=likes"], "column 'stars'"),
}


@pytest.mark.parametrize(("words", "reason"), REFUSED_IMPORTS.values(), ids=REFUSED_IMPORTS.keys())
def test_an_import_with_invalid_options(
    words: list[str], reason: str, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is imported, and the file is unchanged."""
    before = database.read_bytes()

    assert run(["import", *weekly(database.parent), "--kind", "model", "--origin", "x", *words]) == ExitCode.USAGE
    assert reason in said(capsys)[1]
    assert before == database.read_bytes()


@pytest.mark.parametrize("kind", ["post", "Posts"])
def test_posts_are_not_blog_articles(kind: str, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line explains the Hub's Posts and names the kind of blog articles."""
    words = ["--kind", kind, "--origin", "x", "--observed-at", "2026-01-01"]

    assert run(["import", *weekly(database.parent), *words]) == ExitCode.USAGE

    (line,) = [line for line in said(capsys)[1].splitlines() if line.startswith("Error:")]
    assert f"'{kind}' is not a kind: the Hub's Posts are social posts" in line
    assert line.endswith("for blog articles use --kind article")


def test_an_import_stores_all_files_or_none(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One unreadable file prevents the import of all files."""
    broken = database.parent / "2026-05-04.parquet"
    broken.write_text("no parquet")
    before = database.read_bytes()

    words = ["--kind", "model", "--origin", "x", "--observed-from", "FILENAME"]
    assert run(["import", *weekly(database.parent), str(broken), *words]) == ExitCode.USAGE
    assert "cannot be read" in said(capsys)[1]
    assert before == database.read_bytes()


def test_a_backup_can_be_restored(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Stdout has the name of the copy; restore says where it moved the old file."""
    assert run(["backup", "safe/copy.duckdb"]) == ExitCode.OK
    assert said(capsys)[0] == "safe/copy.duckdb\n"
    assert run(["backup", "safe/copy.duckdb"]) == ExitCode.USAGE
    assert "--force" in said(capsys)[1]

    assert run(["restore", "safe/copy.duckdb"]) == ExitCode.OK
    assert "hub.duckdb.before-restore-" in said(capsys)[1]
    assert run(["restore", "nowhere.duckdb"]) == ExitCode.USAGE
    assert "`hubtrends backup` wrote" in said(capsys)[1]
