"""The five kinds of things on the Hub and the two scopes of a snapshot: words that every stage shares."""

from enum import StrEnum


class Kind(StrEnum):
    """What a thing on the Hub is; the value stands in every public table and on the command line."""

    MODEL = "model"
    DATASET = "dataset"
    SPACE = "space"
    PAPER = "paper"
    POST = "post"

    @property
    def is_repo(self) -> bool:
        """Whether things of this kind are repositories, with an owner, likes and a creation order."""
        return self in REPO_KINDS

    @property
    def counts_downloads(self) -> bool:
        """Whether the Hub counts downloads of this kind."""
        return self in (Kind.MODEL, Kind.DATASET)

    @property
    def plural(self) -> str:
        """The word for several of them; also the path segment of a repository kind in the Hub's API."""
        return f"{self.value}s"


REPO_KINDS = (Kind.MODEL, Kind.DATASET, Kind.SPACE)


class Scope(StrEnum):
    """How much of a kind a snapshot covers."""

    HEAD = "head"
    """The Hub's own top lists, what is new, and what is watched."""

    FULL = "full"
    """Every repository, in creation order; papers and posts have no such walk and take their head."""
