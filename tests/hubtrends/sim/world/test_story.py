"""The demo's last week has a family that leads, copies of it, and a tag that emerges."""

from datetime import UTC, datetime, timedelta

import pytest

from hubtrends.sim.server.exchange import Item
from hubtrends.sim.sources.catalogue import Order
from hubtrends.sim.sources.hub import SimHub
from hubtrends.sim.world.families import DUNMERE
from hubtrends.sim.world.story import PAPER_TITLE, TAG, Story
from hubtrends.sim.world.world import START, World

STORY = Story()


@pytest.fixture(scope="module")
def hubs() -> list[SimHub]:
    """The Hub at the start and at the end of the last week."""
    world = World(7, story=STORY)
    return [world.at(datetime(START.year, START.month, START.day, 9, tzinfo=UTC) + timedelta(days=d)) for d in (28, 35)]


def models(hub: SimHub) -> dict[str, Item]:
    return {item["id"]: item for item in hub.models.page(Order("createdAt"), 10_000).items}


@pytest.mark.parametrize("counter", ["likes", "downloadsAllTime"])
def test_the_family_gains_most(hubs: list[SimHub], counter: str) -> None:
    """Of the models that were there a week ago, one of the release gained most."""
    before, now = (models(hub) for hub in hubs)
    gains = {name: item[counter] - before[name][counter] for name, item in now.items() if name in before}

    assert max(gains, key=gains.__getitem__).startswith(f"{DUNMERE.name}/Aurelith-")


def test_the_largest_size_is_the_newcomer_of_the_week(hubs: list[SimHub]) -> None:
    """It appears within the week and leads its trending list."""
    before, now = (models(hub) for hub in hubs)
    (first,) = hubs[1].models.page(Order("trendingScore"), 1).items

    assert first["id"] == f"{DUNMERE.name}/Aurelith-120B-A12B-Instruct"
    assert first["id"] in now.keys() - before.keys()


def test_copies_follow(hubs: list[SimHub]) -> None:
    """Five accounts or more publish quantised copies, and spaces show the models."""
    named = {name: item for name, item in models(hubs[1]).items() if "/Aurelith-" in name}
    copies = [item for item in named.values() if item.get("baseModels", {}).get("relation") == "quantized"]
    spaces = [
        item for item in hubs[1].spaces.page(Order("createdAt"), 1000).items if set(item["models"]) & named.keys()
    ]

    assert len(copies) > 15
    assert len({item["author"] for item in copies}) >= 5
    assert spaces


def test_the_paper_of_the_release(hubs: list[SimHub]) -> None:
    """The models name a paper of the feed, which is much upvoted."""
    (paper,) = (item["paper"] for item in hubs[1].papers if item["paper"]["title"] == PAPER_TITLE)
    released = [item for name, item in models(hubs[1]).items() if name.startswith(f"{DUNMERE.name}/Aurelith-")]

    assert all(f"arxiv:{paper['id']}" in item["tags"] for item in released)
    assert paper["upvotes"] > 300


def test_the_tag_emerges(hubs: list[SimHub]) -> None:
    """No model has it before the last week, more than ten owners use it after."""
    before, now = ({item["author"] for item in models(hub).values() if TAG in item["tags"]} for hub in hubs)

    assert before == set()
    assert len(now) > 10
