"""The whole Hub in one state: what a server shows until it is handed the next state."""

from collections.abc import Iterable, Mapping, Sequence

from hubtrends.sim.catalogue import Catalogue, ListSource, RepoSource
from hubtrends.sim.exchange import Item


class SimHub:
    """Repositories of three kinds, papers, blog posts and community articles.

    `repos` maps `models`, `datasets` and `spaces` to their sources; a kind left out is empty. `renamed` maps
    (kind, old id) to the id it goes by now. Papers have the nested shape of `/api/daily_papers`.
    """

    def __init__(
        self,
        repos: Mapping[str, RepoSource] | None = None,
        *,
        papers: Iterable[Item] = (),
        posts: Iterable[Item] = (),
        articles: Iterable[Item] = (),
        renamed: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        sources = repos or {}
        self.models = Catalogue(sources.get("models", ListSource(())))
        self.datasets = Catalogue(sources.get("datasets", ListSource(())))
        self.spaces = Catalogue(sources.get("spaces", ListSource(())))
        self.papers: Sequence[Item] = tuple(papers)
        self.posts: Sequence[Item] = tuple(posts)
        self.articles: Sequence[Item] = tuple(articles)
        self.renamed = dict(renamed or {})

    def catalogue(self, kind: str) -> Catalogue:
        """The repositories of `models`, `datasets` or `spaces`."""
        return {"models": self.models, "datasets": self.datasets, "spaces": self.spaces}[kind]
