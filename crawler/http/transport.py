"""Sends one request and reads its whole answer, within one deadline and a size limit.

The timeouts of the HTTP library limit the wait between two bytes. So a peer that sends a byte now and then, or endless
`100 Continue`, would hold a connection forever. The deadline covers name look-up, connection, TLS, headers and body.
When it passes, the exchange is cancelled, which closes the connection.
"""

import asyncio
import contextlib
import os
import socket
import ssl
from dataclasses import dataclass
from typing import Any

import httpx2

from crawler.errors import ProxyUnreachableError
from crawler.redaction import Redactor

BODY_LIMIT_BYTES = 64 * 2**20
"""Maximum size of a body. A page of 1000 repositories is about a megabyte; parsing needs ten times the size."""

DEADLINE_FACTOR = 3
"""Maximum duration of a whole exchange, in timeouts."""

_BODY_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


async def exchange(
    session: httpx2.AsyncClient, request: httpx2.Request, deadline_seconds: float, hides: Redactor
) -> httpx2.Response:
    """Send the request and return the answer, unpacked and without our secrets.

    Raises httpx2.HTTPError; ProxyUnreachableError if a proxy did not answer.
    """
    peer = _Peer()
    request.extensions["trace"] = peer.traced
    try:
        async with asyncio.timeout(deadline_seconds):
            return await _whole_answer(session, request, hides)
    except TimeoutError as error:
        raise httpx2.ReadTimeout(f"no whole answer within {deadline_seconds:g} s") from error
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
        url = request.url
        hub = url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)
        if peer.failed and (peer.host, peer.port) != hub:
            raise ProxyUnreachableError(peer.host, peer.port, cause_of(error)) from error
        raise


@dataclass(slots=True)
class _Peer:
    """The peer of a connection, as the HTTP library traces it: a proxy, or the Hub itself."""

    host: str = ""
    port: int = 0
    failed: bool = False

    async def traced(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith("connect_tcp.started"):
            self.host, self.port = info["host"], info["port"]
        self.failed = self.failed or event.endswith("connect_tcp.failed")


def cause_of(error: BaseException) -> str:
    """Return the system's message for an error, from the root of its chain."""
    root, found = error, str(error)
    while (cause := root.__cause__ or root.__context__) is not None:
        root = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else cause
        if isinstance(root, ssl.SSLError | socket.gaierror):
            found = root.strerror or found
        elif isinstance(root, OSError) and root.errno:
            found = os.strerror(root.errno)
    return found or type(error).__name__


async def _whole_answer(session: httpx2.AsyncClient, request: httpx2.Request, hides: Redactor) -> httpx2.Response:
    async with contextlib.aclosing(await session.send(request, stream=True, follow_redirects=False)) as response:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > BODY_LIMIT_BYTES:
                raise httpx2.DecodingError(f"the body is larger than {BODY_LIMIT_BYTES} bytes")
    kept = [(name, hides.header(value)) for name, value in response.headers.multi_items() if name not in _BODY_HEADERS]
    return httpx2.Response(response.status_code, headers=kept, content=hides.data(bytes(body)), request=request)
