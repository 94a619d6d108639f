"""What entities, counters and lists are called in the report, spelt once."""

from analysis.records import Entity, ListName, Metric, RankedList
from crawler.kinds import Kind
from reports.text.escaping import cut, hub_url
from reports.text.format import count, days, size

NAMES = {Kind.ARTICLE: "blog article"}
LEVEL = {Metric.DOWNLOADS: "all-time downloads", Metric.LIKES: "likes", Metric.UPVOTES: "upvotes"}
"""The counter itself."""

GAIN = {Metric.DOWNLOADS: "Downloads in the span", Metric.LIKES: "Likes gained", Metric.UPVOTES: "Upvotes gained"}
"""What the counter's change means; only the all-time counter tells the downloads of a span."""

LISTS = {
    ListName.RISERS: "Risers",
    ListName.ENTRANTS: "New entrants",
    ListName.RETURNED: "Returned",
    ListName.FALLERS: "Fallers",
}

BASES = {
    "exact": "exact",
    "near": "near (5 to 9 days)",
    "partial": "partial (2 to 14 days)",
    "none": "none",
}
"""How well the span of two snapshots answers a question about seven days."""


def singular(kind: Kind) -> str:
    """Return the word for one entity of a kind."""
    return NAMES.get(kind, kind.value)


def plural(kind: Kind) -> str:
    """Return the word for several entities of a kind."""
    return f"{singular(kind)}s"


def anchor(kind: Kind) -> str:
    """Return what a link to the section of a kind points at."""
    return plural(kind).replace(" ", "-")


def name(entity: Entity) -> str:
    """Return what a reader knows an entity by: a paper or article by its title, a repository by its id."""
    return entity.id if entity.kind.spec.is_repo else entity.title or entity.id


def url(entity: Entity) -> str | None:
    """Return the address of an entity on the Hub."""
    return hub_url(entity.kind, entity.id)


def facts(entity: Entity) -> str:
    """Return the facts that stand under a name: text-generation · transformers · 7.2B · mit."""
    parameters = size(entity.parameters) if entity.parameters else None
    known = (entity.task, entity.sdk, entity.library, parameters, entity.license)
    own = known if entity.kind.spec.is_repo else (entity.id if entity.title else None, entity.author)
    return " · ".join(cut(fact, 60) for fact in own if fact)


def span(span_days: float | None, basis: str) -> str:
    """Return a span with its basis: 6.07 days, near."""
    return f"{days(span_days)}, {basis}"


def ordered(ranked: RankedList) -> str:
    """Return what a list is ordered by, and how many entities qualified for it."""
    level = "30-day downloads" if ranked.metric is Metric.DOWNLOADS else f"{ranked.metric}"
    by = {"level": f"{level} now", "gain per day": f"{level} per day of age"}.get(ranked.ordered_by, ranked.ordered_by)
    return f"ordered by {by}; {count(ranked.considered)} qualified"


def judged(ranked: RankedList) -> tuple[str, ...]:
    """Return how many entities the breakout label was tested on, or why none, and how many have no score, by reason."""
    why = f" ({ranked.untested})" if ranked.untested else ""
    tested = () if ranked.tested is None else (f"{count(ranked.tested)} tested for a breakout{why}",)
    return (*tested, *(f"{count(number)} left out: {reason}" for reason, number in ranked.left_out))


def flag_name(flag: str) -> str:
    """Return a flag without its evidence."""
    return flag.partition(":")[0].strip()
