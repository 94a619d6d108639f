"""Builds results by hand: weeks of any size, a first week, and an empty store.

`python -m tests.fakes.results FOLDER` writes reports to look at in a browser.
"""

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from analysis.records import (
    METRICS,
    BacktestRow,
    Change,
    Coverage,
    Entity,
    HubShift,
    KindWeek,
    ListHistory,
    ListName,
    Metric,
    Pair,
    PastRanks,
    PastWeek,
    Pick,
    Quality,
    RankedList,
    RejectCount,
    Score,
    Share,
    ShareShift,
    SnapshotUse,
    Trending,
    TypicalVotes,
    WeekAnalysis,
    WeeklyGains,
)
from crawler.kinds import Kind
from reports.build import build
from reports.publish import publish
from reports.render.render import render

NOW = datetime(2026, 5, 4, 7, 40, tzinfo=UTC)
BEFORE = datetime(2026, 4, 28, 6, 0, tzinfo=UTC)
AS_OF = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

NAMES = {
    Kind.MODEL: "aurora/lantern-7b borealis/lantern-7b-GGUF tidewater/Heron-VL-3B quarry/slate-embed-large".split(),
    Kind.DATASET: "tidewater/shore-captions quarry/minerals-qa aurora/night-sky-1M openfield/tractor-logs".split(),
    Kind.SPACE: "aurora/lantern-chat borealis/heron-demo quarry/embedding-atlas openfield/crop-doctor".split(),
    Kind.PAPER: "2604.10001 2604.10002 2604.10003 2604.10004".split(),
    Kind.ARTICLE: "aurora/lantern quarry/embeddings-in-practice tidewater/heron-notes openfield/small-data".split(),
}
TITLES = {
    Kind.PAPER: (
        "Lanterns in the Dark: Sparse Attention for Long Documents",
        "What Herons See: Grounding Language in Tidal Video",
        "A Field Guide to Small Data",
        "データが少ないときの埋め込み学習",
    ),
    Kind.ARTICLE: ("Releasing Lantern 7B", "Embeddings in practice", "Notes on Heron", "Small data, large fields"),
}
TASKS = ("text-generation", "text-generation", "image-text-to-text", "sentence-similarity")
WORDS = {
    Kind.MODEL: TASKS[1:],
    Kind.DATASET: ("mit", "cc-by-4.0", "apache-2.0"),
    Kind.SPACE: ("gradio", "docker", "static"),
}


def entity(kind: Kind, place: int = 0, **facts: object) -> Entity:
    """Return one of four entities of a kind; higher numbers repeat them under numbered names."""
    which, turn = place % 4, place // 4
    name = NAMES[kind][which] + (f"-{turn}" if turn else "")
    found = Entity(kind, f"{kind}-{place}", name, created_at=datetime(2026, 4, 3 + place, 9, tzinfo=UTC))
    if kind in TITLES:
        found = replace(found, title=TITLES[kind][which] + (f" ({turn})" if turn else ""), author="Ada Example")
    if kind is Kind.MODEL:
        found = replace(found, task=TASKS[which], library="transformers", license="mit", parameters=7_240_000_000)
    return replace(found, **facts)  # type: ignore[arg-type]


def change(of: Entity, metric: Metric, gain: int | None, **facts: object) -> Change:
    """Return a change of an entity by a gain, from a level ten times as high."""
    before = None if gain is None else 10 * abs(gain) + 7
    now = None if before is None or gain is None else before + (gain // 2 if metric is Metric.DOWNLOADS else gain)
    percent = None if not before or gain is None or metric is Metric.DOWNLOADS else round(100 * gain / before, 2)
    made = Change(of, metric, before, now, gain, percent, 6.0694, 321, 54321, 12, 9, "listed", (), 31.2)
    return replace(made, **facts)  # type: ignore[arg-type]


def unseen(name: str) -> Change:
    """Return the change of a model that only the watch list names."""
    nothing = dict.fromkeys(("span_days", "likes_now", "downloads_now", "rank_before", "rank_now", "age_days"))
    return change(Entity(Kind.MODEL, "", name), Metric.LIKES, None, status="unseen", **nothing)


TERMS = (("this week", 8400.0), ("baseline week", 3500.0), ("daily noise", 0.2), ("drift", 0.05))


def pick(place: int, of: Change) -> Pick:
    """Return a row of a list with a score and a list history for its place."""
    best = 2.4 - place * 0.05
    since = date(2026, 4, 30) if place % 2 else None
    impact = round((of.gain or 0) * 0.4, 3)
    score = Score(0.8, best, round(best * 0.8, 4), impact, since, "daily", place == 1, TERMS)
    list_history = ListHistory(None if place == 3 else place + 1, 1 if place == 3 else 3, date(2026, 4, 20), place)
    return Pick(place, of, score, list_history, impact, place, of.entity.id)


COVERAGE = Coverage(present=1000, compared=900, total_gain=40_000, listed_gain=12_600, gain_share=0.315)


def ranked(name: ListName, metric: Metric, kind: Kind, rows: int) -> RankedList:
    """Return a list with a number of rows; fallers fall and entrants have no past."""
    sign = -1 if name is ListName.FALLERS else 1
    scale = 900 if metric is Metric.DOWNLOADS else 12
    changes = [change(entity(kind, n), metric, sign * (rows - n) ** 2 * scale) for n in range(rows)]
    if name is ListName.ENTRANTS:
        young = [replace(one, status="appeared", gain=None, before=None, percent=None, age_days=2.5) for one in changes]
        picks = tuple(Pick(place, one, None, None) for place, one in enumerate(young, start=1))
        return RankedList(name, metric, "gain per day", picks, 257, None, None, coverage=COVERAGE)
    if changes and metric is Metric.DOWNLOADS:
        changes[-1] = replace(
            changes[-1], flags=("revised", "downloads per like: 54,000, 99 in 100 have at most 9,100")
        )
    picks = tuple(pick(place, one) for place, one in enumerate(changes, start=1))
    if kind is Kind.PAPER:
        picks = tuple(replace(one, votes_at=((1, 12), (3, 30), (7, 44), (14, None)), stars_gain=210) for one in picks)
    if name is ListName.RETURNED:
        return RankedList(name, metric, "level", picks, rows, None, None, coverage=COVERAGE)
    order = "gain" if name is ListName.GAINS else "impact"
    return RankedList(name, metric, order, picks, 12_480, 640, None, (("too few snapshots", 31),), coverage=COVERAGE)


def lists(kind: Kind, metric: Metric, rows: int) -> tuple[RankedList, ...]:
    """Return the five lists of a metric, without returned entities and with few fallers."""
    sizes = {**dict.fromkeys(ListName, rows), ListName.RETURNED: 0, ListName.FALLERS: rows // 2}
    return tuple(ranked(name, metric, kind, size) for name, size in sizes.items())


def pair(kind: Kind, **facts: object) -> Pair:
    """Return the pair of snapshots of a kind."""
    number = list(Kind).index(kind)
    return replace(Pair(kind, 6 + number, NOW, "head", 1 + number, BEFORE, "head", "near", 6.0694), **facts)  # type: ignore[arg-type]


def trending(kind: Kind, rows: int) -> tuple[Trending, ...]:
    """Return the Hub's own order, with a new entity in second place."""
    repo = kind.spec.is_repo
    return tuple(
        Trending(
            rank=n + 1,
            rank_before=None if n == 1 else 2 * n + 1,
            entity=entity(kind, n),
            likes=4000 - 150 * n if repo else None,
            downloads=90_000 - 1234 * n if kind in (Kind.MODEL, Kind.DATASET) else None,
            upvotes=None if repo else 120 - 5 * n,
            likes_gain=400 - 20 * n if repo else None,
            upvotes_gain=None if repo else 30 - n,
        )
        for n in range(rows)
    )


TYPICAL = ((1, 2, 4, 9), (3, 4, 9, 20), (7, 6, 14, 31), (14, 8, 17, 40))


def past_weeks(known: int) -> tuple[PastWeek, ...]:
    """Return nine weeks of which the last ones are compared, the second to last over ten days."""
    ends = [NOW - timedelta(days=7 * ago) for ago in reversed(range(9))]
    spans = [*(None,) * (9 - known), *(7.0,) * known][-9:]
    weeks = [PastWeek(end, span, "exact" if span else "none") for end, span in zip(ends, spans, strict=True)]
    return (*weeks[:-2], replace(weeks[-2], span_days=10.0, basis="partial") if known > 1 else weeks[-2], weeks[-1])


def weekly_gains(kind: Kind, rows: int) -> tuple[WeeklyGains, ...]:
    """Return rising weekly gains with an unknown week and a counter that fell."""
    gains = [None if week == 2 else -5 if week == 4 else 40 * week * week + 3 for week in range(9)]
    return tuple(WeeklyGains(f"{kind}-{n}", metric, tuple(gains)) for metric in METRICS[kind] for n in range(rows))


def share_shifts(kind: Kind) -> tuple[ShareShift, ...]:
    """Return one label whose share rose, mainly through one entity; papers and articles have none."""
    if not kind.spec.is_repo:
        return ()
    return (ShareShift(WORDS[kind][0], METRICS[kind][0], 0.2041, 0.3102, entity(kind), 4100, 5200),)


def kind_week(kind: Kind, rows: int, points: int = 3) -> KindWeek:
    """Return the week of a kind with a number of rows per list and compared weeks."""
    return KindWeek(
        kind=kind,
        pair=pair(kind),
        listed=3120,
        lists=tuple(one for metric in METRICS[kind] for one in lists(kind, metric, rows)),
        trending=trending(kind, rows),
        created=tuple((date(2026, 4, 7) + timedelta(days=n), 20 + n * n % 37) for n in range(28)),
        created_in_week=214,
        newest=tuple(Share(word, 90 - 25 * n) for n, word in enumerate(WORDS.get(kind, ()))),
        first_trend_at=None,
        shares=share_shifts(kind) if rows else (),
        typical_votes=tuple(TypicalVotes(*one) for one in TYPICAL) if kind is Kind.PAPER else (),
        past_weeks=past_weeks(points),
        weekly_gains=weekly_gains(kind, rows),
        past_ranks=tuple(
            PastRanks(f"{kind}-{n}", (*(n * 3 % 14 + week for week in range(8)), n + 1)) for n in range(rows)
        ),
    )


def used(kind: Kind, number: int, at: datetime) -> SnapshotUse:
    """Return a used snapshot of a kind."""
    stale, private = (False, 12) if kind is Kind.MODEL else (None, 0 if kind.spec.is_repo else None)
    return SnapshotUse(number, kind, "head", at, True, stale, 3120, 2, 1, 24, private=private)


QUALITY = Quality(
    used=tuple(used(kind, n, BEFORE if n < 6 else NOW) for n, kind in enumerate((*Kind, *Kind), start=1)),
    rejects=(RejectCount(Kind.MODEL, "likes: not a count", 2),),
    missing=("The changes of models span 6.07 days, not 7 (near).",),
    drift=("model: the Hub's field gguf is new",),
    history=("Downloads of models: 29 snapshots since 2 April.",),
)


def week(rows: int = 3, points: int = 3) -> WeekAnalysis:
    """Return a week for a report with every section."""
    watched = (change(entity(Kind.MODEL, 3), Metric.LIKES, 0), change(entity(Kind.PAPER, 1), Metric.UPVOTES, None))
    return WeekAnalysis(
        as_of=AS_OF,
        kinds=tuple(kind_week(kind, rows, points) for kind in Kind),
        shocks=(HubShift(Kind.MODEL, Metric.DOWNLOADS, -0.1393, False),),
        watched=(*watched, change(entity(Kind.MODEL, 3), Metric.DOWNLOADS, 5200)),
        backtest=(
            BacktestRow(Kind.MODEL, Metric.DOWNLOADS, "score", 20, 14, 1.08),
            BacktestRow(Kind.MODEL, Metric.DOWNLOADS, "percent", 20, 5, None),
        ),
        quality=QUALITY,
    )


def first_week(rows: int = 3) -> WeekAnalysis:
    """Return a week with one snapshot per kind: only entrants are ranked."""
    reason = "not ranked because no earlier snapshot lies 2 to 14 days before the newest"
    kinds = tuple(_first_kind(kind_week(kind, rows, 1), reason) for kind in Kind)
    quality = replace(QUALITY, used=QUALITY.used[5:], missing=("There is only one snapshot.",))
    return WeekAnalysis(AS_OF, kinds, (), (), (), quality)


def _first_kind(full: KindWeek, reason: str) -> KindWeek:
    alone = replace(full.pair, before_snapshot=None, before_at=None, before_scope=None, basis="none", span_days=None)
    withheld = tuple(
        one if one.name is ListName.ENTRANTS else replace(one, picks=(), considered=0, tested=None, withheld=reason)
        for one in full.lists
    )
    order = tuple(replace(one, rank_before=None, likes_gain=None, upvotes_gain=None) for one in full.trending)
    return replace(full, pair=alone, lists=withheld, trending=order, first_trend_at=NOW + timedelta(days=2))


def nothing() -> WeekAnalysis:
    """Return the analysis of an empty store."""
    return WeekAnalysis(AS_OF, (), (), (), (), Quality((), (), (), ()))


if __name__ == "__main__":
    for stem, made in (("rich", week(20, 29)), ("first", first_week(20)), ("nothing", nothing())):
        publish(Path(sys.argv[1]), stem, render(build(made, week="2026-W18")))
