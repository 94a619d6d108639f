"""The records of an analysed week: frozen, without DuckDB, the same for report, terminal, JSON and notebook.

    WeekAnalysis
    ├── kinds: KindWeek          one per kind: the compared snapshots, the lists, the Hub's own order, what is new
    │   └── lists: RankedList    gains, risers, entrants, returned or fallers of one metric; or why they are withheld
    │       ├── picks: Pick      a Change with its Score and its ListHistory, one per entity
    │       └── rows: FoldedRow  the picks folded under the roots of their families
    ├── shocks: HubShift         moves of the whole Hub
    ├── watched: Change          the watch list, moved or not
    ├── backtest: BacktestRow    how last week's picks did
    ├── families: Families       the families of models that gained most
    └── quality: Quality         the snapshots used and what is missing

A number is None if the Hub gave no value. Times are UTC. Texts come from the Hub and are untrusted.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from analysis.groups.entity_records import Adoptions, Description, EntityAges, Organisations
from analysis.groups.records import Families
from analysis.groups.share_records import EmergingTags, Facet, TopicHeat, WeekGains
from crawler.kinds import OWN_ORIGIN, Kind
from db.ranked import StoredRanking

UNPUBLISHED = {"published": False}
"""Marks a field that no report shows."""


class Metric(StrEnum):
    """A counter whose gain over a week is ranked."""

    DOWNLOADS = "downloads"
    """All-time downloads; their gain over a week is that week's downloads."""

    LIKES = "likes"
    UPVOTES = "upvotes"

    @property
    def counter(self) -> str:
        """The column whose difference is the gain."""
        return "downloads_all_time" if self is Metric.DOWNLOADS else self.value

    @property
    def columns(self) -> dict[str, str]:
        """Map the slots of an SQL text to the columns of this metric."""
        return {"counter": self.counter, "shown": self.value, "gain": f"{self.value}_gain"}


METRICS: dict[Kind, tuple[Metric, ...]] = {kind: tuple(Metric(name) for name in kind.spec.metrics) for kind in Kind}
"""The metrics of each kind; the first is its default."""

AGES = (1, 3, 7, 14)
"""Days after publication at which upvotes are compared. Most upvotes come on the first day, few after two weeks."""


class ListName(StrEnum):
    """The five lists of a metric."""

    GAINS = "gains"
    """The biggest known gains, with or without a history."""

    RISERS = "risers"
    """Entities above the level that their own past explains, by impact."""

    ENTRANTS = "entrants"
    """Entities that are new on the Hub or in the store and have no score yet, by gain per day."""

    RETURNED = "returned"
    """Entities that are back after they were missing a week ago."""

    FALLERS = "fallers"
    """Entities below the level that their own past explains, or whose votes were taken back; by loss."""


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity with the name and attributes that held at the newer snapshot."""

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
    """The two compared snapshots of a kind, as `compared_snapshots` chose them."""

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
    now_origin: str | None = OWN_ORIGIN
    before_origin: str | None = OWN_ORIGIN
    doubtful: bool = False
    """Whether some counters may be old, because the datasets of the same run are stale."""
    depths: str | None = None
    """How far the lists of each snapshot reach; None if both reach equally far."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of `week_over_week` for one metric."""

    entity: Entity
    metric: Metric
    before: int | None
    """The earlier value of the counter; for downloads the 30-day count."""
    now: int | None
    gain: int | None
    """The difference of the column `Metric.counter` between the two snapshots."""
    percent: float | None
    """Gain in percent of `before`; for downloads this week against the baseline week."""
    span_days: float | None
    likes_now: int | None
    downloads_now: int | None
    """30-day downloads."""
    rank_before: int | None
    rank_now: int | None
    """Place in the Hub's own trending order."""
    status: str
    """listed, appeared, left, below before, below now, or unseen: watched and in neither snapshot."""
    flags: tuple[str, ...]
    age_days: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """How clearly, and by how much, an entity left the level of its past."""

    value: float
    """Log odds that the week is a lasting level shift rather than no change or a fading burst."""
    lift: float
    """Estimated shift: 1.9 is 1.9 times the baseline, 0.5 half of it."""
    lower_bound: float
    """The lift less 2.5 standard errors; for a fall, plus 2.5 standard errors."""
    impact: float
    """Lower bound of the gain that the past does not explain: gain x (1 - 1/lower_bound). For a fall, the lower bound
    of the loss against the baseline week: baseline week x (lower_bound - 1), negative."""
    since: date | None
    """First day of the new level; None for weekly snapshots."""
    granularity: str
    """daily or weekly: the interval between the snapshots that the score reads."""
    breakout: bool
    """Whether the shift is significant among all tested entities, at a false discovery rate of 5 %."""
    terms: tuple[tuple[str, float], ...] = ()
    """The numbers that the score is computed from, by name."""

    def term(self, name: str) -> float | None:
        """Return the number of the score with this name."""
        return dict(self.terms).get(name)


@dataclass(frozen=True, slots=True)
class ListHistory:
    """Earlier places of an entity on the same list."""

    place_before: int | None
    """Place the week before; None when it was not on the list."""
    weeks: int
    """Consecutive weeks on the list, this one included."""
    first: date
    """Day of the first report that listed it, within the last eight weeks."""
    best: int
    """Best place within the last eight weeks."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One row of a list."""

    place: int
    """Place of its row after folding; the parts of a family share one."""
    change: Change
    score: Score | None
    list_history: ListHistory | None
    impact: float | None = None
    """The impact of the score; for votes that were taken back, the loss. None without a score."""
    flat_place: int = 0
    """Place among the entities before folding."""
    root: str | None = None
    """Name of the family's root under which the entity is folded; None if it is not folded."""
    votes_at: tuple[tuple[int, int | None], ...] = ()
    """Upvotes of papers and articles at an age of 1, 3, 7 and 14 days; None if not observed then."""
    stars_gain: int | None = None
    """GitHub stars that the code of a paper gained in the span."""


@dataclass(frozen=True, slots=True)
class FoldedRow:
    """One row of a folded list: an entity, or a family of several."""

    place: int
    root: str
    """Name of the family's root, or of the entity."""
    hub_id: str
    """Hub id of the root or the entity; empty if the root was never seen."""
    parts: int
    """How many entities of the list it contains."""
    largest: tuple[str, ...]
    """Names of its first parts."""
    gain: int | None
    """Sum over its parts; None if none is known."""
    impact: float | None
    """Sum over its parts; None if none is known."""
    picks: tuple[int, ...]
    """Places of its parts before folding."""
    list_history: ListHistory | None = None
    """Earlier places of any of its parts."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a metric's week a list covers."""

    present: int = 0
    """Entities of the newer snapshot."""
    compared: int = 0
    """Entities whose gain is known."""
    total_gain: int = 0
    """Sum of the known positive gains of the kind."""
    listed_gain: int = 0
    """Sum of the positive gains on the list; for fallers the sum of the rounded impacts, negative."""
    gain_share: float | None = None
    """The listed gain as a fraction of the total; None if nothing gained."""


@dataclass(frozen=True, slots=True)
class RankedList:
    """One list of one metric."""

    name: ListName
    metric: Metric
    ordered_by: str
    """impact, score, gain, gain per day, level (the number now) or percent."""
    picks: tuple[Pick, ...]
    """The entities of the list, in unfolded order."""
    considered: int
    """How many entities qualified for the list."""
    tested: int | None
    """How many entities the breakout test covered; None for lists without the label and withheld lists."""
    withheld: str | None
    """Why the list is not shown ("not ranked because ..."); None when it is shown."""
    left_out: tuple[tuple[str, int], ...] = ()
    """For a list of scored entities: reasons why others have no score, with counts."""
    untested: str | None = None
    """Reason why no entity was tested."""
    coverage: Coverage = Coverage()
    rows: tuple[FoldedRow, ...] = ()
    """The picks folded, in the order of display."""


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
class PastWeek:
    """One of the last weeks of a kind; they end a multiple of seven days before the newer snapshot."""

    end: datetime
    span_days: float | None
    """Between the snapshots compared in the week; None if there are no two."""
    basis: str
    """exact, near, partial or none."""
    imported: bool = False
    """Whether either snapshot comes from an archive."""


@dataclass(frozen=True, slots=True)
class WeeklyGains:
    """The gains of one entity in the last weeks of its kind, oldest first; None where unknown."""

    hub_id: str
    metric: Metric
    gains: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class PastRanks:
    """The places of one entity in the Hub's own order at the end of the last weeks, oldest first."""

    hub_id: str
    ranks: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many new entities have a task, licence or sdk."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ShareShift:
    """A task, licence or sdk whose share of this week's gain differs from the baseline week."""

    label: str
    metric: Metric
    before: float
    """Its share of the baseline week, as a fraction."""
    now: float
    contributor: Entity
    """The entity that contributed most to the shift."""
    contributed: int
    """The change of that entity against its baseline week."""
    changed: int
    """The change of all entities with the label."""


@dataclass(frozen=True, slots=True)
class TypicalVotes:
    """The quartiles of the upvotes of all papers or articles at one age in days."""

    age: int
    lower: int
    median: int
    upper: int


@dataclass(frozen=True, slots=True)
class KindWeek:
    """The week of one kind."""

    kind: Kind
    pair: Pair
    listed: int
    """Entities in the newer snapshot."""
    lists: tuple[RankedList, ...]
    trending: tuple[Trending, ...]
    created: tuple[tuple[date, int], ...]
    """Entities of the newer snapshot by day of creation (UTC), 28 days; complete for repositories only."""
    created_in_week: int
    """Number of entities created in the 7 days before the newer snapshot."""
    newest: tuple[Share, ...]
    """Entities created in the week by task (models), licence (datasets) or sdk (spaces), most first."""
    first_trend_at: datetime | None
    """Earliest time of a second snapshot that would give a trend; None once there is one."""
    typical_votes: tuple[TypicalVotes, ...] = ()
    """Of papers and articles at an age of 1, 3, 7 and 14 days, as far as any was observed at it."""
    shares: tuple[ShareShift, ...] = ()
    """Labels whose share of the first metric with a history moved most."""
    past_weeks: tuple[PastWeek, ...] = ()
    """The last nine weeks, oldest first; the last one is the compared week."""
    weekly_gains: tuple[WeeklyGains, ...] = ()
    """Of every listed entity, by metric."""
    past_ranks: tuple[PastRanks, ...] = ()
    """Of the first entities in the Hub's own order."""


@dataclass(frozen=True, slots=True)
class HubShift:
    """A move of the whole Hub."""

    kind: Kind
    metric: Metric
    median_log_ratio: float
    withheld: bool
    """Whether the move is so large that the lists are withheld."""


@dataclass(frozen=True, slots=True)
class BacktestRow:
    """The gains this week of last week's picks, for one order of the list."""

    kind: Kind
    metric: Metric
    picked_by: str
    """impact, score, gain or percent."""
    picks: int
    still_up: int
    """Number of picks whose gain per day is at least as large as last week."""
    median_lift: float | None
    """Median of this week's gain per day over last week's."""


@dataclass(frozen=True, slots=True)
class KindAnalysis:
    """The week of one kind, with its contributions to the whole report."""

    week: KindWeek
    shocks: tuple[HubShift, ...]
    history: tuple[str, ...]
    """The sentences of `Quality.history` about this kind."""
    imported: tuple[str, ...] = ()
    """The sentences of `Quality.imported` about this kind."""
    rankings: tuple[StoredRanking, ...] = ()
    """The rankings of the kind's metrics."""


@dataclass(frozen=True, slots=True)
class SnapshotUse:
    """A snapshot that the report reads."""

    snapshot_id: int
    kind: Kind
    scope: str
    observed_at: datetime
    complete: bool
    stale: bool | None
    records: int
    rejected: int
    duplicates: int
    requests: int
    origin: str = OWN_ORIGIN
    doubtful: bool = False
    private: int | None = None
    """Private repositories that the Hub showed to the token's owner and the crawl dropped."""


@dataclass(frozen=True, slots=True)
class RejectCount:
    """How many items of the used snapshots were rejected for one reason."""

    kind: Kind
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Quality:
    """The snapshots used and what is missing."""

    used: tuple[SnapshotUse, ...]
    rejects: tuple[RejectCount, ...]
    missing: tuple[str, ...]
    """One sentence per gap in the data."""
    drift: tuple[str, ...]
    """Fields of the Hub that are new, gone or changed."""
    history: tuple[str, ...] = ()
    """One sentence per ranked metric: the snapshots that its scores read."""
    imported: tuple[str, ...] = ()
    """One sentence per ranked metric whose scores read imported snapshots."""


@dataclass(frozen=True, slots=True)
class WeekAnalysis:
    """The results of a week."""

    as_of: datetime
    kinds: tuple[KindWeek, ...]
    shocks: tuple[HubShift, ...]
    watched: tuple[Change, ...]
    backtest: tuple[BacktestRow, ...]
    quality: Quality
    families: Families = field(default_factory=Families)
    """The families of models that gained most."""
    facets: tuple[Facet, ...] = ()
    """Each kind divided by each facet that the Hub states for it."""
    gains: tuple[WeekGains, ...] = ()
    """The newest weeks of every kind, the oldest first."""
    topics: tuple[TopicHeat, ...] = ()
    """The configured topics, the hottest first."""
    emerging: tuple[EmergingTags, ...] = ()
    """The tags of every kind that rose beyond chance."""
    organisations: Organisations = field(default_factory=Organisations)
    """The gains of owners across all kinds."""
    adoption: Adoptions = field(default_factory=Adoptions)
    """The citers of papers."""
    ages: tuple[EntityAges, ...] = ()
    """The counters of listed entities at equal ages, where observed."""
    descriptions: tuple[Description, ...] = ()
    """The description of each listed entity."""
    rankings: tuple[StoredRanking, ...] = field(default=(), metadata=UNPUBLISHED)
    """Rankings that were made for the report and can be stored."""
