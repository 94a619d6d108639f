"""export on the command line."""

from pathlib import Path

import pytest

from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from tests.fakes.command_line import said


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
