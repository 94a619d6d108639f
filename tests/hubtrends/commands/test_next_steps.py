"""What the program says after a report, without a command, and to `open`."""

import os
import pty
import shlex
import webbrowser
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from hubtrends.next_steps import NextSteps, lines
from tests.fakes.command_line import said


def published(folder: Path, *weeks: str) -> None:
    """Write the page and the digest of each week, and files that are no page of a report."""
    folder.mkdir(exist_ok=True)
    for week in weeks:
        (folder / f"{week}.html").write_text("page")
        (folder / f"{week}.txt").write_text(f"Digest of {week}\n")
    for other in ("index.html", "latest.html", "2027-W01.de.html"):
        (folder / other).write_text("other")


def test_without_a_command_and_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first steps are commands that exist."""
    monkeypatch.chdir(tmp_path)

    assert run([]) == ExitCode.OK
    assert "hubtrends demo" in said(capsys)[0]


def test_without_a_command_the_newest_digest_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The newest week counts, whatever else is in the folder."""
    monkeypatch.chdir(tmp_path)
    published(tmp_path / "out", "2026-W53", "2026-W09", "2027-W01")

    assert run([]) == ExitCode.OK
    assert said(capsys)[0].startswith("Digest of 2027-W01\n")


def test_a_report_of_an_earlier_version_has_no_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The path of the page appears without a digest."""
    monkeypatch.chdir(tmp_path)
    published(tmp_path / "out", "2026-W09")
    (tmp_path / "out" / "2026-W09.txt").unlink()

    assert run([]) == ExitCode.OK
    assert "2026-W09.html" in said(capsys)[0]


def test_open_into_a_pipe_prints_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal no browser starts."""
    published(tmp_path, "2026-W09", "2026-W10")
    monkeypatch.setattr(webbrowser, "open", lambda _: pytest.fail("a browser starts"))

    assert run(["open", "--out", str(tmp_path)]) == ExitCode.OK
    assert run(["open", "--out", str(tmp_path), "--week", "2026-W09"]) == ExitCode.OK
    assert said(capsys)[0].splitlines() == [str(tmp_path / f"2026-W{week}.html") for week in ("10", "09")]


def test_open_at_a_terminal_starts_the_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser gets the address of the page."""
    published(tmp_path, "2026-W09")
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    master, terminal = pty.openpty()
    with os.fdopen(master, "rb", 0), os.fdopen(terminal, "w") as stdout:
        monkeypatch.setattr("sys.stdout", stdout)
        assert run(["open", "--out", str(tmp_path)]) == ExitCode.OK

    assert opened == [(tmp_path / "2026-W09.html").as_uri()]


@pytest.mark.parametrize(
    ("weeks", "wanted", "reason"),
    [((), (), "write one with"), (("2026-W09",), ("--week", "2026-W10"), "no report of 2026-W10: the newest is of")],
)
def test_open_without_a_report(
    weeks: tuple[str, ...], wanted: tuple[str, ...], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error names what there is, or how to write a report."""
    published(tmp_path, *weeks)

    assert run(["open", "--out", str(tmp_path), *wanted]) == ExitCode.NOTHING_YET
    assert reason in said(capsys)[1]


def test_next_steps_work_when_pasted() -> None:
    """Paths and names are quoted for the shell; a future report gets its time."""
    steps = NextSteps(
        Path("my demo/2026-W41.html"),
        Path("my demo/demo.duckdb"),
        as_of=datetime(2026, 10, 6, 9, 30, tzinfo=UTC),
        model="org/a'b",
        demo=True,
    )
    said_by_steps = [line[10:] for line in lines(steps, "hubtrends") if line[10:].startswith("hubtrends")]

    assert [shlex.split(line)[1:] for line in said_by_steps] == [
        ["open", "--out", "my demo"],
        ["trends", "models", "--as-of", "2026-10-06T09:30Z", "--db", "my demo/demo.duckdb"],
        ["history", "org/a'b", "--db", "my demo/demo.duckdb"],
        ["sql", "FROM leaders('model', 'likes') LIMIT 5", "--db", "my demo/demo.duckdb"],
        ["weekly"],
    ]
