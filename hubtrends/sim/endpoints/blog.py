"""Answers for the blog: official articles, community articles and the RSS feed."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from hubtrends.sim.server.exchange import Answer, Item, Request, refuse_option, whole_number
from hubtrends.sim.sources.hub import SimHub

OFFICIAL_PER_PAGE = 14
COMMUNITY_PER_PAGE = 20
SITE = "https://huggingface.co"
"""The links of the feed lead to the real site."""


def list_official_articles(hub: SimHub, request: Request) -> Answer:
    """Answer `GET /api/blog`: official and promoted articles, newest first."""
    number = whole_number(request, "p", 0, min_=0)
    tag = request.first("tag")
    articles = [one for one in _newest_first(hub.official_articles) if tag is None or tag in one.get("tags", ())]
    tags = sorted({name for one in hub.official_articles for name in one.get("tags", ())})
    return Answer(
        {
            "allBlogs": _page(articles, number, OFFICIAL_PER_PAGE),
            "tags": [{"value": name, "label": name} for name in tags],
            "pageIndex": number,
            "isPagination": True,
            "numTotalItems": len(articles),
            "numItemsPerPage": OFFICIAL_PER_PAGE,
            "lang": "en",
            "canCreateBlog": False,
        }
    )


def list_community_articles(hub: SimHub, request: Request) -> Answer:
    """Answer `GET /api/blog/community`: community articles, by trend or by date."""
    options = ("trending", "recent")
    sort = request.first("sort", "trending")
    if sort not in options:
        refuse_option(options)
    number = whole_number(request, "p", 0, min_=0)
    articles = _newest_first(hub.community_articles)
    if sort == "trending":
        articles.sort(key=lambda one: (-one["upvotes7d"], -one["upvotes"]))
    return Answer(
        {
            "posts": _page(articles, number, COMMUNITY_PER_PAGE),
            "numItemsPerPage": COMMUNITY_PER_PAGE,
            "numTotalItems": len(articles),
            "pageIndex": number,
            "sort": sort,
        }
    )


def feed(hub: SimHub) -> Answer:
    """Answer `GET /blog/feed.xml`: RSS 2.0 with title, date and link of each official article."""
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    ET.SubElement(channel, "title").text = "Hugging Face - Blog"
    for one in _newest_first(hub.official_articles):
        entry = ET.SubElement(channel, "item")
        published = datetime.fromisoformat(one["publishedAt"])
        ET.SubElement(entry, "title").text = one["title"]
        ET.SubElement(entry, "pubDate").text = format_datetime(published, usegmt=True)
        ET.SubElement(entry, "link").text = SITE + one["url"]
        ET.SubElement(entry, "guid", isPermaLink="false").text = SITE + one["url"]
    text = ET.tostring(rss, encoding="unicode", xml_declaration=True)
    return Answer(text, content_type="application/xml; charset=utf-8")


def _newest_first(articles: Sequence[Item]) -> list[Item]:
    return sorted(articles, key=lambda one: str(one["publishedAt"]), reverse=True)


def _page(articles: list[Item], number: int, size: int) -> list[Item]:
    return articles[number * size : (number + 1) * size]
