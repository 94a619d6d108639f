"""Asks the Hub whose token this is, and which repositories of its owner are private.

namespaces        the user and the organisations of the token: one request
private_hub_ids   the private repositories of a kind in a namespace: one request per thousand repositories
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from crawler.errors import BadBodyError
from crawler.fetch import fetch
from crawler.http.client import Answer, HubClient
from crawler.kinds import Kind
from crawler.schema.private import is_public
from crawler.schema.untrusted_json import read_json, read_json_list

WHOAMI = "/api/whoami-v2"

PAGE = 1000
"""Repositories per page; the Hub's maximum."""


def namespaces(client: HubClient) -> tuple[str, ...]:
    """Return the names under which the token's owner may have private repositories. Raises what `fetch` raises."""

    def read(answer: Answer) -> tuple[str, ...]:
        account = read_json(answer.body)
        if not isinstance(account, dict) or not isinstance(account.get("name"), str):
            raise BadBodyError("not an account")
        orgs = account.get("orgs")
        found = [account, *(org for org in (orgs if isinstance(orgs, list) else ()) if isinstance(org, dict))]
        return tuple(dict.fromkeys(name for one in found if isinstance(name := one.get("name"), str)))

    _, names = fetch(client, WHOAMI, read)
    return names


def private_hub_ids(client: HubClient, kind: Kind, namespace: str) -> Iterator[frozenset[str]]:
    """Yield the ids of private repositories page by page, so that a caller may stop. Raises what `fetch` raises."""

    def read(answer: Answer) -> frozenset[str]:
        items = [item for item in read_json_list(answer.body) if isinstance(item, dict)]
        return frozenset(str(item.get("_id")) for item in items if not is_public(item))

    path: str | None = f"/api/{kind.plural}?{urlencode({'author': namespace, 'limit': PAGE, 'expand': 'private'})}"
    while path is not None:
        answer, found = fetch(client, path, read)
        yield found
        path = answer.next_path
