"""Selects the fields of a repository in an answer: default sets, `full=true` and the `expand` whitelist."""

from typing import Any

from hubtrends.sim.server.exchange import Item, Request, refuse_option, refuse_property

KINDS = ("models", "datasets", "spaces")

MAX_LIMIT = 1000
"""Largest page size; the Hub lowers a larger one silently."""

SORTS = {
    "models": (
        "createdAt", "downloads", "id", "lastModified", "likes", "likes30d", "num_parameters", "trendingScore",
    ),
    "datasets": ("createdAt", "downloads", "id", "lastModified", "likes", "likes30d", "mainSize", "trendingScore"),
    "spaces": ("createdAt", "id", "lastModified", "likes", "likes30d", "trendingScore"),
}  # fmt: skip
"""The Hub does not sort by `downloadsAllTime`. No item here has `likes30d`, `mainSize` or `num_parameters`."""

_DEFAULT = {
    "models": "likes trendingScore private downloads tags pipeline_tag library_name createdAt modelId",
    "datasets": """author disabled gated lastModified likes trendingScore private sha description downloads
        tags createdAt key paperswithcode_id citation""",
    "spaces": "likes trendingScore private tags createdAt sdk",
}
_FULL = {
    "models": "author sha lastModified gated siblings",
    "datasets": "cardData siblings",
    "spaces": "author sha lastModified siblings cardData runtime",
}
_EXPAND = {
    "models": """author baseModels cardData config createdAt disabled downloads downloadsAllTime evalResults
        gated gguf inference inferenceProviderMapping lastModified library_name likes mask_token model-index
        pipeline_tag private resourceGroup safetensors sha siblings spaces tags transformersInfo trendingScore
        widgetData xetEnabled""",
    "datasets": """author cardData citation createdAt description disabled downloads downloadsAllTime gated
        lastModified likes mainSize paperswithcode_id private resourceGroup sha siblings tags trendingScore
        xetEnabled""",
    "spaces": """author cardData createdAt datasets disabled lastModified likes models private region
        resourceGroup runtime sdk sha siblings subdomain tags trendingScore xetEnabled""",
}
_EXPAND_SINGLE_ONLY = {"models": "childrenModelCount usedStorage", "datasets": "usedStorage", "spaces": "usedStorage"}
_EXPAND_ONLY = frozenset({"downloadsAllTime", "trendingScore", "baseModels", "evalResults"})


def expand_options(kind: str, *, single: bool) -> tuple[str, ...]:
    """Return the properties that `expand` may name, for a list or for one repository."""
    extra = _EXPAND_SINGLE_ONLY[kind] if single else ""
    return tuple(sorted(f"{_EXPAND[kind]} {extra}".split()))


def wanted_fields(kind: str, request: Request) -> tuple[str, ...]:
    """Return the fields of each item of a list, in order; refuse an unknown `expand`."""
    if expand := _expanded(kind, request, single=False):
        return expand
    extra = _FULL[kind].split() if request.first("full") in ("true", "1") else []
    named = [name for name in ("cardData", "config") if request.first(name) in ("true", "1")]
    return tuple(dict.fromkeys(["_id", "id", *_DEFAULT[kind].split(), *extra, *named]))


def project(item: Item, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Return the wanted fields that the item has."""
    return {name: item[name] for name in wanted if name in item}


def single_fields(kind: str, item: Item, request: Request) -> dict[str, Any]:
    """Return the fields of one repository in the answer to a look-up."""
    if expand := _expanded(kind, request, single=True):
        return project(item, expand)
    return {name: value for name, value in item.items() if name not in _EXPAND_ONLY}


def _expanded(kind: str, request: Request, *, single: bool) -> tuple[str, ...]:
    named = request.every("expand", "expand[]")
    options = expand_options(kind, single=single)
    if not set(named).issubset(options):
        (refuse_property if single else refuse_option)(options)
    return tuple(dict.fromkeys(["_id", "id", *named])) if named else ()
