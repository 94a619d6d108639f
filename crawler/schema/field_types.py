"""Records the Hub's own fields and their JSON types, to detect changes by the Hub."""

from crawler.schema.articles import ENVELOPES
from crawler.schema.private import is_public
from crawler.schema.untrusted_json import read_json

FIELD_NAME_LIMIT = 100
"""Maximum characters of a reported field name; the Hub's names are short and printable."""


def json_types(body: bytes) -> dict[str, str]:
    """Return the fields of a response's public items and the JSON type of each.

    A field of several types names them all; null is left out if another item has a type.
    """
    found = read_json(body)
    if isinstance(found, dict):
        found = next((found[name] for name in ENVELOPES if name in found), None)
    types: dict[str, set[str]] = {}
    for item in found if isinstance(found, list) else ():
        if not isinstance(item, dict) or not is_public(item):
            continue
        paper = item.get("paper")
        if isinstance(paper, dict):
            del item["paper"]
            item |= {f"paper.{key}": value for key, value in paper.items()}
        for key, value in item.items():
            if key.isprintable() and len(key) <= FIELD_NAME_LIMIT:
                types.setdefault(key, set()).add(_JSON_TYPES.get(type(value), "null"))
    return {key: "|".join(sorted(kinds - {"null"} or kinds)) for key, kinds in sorted(types.items())}


_JSON_TYPES: dict[type, str] = {
    bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object",
}  # fmt: skip
