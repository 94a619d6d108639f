"""Records the Hub's own fields and their JSON types, to notice when the Hub changes them."""

from collections.abc import Iterator

from crawler.schema.articles import ENVELOPES
from crawler.schema.private import is_public
from crawler.schema.untrusted_json import read_json

FIELD_NAME_LIMIT = 100
"""Characters; the Hub's fields have short, printable names, and only such names are reported."""


def json_types(body: bytes) -> dict[str, str]:
    """Return the fields of a response's public items and the JSON type of each.

    A field of several types names them all; null is left out if another item has a type.
    """
    found = read_json(body)
    if isinstance(found, dict):
        found = next((found[name] for name in ENVELOPES if name in found), None)
    types: dict[str, set[str]] = {}
    for item in found if isinstance(found, list) else ():
        for key, value in _flat(item) if isinstance(item, dict) and is_public(item) else ():
            if key.isprintable() and len(key) <= FIELD_NAME_LIMIT:
                types.setdefault(key, set()).add(_JSON_TYPES.get(type(value), "null"))
    return {key: "|".join(sorted(kinds - {"null"} or kinds)) for key, kinds in sorted(types.items())}


_JSON_TYPES: dict[type, str] = {
    bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object",
}  # fmt: skip


def _flat(item: dict[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the fields of an item; a nested paper's as `paper.field`."""
    for key, value in item.items():
        if key == "paper" and isinstance(value, dict):
            yield from ((f"paper.{inner}", of) for inner, of in value.items())
        else:
            yield key, value
