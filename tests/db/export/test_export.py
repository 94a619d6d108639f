"""The Parquet export has a fixed layout, is incremental, and detects damage."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import fsspec
import polars as pl
import pytest

from crawler.kinds import Kind
from db.export.errors import ExportDamagedError, OtherDatabaseError, PackageMissingError, TargetNotWritableError
from db.export.export import ExportReport, export, verify
from db.export.target import Folder, Target, target_at
from tests.fakes.archives import bring_in, write_parquet
from tests.fakes.walks import Store, day, new_store, paper, repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Store two weeks of models, including a rename, and a paper."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a", id="org/old", likes=1), repo("b", likes=2, tags=["license:mit"]))
        store.take(Kind.MODEL, day(7), repo("a", id="org/new", likes=3), repo("b", likes=4, tags=["license:mit"]))
        store.take(Kind.PAPER, day(7), paper("2401.00001", upvotes=5))
        yield store


def run(store: Store, target: Target) -> ExportReport:
    return export(store.con, target, lambda _: None)


def written(report: ExportReport) -> set[str]:
    return {file.path for file in report.written}


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_another_engine_reads_it_as_it_lies(store: Store, tmp_path: Path) -> None:
    """polars reads kind and date from the folders, and counters with contemporary names."""
    run(store, Folder(tmp_path / "out"))

    found = pl.read_parquet(tmp_path / "out" / "snapshots", hive_partitioning=True)
    rows = found.filter(pl.col("kind") == "model").sort("hub_id", "observed_at")
    said = rows.select(pl.col("date").cast(pl.String), "hub_id", "id", "likes", "origin").rows()
    assert said == [
        ("2026-09-07", "a", "org/old", 1, "crawl"),
        ("2026-09-14", "a", "org/new", 3, "crawl"),
        ("2026-09-07", "b", "org/b", 2, "crawl"),
        ("2026-09-14", "b", "org/b", 4, "crawl"),
    ]
    facts = pl.read_parquet(tmp_path / "out" / "attributes" / "kind=model" / "*.parquet")
    assert facts.select("hub_id", "id", "valid_to", "license").rows() == [
        ("a", "org/old", day(7), None), ("a", "org/new", None, None), ("b", "org/b", None, "mit")
    ]  # fmt: skip
    events = pl.read_parquet(tmp_path / "out" / "events" / "kind=model" / "*.parquet")
    assert events.select("event", "hub_id", "before", "after").rows() == [("renamed", "a", "org/old", "org/new")]


def test_the_manifest_names_every_file_with_its_sum(store: Store, tmp_path: Path) -> None:
    """The manifest lets other tools verify a copy of the export."""
    run(store, Folder(tmp_path / "out"))

    files = content(tmp_path / "out")
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["complete"] is True
    assert {f["path"]: (f["bytes"], f["sha256"]) for f in manifest["files"]} == {
        path: (len(body), hashlib.sha256(body).hexdigest()) for path, body in files.items()
    }
    assert {f["path"]: f["rows"] for f in manifest["files"]}["entities/kind=model/entities.parquet"] == 2


def test_the_same_history_gives_the_same_bytes(store: Store, tmp_path: Path) -> None:
    """Two exports of one database are equal byte for byte, including the manifest."""
    run(store, Folder(tmp_path / "one"))
    run(store, Folder(tmp_path / "two"))

    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_an_export_goes_on_from_the_last(store: Store, tmp_path: Path) -> None:
    """An export writes only new snapshots and files whose content changed."""
    target = Folder(tmp_path / "out")
    run(store, target)

    assert run(store, target).written == ()
    store.take(Kind.MODEL, day(14), repo("a", id="org/new", likes=9), repo("b", likes=4, tags=["license:mit"]))
    assert written(run(store, target)) == {
        "snapshots/kind=model/date=2026-09-21/snapshot-000004.parquet",
        "entities/kind=model/entities.parquet",
    }


def test_an_import_changes_what_it_touches(store: Store, tmp_path: Path) -> None:
    """Imported history is exported with its origin, and unaffected snapshot files stay unchanged."""
    target = Folder(tmp_path / "out")
    run(store, target)
    row = {"_id": "a", "id": "org/oldest", "likes": 0}
    bring_in(store, write_parquet(tmp_path / f"{day(-7):%Y-%m-%d}.parquet", [row]), origin="hfmlsoc")

    new = written(run(store, target))

    assert new == {
        "snapshots/kind=model/date=2026-08-31/snapshot-000004.parquet",
        "entities/kind=model/entities.parquet",
        "attributes/kind=model/attributes.parquet",
        "sources/kind=model/sources.parquet",
    }


class Failing(Folder):
    """A folder whose disk fails after a number of files."""

    def __init__(self, root: Path, after: int) -> None:
        super().__init__(root)
        self.left = after

    def staged(self, name: str):  # type: ignore[no-untyped-def]
        self.left -= 1
        if self.left < 0:
            raise OSError(5, "the disk is gone")
        return super().staged(name)


def test_an_export_that_is_cut_off_leaves_no_half_file(store: Store, tmp_path: Path) -> None:
    """All listed files are complete, and the next export finishes the rest."""
    with pytest.raises(TargetNotWritableError, match="the disk is gone"):
        run(store, Failing(tmp_path / "out", after=3))

    assert len(content(tmp_path / "out")) == 3
    assert not list((tmp_path / "out").rglob("*.part"))
    run(store, Folder(tmp_path / "out"))
    run(store, Folder(tmp_path / "whole"))
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_damage_is_found(store: Store, tmp_path: Path) -> None:
    """Verification names a changed and a missing file, and accepts an intact export."""
    target = Folder(tmp_path / "out")
    run(store, target)
    assert len(verify(store.con, target).files) == 9

    (tmp_path / "out" / "attributes/kind=model/attributes.parquet").write_bytes(b"PAR1")
    (tmp_path / "out" / "entities/kind=paper/entities.parquet").unlink()

    with pytest.raises(ExportDamagedError) as damaged:
        verify(store.con, target)
    assert [line.split()[0] for line in damaged.value.damages] == [
        "attributes/kind=model/attributes.parquet",
        "entities/kind=paper/entities.parquet",
    ]


def test_two_databases_do_not_share_a_target(store: Store, tmp_path: Path) -> None:
    """A target of another database is refused, because the file names would collide."""
    run(store, Folder(tmp_path / "out"))
    manifest = tmp_path / "out" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"database": "2026', '"database": "2025'))

    with pytest.raises(OtherDatabaseError, match="export to a place of its own"):
        run(store, Folder(tmp_path / "out"))


DAMAGED = ["", "[]", "5", '{"layout": 1}', '{"layout": 1, "files": [{}], "database": "x"}', '{"layout": 1, "files": 5}']


@pytest.mark.parametrize("text", DAMAGED)
def test_a_manifest_that_is_not_understood_counts_as_none(store: Store, tmp_path: Path, text: str) -> None:
    """Verification reports the unreadable manifest, and the next export rewrites everything."""
    written = run(store, Folder(tmp_path / "out")).written
    (tmp_path / "out" / "manifest.json").write_text(text)

    with pytest.raises(ExportDamagedError, match=r"manifest\.json is missing or not understood"):
        verify(store.con, Folder(tmp_path / "out"))
    assert run(store, Folder(tmp_path / "out")).written == written


def test_any_address_that_fsspec_knows(store: Store, tmp_path: Path) -> None:
    """An export to a URL writes the same files as an export to a folder."""
    target = target_at(store.file, "memory://export-test/hub")
    run(store, target)
    run(store, Folder(tmp_path / "out"))

    there = fsspec.filesystem("memory")
    found = {path.removeprefix("/export-test/hub/"): there.cat(path) for path in there.find("/export-test")}
    assert found == content(tmp_path / "out")
    assert run(store, target).written == ()
    assert verify(store.con, target).complete


def test_addresses_that_cannot_be_written_to(store: Store, tmp_path: Path) -> None:
    """The error names the missing package, the unknown scheme, or the file in the way."""
    (tmp_path / "file").write_text("")

    with pytest.raises(PackageMissingError, match="s3fs"):
        target_at(store.file, "s3://bucket/hub")
    with pytest.raises(TargetNotWritableError, match="Protocol not known: nonsense"):
        target_at(store.file, "nonsense://bucket")
    with pytest.raises(TargetNotWritableError, match="Not a directory"):
        run(store, Folder(tmp_path / "file"))
    assert target_at(store.file, f"file://{tmp_path}/out").address == str(tmp_path / "out")
