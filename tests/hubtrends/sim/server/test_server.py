"""The server speaks HTTP as the Hub does: headers, quota, tokens, log."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx2
import pytest

from hubtrends.sim.server.quota import Quota
from hubtrends.sim.server.server import SimServer
from tests.fakes.hubs import hub_id, hub_of, model


@dataclass
class HandClock:
    """A clock that the test sets."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_links_are_absolute_and_lead_to_this_host() -> None:
    """Requesting each link verbatim reaches the last page, which has no link."""
    with SimServer(hub_of(model(1), model(2))) as server, httpx2.Client() as client:
        first = client.get(f"{server.url}/api/models?limit=1")
        second = client.get(first.links["next"]["url"])

    assert first.links["next"]["url"].startswith(f"{server.url}/api/models?limit=1&cursor=")
    assert [row["_id"] for row in first.json() + second.json()] == [hub_id(1), hub_id(2)]
    assert "link" not in second.headers


def test_every_answer_states_the_quota() -> None:
    """Errors are counted like any other answer."""
    with SimServer(hub_of(), quota=Quota(api=10), clock=HandClock()) as server, httpx2.Client() as client:
        client.get(f"{server.url}/api/models")
        refused = client.get(f"{server.url}/api/models?sort=none")

    assert refused.status_code == 400
    assert refused.headers["RateLimit"] == '"api";r=8;t=300'
    assert refused.headers["RateLimit-Policy"] == '"fixed window";"api";q=10;w=300'


def test_a_spent_quota_is_429_until_the_window_ends() -> None:
    """At the limit the answer is 429 with r=0; the next window starts with the full quota."""
    clock = HandClock()
    with SimServer(hub_of(), quota=Quota(api=1), clock=clock) as server, httpx2.Client() as client:
        statuses = [client.get(f"{server.url}/api/models").status_code]
        clock.now += 299.5
        over = client.get(f"{server.url}/api/models")
        clock.now += 0.5
        statuses.append(client.get(f"{server.url}/api/models").status_code)

    assert statuses == [200, 200]
    assert over.status_code == 429
    assert over.headers["RateLimit"] == '"api";r=0;t=1'
    assert over.json()["error"].startswith("We had to rate limit your IP (127.0.0.1).")
    assert server.count(status=429) == 1


def test_buckets_and_tokens_have_separate_quotas() -> None:
    """Pages, searches and requests with a token do not share the anonymous API quota."""
    mine = {"Authorization": "Bearer hf_mine"}
    with SimServer(hub_of(), quota=Quota(api=1, token_api=1)) as server, httpx2.Client() as client:
        for _ in range(2):
            spent = client.get(f"{server.url}/api/models")
        feed = client.get(f"{server.url}/blog/feed.xml")
        found = client.get(f"{server.url}/api/papers/search?q=x")
        own = [client.get(f"{server.url}/api/models", headers=mine) for _ in range(2)]

    assert [answer.status_code for answer in (spent, feed, found, *own)] == [429, 200, 200, 200, 429]
    assert "the quota of 1 api requests per 5 minutes" in own[1].json()["error"]
    assert [entry.bucket for entry in server.requests] == ["api", "api", "pages", "search", "api", "api"]


def test_a_spent_quota_of_pages_answers_with_a_page() -> None:
    """Web pages answer 429 in HTML."""
    with SimServer(hub_of(), quota=Quota(pages=0)) as server, httpx2.Client() as client:
        over = client.get(f"{server.url}/blog/feed.xml")

    assert over.status_code == 429
    assert over.headers["Content-Type"].startswith("text/html")


def test_a_wrong_token_is_refused_everywhere() -> None:
    """With a list of tokens, others get 401; without a list any token passes."""
    bad = {"Authorization": "Bearer bad_token"}
    with SimServer(hub_of(), tokens=["hf_mine"]) as server, httpx2.Client(headers=bad) as client:
        statuses = {client.get(server.url + path).status_code for path in ("/api/models", "/api/blog", "/x")}
    with SimServer(hub_of()) as server, httpx2.Client(headers=bad) as client:
        open_door = client.get(f"{server.url}/api/models").status_code

    assert statuses == {401}
    assert open_door == 200


def test_bodies_are_compressed_on_request() -> None:
    """The same page comes as gzip or uncompressed."""
    url = "/api/models?sort=createdAt"
    with SimServer(hub_of(*(model(number) for number in range(50)))) as server, httpx2.Client() as client:
        packed = client.get(server.url + url, headers={"Accept-Encoding": "gzip"})
        plain = client.get(server.url + url, headers={"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["Content-Length"]) == len(gzip.compress(plain.content, 1, mtime=0))


def test_the_hub_can_change_while_clients_read() -> None:
    """Each answer shows one state of the Hub, the old or the new."""
    with SimServer(hub_of(model(1))) as server, httpx2.Client() as client:
        before = client.get(f"{server.url}/api/models").json()
        server.hub = hub_of(model(1), model(2))
        after = client.get(f"{server.url}/api/models").json()

    assert (len(before), len(after)) == (1, 2)


def test_many_clients_at_once_are_all_counted() -> None:
    """Twenty requests from four threads have the numbers 1 to 20 and share one quota."""
    with SimServer(hub_of(model(1)), quota=Quota(api=15)) as server, ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: httpx2.get(f"{server.url}/api/models").status_code, range(20)))

    assert [entry.number for entry in server.requests] == list(range(1, 21))
    assert sorted(statuses) == [200] * 15 + [429] * 5


def test_a_kept_connection_does_not_outlive_the_server() -> None:
    """Clients with an open connection get an error once the server has stopped."""
    with httpx2.Client() as client:
        with SimServer(hub_of()) as server:
            client.get(f"{server.url}/api/models")

        with pytest.raises(httpx2.TransportError):
            client.get(f"{server.url}/api/models")
