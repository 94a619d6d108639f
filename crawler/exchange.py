"""One request and its whole body, within a timeout, a deadline and a size limit.

It knows nothing but its arguments: an exchange that is given up may outlast everything else of the process, and what
its thread still holds cannot be tidied up at the end.
"""

from collections.abc import Callable, Mapping

import httpx2

BODY_LIMIT_BYTES = 256 * 2**20
"""A page of 1000 repositories is about a megabyte; what is far larger is not a page."""

DEADLINE_FACTOR = 10
"""A body that trickles may take this many timeouts, no more."""

_BODY_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def exchange(
    session: httpx2.Client, url: str, headers: Mapping[str, str], timeout_seconds: float, clock: Callable[[], float]
) -> httpx2.Response:
    """GET the URL and return the answer with its body unpacked, and the redirects that led to it as its history."""
    deadline = clock() + DEADLINE_FACTOR * timeout_seconds
    with session.stream("GET", url, headers=headers, timeout=timeout_seconds) as response:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > BODY_LIMIT_BYTES:
                raise httpx2.DecodingError(f"the body is larger than {BODY_LIMIT_BYTES} bytes")
            if clock() > deadline:
                raise httpx2.ReadTimeout("the body came too slowly")
    kept = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in _BODY_HEADERS]
    return httpx2.Response(
        response.status_code, headers=kept, content=bytes(body), request=response.request, history=response.history
    )
