"""Which entity a text means that is not exactly its name."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from crawler.kinds import Kind
from db.names import Fit
from hubtrends.errors import UnknownEntityError
from hubtrends.jobs.names import certain_name, nearest_names, resolve
from hubtrends.watchlist.parse import Named, named
from tests.fakes.walks import day, new_store, paper, repo

DATABASE = Path("hub.duckdb")


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A store with similar names, a renamed model, and a name that a model and a dataset share."""
    with new_store(tmp_path_factory.mktemp("names")) as store:
        store.take(Kind.MODEL, day(0), repo("m", id="Org/Former-7B"))
        models = ("Org/Large-70B", "Org/Large-70B-GGUF", "other/Large-70B", "Org/Solo-1B", "Org/shared")
        store.take(Kind.MODEL, day(7), repo("m", id="Org/Now-7B"), *(repo(name, id=name) for name in models))
        store.take(Kind.DATASET, day(7), repo("d", id="Org/shared"))
        store.take(Kind.PAPER, day(7), paper("2401.00001"))
    with duckdb.connect(str(store.file), read_only=True) as opened:
        yield opened


FOUND = {
    "the exact name": ("Org/Solo-1B", Named("Org/Solo-1B")),
    "spaces around it": (" Org/Solo-1B ", Named("Org/Solo-1B")),
    "a Hub id": ("m", Named("m")),
    "a former name": ("Org/Former-7B", Named("Org/Former-7B")),
    "another case": ("org/solo-1b", Named("Org/Solo-1B")),
    "another case of a longer name's start": ("org/large-70b", Named("Org/Large-70B")),
    "no owner": ("solo-1b", Named("Org/Solo-1B")),
    "the start of one name": ("Org/Sol", Named("Org/Solo-1B")),
    "the start of one name without its owner": ("now", Named("Org/Now-7B")),
    "a page of a model": ("https://huggingface.co/org/solo-1b/tree/main?x=1", Named("Org/Solo-1B", Kind.MODEL)),
    "a page of a dataset": ("https://huggingface.co/datasets/Org/shared", Named("Org/shared", Kind.DATASET)),
    "a name with its kind": ("dataset:Org/shared", Named("Org/shared", Kind.DATASET)),
    "a paper on arXiv": ("https://arxiv.org/pdf/2401.00001v2", Named("2401.00001", Kind.PAPER)),
    "a paper on the Hub": ("huggingface.co/papers/2401.00001", Named("2401.00001", Kind.PAPER)),
}


@pytest.mark.parametrize(("typed", "meant"), FOUND.values(), ids=FOUND.keys())
def test_a_text_that_means_one_entity(typed: str, meant: Named, con: duckdb.DuckDBPyConnection) -> None:
    """The stored name is found, and another spelling than the typed one is told."""
    told: list[str] = []

    assert resolve(con, DATABASE, typed, told.append) == meant
    assert bool(told) == (meant.id != named(typed).id)


UNCLEAR = {
    "several owners": ("large-70b", ("Org/Large-70B", "other/Large-70B", "Org/Large-70B-GGUF")),
    "a misspelling": ("Org/Slo-1B", ("Org/Solo-1B",)),
    "the wrong kind": ("dataset:Org/Solo-1B", ()),
    "nothing like it": ("zzzz", ()),
    "nothing at all": ("%_", ()),
}


@pytest.mark.parametrize(("typed", "nearest"), UNCLEAR.values(), ids=UNCLEAR.keys())
def test_a_text_that_means_no_single_entity(
    typed: str, nearest: tuple[str, ...], con: duckdb.DuckDBPyConnection
) -> None:
    """The nearest names are suggested, the best first; none is taken."""
    with pytest.raises(UnknownEntityError) as raised:
        resolve(con, DATABASE, typed, lambda _: None)

    assert raised.value.nearest[: len(nearest)] == nearest
    assert bool(raised.value.nearest) == bool(nearest)
    assert nearest_names(con, typed) == raised.value.nearest


def test_a_deletion_takes_no_guess(con: duckdb.DuckDBPyConnection) -> None:
    """A different case and an address are certain; the start of a name is not."""
    typed = ("org/solo-1b", "https://huggingface.co/Org/Solo-1B", "Org/Sol", "solo-1b")

    assert [certain_name(con, DATABASE, word, lambda _: None).id for word in typed] == [
        "Org/Solo-1B", "Org/Solo-1B", "Org/Sol", "solo-1b",
    ]  # fmt: skip


def test_a_worse_fit_is_only_suggested(con: duckdb.DuckDBPyConnection) -> None:
    """The caller states the worst fit that it takes."""
    with pytest.raises(UnknownEntityError):
        resolve(con, DATABASE, "solo-1b", lambda _: None, worst=Fit.CASE)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://huggingface.co/blog/org/some-post", Named("org/some-post", Kind.ARTICLE)),
        ("huggingface.co/blog/some_post/?utm=1#part", Named("some_post", Kind.ARTICLE)),
        ("https://huggingface.co/org", Named("org")),
        ("modle:org/a", Named("modle:org/a")),
    ],
)
def test_what_a_text_names(typed: str, meant: Named) -> None:
    """An article has an address of its own; an author and an unknown kind name no kind of entity."""
    assert named(typed) == meant
