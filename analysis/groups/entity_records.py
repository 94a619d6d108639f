"""The records of organisations, adoption, ages and descriptions: frozen, without DuckDB."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawler.kinds import Kind


@dataclass(frozen=True, slots=True)
class Contribution:
    """The gain of one entity of a group in the window."""

    kind: Kind
    id: str
    likes_gain: int | None
    downloads_gain: int | None
    upvotes_gain: int | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """The gains of one owner; a gain is None if it is unknown for every entity of the owner."""

    place: int
    organisation: str
    models: int
    datasets: int
    spaces: int
    papers: int
    articles: int
    new_entities: int
    likes_gain: int | None
    downloads_gain: int | None
    upvotes_gain: int | None
    share: float | None
    """The owner's part of all gained likes, as a fraction."""
    change_points: float | None
    """The share in percent minus the share in the previous window."""
    compared: int
    """Entities with a known gain."""
    largest: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Organisations:
    """The owners with the largest gains of likes, and the counts of all owners."""

    rows: tuple[Organisation, ...] = ()
    owners: int = 0
    """Owners of an entity in the compared snapshots."""
    gaining: int = 0
    """Owners whose gain of likes is positive."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """The citers of one paper; counts of new citers are None without an earlier snapshot."""

    place: int
    id: str
    """arXiv id."""
    title: str | None
    """None for a paper that no snapshot has shown."""
    organization: str | None
    models: int
    datasets: int
    spaces: int
    citers: int
    new_models: int | None
    new_datasets: int | None
    new_spaces: int | None
    new_citers: int | None
    new_owners: int | None
    likes_gain: int | None
    downloads_gain: int | None
    compared: int
    """Citers with a known gain of likes."""
    upvotes_now: int | None
    upvotes_gain: int | None
    total_models: int | None
    """Models that the Hub links to the paper, from the newest look-up up to the snapshot."""
    total_datasets: int | None
    total_spaces: int | None
    totals_at: datetime | None
    largest: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Adoptions:
    """The papers with the most new citers, and the counts of all papers."""

    rows: tuple[Adoption, ...] = ()
    papers: int = 0
    """Papers that the compared snapshots show or cite."""
    cited: int = 0
    """Papers with a citer."""
    newly_cited: int = 0
    """Papers with a new citer."""


@dataclass(frozen=True, slots=True)
class AgePlace:
    """The counter of an entity at one age, and its place among entities of its size class."""

    age: float
    """The requested age in days."""
    age_days: float
    """The age in days at the observation."""
    value: int
    percentile: float | None
    """Percentage of the compared entities with a smaller counter; None if there are none."""
    compared_with: int
    cohort: int
    """Entities of the size class that reached the age, whether observed then or not."""


@dataclass(frozen=True, slots=True)
class EntityAges:
    """One entity at each age at which it was observed."""

    kind: Kind
    id: str
    hub_id: str
    size_class: str
    created_at: datetime | None
    first_seen: datetime
    first_seen_age_days: float
    places: tuple[AgePlace, ...]


class SizeSource(StrEnum):
    """The source of a number of parameters."""

    FILES = "files"
    """The headers of the model's files."""

    NAME = "name"
    """A guess from the name of the model."""


@dataclass(frozen=True, slots=True)
class Description:
    """The description of one entity; None or empty if no source states a value."""

    kind: Kind
    id: str
    hub_id: str
    parameters: int | None
    parameters_from: SizeSource | None
    context_length: int | None
    """In tokens, from the gguf header."""
    size_category: str | None
    """The size_categories tag of a dataset."""
    used_storage: int | None
    """Bytes of a model or dataset with its revision history, from a look-up."""
    papers: tuple[str, ...]
    """arXiv ids that it cites."""
    spaces: int
    """Known spaces that use it."""
    total_models: int | None
    """Models that the Hub links to a paper, from a look-up."""
    total_datasets: int | None
    total_spaces: int | None
    looked_up_at: datetime | None
    """Observation time of the snapshot with the look-up."""
