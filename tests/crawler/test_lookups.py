"""Look-ups for a report, over real sockets: what they give, what they leave out, and when they end."""

from collections.abc import Sequence

import pytest

from crawler.kinds import Kind
from crawler.lookups import LookUp, look_up
from crawler.plan import WatchedEntity
from hubtrends.sim.server.faults import Fault, Faults, Rule
from hubtrends.sim.server.quota import Quota
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.catalogue import ListSource
from hubtrends.sim.sources.hub import SimHub
from tests.fakes.doubles import Audience, asking
from tests.fakes.hubs import hub_id, hub_of, model, paper


def entity(number: int) -> WatchedEntity:
    return WatchedEntity(Kind.MODEL, f"quillworks/net-{number}", hub_id(number))


def looked_up(server: SimServer, *entities: WatchedEntity, audience: Audience | None = None) -> Sequence[LookUp]:
    with asking(server.url, audience or Audience()) as client:
        client.get("/api/models?limit=1")  # a report comes after a crawl: the Hub has answered before
        return tuple(look_up(client, entities))


def test_a_repository_has_its_storage_and_a_paper_its_totals() -> None:
    """A look-up gives the numbers that no list has."""
    cited = model(1, usedStorage=7_000, tags=["arxiv:2609.00005"])
    hub = SimHub({"models": ListSource((cited,))}, papers=[paper(5, "2026-09-01")])
    with SimServer(hub) as server:
        found = looked_up(server, entity(1), WatchedEntity(Kind.PAPER, "2609.00005", "2609.00005"))

    assert [one.numbers for one in found] == [
        {"used_storage": 7_000},
        {"total_models": 1, "total_datasets": 0, "total_spaces": 0},
    ]
    assert [(one.status, one.requests, one.private) for one in found] == [(200, 1, False)] * 2


def test_an_absent_entity_gives_nothing_and_the_next_one_is_asked() -> None:
    """A 401 or 404 is an answer without numbers."""
    with SimServer(hub_of(model(2, usedStorage=9))) as server:
        found = looked_up(server, entity(1), WatchedEntity(Kind.PAPER, "2609.1", "2609.1"), entity(2))

    assert [(one.status, dict(one.numbers)) for one in found] == [(401, {}), (404, {}), (200, {"used_storage": 9})]


def test_a_private_answer_is_marked_and_has_no_numbers() -> None:
    """What only the owner of the token can see is named private, and nothing of it is kept."""
    with SimServer(hub_of(unlisted={"models": [model(1, private=True, usedStorage=9)]})) as server:
        (found,) = looked_up(server, entity(1))

    assert (found.private, dict(found.numbers)) == (True, {})


def test_an_answer_about_another_entity_of_that_name_is_not_used() -> None:
    """A new repository under an old name says nothing about the old one."""
    with SimServer(hub_of(model(1, _id=hub_id(8), usedStorage=9))) as server:
        (found,) = looked_up(server, entity(1))

    assert dict(found.numbers) == {}


def test_one_failure_costs_one_entity_and_the_second_ends_the_look_ups() -> None:
    """A broken repository is skipped without a retry; a broken Hub is left alone."""
    models = [model(number, usedStorage=number) for number in range(1, 5)]
    faults = Faults((Rule(Fault.INTERNAL_ERROR, "/api/models/", 1, 1), Rule(Fault.BAD_GATEWAY, "/api/models/", 3, 3)))
    with SimServer(hub_of(*models), faults=faults) as server:
        found = looked_up(server, *map(entity, range(1, 5)))

    assert [one.entity for one in found] == [entity(2)]


@pytest.mark.parametrize("fault", [Fault.QUOTA_SPENT, Fault.THROTTLED_RETRY_AFTER])
def test_a_429_ends_the_look_ups_at_once(fault: Fault) -> None:
    """A report waits for no quota: the first 429 is the last request."""
    faults = Faults((Rule(fault, "/api/models/", 2),), wait_s=300)
    with SimServer(hub_of(*(model(n, usedStorage=n) for n in range(1, 5))), faults=faults) as server:
        found = looked_up(server, *map(entity, range(1, 5)))
        asked = [one for one in server.requests if one.path.startswith("/api/models/")]

    assert [one.entity for one in found] == [entity(1)]
    assert len(asked) == 2


def test_a_spent_quota_ends_the_look_ups_without_a_request() -> None:
    """If the next turn lies far ahead, no look-up waits for it."""
    with SimServer(hub_of(model(1, usedStorage=1)), quota=Quota(api=2)) as server:
        assert looked_up(server, entity(1)) == ()


def test_a_hub_that_is_down_gives_nothing() -> None:
    """Refused connections end the look-ups and raise nothing."""
    with SimServer(hub_of(model(1))) as server, asking(server.url, Audience()) as client:
        client.get("/api/models?limit=1")
        server.__exit__()
        assert list(look_up(client, [entity(1), entity(1)])) == []
