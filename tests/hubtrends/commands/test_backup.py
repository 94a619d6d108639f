"""backup and restore on the command line."""

from pathlib import Path

import pytest

from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from tests.fakes.command_line import said


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
