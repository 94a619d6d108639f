"""Measures the CPU time of a model from the Hub's page to the committed row.

There are two yardsticks from the same server: huggingface_hub's listing into a data frame and DuckDB, and DuckDB's JSON
reader on the same bytes on disk.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx2
import polars as pl
from huggingface_hub import HfApi

from benchmarks.measure import MEGABYTE, Cost, in_child
from benchmarks.server import HubSize, serving
from benchmarks.table import Figure
from benchmarks.walks import START, walk_and_commit
from crawler.http.connection import connection
from crawler.kinds import Kind
from crawler.schema.registry import SCHEMAS
from hubtrends.version import VERSION

MODELS = 400_000
"""Enough to hide the fixed cost of a commit, while huggingface_hub's objects still fit in memory."""

PER = 100_000

TIMEOUT_SECONDS = 60

_FIELDS = ("id", "author", "created_at", "last_modified", "downloads", "downloads_all_time", "likes", "trending_score",
          "disabled", "pipeline_tag", "library_name", "tags")  # fmt: skip


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Yield the CPU seconds of the client per 100,000 models, with each yardstick."""
    models = max(int(MODELS * scale), 1000)
    with serving(HubSize(models)) as hub:
        ours = in_child(walk_and_commit, hub.url, folder / "ours", (Kind.MODEL,), START)
        library = in_child(by_library, hub.url, folder / "library.duckdb")
        exchanged = in_child(exchange_pages, hub.url)
        in_child(save_pages, hub.url, folder / "pages")
        json = in_child(by_read_json, folder / "pages", folder / "json.duckdb")
    what = "CPU seconds per 100,000 models, from"

    def describe(cost: Cost[None] | Cost[int]) -> str:
        return f"{cost.cpu_seconds * PER / models:.2f} s, peak {cost.peak_bytes / MEGABYTE:,.0f} MB"

    yield Figure(
        "crawl",
        f"{what} request to committed row",
        describe(ours),
        f"HfApi().list_models, a data frame, DuckDB: {describe(library)}",
        ours.cpu_seconds / library.cpu_seconds,
        "at most 0.33",
    )
    from_bytes, times = ours.cpu_seconds - exchanged.cpu_seconds, ours.cpu_seconds / json.cpu_seconds
    yield Figure(
        "crawl",
        f"{what} page bytes to committed row",
        f"{from_bytes * PER / models:.2f} s; with the exchange over HTTP {times:.2f} times the yardstick",
        f"DuckDB's read_json of the same bytes: {describe(json)}",
        from_bytes / json.cpu_seconds,
        "at most 4",
    )


def exchange_pages(url: str) -> None:
    """Request every page of a full listing and decompress its body, as the crawler does."""
    following = _listing(url)
    with connection(url, VERSION) as hub:
        while following:
            answer = hub.exchange(hub.request(following, TIMEOUT_SECONDS), TIMEOUT_SECONDS, lambda: None)
            following = answer.links.get("next", {}).get("url", "")


def _listing(url: str) -> str:
    fields = "".join(f"&expand={field}" for field in SCHEMAS[Kind.MODEL].list_fields)
    return f"{url}/api/models?sort=createdAt&direction=1&limit=1000{fields}"


def save_pages(url: str, folder: Path) -> None:
    """Write the body of every page of a full listing to a file."""
    folder.mkdir()
    following = _listing(url)
    with httpx2.Client(trust_env=False) as client:
        for number in range(10**6):
            answer = client.get(following).raise_for_status()
            (folder / f"{number:06}.json").write_bytes(answer.content)
            following = answer.links.get("next", {}).get("url", "")
            if not following:
                return


def by_library(url: str, path: Path) -> int:
    """List all models with huggingface_hub into a data frame and a DuckDB file; return their number."""
    models = list(HfApi(url, token=False).list_models(expand=list(SCHEMAS[Kind.MODEL].list_fields), sort="created_at"))  # type: ignore[arg-type]
    frame = pl.DataFrame({name: [getattr(model, name) for model in models] for name in _FIELDS})
    parquet = path.with_suffix(".parquet")
    frame.write_parquet(parquet)
    return _store(path, "SELECT * FROM read_parquet($files)", parquet)


def by_read_json(folder: Path, path: Path) -> int:
    """Read the saved pages with DuckDB into a DuckDB file; return the number of models."""
    return _store(path, "SELECT * FROM read_json($files, format = 'array')", folder / "*.json")


def _store(path: Path, query: str, files: Path) -> int:
    with contextlib.closing(duckdb.connect(path)) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(f"CREATE TABLE models AS {query}", {"files": str(files)})
        (count,) = con.execute("SELECT count(*) FROM models").fetchone() or (0,)
        return int(count)
