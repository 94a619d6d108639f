"""The records of organisations, adoption, ages and descriptions: frozen, without DuckDB."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawler.kinds import Kind


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one entity of a group gained in the window."""

    kind: Kind
    id: str
    likes_gain: int | None
    downloads_gain: int | None
    upvotes_gain: int | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """The momentum of one owner; a gain is None where none of its entities has a known one."""

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
    """Its part of all gained likes, as a fraction."""
    change_points: float | None
    """The share in percent minus that of the window before."""
    compared: int
    """Entities with a known gain."""
    largest: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Organisations:
    """The owners with the largest gain of likes, and what they are the first of."""

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
    """What the Hub links to the paper, from the newest look-up by then."""
    total_datasets: int | None
    total_spaces: int | None
    totals_at: datetime | None
    largest: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Adoptions:
    """The papers with the most new citers, and what they are the first of."""

    rows: tuple[Adoption, ...] = ()
    papers: int = 0
    """Papers that the compared snapshots show or cite."""
    cited: int = 0
    """Papers with a citer."""
    newly_cited: int = 0
    """Papers with a new citer."""


@dataclass(frozen=True, slots=True)
class AgePlace:
    """The counter of an entity at one age and its place among those of its size class."""

    age: float
    """The wanted age in days."""
    age_days: float
    """The age at the observation."""
    value: int
    percentile: float | None
    """How many percent of the compared entities had less; None with nothing to compare with."""
    compared_with: int
    cohort: int
    """Entities of the class that reached the age, observed at it or not."""


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
    """Where a number of parameters comes from."""

    FILES = "files"
    """The headers of the model's files."""

    NAME = "name"
    """The name alone: a guess."""


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of one entity; None and empty mean that nothing states it."""

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
    """Bytes of a model or dataset with its history, from a look-up."""
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
