"""Distinguishes private items from public ones, so that nothing private is kept.

With a token, the Hub's lists and look-ups contain the private repositories of the token's owner and organisations.
An item is public only if its `private` is absent, null or false; every other value counts as private.
"""

from collections.abc import Iterable
from hashlib import sha256

PRIVATE = "private"
"""The Hub's field; every request for repositories asks for it."""

DIGEST_LENGTH = 16
"""Hexadecimal digits: enough to distinguish millions of items."""


def is_public(item: object) -> bool:
    """Return whether anyone may see an item; anything but an object is public."""
    return not isinstance(item, dict) or item.get("private") is None or item["private"] is False


def public_part(value: object) -> object:
    """Return a JSON value without the private objects inside of it."""
    if isinstance(value, dict):
        return {key: public_part(inner) for key, inner in value.items() if is_public(inner)}
    if isinstance(value, list):
        return [public_part(inner) for inner in value if is_public(inner)]
    return value


def digests(walk_id: str, hub_ids: Iterable[str]) -> tuple[str, ...]:
    """Return a digest of each private item, which identifies it within one walk only.

    Several lists of a walk may show the same item, also after an interruption. The digest lets the spool count it once
    without storing its id. `db/ingest/sql/private.sql` computes the same digest.
    """
    return tuple(sha256(f"{walk_id} {hub_id}".encode()).hexdigest()[:DIGEST_LENGTH] for hub_id in hub_ids)
