"""Reads JSON that anybody may have written, and writes it again."""

import json

from crawler.errors import BadBodyError

LONGEST_NUMBER = 400
"""Digits; Python refuses to read thousands of them, and the whole page with them, so such a number stays text."""


def read_json(body: bytes) -> object:
    """What a body holds. Raises BadBodyError."""
    try:
        text = body.decode("utf-8", "surrogateescape")
        return json.loads(text, parse_int=_whole_number, object_pairs_hook=_first_said)
    except (ValueError, RecursionError) as error:
        raise BadBodyError(f"not JSON ({len(body)} bytes{_beginning(body)})") from error


def read_json_list(body: bytes) -> list[object]:
    """The items of a list. Raises BadBodyError."""
    items = read_json(body)
    if not isinstance(items, list):
        raise BadBodyError("not a JSON list")
    return items


def json_text(item: object) -> str:
    """An item as it was read, in ASCII. Raises BadBodyError."""
    try:
        return json.dumps(item, ensure_ascii=True)
    except RecursionError as error:
        raise BadBodyError("nested too deeply") from error


def _beginning(body: bytes) -> str:
    """How a body begins that is not even meant as JSON, such as a proxy's page; an item may be private."""
    return "" if body.lstrip().startswith((b"[", b"{")) else f": {body[:60]!r}"


def _first_said(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; of a key that is repeated the first holds, as where polars reads it."""
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else dict(reversed(pairs))


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits
