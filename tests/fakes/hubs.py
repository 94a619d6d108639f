"""Small handwritten Hubs for tests, and requests to them."""

from typing import Any
from urllib.parse import parse_qsl

from hubtrends.sim.server.exchange import Answer, Request
from hubtrends.sim.server.routes import answer
from hubtrends.sim.sources.catalogue import ListSource
from hubtrends.sim.sources.hub import SimHub


def hub_id(number: int) -> str:
    """Return an `_id`; a higher number was created later."""
    return f"{0x6A000000 + number:08x}{number:016x}"


def model(number: int, **fields: Any) -> dict[str, Any]:
    """Return a model with every field of the default set and of `expand`."""
    name = f"quillworks/net-{number}"
    item = {
        "_id": hub_id(number),
        "id": name,
        "modelId": name,
        "author": "quillworks",
        "likes": number,
        "trendingScore": 0,
        "private": False,
        "gated": False,
        "disabled": False,
        "downloads": 10 * number,
        "downloadsAllTime": 100 * number,
        "tags": ["safetensors", "license:mit", "region:us"],
        "pipeline_tag": "text-generation",
        "library_name": "transformers",
        "createdAt": "2026-09-01T00:00:00.000Z",
        "lastModified": "2026-09-02T00:00:00.000Z",
        "sha": f"{number:040x}",
        "siblings": [{"rfilename": "README.md"}],
    }
    return item | fields


def paper(number: int, day: str, **fields: Any) -> dict[str, Any]:
    """Return an item of Daily Papers, submitted on `day`."""
    inner = {
        "id": f"2609.{number:05d}",
        "authors": [],
        "publishedAt": "2026-09-01T00:00:00.000Z",
        "submittedOnDailyAt": f"{day}T00:00:00.000Z",
        "title": f"Study {number}",
        "summary": "",
        "upvotes": number,
    }
    outer = {"publishedAt": "2026-08-31T20:00:00.000Z", "title": f"Study {number}", "summary": ""}
    return {"paper": inner | fields, **outer, "submittedBy": {"name": "ada"}}


def article(number: int, **fields: Any) -> dict[str, Any]:
    """Return a blog article; a higher number was published later."""
    url = f"/blog/quillworks/post-{number}"
    item = {
        "_id": hub_id(number),
        "publishedAt": f"2026-08-{number % 28 + 1:02d}T08:00:00.000Z",
        "slug": f"post-{number}",
        "title": f"Post {number}",
        "upvotes": number,
        "upvotes7d": 0,
        "url": url,
        "canonical": False,
        "tags": ["nlp"],
    }
    return item | fields


def hub_of(*models: dict[str, Any], **others: Any) -> SimHub:
    """Return a Hub with these models; `others` are arguments of SimHub."""
    return SimHub({"models": ListSource(models)}, **others)


def ask(hub: SimHub, target: str, token: str | None = None) -> Answer:
    """Return the answer to a path with its query."""
    path, _, query = target.partition("?")
    return answer(hub, Request(path, tuple(parse_qsl(query, keep_blank_values=True)), token))


def walk(hub: SimHub, target: str) -> list[list[dict[str, Any]]]:
    """Return all pages from `target` to the last."""
    pages, following = [], target
    while following:
        page = ask(hub, following)
        assert page.status == 200, page.payload
        pages.append(page.payload)
        following = page.next_target or ""
    return pages


def ids(pages: list[list[dict[str, Any]]]) -> list[str]:
    """Return the `_id` of every row of every page."""
    return [row["_id"] for page in pages for row in page]
