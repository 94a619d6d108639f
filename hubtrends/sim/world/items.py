"""Renders a simulated repository as the Hub serves it, with every field."""

import hashlib
from collections.abc import Mapping
from typing import Any

from hubtrends.sim.world.repo import Repo
from hubtrends.sim.world.timestamps import wire_time

_CONTEXT_LENGTH = 32_768


def repo_item(repo: Repo, model_names: Mapping[str, str]) -> dict[str, Any]:
    """Return all fields, including those of `expand`; `model_names` has the current names by `_id`."""
    created = wire_time(repo.created)
    license_tag = f"license:{repo.attributes.license}" if repo.attributes.license else None
    item: dict[str, Any] = {
        "_id": repo.hub_id,
        "id": repo.name,
        "author": repo.name.partition("/")[0],
        "likes": repo.likes,
        "trendingScore": repo.trending_score,
        "private": False,
        "gated": repo.attributes.gated or False,
        "disabled": repo.disabled,
        "tags": [tag for tag in (*repo.attributes.tags, license_tag, "region:us") if tag],
        "createdAt": created,
        "lastModified": wire_time(repo.modified) if repo.modified else created,
        "sha": hashlib.sha256(f"{repo.hub_id}{repo.modified}".encode()).hexdigest()[:40],
        "cardData": {"license": repo.attributes.license} if repo.attributes.license else {},
        "siblings": [{"rfilename": "README.md"}],
    }
    if repo.kind != "space":
        item |= {"downloads": repo.shown_month, "downloadsAllTime": repo.shown_all_time}
    relation, bases = repo.attributes.base or ("", ())
    if models := [{"_id": base, "id": model_names[base]} for base in bases if base in model_names]:
        item["baseModels"] = {"relation": relation, "models": models}
    return item | _OWN_FIELDS[repo.kind](repo)


def _model_fields(repo: Repo) -> dict[str, Any]:
    attributes = repo.attributes
    fields: dict[str, Any] = {"modelId": repo.name}
    if attributes.pipeline_tag:
        fields["pipeline_tag"] = attributes.pipeline_tag
    if attributes.library_name:
        fields["library_name"] = attributes.library_name
    if attributes.parameters and attributes.gguf:
        architecture = {"architecture": "llama", "context_length": _CONTEXT_LENGTH}
        fields["gguf"] = {"total": attributes.parameters, **architecture}
    elif attributes.parameters:
        fields["safetensors"] = {"parameters": {"BF16": attributes.parameters}, "total": attributes.parameters}
    return fields


def _dataset_fields(repo: Repo) -> dict[str, Any]:
    return {"key": "", "description": f"A collection of {repo.name.partition('/')[2].replace('-', ' ')}."}


def _space_fields(repo: Repo) -> dict[str, Any]:
    runtime = {"stage": "RUNNING", "hardware": {"current": "cpu-basic", "requested": "cpu-basic"}}
    return {"sdk": repo.attributes.sdk, "runtime": runtime, "models": list(repo.attributes.models), "datasets": []}


_OWN_FIELDS = {"model": _model_fields, "dataset": _dataset_fields, "space": _space_fields}
