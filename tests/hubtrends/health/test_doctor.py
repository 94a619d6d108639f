"""Which checks doctor runs, and its exit code."""

import json
import re
from pathlib import Path

import pytest

from hubtrends.cli import run
from hubtrends.config.settings import Settings
from hubtrends.errors import ConfigError, Problem
from hubtrends.exit_codes import ExitCode
from hubtrends.health.doctor import is_healthy, run_checks
from hubtrends.health.finding import Verdict
from hubtrends.jobs.journal import Journal
from tests.fakes.findings import finding_of
from tests.fakes.walks import day

NOW = day(1)


def test_healthy_database(database: Path) -> None:
    """A healthy database has no warning, and the checks change no file."""
    before = {file.name: file.stat().st_mtime_ns for file in database.parent.iterdir()}
    settings = Settings(database=database, reports=database.parent)

    found = run_checks(settings, NOW, online=False)

    assert {Verdict.OK, Verdict.SKIPPED} == {finding.verdict for finding in found}
    assert is_healthy(found)
    assert before == {file.name: file.stat().st_mtime_ns for file in database.parent.iterdir()}


def test_before_the_first_crawl(tmp_path: Path) -> None:
    """A missing database is no fault: the remedy is the first crawl."""
    found = run_checks(Settings(database=tmp_path / "hub.duckdb", reports=tmp_path), NOW, online=False)

    assert Verdict.WARNING is finding_of(found, "database").verdict
    assert "run `hubtrends crawl`" in (finding_of(found, "database").remedy or "")
    assert is_healthy(found)


def test_invalid_configuration() -> None:
    """Each problem is a finding; the checks of the unknown database are skipped."""
    error = ConfigError(Path("c.yaml"), (Problem("crawl.top", "must be at least 0"), Problem("budgte", "no such")))
    found = run_checks(error, NOW, online=False)

    assert [(finding.what, finding.remedy) for finding in found if finding.verdict is Verdict.BAD] == [
        ("c.yaml: crawl.top: must be at least 0", "correct the file"),
        ("c.yaml: budgte: no such", "correct the file"),
    ]
    assert Verdict.SKIPPED is finding_of(found, "database").verdict


def test_damaged_journal(database: Path) -> None:
    """A journal that cannot be read is one finding, and all other checks run."""
    journal = Journal(database)
    journal.path.write_bytes(b"not a journal" * 999)

    found = run_checks(Settings(database=database, reports=database.parent), NOW, online=False)

    assert [finding.check for finding in found if finding.verdict is Verdict.BAD] == ["journal"]
    assert Verdict.SKIPPED is finding_of(found, "daemon").verdict


def test_exit_code_of_the_command(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A healthy database gives 0; damage and an invalid configuration give the code for attention."""
    monkeypatch.chdir(database.parent)
    assert run(["doctor", "--db", str(database)]) == ExitCode.OK
    assert re.search(r"^journal +ok +nothing has run yet$", capsys.readouterr().out, re.MULTILINE)

    database.write_bytes(b"")
    assert run(["doctor", "--db", str(database), "--format", "json"]) == ExitCode.ATTENTION
    rows = json.loads(capsys.readouterr().out)
    assert {"bad"} == {row["verdict"] for row in rows if row["check"] == "database"}

    (database.parent / "config.yaml").write_text("crawl: {top: -1}\n")
    assert run(["doctor"]) == ExitCode.ATTENTION
    assert "crawl.top: must be at least 0, not -1" in capsys.readouterr().out


def test_private_repositories_are_not_checked_in_silence(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the Hub does not answer, the check of private repositories is listed as skipped."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")

    found = finding_of(run_checks(Settings(database=database, reports=database.parent), NOW, online=True), "private")

    assert (found.verdict, found.what) == (Verdict.SKIPPED, "not checked because of the finding 'hub'")
