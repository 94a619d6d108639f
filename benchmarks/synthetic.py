"""Generates walks of any size without a Hub: polars makes the rows that a crawler would spool.

Names, tags and counters are hashes of the position and the day. A model has about ten tags, and one in three has a base
model. A few repositories have most of the downloads, and many have none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import polars as pl

from benchmarks.walks import START
from crawler.kinds import Kind, Scope
from crawler.schema.columns import PLACES_A_PAGE, page_columns
from crawler.schema.value_types import BETWEEN, TIME
from crawler.spool.batches import BATCH
from crawler.spool.fingerprints import fingerprints
from crawler.spool.spool import Spool, SpooledPage, SpoolHeader
from crawler.walk import Walk

PAGE = 1000
CHUNK = 100_000
"""Rows per chunk; a walk of millions is never in memory as a whole."""

CHANGES_A_DAY = 0.002
"""The share of all entities whose attributes change per day. In four days of spring 2026, 4.2 % of 687 trending models
had other tags or names, 1.1 % of 530 datasets and 0.2 % of 595 spaces; the rest of the Hub changes less."""


def full_walk(folder: Path, kind: Kind, count: int, day: int, changed_share: float = 0.0) -> Walk:
    """Generate a finished full walk, `day` days after START; each day a share of the attributes changes.

    The pages have the format of the spool, but are not synced one by one.
    """
    at = START + timedelta(days=day)
    header = SpoolHeader(f"{kind}-{day}", f"run-{day}", kind, Scope.FULL, at, at, "http://127.0.0.1", {})
    folder.mkdir(parents=True)
    spool = Spool(folder, header, [])
    numbered = enumerate(_pages(kind, count, day, changed_share), 1)
    while batch := list(islice(numbered, BATCH)):
        file = f"{batch[-1][0]:06}.parquet"
        for number, frame in batch:
            cost = SpooledPage(number, "all", len(frame), len(frame), (), 1, f"/api/{kind.plural}?cursor={number}")
            spool.pages.append(replace(cost, file=file, carried=frame.count().row(0, named=True)))
        _rows(kind, batch).write_parquet(folder / file, compression="lz4")
    return Walk(spool, at + timedelta(minutes=40), None)


def _rows(kind: Kind, batch: Sequence[tuple[int, pl.DataFrame]]) -> pl.DataFrame:
    """Return the rows of a batch of numbered pages in the format of the spool."""
    placed = [
        frame.with_columns((number * PLACES_A_PAGE + pl.int_range(pl.len())).alias("place")) for number, frame in batch
    ]
    rows = pl.concat(placed)
    return rows.with_columns(fingerprints(kind, rows), pl.lit(None, pl.Int64).alias("rank"))


def _pages(kind: Kind, count: int, day: int, changed_share: float) -> Iterator[pl.DataFrame]:
    for first in range(0, count, CHUNK):
        frame = rows(kind, first, min(first + CHUNK, count), day, changed_share)
        yield from frame.iter_slices(PAGE)


def rows(kind: Kind, first: int, end: int, day: int, changed_share: float) -> pl.DataFrame:
    """Return the rows of a range of positions; each has new attributes every `1 / changed_share` days."""
    frame = pl.select(pl.int_range(first, end).alias("n")).with_columns(_version(day, changed_share).alias("version"))
    frame = frame.with_columns(**_names(), **_numbers(kind, day)).with_columns(**_attributes(kind))
    missing = {name: dtype for name, dtype in page_columns(kind).items() if name not in frame.columns}
    frame = frame.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in missing.items())
    return frame.select(pl.col(name).cast(dtype) for name, dtype in page_columns(kind).items())


def _drawn(seed: int, below: int) -> pl.Expr:
    return pl.col("n").hash(seed) % below


def _version(day: int, changed_share: float) -> pl.Expr:
    if not changed_share:
        return pl.lit(0)
    period = round(1 / changed_share)
    return (_drawn(1, period) + day) // period


def _names() -> dict[str, pl.Expr]:
    """Return names and dates; some authors have thousands of repositories, most have few."""
    author = pl.format("lab{}", (10 ** (_drawn(2, 1000) / 1000 * 5.3)).cast(pl.Int64))
    created = 1_646_200_000 + 47 * pl.col("n")
    return {
        "hub_id": pl.format("{}{}", created, _drawn(3, 90_000_000_000_000) + 10_000_000_000_000),
        "author": author,
        "id": pl.format("{}/{}-{}", author, _word(4), pl.col("n")),
        "created_at": _moment(created),
        "last_modified": _moment(created + _drawn(5, 30_000_000) + 86_400 * pl.col("version")),
        "gated": pl.when(_drawn(6, 50) == 0).then(pl.lit("auto")).otherwise(pl.lit("no")),
        "disabled": pl.lit(False),
    }


def _moment(seconds: pl.Expr) -> pl.Expr:
    return (seconds * 1_000_000).cast(pl.Int64).cast(TIME)


def _numbers(kind: Kind, day: int) -> dict[str, pl.Expr]:
    """Return counters: downloads follow a power law, one in fifty repositories has a trending score."""
    share = (_drawn(7, 1_000_000) + 1) / 1e6
    rate = pl.when(share < 0.6).then(0.1 * share ** (-1.3)).otherwise(0)
    noise = 0.8 + (pl.col("n") + day * 7919).hash(8) % 400 / 1000
    trending = pl.when(_drawn(28, 50) == 0).then((1 + rate * noise / 30).floor()).otherwise(0)
    likes = {"likes": (rate * (0.15 + day / 5000)).floor(), "trending_score": trending}
    if kind is Kind.SPACE:
        return likes
    return {**likes, "downloads": (30 * rate * noise).floor(), "downloads_all_time": (rate * (400 + day)).floor()}


def _attributes(kind: Kind) -> dict[str, pl.Expr]:
    """Return tags and the attributes that come with them."""
    licence = _of(("mit", "apache-2.0", "llama3", "other", None, None), 9)
    changing = pl.format("{}-{}", _word(11), pl.col("version"))
    tags = [_word(10), changing, pl.format("license:{}", licence), pl.lit("region:us")]
    if kind is Kind.SPACE:
        return {"sdk": _of(("gradio", "static", "docker"), 12), "tags": _list(tags)}
    language = _of(("en", "en", "zh", "de", "fr", None, None, None), 13)
    paper = pl.when(_drawn(14, 10) == 0).then(pl.format("24{}.{}", _drawn(15, 12), _drawn(16, 90_000) + 10_000))
    tags += [language, pl.format("arxiv:{}", paper), *map(_word, (17, 18, 19))]
    return _model_attributes(tags) if kind is Kind.MODEL else {"tags": _list(tags)}


def _model_attributes(tags: list[pl.Expr]) -> dict[str, pl.Expr]:
    library = _of(("transformers", "diffusers", "peft", None), 20)
    task = _of(("text-generation", "text-to-image", "text-classification", "reinforcement-learning", None), 21)
    base = pl.when(_drawn(27, 3) == 0).then(pl.format("lab{}/{}-{}", _drawn(24, 300), _word(25), _drawn(26, 20_000)))
    bases = [pl.format("base_model:{}", base), pl.format("base_model:finetune:{}", base)]
    return {
        "library": library,
        "task": task,
        "parameters": pl.when(_drawn(22, 2) == 0).then(_drawn(23, 10_000_000_000)),
        "tags": _list([*tags, library, task, *bases]),
    }


def _word(seed: int) -> pl.Expr:
    """Draw one of two thousand words, the first far more often than the last."""
    return pl.format("word{}", (2000 * (_drawn(seed, 1000) / 1000) ** 4).cast(pl.Int64))


def _of(words: tuple[str | None, ...], seed: int) -> pl.Expr:
    choice = pl.lit(None, pl.String)
    for place, word in enumerate(words):
        choice = pl.when(_drawn(seed, len(words)) == place).then(pl.lit(word, pl.String)).otherwise(choice)
    return choice


def _list(texts: list[pl.Expr]) -> pl.Expr:
    listed = pl.concat_list(texts).list.drop_nulls()
    return pl.when(listed.list.len() > 0).then(listed.list.join(BETWEEN))
