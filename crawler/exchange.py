"""One request and its whole body, within a timeout, a deadline and a size limit.

It knows nothing but its arguments: an exchange that is given up may outlast everything else of the process, and what
its thread still holds cannot be tidied up at the end.
"""

import contextlib
from collections.abc import Callable

import httpx2

BODY_LIMIT_BYTES = 64 * 2**20
"""A page of 1000 repositories is about a megabyte; what is far larger is none, and takes ten times its size to read."""

DEADLINE_FACTOR = 10
"""A body that trickles may take this many timeouts, no more."""

_BODY_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def exchange(
    session: httpx2.Client, request: httpx2.Request, timeout_seconds: float, clock: Callable[[], float]
) -> httpx2.Response:
    """Send the request and return the answer with its body unpacked; a redirect is one that knows the next request."""
    deadline = clock() + DEADLINE_FACTOR * timeout_seconds
    with contextlib.closing(session.send(request, stream=True, follow_redirects=False)) as response:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > BODY_LIMIT_BYTES:
                raise httpx2.DecodingError(f"the body is larger than {BODY_LIMIT_BYTES} bytes")
            if clock() > deadline:
                raise httpx2.ReadTimeout("the body came too slowly")
    kept = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in _BODY_HEADERS]
    whole = httpx2.Response(response.status_code, headers=kept, content=bytes(body), request=response.request)
    whole.next_request = response.next_request
    return whole
