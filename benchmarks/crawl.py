"""What a model costs between the page that the Hub sends and the row that is committed.

Beside it, from the same server: huggingface_hub's own listing into a frame and DuckDB; and DuckDB's own reader of JSON
on the same bytes, which lie on disk by then.
"""

import contextlib
from pathlib import Path

import duckdb
import httpx2
import polars as pl
from huggingface_hub import HfApi

from crawler.kinds import Kind
from crawler.legs import Following, WalkSettings, legs
from crawler.kinds import Scope
from crawler.wire import EXPAND
from benchmarks.walks import START


def save_pages(url: str, folder: Path) -> int:
    """Write the body of every page of the same walk to a file; return their bytes."""
    folder.mkdir()
    settings = WalkSettings(1000, 28, 14, 60, 3, 0, 1000)
    (leg,) = legs(Kind.MODEL, Scope.FULL, settings, Following(), START)
    size, following = 0, url + leg.path
    with httpx2.Client() as client:
        while following:
            answer = client.get(following)
            size += (folder / f"{size:015}.json").write_bytes(answer.content)
            following = answer.links.get("next", {}).get("url", "")
    return size


def by_library(url: str, path: Path) -> int:
    """List all models through huggingface_hub into a frame and a DuckDB file; return how many."""
    models = list(HfApi(url, token=False).list_models(expand=list(EXPAND[Kind.MODEL]), sort="createdAt", limit=None))
    frame = pl.DataFrame(
        {
            "id": [m.id for m in models],
            "author": [m.author for m in models],
            "created_at": [m.created_at for m in models],
            "last_modified": [m.last_modified for m in models],
            "downloads": [m.downloads for m in models],
            "downloads_all_time": [m.downloads_all_time for m in models],
            "likes": [m.likes for m in models],
            "trending_score": [m.trending_score for m in models],
            "gated": [str(m.gated) for m in models],
            "disabled": [m.disabled for m in models],
            "task": [m.pipeline_tag for m in models],
            "library": [m.library_name for m in models],
            "tags": [m.tags for m in models],
        }
    )
    parquet = path.with_suffix(".parquet")
    frame.write_parquet(parquet)
    return _store(path, "SELECT * FROM read_parquet($files)", parquet)


def by_read_json(folder: Path, path: Path) -> int:
    """Read the saved pages with DuckDB alone into a DuckDB file; return how many models."""
    return _store(path, "SELECT * FROM read_json($files, format = 'array')", folder / "*.json")


def _store(path: Path, query: str, files: Path) -> int:
    with contextlib.closing(duckdb.connect(path)) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(f"CREATE TABLE models AS {query}", {"files": str(files)})
        (count,) = con.execute("SELECT count(*) FROM models").fetchone() or (0,)
        return int(count)
