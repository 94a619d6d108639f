"""What the analysis of a week says: frozen records that a report, a terminal table and JSON all show alike.

    WeekAnalysis
    ├── kinds: KindWeek      one a kind: the pair of snapshots compared, the lists, the Hub's own order, what is new
    │   └── lists: RankedList    risers, entrants, returned, fallers of one metric; or why they are withheld
    │       └── picks: Pick          a Change with its Score and its ListHistory on the list
    ├── shocks: HubShift        moves of the whole Hub
    ├── watched              the watch list, moved or not
    ├── backtest            how the picks of the week before did
    └── quality: Quality     what all of it rests on

Every number is None where the Hub did not say; a time is UTC; text is the Hub's and must be treated as hostile.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from analysis.provenance import OWN, Quality
from crawler.kinds import Kind


class Metric(StrEnum):
    """A counter whose change over a week is ranked."""

    DOWNLOADS = "downloads"
    """All-time downloads; the gain over a week is that week's downloads."""

    LIKES = "likes"
    UPVOTES = "upvotes"


METRICS: dict[Kind, tuple[Metric, ...]] = {
    Kind.MODEL: (Metric.DOWNLOADS, Metric.LIKES),
    Kind.DATASET: (Metric.DOWNLOADS, Metric.LIKES),
    Kind.SPACE: (Metric.LIKES,),
    Kind.PAPER: (Metric.UPVOTES,),
    Kind.ARTICLE: (Metric.UPVOTES,),
}
"""The metrics of a kind; the first is its default."""


class ListName(StrEnum):
    """The four lists of a metric."""

    RISERS = "risers"
    """At a level that their own past does not explain."""

    ENTRANTS = "entrants"
    """Younger than the history that growth needs, ordered by gain per day of age."""

    RETURNED = "returned"
    """On the list again after a time away."""

    FALLERS = "fallers"
    """Below the level of their own past."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity on the Hub under the name it had then, with the facts a reader wants beside it."""

    kind: Kind
    hub_id: str
    id: str
    title: str | None = None
    author: str | None = None
    created_at: datetime | None = None
    task: str | None = None
    library: str | None = None
    license: str | None = None
    parameters: int | None = None
    sdk: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """The two snapshots of a kind that are compared, as `compared_snapshots` chose them."""

    kind: Kind
    now_snapshot: int | None
    now_at: datetime | None
    now_scope: str | None
    before_snapshot: int | None
    before_at: datetime | None
    before_scope: str | None
    basis: str
    """exact, near, partial or none."""
    span_days: float | None
    now_origin: str | None = OWN
    before_origin: str | None = OWN
    doubtful: bool = False
    """Whether the counters of one of them may be partly old, as the datasets of its run are stale."""
    depths: str | None = None
    """How far the lists of each reach, where one of them reaches deeper."""


@dataclass(frozen=True, slots=True)
class Change:
    """What `week_over_week` says of one entity and one metric."""

    entity: Entity
    metric: Metric
    before: int | None
    """The counter before; for downloads the 30-day figure, under its own name wherever it is shown."""
    now: int | None
    gain: int | None
    """For downloads the difference of the all-time counter."""
    percent: float | None
    """Gain in percent of before; for downloads this week against the usual week of the four before, where known."""
    span_days: float | None
    likes_now: int | None
    downloads_now: int | None
    """30-day downloads."""
    rank_before: int | None
    rank_now: int | None
    """In the Hub's own trending order."""
    status: str
    """listed, appeared, left, below before or below now; unseen for a watched entity that neither snapshot shows."""
    flags: tuple[str, ...]
    age_days: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """How far an entity is above its own past, at the least."""

    value: float
    """How much better a shift that lasts explains the week than its own past, or a burst that fades, does: the
    logarithm of the odds; what the list is ordered by."""
    lift: float
    """Best estimate of the shift: 1.9 means 1.9 times its own past, 0.5 half of it."""
    lower_bound: float
    """The smallest shift, as a lift, that 2.5 standard errors leave; for a fall, the least that it fell by."""
    since: date | None
    """First day of the new level; None where only weekly snapshots exist."""
    granularity: str
    """daily or weekly: the kind of snapshots it rests on."""
    breakout: bool
    """Whether it stands out among all that were tested, at a false discovery rate of 5 %."""
    terms: tuple[tuple[str, float], ...] = ()
    """The numbers it was made from, by name."""


@dataclass(frozen=True, slots=True)
class ListHistory:
    """How an entity has stood on this list before."""

    place_before: int | None
    """Its place the week before; None when it was not on the list."""
    weeks: int
    """Weeks on the list in a row, this one included."""
    first: date
    """Day of the first report that listed it, of the last eight weeks' reports and this one."""
    best: int
    """Its best place in them."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One row of a list."""

    place: int
    change: Change
    score: Score | None
    list_history: ListHistory | None
    votes_at: tuple[tuple[int, int | None], ...] = ()
    """For papers and articles: upvotes at an age of 1, 3, 7 and 14 days; None where it was not seen at that age."""
    stars_gain: int | None = None
    """GitHub stars that a paper's code gained in the span."""


@dataclass(frozen=True, slots=True)
class RankedList:
    """One list of one metric."""

    name: ListName
    metric: Metric
    ordered_by: str
    """score, gain, gain per day, level (the number now) or percent."""
    picks: tuple[Pick, ...]
    considered: int
    """How many entities could have been on it."""
    tested: int | None
    """How many the breakout label was tested on; None where a list knows no such label, or is withheld."""
    withheld: str | None
    """Why the list is not shown: "not ranked because ..."; None when it is."""
    left_out: tuple[tuple[str, int], ...] = ()
    """For a list ordered by score: why entities could not be scored, and how many."""
    untested: str | None = None  # why the label was tested on none


@dataclass(frozen=True, slots=True)
class Trending:
    """A place in the Hub's own trending order."""

    rank: int
    rank_before: int | None
    entity: Entity
    likes: int | None
    downloads: int | None
    upvotes: int | None
    likes_gain: int | None
    upvotes_gain: int | None


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one entity over time, one point a snapshot that saw it; gaps are gaps."""

    entity: Entity
    metric: Metric
    points: tuple[tuple[datetime, int], ...]
    imported: tuple[datetime, ...] = ()
    """The times of those points that are of imported snapshots."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many new entities of a kind carry a task, library, licence or sdk."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ShareShift:
    """A task, licence or sdk that takes another share of the week than of a usual one."""

    label: str
    metric: Metric
    before: float
    """Its share of a usual week, of 1."""
    now: float
    contributor: Entity
    """The entity that moved most in the direction of the share."""
    contributed: int
    """What it had more or less than in its own usual week."""
    changed: int
    """What all entities of the label had more or less."""


@dataclass(frozen=True, slots=True)
class KindWeek:
    """The week of one kind."""

    kind: Kind
    pair: Pair
    listed: int
    """Entities in the newer snapshot."""
    lists: tuple[RankedList, ...]
    trending: tuple[Trending, ...]
    series: tuple[Series, ...]
    """Of the first picks of the default metric, or of the first in the Hub's order where nothing is ranked."""
    created: tuple[tuple[date, int], ...]
    """Entities in the newer snapshot by day of creation (UTC), the last 28 days; complete for repositories only."""
    created_in_week: int
    """Of them, created in the 7 days before the newer snapshot."""
    newest: tuple[Share, ...]
    """What the entities created in the week are, by task (models), licence (datasets) or sdk (spaces); most first."""
    first_trend_at: datetime | None
    """When a second snapshot would give the first trend; None once there is one."""
    typical_votes: tuple[tuple[int, int | None], ...] = ()
    """For papers and articles: the middle of their upvotes at an age of 1, 3, 7 and 14 days, to compare picks with."""
    shares: tuple[ShareShift, ...] = ()
    """Labels whose share of the first metric with a history moved most, each with its largest contributor."""


@dataclass(frozen=True, slots=True)
class HubShift:
    """A move of the whole Hub."""

    kind: Kind
    metric: Metric
    median_log_ratio: float
    withheld: bool
    """Whether it is beyond the limit at which nothing is ranked."""


@dataclass(frozen=True, slots=True)
class BacktestRow:
    """How last week's first picks did this week, by what they were picked for."""

    kind: Kind
    metric: Metric
    picked_by: str
    """score, gain or percent."""
    picks: int
    still_up: int
    """Of them, at least as high this week as in the week that they were picked for."""
    median_factor: float | None
    """This week's gain against that week's, the middle one."""


@dataclass(frozen=True, slots=True)
class WeekAnalysis:
    """Everything that is to be said of a week."""

    as_of: datetime
    kinds: tuple[KindWeek, ...]
    shocks: tuple[HubShift, ...]
    watched: tuple[Change, ...]
    backtest: tuple[BacktestRow, ...]
    quality: Quality
