"""A server on loopback that answers each connection with bytes of a script, well-formed or not."""

import contextlib
import itertools
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Self

PAUSE_SECONDS = 0.01
"""Pause between two pieces of an answer; far below every timeout of the tests."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"


class Peer:
    """Sends the pieces of an answer to each client, with a pause after each, and counts closed connections."""

    def __init__(self, pieces: Callable[[bytes], Iterable[bytes]]) -> None:
        """Computes the pieces of an answer from the head of the request."""
        self.pieces, self.connections, self.hung_up = pieces, 0, 0
        self._ends, self._changed = threading.Event(), threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start(self._serve)
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def all_hung_up(self, within_seconds: float = 30) -> bool:
        """Return whether every client closes its connection in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self.hung_up == self.connections > 0, within_seconds)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self) -> None:
        while not self._ends.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(lambda connection=connection: self._talk(connection))  # type: ignore[misc]

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            self._answer(connection)
        with self._changed:
            self.hung_up += 1
            self._changed.notify_all()

    def _answer(self, connection: socket.socket) -> None:
        """Send the pieces, then wait for the end of the connection."""
        connection.settimeout(30)
        head = connection.recv(65536)
        connection.settimeout(PAUSE_SECONDS)
        for piece in itertools.chain(self.pieces(head), itertools.repeat(b"")):
            if self._ends.is_set():
                return
            connection.sendall(piece)
            try:
                if not connection.recv(65536):
                    return
            except TimeoutError:
                continue


def trickled(start: bytes, rest: Iterable[bytes]) -> Callable[[bytes], Iterable[bytes]]:
    """Return an answer that begins with `start` and continues piece by piece."""
    return lambda _: itertools.chain([start], rest)
