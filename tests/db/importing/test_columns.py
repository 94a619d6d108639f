"""Columns of other archives are mapped to ours: names, types, invalid values."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from crawler.kinds import Kind
from db.importing.errors import (
    NoNameColumnError,
    NoSuchColumnError,
    NoValidRowsError,
    UndecodableError,
    UnknownFormatError,
)
from db.importing.times import ObservationTime
from tests.fakes.archives import bring_in, write_parquet
from tests.fakes.walks import Store, day, new_store

AT = ObservationTime(at=day(0))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def test_a_row_of_the_public_archives(store: Store, tmp_path: Path) -> None:
    """The Hub's own names, pandas' nanoseconds without a zone, a structure of weights, gated as text."""
    path = tmp_path / "models.parquet"
    row: dict[str, Any] = {
        "_id": "6" * 24, "id": "org/name", "author": "org", "createdAt": datetime(2025, 1, 2, 3, tzinfo=UTC),
        "lastModified": datetime(2026, 1, 2, 3, tzinfo=UTC), "downloads": 5, "downloadsAllTime": 50, "likes": 7,
        "trendingScore": 0.5, "gated": "False", "disabled": False, "pipeline_tag": "translation",
        "library_name": "transformers", "safetensors": {"parameters": {"F16": 8}, "total": 8},
        "tags": ["en", "license:mit", "base_model:finetune:a/b", "arxiv:2401.00001", "dataset:d/e"],
        "cardData": '{"license": "mit"}', "private": False,
    }  # fmt: skip
    naive = pl.col("createdAt", "lastModified").dt.replace_time_zone(None).dt.cast_time_unit("ns")
    pl.DataFrame([row]).with_columns(naive).write_parquet(path)

    (imported,) = bring_in(store, path, when=AT)

    assert imported.unused == ("cardData",)
    (found,) = store.records("SELECT * EXCLUDE (entity_key, tags) FROM models")
    assert {
        "id": "org/name", "hub_id": "6" * 24, "author": "org", "downloads": 5, "downloads_all_time": 50, "likes": 7,
        "trending_score": 0.5, "rank": None, "task": "translation", "library": "transformers", "license": "mit",
        "parameters": 8, "architecture": None, "context_length": None, "gated": "no", "disabled": False,
        "languages": ["en"], "base_models": ["a/b"], "base_relation": "finetune", "datasets": ["d/e"],
        "papers": ["2401.00001"], "created_at": datetime(2025, 1, 2, 3, tzinfo=UTC),
        "last_modified": datetime(2026, 1, 2, 3, tzinfo=UTC), "first_seen": day(0), "last_seen": day(0),
    }.items() <= found.items()  # fmt: skip


def test_csv_has_every_type_as_text(store: Store, tmp_path: Path) -> None:
    """A text table has counts with a point, nan, lists in brackets or with commas, and JSON."""
    path = tmp_path / "models.csv"
    path.write_text(
        "_id,modelId,downloads,likes,tags,createdAt,safetensors,gated\n"
        f"""{"a" * 24},org/a,12.0,nan,"['license:mit', 'x']",2025-01-02T03:00:00.000Z,"{{""total"": 9}}",auto\n"""
        f"""{"b" * 24},org/b,,3,"license:mit, x",2025-01-02,,true\n"""
    )

    bring_in(store, path, when=AT)

    found = store.ask("SELECT id, downloads, likes, tags, license, parameters, gated FROM models ORDER BY id")
    assert found == [
        ("org/a", 12, None, ["license:mit", "x"], "mit", 9, "auto"),
        ("org/b", None, 3, ["license:mit", "x"], "mit", None, "yes"),
    ]


def test_json_lines_may_be_compressed(store: Store, tmp_path: Path) -> None:
    """Items of the Hub's API, one per line, compressed with gzip."""
    path = tmp_path / "models.jsonl.gz"
    lines = [json.dumps({"_id": key, "id": f"org/{key}", "likes": 1, "tags": ["x"]}) for key in "ab"]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))

    (imported,) = bring_in(store, path, when=AT)

    assert (imported.records, imported.unused) == (2, ())


def test_papers_are_nested(store: Store, tmp_path: Path) -> None:
    """Archives of Daily Papers nest the paper in its entry; hidden authors stay hidden."""
    authors = [{"name": "Ada", "hidden": False}, {"name": "Bob", "hidden": True}]
    paper = {"id": "2401.00001", "title": "On a", "upvotes": 4, "githubStars": 9, "authors": authors}
    path = write_parquet(tmp_path / "papers.parquet", [{"paper": paper, "numComments": 2}])

    bring_in(store, path, when=AT, kind=Kind.PAPER)

    found = store.ask("SELECT id, title, upvotes, comments, github_stars, authors FROM papers")
    assert found == [("2401.00001", "On a", 4, 2, 9, ["Ada"])]


def test_a_column_may_be_mapped_or_ignored(store: Store, tmp_path: Path) -> None:
    """The caller's mapping wins over the spellings; a column that is mapped to nothing is not read."""
    path = write_parquet(tmp_path / "m.parquet", [{"_id": "a", "id": "org/a", "dl": 5, "stars": 6, "likes": 7}])

    (imported,) = bring_in(store, path, when=AT, mapping={"dl": "downloads", "stars": "likes"})
    (ignored,) = bring_in(store, path, when=ObservationTime(at=day(1)), mapping={"likes": ""})

    assert store.ask("SELECT downloads, likes FROM model_history ORDER BY observed_at") == [(5, 6), (None, None)]
    assert imported.unused == ("likes",)
    assert {"dl", "stars", "likes"} == set(ignored.unused)


REJECTED = {
    "no _id": ({"_id": None}, "hub_id: missing, too long or not printable"),
    "a name with an escape": ({"id": "org/\x1b[31m"}, "id: missing, too long or not printable"),
    "a name of 301 characters": ({"id": "n" * 301}, "id: missing, too long or not printable"),
    "a negative count": ({"likes": -1}, "likes: not a count"),
    "a count beyond counting": ({"likes": 2**63}, "likes: not a count"),
    "a tag with a line break": ({"tags": ["a\nb"]}, "tags: not a list of words"),
    "an odd gate": ({"gated": "sometimes"}, "gated: neither false, auto nor manual"),
    "no time": ({"createdAt": "yesterday"}, "created_at: not a time"),
}


@pytest.mark.parametrize(("fault", "reason"), REJECTED.values(), ids=REJECTED.keys())
def test_an_invalid_row_is_rejected(fault: dict[str, object], reason: str, store: Store, tmp_path: Path) -> None:
    """It is counted and stored with its reason and content; the other rows are imported."""
    good = {"_id": "a", "id": "org/a", "likes": 1, "tags": ["x"], "gated": "auto", "createdAt": "2025-01-02"}
    path = tmp_path / "m.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in (good, good | {"_id": "b"} | fault)))

    (imported,) = bring_in(store, path, when=AT)

    assert (imported.records, imported.rejected) == (1, 1)
    ((listing, place, stored, raw),) = store.ask("SELECT listing, place, reason, raw FROM rejects")
    assert ("m.jsonl", 1, reason) == (listing, place, stored)
    assert "org/" in raw or "nnn" in raw


def test_a_card_is_never_stored(store: Store, tmp_path: Path) -> None:
    """Unused columns are not read, in valid and in rejected rows."""
    rows = [{"_id": key, "id": "org/a", "likes": likes, "cardData": "POISON"} for key, likes in (("a", 1), ("b", -1))]

    bring_in(store, write_parquet(tmp_path / "m.parquet", rows), when=AT)

    store.con.execute("CHECKPOINT")
    assert b"POISON" not in store.file.read_bytes()


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl", ".csv"])
def test_private_rows_are_counted_and_never_stored(store: Store, tmp_path: Path, suffix: str) -> None:
    """A row that is not clearly public is dropped before it is checked, so no reject names it."""
    values: dict[str, object] = {"a": "false", "b": "", "c": "true", "d": "1", "e": "True", "f": "yes"}
    if suffix == ".jsonl":
        values = {"a": False, "b": None, "c": True, "d": 1, "e": "false", "f": {"is": False}}
    rows = [
        {"_id": key * 24, "id": f"org/{key}", "likes": -1 if key == "c" else 1, "private": values[key]}
        for key in values
    ]
    path = tmp_path / f"m{suffix}"
    if suffix == ".parquet":
        write_parquet(path, rows)
    elif suffix == ".csv":
        path.write_text("_id,id,likes,private\n" + "".join(",".join(map(str, row.values())) + "\n" for row in rows))
    else:
        path.write_text("\n".join(json.dumps(row) for row in rows))

    (imported,) = bring_in(store, path, when=AT)

    assert (imported.records, imported.rejected, imported.private) == (2, 0, 4)
    assert imported.describe().endswith(", 4 private, not stored")
    assert store.ask("SELECT id FROM entities ORDER BY id") == [("org/a",), ("org/b",)]
    assert store.ask("SELECT private FROM snapshots") == [(4,)]


def test_booleans_of_private_rows(store: Store, tmp_path: Path) -> None:
    """Parquet has booleans; an archive with only private rows brings no snapshot."""
    rows = [{"_id": str(value), "id": f"org/{value}", "private": value} for value in (True, False, None)]
    (imported,) = bring_in(store, write_parquet(tmp_path / "m.parquet", rows), when=AT)

    assert (imported.records, imported.private) == (2, 1)
    with pytest.raises(NoValidRowsError, match=r"none of the 1 rows .* \(every one is private"):
        bring_in(store, write_parquet(tmp_path / "n.parquet", rows[:1]), when=ObservationTime(at=day(9)))


def test_an_archive_without_a_private_column(store: Store, tmp_path: Path) -> None:
    """The number is unknown, not zero."""
    bring_in(store, write_parquet(tmp_path / "m.parquet", [{"_id": "a", "id": "org/a", "likes": 1}]), when=AT)

    assert store.ask("SELECT private FROM snapshots") == [(None,)]


def test_an_invalid_file_states_the_reason(store: Store, tmp_path: Path) -> None:
    """Each error names the file and tells what to do about it; nothing is stored."""
    row = {"_id": "a", "id": "org/a", "likes": -1}
    path = write_parquet(tmp_path / "m.parquet", [row])
    nameless = write_parquet(tmp_path / "n.parquet", [{"likes": 1}])
    text, table = tmp_path / "t.parquet", tmp_path / "t.xls"
    text.write_text("no parquet")
    table.write_text("")

    with pytest.raises(NoValidRowsError, match=r"none of the 1 rows .* \(likes: not a count\): check --kind and --map"):
        bring_in(store, path, when=AT)
    with pytest.raises(NoNameColumnError, match="--map THEIRS=id; it has likes"):
        bring_in(store, nameless, when=AT)
    with pytest.raises(NoSuchColumnError, match="no usable column 'x': it has _id, id, likes"):
        bring_in(store, path, when=AT, mapping={"x": "likes"})
    with pytest.raises(UndecodableError, match="check that it is complete"):
        bring_in(store, text, when=AT)
    with pytest.raises(UnknownFormatError, match=r"\.parquet, \.csv"):
        bring_in(store, table, when=AT)
    assert store.one("SELECT count(*) FROM snapshots") == 0
