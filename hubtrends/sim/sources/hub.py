"""The simulated Hub in one state, which a server shows until it receives the next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from hubtrends.sim.server.exchange import Item
from hubtrends.sim.sources.catalogue import Catalogue, ListSource, RepoSource


class SimHub:
    """Repositories of three kinds, papers, official and community articles.

    `repos` maps `models`, `datasets` and `spaces` to their sources; a missing kind is empty. `renamed` maps (kind,
    former id) to the current id. `unlisted` are repositories that a look-up shows and lists do not, such as disabled
    ones. `today` is the date in UTC; without it no date is in the future. Papers have the nested shape of
    `/api/daily_papers`.

    Every valid token belongs to an owner of private items, so it shows the private items of a `ListSource`.
    """

    def __init__(
        self,
        repos: Mapping[str, RepoSource] | None = None,
        *,
        papers: Iterable[Item] = (),
        official_articles: Iterable[Item] = (),
        community_articles: Iterable[Item] = (),
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
        self.official_articles: Sequence[Item] = tuple(official_articles)
        self.community_articles: Sequence[Item] = tuple(community_articles)
        self.renamed = dict(renamed or {})
        self.unlisted = {(kind, item["id"]): item for kind, items in (unlisted or {}).items() for item in items}
        self.today = today

    def catalogue(self, kind: str) -> Catalogue:
        """Return the public repositories of `models`, `datasets` or `spaces`."""
        return {"models": self.models, "datasets": self.datasets, "spaces": self.spaces}[kind]

    def visible_to(self, token: str | None, kind: str) -> Catalogue:
        """Return the repositories that a token shows; None is anonymous."""
        return self.catalogue(kind) if token is None else self._owned.get(kind) or self.catalogue(kind)

    def find(self, token: str | None, kind: str, name: str) -> Item | None:
        """Return the repository that a look-up of this name shows with this token."""
        return self.visible_to(token, kind).get(name) or self.unlisted.get((kind, name))

    @property
    def owners(self) -> tuple[str, ...]:
        """The owners of private repositories."""
        private = (item for owned in self._owned.values() for item in owned if item.get("private"))
        return tuple(sorted({str(item["id"]).partition("/")[0] for item in private}))


def _public(source: RepoSource) -> RepoSource:
    """Return the public part of a source, or the source itself if nothing in it is private."""
    public = source.public() if isinstance(source, ListSource) else source
    return source if len(public) == len(source) else public
