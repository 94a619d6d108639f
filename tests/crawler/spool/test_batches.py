"""Pages that are received one by one and parsed together."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import hubtrends.sim.sources.bulk
from crawler.errors import HubFailedError
from crawler.kinds import Kind, Scope
from crawler.schema.columns import PLACES_A_PAGE
from crawler.schema.page import ReceivedPage
from crawler.schema.repo_pages import parse_repos, receive_repos
from crawler.spool.batches import BATCH, Batch
from crawler.spool.spool import Spool, SpooledPage
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.bulk import BulkHub
from tests.fakes.doubles import crawled, header, ids, order, rows
from tests.fakes.hubs import model


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool.begin(tmp_path / "model-full", header())


def body(*items: object) -> bytes:
    return json.dumps(items).encode()


def page(number: int, items: int) -> SpooledPage:
    return SpooledPage(number, "all", items, items, (), 1, f"/api/models?cursor={number}")


def receive(batch: Batch, *bodies: bytes) -> None:
    """Receive these pages, numbered from the next on."""
    for text in bodies:
        came = receive_repos(text, first=False)
        assert isinstance(came, ReceivedPage)
        batch.receive(page(len(batch.spool.pages) + 1, came.items), came)


def again(spool: Spool) -> Spool:
    """Open the same folder, as the next process does."""
    found = Spool.resume(spool.folder)
    assert found is not None
    return found


def files(spool: Spool) -> list[str]:
    return sorted(path.name for path in spool.folder.iterdir() if path.name[0] == "0")


BODIES = (
    body(model(1), model(2), model(3)),
    body(),
    body(model(4), model(5, likes="many"), 42 * [1] and model(6, _id="")),
    body(model(7, downloads="soon")),
    body(model(8, tags=["mit", None]), model(9, createdAt="soon", gated=7)),
)
"""Pages of three, no, one, no and two valid rows, the last two with invalid values."""


def test_a_batch_equals_its_pages_parsed_alone(spool: Spool) -> None:
    """Rows, places and rejections are the same."""
    batch = Batch(spool)
    receive(batch, *BODIES)
    batch.parse()

    alone = [parse_repos(text) for text in BODIES]
    found = rows(spool)
    assert found.drop("fingerprint", "place", "rank").equals(pl.concat([one.frame for one in alone]))
    assert [page.rejections for page in spool.pages] == [one.rejections for one in alone]
    assert [(page.dropped, page.values_dropped) for page in spool.pages] == [
        (one.dropped, one.values_dropped) for one in alone
    ]
    assert [page.values_dropped for page in spool.pages] == [0, 0, 0, 0, 3]
    assert [page.records for page in spool.pages] == [3, 0, 1, 0, 2]
    assert [divmod(place, PLACES_A_PAGE) for place in found["place"]] == [
        (1, 0), (1, 1), (1, 2), (3, 0), (5, 0), (5, 1),
    ]  # fmt: skip
    assert sum(page.carried.get("likes", 0) for page in spool.pages) == 6


def test_a_received_page_is_on_disk(spool: Spool) -> None:
    """Rows replace it once its batch is parsed."""
    batch = Batch(spool)
    receive(batch, *BODIES[:2])
    assert files(spool) == ["000001.json", "000002.json"]
    assert (spool.folder / "000001.json").read_bytes() == BODIES[0]

    batch.parse()

    assert files(spool) == ["000002.parquet"]
    assert spool.received == []


def test_a_full_batch_is_parsed(spool: Spool) -> None:
    """Memory stays small."""
    receive(Batch(spool), *[body(model(number)) for number in range(BATCH + 1)])

    assert files(spool) == [f"{BATCH:06}.parquet", f"{BATCH + 1:06}.json"]


def test_pages_of_an_earlier_run_join_the_batch(spool: Spool) -> None:
    """Pages of both runs are parsed together."""
    receive(Batch(spool), BODIES[0])
    resumed = Batch(again(spool))
    receive(resumed, body(model(4)))
    resumed.parse()

    assert rows(again(spool))["likes"].to_list() == [1, 2, 3, 4]


def test_a_batch_may_span_several_runs(spool: Spool) -> None:
    """Its size is limited nevertheless."""
    for number in range(BATCH):
        receive(Batch(again(spool)), body(model(number)))

    assert files(spool) == [f"{BATCH:06}.parquet"]


def test_killed_before_the_line_of_a_batch(spool: Spool) -> None:
    """The batch is parsed again, and no row is doubled."""
    receive(Batch(spool), BODIES[0])
    lines = (spool.folder / "pages.ndjson").read_bytes()
    Batch(spool).parse()
    (spool.folder / "pages.ndjson").write_bytes(lines)
    (spool.folder / "000001.json").write_bytes(BODIES[0])

    found = again(spool)
    Batch(found).parse()

    assert rows(again(found))["likes"].to_list() == [1, 2, 3]


def test_killed_while_writing_the_line_of_a_batch(spool: Spool) -> None:
    """A partial line does not count."""
    receive(Batch(spool), *BODIES)
    came = (spool.folder / "pages.ndjson").read_bytes()
    bodies = {path.name: path.read_bytes() for path in spool.folder.glob("*.json") if path.name[0] == "0"}
    Batch(spool).parse()
    told = (spool.folder / "pages.ndjson").read_bytes()

    for length in range(len(came), len(told), 37):
        (spool.folder / "pages.ndjson").write_bytes(told[:length])
        for name, text in bodies.items():
            (spool.folder / name).write_bytes(text)
        found = again(spool)
        Batch(found).parse()
        assert rows(again(found))["likes"].to_list() == [1, 2, 3, 4, 8, 9]


def test_killed_before_the_bodies_are_removed(spool: Spool) -> None:
    """Parsed pages are not parsed again."""
    receive(Batch(spool), BODIES[0])
    Batch(spool).parse()
    (spool.folder / "000001.json").write_bytes(BODIES[0])

    assert (again(spool).received, len(again(spool).pages)) == ([], 1)


def test_a_damaged_batch_is_fetched_again(spool: Spool) -> None:
    """Pages of earlier batches are kept."""
    batch = Batch(spool)
    for text in (BODIES[0], body(model(4))):
        receive(batch, text, text)
        batch.parse()
    receive(batch, body(model(5)))
    (spool.folder / "000004.parquet").write_bytes(b"")

    found = again(spool)

    assert found.damaged == spool.folder / "000004.parquet"
    assert [page.number for page in found.pages] == [1, 2]
    assert again(found).pages == found.pages


def test_a_damaged_body_is_fetched_again(spool: Spool) -> None:
    """All later pages are fetched again as well."""
    receive(Batch(spool), *BODIES)
    (spool.folder / "000003.json").write_bytes(b"[")

    assert [page.number for page in again(spool).pages] == [1, 2]


def test_a_batch_of_invalid_items_ends_the_walk(spool: Spool) -> None:
    """The Hub has changed; the rejections are kept."""
    changed = [model(0, likes="many"), *(model(number, downloads="many") for number in range(1, 100))]
    batch = Batch(spool)
    receive(batch, body(*changed))

    with pytest.raises(HubFailedError, match="none of 100 items fits: likes") as failed:
        batch.parse()

    assert failed.value.attempts == 0, "the request of the page is counted with the page"
    assert len(again(spool).pages[0].rejections) == 100


def test_a_page_parsed_item_by_item_keeps_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages received before it are parsed first."""
    odd: dict[int, dict[str, Any]] = {17: {"likes": {}}, 18: {"likes": "many"}}
    plain = hubtrends.sim.sources.bulk._BulkSource.item
    monkeypatch.setattr(
        "hubtrends.sim.sources.bulk._BulkSource.item", lambda source, at: {**plain(source, at), **odd.get(at, {})}
    )
    with SimServer(BulkHub(models=60)) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=10))

    assert len(ids(walk)) == 58
    assert rows(walk.spool)["place"].is_sorted()
    (spoilt,) = [page for page in walk.spool.pages if page.rejections]
    assert (spoilt.number, spoilt.records) == (2, 8)
    assert [rejection.place for rejection in spoilt.rejections] == [7, 8]
