"""The whole Hub in one state: what a server shows until it is handed the next state."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from hubtrends.sim.server.exchange import Item
from hubtrends.sim.sources.catalogue import Catalogue, ListSource, RepoSource


class SimHub:
    """Repositories of three kinds, papers, blog articles and community articles.

    `repos` maps `models`, `datasets` and `spaces` to their sources; a kind left out is empty. `renamed` maps
    (kind, old id) to the id it goes by now. `unlisted` are repositories that no list shows and a look-up does, such as
    disabled ones. `today` is the date in UTC; without it no date is in the future. Papers have the nested shape of
    `/api/daily_papers`.

    Private items of a `ListSource` are shown to every token holder, as if the token were their owner's.
    """

    def __init__(
        self,
        repos: Mapping[str, RepoSource] | None = None,
        *,
        papers: Iterable[Item] = (),
        posts: Iterable[Item] = (),
        articles: Iterable[Item] = (),
        renamed: Mapping[tuple[str, str], str] | None = None,
        unlisted: Mapping[str, Iterable[Item]] | None = None,
        today: date | None = None,
    ) -> None:
        sources = repos or {}
        shown = {kind: _public(source) for kind, source in sources.items()}
        self._owned = {kind: Catalogue(source) for kind, source in sources.items() if source is not shown[kind]}
        self.models = Catalogue(shown.get("models", ListSource(())))
        self.datasets = Catalogue(shown.get("datasets", ListSource(())))
        self.spaces = Catalogue(shown.get("spaces", ListSource(())))
        self.papers: Sequence[Item] = tuple(papers)
        self.posts: Sequence[Item] = tuple(posts)
        self.articles: Sequence[Item] = tuple(articles)
        self.renamed = dict(renamed or {})
        self.unlisted = {(kind, item["id"]): item for kind, items in (unlisted or {}).items() for item in items}
        self.today = today

    def catalogue(self, kind: str) -> Catalogue:
        """The repositories of `models`, `datasets` or `spaces` that anyone sees."""
        return {"models": self.models, "datasets": self.datasets, "spaces": self.spaces}[kind]

    def shown_to(self, token: str | None, kind: str) -> Catalogue:
        """The repositories that the holder of a token sees, or anyone without one."""
        return self.catalogue(kind) if token is None else self._owned.get(kind) or self.catalogue(kind)

    def found(self, token: str | None, kind: str, name: str) -> Item | None:
        """The repository that a look-up of this name shows to the holder of a token, or to anyone without one."""
        return self.shown_to(token, kind).get(name) or self.unlisted.get((kind, name))

    @property
    def owners(self) -> tuple[str, ...]:
        """The namespaces of private repositories."""
        private = (item for owned in self._owned.values() for item in owned if item.get("private"))
        return tuple(sorted({str(item["id"]).partition("/")[0] for item in private}))


def _public(source: RepoSource) -> RepoSource:
    """The source as anyone sees it: the very same one where nothing in it is private."""
    public = source.public() if isinstance(source, ListSource) else source
    return source if len(public) == len(source) else public
