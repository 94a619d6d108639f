"""Papers of a simulated world, each a pure function of the seed and its day.

Upvotes settle over two weeks: after `a` days a paper has 1 - exp(-(a + 1) / 3.5) of its final upvotes. A few papers
were never in Daily Papers; as on the Hub, only the trending list shows them.
"""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from hubtrends.sim.endpoints.papers import NEW_YORK
from hubtrends.sim.world.names import organisation, paper_title, person, slug
from hubtrends.sim.world.rng import stream
from hubtrends.sim.world.timestamps import object_id, wire_time

LOOK_BACK = 28
"""Days of papers before the world starts; the first crawl reads back two weeks."""

_SETTLED = 14
_PRAISE = 400
"""Upvotes that a praised paper has more than others."""

_UNSUBMITTED_A_DAY = 1
"""Papers of each weekend day; the feed does not take papers then."""


def papers_on(
    seed: int, start: date, today: date, a_day: int, praised: Mapping[str, str] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """Return all papers before `today`, newest day first, those outside of the feed included.

    `praised` has the titles of much upvoted papers by id.
    """
    days = (today - start).days + LOOK_BACK
    found = []
    for back in range(1, days + 1):
        day = today - timedelta(days=back)
        submitted = day.weekday() < 5
        count = a_day if submitted else _UNSUBMITTED_A_DAY
        found += [_paper(seed, day, number, today, submitted, praised) for number in range(count)]
    return found


def paper_id(day: date, number: int) -> str:
    """Return the arXiv id of paper `number` of a day."""
    return f"{day:%y%m}.{day.day:02d}{number:03d}"


def upvotes_after(final: int, days: int) -> int:
    """Return the upvotes after `days` of a paper that will have `final`."""
    if days >= _SETTLED:
        return final
    return round(final * (1.0 - math.exp(-(days + 1) / 3.5)))


def _paper(
    seed: int, day: date, number: int, today: date, submitted: bool, praised: Mapping[str, str]
) -> dict[str, Any]:
    rng = stream(seed, "paper", day, number)
    published = _midnight(day - timedelta(days=rng.randrange(4)))
    age = (today - day).days - 1
    identifier, added = paper_id(day, number), _midnight(day)
    title, final = paper_title(rng), int(rng.lognormvariate(2.6, 1.1)) + 1
    if identifier in praised:
        title, final = praised[identifier], final + _PRAISE
    paper = {
        "id": identifier,
        "authors": [
            {"_id": _object(rng, added), "name": person(rng), "hidden": False} for _ in range(rng.randrange(2, 7))
        ],
        "publishedAt": wire_time(published),
        "title": title,
        "summary": f"We study {title.partition(': ')[2].lower()} and report what holds and what does not.",
        "upvotes": upvotes_after(final, age),
        "discussionId": _object(rng, added),
    }
    paper |= _extras(rng, title, age)
    outer = _outer(rng, paper, published)
    if submitted:
        full = person(rng)
        name = slug(full)
        by = {"_id": _object(rng, added), "avatarUrl": f"https://cdn.invalid/{name}.svg", "isPro": False}
        by |= {"fullname": full, "user": name, "type": "user", "name": name}
        paper |= {"submittedOnDailyAt": wire_time(added), "submittedOnDailyBy": by}
        outer["submittedBy"] = by | {"followerCount": rng.randrange(500), "isUserFollowing": False}
    return outer


def _outer(rng: Random, paper: dict[str, Any], published: datetime) -> dict[str, Any]:
    """The row around the paper; its `publishedAt` is the New York wall clock written as if it were UTC."""
    shifted = published.astimezone(NEW_YORK).replace(tzinfo=UTC)
    row = {"paper": paper, "publishedAt": wire_time(shifted), "title": paper["title"]}
    row |= {"summary": paper["summary"], "thumbnail": f"https://cdn.invalid/papers/{paper['id']}.png"}
    row |= {"numComments": rng.randrange(8), "isAuthorParticipating": rng.random() < 0.3}
    return row | {name: paper[name] for name in ("organization", "mediaUrls") if name in paper}


def _extras(rng: Random, title: str, age: int) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    owner = organisation(rng)
    if rng.random() < 0.5:
        stars = int(rng.lognormvariate(3.5, 1.5) * (1.0 + 0.08 * age))
        address = f"https://github.com/{owner}/{slug(title.partition(':')[0])}"
        extras |= {"githubRepo": address, "githubRepoAddedBy": rng.choice(("user", "auto")), "githubStars": stars}
    if rng.random() < 0.3:
        extras["projectPage"] = f"https://{slug(owner)}.invalid/{slug(title)}"
    if rng.random() < 0.6:
        extras |= {"ai_summary": f"A look at {title.lower()}.", "ai_keywords": slug(title).split("-")[:4]}
        extras["ai_summary_model"] = "quillworks/Orvane-3.5-9B-Instruct"
    if rng.random() < 0.2:
        extras["mediaUrls"] = [f"https://cdn.invalid/{slug(title)}.mp4"]
    if rng.random() < 0.4:
        avatar = f"https://cdn.invalid/{owner}.png"
        hub_id = object_id(0x62000000, stream(owner).getrandbits(64))
        extras["organization"] = {"_id": hub_id, "name": owner, "fullname": owner, "avatar": avatar}
    return extras


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _object(rng: Random, moment: datetime) -> str:
    return object_id(int(moment.timestamp()), rng.getrandbits(64))
