"""Serves the simulated Hub on a port.

`server.hub` may be set to the next state while clients are reading; each answer shows one state. The rate limit and the
log take their time from `clock` (seconds), so a test can end a window.
"""

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from http.server import ThreadingHTTPServer
from typing import Any, Self

from hubtrends.sim.errors import RefusedError
from hubtrends.sim.server import routes
from hubtrends.sim.server.exchange import Answer, Request, refusal_answer
from hubtrends.sim.server.faults import QUOTA_SPENT, Fault, Faults, Injector, apply_fault
from hubtrends.sim.server.handler import Reply, handler_for
from hubtrends.sim.server.quota import UNLIMITED, Quota, QuotaLedger, QuotaState, too_many
from hubtrends.sim.sources.hub import SimHub


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One received request; `status` is None if the server sent none."""

    number: int
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    with_token: bool
    status: int | None
    fault: Fault | None
    bucket: str
    time: float
    """Seconds of the server's clock."""


class SimServer:
    """A Hub on loopback, served while its `with` block runs.

    Without a `quota` there is no rate limit. `tokens` are the accepted ones; None accepts any. `now` is the time in the
    `Date` headers and may be replaced like `hub`. Without it there is no `Date`, since the crawl of a test has its own
    time.
    """

    def __init__(
        self,
        hub: SimHub,
        *,
        quota: Quota | None = None,
        faults: Faults | None = None,
        tokens: Collection[str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] | None = None,
        port: int = 0,
    ) -> None:
        self.hub = hub
        self.now = now
        self.closing = threading.Event()
        self._clock = clock
        self._tokens = tokens
        self._lock = threading.Lock()
        self._ledger = QuotaLedger(quota or UNLIMITED, clock())
        self._injector = Injector(faults or Faults())
        self._log: list[LoggedRequest] = []
        self._server = _QuietServer(("127.0.0.1", port), handler_for(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """All requests so far, in order."""
        with self._lock:
            return tuple(self._log)

    def count(self, *, path: str = "/", status: int | None = None, fault: Fault | None = None) -> int:
        """Count the requests with this path prefix and, if given, this status and fault."""
        return sum(
            entry.path.startswith(path)
            and (status is None or entry.status == status)
            and (fault is None or entry.fault is fault)
            for entry in self.requests
        )

    def set_faults(self, faults: Faults | None) -> None:
        """Replace the rules; their counts start at zero."""
        with self._lock:
            self._injector = Injector(faults or Faults())

    def reply(self, method: str, request: Request, client: str) -> Reply:
        """Count, answer and log one request."""
        now = self._clock()
        with self._lock:
            state = self._ledger.take(request.token, routes.bucket_of(request), now)
        answer = self._answer(request, state, client)
        with self._lock:
            injector, number = self._injector, len(self._log) + 1
            fault = injector.select(request, answer.depth)
            if fault is not None:
                wait_s = injector.faults.wait_s
                answer = apply_fault(answer, fault, wait_s)
                if fault in QUOTA_SPENT:  # the headers of an injected 429 show a spent quota
                    state = replace(state, remaining=0, resets_in=wait_s)
            reply = Reply(number, answer, state, fault)
            status = None if fault in (Fault.RESET, Fault.STALL) else answer.status
            self._log.append(
                LoggedRequest(
                    number, method, request.path, request.query, request.token is not None, status, fault,
                    state.bucket, now,
                )
            )  # fmt: skip
        return reply

    def _answer(self, request: Request, state: QuotaState, client: str) -> Answer:
        if request.token is not None and self._tokens is not None and request.token not in self._tokens:
            return refusal_answer(RefusedError(401, "Invalid credentials in Authorization header"))
        if state.exceeded:
            return too_many(request, state, client)
        return routes.answer(self.hub, request)


class _QuietServer(ThreadingHTTPServer):
    """A server whose threads end with it and which does not report clients that hang up."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._open: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close the port and every open connection."""
        super().server_close()
        for request in tuple(self._open):
            with contextlib.suppress(OSError):  # the client may have closed it first
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)
