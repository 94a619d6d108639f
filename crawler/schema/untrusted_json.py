"""Reads JSON from untrusted sources, and writes it again."""

import json

from crawler.errors import BadBodyError
from crawler.schema.private import PRIVATE, is_public

LONGEST_NUMBER = 400
"""Maximum digits of a number. A longer one stays text, because Python cannot parse thousands of digits."""


def read_json(body: bytes) -> object:
    """Parse a body. Raises BadBodyError."""
    try:
        text = body.decode("utf-8", "surrogateescape")
        return json.loads(
            text,
            parse_int=lambda digits: int(digits) if len(digits) <= LONGEST_NUMBER else digits,
            object_pairs_hook=_first_of_each_key,
        )
    except (ValueError, RecursionError) as error:
        # a body that is no JSON, such as a proxy's page, may be quoted; JSON may hold private items
        start = "" if body.lstrip().startswith((b"[", b"{")) else f": {body[:60]!r}"
        raise BadBodyError(f"not JSON ({len(body)} bytes{start})") from error


def read_json_list(body: bytes) -> list[object]:
    """Parse a body that is a list. Raises BadBodyError."""
    items = read_json(body)
    if not isinstance(items, list):
        raise BadBodyError("not a JSON list")
    return items


def json_text(item: object) -> str:
    """Return an item as ASCII JSON. Raises BadBodyError."""
    try:
        return json.dumps(item, ensure_ascii=True)
    except RecursionError as error:
        raise BadBodyError("nested too deeply") from error


def _first_of_each_key(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; the first value of a repeated key counts, as in polars, but any `private` hides the item."""
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    hiding = [(PRIVATE, value) for key, value in pairs if key == PRIVATE and not is_public({PRIVATE: value})]
    return dict([*reversed(pairs), *hiding])
