"""Plans a walk: which lists of the Hub make up a snapshot of one kind, and where each of them ends.

A walk is a row of listings; a listing is one list of the Hub, followed page by page until it ends or has said enough:

    head, repositories   trending, downloads, likes: the first N each
                         created: newest first, back to 28 days
                         author:NAME: what a watched author has published, the first N by downloads
    full, repositories   all: every one in creation order, the only order in which nothing is skipped or doubled
    papers               day:YYYY-MM-DD: the daily lists of 14 New York days before the observation and its own
                         trending: the first pages
    posts                blog, community: newest first, back to 60 days; trending: the first pages of each
    all                  look-up:ID: what is followed and was not seen on the way

Everything here is decided from arguments alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from crawler.kinds import Kind, Scope
from crawler.schema.registry import SCHEMAS

DAILY_PAPERS_ZONE = ZoneInfo("America/New_York")
"""The daily list turns over at midnight in New York."""

LOOK_UP = "look-up:"
"""How the name of a look-up's listing begins."""

PAPERS_A_PAGE = 100
"""The most that the Hub gives."""


@dataclass(frozen=True, slots=True)
class ListingSettings:
    """How far a walk goes."""

    top: int
    """Repositories taken from each top list and of each watched author."""
    created_days: int
    paper_days: int
    article_days: int
    trending_pages: int
    """Of papers and articles."""
    lookups: int
    """The most look-ups in one walk."""
    page_size: int


@dataclass(frozen=True, slots=True)
class WatchedEntity:
    """An entity that every walk of its kind reports on, whether a list shows it or not."""

    kind: Kind
    id: str
    hub_id: str | None = None
    """Known from an earlier snapshot; then a rename does not hide it."""


@dataclass(frozen=True, slots=True)
class Watchlist:
    """What is followed: named entities, and everything by named authors."""

    entities: tuple[WatchedEntity, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of the Hub and how far to follow it."""

    name: str
    path: str
    ranked: bool = False
    """Whether a place in this list is the Hub's own trending rank."""
    most_records: int | None = None
    most_pages: int | None = None
    back_to: datetime | None = None
    """Ends after the first page that holds nothing younger."""
    numbered: bool = False
    """Pages are counted with `p` and end with the total (blog); else a `next` link leads on."""
    links_count: bool = False
    """The `next` links count with `p`, and behind the last page lies an empty one (papers)."""
    look_up: bool = False
    """A single entity; that it is not there is an answer."""
    in_batches: bool = False
    """So long that its pages are read many at once."""


def plan_listings(
    kind: Kind, scope: Scope, settings: ListingSettings, following: Watchlist, observed_at: datetime
) -> tuple[Listing, ...]:
    """The lists that make up a snapshot of the kind, in the order in which they are walked."""
    if kind is Kind.PAPER:
        return tuple(_paper_listings(settings, observed_at))
    if kind is Kind.ARTICLE:
        return tuple(_article_listings(settings, observed_at))
    if scope is Scope.FULL:
        all_of_them = _repo_listing(kind, "all", limit=settings.page_size, sort="createdAt", direction="1")
        return (replace(all_of_them, in_batches=True),)
    return tuple(_head_listings(kind, settings, following, observed_at))


def lookup_listings(
    kind: Kind, following: Watchlist, seen_ids: set[str], seen_hub_ids: set[str], most: int
) -> tuple[Listing, ...]:
    """A listing for each followed entity of the kind that the lists did not show, `most` at the most."""
    unseen = [
        entity
        for entity in dict.fromkeys(following.entities)
        if entity.kind is kind and entity.hub_id not in seen_hub_ids and entity.id not in seen_ids
    ]
    return tuple(
        Listing(f"{LOOK_UP}{entity.id}", _lookup_path(entity), look_up=True)
        for entity in unseen[:most]
        if kind is not Kind.ARTICLE
    )


def _head_listings(
    kind: Kind, settings: ListingSettings, following: Watchlist, observed_at: datetime
) -> Iterator[Listing]:
    top = partial(_repo_listing, kind, limit=min(settings.top, settings.page_size), most=settings.top)
    if settings.top:
        yield top("trending", ranked=True, sort="trendingScore")
        if kind is not Kind.SPACE:
            yield top("downloads", sort="downloads")
        yield top("likes", sort="likes")
    yield _repo_listing(
        kind,
        "created",
        limit=settings.page_size,
        back_to=observed_at - timedelta(days=settings.created_days),
        sort="createdAt",
        direction="-1",
    )
    by = "likes" if kind is Kind.SPACE else "downloads"
    for author in following.authors if settings.top else ():
        yield top(f"author:{author}", author=author, sort=by)


def _repo_listing(
    kind: Kind,
    name: str,
    *,
    limit: int,
    ranked: bool = False,
    most: int | None = None,
    back_to: datetime | None = None,
    **params: str,
) -> Listing:
    path = _path(f"/api/{kind.plural}", [*params.items(), ("limit", str(limit)), *_expand(SCHEMAS[kind].list_fields)])
    return Listing(name, path, ranked=ranked, most_records=most, back_to=back_to)


def _paper_listings(settings: ListingSettings, observed_at: datetime) -> Iterator[Listing]:
    today = observed_at.astimezone(DAILY_PAPERS_ZONE).date()
    limit = ("limit", str(PAPERS_A_PAGE))
    for days in range(settings.paper_days + 1):
        date = (today - timedelta(days=days)).isoformat()
        yield Listing(f"day:{date}", _path("/api/daily_papers", [("date", date), limit]), links_count=True)
    if settings.trending_pages:
        trending = _path("/api/daily_papers", [("sort", "trending"), limit])
        yield Listing("trending", trending, ranked=True, most_pages=settings.trending_pages, links_count=True)


def _article_listings(settings: ListingSettings, observed_at: datetime) -> Iterator[Listing]:
    oldest = observed_at - timedelta(days=settings.article_days)
    yield Listing("blog", "/api/blog?p=0", numbered=True, back_to=oldest)
    yield Listing("community", "/api/blog/community?sort=recent&p=0", numbered=True, back_to=oldest)
    if settings.trending_pages:
        trending = "/api/blog/community?sort=trending&p=0"
        yield Listing("trending", trending, ranked=True, numbered=True, most_pages=settings.trending_pages)


def lookup_listing(name: str, entity: WatchedEntity) -> Listing:
    """The look-up of one entity, under a name of its own in the walk."""
    return Listing(name, _lookup_path(entity), look_up=True)


def _lookup_path(entity: WatchedEntity) -> str:
    if entity.kind is Kind.PAPER:
        return f"/api/papers/{quote(entity.id, safe='')}"
    return _path(f"/api/{entity.kind.plural}/{quote(entity.id, safe='/')}", _expand(SCHEMAS[entity.kind].lookup_fields))


def _expand(fields: Sequence[str]) -> list[tuple[str, str]]:
    return [("expand", field) for field in fields]


def _path(path: str, params: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(params)}" if params else path


def next_numbered(path: str) -> str:
    """The same list's next page, where pages are counted with `p`, the last parameter."""
    stem, _, number = path.rpartition("=")
    return f"{stem}={int(number) + 1}"
