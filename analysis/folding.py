"""Folds the derivatives of a list under the roots of their families, one row per family.

roots_of    the root of each entity, by its base models at the newer snapshot
fold        pure: unfolded rows and roots ─► entities with their places before and after folding
folded_rows pure: entities with both places ─► the rows that a reader sees
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.comparison import Comparison
from analysis.records import FoldedRow, Pick
from crawler.kinds import Kind

NAMED = 3
"""Maximum number of parts that the row of a family names."""

DEPTH = 3
"""Entities selected for each row of a list: of 20 entrants on the Hub, 11 were copies of one model."""

SUMMED = frozenset({"impact", "gain", "gain per day", "level"})
"""Orders in which the values of parts are added; in other orders a family takes the place of its first part."""


@dataclass(frozen=True, slots=True)
class Root:
    """The root of a family."""

    hub_id: str
    """Empty if the root was never seen."""
    name: str


@dataclass(frozen=True, slots=True)
class Placed:
    """An entity of a list with its place before and after folding."""

    key: int
    flat_place: int
    place: int
    root: Root


def roots_of(comparison: Comparison, keys: Sequence[int]) -> dict[int, Root]:
    """Return the root of each entity by key; an entity without a base is its own root."""
    if not keys:
        return {}
    if comparison.pair.kind is Kind.MODEL:
        rows = comparison.run("roots_of_keys", {"keys": list(keys)})
    else:
        rows = comparison.query(
            "SELECT c.entity_key, c.hub_id, c.id FROM {change} AS c"
            " WHERE c.entity_key IN (SELECT unnest($keys::INTEGER[]))",
            {"keys": list(keys)},
        )
    return {key: Root(hub_id, name) for key, hub_id, name in rows}


def fold(
    flat: Sequence[tuple[int, float]], roots: Mapping[int, Root], rows: int, *, ordered_by: str
) -> tuple[Placed, ...]:
    """Return the entities of the first `rows` families and the first `rows` entities, in unfolded order.

    `flat` has entity keys with their sort values, first to last.
    """
    families: dict[Root, list[float]] = {}
    for key, weight in flat:
        families.setdefault(roots[key], []).append(weight)
    first = {root: place for place, root in enumerate(families)}

    def position(root: Root) -> tuple[float, int]:
        return (-abs(sum(families[root])) if ordered_by in SUMMED else 0.0, first[root])

    place = {root: number for number, root in enumerate(sorted(families, key=position), start=1)}
    every = (
        Placed(key, flat_place, place[roots[key]], roots[key]) for flat_place, (key, _) in enumerate(flat, start=1)
    )
    return tuple(one for one in every if one.place <= rows or one.flat_place <= rows)


def folded_rows(placed: Sequence[Placed], picks: Sequence[Pick], rows: int) -> Iterator[FoldedRow]:
    """Yield the first `rows` families of a list, in the order of display; `picks` are in the order of `placed`."""
    parts: dict[int, list[tuple[Placed, Pick]]] = {}
    for one, pick in zip(placed, picks, strict=True):
        if one.place <= rows:
            parts.setdefault(one.place, []).append((one, pick))
    for place, family in sorted(parts.items()):
        root = family[0][0].root
        gains = [pick.change.gain for _, pick in family if pick.change.gain is not None]
        impacts = [pick.impact for _, pick in family if pick.impact is not None]
        yield FoldedRow(
            place=place,
            root=root.name,
            hub_id=root.hub_id,
            parts=len(family),
            largest=tuple(pick.change.entity.id for _, pick in family[:NAMED]),
            gain=sum(gains) if gains else None,
            impact=round(math.fsum(impacts), 3) if impacts else None,
            picks=tuple(pick.flat_place for _, pick in family),
        )
