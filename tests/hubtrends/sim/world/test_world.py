"""A simulated world has the properties that crawlers and rankings are tested against."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from hubtrends.sim.endpoints.papers import feed_day
from hubtrends.sim.errors import BeforeTheWorldError
from hubtrends.sim.server.exchange import Item
from hubtrends.sim.sources.catalogue import Order
from hubtrends.sim.sources.hub import SimHub
from hubtrends.sim.world.events import EventRates, EventType
from hubtrends.sim.world.papers import upvotes_after
from hubtrends.sim.world.repo import WEEKDAY
from hubtrends.sim.world.world import START, World
from tests.fakes.hubs import ask

QUIET = EventRates(
    created=0,
    renamed=0,
    removed=0,
    recreated=0,
    hidden=0,
    gate_flipped=0,
    relicensed=0,
    unliked=0,
    burst=0,
    surge=0,
    skipped_refreshes=frozenset(),
    rollback=None,
    rollback_undone=None,
)
KINDS = ("models", "datasets", "spaces")


def moment(days: int) -> datetime:
    """Return nine o'clock on a day of the world."""
    return datetime.combine(START + timedelta(days=days), time(9), UTC)


def small(seed: int = 1, **rates: object) -> World:
    """Build a small world with only these events."""
    quiet = EventRates(**{name: getattr(QUIET, name) for name in QUIET.__slots__} | rates)
    return World(seed, models=40, datasets=20, spaces=20, papers_a_day=2, articles_a_week=2, rates=quiet)


def items(hub: SimHub, kind: str = "models") -> dict[str, Item]:
    """Return all repositories of a kind by `_id`."""
    return {item["_id"]: item for item in hub.catalogue(kind).page(Order("createdAt"), 10_000).items}


def everything(hub: SimHub) -> list[object]:
    return [
        [items(hub, kind) for kind in KINDS],
        hub.papers,
        hub.official_articles,
        hub.community_articles,
        hub.renamed,
    ]


def test_the_same_seed_gives_the_same_world() -> None:
    """The Hub of a day is the same in any order of requests; another seed gives another Hub."""
    world, again = World(3), World(3)
    visited = [everything(world.at(moment(day))) for day in (0, 7, 14)]

    assert everything(again.at(moment(14))) == visited[2]
    assert everything(again.at(moment(7))) == visited[1]
    assert everything(World(4).at(moment(14))) != visited[2]


def test_a_seed_gives_the_same_world_on_every_machine() -> None:
    """Ids and titles depend on the seed alone; a change of the world on purpose changes these values."""
    hub = World(7).at(moment(7))

    newest = [max(items(hub, kind)) for kind in KINDS]
    articles = [shown[-1]["_id"] for shown in (hub.official_articles, hub.community_articles)]
    assert newest == ["6a9f161e48e188b426000497", "6a9e460afa5262bf3600049a", "6a9eee5a3e45df074d00049b"]
    assert hub.papers[0]["paper"]["title"] == "Lumet: Verified Tokenizers for Expressive Narration"
    assert articles == ["6a9a47e04ed590ea1550f755", "6a9f1f0441024f8088c370ee"]


def test_a_moment_before_the_start_is_refused() -> None:
    """The error names the moment and the first day."""
    with pytest.raises(BeforeTheWorldError) as caught:
        World(models=1).at(moment(-1))

    assert (caught.value.moment, caught.value.start) == (moment(-1), START)


def test_nothing_is_created_after_it_is_observed() -> None:
    """No repository, paper or article is from the future, and ids contain the time of creation."""
    hub = World(5).at(moment(20))
    today = moment(20).date()

    for item in items(hub).values():
        created = datetime.fromisoformat(item["createdAt"])
        assert created.date() < today
        assert int(item["_id"][:8], 16) == int(created.timestamp())
    assert max(day for item in hub.papers if (day := feed_day(item))) < today
    assert (
        max(article["publishedAt"] for article in [*hub.official_articles, *hub.community_articles]) < today.isoformat()
    )


def test_ids_are_unique_over_all_kinds() -> None:
    """No two repositories, papers or articles share an id."""
    hub = World(6).at(moment(10))
    repos = [hub_id for kind in KINDS for hub_id in items(hub, kind)]
    papers = [item["paper"]["id"] for item in hub.papers]
    articles = [article["_id"] for article in [*hub.official_articles, *hub.community_articles]]

    for found in (repos, papers, articles):
        assert len(found) == len(set(found))


def test_downloads_are_the_trailing_thirty_days() -> None:
    """The all-time counter grows by a day's downloads; thirty such days make up the 30-day count."""
    world = small()
    seen = [items(world.at(moment(day))) for day in range(31)]

    for hub_id, item in seen[30].items():
        total = [day[hub_id]["downloadsAllTime"] for day in seen]
        assert total == sorted(total)
        assert item["downloads"] == total[30] - total[0]


def test_likes_fall_only_by_an_event() -> None:
    """Each fall of likes is an event with its size."""
    world = small(unliked=0.2)
    before, after = items(world.at(moment(0))), items(world.at(moment(1)))
    unliked = {event.hub_id for event in world.events if event.type is EventType.UNLIKED}
    fallen = {hub_id for hub_id in before if after[hub_id]["likes"] < before[hub_id]["likes"]}

    assert unliked
    assert fallen <= unliked


def test_a_rename_keeps_the_id_and_redirects() -> None:
    """The repository is found under its new name, and the old name redirects there."""
    world = small(renamed=0.05)
    before, hub = items(world.at(moment(0))), world.at(moment(5))
    after = items(hub)
    renamed = {hub_id for hub_id in before if after[hub_id]["id"] != before[hub_id]["id"]}

    assert before.keys() == after.keys()
    assert renamed == {event.hub_id for event in world.events if event.kind == "model"}
    for hub_id in renamed:
        assert hub.renamed["models", before[hub_id]["id"]] == after[hub_id]["id"]


def test_removal_and_recreation_differ_by_the_id() -> None:
    """A removed repository is gone; a recreated one has its name, a new `_id` and counters near zero."""
    world = small(removed=0.02, recreated=0.05)
    before, after = items(world.at(moment(0))), items(world.at(moment(4)))
    gone = {event.hub_id for event in world.events if event.type is EventType.REMOVED}
    recreated = {event.hub_id: event for event in world.events if event.type is EventType.RECREATED}
    names = {item["id"] for item in before.values()}

    assert before.keys() - after.keys() == gone & before.keys()
    assert recreated
    for hub_id in after.keys() & recreated.keys():
        assert after[hub_id]["id"] in names
        assert after[hub_id]["downloads"] == after[hub_id]["downloadsAllTime"]


def test_a_hidden_repository_leaves_the_lists_and_may_return() -> None:
    """A private repository is in no list; once public again it has its old `_id`."""
    world = small(hidden=0.1, shown_again=0.0)
    before, after = items(world.at(moment(0))), items(world.at(moment(2)))
    hidden = {event.hub_id for event in world.events if event.type is EventType.HIDDEN}
    open_world = small(hidden=0.1, shown_again=1.0)

    assert hidden
    assert before.keys() - after.keys() == hidden & before.keys()
    assert items(open_world.at(moment(2))).keys() == before.keys()


def test_a_disabled_repository_is_in_no_list_but_can_be_looked_up() -> None:
    """The look-up answers 200 and states it."""
    world = small(disabled=0.1)
    before, hub = items(world.at(moment(0))), world.at(moment(2))
    disabled = {
        str(event.hub_id) for event in world.events if event.type is EventType.DISABLED and event.hub_id in before
    }

    assert disabled
    assert before.keys() - items(hub).keys() == disabled
    for hub_id in disabled:
        answer = ask(hub, f"/api/models/{before[hub_id]['id']}")
        assert (answer.status, answer.payload["_id"], answer.payload["disabled"]) == (200, hub_id, True)


def test_a_mass_removal_of_datasets() -> None:
    """As in June 2026: 9 % of the datasets in twelve days, and no model."""
    world = World(1, models=40, datasets=1000, spaces=0, papers_a_day=0, articles_a_week=0,
        rates=EventRates(**{name: getattr(QUIET, name) for name in QUIET.__slots__}
                        | {"mass_removals": dict.fromkeys(range(2, 14), 0.0078)}))  # fmt: skip
    before, after = ({kind: items(world.at(moment(day)), kind) for kind in KINDS} for day in (2, 14))

    assert len(after["datasets"]) / len(before["datasets"]) == pytest.approx(0.91, abs=0.005)
    assert after["models"].keys() == before["models"].keys()


def test_a_rename_of_the_base_shows_under_the_same_id() -> None:
    """Models name their base by `_id`, with its current name."""
    hub = small(renamed=0.1).at(moment(5))
    models = items(hub)
    bases = [model["baseModels"]["models"][0] for model in models.values() if "baseModels" in model]

    assert bases
    assert all(models[base["_id"]]["id"] == base["id"] for base in bases)
    assert all("baseModels" not in item for item in items(hub, "datasets").values())


def test_gates_and_licences_change_with_a_commit() -> None:
    """The item shows the new gate or licence, its tag follows, and lastModified changes."""
    world = small(gate_flipped=0.05, relicensed=0.05)
    before, after = items(world.at(moment(0))), items(world.at(moment(1)))
    changes = [event for event in world.events if event.hub_id in before]

    assert {EventType.GATED, EventType.RELICENSED} <= {event.type for event in changes}
    for event in changes:
        item = after[str(event.hub_id)]
        assert item["lastModified"][:10] == str(START)
        if event.type is EventType.RELICENSED:
            assert f"license:{event.after}" in item["tags"]
            assert f"license:{event.before}" not in item["tags"]
        else:
            assert item["gated"] == (event.after or False)


def test_on_a_skipped_day_download_counters_stand_still() -> None:
    """Likes change, downloads do not, and a day later they have caught up."""
    world = small(skipped_refreshes=frozenset({3}))
    first, stale, fresh = (items(world.at(moment(day))) for day in (3, 4, 5))
    steady = items(small().at(moment(5)))

    assert [item["downloads"] for item in stale.values()] == [item["downloads"] for item in first.values()]
    assert [item["likes"] for item in stale.values()] != [item["likes"] for item in first.values()]
    assert fresh == steady


def test_on_a_frozen_day_newer_all_time_counters_stand_still() -> None:
    """Counters of datasets and newer models stand still; the 30-day counters move, and all catch up a day later."""
    world = small(frozen_counters=frozenset({3}), frozen_since=date(2026, 1, 1))
    hubs = [(items(hub), items(hub, "datasets")) for hub in (world.at(moment(day)) for day in (3, 4, 5))]
    (models, datasets), (frozen_models, frozen_datasets), (after, _) = hubs
    still = {i for i in models if models[i]["downloadsAllTime"] == frozen_models[i]["downloadsAllTime"]}
    newer = {i for i, item in models.items() if item["createdAt"] >= "2026"}
    busy = {i for i, item in models.items() if item["downloads"] >= 300}

    assert newer & busy
    assert still & busy == newer & busy
    assert all(frozen_datasets[i]["downloadsAllTime"] == item["downloadsAllTime"] for i, item in datasets.items())
    assert any(frozen_models[i]["downloads"] < models[i]["downloads"] for i in newer & busy)
    assert after == items(small().at(moment(5)))
    assert [event.type for event in world.events] == [EventType.COUNTERS_FROZEN]


def test_a_rollback_lowers_most_counters_until_it_is_undone() -> None:
    """All-time counters fall Hub-wide and return; the 30-day counters do not change."""
    world = small(rollback=3, rollback_undone=5)
    before, after, later = (items(world.at(moment(day))) for day in (3, 4, 6))
    fallen = [i for i in before if after[i]["downloadsAllTime"] < before[i]["downloadsAllTime"]]

    assert len(fallen) > len(before) / 2
    assert all(later[i]["downloadsAllTime"] >= before[i]["downloadsAllTime"] for i in before)
    assert [event.type for event in world.events] == [EventType.ROLLBACK, EventType.ROLLBACK_UNDONE]


def test_a_surge_lasts_and_a_burst_does_not() -> None:
    """The risers state repository, first day and factor; a burst is not a riser."""
    quiet, surging = small(), small(surge=0.02, surge_factors=(4.0, 4.0))
    quiet_hub, surging_hub = quiet.at(moment(60)), surging.at(moment(60))
    calm, lively = items(quiet_hub), items(surging_hub)
    rising = {riser.hub_id for riser in surging.risers if riser.kind == "model" and riser.start < date(2026, 9, 20)}
    big = [hub_id for hub_id in rising if calm[hub_id]["downloads"] > 1000]

    assert big
    assert all(lively[hub_id]["downloads"] > 2 * calm[hub_id]["downloads"] for hub_id in big)
    assert quiet.risers == ()
    assert small(burst=0.05).risers == ()


def test_a_burst_is_one_day_of_many() -> None:
    """The day of a burst is far above its neighbours."""
    world = small(burst=0.02, burst_factors=(30.0, 30.0))
    seen = [items(world.at(moment(day))) for day in range(15)]
    bursts = [event for event in world.events if event.kind == "model" and event.hub_id in seen[0]]
    gains = {
        i: [later[i]["downloadsAllTime"] - earlier[i]["downloadsAllTime"] for earlier, later in pairwise(seen)]
        for i in seen[0]
    }
    big = [event for event in bursts if sorted(gains[str(event.hub_id)])[7] > 100]

    assert big
    for event in big:
        days = gains[str(event.hub_id)]
        assert days[(event.day - START).days] > 5 * sorted(days)[7]


def test_the_weekend_is_a_third_below_wednesday() -> None:
    """The Hub's total likes per day show the weekly cycle."""
    world = World(2, models=400, datasets=0, spaces=0, papers_a_day=0, articles_a_week=0, rates=QUIET)
    likes = [sum(item["likes"] for item in items(world.at(moment(day))).values()) for day in range(29)]
    gains = [later - earlier for earlier, later in pairwise(likes)]
    by_weekday = [sum(gains[(weekday - START.weekday()) % 7 :: 7]) for weekday in range(7)]

    assert by_weekday[5] + by_weekday[6] < 1.6 * by_weekday[2]
    assert WEEKDAY[6] / WEEKDAY[2] == pytest.approx(0.65, abs=0.01)


def test_a_shock_changes_one_day_everywhere() -> None:
    """On its day the Hub's downloads change by the factor; the next day they are back."""
    world, calm = small(shocks={2: 0.5}), small()
    totals = [
        [sum(item["downloadsAllTime"] for item in items(hub.at(moment(day))).values()) for day in range(2, 5)]
        for hub in (world, calm)
    ]
    (shocked, back), (steady, next_day) = ([b - a for a, b in pairwise(total)] for total in totals)

    assert shocked == pytest.approx(0.5 * steady, rel=0.01)
    assert back == next_day
    assert [event.type for event in world.events] == [EventType.SHOCK]


def test_upvotes_of_papers_settle_in_two_weeks() -> None:
    """They never fall and are constant from the fourteenth day on."""
    curve = [upvotes_after(100, days) for days in range(20)]

    assert curve == sorted(curve)
    assert curve[0] < 30
    assert set(curve[14:]) == {100}


def test_papers_of_a_world_gain_upvotes_with_age() -> None:
    """The same paper a week later has at least the upvotes and stars it had."""
    world = small()
    before = {item["paper"]["id"]: item["paper"] for item in world.at(moment(3)).papers}
    after = {item["paper"]["id"]: item["paper"] for item in world.at(moment(10)).papers}

    assert before.keys() <= after.keys()
    for paper_id, paper in before.items():
        assert after[paper_id]["upvotes"] >= paper["upvotes"]
        assert after[paper_id].get("githubStars", 0) >= paper.get("githubStars", 0)
    assert any("githubRepo" in paper for paper in after.values())
    assert any("organization" in paper for paper in after.values())


def test_attributes_look_like_those_of_the_hub() -> None:
    """Tags are in the real namespaces; task and library are missing from some; sizes come in two forms."""
    found = list(items(World(1).at(moment(0))).values())
    namespaces = {tag.partition(":")[0] for item in found for tag in item["tags"] if ":" in tag}

    assert namespaces == {"license", "base_model", "dataset", "arxiv", "region"}
    for name in ("pipeline_tag", "library_name", "safetensors", "gguf"):
        assert 0 < sum(name in item for item in found) < len(found)
    assert any(0 < item["trendingScore"] < 1 for item in found)
