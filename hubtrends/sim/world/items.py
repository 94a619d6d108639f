"""A simulated repository as the Hub would serve it, with every field it has."""

import hashlib
from collections.abc import Mapping
from typing import Any

from hubtrends.sim.world.repo import Repo
from hubtrends.sim.world.timestamps import wire_time

_CONTEXT_LENGTH = 32_768


def repo_item(repo: Repo, model_names: Mapping[str, str]) -> dict[str, Any]:
    """All fields, those of `expand` included; `model_names` are the present names of models by `_id`."""
    created = wire_time(repo.created)
    item: dict[str, Any] = {
        "_id": repo.hub_id,
        "id": repo.name,
        "author": repo.name.partition("/")[0],
        "likes": repo.likes,
        "trendingScore": repo.trending_score,
        "private": False,
        "gated": repo.facts.gated or False,
        "disabled": repo.disabled,
        "tags": _tags(repo),
        "createdAt": created,
        "lastModified": wire_time(repo.modified) if repo.modified else created,
        "sha": hashlib.sha256(f"{repo.hub_id}{repo.modified}".encode()).hexdigest()[:40],
        "cardData": {"license": repo.facts.license} if repo.facts.license else {},
        "siblings": [{"rfilename": "README.md"}],
    }
    if repo.kind != "space":
        item |= {"downloads": repo.shown_month, "downloadsAllTime": repo.shown_all_time}
    if repo.facts.base and (name := model_names.get(repo.facts.base[1])):
        relation, base_id = repo.facts.base
        item["baseModels"] = {"relation": relation, "models": [{"_id": base_id, "id": name}]}
    return item | _OWN_FIELDS[repo.kind](repo)


def _tags(repo: Repo) -> list[str]:
    named = f"license:{repo.facts.license}" if repo.facts.license else None
    return [tag for tag in (*repo.facts.tags, named, "region:us") if tag]


def _model_fields(repo: Repo) -> dict[str, Any]:
    facts = repo.facts
    fields: dict[str, Any] = {"modelId": repo.name}
    if facts.pipeline_tag:
        fields["pipeline_tag"] = facts.pipeline_tag
    if facts.library_name:
        fields["library_name"] = facts.library_name
    if facts.parameters and facts.gguf:
        architecture = {"architecture": "llama", "context_length": _CONTEXT_LENGTH}
        fields["gguf"] = {"total": facts.parameters, **architecture}
    elif facts.parameters:
        fields["safetensors"] = {"parameters": {"BF16": facts.parameters}, "total": facts.parameters}
    return fields


def _dataset_fields(repo: Repo) -> dict[str, Any]:
    return {"key": "", "description": f"A collection of {repo.name.partition('/')[2].replace('-', ' ')}."}


def _space_fields(repo: Repo) -> dict[str, Any]:
    runtime = {"stage": "RUNNING", "hardware": {"current": "cpu-basic", "requested": "cpu-basic"}}
    return {"sdk": repo.facts.sdk, "runtime": runtime, "models": [], "datasets": []}


_OWN_FIELDS = {"model": _model_fields, "dataset": _dataset_fields, "space": _space_fields}
