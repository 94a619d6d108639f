"""Answers for papers: Daily Papers, one paper and the search.

The feed day is the New York date of a submission. `submittedOnDailyAt` mostly holds this date as midnight UTC; another
time of day is converted.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from hubtrends.sim.endpoints.fields import KINDS
from hubtrends.sim.endpoints.repos import front_shape
from hubtrends.sim.errors import RefusedError
from hubtrends.sim.server.exchange import Answer, Item, Request, refuse_option, whole_number
from hubtrends.sim.sources.catalogue import Filters, Order
from hubtrends.sim.sources.hub import SimHub

NEW_YORK = ZoneInfo("America/New_York")

_LINKED_SHOWN = 10
"""The Hub shows a sample of a paper's repositories and their total; the size of the sample is not known."""


def daily_papers(hub: SimHub, request: Request) -> Answer:
    """Answer `GET /api/daily_papers`: a page of nested items; past the end an empty list."""
    limit = whole_number(request, "limit", 50, min_=1, max_=100)
    number = whole_number(request, "p", 0, min_=0)
    ordered = _ordered(_selected(hub, request), request)
    start = number * limit
    more = start + limit < len(ordered)
    target = request.with_parameter("p", str(number + 1)) if more else None
    return Answer(ordered[start : start + limit], next_target=target, depth=start)


def one_paper(hub: SimHub, paper_id: str) -> Answer:
    """Answer `GET /api/papers/{id}`: one paper without nesting, with its linked repositories."""
    item = next((item for item in hub.papers if item["paper"]["id"] == paper_id), None)
    if item is None:
        raise RefusedError(404, "Paper not found")
    shape = dict(item["paper"])
    for kind in KINDS:
        linked = hub.catalogue(kind).page(Order(filters=Filters(tags=(f"arxiv:{paper_id}",))), 1000).items
        title = kind.capitalize()
        shape[f"linked{title}"] = [front_shape(kind, repo) for repo in linked[:_LINKED_SHOWN]]
        shape[f"numTotal{title}"] = len(linked)
    return Answer(shape)


def search_papers(hub: SimHub, request: Request) -> Answer:
    """Answer `GET /api/papers/search`: flat items whose title has every word."""
    words = (request.first("q") or "").lower().split()
    limit = whole_number(request, "limit", 120, min_=1, max_=120)
    found = [item["paper"] for item in hub.papers if all(word in item["title"].lower() for word in words)]
    return Answer(found[:limit])


def feed_day(item: Item) -> date | None:
    """Return the day of the paper in Daily Papers; None if it never was there."""
    stamp = item["paper"].get("submittedOnDailyAt")
    if stamp is None:
        return None
    moment = datetime.fromisoformat(stamp).astimezone(UTC)
    return moment.date() if moment.time() == time.min else moment.astimezone(NEW_YORK).date()


def _selected(hub: SimHub, request: Request) -> list[Item]:
    """Return the papers of the day, week or month; refuse a day that has not begun in UTC."""
    wanted = {name: value for name in _LABELS if (value := request.first(name)) is not None}
    for name, text in wanted.items():
        pattern, _, completed = _LABELS[name]
        try:
            date.fromisoformat(completed.format(text))
        except ValueError as error:
            raise RefusedError(400, f"Invalid {name}") from error
        if not pattern.fullmatch(text):
            raise RefusedError(400, f"Invalid {name}")
    if hub.today is not None and wanted.get("date", "") > hub.today.isoformat():
        raise RefusedError(400, "Invalid date")
    selected = [item for item in hub.papers if _matches(feed_day(item), wanted)]
    submitter = request.first("submitter")
    if submitter is not None:
        selected = [item for item in selected if item.get("submittedBy", {}).get("name") == submitter]
    return selected


_LABELS = {
    "date": (re.compile(r"\d{4}-\d\d-\d\d"), "%Y-%m-%d", "{}"),
    "week": (re.compile(r"\d{4}-W\d\d"), "%G-W%V", "{}-1"),
    "month": (re.compile(r"\d{4}-\d\d"), "%Y-%m", "{}-01"),
}
"""Pattern and format of each label; the last part completes the label to a date."""


def _matches(day: date | None, wanted: dict[str, str]) -> bool:
    if not wanted:
        return True
    return day is not None and all(day.strftime(_LABELS[name][1]) == text for name, text in wanted.items())


def _ordered(papers: list[Item], request: Request) -> list[Item]:
    options = ("publishedAt", "trending")
    sort = request.first("sort", "publishedAt")
    if sort not in options:
        refuse_option(options)
    if any(request.first(name) for name in _LABELS):
        return sorted(papers, key=lambda item: -_upvotes(item))
    if sort == "trending":
        # upvotes that decay with age; the Hub does not show its own score
        newest = max((_published(item) for item in papers), default=date.min)
        return sorted(papers, key=lambda item: -_upvotes(item) / ((newest - _published(item)).days + 3) ** 1.2)
    submitted = [item for item in papers if feed_day(item) is not None]
    return sorted(submitted, key=lambda item: str(item["publishedAt"]), reverse=True)


def _upvotes(item: Item) -> int:
    upvotes: Any = item["paper"].get("upvotes", 0)
    return int(upvotes)


def _published(item: Item) -> date:
    return date.fromisoformat(str(item["paper"]["publishedAt"])[:10])
