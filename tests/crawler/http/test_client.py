"""Requests of single paths of the Hub: answers, transient failures and permanent ones."""

import json
import threading
from typing import Any

import httpcore2
import httpx2
import pytest
import respx
from huggingface_hub import constants
from huggingface_hub.utils import RateLimitInfo

from crawler.errors import (
    CrawlStoppedError,
    HubElsewhereError,
    HubFailedError,
    HubRefusedError,
    HubRejectedRequestError,
    HubUnreachableError,
)
from crawler.fetch import fetch
from crawler.http.client import Answer, HubClient, RetryPolicy
from crawler.http.headers import requested_wait, retry_after, server_message
from crawler.schema.page import ParsedPage
from crawler.schema.repo_pages import parse_repos
from hubtrends.sim.server.exchange import Answer as SimAnswer
from hubtrends.sim.server.exchange import Request
from hubtrends.sim.server.faults import Fault, Faults
from hubtrends.sim.server.quota import Quota, QuotaState
from hubtrends.sim.server.server import SimServer
from tests.fakes.doubles import Audience, asking, retry
from tests.fakes.hubs import hub_of, model

HUB = "http://hub.test"
PATH = "/api/models?sort=likes"
GONE = "/api/models/org/gone"


def answer(status: int = 200, body: Any = "[]", **headers: str) -> respx.MockResponse:
    """A response; underscores in the names of headers are dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return respx.MockResponse(status, headers=named, text=body if isinstance(body, str) else json.dumps(body))


def linking(*links: str) -> respx.MockResponse:
    """A page with these Link headers."""
    return respx.MockResponse(200, headers=[("Link", link) for link in links], text="[]")


def said(remaining: int, seconds: int) -> dict[str, str]:
    """The headers of a quota of 500."""
    return {"RateLimit": f'"api";r={remaining};t={seconds}', "RateLimit_Policy": '"fixed window";"api";q=500;w=300'}


def models(client: HubClient, path: str) -> tuple[Answer, ParsedPage]:
    """A page of models, fetched again while its body is bad."""
    return fetch(client, path, lambda answer: parse_repos(answer.body))


@pytest.fixture
def hub(httpx2_mock: respx.Router) -> respx.Route:
    """The mocked list of models at HUB; a test sets its answers."""
    return httpx2_mock.get(url__startswith=f"{HUB}/api/")


@pytest.fixture
def audience() -> Audience:
    return Audience()


def test_an_answer_has_a_page_and_the_next_path(hub: respx.Route, audience: Audience) -> None:
    """It counts its requests as well."""
    hub.return_value = linking(f'<{HUB}/api/models?sort=likes&cursor=eyJ%3D>; rel="next"')

    with asking(HUB, audience) as client:
        found, page = models(client, PATH)

    assert (found.next_path, found.requests) == ("/api/models?sort=likes&cursor=eyJ%3D", 1)
    assert page.items == 0


FAILURES: dict[str, Any] = {
    "408": answer(408),
    "429": answer(429),
    "500": answer(500),
    "502": answer(502),
    "503": answer(503),
    "504": answer(504, "<h1>504 Gateway Time-out</h1>"),
    "529, never heard of": answer(529),
    "connection refused": httpcore2.ConnectError("refused"),
    "connect timeout": httpcore2.ConnectTimeout(),
    "read timeout": httpcore2.ReadTimeout(),
    "reset": httpcore2.ReadError("reset"),
    "closed": httpcore2.RemoteProtocolError("peer closed connection"),
    "empty body": answer(200, ""),
    "no content": answer(204, ""),
    "HTML with 200": answer(200, "<html>Down for maintenance</html>"),
    "not a list": answer(200, '{"error": "?"}'),
    "a link to itself": linking(f'<{HUB}{PATH}>; rel="next"'),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=list(FAILURES))
def test_a_passing_failure_is_retried(failure: Any, hub: respx.Route, audience: Audience) -> None:
    """The wait is reported."""
    hub.side_effect = [answer(), failure, answer(200, [model(1)])]

    with asking(HUB, audience) as client:
        models(client, PATH)
        found, page = models(client, PATH)

    assert found.requests == 2
    assert page.items == 1
    assert len(audience.causes) == len(audience.clock.waits) == 1


@pytest.mark.parametrize("failure", FAILURES.values(), ids=list(FAILURES))
def test_a_lasting_failure_is_raised(failure: Any, hub: respx.Route, audience: Audience) -> None:
    """The error has the URL and the attempts; the waits outlast one window."""
    hub.side_effect = [answer(), *[failure] * 8]

    with asking(HUB, audience) as client:
        models(client, PATH)
        with pytest.raises(HubFailedError, match=r"failed 8 times, last with: \S") as caught:
            models(client, PATH)

    assert (caught.value.attempts, caught.value.url) == (8, HUB + PATH)
    assert sum(audience.clock.waits) > 300


@pytest.mark.parametrize("failure", [httpcore2.ConnectError("refused"), httpcore2.ConnectTimeout()])
def test_a_hub_that_never_answered_is_unreachable(failure: Exception, hub: respx.Route, audience: Audience) -> None:
    """The client gives up within seconds."""
    hub.side_effect = failure

    with asking(HUB, audience) as client, pytest.raises(HubUnreachableError, match="Check the network and HF_ENDPOINT"):
        client.get(PATH)

    assert hub.call_count == 3
    assert sum(audience.clock.waits) < 15


def test_waits_grow_and_are_capped() -> None:
    """Each wait is at least twice the last until the cap; jitter adds at most a quarter."""
    policy = RetryPolicy(attempts=8, max_wait_seconds=100)
    waits = [policy.backoff(failures, 0) for failures in range(1, 8)]

    assert waits[:5] == pytest.approx([waits[0] * 2**n for n in range(5)])
    assert waits[5] == pytest.approx(waits[0] * 32)
    assert waits[6] == 100
    assert policy.backoff(1, 1) == pytest.approx(waits[0] * 1.25)


def test_without_a_cap_the_waits_outlast_a_window() -> None:
    """The last try falls into the next window."""
    assert sum(retry().backoff(failures, 0) for failures in range(1, 8)) == pytest.approx(330)


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_attempts_limit_the_requests_of_a_path(attempts: int, hub: respx.Route, audience: Audience) -> None:
    """Neither short waits nor a long window add a request."""
    hub.side_effect = [answer(), *[answer(503)] * 400]

    with asking(HUB, audience, policy=RetryPolicy(attempts, max_wait_seconds=1)) as client:
        client.get(PATH)
        with pytest.raises(HubFailedError, match=f"failed {attempts} times") as caught:
            client.get(PATH)

    assert hub.call_count - 1 == caught.value.attempts == attempts


def test_a_silent_hub_is_asked_by_one_kind_only(hub: respx.Route, audience: Audience) -> None:
    """The other kinds of a crawl fail without tries of their own."""
    hub.side_effect = httpcore2.ConnectError("refused")

    with asking(HUB, audience) as client:
        for path in (PATH, "/api/datasets", "/api/spaces"):
            with pytest.raises(HubUnreachableError):
                client.get(path)

    assert hub.call_count == 3


@pytest.mark.parametrize(
    ("headers", "lower_bound", "at_most"),
    [
        (said(0, 120), 121, 122),
        (said(0, 0), 1, 5),
        (said(12, 120), 2, 10),
        ({"Retry_After": "90"}, 90, 90),
        (said(12, 120) | {"Retry_After": "90"}, 90, 90),
        (said(0, 120) | {"Retry_After": "5"}, 121, 122),
        ({"Retry_After": "999999"}, 330, 330),
        ({"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 2, 5),
        ({"Retry_After": "-5"}, 2, 5),
        ({}, 2, 5),
    ],
    ids=[
        "r=0", "r=0 and t=0", "another limit, r>0", "Retry-After", "Retry-After, r>0", "Retry-After within the window",
        "Retry-After of days", "Retry-After as a date", "Retry-After that is none", "nothing told",
    ],
)  # fmt: skip
def test_a_429_waits_as_asked(
    headers: dict[str, str], lower_bound: float, at_most: float, hub: respx.Route, audience: Audience
) -> None:
    """Retry-After and the rest of a spent window set the wait, otherwise the backoff does."""
    hub.side_effect = [answer(429, {"error": "We had to rate limit you"}, **headers), answer()]

    with asking(HUB, audience) as client:
        client.get(PATH)

    assert lower_bound <= audience.clock() - 1000 <= at_most


def test_a_429_blocks_the_bucket_for_everyone(hub: respx.Route, audience: Audience) -> None:
    """No other request is sent before the stated time."""
    hub.side_effect = [answer(), answer(429, Retry_After="60"), answer()]

    with asking(HUB, audience) as client:
        client.get(PATH)
        client.retry = RetryPolicy(1, 60, 0)
        with pytest.raises(HubFailedError, match="429"):
            client.get(PATH)
        client.get("/api/datasets")

    assert audience.clock.waits == [60]


class Neighbour(Audience):
    """Sends another request as soon as it is notified of a wait."""

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        super().on_wait(path, cause, seconds)
        if path == PATH:
            self.told_to_wait, heard_at = seconds, self.clock()
            self.client.get("/api/datasets")
            self.has_waited = self.clock() - heard_at

    client: HubClient
    told_to_wait: float
    has_waited: float


def test_a_429_without_headers_blocks_the_bucket(hub: respx.Route) -> None:
    """The others wait as long as the backoff."""
    hub.side_effect = [answer(), answer(429, **said(400, 120)), answer(), answer()]

    neighbour = Neighbour()
    with asking(HUB, neighbour) as client:
        neighbour.client = client
        client.get("/api/models")
        client.get(PATH)

    assert neighbour.has_waited == pytest.approx(neighbour.told_to_wait)
    assert neighbour.told_to_wait > 1


def test_a_503_with_retry_after(hub: respx.Route, audience: Audience) -> None:
    """Retry-After holds for every status; the quota only for 429."""
    hub.side_effect = [answer(503, "", **(said(0, 200) | {"Retry_After": "7"})), answer()]

    with asking(HUB, audience) as client:
        client.get(PATH)

    assert audience.clock.waits[0] == 7


@pytest.mark.parametrize(
    ("value", "seconds"), [("0", 0), ("120", 120), ("", None), ("١٢", None), ("1e3", None), ("1" * 9, None)]
)
def test_retry_after(value: str, seconds: float | None) -> None:
    """Only a few plain digits are accepted."""
    assert retry_after({"retry-after": value}) == seconds


def test_no_wait_is_requested() -> None:
    """Neither header is there."""
    assert requested_wait({}, None) is None


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_not_retried(status: int, hub: respx.Route, audience: Audience) -> None:
    """The message names status, reason and remedy."""
    hub.return_value = answer(status, "", X_Error_Message="Invalid username or password.")

    with asking(HUB, audience) as client, pytest.raises(HubRefusedError) as caught:
        client.get(PATH)

    assert hub.call_count == 1
    assert caught.value.status == status
    assert all(word in str(caught.value) for word in (HUB + PATH, str(status), "Invalid username", "renew HF_TOKEN"))


@pytest.mark.parametrize("status", [400, 404, 405, 410, 422])
def test_a_rejected_request_is_not_retried(status: int, hub: respx.Route, audience: Audience) -> None:
    """The message quotes the Hub and names the remedy."""
    hub.return_value = answer(status, {"error": 'Invalid option: expected one of "author"'})

    with asking(HUB, audience) as client, pytest.raises(HubRejectedRequestError) as caught:
        client.get(PATH)

    assert hub.call_count == 1
    assert all(word in str(caught.value) for word in (HUB + PATH, str(status), "expected one of", "newer hubtrends"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_look_up_that_finds_nothing_is_an_answer(status: int, hub: respx.Route, audience: Audience) -> None:
    """The entity is gone, private, disabled or misnamed."""
    hub.return_value = answer(status)

    with asking(HUB, audience) as client:
        found = client.get(GONE, is_lookup=True)

    assert (found.is_absent, found.next_path, found.requests) == (True, None, 1)


@pytest.mark.parametrize(
    ("body", "headers", "told"),
    [
        (b'{"error":"short"}', {}, "short"),
        (b'["odd"]', {}, '["odd"]'),
        (b"<h1>\n\t429\x1b[2J</h1>", {}, ""),
        (b"429\n\x1b[2J", {}, "429 [2J"),
        (b"in the body", {"x-error-message": "in the header"}, "in the header"),
        (b"x" * 5000, {}, "x" * 200),
        (b"\xff\xfe odd", {"content-type": "text/html; charset=undefined"}, "�� odd"),
        (b"text", {"content-type": "text/html; charset=hex"}, "text"),
    ],
)
def test_an_error_message_is_one_printable_line(body: bytes, headers: dict[str, str], told: str) -> None:
    """The charset is not trusted."""
    assert server_message(httpx2.Response(500, content=body, headers=headers)) == told


@pytest.mark.parametrize(
    "link",
    [
        "<https://evil.test/api/models?sort=likes&cursor=abc>",
        "<//evil.test/api/models?sort=likes&cursor=abc>",
        "<http://hub.test@evil.test/api/models?sort=likes&cursor=abc>",
        "<https://huggingface.co/api/models?sort=likes&cursor=abc>",
        "</api/models?sort=likes&cursor=abc>",
        "<http://hub.test/mirror/api/models?sort=likes&cursor=abc#@evil.test>",
    ],
)
def test_only_the_query_of_a_link_is_used(link: str, hub: respx.Route, audience: Audience) -> None:
    """Host and path stay those of the request."""
    hub.return_value = linking(f'{link}; rel="next"')

    with asking(HUB, audience) as client:
        assert client.get(PATH).next_path == "/api/models?sort=likes&cursor=abc"


@pytest.mark.parametrize(
    "link",
    [
        f"<{HUB}/api/whoami-v2?cursor=abc>",
        f"<{HUB}/api/datasets?cursor=abc>",
        "<@evil.test>",
        "<http://[evil/api/models?cursor=abc>",
        "<>",
        f"<{HUB}{PATH}>",
        f"<{HUB}/api/models?cursor={'a' * 20_000}>",
    ],
    ids=["another path", "another list", "no path", "no address", "empty", "itself", "endless"],
)
def test_a_useless_link_is_retried(link: str, hub: respx.Route, audience: Audience) -> None:
    """The page must not count as the last one."""
    hub.side_effect = [linking(f'{link}; rel="next"'), linking()]

    with asking(HUB, audience) as client:
        found = client.get(PATH)

    assert (found.next_path, found.requests) == (None, 2)


def test_a_next_link_among_others(hub: respx.Route, audience: Audience) -> None:
    """Other links and several headers are accepted."""
    others = ('</.well-known/ai-catalog.json>; rel="ai-catalog"; type="application/ai-catalog+json"',)
    hub.side_effect = [linking(*others), linking(*others, f'<{HUB}/api/models?cursor=abc>; rel="next"')]

    with asking(HUB, audience) as client:
        paths = [client.get(PATH).next_path for _ in range(2)]

    assert paths == [None, "/api/models?cursor=abc"]


def test_a_path_is_paced_by_its_bucket(hub: respx.Route, audience: Audience) -> None:
    """The Hub states the bucket in its first answer."""
    search = {"RateLimit": '"search";r=0;t=100', "RateLimit_Policy": '"fixed window";"search";q=50;w=300'}
    hub.side_effect = [answer(200, **search), answer(200, **said(499, 300)), answer(200, **search)]

    with asking(HUB, audience) as client:
        client.get("/api/papers/search?q=x")
        client.get(PATH)
        waited = list(audience.clock.waits)
        client.get("/api/papers/search?q=y")

    assert waited == []
    assert audience.clock() >= 1101


def test_an_endless_body_is_cut_off(hub: respx.Route, audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts as a failure."""
    monkeypatch.setattr("crawler.http.transport.BODY_LIMIT_BYTES", 100)
    hub.side_effect = [answer(200, "[" + " " * 200 + "]"), answer()]

    with asking(HUB, audience) as client:
        assert client.get(PATH).requests == 2

    assert "larger than 100 bytes" in audience.causes[0]


def test_a_stop_ends_a_wait(hub: respx.Route, audience: Audience) -> None:
    """No further request is sent."""
    hub.return_value = answer(503)

    def pause(seconds: float) -> None:
        if seconds:
            raise CrawlStoppedError

    with asking(HUB, audience) as client:
        client.rate_limiter.pause = pause
        with pytest.raises(CrawlStoppedError):
            client.get(PATH)

    assert hub.call_count == 1


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> str:
    """The environment of someone who uses a mirror under a prefix, with a token."""
    monkeypatch.setattr(constants, "ENDPOINT", f"{HUB}/api/mirror")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    return f"{HUB}/api/mirror"


def test_a_mirror_under_a_prefix(mirror: str, httpx2_mock: respx.Router, audience: Audience) -> None:
    """HF_ENDPOINT and HF_TOKEN are used; all links stay on the mirror."""
    first, second = (httpx2_mock.get(f"{mirror}/api/models", params={"p": page}) for page in "12")
    first.return_value = linking(f'<{mirror}/api/models?p=2>; rel="next"')
    second.return_value = linking('<https://huggingface.co/api/models?p=3>; rel="next"')

    with asking(None, audience) as client:
        paths = [client.get(f"/api/models?p={page}").next_path for page in "12"]

    assert paths == ["/api/models?p=2", "/api/models?p=3"]
    assert first.calls.last.request.headers["authorization"] == "Bearer hf_secret"
    assert "hubtrends/0" in first.calls.last.request.headers["user-agent"]


def test_a_token_stays_with_its_hub(mirror: str, httpx2_mock: respx.Router, audience: Audience) -> None:
    """Another endpoint does not receive it."""
    other = httpx2_mock.get("http://other.test/api/models")
    other.return_value = answer()

    with asking("http://other.test", audience) as client:
        client.get("/api/models")

    assert "authorization" not in other.calls.last.request.headers


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("http://evil.test/x", "http://evil.test"),
        ("//evil.test/x", "http://evil.test"),
        ("https://hub.test/x", "https://hub.test"),
        ("http://hub.test:8080/x", "http://hub.test:8080"),
        ("http://hub.test@evil.test/x", "http://evil.test"),
        ("http://evil.test/?token=hf_secret_of_ours", "http://evil.test"),
        ("ftp://hub.test/x", "ftp://hub.test"),
    ],
)
def test_a_redirect_to_another_host_is_not_followed(
    location: str, target: str, hub: respx.Route, audience: Audience
) -> None:
    """The message names both hosts and HF_ENDPOINT."""
    hub.side_effect = [answer(307, Location=location), *[answer()] * 9]

    with asking(HUB, audience) as client, pytest.raises(HubElsewhereError) as caught:
        client.get(PATH)

    assert hub.call_count == 1
    assert f"from http://hub.test to {target}," in str(caught.value)
    assert "HF_ENDPOINT" in str(caught.value)
    assert "ours" not in str(caught.value)


@pytest.mark.parametrize(
    "location", [GONE, f"{HUB}:80{GONE}", f"//hub.test{GONE}", f"http://u:p@hub.test{GONE}", f"HTTP://HUB.test{GONE}#x"]
)
def test_a_redirect_within_the_endpoint_is_followed(location: str, hub: respx.Route, audience: Audience) -> None:
    """Other spellings are the same host; credentials in it are not sent."""
    hub.side_effect = [answer(307, Location=location), answer()]

    with asking(HUB, audience) as client:
        assert client.get(PATH).requests == 2

    assert hub.calls.last.request.url == f"{HUB}{GONE}"
    assert "authorization" not in hub.calls.last.request.headers


def test_an_unusable_token_is_refused(mirror: str, audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message does not contain it."""
    monkeypatch.setenv("HF_TOKEN", "hf_sec…ret")

    with pytest.raises(HubRefusedError, match="renew HF_TOKEN") as caught, asking(None, audience):
        pass

    assert "sec" not in str(caught.value)


def test_offline_mode_is_not_retried(mirror: str, audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Hub is unreachable at once."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    with asking(None, audience) as client, pytest.raises(HubUnreachableError, match="HF_HUB_OFFLINE"):
        client.get(PATH)

    assert audience.clock.waits == []


def test_a_renamed_repository_is_redirected(audience: Audience) -> None:
    """The look-up of the old name returns the new one."""
    hub = hub_of(model(1, id="org/new"))
    hub.renamed["models", "org/old"] = "org/new"

    with SimServer(hub) as server, asking(server.url, audience) as client:
        found = client.get("/api/models/org/old?expand=likes", is_lookup=True)

    assert json.loads(found.body)["id"] == "org/new"
    assert found.requests == len(server.requests) == 2


def test_a_redirect_counts_as_a_request(hub: respx.Route, audience: Audience) -> None:
    """The rate limiter counts it as well, also before a failure."""
    hub.side_effect = [answer(), answer(307, Location=GONE), answer(503), answer(307, Location=GONE), answer()]

    with asking(HUB, audience) as client:
        client.rate_limiter.update("api", RateLimitInfo("api", 100, 300, 100, 300))
        client.get(PATH)
        found = client.get(PATH)
        left = client.rate_limiter.status()

    assert found.requests == 4
    assert left is not None
    assert left.remaining == 95


class Endless(SimServer):
    """Redirects a model to itself endlessly."""

    def _answer(self, request: Request, standing: QuotaState, client: str) -> SimAnswer:
        if request.path != GONE:
            return super()._answer(request, standing, client)
        return SimAnswer("Redirecting", 307, "text/plain", {"Location": GONE})


def test_an_endless_redirect_counts_every_request(audience: Audience) -> None:
    """The error and the rate limiter agree with the Hub."""
    quota = Quota(api=500, window_s=10_000)
    with Endless(hub_of(), quota=quota, clock=audience.clock) as server, asking(server.url, audience) as client:
        client.get(PATH)
        with pytest.raises(HubFailedError, match="more than 10 redirects") as caught:
            client.get(GONE)
        left = client.rate_limiter.status()

    assert caught.value.attempts == server.count(path=GONE) > 80
    assert left is not None
    assert left.remaining == 500 - len(server.requests)


def test_redirects_are_paced(audience: Audience) -> None:
    """An endless redirect causes no 429."""
    with (
        Endless(hub_of(), quota=Quota(api=5, window_s=10), clock=audience.clock) as server,
        asking(server.url, audience) as client,
        pytest.raises(HubFailedError),
    ):
        client.get(GONE)

    assert server.count(status=429) == 0


def test_a_redirect_without_an_address_is_retried(hub: respx.Route, audience: Audience) -> None:
    """It counts as a passing failure."""
    hub.side_effect = [answer(307, Location="http://hub.test:broken/"), answer()]

    with asking(HUB, audience) as client:
        assert client.get(PATH).requests == 2

    assert audience.causes == ["its redirect leads nowhere"]


@pytest.mark.parametrize(("status", "error"), [(401, HubRefusedError), (400, HubRejectedRequestError)])
def test_a_refusal_counts_its_attempts(
    status: int, error: type[HubRefusedError | HubRejectedRequestError], hub: respx.Route, audience: Audience
) -> None:
    """Tries and redirects are included."""
    hub.side_effect = [answer(), answer(503), answer(307, Location=GONE), answer(status)]

    with asking(HUB, audience) as client:
        client.get(PATH)
        with pytest.raises(error) as caught:
            client.get(PATH)

    assert caught.value.attempts == 3


def test_a_stop_cancels_a_request(audience: Audience) -> None:
    """It may be waiting for an answer or reading one."""
    stop = threading.Event()

    def pause(seconds: float) -> None:
        if stop.is_set():
            raise CrawlStoppedError

    class Wishing(SimServer):
        """Sets the stop event on its first request."""

        def reply(self, *request: Any) -> Any:
            stop.set()
            return super().reply(*request)

    with (
        Wishing(hub_of(), faults=Faults.once(Fault.STALL)) as server,
        asking(server.url, audience, timeout=3600) as client,
    ):
        client.rate_limiter.pause = pause
        with pytest.raises(CrawlStoppedError):
            client.get(PATH)


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.STALL, Fault.TRUNCATED, Fault.EMPTY, Fault.NOT_JSON])
def test_socket_faults_are_retried(fault: Fault, audience: Audience) -> None:
    """Connections break, hang or end early."""
    faults, timeout = Faults.once(fault, nth=2), 0.5 if fault is Fault.STALL else 30
    with (
        SimServer(hub_of(model(1)), faults=faults) as server,
        asking(server.url, audience, timeout=timeout) as client,
    ):
        models(client, "/api/models")
        found, page = models(client, "/api/models")

    assert server.count(fault=fault) == 1
    assert found.requests >= 2
    assert page.items == 1


def test_a_small_quota_causes_no_429(audience: Audience) -> None:
    """Requests go as fast as possible for three windows."""
    quota = Quota(api=10, window_s=30)
    with (
        SimServer(hub_of(), quota=quota, clock=audience.clock) as server,
        asking(server.url, audience, reserve=0.2) as client,
    ):
        for _ in range(24):
            client.get("/api/models")

    assert server.count(status=429) == 0
    assert server.count(status=200) == 24
    assert audience.clock() - 1000 < 3 * 32
