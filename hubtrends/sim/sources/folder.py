"""Plays back a Hub from a folder of `*.jsonl` with real records, one item per line.

The files are `models`, `datasets`, `spaces`, `daily_papers`, `blog` and `community`; a missing file is an empty kind.
"""

import json
from pathlib import Path
from typing import Any

from hubtrends.sim.endpoints.fields import KINDS
from hubtrends.sim.errors import FolderError
from hubtrends.sim.sources.catalogue import ListSource
from hubtrends.sim.sources.hub import SimHub

_ADDED = {"models": ("modelId", None), "datasets": ("key", "")}
"""Derived fields that recorded files lack, with their values; None stands for the id of the item."""


class FolderHub(SimHub):
    """A simulated Hub with the records of one folder."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise FolderError(path, "is not a folder; name one that holds models.jsonl and the like")
        super().__init__(
            {kind: ListSource(_repos(path, kind)) for kind in KINDS},
            papers=_items(path / "daily_papers.jsonl"),
            official_articles=_items(path / "blog.jsonl"),
            community_articles=_items(path / "community.jsonl"),
        )


def _repos(path: Path, kind: str) -> list[dict[str, Any]]:
    items = _items(path / f"{kind}.jsonl", ("_id", "id"))
    if kind in _ADDED:
        name, value = _ADDED[kind]
        for item in items:
            item.setdefault(name, item["id"] if value is None else value)
    return items


def _items(file: Path, needed: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").split("\n")
    return [_item(file, number, line, needed) for number, line in enumerate(lines, 1) if line.strip()]


def _item(file: Path, number: int, line: str, needed: tuple[str, ...]) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except ValueError as error:
        raise FolderError(file, "is not JSON; write one object per line", number) from error
    if not isinstance(item, dict):
        raise FolderError(file, "is not an object; write one object per line", number)
    if missing := [name for name in needed if name not in item]:
        raise FolderError(file, f"lacks {' and '.join(missing)}; the Hub always gives them", number)
    return item
