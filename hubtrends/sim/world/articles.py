"""Blog articles of a simulated world, each a pure function of the seed and its week.

Two in five are official, some of them promoted from the blog of an organisation; the others are community articles.
"""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from hubtrends.sim.world.names import article_title, organisation, person, slug
from hubtrends.sim.world.rng import stream
from hubtrends.sim.world.timestamps import object_id, wire_time

LOOK_BACK_WEEKS = 13
"""Weeks of articles before the world starts: crawlers read back 60 days."""

_OFFICIAL = 0.4

_STREAM = "post"
"""The name of the stream of random numbers; it never changes, so that a seed gives the same articles in every
version."""


@dataclass(frozen=True, slots=True)
class Articles:
    """The two lists of the blog."""

    official: list[dict[str, Any]]
    community: list[dict[str, Any]]


def articles_on(seed: int, start: date, today: date, a_week: int) -> Articles:
    """Return all articles published before `today`."""
    monday = start - timedelta(days=start.weekday(), weeks=LOOK_BACK_WEEKS)
    weeks = (today - monday).days // 7 + 1
    articles = Articles([], [])
    for week in range(weeks):
        for number in range(a_week):
            rng = stream(seed, _STREAM, monday, week, number)
            opening = datetime.combine(monday + timedelta(weeks=week), time(8), UTC)
            moment = opening + timedelta(minutes=rng.randrange(7 * 1440 - 600))
            if moment.date() < today:
                official = rng.random() < _OFFICIAL
                target = articles.official if official else articles.community
                target.append(_article(rng, moment, today, official=official))
    return articles


def _article(rng: Random, moment: datetime, today: date, *, official: bool) -> dict[str, Any]:
    canonical = official and rng.random() < 0.6
    title = article_title(rng)
    name = f"{slug(title)}-{rng.getrandbits(24):06x}"
    owner, author = organisation(rng), person(rng)
    place = name if canonical else f"{owner if official else slug(author)}/{name}"
    age, final = (today - moment.date()).days, rng.lognormvariate(2.5, 1.2)
    upvotes = _upvotes(final, age)
    article = {
        "_id": object_id(int(moment.timestamp()), rng.getrandbits(64)),
        "publishedAt": wire_time(moment),
        "slug": name,
        "title": title,
        "upvotes": upvotes,
        "upvotes7d": upvotes - _upvotes(final, age - 7),
        "thumbnail": f"/blog/assets/{name}/thumbnail.png",
        "authorsData": [_author(owner, "org") if official and not canonical else _author(author, "user")],
        "numCoauthors": 0,
        "url": f"/blog/{place}",
        "apiPrefix": f"/api/blog/{place}",
        "canonical": canonical,
        "isUpvotedByUser": False,
    }
    if canonical:
        return article | {"tags": [rng.choice(("nlp", "vision", "audio", "open-source"))]}
    return article | {"editedAt": article["publishedAt"], "status": "published", "isHFChangelog": False}


def _upvotes(final: float, age: int) -> int:
    return round(final * (1.0 - math.exp(-age / 5))) if age > 0 else 0


def _author(full: str, type_: str) -> dict[str, Any]:
    name = slug(full) if type_ == "user" else full
    hub_id = object_id(0x62000000, stream(name).getrandbits(64))
    picture = {"_id": hub_id, "avatarUrl": f"https://cdn.invalid/{name}.svg", "fullname": full}
    flags = {"isHf": False, "isHfAdmin": False, "isMod": False, "followerCount": 12, "isUserFollowing": False}
    return {**picture, "name": name, "type": type_, **flags}
