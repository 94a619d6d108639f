"""A spool on a disk that loses power at every moment, with every possible loss."""

from pathlib import Path

import polars as pl
import pytest

from crawler.kinds import Kind
from crawler.schema.columns import page_columns
from crawler.spool.spool import Spool, SpooledPage, discard
from tests.fakes.crash import Recorder, faults
from tests.fakes.doubles import header

NAMES = "abcd"


def frame(names: str) -> pl.DataFrame:
    """Return rows of models with names only."""
    return pl.DataFrame([{"hub_id": f"_{name}", "id": name} for name in names], schema=page_columns(Kind.MODEL))


def page(number: int) -> SpooledPage:
    return SpooledPage(number, "all", 1, 1, (), 1, f"/api/models?cursor={number}")


def walked(tmp_path: Path, dropped: int | None = None) -> Recorder:
    """Record a walk: a page, two unparsed pages, the same parsed as a batch, and another page."""
    folder = tmp_path / f"walk-{dropped}"
    folder.mkdir()
    recorder = Recorder(folder, tmp_path / f"vault-{dropped}", dropped=dropped)
    with recorder.recording():
        spool = Spool.begin(folder / "hub.duckdb.spool" / "model", header())
        recorder.promise(0)
        spool.add(page(1), frame("a"))
        recorder.promise(1)
        for number in (2, 3):
            spool.receive(page(number), b"[]")
            recorder.promise(number)
        spool.store_batch([page(2), page(3)], frame("bc"))
        recorder.promise(3)
        spool.add(page(4), frame("d"))
        recorder.promise(4)
    return recorder


def discarded(tmp_path: Path, dropped: int | None = None) -> Recorder:
    """Record the end of a walk whose pages are stored."""
    folder = tmp_path / f"end-{dropped}"
    spool = Spool.begin(folder / "hub.duckdb.spool" / "model", header())
    spool.add(page(1), frame("a"))
    recorder = Recorder(folder, tmp_path / f"end-vault-{dropped}", dropped=dropped)
    with recorder.recording():
        discard(spool.folder)
        recorder.promise("gone")
    return recorder


def pages(folder: Path) -> int | None:
    """Return the number of pages of a resumed walk; rows of parsed pages are complete."""
    spool = Spool.resume(folder / "hub.duckdb.spool" / "model")
    if spool is None:
        return None
    ids = [name for file in spool.files for name in pl.read_parquet(file)["id"]]
    assert ids == list(NAMES[: len(ids)])
    assert len(ids) + len(spool.received) == len(spool.pages)
    return len(spool.pages)


def keeps_what_was_promised(promised: object, found: object) -> bool:
    if not isinstance(promised, int):
        return found is None or isinstance(found, int)
    return isinstance(found, int) and promised <= found <= len(NAMES)


def is_whole_or_gone(promised: object, found: object) -> bool:
    return found is None or (promised is None and found == 1)


RECORDS = {"a walk": (walked, keeps_what_was_promised), "its end": (discarded, is_whole_or_gone)}


@pytest.mark.parametrize("job", RECORDS)
def test_a_crash_costs_no_page_that_was_kept(tmp_path: Path, job: str) -> None:
    """Every page whose `add` or `receive` has returned is there when the walk is resumed."""
    record, fits = RECORDS[job]

    assert faults(record(tmp_path), pages, fits) == []


@pytest.mark.parametrize("job", RECORDS)
def test_each_fsync_is_needed(tmp_path: Path, job: str) -> None:
    """Without any one of the fsyncs some crash loses a page, or leaves half a walk."""
    record, fits = RECORDS[job]
    fsyncs = record(tmp_path).fsyncs

    idle = [number for number in range(fsyncs) if not faults(record(tmp_path, number), pages, fits)]

    assert fsyncs
    assert idle == []
