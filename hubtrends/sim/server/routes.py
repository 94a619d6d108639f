"""Maps a request to its endpoint; a pure function of the Hub's state."""

from hubtrends.sim.endpoints import blog, papers, repos
from hubtrends.sim.endpoints.fields import KINDS
from hubtrends.sim.errors import RefusedError
from hubtrends.sim.server.exchange import Answer, Request, refusal_answer
from hubtrends.sim.sources.hub import SimHub


def answer(hub: SimHub, request: Request) -> Answer:
    """Return the Hub's answer, errors included."""
    try:
        return _dispatch(hub, request)
    except RefusedError as refusal:
        return refusal_answer(refusal)


def bucket_of(request: Request) -> str:
    """Return the rate limit bucket that counts the request."""
    if request.segments[:3] == ("api", "papers", "search"):
        return "search"
    return "api" if request.segments[0] == "api" else "pages"


def _dispatch(hub: SimHub, request: Request) -> Answer:
    match request.segments:
        case ("api", kind) if kind in KINDS:
            return repos.list_repos(hub, kind, request)
        case ("api", kind, *name) if kind in KINDS:
            return repos.look_up(hub, kind, "/".join(name), request)
        case ("api", "whoami-v2"):
            return repos.whoami(hub, request)
        case ("api", "trending"):
            return repos.trending(hub, request)
        case ("api", "daily_papers"):
            return papers.daily_papers(hub, request)
        case ("api", "papers", "search"):
            return papers.search_papers(hub, request)
        case ("api", "papers", paper_id):
            return papers.one_paper(hub, paper_id)
        case ("api", "blog"):
            return blog.list_official_articles(hub, request)
        case ("api", "blog", "community"):
            return blog.list_community_articles(hub, request)
        case ("blog", "feed.xml"):
            return blog.feed(hub)
    raise RefusedError(404, "Not found")
