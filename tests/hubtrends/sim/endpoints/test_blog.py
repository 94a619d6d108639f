"""The blog behaves as the Hub's."""

from xml.etree import ElementTree as ET

from hubtrends.sim.sources.hub import SimHub
from tests.fakes.hubs import article, ask


def test_official_articles_come_fourteen_a_page_newest_first() -> None:
    """The envelope states the total; a page past the end is empty."""
    hub = SimHub(official_articles=[article(number) for number in range(20)])

    first, last, beyond = (ask(hub, f"/api/blog?p={number}").payload for number in range(3))

    assert [post_["slug"] for post_ in first["allBlogs"]] == [f"post-{number}" for number in range(19, 5, -1)]
    assert len(last["allBlogs"]) == 6
    assert beyond["allBlogs"] == []
    assert (first["numTotalItems"], first["numItemsPerPage"], last["pageIndex"]) == (20, 14, 1)


def test_community_articles_come_twenty_a_page_by_trend_or_date() -> None:
    """Trending, the default, is by the upvotes of the week; recent is by date."""
    hub = SimHub(community_articles=[article(number, upvotes7d=5 if number == 3 else 0) for number in range(25)])

    assert ask(hub, "/api/blog/community").payload["posts"][0]["slug"] == "post-3"
    assert ask(hub, "/api/blog/community?sort=recent").payload["posts"][0]["slug"] == "post-24"
    assert len(ask(hub, "/api/blog/community?sort=recent&p=1").payload["posts"]) == 5
    assert ask(hub, "/api/blog/community?sort=best").status == 400


def test_a_tag_filters_official_articles() -> None:
    """Only canonical articles have tags on the Hub; here all do."""
    hub = SimHub(official_articles=[article(1), article(2, tags=["audio"])])

    assert [row["slug"] for row in ask(hub, "/api/blog?tag=audio").payload["allBlogs"]] == ["post-2"]


def test_the_feed_is_rss_with_hostile_titles_escaped() -> None:
    """A title of markup arrives as text, dates are in the RFC 822 form."""
    hub = SimHub(official_articles=[article(1, title="<b>& bold</b>")])

    answer = ask(hub, "/blog/feed.xml")
    (item,) = ET.fromstring(answer.payload).iter("item")

    assert item.findtext("title") == "<b>& bold</b>"
    assert item.findtext("pubDate") == "Sun, 02 Aug 2026 08:00:00 GMT"
    assert item.findtext("link") == "https://huggingface.co/blog/quillworks/post-1"


def test_other_paths_do_not_exist() -> None:
    """Unknown paths are answered with 404."""
    assert ask(SimHub(), "/api/posts").status == 404
