"""Serves a simulated Hub from a separate process, so its CPU time does not count as the client's."""

import contextlib
import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection

from hubtrends.sim.server.quota import Quota
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.bulk import BulkHub


@dataclass(frozen=True, slots=True)
class HubSize:
    """The number of repositories, and the days that their counters have grown."""

    models: int
    datasets: int = 0
    spaces: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """Counts from the log of the server."""

    requests: int
    throttled: int
    """Requests with the answer 429."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running Hub."""

    url: str
    _pipe: Connection

    def seen(self) -> Seen:
        """Ask the server for its counts."""
        self._pipe.send(True)
        answer: Seen = self._pipe.recv()
        return answer


@contextlib.contextmanager
def serving(size: HubSize, quota: Quota | None = None) -> Iterator[Served]:
    """Serve a Hub of this size while the block runs."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_serve, args=(size, quota, theirs), daemon=True)
    child.start()
    try:
        yield Served(ours.recv(), ours)
    finally:
        ours.send(False)
        child.join()


def _serve(size: HubSize, quota: Quota | None, pipe: Connection) -> None:
    hub = BulkHub(models=size.models, datasets=size.datasets, spaces=size.spaces, day=size.day)
    with SimServer(hub, quota=quota) as server:
        pipe.send(server.url)
        while pipe.recv():
            pipe.send(Seen(server.count(), server.count(status=429)))
