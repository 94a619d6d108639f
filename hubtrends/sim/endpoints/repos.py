"""Answers for repositories: lists, single look-ups and the trending list of the front page."""

from typing import Any
from urllib.parse import quote, urlencode

from hubtrends.sim.endpoints.fields import KINDS, MAX_LIMIT, SORTS, project, single_fields, wanted_fields
from hubtrends.sim.errors import RefusedError
from hubtrends.sim.server.cursor import decode, encode
from hubtrends.sim.server.exchange import Answer, Item, Request, refuse_option, whole_number
from hubtrends.sim.sources.catalogue import Filters, Order
from hubtrends.sim.sources.hub import SimHub

_FRONT_FIELDS = ("author", "downloads", "gated", "id", "lastModified", "likes", "pipeline_tag", "private")


def list_repos(hub: SimHub, kind: str, request: Request) -> Answer:
    """Answer `GET /api/{kind}`: one page with a link to the next."""
    sort = request.first("sort", "trendingScore")
    if sort not in SORTS[kind]:
        refuse_option(SORTS[kind])
    tags = tuple(tag for value in request.every("filter") for tag in value.split(",") if tag)
    filters = Filters(request.every("search"), request.first("author"), tags)
    order = Order(str(sort), request.first("direction", "-1") != "-1", filters)
    limit = min(whole_number(request, "limit", MAX_LIMIT, min_=1), MAX_LIMIT)
    wanted = wanted_fields(kind, request)
    cursor = request.first("cursor")
    after = decode(cursor, order.sort, ascending=order.ascending) if cursor is not None else None
    page = hub.visible_to(request.token, kind).page(order, limit, after)
    following = page.following and encode(page.following, searching=bool(order.filters.search))
    target = request.with_parameter("cursor", following) if following else None
    return Answer([project(item, wanted) for item in page.items], next_target=target, depth=page.depth)


def look_up(hub: SimHub, kind: str, name: str, request: Request) -> Answer:
    """Answer `GET /api/{kind}/{name}`: one repository, or a redirect to its new name."""
    item = hub.find(request.token, kind, name)
    if item is not None:
        return Answer(single_fields(kind, item, request))
    if (moved := hub.renamed.get((kind, name))) and hub.find(request.token, kind, moved):
        query = f"?{urlencode(request.query)}" if request.query else ""
        target = f"/api/{kind}/{quote(moved)}{query}"
        return Answer(f"Redirecting to {target}", 307, "text/plain; charset=utf-8", {"Location": target})
    if request.token is None:
        raise RefusedError(401, "Invalid username or password.")
    raise RefusedError(404, "Repository not found", "RepoNotFound")


def trending(hub: SimHub, request: Request) -> Answer:
    """Answer `GET /api/trending`: the front page's list, without `_id` and score."""
    options = ("all", "model", "dataset", "space")
    chosen = request.first("type", "all")
    if chosen not in options:
        refuse_option(options)
    limit = whole_number(request, "limit", 10, min_=1, max_=20)
    kinds = KINDS if chosen == "all" else (f"{chosen}s",)
    rows = [(kind, item) for kind in kinds for item in hub.visible_to(request.token, kind).page(Order(), limit).items]
    rows.sort(key=lambda row: -(row[1].get("trendingScore") or 0))
    listed = [{"repoData": front_shape(kind, item), "repoType": kind[:-1]} for kind, item in rows[:limit]]
    return Answer({"recentlyTrending": listed})


def whoami(hub: SimHub, request: Request) -> Answer:
    """Answer `GET /api/whoami-v2`: every token belongs to a member of all organisations with private repositories."""
    if request.token is None:
        raise RefusedError(401, "Invalid username or password.")
    orgs = [{"type": "org", "name": name, "fullname": name, "roleInOrg": "admin"} for name in hub.owners]
    return Answer({"type": "user", "name": "keeper", "fullname": "Keeper", "orgs": orgs})


def front_shape(kind: str, item: Item) -> dict[str, Any]:
    """Return a repository in the shape that the Hub's own pages have."""
    shape = project(item, _FRONT_FIELDS)
    name = str(item["id"]).partition("/")[0]
    author: dict[str, Any] = {"avatarUrl": f"/avatars/{name}.svg", "fullname": name, "name": name, "type": "org"}
    author |= {"isHf": False, "isHfAdmin": False, "isMod": False, "isUserFollowing": False}
    shape |= {"authorData": author, "repoType": kind[:-1]}
    if kind == "models":
        shape |= {"availableInferenceProviders": [], "widgetOutputUrls": []}
    if "safetensors" in item:
        shape["numParameters"] = item["safetensors"]["total"]
    return shape | {"isLikedByUser": False}
