"""The five kinds of entities on the Hub, what differs between them, and the two scopes of a snapshot."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The type of an entity; the value is used in every public table and on the command line."""

    MODEL = "model"
    DATASET = "dataset"
    SPACE = "space"
    PAPER = "paper"
    ARTICLE = "article"

    @property
    def spec(self) -> "KindSpec":
        """The specification of this kind."""
        return _SPECS[self]

    @property
    def plural(self) -> str:
        """The plural; also the path segment of a repository kind in the Hub's API."""
        return self.spec.plural


@dataclass(frozen=True, slots=True)
class KindSpec:
    """The differences between kinds, which every layer reads."""

    label: str
    """The singular in texts for people."""
    plural: str
    is_repo: bool
    """Whether it is a git repository: it has an owner, may be private, and can be listed in creation order."""
    attribute_table: str
    """The table of its slowly changing attributes."""
    metrics: tuple[str, ...]
    """The counters whose gains are ranked; the first one is the default."""
    url_prefix: str
    """The path on the Hub's site in front of the id."""
    label_attribute: str | None
    """The attribute whose share of the week's growth is reported, such as the task of models."""

    @property
    def counts_downloads(self) -> bool:
        """Whether the Hub counts downloads of this kind."""
        return "downloads" in self.metrics

    @property
    def counts_upvotes(self) -> bool:
        """Whether entities of this kind collect upvotes, which settle with age."""
        return "upvotes" in self.metrics


_SPECS = {
    Kind.MODEL: KindSpec("model", "models", True, "repo_attributes", ("downloads", "likes"), "", "task"),
    Kind.DATASET: KindSpec(
        "dataset", "datasets", True, "repo_attributes", ("downloads", "likes"), "datasets/", "license"
    ),
    Kind.SPACE: KindSpec("space", "spaces", True, "repo_attributes", ("likes",), "spaces/", "sdk"),
    Kind.PAPER: KindSpec("paper", "papers", False, "paper_attributes", ("upvotes",), "papers/", None),
    Kind.ARTICLE: KindSpec("blog article", "articles", False, "article_attributes", ("upvotes",), "blog/", None),
}

REPO_KINDS = tuple(kind for kind, spec in _SPECS.items() if spec.is_repo)


OWN_ORIGIN = "crawl"
"""The origin of snapshots that this program took; an imported one has the name of its archive."""


class Scope(StrEnum):
    """How much of a kind a snapshot covers."""

    HEAD = "head"
    """The Hub's own top lists, new repositories, and watched entities."""

    FULL = "full"
    """Every repository, in creation order. Papers and articles have no full walk, so theirs is the head."""
