"""A walk on disk: complete pages stay, pages damaged by a crash are fetched again."""

import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from crawler.kinds import Kind, Scope
from crawler.schema.columns import page_columns
from crawler.schema.rejections import Rejection
from crawler.spool.spool import Spool, SpooledPage, discard
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.bulk import BulkHub
from tests.fakes.doubles import Audience, crawled, header, ids, order, rows

MODELS = 1000


def frame(*names: str) -> pl.DataFrame:
    """Return rows of models with names only."""
    rows = [{"hub_id": f"_{name}", "id": name} for name in names]
    return pl.DataFrame(rows, schema=page_columns(Kind.MODEL))


def page(number: int, listing: str = "all", records: int = 1, **changes: object) -> SpooledPage:
    plain = SpooledPage(number, listing, records, records, (), 1, f"/api/models?cursor={number}")
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """A walk of three pages."""
    spool = Spool.begin(tmp_path / "model", header())
    for number, name in enumerate("abc", 1):
        spool.add(page(number), frame(name))
    return spool


def again(spool: Spool) -> Spool:
    """Open the same folder, as the next process does."""
    found = Spool.resume(spool.folder)
    assert found is not None
    return found


def test_a_walk_reads_back_as_written(spool: Spool) -> None:
    """Header, pages, rows and rejections are the same, also with hostile text."""
    rejection = Rejection(3, "likes: \u202e\x00", '{"likes": "\\ud800"}')
    spool.add(page(4, records=0, rejections=(rejection,), fields={"likes": "number|string"}, next_path=None), frame())

    found = again(spool)

    assert (found.header, found.pages) == (spool.header, spool.pages)
    assert rows(found)["id"].to_list() == ["a", "b", "c"]


def test_a_folder_without_a_header_is_no_walk(tmp_path: Path) -> None:
    """There is nothing to resume."""
    (tmp_path / "empty").mkdir()

    assert Spool.resume(tmp_path / "none") is None
    assert Spool.resume(tmp_path / "empty") is None


@pytest.mark.parametrize("text", ["", "{", "{}", "[1, {}]\n", '{"kind": "model"}', "\0" * 99])
def test_an_unreadable_header_is_no_walk(text: str, spool: Spool) -> None:
    """There is nothing to resume."""
    (spool.folder / "walk.json").write_text(text)

    assert Spool.resume(spool.folder) is None


@pytest.mark.parametrize("kept", [0, 1, 40, -1], ids=["nothing of it", "a byte", "half", "all but its end"])
def test_a_truncated_line_is_dropped(kept: int, spool: Spool) -> None:
    """The next page takes its place."""
    journal = spool.folder / "pages.ndjson"
    *whole, last = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(whole) + last[:kept])

    found = again(spool)
    found.add(page(3), frame("d"))

    assert [page.number for page in again(found).pages] == [1, 2, 3]
    assert rows(again(found))["id"].to_list() == ["a", "b", "d"]


@pytest.mark.parametrize("damage", [b"\0\0\0\0\n", b"{}\n", b"\xff\n", b"not json\n"])
def test_a_damaged_line_is_dropped(damage: bytes, spool: Spool) -> None:
    """The walk continues from the last page before it."""
    journal = spool.folder / "pages.ndjson"
    first, _, last = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(first + damage + last)

    assert [page.number for page in again(spool).pages] == [1]
    assert journal.read_bytes() == first


def test_a_lost_line_ends_the_walk_before_it(spool: Spool) -> None:
    """The pages after a gap are fetched again, since the walk would miss the lost page."""
    journal = spool.folder / "pages.ndjson"
    first, _, last = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(first + last)

    assert [page.number for page in again(spool).pages] == [1]


@pytest.mark.parametrize("number", [0, 1])
def test_a_flipped_bit_in_a_line_is_noticed(number: int, spool: Spool) -> None:
    """A wrong cursor would be followed without notice."""
    journal = spool.folder / "pages.ndjson"
    lines = journal.read_bytes().splitlines(keepends=True)

    for place in range(len(lines[number])):
        turned = bytes([*lines[number][:place], lines[number][place] ^ 1, *lines[number][place + 1 :]])
        journal.write_bytes(b"".join([*lines[:number], turned, *lines[number + 1 :]]))
        assert len(again(spool).pages) == number


def test_a_flipped_digit_in_a_header_is_noticed(spool: Spool) -> None:
    """The walk would have another date."""
    file = spool.folder / "walk.json"
    file.write_text(file.read_text().replace("2026-09", "2026-08"))

    assert Spool.resume(spool.folder) is None


def test_a_page_without_its_file_is_dropped(spool: Spool) -> None:
    """It is fetched again with all later pages."""
    (spool.folder / "000002.parquet").unlink()

    found = again(spool)

    assert [page.number for page in found.pages] == [1]
    assert found.damaged == spool.folder / "000002.parquet"


def flipped(body: bytes) -> bytes:
    """Return the bytes with one in the middle changed."""
    half = len(body) // 2
    return body[:half] + bytes([body[half] ^ 1]) + body[half + 1 :]


@pytest.mark.parametrize(
    "damage", [flipped, lambda body: body[:-1], lambda body: b"", lambda body: bytes(len(body))],
    ids=["a flipped bit", "cut short", "empty", "zeroes"],
)  # fmt: skip
def test_a_page_with_a_damaged_file_is_dropped(damage: Callable[[bytes], bytes], spool: Spool) -> None:
    """The walk continues before it and names the file."""
    file = spool.folder / "000002.parquet"
    file.write_bytes(damage(file.read_bytes()))

    found = again(spool)
    found.add(page(2), frame("d"))

    assert found.damaged == file
    assert rows(again(found))["id"].to_list() == ["a", "d"]
    assert again(found).damaged is None


def test_an_unreadable_file_counts_as_damaged(spool: Spool) -> None:
    """A read error is treated like a wrong checksum."""
    (spool.folder / "000002.parquet").unlink()
    (spool.folder / "000002.parquet").mkdir()

    assert [page.number for page in again(spool).pages] == [1]


def test_looking_at_a_walk_changes_nothing(spool: Spool) -> None:
    """A walk in progress may have a partial line."""
    journal = spool.folder / "pages.ndjson"
    journal.write_bytes(journal.read_bytes() + b'{"number"')
    before = journal.read_bytes()
    (spool.folder / "000002.parquet").write_bytes(b"")

    found = Spool.seen(spool.folder)

    assert found is not None
    assert (len(found.pages), journal.read_bytes()) == (3, before)


def test_a_file_without_a_line_is_overwritten(spool: Spool) -> None:
    """A crash came between the file and its line."""
    (spool.folder / "000004.parquet").write_bytes(b"half a file")

    found = again(spool)
    found.add(page(4), frame("d"))

    assert rows(again(found))["id"].to_list() == ["a", "b", "c", "d"]


def test_a_page_without_rows_has_no_file(spool: Spool) -> None:
    """It still counts as a page."""
    spool.add(page(4, records=0), frame())

    assert len(again(spool).pages) == 4
    assert len(spool.files) == 3


def test_a_new_walk_empties_the_folder(spool: Spool) -> None:
    """Nothing of the old walk is left."""
    fresh = Spool.begin(spool.folder, header(walk_id="another"))

    assert sorted(path.name for path in fresh.folder.iterdir()) == ["pages.ndjson", "walk.json"]
    assert again(fresh).pages == []


def test_a_walk_is_removed(spool: Spool) -> None:
    """Removing it twice is no error."""
    discard(spool.folder)
    discard(spool.folder)

    assert not spool.folder.exists()


def test_half_a_removal_leaves_no_walk(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that has lost rows must not be resumed."""
    monkeypatch.setattr("crawler.spool.spool.shutil.rmtree", lambda folder: None)
    discard(spool.folder)

    assert Spool.resume(spool.folder) is None


def test_rejected_items_count_as_listed(spool: Spool) -> None:
    """They need no look-up; an item rejected in a look-up is not listed."""
    rejection, looked_up = Rejection(0, "likes: odd", "", "_r", "r"), Rejection(0, "likes: odd", "", "_s", "s")
    spool.add(page(4, records=0, rejections=(rejection,)), frame())
    spool.add(page(5, records=0, rejections=(looked_up,), listing="look-up:s"), frame())

    names, ids = spool.listed({"r", "s"}, {"_r", "_s"})

    assert ("r" in names, "s" in names, "_r" in ids, "_s" in ids) == (True, False, True, False)


def test_which_entities_are_listed(spool: Spool) -> None:
    """An entity from a look-up is not listed."""
    spool.add(page(4, listing="look-up:d"), frame("d"))

    assert spool.listed({"a", "d", "x"}, {"_c", "_d"}) == ({"a", "c"}, {"_a", "_c"})
    assert spool.listed(set(), set()) == (set(), set())


@pytest.fixture(scope="module")
def server() -> Iterator[SimServer]:
    with SimServer(BulkHub(models=MODELS)) as server:
        yield server


def walk_and_be_killed(server: SimServer, folder: Path, after: int) -> None:
    """Walk in a process that is killed once it has reported a number of pages."""
    command = [sys.executable, "-m", "tests.fakes.child_walk", server.url, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for _ in range(after):
            assert child.stdout.readline().strip().isdigit()
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL


def test_a_walk_killed_again_and_again_is_complete(server: SimServer, tmp_path: Path) -> None:
    """Rows and order equal those of an undisturbed walk; each kill costs one page."""
    wanted = order(Kind.MODEL, scope=Scope.FULL, page_size=50)
    (undisturbed,) = crawled(server.url, tmp_path / "undisturbed", wanted)
    rng, before, kills = random.Random(7), len(server.requests), 4

    for _ in range(kills):
        walk_and_be_killed(server, tmp_path / "killed", rng.randrange(0, 4))
    (walk,) = crawled(server.url, tmp_path / "killed", wanted)

    assert walk.complete
    assert len(ids(walk)) == len(set(ids(walk))) == MODELS
    assert rows(walk.spool).equals(rows(undisturbed.spool))
    assert len(server.requests) - before <= len(undisturbed.spool.pages) + kills


def test_a_walk_cut_off_at_any_byte_is_complete(server: SimServer, tmp_path: Path) -> None:
    """The line may be cut at every byte."""
    wanted = order(Kind.MODEL, scope=Scope.FULL, page_size=400)
    (undisturbed,) = crawled(server.url, tmp_path / "undisturbed", wanted)
    journal = undisturbed.spool.folder / "pages.ndjson"
    lines = journal.read_bytes()

    for length in random.Random(7).sample(range(len(lines)), 12):
        journal.write_bytes(lines[:length])
        (walk,) = crawled(server.url, tmp_path / "undisturbed", wanted)

        assert len(ids(walk)) == len(set(ids(walk))) == MODELS
        assert [page.number for page in again(walk.spool).pages] == [1, 2, 3]


def test_a_walk_stopped_at_any_page_is_complete(server: SimServer, tmp_path: Path) -> None:
    """The finished walk is the same."""
    wanted = order(Kind.MODEL, scope=Scope.FULL, page_size=100)
    (undisturbed,) = crawled(server.url, tmp_path / "undisturbed", wanted)

    for _ in undisturbed.spool.pages[:-1]:
        with pytest.raises(Exception, match="Stopped at a page boundary"):
            crawled(server.url, tmp_path / "stopped", wanted, Audience(stop_after=1))
    (walk,) = crawled(server.url, tmp_path / "stopped", wanted, Audience(stop_after=2))

    assert rows(walk.spool).equals(rows(undisturbed.spool))
    assert walk.spool.pages == undisturbed.spool.pages
