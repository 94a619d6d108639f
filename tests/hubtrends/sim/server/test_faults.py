"""Faults hit the requests of their rules and look like the Hub's own."""

from collections.abc import Iterator

import httpx2
import pytest

from hubtrends.sim.server.exchange import Request
from hubtrends.sim.server.faults import Fault, Faults, Injector, Rule
from hubtrends.sim.server.server import SimServer
from tests.fakes.hubs import article, hub_of, model, paper

URL = "/api/models?expand=likes"


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=10) as client:
        yield client


def get(client: httpx2.Client, faults: Faults, target: str = URL, **options: object) -> httpx2.Response:
    """The answer of a Hub with two models, a paper and two articles under these faults."""
    hub = hub_of(
        model(1),
        model(2),
        papers=[paper(1, "2026-09-22")],
        official_articles=[article(1)],
        community_articles=[article(2)],
    )
    with SimServer(hub, faults=faults) as server:
        return client.get(server.url + target, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.INTERNAL_ERROR, 500),
        (Fault.BAD_GATEWAY, 502),
        (Fault.UNAVAILABLE, 503),
        (Fault.GATEWAY_TIMEOUT, 504),
    ],
)
def test_a_server_error_comes_once_and_where_it_was_ordered(client: httpx2.Client, fault: Fault, status: int) -> None:
    """The third request to models fails; those before, after and elsewhere do not."""
    with SimServer(hub_of(), faults=Faults.once(fault, "/api/models", nth=3)) as server:
        paths = ["models", "spaces", "models", "models", "models"]
        statuses = [client.get(f"{server.url}/api/{path}").status_code for path in paths]

    assert statuses == [200, 200, 200, status, 200]
    assert server.requests[3].fault is fault
    assert server.count(fault=fault) == 1


@pytest.mark.parametrize(
    ("fault", "remaining", "retry_after"),
    [
        (Fault.QUOTA_SPENT, '"api";r=0;', None),
        (Fault.QUOTA_SPENT_RETRY_AFTER, '"api";r=0;', "7"),
        (Fault.THROTTLED, '"api";r=999999;', None),
        (Fault.THROTTLED_RETRY_AFTER, '"api";r=999999;', "7"),
    ],
)
def test_429_has_four_forms(client: httpx2.Client, fault: Fault, remaining: str, retry_after: str | None) -> None:
    """The quota may be spent or not, with Retry-After or without."""
    limited = get(client, Faults((Rule(fault),), wait_s=7))

    assert limited.status_code == 429
    assert limited.headers["RateLimit"].startswith(remaining)
    assert limited.headers.get("Retry-After") == retry_after


def test_deep_pages_time_out_and_shallow_ones_do_not(client: httpx2.Client) -> None:
    """A 504 can be tied to how far into the list a cursor points."""
    faults = Faults((Rule(Fault.GATEWAY_TIMEOUT, deeper_than=1),))
    with SimServer(hub_of(*map(model, range(3))), faults=faults) as server:
        answer, statuses = client.get(f"{server.url}/api/models?limit=1"), []
        while "next" in answer.links:
            answer = client.get(answer.links["next"]["url"])
            statuses.append(answer.status_code)

    assert statuses == [200, 504]


def test_a_token_can_expire_in_the_middle(client: httpx2.Client) -> None:
    """The token is refused from the second request on; requests without a token succeed."""
    mine = {"Authorization": "Bearer hf_mine"}
    with SimServer(hub_of(), faults=Faults((Rule(Fault.EXPIRED_TOKEN, first=2),))) as server:
        statuses = [client.get(server.url + URL, headers=mine).status_code for _ in range(3)]
        statuses.append(client.get(server.url + URL).status_code)

    assert statuses == [200, 401, 401, 200]


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.RESET, httpx2.ReadError), (Fault.TRUNCATED, httpx2.RemoteProtocolError)],
)
def test_a_connection_can_break(client: httpx2.Client, fault: Fault, error: type[Exception]) -> None:
    """A reset and a body that ends too soon are errors of the transport; the next request works."""
    with SimServer(hub_of(model(1)), faults=Faults.once(fault)) as server:
        with pytest.raises(error):
            client.get(server.url + URL)
        again = client.get(server.url + URL)

    assert again.status_code == 200


def test_a_stall_lasts_until_the_client_gives_up(client: httpx2.Client) -> None:
    """The request is accepted and logged without a status; no answer comes."""
    with SimServer(hub_of(), faults=Faults.once(Fault.STALL)) as server:
        with pytest.raises(httpx2.ReadTimeout):
            client.get(server.url + URL, timeout=0.1)
        again = client.get(server.url + URL)

    assert [entry.status for entry in server.requests] == [None, 200]
    assert again.json() == []


def test_bodies_can_be_empty_or_html(client: httpx2.Client) -> None:
    """Both come with status 200, as from a proxy."""
    empty, html = (get(client, Faults.once(fault)) for fault in (Fault.EMPTY, Fault.NOT_JSON))

    assert (empty.status_code, empty.content) == (200, b"")
    assert (html.status_code, html.text[:6]) == (200, "<html>")


def test_a_link_can_get_lost(client: httpx2.Client) -> None:
    """The page is complete, only its link to the next page is missing."""
    lost, kept = (get(client, Faults.once(Fault.NO_LINK, nth=nth), f"{URL}&limit=1") for nth in (1, 2))

    assert (lost.json(), "next" in lost.links) == (kept.json(), False)
    assert "next" in kept.links


def test_rows_can_be_malformed(client: httpx2.Client) -> None:
    """A number as text, a missing id, a bare number: one row is broken, the others are intact."""
    text, without, bare = (
        get(client, Faults.once(fault)).json() for fault in (Fault.TEXT_FOR_NUMBER, Fault.NO_ID, Fault.BARE_NUMBER)
    )

    assert [row["likes"] for row in text] == ["many", 2]
    assert ["_id" in row for row in without] == [False, True]
    assert bare[0] == 42
    assert len(bare) == 3


def test_rows_of_papers_and_articles_can_be_malformed_too(client: httpx2.Client) -> None:
    """The broken number is the upvotes, and the id of a paper is the nested one."""
    (row,) = get(client, Faults.once(Fault.TEXT_FOR_NUMBER), "/api/daily_papers").json()
    (nameless,) = get(client, Faults.once(Fault.NO_ID), "/api/daily_papers").json()
    official = get(client, Faults.once(Fault.BARE_NUMBER), "/api/blog").json()["allBlogs"]
    articles = get(client, Faults.once(Fault.TEXT_FOR_NUMBER), "/api/blog/community").json()["posts"]

    assert row["paper"]["upvotes"] == "many"
    assert "id" not in nameless["paper"]
    assert official[0] == 42
    assert articles[0]["upvotes"] == "many"


def test_random_faults_depend_on_the_seed_alone() -> None:
    """The same seed hits the same requests, about as many as the rate; another seed hits others."""

    def struck(seed: int) -> list[int]:
        injector = Injector(Faults.at_random({Fault.RESET: 0.1}, seed))
        request = Request("/api/models")
        return [number for number in range(1000) if injector.select(request, 0)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 60 < len(struck(1)) < 140


def test_faults_can_be_changed_between_two_runs(client: httpx2.Client) -> None:
    """A run under faults can be followed by one without on the same server."""
    with SimServer(hub_of(), faults=Faults((Rule(Fault.UNAVAILABLE),))) as server:
        statuses = [client.get(server.url + URL).status_code]
        server.set_faults(None)
        statuses.append(client.get(server.url + URL).status_code)

    assert statuses == [503, 200]
