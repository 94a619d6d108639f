"""adoption: who builds on a paper, and the links of an entity in both directions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.groups.adoption import adoption
from analysis.groups.entity_records import Adoption
from crawler.kinds import Kind
from tests.fakes.walks import Store, day, new_store, paper, repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def papers(store: Store, at: float = 7) -> dict[str, Adoption]:
    """Return the papers of the week that ends on a day, by id and in their order."""
    return {one.id: one for one in adoption(store.con, as_of=day(at), rows=1000).rows}


def test_citers_of_all_kinds_are_counted_with_their_gains(store: Store) -> None:
    """A paper has its citing models, datasets and spaces, what they gained, and its own upvotes."""
    for number in (0, 7):
        store.take(Kind.MODEL, day(number), repo("m", papers=["2609.1"], likes=number, downloads_all_time=2 * number))
        store.take(Kind.DATASET, day(number), repo("d", papers=["2609.1"], likes=1, downloads_all_time=number))
        store.take(Kind.SPACE, day(number), repo("s", papers=["2609.1"], likes=2 * number))
        store.take(Kind.PAPER, day(number), paper("2609.1", upvotes=5 + number))

    (found,) = papers(store).values()
    assert (
        found.title, found.models, found.datasets, found.spaces, found.citers, found.new_citers,
    ) == ("On 2609.1", 1, 1, 1, 3, 0)  # fmt: skip
    assert (
        found.likes_gain, found.downloads_gain, found.compared, found.upvotes_now, found.upvotes_gain,
    ) == (21, 21, 3, 12, 7)  # fmt: skip
    assert [(one.id, one.likes_gain) for one in found.largest] == [("org/s", 14), ("org/m", 7)]


def test_a_citation_is_new_if_it_began_in_the_window(store: Store) -> None:
    """A new repository and a new tag are new citations; an old repository that enters a list is none."""
    store.take(Kind.MODEL, day(0), repo("old", papers=["2609.1"]), repo("tagged"))
    store.take(
        Kind.MODEL, day(7), repo("old", papers=["2609.1"]), repo("tagged", papers=["2609.1"]),
        repo("born", papers=["2609.1"], created_at=day(2)), repo("listed", papers=["2609.1"]),
    )  # fmt: skip

    found = papers(store)["2609.1"]
    assert (found.citers, found.new_citers, found.new_owners) == (4, 2, 1)
    assert {"tagged", "born"} == {
        hub_id for (hub_id,) in store.ask("SELECT hub_id FROM citations('model') WHERE is_new")
    }


def test_a_citation_that_ended_is_none(store: Store) -> None:
    """Only the tags at the newer snapshot count, also when a later snapshot changes them again."""
    store.take(Kind.MODEL, day(0), repo("m", papers=["2609.1"]))
    store.take(Kind.MODEL, day(7), repo("m", papers=["2609.2"]))
    store.take(Kind.MODEL, day(14), repo("m", papers=["2609.3"]))

    assert list(papers(store, 7)) == ["2609.2"]


def test_a_paper_without_citers_has_zeros(store: Store) -> None:
    """Nobody cites the paper: its counts are zero, and the gains of nobody are unknown."""
    for number in (0, 7):
        store.take(Kind.PAPER, day(number), paper("2609.1", upvotes=number))

    found = papers(store)["2609.1"]
    assert (
        found.models, found.citers, found.new_citers, found.compared, found.likes_gain, found.upvotes_gain,
    ) == (0, 0, 0, 0, None, 7)  # fmt: skip


def test_a_cited_paper_that_nobody_has_seen_has_no_title(store: Store) -> None:
    """A paper known by a tag alone is a row without title and upvotes."""
    for number in (0, 7):
        store.take(Kind.MODEL, day(number), repo("m", papers=["1706.03762"], likes=number))

    assert (lambda one: (one.title, one.upvotes_now, one.likes_gain))(papers(store)["1706.03762"]) == (None, None, 7)


def test_without_an_earlier_snapshot_nothing_is_new(store: Store) -> None:
    """One snapshot cannot show what began: the counts of new citers are unknown."""
    store.take(Kind.MODEL, day(0), repo("m", papers=["2609.1"]))

    assert (lambda one: (one.citers, one.new_citers))(papers(store, 0)["2609.1"]) == (1, None)


def test_owners_come_before_copies_and_the_template_comes_last(store: Store) -> None:
    """Two owners with one citer each outweigh one owner with three, and the paper of the card template is last."""
    store.take(Kind.MODEL, day(0), repo("m"))
    copies = [repo(f"c{number}", id=f"a/c{number}", papers=["2609.1"], created_at=day(1)) for number in range(3)]
    owned = [repo(name, id=f"{name}/m", papers=["2609.2"], created_at=day(1)) for name in ("b", "c")]
    template = [repo(f"t{n}", id=f"{n}/t", papers=["1910.09700"], created_at=day(1)) for n in range(9)]
    store.take(Kind.MODEL, day(7), *copies, *owned, *template)

    assert list(papers(store)) == ["2609.2", "2609.1", "1910.09700"]


def test_totals_of_the_newest_look_up_by_then_are_shown(store: Store) -> None:
    """The Hub's totals come from the newest look-up before the report, not from a later one."""
    store.take(Kind.PAPER, day(0), paper("2609.1", total_models=3, total_datasets=0, total_spaces=1))
    store.take(Kind.PAPER, day(7), paper("2609.1"))
    store.take(Kind.PAPER, day(14), paper("2609.1", total_models=9))

    found = papers(store)["2609.1"]
    assert (3, 0, 1, day(0)) == (found.total_models, found.total_datasets, found.total_spaces, found.totals_at)
    assert [(9, None, day(14))] == store.ask("SELECT total_models, total_spaces, looked_up_at FROM papers")
    assert [total for (total,) in store.ask("SELECT total_models FROM paper_history ORDER BY observed_at")] == [
        3,
        None,
        9,
    ]


def test_hostile_tags_are_only_ids(store: Store) -> None:
    """A tag may hold any text: quotes, markup and braces are part of the id."""
    hostile = ["'; DROP TABLE entities; --", "<script>", "{change}"]
    store.take(Kind.MODEL, day(0), repo("m", papers=hostile))

    assert sorted(hostile) == list(papers(store, 0))


def test_sums_beyond_the_limit_stop_at_it(store: Store) -> None:
    """Many gains of 10^15 sum up to the limit of sums and not to an error."""
    for number in (0, 7):
        downloads = number and 10**15
        rows = [repo(f"m{n}", papers=["2609.1"], downloads_all_time=downloads) for n in range(10_000)]
        store.take(Kind.MODEL, day(number), *rows)

    assert papers(store)["2609.1"].downloads_gain == 9 * 10**18


def test_links_lead_both_ways(store: Store) -> None:
    """The links of a model lead to its paper, base and dataset; those of a paper lead from its citers."""
    store.take(Kind.PAPER, day(0), paper("2609.1"))
    store.take(
        Kind.MODEL, day(0), repo("base"),
        repo("m", papers=["2609.1"], base_models=["org/base"], base_relation="finetune", tags=["dataset:org/d"]),
    )  # fmt: skip

    query = "SELECT direction, relation, detail, kind, id FROM linked($entity)"
    assert store.ask(query, {"entity": "org/m"}) == [
        ("to", "base_model", "finetune", "model", "org/base"),
        ("to", "cites", None, "paper", "2609.1"),
        ("to", "uses", None, "dataset", "org/d"),
    ]
    assert store.ask(query, {"entity": "2609.1"}) == [("from", "cites", None, "model", "org/m")]
    assert store.ask(query, {"entity": "org/d"}) == [("from", "uses", None, "model", "org/m")]
