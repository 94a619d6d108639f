"""A folder with a database in which commands run, and what they print."""

from pathlib import Path

import pytest

from crawler.kinds import Kind
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
