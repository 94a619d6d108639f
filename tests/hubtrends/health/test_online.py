"""Checks of the token and of the Hub's answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from hubtrends.health.finding import Verdict
from hubtrends.health.online import check_hub, check_token
from hubtrends.sim.server.faults import Fault, Faults, Rule
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.hub import SimHub
from tests.fakes.walks import day

TIMEOUT_SECONDS = 5


def test_malformed_token() -> None:
    """The finding does not show the token."""
    found = check_token("hf_ñ")

    assert (found.verdict, found.remedy) == (Verdict.BAD, "set HF_TOKEN again, or log in again")
    assert "hf_" not in found.what
    assert Verdict.OK is check_token(None).verdict


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimServer]:
    """A Hub on loopback as the configured endpoint."""
    with SimServer(SimHub({}), tokens=("good",)) as server:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", server.url)
        monkeypatch.setenv("HF_TOKEN", "good")
        yield server


def test_hub_that_answers(hub: SimServer) -> None:
    """The check sends one request."""
    found = check_hub(TIMEOUT_SECONDS, datetime.now(UTC))

    assert (Verdict.OK, f"{hub.url} answers") == (found.verdict, found.what)
    assert len(hub.requests) == 1


def test_hub_with_another_time(hub: SimServer) -> None:
    """A difference between the clocks is a finding about the clock."""
    hub.now = lambda: day(1)
    found = check_hub(TIMEOUT_SECONDS, day(1) + timedelta(minutes=12))

    assert (found.check, found.verdict) == ("clock", Verdict.BAD)
    assert "12 min ahead" in found.what


def test_refused_token(hub: SimServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy is a new token."""
    monkeypatch.setenv("HF_TOKEN", "bad")
    found = check_hub(TIMEOUT_SECONDS, datetime.now(UTC))

    assert (Verdict.BAD, "with 401" in found.what) == (found.verdict, True)
    assert found.remedy == "renew HF_TOKEN or the saved login, or remove it"


def test_unreachable_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process listens on the discard port."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    found = check_hub(TIMEOUT_SECONDS, datetime.now(UTC))

    assert Verdict.BAD is found.verdict
    assert "http://127.0.0.1:9" in found.what
    assert found.remedy == "check the network and HF_ENDPOINT, then try again"


@pytest.mark.parametrize("fault", [Fault.QUOTA_SPENT, Fault.THROTTLED_RETRY_AFTER])
def test_hub_that_asks_for_a_wait(hub: SimServer, fault: Fault) -> None:
    """The check does not wait; it shows the Hub's answer."""
    hub.set_faults(Faults((Rule(fault, path="/api/models"),)))
    found = check_hub(TIMEOUT_SECONDS, datetime.now(UTC))

    assert (Verdict.WARNING, "429" in found.what) == (found.verdict, True)
    assert found.remedy == "try again in five minutes"


class Answers(BaseHTTPRequestHandler):
    """A Hub that gives every request the same status."""

    status = 500

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return None


@pytest.mark.parametrize(
    ("status", "verdict", "what", "remedy"),
    [
        (400, Verdict.BAD, "with 400", "see whether a newer hubtrends is available"),
        (500, Verdict.WARNING, "last with: 500", "try again later"),
    ],
)
def test_hub_that_fails(monkeypatch: pytest.MonkeyPatch, status: int, verdict: Verdict, what: str, remedy: str) -> None:
    """A rejected request needs a newer program, a failure of the Hub needs time; the check makes one attempt."""
    monkeypatch.setattr(Answers, "status", status)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        found = check_hub(TIMEOUT_SECONDS, datetime.now(UTC))
        server.shutdown()

    assert (verdict, remedy) == (found.verdict, found.remedy)
    assert what in found.what
