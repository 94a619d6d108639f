"""The endpoints of the blog: the official list, the community's articles and the RSS feed."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from hubtrends.sim.server.exchange import Answer, Item, Request, refuse_option, whole_number
from hubtrends.sim.sources.hub import SimHub

POSTS_A_PAGE = 14
ARTICLES_A_PAGE = 20
SITE = "https://huggingface.co"
"""The feed's links lead to the real site, not to the server that was asked."""


def list_posts(hub: SimHub, request: Request) -> Answer:
    """`GET /api/blog`: official posts and promoted ones of organisations, newest first."""
    number = whole_number(request, "p", 0, least=0)
    tag = request.first("tag")
    posts = [post for post in _newest_first(hub.posts) if tag is None or tag in post.get("tags", ())]
    tags = sorted({name for post in hub.posts for name in post.get("tags", ())})
    return Answer(
        {
            "allBlogs": _page(posts, number, POSTS_A_PAGE),
            "tags": [{"value": name, "label": name} for name in tags],
            "pageIndex": number,
            "isPagination": True,
            "numTotalItems": len(posts),
            "numItemsPerPage": POSTS_A_PAGE,
            "lang": "en",
            "canCreateBlog": False,
        }
    )


def list_articles(hub: SimHub, request: Request) -> Answer:
    """`GET /api/blog/community`: articles of the community, by heat or by date."""
    options = ("trending", "recent")
    sort = request.first("sort", "trending")
    if sort not in options:
        refuse_option(options)
    number = whole_number(request, "p", 0, least=0)
    articles = _newest_first(hub.articles)
    if sort == "trending":
        articles.sort(key=lambda post: (-post["upvotes7d"], -post["upvotes"]))
    return Answer(
        {
            "posts": _page(articles, number, ARTICLES_A_PAGE),
            "numItemsPerPage": ARTICLES_A_PAGE,
            "numTotalItems": len(articles),
            "pageIndex": number,
            "sort": sort,
        }
    )


def feed(hub: SimHub) -> Answer:
    """`GET /blog/feed.xml`: RSS 2.0 with title, date and link of each post."""
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    ET.SubElement(channel, "title").text = "Hugging Face - Blog"
    for post in _newest_first(hub.posts):
        entry = ET.SubElement(channel, "item")
        published = datetime.fromisoformat(post["publishedAt"])
        ET.SubElement(entry, "title").text = post["title"]
        ET.SubElement(entry, "pubDate").text = format_datetime(published, usegmt=True)
        ET.SubElement(entry, "link").text = SITE + post["url"]
        ET.SubElement(entry, "guid", isPermaLink="false").text = SITE + post["url"]
    text = ET.tostring(rss, encoding="unicode", xml_declaration=True)
    return Answer(text, content_type="application/xml; charset=utf-8")


def _newest_first(posts: Sequence[Item]) -> list[Item]:
    return sorted(posts, key=lambda post: str(post["publishedAt"]), reverse=True)


def _page(posts: list[Item], number: int, size: int) -> list[Item]:
    return posts[number * size : (number + 1) * size]
