"""import and its undo on the command line, and what other commands say about an archive."""

import json
from pathlib import Path

import polars as pl
import pytest

from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from hubtrends.jobs.journal import Journal
from tests.fakes.archives import write_parquet
from tests.fakes.command_line import said
from tests.fakes.walks import day


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
    "the name of own snapshots": (["--observed-from", "FILENAME", "--origin", "crawl"], "cannot be an archive's name"),
    "half a mapping": (["--observed-from", "FILENAME", "--map", "stars"], "write THEIRS=ours"),
    "an unknown target column": (
        ["--observed-from", "FILENAME", "--map", "likes=stars"],
        "have no column 'stars'",
    ),
    "an invalid time format": (["--observed-from", "at", "--time-format", "%Q"], "write it like %d-%m-%Y"),
    "a format without a column": (
        ["--observed-from", "FILENAME", "--time-format", "%d-%m-%Y"],
        "--observed-from COLUMN",
    ),
    "a day beyond ten years": (["--observed-from", "FILENAME", "--later", "1e99"], "within 3660 days"),
    "an unknown source column": (["--observed-from", "FILENAME", "--map", "stars=likes"], "column 'stars'"),
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
