"""Fetches a path and parses the answer; fetches it again if the answer is unusable.

fetch(client, path, read):
    client.get(path)         retries transient failures
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
    """Return the answer to a path, and the result of `read` for it. Raises the errors of `HubClient.get`."""
    answer = client.get(path, is_lookup=is_lookup, requests_before=requests_before)
    while True:
        try:
            return answer, read(answer)
        except BadBodyError as error:
            answer = client.get(path, is_lookup=is_lookup, instead_of=answer, cause=str(error))
