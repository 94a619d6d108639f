"""Names entities, counters and lists in the report."""

from analysis.records import METRICS, Entity, ListName, Metric, RankedList
from crawler.kinds import Kind
from reports.text.escaping import cut, hub_url
from reports.text.format import capital, size
from reports.text.language import Language, forms, message

GAIN = {
    Metric.DOWNLOADS: message("Downloads in the span"),
    Metric.LIKES: message("Likes gained"),
    Metric.UPVOTES: message("Upvotes gained"),
}
"""The heading of the change of each counter. The downloads of a span come from the all-time counter."""

COUNTERS = {
    Metric.DOWNLOADS: message("downloads"),
    Metric.LIKES: message("likes"),
    Metric.UPVOTES: message("upvotes"),
}

LISTS = {
    ListName.GAINS: message("Biggest gains"),
    ListName.RISERS: message("Risers"),
    ListName.ENTRANTS: message("New entrants"),
    ListName.RETURNED: message("Returned"),
    ListName.FALLERS: message("Fallers"),
}

ORDERS = {
    "impact": message("impact"),
    "score": message("score"),
    "gain": message("gain"),
    "percent": message("percent"),
    "gain per day": message("gain per day"),
}
"""What lists are ordered by; `level` has the name of its counter."""

BASES = {
    "exact": message("exact"),
    "near": message("near (5 to 9 days)"),
    "partial": message("partial (2 to 14 days)"),
    "none": message("none"),
}
"""The words for a basis, which states how close the span of two snapshots is to seven days."""

ONE = {
    Kind.MODEL: message("model"),
    Kind.DATASET: message("dataset"),
    Kind.SPACE: message("space"),
    Kind.PAPER: message("paper"),
    Kind.ARTICLE: message("blog article"),
}

SEVERAL = {
    Kind.MODEL: message("models"),
    Kind.DATASET: message("datasets"),
    Kind.SPACE: message("spaces"),
    Kind.PAPER: message("papers"),
    Kind.ARTICLE: message("blog articles"),
}

COUNTED = {
    Kind.MODEL: forms("{count} model", "{count} models"),
    Kind.DATASET: forms("{count} dataset", "{count} datasets"),
    Kind.SPACE: forms("{count} space", "{count} spaces"),
    Kind.PAPER: forms("{count} paper", "{count} papers"),
    Kind.ARTICLE: forms("{count} blog article", "{count} blog articles"),
}

FLAGS = (
    message("breakout"),
    message("revised"),
    message("stood still"),
    message("doubtful counters"),
    message("depths differ"),
    message("scopes differ"),
    message("origins differ"),
    message("imported"),
    message("echo"),
    message("one day"),
    message("downloads per like"),
    message("removed"),
)
"""The names of the flags; what follows the colon of a flag is its evidence."""

TASKS = (
    message("text generation"),
    message("text classification"),
    message("token classification"),
    message("question answering"),
    message("table question answering"),
    message("zero shot classification"),
    message("translation"),
    message("summarization"),
    message("feature extraction"),
    message("fill mask"),
    message("sentence similarity"),
    message("text ranking"),
    message("text to speech"),
    message("text to audio"),
    message("automatic speech recognition"),
    message("audio to audio"),
    message("audio classification"),
    message("audio text to text"),
    message("voice activity detection"),
    message("image text to text"),
    message("image to text"),
    message("visual question answering"),
    message("document question answering"),
    message("visual document retrieval"),
    message("video text to text"),
    message("any to any"),
    message("depth estimation"),
    message("image classification"),
    message("object detection"),
    message("image segmentation"),
    message("text to image"),
    message("image to image"),
    message("image to video"),
    message("image text to image"),
    message("image text to video"),
    message("unconditional image generation"),
    message("video classification"),
    message("video to video"),
    message("text to video"),
    message("zero shot image classification"),
    message("zero shot object detection"),
    message("mask generation"),
    message("text to 3d"),
    message("image to 3d"),
    message("image feature extraction"),
    message("keypoint detection"),
    message("tabular classification"),
    message("tabular regression"),
    message("time series forecasting"),
    message("reinforcement learning"),
    message("robotics"),
    message("graph ml"),
    message("other"),
)
"""The tasks of the Hub; one that is not here stays in English."""

ATTRIBUTES = {"task": message("Task"), "license": message("License"), "sdk": message("SDK")}
"""The attributes whose shares are compared."""


def anchor(kind: Kind) -> str:
    """Return the anchor of the section of a kind."""
    return f"{kind.spec.label}s".replace(" ", "-")


def one(kind: Kind, say: Language) -> str:
    """Return the word for an entity of a kind: model."""
    return say.word(ONE[kind])


def entities(kind: Kind, say: Language) -> str:
    """Return the word for several entities of a kind: models."""
    return say.word(SEVERAL[kind])


def counted(kind: Kind, number: int, say: Language) -> str:
    """Return a number of entities: 1 model, 3,120 models."""
    return say.plural(*COUNTED[kind], number, count=number)


def attribute(kind: Kind, say: Language) -> str:
    """Return the heading for the attribute whose shares are compared: Task, License, SDK."""
    return say.word(ATTRIBUTES.get(kind.spec.label_attribute or "", message("Label")))


def list_name(name: ListName, say: Language) -> str:
    """Return the name of a list: Risers."""
    return say.word(LISTS[name])


def counter(metric: Metric, say: Language) -> str:
    """Return the name of a counter: likes."""
    return say.word(COUNTERS[metric])


def gained(metric: Metric, say: Language) -> str:
    """Return the heading for the gains of a counter: Likes gained."""
    return say.word(GAIN[metric])


def level(metric: Metric, say: Language) -> str:
    """Return the name of the counter that lists show: for downloads the 30-day one."""
    return say.say("30-day downloads") if metric is Metric.DOWNLOADS else counter(metric, say)


def vote_metric(kind: Kind) -> Metric:
    """Return the counter of votes by people, likes or upvotes, which is the last metric of a kind."""
    return METRICS[kind][-1]


def name(entity: Entity) -> str:
    """Return the name to show: the title of a paper or article, the id of a repository."""
    return entity.id if entity.kind.spec.is_repo else entity.title or entity.id


def url(entity: Entity) -> str | None:
    """Return the address of an entity on the Hub, None if only the watch list names it."""
    return hub_url(entity.kind, entity.id) if entity.hub_id else None


def facts(entity: Entity) -> str:
    """Return the attributes shown under a name: text-generation · transformers · 7.2B · mit."""
    parameters = size(entity.parameters) if entity.parameters else None
    known = (entity.task, entity.sdk, entity.library, parameters, entity.license)
    own = known if entity.kind.spec.is_repo else (entity.id if entity.title else None, entity.author)
    return " · ".join(cut(fact, 60) for fact in own if fact)


def span(span_days: float | None, basis: str, say: Language) -> str:
    """Return a span with its basis: 6.07 days, near (5 to 9 days)."""
    return say.say("{span}, {basis}", span=say.days(span_days), basis=say.word(BASES.get(basis, basis)))


def ordered(ranked: RankedList, say: Language) -> str:
    """Return the order of a list, and how many entities qualified for it."""
    if ranked.ordered_by == "level":
        order = say.say("{counter} now", counter=level(ranked.metric, say))
    else:
        order = say.word(ORDERS.get(ranked.ordered_by, ranked.ordered_by))
    return say.say("ordered by {order}; {count} qualified", order=order, count=ranked.considered)


def covered(ranked: RankedList, say: Language) -> str:
    """Return the share of all gain that a list covers, and how many entities could be compared."""
    coverage = ranked.coverage
    compared = say.say("{compared} of {present} compared", compared=coverage.compared, present=coverage.present)
    if coverage.gain_share is None:
        return compared
    return say.say(
        "{share} of all {counter} gained; {compared}",
        share=say.percent(coverage.gain_share),
        counter=counter(ranked.metric, say),
        compared=compared,
    )


def tested(ranked: RankedList, say: Language) -> tuple[str, ...]:
    """Return how many entities were tested for a breakout, and how many have no score, with the reasons."""
    left_out = tuple(
        say.say("{count} left out: {reason}", count=number, reason=say.word(reason))
        for reason, number in ranked.left_out
    )
    if ranked.tested is None:
        return left_out
    if not ranked.untested:
        return (say.say("{count} tested for a breakout", count=ranked.tested), *left_out)
    why = say.word(ranked.untested)
    return (say.say("{count} tested for a breakout ({why})", count=ranked.tested, why=why), *left_out)


def flag(flag: str, say: Language) -> str:
    """Return a flag with its evidence, which stays in English: removed: gone since 2 May."""
    name, colon, evidence = flag.partition(":")
    if not colon:
        return say.word(name)
    return say.say("{flag}: {evidence}", flag=say.word(name.strip()), evidence=evidence.strip())


def task(value: str | None, say: Language) -> str | None:
    """Return a task of the Hub as readers write it: text generation."""
    return say.word(value.replace("-", " ")) if value else None


def sentence(parts: list[str], say: Language) -> str:
    """Return parts joined as in a sentence, with a capital letter."""
    return capital(say.listed(parts))
