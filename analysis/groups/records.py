"""The records of families of models and their gains in a week."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contributor:
    """A member and its gain."""

    id: str
    gain: int


@dataclass(frozen=True, slots=True)
class FamilyPart:
    """The members of a family that have the same relation to their base, such as quantized."""

    relation: str
    """root, adapter, finetune, merge, quantized or not stated."""
    members: int
    compared: int
    likes_gain: int | None
    downloads_gain: int | None


@dataclass(frozen=True, slots=True)
class Family:
    """A family of models in the week."""

    root: str
    """The name of the root; the name in the tag if no snapshot has shown the root."""
    members: int
    """Members in the newer snapshot."""
    compared: int
    """Members with a known gain; the gains are sums over them."""
    likes_gain: int | None
    downloads_gain: int | None
    new_members: int
    """Members created between the two snapshots."""
    parts: tuple[FamilyPart, ...]
    likes_largest: tuple[Contributor, ...]
    """The three members that gained most."""
    downloads_largest: tuple[Contributor, ...]
    seen: bool
    """Whether a snapshot has shown the root."""


@dataclass(frozen=True, slots=True)
class RisingFamily:
    """A family in which more owners rose against the previous week than chance explains."""

    root: str
    evidence: tuple[str, ...]
    """The counts that rose: new entities, downloads or likes."""
    owners: int
    """Owners compared for the count that rose most clearly; each owner has one vote."""
    owners_up: int
    lift: float
    """Odds that an owner rose, divided by the expected odds."""
    p_value: float
    tested: int
    """Number of tests that the false discovery rate covers."""


@dataclass(frozen=True, slots=True)
class Families:
    """The families that gained most, and the totals of all."""

    families: int = 0
    members: int = 0
    compared: int = 0
    likes_gain: int | None = None
    downloads_gain: int | None = None
    by_likes: tuple[Family, ...] = ()
    by_downloads: tuple[Family, ...] = ()
    rising: tuple[RisingFamily, ...] = ()
    """Families that rise beyond chance, the most significant first."""
