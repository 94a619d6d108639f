"""The records of a stored ranking."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RankedEntity:
    """An entity of a ranking."""

    entity_key: int
    hub_id: str
    gain: int | None
    flat_place: int
    place: int


@dataclass(frozen=True, slots=True)
class RankedOrder:
    """One list of a ranking in one order, in the order of flat places."""

    name: str
    ordered_by: str
    entities: tuple[RankedEntity, ...]


@dataclass(frozen=True, slots=True)
class StoredRanking:
    """All lists of one metric of one week."""

    ranking_key: str
    kind: str
    metric: str
    now_at: datetime
    orders: tuple[RankedOrder, ...]
