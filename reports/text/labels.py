"""Names entities, counters and lists in the report."""

from analysis.records import METRICS, Entity, ListName, Metric, RankedList
from crawler.kinds import Kind
from reports.text.escaping import cut, hub_url
from reports.text.format import count, days, size
from reports.text.language import Language

GAIN = {Metric.DOWNLOADS: "Downloads in the span", Metric.LIKES: "Likes gained", Metric.UPVOTES: "Upvotes gained"}
"""The heading of the change of each counter. The downloads of a span come from the all-time counter."""

LISTS = {
    ListName.GAINS: "Biggest gains",
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
"""The words for a basis, which states how close the span of two snapshots is to seven days."""


def plural(kind: Kind) -> str:
    """Return the word for several entities of a kind."""
    return f"{kind.spec.label}s"


def anchor(kind: Kind) -> str:
    """Return the anchor of the section of a kind."""
    return plural(kind).replace(" ", "-")


def attribute(kind: Kind) -> str:
    """Return the heading for the attribute whose shares are compared: Task, License, SDK."""
    name = kind.spec.label_attribute or "label"
    return name.upper() if name == "sdk" else name.capitalize()


def level(metric: Metric) -> str:
    """Return the name of the counter that lists show: for downloads the 30-day one."""
    return "30-day downloads" if metric is Metric.DOWNLOADS else metric.value


def vote_metric(kind: Kind) -> Metric:
    """Return the counter of votes by people, likes or upvotes, which is the last metric of a kind."""
    return METRICS[kind][-1]


def name(entity: Entity) -> str:
    """Return the name to show: the title of a paper or article, the id of a repository."""
    return entity.id if entity.kind.spec.is_repo else entity.title or entity.id


def url(entity: Entity) -> str | None:
    """Return the address of an entity on the Hub."""
    return hub_url(entity.kind, entity.id)


def facts(entity: Entity) -> str:
    """Return the attributes shown under a name: text-generation · transformers · 7.2B · mit."""
    parameters = size(entity.parameters) if entity.parameters else None
    known = (entity.task, entity.sdk, entity.library, parameters, entity.license)
    own = known if entity.kind.spec.is_repo else (entity.id if entity.title else None, entity.author)
    return " · ".join(cut(fact, 60) for fact in own if fact)


def span(span_days: float | None, basis: str) -> str:
    """Return a span with its basis: 6.07 days, near."""
    return f"{days(span_days)}, {basis}"


def ordered(ranked: RankedList) -> str:
    """Return the order of a list, and how many entities qualified for it."""
    order = f"{level(ranked.metric)} now" if ranked.ordered_by == "level" else ranked.ordered_by
    return f"ordered by {order}; {count(ranked.considered)} qualified"


def covered(ranked: RankedList) -> str:
    """Return the share of all gain that a list covers, and how many entities could be compared."""
    coverage = ranked.coverage
    compared = f"{count(coverage.compared)} of {count(coverage.present)} compared"
    if coverage.gain_share is None:
        return compared
    return f"{100 * coverage.gain_share:.1f}\u202f% of all {ranked.metric} gained; {compared}"


def tested(ranked: RankedList) -> tuple[str, ...]:
    """Return how many entities were tested for a breakout, and how many have no score, with the reasons."""
    why = f" ({ranked.untested})" if ranked.untested else ""
    numbers = () if ranked.tested is None else (f"{count(ranked.tested)} tested for a breakout{why}",)
    return (*numbers, *(f"{count(number)} left out: {reason}" for reason, number in ranked.left_out))


def counter(metric: Metric, say: Language) -> str:
    """Return the name of a counter in a language: likes."""
    return say.say(metric.value)


def entities(kind: Kind, say: Language) -> str:
    """Return the word for several entities of a kind in a language: models."""
    return say.say(plural(kind))


def task(value: str | None, say: Language) -> str | None:
    """Return a task of the Hub as readers write it: text generation."""
    return say.say(value.replace("-", " ")) if value else None
