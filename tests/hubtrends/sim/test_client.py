"""The Hub's own client library works against the simulation."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import BadRequestError, HfHubHTTPError, RepositoryNotFoundError

from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.bulk import BulkHub
from hubtrends.sim.world.events import EventType
from hubtrends.sim.world.world import START, World

DAYS = 30


@pytest.fixture(scope="module")
def world() -> World:
    return World(21)


@pytest.fixture(scope="module")
def api(world: World) -> Iterator[HfApi]:
    moment = datetime(START.year, START.month, START.day, tzinfo=UTC) + timedelta(days=DAYS)
    with SimServer(world.at(moment)) as server:
        yield HfApi(endpoint=server.url, token=False)


def test_lists_of_all_kinds_are_read(api: HfApi) -> None:
    """Pages are followed and rows become the client's records."""
    models = list(api.list_models(expand=["downloads", "downloadsAllTime", "safetensors", "createdAt"]))

    assert len(models) > 500
    assert all(model.downloads_all_time is not None for model in models)
    assert len(list(api.list_datasets(sort="created_at"))) > 200
    likes = [space.likes or 0 for space in api.list_spaces(sort="likes", limit=5)]
    assert likes == sorted(likes, reverse=True)


def test_a_list_longer_than_a_page_is_cut_at_the_limit() -> None:
    """The client asks for 2500 of 3000 models and gets them from three pages."""
    with SimServer(BulkHub(models=3000)) as server:
        models = list(HfApi(endpoint=server.url, token=False).list_models(expand=["likes"], limit=2500))

    assert len({model.id for model in models}) == 2500
    assert server.count(path="/api/models") == 3


def test_papers_are_read(api: HfApi) -> None:
    """A day of the feed and a single paper become the client's records."""
    papers = list(api.list_daily_papers(date="2026-09-29"))

    assert len(papers) == 12
    assert api.paper_info(papers[0].id).title == papers[0].title


def test_a_renamed_model_is_found_by_its_old_name(api: HfApi, world: World) -> None:
    """The client follows the redirect."""
    renamed = [event for event in world.events if event.type is EventType.RENAMED and event.kind == "model"]
    gone = {event.hub_id for event in world.events if event.type in (EventType.REMOVED, EventType.HIDDEN)}
    event = next(event for event in reversed(renamed) if event.hub_id not in gone)

    assert api.model_info(str(event.before)).id == event.after


def test_refusals_become_the_errors_that_the_client_knows(api: HfApi) -> None:
    """An unknown repository, date and field raise different errors; the client reads 401 as missing only on https."""
    with pytest.raises(HfHubHTTPError, match="Invalid username or password"):
        api.model_info("nobody/nothing")
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("nobody/nothing", token="hf_mine")
    with pytest.raises(BadRequestError):
        list(api.list_daily_papers(date="yesterday"))
    with pytest.raises(BadRequestError):
        list(api.list_models(expand=["childrenModelCount"]))
