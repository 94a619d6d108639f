"""Fetches a path and reads the answer; an answer that cannot be used is fetched again.

fetch(client, path, read):
    client.get(path)         retries what may pass by itself
    read(answer)             on a BadBodyError the same path again, within the same retries
"""

from collections.abc import Callable
from typing import TypeVar

from crawler.errors import BadBodyError
from crawler.http.client import Answer, HubClient

T = TypeVar("T")


def fetch(
    client: HubClient, path: str, read: Callable[[Answer], T], *, is_lookup: bool = False, requests_before: int = 0
) -> tuple[Answer, T]:
    """Return the answer to a path, and what `read` makes of it. Raises what `HubClient.get` raises."""
    answer = client.get(path, is_lookup=is_lookup, requests_before=requests_before)
    while True:
        try:
            return answer, read(answer)
        except BadBodyError as error:
            answer = client.get(path, is_lookup=is_lookup, instead_of=answer, cause=str(error))
