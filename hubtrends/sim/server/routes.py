"""From a request and a state of the Hub to an answer; a pure function."""

from hubtrends.sim.endpoints import blog, papers, repos
from hubtrends.sim.endpoints.fields import KINDS
from hubtrends.sim.server.exchange import Answer, RefusedError, Request, refusal_answer
from hubtrends.sim.sources.hub import SimHub


def answer(hub: SimHub, request: Request) -> Answer:
    """What the Hub answers, errors included."""
    try:
        return _dispatch(hub, request)
    except RefusedError as refusal:
        return refusal_answer(refusal)


def bucket_of(request: Request) -> str:
    """The rate limit that the request counts against."""
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
            return blog.list_posts(hub, request)
        case ("api", "blog", "community"):
            return blog.list_articles(hub, request)
        case ("blog", "feed.xml"):
            return blog.feed(hub)
    raise RefusedError(404, "Not found")
