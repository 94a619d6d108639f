"""The records of groups: what families and other groups of entities gained in a week."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contributor:
    """A member and its gain."""

    id: str
    gain: int


@dataclass(frozen=True, slots=True)
class FamilyPart:
    """The members of a family with one relation to their own base."""

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
    """A family in which more owners than chance explains gained more than in the week before."""

    root: str
    evidence: tuple[str, ...]
    """What rose: new entities, downloads, likes."""
    owners: int
    """Owners of members in the strongest evidence; each has one vote."""
    owners_up: int
    lift: float
    """Odds of a vote for a rise over the expected odds."""
    p_value: float
    tested: int
    """Tests that the control of false discoveries covered."""


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
    """Those that rise beyond chance, the most certain first."""
