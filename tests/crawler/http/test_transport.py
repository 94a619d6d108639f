"""One exchange over real sockets: its deadline, the end of its connection, and the cause of a failure."""

import itertools
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import httpx2
import pytest

from crawler.errors import CrawlStoppedError, HubUnreachableError, TransientError
from crawler.http.connection import Connection, connection, translate_errors
from crawler.http.interruptible import run_interruptible
from crawler.http.transport import exchange
from tests.fakes.doubles import Audience, asking
from tests.fakes.peers import OK, Peer, trickled

DEADLINE = 0.2
"""Seconds for a whole exchange; from byte to byte it may take far longer."""


def nothing() -> None:
    """Request no stop."""


def sent(hub: Connection, deadline: float = DEADLINE) -> httpx2.Response:
    """Return the answer to one request with a deadline."""
    request = hub.request(f"{hub.endpoint.url}/api/models", 3600)
    return run_interruptible(hub.loop, exchange(hub.session, request, deadline, hub.hides), nothing)


HEAD = b"HTTP/1.1 200 OK\r\n"
SLOW: dict[str, Callable[[bytes], Iterable[bytes]]] = {
    "a header, byte by byte": trickled(HEAD + b"X-Slow: ", itertools.repeat(b"a")),
    "headers without end": trickled(HEAD, itertools.repeat(b"X-More: 1\r\n")),
    "a status line, byte by byte": trickled(b"HTTP/1.1 200 ", itertools.repeat(b"O")),
    "100 Continue without end": trickled(b"", itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")),
    "a body, byte by byte": trickled(HEAD + b"Content-Length: 100000\r\n\r\n", itertools.repeat(b" ")),
    "chunks without end": trickled(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", itertools.repeat(b"1\r\n \r\n")),
}


@pytest.mark.parametrize("pieces", SLOW.values(), ids=list(SLOW))
def test_a_slow_answer_meets_the_deadline(pieces: Callable[[bytes], Iterable[bytes]]) -> None:
    """Each byte arrives in time, the whole does not; the connection is closed."""
    with Peer(pieces) as peer, connection(peer.url, "0") as hub:
        with pytest.raises(httpx2.ReadTimeout, match=f"no whole answer within {DEADLINE:g} s"):
            sent(hub)
        assert peer.all_hung_up()


def test_a_silent_peer_meets_the_deadline() -> None:
    """The exchange fails."""
    with Peer(lambda _: ()) as peer, connection(peer.url, "0") as hub:
        with pytest.raises(httpx2.ReadTimeout, match="no whole answer"):
            sent(hub)
        assert peer.all_hung_up()


@pytest.mark.parametrize(
    "pieces",
    [trickled(b"", ()), trickled(b"\x16\x03\x03\x40\x00", itertools.repeat(b"\x00"))],
    ids=["silence", "a record without end"],
)
def test_an_endless_tls_handshake_meets_the_deadline(pieces: Callable[[bytes], Iterable[bytes]]) -> None:
    """The connection is closed."""
    with Peer(pieces) as peer, connection(f"https://127.0.0.1:{peer.port}", "0") as hub:
        with pytest.raises(httpx2.ConnectTimeout):
            hub.exchange(hub.request(hub.endpoint.url, DEADLINE), DEADLINE, nothing)
        assert peer.all_hung_up()


def open_files() -> int:
    """Return the number of open files and sockets of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def our_threads() -> list[str]:
    """Return the names of the crawler's threads; the server's threads have default names."""
    return sorted(thread.name for thread in threading.enumerate() if not thread.name.startswith("Thread-"))


def test_deadlines_leave_no_thread_and_no_socket() -> None:
    """Threads and open files are as many as before."""
    with Peer(SLOW["a header, byte by byte"]) as peer, connection(peer.url, "0") as hub:
        threads, files = our_threads(), open_files()
        for _ in range(25):
            with pytest.raises(httpx2.ReadTimeout):
                sent(hub, 0.01)
        assert peer.all_hung_up()
        assert (our_threads(), open_files()) == (threads, files)


def test_a_closed_connection_leaves_no_thread() -> None:
    """Its event loop ends with it."""
    threads, files = our_threads(), open_files()
    for _ in range(5):
        with connection("http://127.0.0.1", "0"):
            assert our_threads() != threads

    assert (our_threads(), open_files()) == (threads, files)


def test_a_stop_closes_the_connection() -> None:
    """It does not wait for the answer."""

    def stop() -> None:
        raise CrawlStoppedError

    with Peer(lambda _: ()) as peer, connection(peer.url, "0") as hub:
        with pytest.raises(CrawlStoppedError):
            hub.exchange(hub.request(peer.url, 3600), 3600, stop)
        assert peer.all_hung_up()


def test_a_hub_with_endless_headers_is_unreachable() -> None:
    """The client gives up after three tries."""
    with (
        Peer(SLOW["a header, byte by byte"]) as peer,
        asking(peer.url, Audience(), timeout=0.1) as client,
        pytest.raises(HubUnreachableError, match="ReadTimeout"),
    ):
        client.get("/api/models")

    assert peer.connections == 3


def test_a_body_in_another_encoding_is_a_failure() -> None:
    """It cannot be unpacked."""
    answer = OK.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    with Peer(lambda _: [answer]) as peer, connection(peer.url, "0") as hub, pytest.raises(httpx2.DecodingError):
        sent(hub, 5)


def unused_port() -> int:
    """Return a loopback port without a listener."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_refused_connection_has_the_message_of_the_system() -> None:
    """The HTTP library only reports that all attempts failed."""
    with (
        connection(f"http://127.0.0.1:{unused_port()}", "0") as hub,
        pytest.raises(TransientError, match=r"^Connection refused$"),
        translate_errors(hub.endpoint.url, hub.hides),
    ):
        sent(hub, 5)


@pytest.fixture
def hub_behind(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Set HF_ENDPOINT, and a proxy for its scheme."""

    def behind(endpoint: str, proxy: str) -> None:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", endpoint)
        for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("https_proxy", proxy)

    return behind


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_refuses_the_connection_is_named(scheme: str, hub_behind: Callable[[str, str], None]) -> None:
    """Its variable is named, without its password."""
    port = unused_port()
    hub_behind(f"{scheme}://127.0.0.1:1", f"http://user:s3cret@127.0.0.1:{port}")

    with (
        connection(None, "0") as hub,
        pytest.raises(TransientError) as caught,
        translate_errors(hub.endpoint.url, hub.hides),
    ):
        sent(hub, 5)

    assert f"the proxy 127.0.0.1:{port} does not answer: Connection refused" in str(caught.value)
    assert "_proxy" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_password_is_named(scheme: str, hub_behind: Callable[[str, str], None]) -> None:
    """A 407 comes from the proxy, not from the Hub."""
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with Peer(lambda _: [refusal]) as proxy:
        hub_behind(f"{scheme}://hub.test", proxy.url)
        with (
            asking(None, Audience(), timeout=5) as client,
            pytest.raises(HubUnreachableError, match=r"proxy .*407|407.* proxy"),
        ):
            client.get("/api/models")
