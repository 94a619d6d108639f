"""Notes the Hub's own fields and their JSON types, for noticing when the Hub changes them."""

from collections.abc import Iterator

from crawler.schema.private import is_public
from crawler.schema.untrusted_json import read_json

FIELD_NAME_LIMIT = 100
"""Characters; the Hub's own fields have short, printable names, and only such are reported on."""


def json_types(body: bytes) -> dict[str, str]:
    """The fields of a response's items and the JSON type of each, for noticing when the Hub changes them.

    A field of several types names them all; null says nothing of a type where another item says one. Private items are
    left out.
    """
    found = read_json(body)
    if isinstance(found, dict):
        found = found.get("allBlogs", found.get("posts"))
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
    """The fields of an item; those of a daily list's paper stand in it under `paper.`."""
    for key, value in item.items():
        if key == "paper" and isinstance(value, dict):
            yield from ((f"paper.{inner}", of) for inner, of in value.items())
        else:
            yield key, value
