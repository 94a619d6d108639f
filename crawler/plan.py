"""Plans a walk: which lists of the Hub make up a snapshot of one kind, and where each of them ends.

A walk is a sequence of listings; each is followed page by page until it ends or reaches its limit:

    head, repositories   trending, downloads, likes: the first N each
                         created: newest first, back to 28 days
                         author:NAME: the repositories of a watched author, the first N by downloads
    full, repositories   all: every repository in creation order, the only order that skips and repeats nothing
    papers               day:YYYY-MM-DD: the daily lists of the New York day of the observation and the 14 days before
                         trending: the first pages
    articles             blog, community: newest first, back to 60 days; trending: the first pages
    every kind           look-up:ID: watched entities that no list showed; articles have no look-up

All functions are pure.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from crawler.kinds import REPO_KINDS, Kind, Scope
from crawler.schema.registry import SCHEMAS

DAILY_PAPERS_ZONE = ZoneInfo("America/New_York")
"""The time zone of the daily papers: a new list begins at midnight in New York."""

PAPERS_A_PAGE = 100
"""Papers per page; the Hub's maximum."""


class ListingKind(StrEnum):
    """The type of a listing; its stored name begins with the value and may continue with a subject: `author:NAME`."""

    TRENDING = "trending"
    DOWNLOADS = "downloads"
    LIKES = "likes"
    CREATED = "created"
    ALL = "all"
    AUTHOR = "author"
    DAY = "day"
    BLOG = "blog"
    COMMUNITY = "community"
    LOOKUP = "look-up"
    """A watched entity that no list showed."""
    CANARY = "control"
    """An entity that certainly exists. Its look-up checks whether look-ups are reliable."""
    CONFIRM = "confirm"
    """An entity that seems removed."""

    def name_of(self, subject: str | int) -> str:
        """Return the stored name of a listing of this kind about a subject."""
        return f"{self}:{subject}"

    @classmethod
    def of(cls, name: str) -> "ListingKind | None":
        """Return the kind of a stored name; None for a name of no kind."""
        value = name.partition(":")[0]
        return next((kind for kind in cls if kind.value == value), None)


LOOKUPS = frozenset({ListingKind.LOOKUP, ListingKind.CANARY, ListingKind.CONFIRM})
"""The kinds of listings for a single entity."""

REMOVAL_CHECKS = frozenset({ListingKind.CANARY, ListingKind.CONFIRM})
"""The kinds of listings that verify removals after the lists of a walk."""


@dataclass(frozen=True, slots=True)
class ListingSettings:
    """How far a walk goes."""

    top: int
    """Repositories taken from each top list and of each watched author."""
    created_days: int
    paper_days: int
    article_days: int
    trending_pages: int
    """Pages of the trending list of papers and articles."""
    lookups: int
    """Maximum number of look-ups in one walk."""
    page_size: int


@dataclass(frozen=True, slots=True)
class WatchedEntity:
    """An entity that every walk of its kind must show."""

    kind: Kind
    id: str
    hub_id: str | None = None
    """Known from an earlier snapshot; it identifies the entity even after a rename."""


@dataclass(frozen=True, slots=True)
class Watchlist:
    """Watched entities, and authors whose repositories are all watched."""

    entities: tuple[WatchedEntity, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of the Hub and how far to follow it."""

    name: str
    path: str
    ranked: bool = False
    """Whether a place in this list is the Hub's trending rank."""
    max_records: int | None = None
    max_pages: int | None = None
    back_to: datetime | None = None
    """The listing ends after the first page whose entities were all created before this time."""
    numbered: bool = False
    """Whether the path counts pages with `p` and the answer states the total (blog). Other lists have a `next` link."""
    links_count: bool = False
    """Whether the `next` links count pages with `p` and an empty page follows the last one (papers)."""
    is_lookup: bool = False
    """Whether it looks up a single entity; that the entity is absent is a valid answer."""
    in_batches: bool = False
    """Whether its pages are parsed in batches, because it is long."""


def plan_listings(
    kind: Kind, scope: Scope, settings: ListingSettings, watchlist: Watchlist, observed_at: datetime
) -> tuple[Listing, ...]:
    """Return the lists of a snapshot of the kind, in walking order."""
    if scope is Scope.FULL and kind.spec.is_repo:
        path = _repo_path(kind, settings.page_size, sort="createdAt", direction="1")
        return (Listing(ListingKind.ALL, path, in_batches=True),)
    return tuple(_PLANS[kind].listings(kind, settings, watchlist, observed_at))


def lookup_listings(
    kind: Kind, watchlist: Watchlist, seen_ids: set[str], seen_hub_ids: set[str], limit: int
) -> tuple[Listing, ...]:
    """Return at most `limit` look-ups: one for each watched entity of the kind that is on no list."""
    if _PLANS[kind].lookup_path is None:
        return ()
    unseen = [
        entity
        for entity in dict.fromkeys(watchlist.entities)
        if entity.kind is kind and entity.hub_id not in seen_hub_ids and entity.id not in seen_ids
    ]
    return tuple(lookup_listing(ListingKind.LOOKUP.name_of(entity.id), entity) for entity in unseen[:limit])


def lookup_listing(name: str, entity: WatchedEntity) -> Listing:
    """Return the look-up of one entity, under its name in the walk. Raises ValueError if its kind has none."""
    lookup_path = _PLANS[entity.kind].lookup_path
    if lookup_path is None:
        raise ValueError(f"{entity.kind.plural} cannot be looked up")
    return Listing(name, lookup_path(entity), is_lookup=True)


def deciding_settings(kind: Kind, scope: Scope) -> tuple[str, ...]:
    """Return the names of the settings that decide which lists this walk reads."""
    return ("page_size",) if scope is Scope.FULL and kind.spec.is_repo else _PLANS[kind].settings


def _head_listings(
    kind: Kind, settings: ListingSettings, watchlist: Watchlist, observed_at: datetime
) -> Iterator[Listing]:
    top, limit = settings.top, min(settings.top, settings.page_size)
    by = "downloads" if kind.spec.counts_downloads else "likes"
    if top:
        trending = _repo_path(kind, limit, sort="trendingScore")
        yield Listing(ListingKind.TRENDING, trending, ranked=True, max_records=top)
        for counter in ("downloads", "likes") if kind.spec.counts_downloads else ("likes",):
            yield Listing(ListingKind(counter), _repo_path(kind, limit, sort=counter), max_records=top)
    created = _repo_path(kind, settings.page_size, sort="createdAt", direction="-1")
    yield Listing(ListingKind.CREATED, created, back_to=observed_at - timedelta(days=settings.created_days))
    for author in watchlist.authors if top else ():
        path = _repo_path(kind, limit, author=author, sort=by)
        yield Listing(ListingKind.AUTHOR.name_of(author), path, max_records=top)


def _paper_listings(
    _kind: Kind, settings: ListingSettings, _watchlist: Watchlist, observed_at: datetime
) -> Iterator[Listing]:
    today = observed_at.astimezone(DAILY_PAPERS_ZONE).date()
    limit = ("limit", str(PAPERS_A_PAGE))
    for days in range(settings.paper_days + 1):
        date = (today - timedelta(days=days)).isoformat()
        path = _path("/api/daily_papers", [("date", date), limit])
        yield Listing(ListingKind.DAY.name_of(date), path, links_count=True)
    if settings.trending_pages:
        trending = _path("/api/daily_papers", [("sort", "trending"), limit])
        yield Listing(ListingKind.TRENDING, trending, ranked=True, max_pages=settings.trending_pages, links_count=True)


def _article_listings(
    _kind: Kind, settings: ListingSettings, _watchlist: Watchlist, observed_at: datetime
) -> Iterator[Listing]:
    oldest = observed_at - timedelta(days=settings.article_days)
    yield Listing(ListingKind.BLOG, "/api/blog?p=0", numbered=True, back_to=oldest)
    yield Listing(ListingKind.COMMUNITY, "/api/blog/community?sort=recent&p=0", numbered=True, back_to=oldest)
    if settings.trending_pages:
        trending = "/api/blog/community?sort=trending&p=0"
        yield Listing(ListingKind.TRENDING, trending, ranked=True, numbered=True, max_pages=settings.trending_pages)


def _repo_path(kind: Kind, limit: int, **params: str) -> str:
    fields = SCHEMAS[kind].list_fields
    return _path(f"/api/{kind.plural}", [*params.items(), ("limit", str(limit)), *_expand(fields)])


def _lookup_path(entity: WatchedEntity) -> str:
    separators = "/" if entity.kind.spec.is_repo else ""
    path = f"/api/{entity.kind.plural}/{quote(entity.id, safe=separators)}"
    return _path(path, _expand(SCHEMAS[entity.kind].lookup_fields))


def _expand(fields: Sequence[str]) -> list[tuple[str, str]]:
    return [("expand", field) for field in fields]


def _path(path: str, params: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(params)}" if params else path


@dataclass(frozen=True, slots=True)
class _KindPlan:
    """The requests of one kind."""

    listings: Callable[[Kind, ListingSettings, Watchlist, datetime], Iterator[Listing]]
    """The lists of a head walk."""
    lookup_path: Callable[[WatchedEntity], str] | None
    """The path of a look-up; None if the Hub has none."""
    settings: tuple[str, ...]
    """The settings that decide which lists a head walk reads."""


_REPO_PLAN = _KindPlan(_head_listings, _lookup_path, ("top", "created_days", "page_size"))

_PLANS: Mapping[Kind, _KindPlan] = {
    **dict.fromkeys(REPO_KINDS, _REPO_PLAN),
    Kind.PAPER: _KindPlan(_paper_listings, _lookup_path, ("paper_days", "trending_pages")),
    Kind.ARTICLE: _KindPlan(_article_listings, None, ("article_days", "trending_pages")),
}
